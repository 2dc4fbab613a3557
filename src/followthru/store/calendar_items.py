"""What `sync status` tells of single objects: how each of ours stands, and what its server can do."""

from __future__ import annotations

from typing import NamedTuple

from followthru.store.store import Reader


class ItemRow(NamedTuple):
    """One object of ours. `good_at` is when both sides last agreed on its text, `begun` a request under way."""

    id: int
    task_id: int
    task_uid: str
    title: str | None
    role: str
    form: str
    href: str
    state: str
    good_at: str | None
    reason: str | None
    questions: str | None
    begun: int


_FIELDS = (
    "l.id, l.task_id, l.task_uid, t.title, l.role, l.form, l.href, l.state, l.good_at, l.reason, l.questions, "
    "EXISTS (SELECT 1 FROM operation o WHERE o.link_id = l.id)"
)


def items(read: Reader, calendar: str) -> list[ItemRow]:
    """Return a calendar's objects that are or should be on its server, by task."""
    rows = read.rows(
        f"SELECT {_FIELDS} FROM link l LEFT JOIN task t ON t.id = l.task_id "
        "WHERE l.calendar = ? AND l.state <> 'gone' ORDER BY l.task_id, l.id",
        calendar,
    )
    return [ItemRow(*row) for row in rows]
