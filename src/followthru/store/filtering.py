"""Filters as SQL over `task_row`. Conditions are looked up task by task, so that a limited list reads no more.

Those that words and tags answer are told as sets besides, by which a list at hand is sieved: see `lists`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from followthru.domain.filter import ANY, NONE
from followthru.domain.health import Health
from followthru.store.derived import NO_DATE
from followthru.store.tasks import Query, Sieve, Within

ByDay = Callable[[str], Query]
"""Fills every `?` of a condition with the day at the task's own practice."""


class Condition(NamedTuple):
    """A filter's term with its value resolved: an id for `practice`, a handle for people, ISO text for dates."""

    key: str
    value: str | int
    negated: bool = False


_TOLD = "EXISTS (SELECT 1 FROM telling g WHERE g.task_id = task_row.id AND g.retracted = 0)"
_FLAGS = {
    "blocked": "blocked = 1",
    "private": "audience = 'me'",
    "untold": f"promised_on IS NOT NULL AND NOT {_TOLD}",
    "out-of-step": "out_of_step > 0",
    "waiting": "status = 'waiting'",
    "reason-missing": "reason_missing = 1",
}
_EDGES = {"by": "next_on <= ?", "before": "next_on < ?", "after": f"next_on > ? AND next_on < '{NO_DATE}'"}
_TOLD_TO = "EXISTS (SELECT 1 FROM telling_row g WHERE g.task_id = task_row.id AND g.retracted = 0"
_TAG = "EXISTS (SELECT 1 FROM tag g WHERE g.task_id = task_row.id"
_TAGGED = "SELECT task_id AS id FROM tag WHERE name = ? COLLATE NOCASE"
_WORDED = "SELECT rowid AS id FROM task_words WHERE task_words MATCH ?"
_COLUMNS = {"practice": "practice_id"}

_LATE, _RISK, _BUFFER = "late_from <= ?", "at_risk_from <= ?", "in_buffer_from <= ?"
_HEALTH = {
    Health.LATE: _LATE,
    Health.AT_RISK: f"{_RISK} AND ({_LATE}) IS NOT TRUE",
    Health.IN_BUFFER: f"{_BUFFER} AND ({_RISK}) IS NOT TRUE AND ({_LATE}) IS NOT TRUE",
    Health.ON_TRACK: f"({_BUFFER}) IS NOT TRUE AND ({_RISK}) IS NOT TRUE AND ({_LATE}) IS NOT TRUE",
}


def query(conditions: Sequence[Condition], by_day: ByDay, *, closed: bool = False) -> Query:
    """Return the query for tasks that fulfil all conditions; without `closed` only open ones."""
    open_ = [] if closed else [Query("closed = 0")]
    words = [str(one.value) for one in conditions if _is_word(one) and not one.negated]
    others = [one for one in conditions if not _is_word(one) or one.negated]
    # All words in one look: where one of them stands in every title, that costs a fourth.
    sets = [_with_words(words)] if words else []
    held = [_held(one) for one in sets]
    by_set = [(_set(one), _part(one, by_day)) for one in others]
    every = [*open_, *held, *(part for _, part in by_set)]
    sets += [within for within, _ in by_set if within is not None]
    if not sets:
        return _all(every)
    wider = _all([*open_, *(part for within, part in by_set if within is None)])
    return _all(every)._replace(sieve=Sieve(wider, tuple(sets)))


def _all(parts: Sequence[Query]) -> Query:
    where = " AND ".join(part.where for part in parts) or "TRUE"
    return Query(where, tuple(value for part in parts for value in part.values))


def _part(condition: Condition, by_day: ByDay) -> Query:
    found = _where(condition, by_day)
    return Query(f"({found.where}) IS NOT TRUE" if condition.negated else f"({found.where})", found.values)


def _set(condition: Condition) -> Within | None:
    """Return the ids that a condition lets through or keeps out, None where it is judged task by task alone."""
    if _is_word(condition):
        return _with_words([str(condition.value)])._replace(negated=condition.negated)
    if condition.key == "tag" and condition.value not in (ANY, NONE):
        return Within(_TAGGED, (condition.value,), condition.negated)
    return None


def _where(condition: Condition, by_day: ByDay) -> Query:
    key, value, _ = condition
    match key:
        case "word" | "title":
            return _word(str(value))
        case "tag":
            return _member(value, f"{_TAG})", f"{_TAG} AND g.name = ? COLLATE NOCASE)")
        case "told":
            return _member(value, _TOLD, f"{_TOLD_TO} AND g.person = ?)")
        case "is" if value == "stalled":
            found = by_day("stalled_from <= ?")
            return Query(f"closed = 0 AND {found.where}", found.values)
        case "is":
            return Query(_FLAGS[str(value)])
        case "health":
            return _health(Health(value), by_day)
        case "goal":
            found = _field("goal_id", value)
            return Query(f"id IN (SELECT id FROM task WHERE {found.where})", found.values)
        case "by" | "before" | "after":
            return Query(_EDGES[key], (value,))
        case _:
            return _field(_COLUMNS.get(key, key), value)


def _member(value: str | int, any_one: str, this_one: str) -> Query:
    if value == ANY:
        return Query(any_one)
    return Query(f"NOT {any_one}") if value == NONE else Query(this_one, (value,))


def _field(column: str, value: str | int) -> Query:
    if value in (NONE, ANY):
        return Query(f"{column} IS {'NOT ' if value == ANY else ''}NULL")
    return Query(f"{column} = ?", (value,))


def _health(wanted: Health, by_day: ByDay) -> Query:
    if wanted in (Health.DONE, Health.DROPPED):
        return Query("status = ?", (str(wanted),))
    found = by_day(_HEALTH[wanted])
    return Query(f"closed = 0 AND {found.where}", found.values)


def _word(word: str) -> Query:
    """Return the query for a word of the title, or one beginning so; signs alone are looked for as they stand."""
    return _held(_with_words([word])) if _has_letters(word) else Query("instr(title, ?) > 0", (word,))


def _with_words(words: Sequence[str]) -> Within:
    """Return the tasks whose title has all of these words, or words beginning so."""
    quoted = (word.replace('"', '""') for word in words)
    return Within(_WORDED, (" AND ".join(f'{{title public_title}} : "{word}" *' for word in quoted),))


def _held(within: Within) -> Query:
    return Query(f"id IN ({within.sql})", within.values)


def _is_word(condition: Condition) -> bool:
    return condition.key in ("word", "title") and _has_letters(str(condition.value))


def _has_letters(word: str) -> bool:
    return any(char.isalnum() for char in word)
