"""Whose turn it is after a start or a sleep: calendars are looked at before anything is sent.

What somebody moved on their phone meanwhile is then known when a mail says a date.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection

LONGEST = 60.0
"""Seconds for which a calendar that does not answer holds the mail back."""


class Turns:
    """Holds back what sends until each job that looks was done once."""

    def __init__(self, looking: Collection[str]) -> None:
        self._looking = frozenset(looking)
        self._missing: set[str] = set()
        self._ends = 0.0
        self.opened = asyncio.Event()
        self.round = 0

    def begin(self, now: float) -> None:
        """Hold back from now (seconds of any clock that runs while the machine is awake)."""
        self.round += 1
        self._missing = set(self._looking)
        self._ends = now + LONGEST
        self._settle()

    def looked(self, name: str, round_: int) -> None:
        """Note that a job has looked, well or not, which it began to do in that round."""
        if round_ == self.round:
            self._missing.discard(name)
            self._settle()

    def lapse(self, now: float) -> None:
        """Hold nothing back for longer than is bearable."""
        if self._missing and now >= self._ends:
            self._missing.clear()
            self._settle()

    def _settle(self) -> None:
        if self._missing:
            self.opened.clear()
        else:
            self.opened.set()
