"""What Today and the week show: which tasks stand in which section, each judged by its practice's own day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from followthru.actions.context import Context
from followthru.domain.health import Health, Thresholds, health_on
from followthru.domain.task import TaskRow
from followthru.store import practices, tasks
from followthru.store.store import Reader
from followthru.store.tasks import Query

SECTION_LIMIT = 200
STALLED = "stalled"
STALLED_LIMIT = 5
"""Stalled tasks in Today; `list is:stalled` has them all."""
WEEK = 7


class Section(NamedTuple):
    """One part of Today: its name, the first tasks in it, and how many there are in total."""

    name: str
    tasks: tuple[TaskRow, ...]
    total: int


class Placed(NamedTuple):
    """One part of Today or the week: its name, and the ids of all tasks in it in order of their next date."""

    name: str
    ids: list[int]


class Days:
    """Which day it is for each practice, and for tasks in none."""

    def __init__(self, ctx: Context, read: Reader) -> None:
        self.mine = ctx.today()
        self._by_slug = {one.slug: ctx.today(one) for one in practices.all_practices(read)}
        self._groups: dict[date, list[int]] = {}
        for one in practices.all_practices(read):
            self._groups.setdefault(self._by_slug[one.slug], []).append(one.id)

    @property
    def latest(self) -> date:
        """The day where it is furthest on."""
        return max((self.mine, *self._groups))

    @property
    def earliest(self) -> date:
        """The day where it is least far on."""
        return min((self.mine, *self._groups))

    def today(self, practice: str | None) -> date:
        """Return the day at a practice."""
        return self.mine if practice is None else self._by_slug.get(practice, self.mine)

    def where(self, condition: str, shift: int = 0) -> Query:
        """Return a query whose every `?` is the day of the task's own practice, some days later if wished."""
        if not self._groups.keys() - {self.mine}:
            return Query(f"({condition})", (_day(self.mine, shift),) * condition.count("?"))
        parts, values = [f"(practice_id IS NULL AND {condition})"], [_day(self.mine, shift)] * condition.count("?")
        for today, ids in self._groups.items():
            parts.append(f"(practice_id IN ({','.join(map(str, ids))}) AND {condition})")
            values += [_day(today, shift)] * condition.count("?")
        return Query(f"({' OR '.join(parts)})", tuple(values))


def _day(today: date, shift: int) -> str:
    return (today + timedelta(days=shift)).isoformat()


def health(task: TaskRow, today: date) -> Health:
    """Return a task's health on its practice's day."""
    return health_on(task.status, Thresholds(task.in_buffer_from, task.at_risk_from, task.late_from), today)


def both(*queries: Query) -> Query:
    """Return the query for tasks that all of these find."""
    return Query(
        " AND ".join(query.where for query in queries), tuple(value for query in queries for value in query.values)
    )


def today_sections(ctx: Context, read: Reader, *, practice_id: int | None = None) -> list[Section]:
    """Return the sections of Today in their order; a task stands in the first that fits it."""
    return _with_tasks(read, today_ids(ctx, read, practice_id=practice_id))


_COME_BACK = "(starts_on <= ? AND status IN ('inbox', 'open'))"


def today_ids(
    ctx: Context, read: Reader, *, practice_id: int | None = None, matching: Query | None = None
) -> list[Placed]:
    """Return the sections of Today as ids; `matching` is a condition over `task_row` that narrows them."""
    days = Days(ctx, read)
    begun = days.where("(starts_on IS NULL OR starts_on <= ?)")
    sections = (
        ("needs you", Query("needs_you = 1")),
        ("late", days.where("late_from <= ?")),
        # Before risk and buffer: on the promised day one of the two holds for every task.
        ("promised today", days.where("promised_on = ?")),
        ("at risk", days.where("at_risk_from <= ?")),
        ("in buffer", days.where("in_buffer_from <= ?")),
        ("follow-ups", days.where("follow_up_on <= ?")),
        # What was put off until a day stays from then on, until it is begun or put off again.
        ("for today", both(begun, days.where(f"(target_on <= ? OR deadline_on = ? OR {_COME_BACK})"))),
        (STALLED, days.where("stalled_from <= ?")),
        ("started", both(begun, Query("status = 'started'"))),
    )
    near = Query("notice_from <= ?", (days.latest.isoformat(),))
    return _placed(read, _scope(near, practice_id, matching), sections)


def _scope(near: Query, practice_id: int | None, matching: Query | None) -> Query:
    near = both(tasks.OPEN, near)
    parts = [near]
    if practice_id is not None:
        parts.append(Query("practice_id = ?", (practice_id,)))
    if matching is not None:
        # Said inside as well: only of tasks that are near is it asked whether the filter finds them.
        parts.append(tasks.dates_of(both(near, matching)))
    return both(*parts)


def _placed(read: Reader, scope: Query, sections: Sequence[tuple[str, Query]]) -> list[Placed]:
    held = tasks.placed_ids(read, scope, [query for _, query in sections])
    return [Placed(name, ids) for (name, _), ids in zip(sections, held, strict=True) if ids]


def _with_tasks(read: Reader, sections: Sequence[Placed]) -> list[Section]:
    return [Section(name, tuple(tasks.by_ids(read, ids[: most_of(name)])), len(ids)) for name, ids in sections]


def most_of(section: str) -> int:
    """Return how many tasks of a section are shown at most."""
    return STALLED_LIMIT if section == STALLED else SECTION_LIMIT


def week(ctx: Context, read: Reader, *, practice_id: int | None = None) -> list[Section]:
    """Return the open tasks with a date in the next seven days, one section a day, those from before first."""
    return _with_tasks(read, week_ids(ctx, read, practice_id=practice_id))


def week_ids(
    ctx: Context, read: Reader, *, practice_id: int | None = None, matching: Query | None = None
) -> list[Placed]:
    """Return the sections of the week as ids; `matching` is a condition over `task_row` that narrows them."""
    days = Days(ctx, read)
    sections = [("before", days.where("next_on < ?"))]
    for shift in range((days.latest - days.earliest).days + WEEK):
        day = _day(days.earliest, shift)
        sections.append((day, Query("next_on = ?", (day,))))
    return _placed(read, _scope(days.where("next_on < ?", WEEK), practice_id, matching), sections)
