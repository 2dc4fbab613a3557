"""Losses that wait for a word: so much is missing on a calendar's server that a person has to confirm it."""

from __future__ import annotations

from typing import NamedTuple

from followthru.calendars.errors import LossGuardError
from followthru.config.values import Config
from followthru.store import links
from followthru.store.store import Reader, Writer


class Loss(NamedTuple):
    """How many of the objects that were known on a calendar are missing there."""

    calendar: str
    lost: int
    known: int


def note_loss(tx: Writer, calendar: str, guard: LossGuardError | None) -> None:
    """Note what a calendar's guard refused, or forget it: nothing is missing any more, or it was taken as deleted."""
    links.note(tx, _name(calendar), None if guard is None else f"{guard.lost} {guard.known}")


def loss_of(read: Reader, calendar: str) -> Loss | None:
    """Return the loss on a calendar that waits for a word, None if there is none."""
    found = links.fact(read, _name(calendar))
    if found is None:
        return None
    lost, known = map(int, found.split())
    return Loss(calendar, lost, known)


def losses(read: Reader, config: Config) -> list[Loss]:
    """Return the losses that wait for a word, in the configuration's order of calendars."""
    return [loss for one in config.calendars if (loss := loss_of(read, one.name)) is not None]


def _name(calendar: str) -> str:
    return f"loss {calendar}"
