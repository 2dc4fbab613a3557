"""Stall: whether work has stood still for longer than such work usually does. A flag beside health. Pure.

A *movement* is the creation of a task, or a change of its status, checklist, subtasks, waiting or a date. A note
is none, nor is a target that follows when its practice changes its days or policy, nor that a task was imported: what
was only ever brought in has not begun to move here, and does not stall. As with health the rule is
written twice: `stalled_by_rule` reads it off for one day, `stalled_from` gives the first day from which it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from followthru.domain.changes import WHOLE, Change, Row, Scalar
from followthru.domain.task import Status
from followthru.domain.workdays import WorkCalendar
from followthru.errors import UsageError

SHORTEST = 5
"""Working days: nothing is called stalled before, however quickly its kind usually moves."""
MOVING = frozenset((
    "status", "deadline_on", "promised_on", "promised_time", "target_on", "starts_on", "waiting_on_id", "waiting_for",
    "waiting_by", "follow_up_on",
))  # fmt: skip
"""The fields of a task whose change is a movement."""
_CAN_STALL = frozenset({Status.OPEN, Status.STARTED, Status.WAITING})
_PRACTICE_WIDE = frozenset(("practice", "closure", "season", "absence"))


class StallFacts(NamedTuple):
    """What stall is judged by. `moved_on` is the practice's day of the last movement; `begins_on` is the start, or
    without one the day by which to begin; None for no such day.
    """

    status: Status
    moved_on: date
    begins_on: date | None = None
    follow_up_on: date | None = None


def stalled_by_rule(facts: StallFacts, pace: int, calendar: WorkCalendar, today: date) -> bool:
    """Return whether a task is stalled on one day, straight from the rule. `pace` is working days, from `pace_of`."""
    if facts.status not in _CAN_STALL:
        return False
    if facts.status is Status.WAITING and facts.follow_up_on is not None and today < facts.follow_up_on:
        return False
    since = facts.moved_on if facts.begins_on is None else max(facts.moved_on, facts.begins_on)
    return calendar.working_days_between(since, today) > pace


def stalled_from(facts: StallFacts, pace: int, calendar: WorkCalendar) -> date | None:
    """Return the first day on which a task is stalled while it stays as it is; None for never."""
    if facts.status not in _CAN_STALL:
        return None
    since = facts.moved_on if facts.begins_on is None else max(facts.moved_on, facts.begins_on)
    try:
        first = calendar.add(since, pace + 1)
    except UsageError:
        return None  # Beyond the year 9999.
    if facts.status is Status.WAITING and facts.follow_up_on is not None:
        return max(first, facts.follow_up_on)
    return first


def pace_of(gaps: Iterable[int]) -> int:
    """Return how many working days without a movement are usual: the median of these, rounded down, at least five."""
    ordered = sorted(gaps)
    if not ordered:
        return SHORTEST
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return max(SHORTEST, (low + high) // 2)


def gaps_between(days: Sequence[date], calendar: WorkCalendar) -> list[int]:
    """Return the working days between one movement and the next; `days` are in order."""
    return [max(0, calendar.working_days_between(one, other)) for one, other in pairwise(days)]


class Place(NamedTuple):
    """Where things belong as they stand: the parent of a task by its id, the task of a checklist step by the step's."""

    parent: Callable[[int], int | None]
    task_of_step: Callable[[int], int | None]


def moved_by(changes: Sequence[Change], place: Place) -> set[int]:
    """Return the ids of the tasks that these changes of one action move.

    A change of a practice takes fields of its tasks along; those are no movements of theirs.
    """
    wide = any(change.entity in _PRACTICE_WIDE for change in changes)
    found: set[int] = set()
    for change in changes:
        if change.entity == "task" and change.field == WHOLE:
            if not _is_import(change.after):
                found.add(change.id)
                found.update(_parents(change.before, change.after))
        elif change.entity == "task" and change.field == "parent_id":
            found.update(one for one in (change.before, change.after) if isinstance(one, int))
        elif change.entity == "task" and change.field in MOVING and not wide:
            found.add(change.id)
            parent = place.parent(change.id) if change.field == "status" else None
            found.update(() if parent is None else (parent,))
        elif change.entity == "checklist_item":
            found.update(_of_step(change, place))
    return found


def _is_import(row: Scalar | Row) -> bool:
    return isinstance(row, Mapping) and row.get("imported_at") is not None


def _parents(*rows: Scalar | Row) -> list[int]:
    found = (row.get("parent_id") for row in rows if isinstance(row, Mapping))
    return [int(parent) for parent in found if parent is not None]


def _of_step(change: Change, place: Place) -> list[int]:
    rows = [row for row in (change.before, change.after) if isinstance(row, Mapping)]
    if rows:
        return [int(row["task_id"] or 0) for row in rows]
    task_id = place.task_of_step(change.id)
    return [] if task_id is None else [task_id]
