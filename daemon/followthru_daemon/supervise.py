"""Run jobs side by side: each waits for its own triggers, and a fault in one never stops another."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from followthru.domain.clock import Clock
from followthru.errors import FollowthruError
from followthru_daemon.jobs import Job, NotYetError

LONGEST_WAIT = 30.0  # seconds; timers stand still while a laptop sleeps, so what is due is looked at afresh
FIRST_RETRY, LAST_RETRY = 5.0, 300.0  # seconds
SHORTEST_REST = 0.1  # seconds; a job whose hour never passes must not spin

Report = Callable[[str, str | None], None]
"""Told after each run: the job's name, and the words of its fault or None."""

log = logging.getLogger(__name__)


class Runner:
    """Runs one job for as long as the daemon lives."""

    def __init__(self, job: Job, clock: Clock, report: Report) -> None:
        self.job = job
        self._clock = clock
        self._report = report
        self._woken = asyncio.Event()
        self._failures = 0

    def wake(self) -> None:
        """Run soon; a wake during a run makes one more run follow."""
        self._woken.set()

    async def forever(self, stopping: asyncio.Event) -> None:
        """Run, wait, run again, until the daemon stops. A run under way is finished first."""
        while not stopping.is_set():
            self._woken.clear()
            seconds = await self._once()
            await self._wait(seconds, stopping)
            if self._woken.is_set() and self.job.settle:
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), self.job.settle)

    async def _once(self) -> float:
        """Run the job and return how many seconds it may rest."""
        try:
            due = await self.job.run()
        except NotYetError as error:
            self._say(error.sentences())
            return self._until(error.until)
        except FollowthruError as error:
            log.warning("job=%s fault=%s", self.job.name, type(error).__name__)
            return self._failed(error.sentences())
        except Exception as error:
            log.exception("job=%s fault=%s", self.job.name, type(error).__name__)
            return self._failed(f"An unexpected fault ({type(error).__name__}); `followthru daemon logs` has more.")
        self._failures = 0
        self._say(None)
        return self.job.every if due is None else self._until(due)

    def _until(self, due: datetime) -> float:
        return min(self.job.every, max(SHORTEST_REST, (due - self._clock.now()).total_seconds()))

    def _failed(self, words: str) -> float:
        self._failures += 1
        self._say(words)
        longest = min(LAST_RETRY, FIRST_RETRY * 2 ** (self._failures - 1))
        return longest * (0.5 + random.random() / 2)  # noqa: S311 -- jitter, not a secret

    def _say(self, fault: str | None) -> None:
        """Report how a run ended. A store that takes no report now, full or locked, must not end the job."""
        try:
            self._report(self.job.name, fault)
        except FollowthruError as error:
            log.warning("job=%s report=%s", self.job.name, type(error).__name__)

    async def _wait(self, seconds: float, stopping: asyncio.Event) -> None:
        """Wait until woken, stopped, or wall-clock seconds have passed."""
        until = self._clock.now().timestamp() + seconds
        while not self._woken.is_set() and not stopping.is_set():
            left = until - self._clock.now().timestamp()
            if left <= 0 or left > seconds + LONGEST_WAIT:
                return  # due, or the clock was set back
            with suppress(TimeoutError):
                await asyncio.wait_for(_either(self._woken, stopping), min(left, LONGEST_WAIT))


async def _either(one: asyncio.Event, other: asyncio.Event) -> None:
    waits = [asyncio.ensure_future(one.wait()), asyncio.ensure_future(other.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
