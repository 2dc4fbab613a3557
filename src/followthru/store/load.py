"""Read the open work that has a date."""

from __future__ import annotations

from datetime import date

from followthru.domain.load import Work
from followthru.store.store import Reader

_SQL = (
    "SELECT d.task_id, p.slug, coalesce(d.promised_on, d.deadline_on), t.estimate_minutes "
    "FROM task_dates d JOIN task t ON t.id = d.task_id LEFT JOIN practice p ON p.id = d.practice_id "
    "WHERE d.closed = 0 AND coalesce(d.promised_on, d.deadline_on) < ?"
)


def promised_work(read: Reader, before: date) -> list[Work]:
    """Return the open tasks with a promise, or without one a deadline, before a day."""
    return [
        Work(task_id, practice, date.fromisoformat(on), minutes)
        for task_id, practice, on, minutes in read.rows(_SQL, before.isoformat())
    ]


def estimate(read: Reader, task_id: int) -> int | None:
    """Return the minutes that a task is estimated to take, None if nobody said."""
    return read.value("SELECT estimate_minutes FROM task WHERE id = ?", task_id)
