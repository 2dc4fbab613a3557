"""One store is synced from one place: a copy on another machine is noticed before it sends anything.

Two copies would each take the other's events for its own, and its decisions for edits.
"""

from __future__ import annotations

from hashlib import sha256
from hmac import new

from followthru.actions.desk import Desk
from followthru.actions.mail_hold import MOVED, hold_unsure
from followthru.config.machine import machine_id
from followthru.errors import RefusedError
from followthru.store import calendar_books, links

_PLACE = "place"


class OtherMachineError(RefusedError):
    """This store was synced elsewhere before: on another machine, or from another folder of this one."""

    def __init__(self) -> None:
        super().__init__(
            "This store was last synced on another machine, or from another folder.",
            safe="Nothing was sent. Two copies that both sync would undo each other's work.",
            remedy="If it goes on here from now on, stop the other one for good and run `followthru sync --here`",
        )


def check_place(desk: Desk) -> None:
    """Note where this store is synced, the first time; later raise OtherMachineError anywhere else."""
    here, known = _mark(desk), links.fact(desk.ctx.read, _PLACE)
    if known == here:
        return
    if known is not None:
        raise OtherMachineError
    with desk.ctx.store.writing() as tx:
        links.note(tx, _PLACE, here)


def is_elsewhere(desk: Desk) -> bool:
    """Whether this store was synced elsewhere before."""
    known = links.fact(desk.ctx.read, _PLACE)
    return known is not None and known != _mark(desk)


def take_over(desk: Desk) -> None:
    """Let this be where the store is synced. Everything is listed anew: the other copy may have gone on meanwhile.

    For the same reason all mail is held where there is any to send.
    """
    elsewhere = is_elsewhere(desk)
    with desk.ctx.store.writing() as tx:
        if elsewhere and desk.config.mail:
            hold_unsure(tx, MOVED)
        links.note(tx, _PLACE, _mark(desk))
        for calendar in desk.config.calendars:
            calendar_books.list_anew(tx, calendar.name)
            links.note(tx, twin(calendar.name), None)


def twin(calendar: str) -> str:
    """Return the name of the fact that another copy of this store wrote to a calendar, and when that was seen."""
    return f"twin {calendar}"


def note_twin(desk: Desk, calendar: str, count: int) -> str | None:
    """Note that another copy wrote to events of a calendar; return words for it, None if it did not."""
    if not count:
        return None
    with desk.ctx.store.writing() as tx:
        links.note(tx, twin(calendar), tx.now)
    return TWIN_WORDS


TWIN_WORDS = (
    "Events here were written by another copy of this store, or by this one before it was restored. Stop the other "
    "copy, then run `followthru sync --here`."
)


def _mark(desk: Desk) -> str:
    """Return what stands for this machine and folder; neither can be told from it."""
    uid = links.store_uid(desk.ctx.read)
    if uid is None:
        with desk.ctx.store.writing() as tx:
            uid = links.make_store_uid(tx)
    where = f"{machine_id()}\0{desk.home.database.resolve()}"
    return new(uid.encode(), where.encode(), sha256).hexdigest()
