"""Read tasks light: one view, plain rows, frozen values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from followthru.domain.task import Audience, ChecklistItem, Status, TaskRow, Telling
from followthru.store.chunks import chunks, slots
from followthru.store.store import Reader, SqlRow

COLUMNS = ", ".join(TaskRow._fields)
_DATES = tuple(i for i, name in enumerate(TaskRow._fields) if name.endswith("_on") and name != "waiting_on")
_DAYS = (
    *_DATES,
    *(TaskRow._fields.index(n) for n in ("waiting_by", "in_buffer_from", "at_risk_from", "late_from", "stalled_from")),
)
_STATUS = {str(status): status for status in Status}
_AUDIENCE = {str(audience): audience for audience in Audience}
_AT = {name: i for i, name in enumerate(TaskRow._fields)}
_NO_SYNTAX = str.maketrans('"\0', "  ")
_LONGEST_ID = 18  # digits; more need not fit SQLite's integers


class Query(NamedTuple):
    """Which tasks, as SQL over `task_row` with its values. `TRUE` is all of them.

    `sieve` says the same for who has a wider list at hand already.
    """

    where: str = "TRUE"
    values: tuple[object, ...] = ()
    sieve: Sieve | None = None


class Within(NamedTuple):
    """Ids of tasks, as a SELECT of one column `id` in any order; with `negated` all tasks but these."""

    sql: str
    values: tuple[object, ...]
    negated: bool = False


class Sieve(NamedTuple):
    """The tasks of a wider query that stand within each of some sets."""

    wider: Query
    sets: tuple[Within, ...]


OPEN = Query("closed = 0")


def rows(read: Reader, query: Query = OPEN, *, limit: int = -1, offset: int = 0) -> list[TaskRow]:
    """Return tasks in order of their next date; a negative limit means all."""
    found = read.rows(
        f"SELECT {COLUMNS} FROM task_row WHERE {query.where} ORDER BY next_on, id LIMIT ? OFFSET ?",
        *query.values,
        limit,
        offset,
    )
    return [_task(row) for row in found]


def ids(read: Reader, query: Query = OPEN) -> list[int]:
    """Return the ids of tasks in order of their next date."""
    return read.column(f"SELECT id FROM task_row WHERE {query.where} ORDER BY next_on, id", *query.values)


def among(read: Reader, within: Within) -> set[int]:
    """Return the ids of a set; those that it lets through, or with `negated` those that it keeps out."""
    # One step that gives all of them: stepping from row to row takes twice as long.
    return set(json.loads(read.value(f"SELECT json_group_array(id) FROM ({within.sql})", *within.values)))


def count(read: Reader, query: Query = OPEN, *, most: int = -1) -> int:
    """Return how many tasks a query finds, counting up to `most`; a negative one means all."""
    sql = f"SELECT count(*) FROM (SELECT 1 FROM task_row WHERE {query.where} LIMIT ?)"
    return int(read.value(sql, *query.values, most))


def open_by_practice(read: Reader) -> dict[int, int]:
    """Return how many tasks are open at each practice that has any, by practice id."""
    rows = read.rows(
        "SELECT practice_id, count(*) FROM task_dates WHERE closed = 0 AND practice_id IS NOT NULL GROUP BY practice_id"
    )
    return {int(practice_id): int(count) for practice_id, count in rows}


def of_practice(read: Reader, practice_id: int) -> list[int]:
    """Return the ids of all of a practice's tasks, ended ones too."""
    return [int(row[0]) for row in read.rows("SELECT id FROM task WHERE practice_id = ?", practice_id)]


def with_dates_that_follow(read: Reader, practice_id: int) -> list[int]:
    """Return the ids of a practice's open tasks whose target or start-by follows from working days."""
    sql = (
        "SELECT id FROM task WHERE practice_id = ? AND status NOT IN ('done', 'dropped') "
        "AND (target_source IN ('policy', 'forecast') OR deadline_on IS NOT NULL)"
    )
    return [int(row[0]) for row in read.rows(sql, practice_id)]


def dates_of(query: Query) -> Query:
    """Return the condition over `task_dates` that holds for the tasks a condition over `task_row` finds."""
    return Query(f"task_id IN (SELECT id FROM task_row WHERE {query.where})", query.values)


