"""Lines of Today that are no tasks: updates to review."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from followthru.actions.context import Context
from followthru.actions.selection import TO_CALL
from followthru.store import asking, practices, updates
from followthru.updates.outbox import UpdateKind, UpdateStatus, standing
from followthru_tui.feed import RECALLS, Line

if TYPE_CHECKING:
    from followthru.store.store import Reader
    from followthru.store.updates import UpdateRow

_SOON = 600
"""Seconds before it leaves from which a line counts them, with the key that recalls it."""
_STATES = {
    "approved": "> going out",
    "claimed": "> going out",
    "data started": "> going out",
    "deferred": "! deferred",
    "refused": "! refused",
    "uncertain": "! uncertain",
}


def update_lines(ctx: Context, read: Reader) -> tuple[Line, ...]:
    """Return a line for each update that is not settled, those in trouble first."""
    rows = updates.listed(read)
    names: Mapping[str, str] = names_of(read) if rows else {}
    lines = [
        Line(f"update:{row.id}", _state(ctx, row), _title(row, names), row.practice, None, standing=standing_of(row))
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda line: line.state[0] != "!"))


def call_lines(ctx: Context) -> tuple[Line, ...]:
    """Return a line for each person who is better called, with what about and why."""
    # Where nobody is waited on without mail or followed up, as on most days, the first frame loads no more.
    if not asking.anybody_to_call(ctx.read):
        return ()
    from followthru.actions.asking import calls

    return tuple(
        Line(f"call:{one.task.id}", "^ to call", one.words, one.task.practice, one.task.follow_up_on)
        for one in calls(ctx)
    )


def standing_of(row: UpdateRow) -> str:
    """Return where an update is on its way; of a call, whether it was made."""
    if row.kind != UpdateKind.CALL:
        return str(standing(row.status, row.phase))
    return {UpdateStatus.SETTLED: "told", UpdateStatus.DISCARDED: "cancelled"}.get(UpdateStatus(row.status), TO_CALL)


def _state(ctx: Context, row: UpdateRow) -> str:
    if row.status == "approved" and row.phase == "approved" and row.send_after is not None:
        left = int((datetime.fromisoformat(row.send_after) - ctx.store.clock.now()).total_seconds())
        return f"> {left}{RECALLS}" if 0 < left < _SOON else "> going out"
    if row.status == "approved":
        return _STATES.get(row.phase or "approved", row.phase or "")
    if row.kind == "call":
        return "^ to call"
    if row.due_at is not None and row.due_at <= ctx.store.now():
        return "! late"
    return "^ held" if row.status == "held" else "^ to review"


def _title(row: UpdateRow, names: Mapping[str, str]) -> str:
    return row.subject if row.kind == "call" else mail_title(row.person, row.subject, names[row.practice])


def names_of(read: Reader) -> Mapping[str, str]:
    """Return the practices' names by their short ones."""
    return {one.slug: one.name for one in practices.all_practices(read)}


def mail_title(person: str, subject: str, practice: str) -> str:
    """Return what a line says of a mail: whom to, and its subject without the practice's name, which stands beside."""
    again = "Re: " if subject.startswith("Re: ") else ""
    return f"To {person}: {again}{subject.removeprefix(again).removeprefix(f'{practice}: ')}"
