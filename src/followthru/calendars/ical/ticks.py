"""Whether a todo is done: read from whatever a program wrote, and written in full (RFC 5545 section 3.8.1.11).

Programs tick a todo by its status, by the instant of its completion, by 100 per cent, or by all three.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from followthru.calendars.ical.scan import Scan
from followthru.calendars.ical.when import Piece, stamp

CANCELLED = "CANCELLED"
TICKS = ("STATUS", "COMPLETED", "PERCENT-COMPLETE")
"""The lines that say whether a todo is done."""


class Progress(StrEnum):
    """How far a task is, as a todo's status says it."""

    OPEN = "NEEDS-ACTION"
    STARTED = "IN-PROCESS"
    DONE = "COMPLETED"


class Ticks(NamedTuple):
    """The three places in which a todo may be ticked. `status` is in upper case, None without one."""

    status: str | None
    completed: bool
    percent: bool

    @property
    def done(self) -> bool:
        """Whether it is done by itself: a status that is known decides, without one either of the others."""
        if self.status in (*Progress, CANCELLED):
            return self.status == Progress.DONE
        return self.completed or self.percent


NO_TICKS = Ticks(None, completed=False, percent=False)


def ticks_of(found: Scan) -> Ticks:
    """Return what an object says of being done."""
    status, completed = found.first("STATUS"), found.first("COMPLETED")
    percent = found.first("PERCENT-COMPLETE")
    return Ticks(
        (status.value.strip().upper() or None) if status is not None else None,
        completed is not None and bool(completed.value.strip()),
        percent is not None and percent.value.strip() == "100",
    )


def done_there(now: Ticks, before: Ticks | None, known: bool) -> bool:
    """Return whether a todo is done that said `before` when `known` was agreed on.

    What changed decides: a program that adds only the instant of completion has ticked it, although our
    own status still stands; one that puts the status back has un-ticked it, although the instant was left.
    """
    if before is None:
        return now.done
    if CANCELLED in (now.status, before.status) or now == before:
        return known
    if (now.status == Progress.DONE) != (before.status == Progress.DONE):
        return now.done
    if (now.completed and not before.completed) or (now.percent and not before.percent):
        return True
    return known and (now.done or now.completed or now.percent)


def tick_pieces(there: Ticks, wanted: Progress, now: datetime) -> dict[str, Piece]:
    """Return the lines to change so that a todo says `wanted`; one that is done in any way is left as it is."""
    if wanted is Progress.DONE:
        every: dict[str, Piece] = {
            "STATUS": ("", str(wanted)),
            "COMPLETED": ("", stamp(now)),
            "PERCENT-COMPLETE": ("", "100"),
        }
        return {} if there.done else every
    pieces: dict[str, Piece] = {} if there.status == wanted else {"STATUS": ("", str(wanted))}
    if there.completed:
        pieces["COMPLETED"] = None
    if there.percent:
        pieces["PERCENT-COMPLETE"] = None
    return pieces
