"""One task in full, and what was done, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from followthru.actions.context import Context
from followthru.actions.evidence import about, evidence_lines, since
from followthru.actions.outlook import Outlook
from followthru.domain.clock import zone
from followthru.domain.frozen import changed_words
from followthru.domain.saying import day_words
from followthru.domain.task import TaskRow, Telling
from followthru.store import journal, tasks
from followthru.store.frozen import changed_days
from followthru.store.journal import Entry
from followthru.store.load import estimate
from followthru.store.store import Reader
from followthru_tui.feed import TaskDetail

_STEPS = 12


def details(ctx: Context, ids: Sequence[int], dates: Outlook) -> list[TaskDetail]:
    """Return these tasks with notes, checklist, tellings, what they need, their forecast and their newest steps."""
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
                _forecast(ctx, row, told[row.id], dates),
                since(ctx, read, row),
                _counted(read, row, dates),
                estimate(read, row.id),
                tasks.own_words(read, row.id).repeats,
            )
            for row in tasks.by_ids(read, ids)
        ]


def _forecast(ctx: Context, row: TaskRow, told: Sequence[Telling], dates: Outlook) -> str:
    """Return whether history supports the date as it was told first, which was another day than today."""
    if row.closed:
        return ""
    asked = about(ctx, row, told)
    today = dates.site(row.practice).today
    words = dates.history_words(asked) or ""
    return f"On {day_words(asked.on, today)}, told first: {words}" if words and asked.on not in (None, today) else words


def _counted(read: Reader, row: TaskRow, dates: Outlook) -> str:
    if row.closed:
        return ""
    days, now = changed_days(read, row.id, row.practice_id)
    return changed_words(days, now, dates.site(row.practice).today) or ""


def evidence(ctx: Context, id: int, dates: Outlook) -> list[str]:
    """Return what a task's forecast rests on: its sentence, then a line for each case."""
    row = tasks.one(ctx.read, id)
    if row is None:
        return []
    asked = about(ctx, row, tasks.tellings(ctx.read, [id])[id])
    said = dates.history_words(asked) or "There is no history yet to forecast from."
    today = dates.site(row.practice).today
    return [said, *(line.strip() for line in evidence_lines(dates.rests_on(asked), today))]


def history(ctx: Context, task_id: int | None, limit: int) -> list[str]:
    """Return the newest steps, each on a line."""
    return [_words(ctx, one) for one in journal.recent(ctx.read, limit, task_id=task_id)]


def _words(ctx: Context, entry: Entry) -> str:
    at = datetime.fromisoformat(entry.at).astimezone(zone(ctx.zone))
    by = "" if entry.actor == "me" else f" (by {entry.actor})"
    because = f" because {entry.because}" if entry.because else ""
    undone = " (undone)" if entry.undone else ""
    return f"{day_words(at.date(), ctx.today())} {at:%H:%M}  {entry.words}{because}{by}{undone}"
