"""Orders and groups of lists as SQL over `task_row`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

from followthru.domain.health import Health
from followthru.domain.orders import Order
from followthru.store.derived import NO_DATE
from followthru.store.store import Reader
from followthru.store.tasks import Query

ByDay = Callable[[str], Query]
"""Fills every `?` of a condition with the day at the task's own practice."""
Value = str | int | None

HEALTHS = (Health.LATE, Health.AT_RISK, Health.IN_BUFFER, Health.ON_TRACK, Health.DONE, Health.DROPPED)
"""The health words in their order; a task's rank in it is what lists are sorted and grouped by."""
BEFORE = ""
"""The day of a group that holds what was to be before today."""


class _Key(NamedTuple):
    """What is sorted by; `empty` says where what has none stands: `IS NULL`, `IS NOT NULL`, or nothing to say."""

    sql: str
    empty: str = ""
    values: tuple[object, ...] = ()

    def terms(self, *, down: bool) -> str:
        """Return the terms of ORDER BY; what has none stays where it is when the others are turned round."""
        nulls = f"{self.sql} {self.empty}, " if self.empty else ""
        return f"{nulls}{self.sql}{' DESC' if down else ''}"


_LIES_WITH = "coalesce(waiting_on, assignee)"
_SORTS: dict[str, _Key] = {
    "": _Key("next_on"),
    "promise": _Key("promised_on", "IS NULL"),
    "target": _Key("target_on", "IS NULL"),
    "deadline": _Key("deadline_on", "IS NULL"),
    "title": _Key("title COLLATE NOCASE"),
    # Ids rise, and none is used twice.
    "age": _Key("id"),
    "practice": _Key("practice", "IS NULL"),
    "person": _Key(_LIES_WITH, "IS NOT NULL"),
    "priority": _Key("CASE priority WHEN 'high' THEN 0 WHEN 'low' THEN 2 ELSE 1 END"),
}


def arranged(read: Reader, query: Query, order: Order, by_day: ByDay, *, limit: int = -1) -> list[tuple[int, Value]]:
    """Return the tasks that a query finds in an order, each with what it is grouped by (None without a group).

    A practice is its slug, a person their handle, a day ISO text (`BEFORE` for what was to be before today, None
    without a date), a health its place in `HEALTHS`. Tasks that are alike stand by their next date, then by their id.
    """
    group = _group(order.group, by_day)
    sort = _health(by_day) if order.sort == "health" else _SORTS[order.sort]
    first = f"{_GROUP} {group.empty or 'IS NULL'}, {_GROUP}, " if order.group else ""
    found = read.rows(
        f"SELECT id, {group.sql} AS {_GROUP} FROM task_row WHERE {query.where} "
        f"ORDER BY {first}{sort.terms(down=order.down)}, next_on, id LIMIT ?",
        *group.values,
        *query.values,
        *sort.values,
        limit,
    )
    return [(int(id), value) for id, value in found]


class Alike(NamedTuple):
    """The tasks of a list that have in common what it is grouped by (None: nothing), in their order."""

    value: Value
    ids: Sequence[int]


def grouped(read: Reader, query: Query, order: Order, by_day: ByDay, *, limit: int = -1) -> list[Alike]:
    """Return the tasks that a query finds in an order, those together that are alike; without a group all are."""
    found = arranged(read, query, order, by_day, limit=limit)
    return [Alike(value, [id for id, _ in each]) for value, each in groupby(found, key=lambda one: one[1])]


def these(ids: Sequence[int]) -> Query:
    """Return the query for certain tasks, however many."""
    return Query("id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))


_GROUP = "grouped_by"


def _group(group: str, by_day: ByDay) -> _Key:
    match group:
        case "practice":
            return _Key("practice")
        case "person":
            return _Key(_LIES_WITH, "IS NOT NULL")
        case "day":
            before = by_day("next_on < ?")
            sql = f"CASE WHEN closed = 0 AND {before.where} THEN '{BEFORE}' ELSE nullif(next_on, '{NO_DATE}') END"
            return _Key(sql, "", before.values)
        case "health":
            return _health(by_day)
        case _:
            return _Key("NULL")


def _health(by_day: ByDay) -> _Key:
    branches, values = ["WHEN status = 'done' THEN 4 WHEN status = 'dropped' THEN 5"], list[object]()
    for rank, column in enumerate(("late_from", "at_risk_from", "in_buffer_from")):
        found = by_day(f"{column} <= ?")
        branches.append(f"WHEN {found.where} THEN {rank}")
        values += found.values
    return _Key(f"CASE {' '.join(branches)} ELSE 3 END", "", tuple(values))