def placed_ids(read: Reader, scope: Query, cases: Sequence[Query]) -> list[list[int]]:
    """Put each task in scope into the first of these cases that holds it; return the ids that each case holds.

    Scope and cases are conditions over `task_dates`; ids are in order of their next date.
    """
    branches = " ".join(f"WHEN {case.where} THEN {at}" for at, case in enumerate(cases))
    found = read.rows(
        f"SELECT task_id, CASE {branches} END FROM task_dates WHERE {scope.where} ORDER BY next_on, task_id",
        *(value for case in cases for value in case.values),
        *scope.values,
    )
    held: list[list[int]] = [[] for _ in cases]
    for id, at in found:
        if at is not None:
            held[int(at)].append(int(id))
    return held


def target_too_late(read: Reader, task_ids: Sequence[int]) -> int | None:
    """Return one of these tasks whose target comes after its promise, None when there is none."""
    for part in chunks(task_ids):
        marks = slots(part)
        found = read.value(f"SELECT id FROM task WHERE id IN ({marks}) AND target_on > promised_on LIMIT 1", *part)
        if found is not None:
            return int(found)
    return None


def created_at(read: Reader, task_id: int) -> str:
    """Return the instant (UTC ISO text) at which a task was captured."""
    return str(read.value("SELECT created_at FROM task WHERE id = ?", task_id))


def set_buffer(read: Reader, task_id: int) -> int | None:
    """Return the working days of buffer set for this task by hand, None where its practice's policy holds."""
    return read.value("SELECT buffer_set_days FROM task WHERE id = ?", task_id)


def by_ids(read: Reader, wanted: Sequence[int]) -> list[TaskRow]:
    """Return the tasks with these ids in the order asked for; those that are gone are left out."""
    found: dict[int, TaskRow] = {}
    for part in chunks(wanted):
        marks = slots(part)
        for row in read.rows(f"SELECT {COLUMNS} FROM task_row WHERE id IN ({marks})", *part):
            found[row[0]] = _task(row)
    return [found[id] for id in wanted if id in found]


def one(read: Reader, task_id: int) -> TaskRow | None:
    """Return one task, None when it does not exist."""
    found = by_ids(read, [task_id])
    return found[0] if found else None


def tellings(read: Reader, task_ids: Sequence[int]) -> dict[int, list[Telling]]:
    """Return the tellings of tasks, oldest first, retracted ones too."""
    found: dict[int, list[Telling]] = {id: [] for id in task_ids}
    for part in chunks(task_ids):
        marks = slots(part)
        sql = f"SELECT {', '.join(Telling._fields)} FROM telling_row WHERE task_id IN ({marks}) ORDER BY id"
        for row in read.rows(sql, *part):
            telling = _telling(row)
            found[telling.task_id].append(telling)
    return found


def newest_tellings(read: Reader, practice_id: int, limit: int) -> list[tuple[Telling, str]]:
    """Return what was told last at a practice, the newest first, each with its task's title."""
    columns = ", ".join(f"r.{name}" for name in Telling._fields)
    sql = (
        f"SELECT {columns}, t.title FROM telling_row r JOIN task t ON t.id = r.task_id "
        "WHERE t.practice_id = ? ORDER BY r.id DESC LIMIT ?"
    )
    return [(_telling(row[:-1]), str(row[-1])) for row in read.rows(sql, practice_id, limit)]


def _telling(row: SqlRow) -> Telling:
    id, task_id, person_id, person, promised, told_on, told_at, how, retracted = row
    days = date.fromisoformat(promised), date.fromisoformat(told_on)
    return Telling(id, task_id, person_id, person, *days, told_at, how, bool(retracted))


def open_tagged(read: Reader, practice_id: int, tag: str) -> int:
    """Return how many open tasks of a practice have a tag."""
    sql = (
        "SELECT count(*) FROM task t JOIN tag g ON g.task_id = t.id "
        "WHERE t.practice_id = ? AND g.name = ? AND t.status NOT IN ('done', 'dropped')"
    )
    return int(read.value(sql, practice_id, tag))


def checklist(read: Reader, task_id: int) -> list[ChecklistItem]:
    """Return a task's checklist in order."""
    found = read.rows(
        "SELECT id, position, words, done FROM checklist_item WHERE task_id = ? ORDER BY position, id",
        task_id,
    )
    return [ChecklistItem(id, position, words, bool(done)) for id, position, words, done in found]


def notes(read: Reader, task_id: int) -> str | None:
    """Return a task's private notes."""
    return read.value("SELECT notes FROM task WHERE id = ?", task_id)


class OwnWords(NamedTuple):
    """What only the PM sees of a task: notes, the last answer, minutes it should take, the rule it comes back by."""

    notes: str | None = None
    answer: str | None = None
    estimate_minutes: int | None = None
    repeats: str | None = None


