"""Read the promises of the past: for each task that was ever told, its first telling and its end."""

from __future__ import annotations

from datetime import date

from followthru.domain.forecast import Case
from followthru.store.store import Reader

_TOLD = (
    "SELECT p.slug, t.kind, min(g.told_on), CASE t.status WHEN 'done' THEN t.done_on END, t.id "
    "FROM telling g JOIN task t ON t.id = g.task_id LEFT JOIN practice p ON p.id = t.practice_id "
    "WHERE g.retracted = 0 AND t.status <> 'dropped' GROUP BY t.id"
)


def told(read: Reader) -> list[Case]:
    """Return a case for every task with a telling that was not taken back; a dropped one is none."""
    return [
        Case(practice, kind, date.fromisoformat(first), None if done is None else date.fromisoformat(done), id)
        for practice, kind, first, done, id in read.rows(_TOLD)
    ]
