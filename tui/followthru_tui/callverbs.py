"""What the screen reads and does during a call. All of it runs on the reader thread and may raise FollowthruError."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from followthru.domain.task import How
from followthru_tui import verbs
from followthru_tui.feed import Said

if TYPE_CHECKING:
    from followthru.actions.call_sheet import Sheet
    from followthru.actions.desk import Desk
    from followthru.actions.raising import Raised


def sheet(desk: Desk, practice: str, person: str) -> Sheet:
    """Return what is open with a person at a practice."""
    from followthru.actions.call_sheet import sheet

    with desk.ctx.store.snapshot() as read:
        return sheet(desk.ctx, read, practice, person)


def told(desk: Desk, task_id: int, person: str) -> Said:
    """Note that a task's date was told on this call."""
    return verbs.tell(desk, task_id, person, How.CALL)


def capture(desk: Desk, line: str, practice: str, person: str) -> Said:
    """Store a line that is captured on a call."""
    from followthru.actions import call_sheet

    return verbs.said(call_sheet.capture(desk.ctx, line, practice, person), select=True)


def note(desk: Desk, words: str, practice: str, person: str) -> Said:
    """Note something to raise with this person."""
    from followthru.actions import raising

    return _said(raising.add(desk.ctx, person, words, practice=practice))


def raised(desk: Desk, note_ids: Sequence[int]) -> Said:
    """Note that things were raised."""
    from followthru.actions import raising

    return _said(raising.done(desk.ctx, note_ids))


def reword(desk: Desk, note_id: int, words: str) -> Said:
    """Say in other words what to raise."""
    from followthru.actions import raising

    return _said(raising.edit(desk.ctx, note_id, words))


def _said(done: Raised) -> Said:
    return verbs.said(done.outcome)
