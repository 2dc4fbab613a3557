"""A clock for processes: a machine that sleeps until the hour that the test says, and runs on from there."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

_WALL = """
from datetime import UTC, datetime, timedelta
from pathlib import Path
from followthru.domain import clock
def slept():
    try:
        return float(Path({file!r}).read_text())
    except FileNotFoundError:
        return 0.0
clock.SystemClock.now = lambda self: datetime.now(UTC) + timedelta(seconds=slept())
"""
_ALL_THREE = """
from followthru_daemon import timekeeping
read = timekeeping.read
timekeeping.read = lambda: (lambda r: r._replace(wall=r.wall + slept(), elapsed=r.elapsed + slept()))(read())
from followthru.web import hour
date_of = hour.date_of
hour.date_of = lambda value: (lambda at: at and at + timedelta(seconds=slept()))(date_of(value))
"""


class SleepingClock:
    """The wall's clock of all processes that were started with `program`, the daemon with `daemon`.

    Both are Python that a process runs before anything else. How long the machine has slept is in a file; for servers
    the same time has gone by.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.program = _WALL.format(file=str(file))
        self.daemon = self.program + _ALL_THREE

    def sleep(self, seconds: float) -> None:
        """Let the machine have slept for so long since the first process began; fewer set its clock back."""
        new = self._file.with_name(f"{self._file.name}.new")
        new.write_text(f"{seconds}", "ascii")
        new.replace(self._file)

    def sleep_until(self, instant: datetime) -> None:
        """Let the machine sleep until an aware instant."""
        self.sleep(instant.timestamp() - time.time())
