"""How time went by: whether the machine slept, its clock was set, or this process stood still.

Three clocks say so together: the wall's, which people set; one that stands still while the machine sleeps, on which all
timers run; and one that goes on meanwhile (clock_gettime(2): CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME; on macOS
CLOCK_UPTIME_RAW stands still and CLOCK_MONOTONIC goes on).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

_AWAKE: int = getattr(time, "CLOCK_UPTIME_RAW", time.CLOCK_MONOTONIC)
_ELAPSED: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
NOTED = 2.0
"""Seconds; less is what clocks differ by when they are read one after the other, or set by a time server."""
STOOD = 20.0
"""Seconds between two looks after which this process must have stood still: it looks every few."""


class Reading(NamedTuple):
    """The three clocks at one moment, in seconds: the wall's since 1970, the other two since any moment."""

    wall: float
    awake: float
    elapsed: float


class Gap(NamedTuple):
    """Seconds: how long the machine slept, by how much its clock was set, how long this process stood still."""

    slept: float
    moved: float
    stood: float


Read = Callable[[], Reading]


def read() -> Reading:
    """Read the clocks of this machine."""
    return Reading(time.time(), time.clock_gettime(_AWAKE), time.clock_gettime(_ELAPSED))


class Timekeeper:
    """Compares the clocks from one look to the next."""

    def __init__(self, read: Read = read) -> None:
        self._read = read
        self._last = read()

    def elapsed(self) -> float:
        """Return seconds that go by whatever is set or sleeps."""
        return self._read().elapsed

    def look(self) -> Gap | None:
        """Return what happened since the last look, None if nothing did but time."""
        before, now = self._last, self._read()
        self._last = now
        awake, elapsed = now.awake - before.awake, now.elapsed - before.elapsed
        gap = Gap(elapsed - awake, now.wall - before.wall - elapsed, awake)
        noted = gap.slept > NOTED or abs(gap.moved) > NOTED or gap.stood > STOOD
        return gap._replace(stood=gap.stood if gap.stood > STOOD else 0.0) if noted else None
