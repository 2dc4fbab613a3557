"""What keys do to work that comes back, through the actions. On the reader thread; may raise FollowthruError."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from followthru_tui.feed import Said
from followthru_tui.verbs import said

if TYPE_CHECKING:
    from followthru.actions.desk import Desk
    from followthru.domain.dateword import DateOrder


class Comes(NamedTuple):
    """What a move is read with."""

    title: str
    rule: str
    today: date
    order: DateOrder


def comes(desk: Desk, id: int) -> Comes:
    """Return what the move of a duty is read with. Raises NotFoundError where it does not come back any more."""
    from followthru.errors import NotFoundError
    from followthru.store import practices
    from followthru.store.duties import duties

    one = next((each for each in duties(desk.ctx.read) if each.id == id), None)
    if one is None:
        raise NotFoundError(f"Task {id} does not come back any more.")
    at = None if one.practice_id is None else practices.practice(desk.ctx.read, one.practice_id)
    return Comes(one.title, one.rule, desk.ctx.today(at), desk.ctx.order)


def skip(desk: Desk, id: int) -> Said:
    """Leave one occurrence out."""
    from followthru.actions import duties

    done = duties.skip(desk.ctx, id)
    return said(done, select=True)


def move(desk: Desk, id: int, to: str, *, all_to_come: bool, because: str | None) -> Said:
    """Move one occurrence, or all to come with it."""
    from followthru.actions import duties

    return said(duties.move(desk.ctx, id, to, all_to_come=all_to_come, because=because))


def pause_or_resume(desk: Desk, id: int) -> Said:
    """Pause a duty, or resume one that is paused."""
    from followthru.actions import duties
    from followthru.store.duties import duties as every

    paused = any(one.paused for one in every(desk.ctx.read) if one.id == id)
    return said((duties.resume if paused else duties.pause)(desk.ctx, id))


def end(desk: Desk, id: int) -> Said:
    """Let a duty come back no more."""
    from followthru.actions import duties

    return said(duties.end(desk.ctx, id))
