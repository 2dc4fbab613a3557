"""One task in full, and what was done, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from followthru.actions.context import Context
from followthru.domain.clock import zone
from followthru.domain.saying import day_words
from followthru.store import journal, tasks
from followthru.store.journal import Entry
from followthru_tui.feed import TaskDetail

_STEPS = 12


def details(ctx: Context, ids: Sequence[int]) -> list[TaskDetail]:
    """Return these tasks with notes, checklist, tellings, what they need, and their newest steps."""
    with ctx.store.snapshot() as read:
        told = tasks.tellings(read, ids)
        return [
            TaskDetail(
                row,
                tasks.notes(read, row.id) or "",
                tuple(tasks.checklist(read, row.id)),
                tuple(told[row.id]),
                tuple((one.id, one.title) for one in tasks.by_ids(read, tasks.needs(read, row.id))),
                tuple(history(ctx, row.id, _STEPS)),
                tasks.set_buffer(read, row.id),
            )
            for row in tasks.by_ids(read, ids)
        ]


def history(ctx: Context, task_id: int | None, limit: int) -> list[str]:
    """Return the newest steps, each on a line."""
    return [_words(ctx, one) for one in journal.recent(ctx.read, limit, task_id=task_id)]


def _words(ctx: Context, entry: Entry) -> str:
    at = datetime.fromisoformat(entry.at).astimezone(zone(ctx.zone))
    by = "" if entry.actor == "me" else f" (by {entry.actor})"
    because = f" because {entry.because}" if entry.because else ""
    undone = " (undone)" if entry.undone else ""
    return f"{day_words(at.date(), ctx.today())} {at:%H:%M}  {entry.words}{because}{by}{undone}"
