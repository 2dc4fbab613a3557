"""Read which working days the promise of a task was counted in when it was first told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from followthru.domain.frozen import changed_since, thaw
from followthru.domain.workdays import WorkCalendar
from followthru.store.chunks import slots
from followthru.store.practices import work_calendar
from followthru.store.store import Reader

_SQL = (
    "SELECT g.task_id, g.calendar FROM telling g JOIN task t ON t.id = g.task_id "
    "WHERE g.task_id IN ({marks}) AND g.retracted = 0 AND g.promised_on = t.promised_on AND g.calendar IS NOT NULL "
    "ORDER BY g.id DESC"
)


def frozen(read: Reader, task_ids: Sequence[int]) -> dict[int, str]:
    """Return the frozen days of those tasks whose present promise was told, as they were at its first telling."""
    marks = slots(task_ids)
    return {int(task_id): str(text) for task_id, text in read.rows(_SQL.format(marks=marks), *task_ids)}


def changed_days(read: Reader, task_id: int, practice_id: int | None) -> tuple[list[date], WorkCalendar]:
    """Return the days that are worked more or less by now than when a task's promise was told, and today's calendar."""
    now = work_calendar(read, practice_id)
    text = frozen(read, [task_id]).get(task_id)
    return ([] if text is None else changed_since(text, now)), now


def calendar_of(read: Reader, task_id: int, practice_id: int | None) -> WorkCalendar:
    """Return the working days that a task's promise is counted in: frozen once it was told, else today's."""
    now = work_calendar(read, practice_id)
    text = frozen(read, [task_id]).get(task_id)
    return now if text is None else thaw(text, now)
