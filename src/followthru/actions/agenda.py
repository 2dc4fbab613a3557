"""What Today and the week show: which tasks stand in which section, each judged by its practice's own day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from followthru.actions.context import Context
from followthru.domain.health import Health, Thresholds, health_on
from followthru.domain.task import TaskRow
from followthru.store import practices, tasks
from followthru.store.store import Reader
from followthru.store.tasks import Query

SECTION_LIMIT = 200


class Section(NamedTuple):
    """One part of Today: its name, the first tasks in it, and how many there are in total."""

    name: str
    tasks: tuple[TaskRow, ...]
    total: int


class Days:
    """Which day it is for each practice, and for tasks in none."""

    def __init__(self, ctx: Context, read: Reader) -> None:
        self.mine = ctx.today()
        self._by_slug = {one.slug: ctx.today(one) for one in practices.all_practices(read)}
        self._groups: dict[date, list[int]] = {}
        for one in practices.all_practices(read):
            self._groups.setdefault(self._by_slug[one.slug], []).append(one.id)

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


_NEEDS_YOU = "(reason_missing = 1 OR status = 'inbox' OR out_of_step > 0)"


def today_sections(ctx: Context, read: Reader, *, practice_id: int | None = None) -> list[Section]:
    """Return the sections of Today in their order; a task stands in the first that fits it."""
    days = Days(ctx, read)
    scope = tasks.OPEN if practice_id is None else Query("closed = 0 AND practice_id = ?", (practice_id,))
    begun = days.where("(starts_on IS NULL OR starts_on <= ?)")
    wanted: Iterable[tuple[str, Query]] = (
        ("needs you", Query(_NEEDS_YOU)),
        ("late", days.where("late_from <= ?")),
        ("promised today", days.where("promised_on = ?")),
        ("at risk", days.where("at_risk_from <= ?")),
        ("in buffer", days.where("in_buffer_from <= ?")),
        ("follow-ups", days.where("follow_up_on <= ?")),
        ("for today", both(begun, days.where("(target_on <= ? OR deadline_on = ? OR starts_on = ?)"))),
        ("started", both(begun, Query("status = 'started'"))),
    )
    seen: set[int] = set()
    sections: list[Section] = []
    for name, query in wanted:
        found = [row for row in tasks.rows(read, both(scope, query), limit=SECTION_LIMIT) if row.id not in seen]
        seen.update(row.id for row in found)
        all_ = len(found) if len(found) < SECTION_LIMIT else tasks.count(read, both(scope, query))
        if found:
            sections.append(Section(name, tuple(found), all_))
    return sections


def week(ctx: Context, read: Reader, *, practice_id: int | None = None) -> list[Section]:
    """Return the open tasks with a date in the next seven days, one section a day, late ones first."""
    scope = tasks.OPEN if practice_id is None else Query("closed = 0 AND practice_id = ?", (practice_id,))
    query = both(scope, Query("next_on < ?", (_day(ctx.today(), 7),)))
    days = Days(ctx, read)
    by_day: dict[str, list[TaskRow]] = {}
    for row in tasks.rows(read, query):
        dates = [day for day in (row.promised_on, row.deadline_on) if day is not None] or [row.target_on or days.mine]
        day = min(dates)
        by_day.setdefault("before" if day < days.today(row.practice) else day.isoformat(), []).append(row)
    order = sorted(by_day, key=lambda name: "" if name == "before" else name)
    return [Section(name, tuple(by_day[name]), len(by_day[name])) for name in order]
