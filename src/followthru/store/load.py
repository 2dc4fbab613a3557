"""Read how much open work has which date."""

from __future__ import annotations

from datetime import date

from followthru.domain.load import UNESTIMATED, Work
from followthru.store.store import Reader

_SQL = (
    "SELECT p.slug, w.due, w.minutes, w.tasks, w.unestimated FROM ("
    "SELECT d.practice_id AS at, coalesce(d.promised_on, d.deadline_on) AS due, count(*) AS tasks, "
    f"sum(coalesce(t.estimate_minutes, {UNESTIMATED})) AS minutes, sum(t.estimate_minutes IS NULL) AS unestimated "
    "FROM task_dates d JOIN task t ON t.id = d.task_id "
    "WHERE d.closed = 0 AND coalesce(d.promised_on, d.deadline_on) < ? GROUP BY at, due"
    ") w LEFT JOIN practice p ON p.id = w.at"
)


def promised_work(read: Reader, before: date) -> list[Work]:
    """Return the open tasks with a promise, or without one a deadline, before a day; by practice and date."""
    return [
        Work(practice, date.fromisoformat(on), minutes, tasks, unestimated)
        for practice, on, minutes, tasks, unestimated in read.rows(_SQL, before.isoformat())
    ]


def estimate(read: Reader, task_id: int) -> int | None:
    """Return the minutes that a task is estimated to take, None if nobody said."""
    return read.value("SELECT estimate_minutes FROM task WHERE id = ?", task_id)
