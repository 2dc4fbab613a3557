"""A machine whose hours pass in a moment: its clocks run on whenever nothing is to be done.

The loop is asyncio's own, over real sockets and threads. Only its waiting is not: where no socket has anything and no
thread works, the clocks jump to the next timer. While a conversation over the network waits for its answer they run on
slowly, so that a server that never answers is given up at last.
"""

from __future__ import annotations

import asyncio
import mmap
import os
import selectors
import socket
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from followthru_daemon.timekeeping import Reading

PACE, STEP = 0.005, 1.0
"""While an answer is waited for: seconds of ours, and how many of the machine's pass in them."""
BREATH = 0.002
"""Seconds of ours to wait while a thread works; the machine's clocks stand still."""
INSTANT = 1e-6
"""Seconds that pass at each look: what waits for less than a timer can tell must not wait for ever."""
_STATE = struct.Struct("dd")


class Hourglass:
    """The machine's clocks. What they show is in a file, so that the next process goes on from there."""

    def __init__(self, start: datetime, state: Path) -> None:
        """`start` is an aware instant, at which the first process began."""
        if not state.exists():
            state.write_bytes(_STATE.pack(0.0, 0.0))
        with state.open("r+b") as file:
            self._kept = mmap.mmap(file.fileno(), _STATE.size)
        self._start = start
        self._slept = 0.0
        self._passed, self._moved = _STATE.unpack(self._kept[:])
        self._began = self._passed

    @property
    def passed(self) -> float:
        """Seconds that have truly passed since the first process began."""
        return self._passed

    def read(self) -> Reading:
        """Return what the three clocks show."""
        return Reading(self.now().timestamp(), self.awake(), self._passed)

    def awake(self) -> float:
        """Return seconds that passed while the machine was awake."""
        return self._passed - self._began - self._slept

    def now(self) -> datetime:
        """Return the wall clock's instant, aware and in UTC."""
        return self._start + timedelta(seconds=self._passed + self._moved)

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self._passed += seconds
        self._keep()

    def sleep(self, seconds: float) -> None:
        """Let the machine sleep."""
        self._slept += seconds
        self.run(seconds)

    def set_off(self, seconds: float) -> None:
        """Set the wall clock to be so far off."""
        self._moved = seconds
        self._keep()

    def _keep(self) -> None:
        self._kept[:] = _STATE.pack(self._passed, self._moved)


class _Sand(selectors.EpollSelector):
    """Waits for nothing but answers."""

    def __init__(self, glass: Hourglass, busy: Callable[[], bool]) -> None:
        super().__init__()
        self._glass = glass
        self._busy = busy
        self._talking: set[int] = set()
        self.looks = 0

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:  # noqa: ANN401
        key = super().register(fileobj, events, data)
        one = socket.socket(fileno=key.fd)
        if one.family == socket.AF_INET:
            self._talking.add(key.fd)
        one.detach()
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:  # noqa: ANN401
        key = super().unregister(fileobj)
        self._talking.discard(key.fd)
        return key

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.looks += 1
        self._glass.run(INSTANT)
        events = super().select(0)
        if events or (timeout is not None and timeout <= 0):
            return events
        if self._busy():
            return super().select(BREATH)
        if self._talking:
            events = super().select(PACE)
            if not events:
                self._glass.run(min(timeout or STEP, STEP))
            return events
        if timeout is None:
            return super().select(PACE)
        self._glass.run(timeout)
        return super().select(0)


class SandLoop(asyncio.SelectorEventLoop):
    """An event loop on the clocks of an hourglass. `busy` says whether a thread works."""

    def __init__(self, glass: Hourglass, busy: Callable[[], bool]) -> None:
        self._glass = glass
        self.sand = _Sand(glass, busy)
        super().__init__(self.sand)

    def time(self) -> float:
        """Return seconds on the clock that timers run on."""
        return self._glass.awake()


def usage() -> tuple[int, int]:
    """Return the memory in bytes that this process holds for itself, and its open files.

    Pages of programs and libraries are not counted: they come as code is first run, and are the system's to drop.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("RssAnon:"))
    return int(kilobytes) * 1024, len(os.listdir("/proc/self/fd"))  # noqa: PTH208 -- counted, not walked


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """Return an instant in UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC)