class Beside(NamedTuple):
    """What lists do not read of a task: its notes, minutes it should take, its rule, and the task it is a part of."""

    notes: str | None
    estimate_minutes: int | None
    repeats: str | None
    parent_id: int | None


def beside(read: Reader, task_ids: Sequence[int]) -> dict[int, Beside]:
    """Return what lists do not read of tasks, by their ids."""
    found: dict[int, Beside] = {}
    for part in chunks(task_ids):
        marks = slots(part)
        sql = f"SELECT id, {', '.join(Beside._fields)} FROM task WHERE id IN ({marks})"
        found |= {int(id): Beside(*words) for id, *words in read.rows(sql, *part)}
    return found


def own_words(read: Reader, task_id: int) -> OwnWords:
    """Return what only the PM sees of a task."""
    row = read.row(f"SELECT {', '.join(OwnWords._fields)} FROM task WHERE id = ?", task_id)
    return OwnWords() if row is None else OwnWords(*row)


def is_paused(read: Reader, task_id: int) -> bool:
    """Whether a task comes back no more for now."""
    return bool(read.value("SELECT duty_paused FROM task WHERE id = ?", task_id))


def tags_of(read: Reader, task_id: int) -> list[str]:
    """Return a task's tags in the order in which they were added."""
    return [row[0] for row in read.rows("SELECT name FROM tag WHERE task_id = ? ORDER BY id", task_id)]


def tags_in_use(read: Reader) -> tuple[str, ...]:
    """Return every tag that a task has, the most used first."""
    return tuple(row[0] for row in read.rows("SELECT name FROM tag GROUP BY name ORDER BY count(*) DESC, name"))


def kinds_in_use(read: Reader) -> tuple[str, ...]:
    """Return every kind of work that a task is of, the most used first."""
    sql = "SELECT kind FROM task WHERE kind IS NOT NULL GROUP BY kind ORDER BY count(*) DESC, kind"
    return tuple(row[0] for row in read.rows(sql))


def persons_about(read: Reader, task_id: int) -> list[int]:
    """Return the ids of the persons that a task is about."""
    return [row[0] for row in read.rows("SELECT person_id FROM about WHERE task_id = ? ORDER BY id", task_id)]


def needs(read: Reader, task_id: int) -> list[int]:
    """Return the ids of the tasks that must be done first."""
    return [row[0] for row in read.rows("SELECT needs_id FROM dependency WHERE task_id = ? ORDER BY needs_id", task_id)]


def parts(read: Reader, task_id: int) -> list[int]:
    """Return the ids of a task's subtasks."""
    return [row[0] for row in read.rows("SELECT id FROM task WHERE parent_id = ? ORDER BY id", task_id)]


def terms(words: str) -> str:
    """Return the full-text query for all of these words, or words beginning so; empty for none."""
    return " ".join(f'"{word}"*' for word in words.translate(_NO_SYNTAX).split())


def search(read: Reader, words: str, limit: int = 50) -> list[int]:
    """Return ids of tasks that hold all of these words (or words beginning so), best first."""
    matching = terms(words)
    if not matching:
        return []
    return [
        row[0]
        for row in read.rows(
            "SELECT rowid FROM task_words WHERE task_words MATCH ? ORDER BY rank LIMIT ?", matching, limit
        )
    ]


def resolve(read: Reader, given: str) -> list[int]:
    """Return the ids that a task's id or the beginning of its uid stands for."""
    if given.isdecimal() and len(given) <= _LONGEST_ID:
        found = read.rows("SELECT id FROM task WHERE id = ?", int(given))
        if found:
            return [found[0][0]]
    prefix = given.casefold()
    if len(prefix) < 4 or not all(c in "0123456789abcdef-" for c in prefix):
        return []
    return [row[0] for row in read.rows("SELECT id FROM task WHERE uid >= ? AND uid < ? LIMIT 2", prefix, prefix + "g")]


def _task(row: SqlRow) -> TaskRow:
    values = list(row)
    for i in _DAYS:
        if values[i] is not None:
            values[i] = date.fromisoformat(values[i])
    values[_AT["status"]] = _STATUS[row[_AT["status"]]]
    values[_AT["audience"]] = _AUDIENCE[row[_AT["audience"]]]
    values[_AT["reason_missing"]] = bool(row[_AT["reason_missing"]])
    values[_AT["blocked"]] = bool(row[_AT["blocked"]])
    tags = row[_AT["tags"]]
    values[_AT["tags"]] = tuple(tags.split()) if tags else ()
    return TaskRow._make(values)
