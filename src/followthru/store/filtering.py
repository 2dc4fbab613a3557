"""Filters as SQL over `task_row`. Conditions are looked up task by task, so that a limited list reads no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from followthru.domain.filter import ANY, NONE
from followthru.domain.health import Health
from followthru.store.derived import NO_DATE
from followthru.store.tasks import Query

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
    parts = [] if closed else ["closed = 0"]
    values: list[object] = []
    for condition in conditions:
        found = _where(condition, by_day)
        parts.append(f"({found.where}) IS NOT TRUE" if condition.negated else f"({found.where})")
        values += found.values
    return Query(" AND ".join(parts) or "TRUE", tuple(values))


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
    if not any(char.isalnum() for char in word):
        return Query("instr(title, ?) > 0", (word,))
    quoted = word.replace('"', '""')
    return Query(
        "id IN (SELECT rowid FROM task_words WHERE task_words MATCH ?)", (f'{{title public_title}} : "{quoted}" *',)
    )
