"""Run jobs side by side: each waits for its own triggers, and a fault in one never stops another.

A rest is counted in seconds that go by whatever the wall clock is set to; only an hour that a job named is the wall's.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from followthru.domain.clock import EARLIEST, Clock
from followthru.errors import FollowthruError
from followthru_daemon.jobs import Job, NotYetError
from followthru_daemon.timekeeping import Timekeeper
from followthru_daemon.turns import Turns

LONGEST_WAIT = 30.0  # seconds; timers stand still while a laptop sleeps, so what is due is looked at afresh
FIRST_RETRY, LAST_RETRY = 5.0, 300.0  # seconds
SHORTEST_REST = 0.1  # seconds; a job whose hour never passes must not spin
LONGEST_FLOOR = 30.0  # seconds for which a failing job rests although the store changes
LONGEST_LASTING = 86_400.0  # seconds for which a job may ask to be left alone
OVERDUE = 60.0  # seconds that a run has to take being cut off
CLOCK_AGAIN = 60.0  # seconds after which a clock that has lost the time is looked at again
WAITS = "It waits until the clock of this machine is right; nothing is lost."
"""What is said of a job by whose clock nothing is done; why is said once for all of them."""

log = logging.getLogger(__name__)


class Ended(NamedTuple):
    """How a run ended: the words of its fault, None if well; how many in a row did not, and when it is tried again.

    `lasting` says that the next daemon waits for that instant as well.
    """

    name: str
    fault: str | None
    failures: int = 0
    next_at: datetime | None = None
    lasting: bool = False


class Rest(NamedTuple):
    """How long a job rests: so many seconds, at least `floor` of them whatever happens, at most until `due`."""

    seconds: float
    floor: float = 0.0
    due: datetime | None = None


Report = Callable[[Ended], None]
"""Told after each run."""


class Supervision(NamedTuple):
    """What the runners of one daemon share: its clocks, who is told, whose turn it is, and what looks for gaps.

    `doubt` says in words why the clock is not to be believed, None where nothing is known against it; `of_clock` is
    told the same, for all jobs that wait.
    """

    clock: Clock
    report: Report
    time: Timekeeper
    turns: Turns
    look: Callable[[], None]
    doubt: Callable[[], Awaitable[str | None]]
    of_clock: Callable[[str | None], None]


class Runner:
    """Runs one job for as long as the daemon lives."""

    def __init__(self, job: Job, shared: Supervision, *, failures: int = 0, resting: float = 0.0) -> None:
        """Take up where the runner before left off: so many failures in a row, so many seconds still to rest."""
        self.job = job
        self._clock = shared.clock
        self._shared = shared
        self._woken = asyncio.Event()
        self._failures = failures
        self._hasty = 0
        self._first_rest = resting
        self._began: float | None = None

    def wake(self) -> None:
        """Run soon; a wake during a run makes one more run follow."""
        self._woken.set()

    @property
    def failing(self) -> bool:
        """Whether its last run failed."""
        return self._failures > 0

    def hangs(self, now: float) -> bool:
        """Whether a run has gone on for longer than it may, on the loop's clock, and could not be cut off either."""
        return self._began is not None and now - self._began > self.job.limit + (0 if self.job.blocks else OVERDUE)

    async def forever(self, stopping: asyncio.Event) -> None:
        """Run, wait, run again, until the daemon stops. A run under way is finished first."""
        if self._first_rest > 0:
            await self._wait(Rest(self._first_rest), stopping)
        while not stopping.is_set():
            self._shared.look()
            turns = self._shared.turns
            if self.job.sends:
                await _either(turns.opened, stopping)
                if stopping.is_set():
                    return
            self._woken.clear()
            round_ = turns.round
            rest = await self._once()
            if self.job.looks:
                turns.looked(self.job.name, round_)
            await self._wait(rest, stopping)
            if self._woken.is_set() and self.job.settle:
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), self.job.settle)

    async def _once(self) -> Rest:
        """Run the job and return how it may rest."""
        try:
            if await self._has_no_time():
                return self._without_time()
            due = await self._within_its_limit()
        except NotYetError as error:
            self._failures += 1
            # However the clock was set when that hour was reckoned, it is tried again.
            longest = LONGEST_LASTING if error.lasting else self.job.every
            seconds = min(longest, max(SHORTEST_REST, (error.until - self._clock.now()).total_seconds()))
            if self._failures == 1:  # a server may be away for days, and is asked every few minutes
                log.warning("job=%s fault=%s rests=%.0f", self.job.name, type(error).__name__, seconds)
            self._say(error.sentences(), seconds, lasting=error.lasting)
            return Rest(seconds, self._floor(seconds))
        except FollowthruError as error:
            log.warning("job=%s fault=%s", self.job.name, type(error).__name__)
            return self._failed(error.sentences())
        except Exception as error:
            log.exception("job=%s fault=%s", self.job.name, type(error).__name__)
            return self._failed(f"An unexpected fault ({type(error).__name__}); `followthru daemon logs` has more.")
        finally:
            self._began = None
        if self._failures:
            log.info("job=%s well_after=%d", self.job.name, self._failures)
        self._failures = 0
        self._say(None, 0.0)
        if due is None:
            return Rest(self.job.every)
        # An hour that has passed whenever the job names it is a fault somewhere: ever less is made of it.
        self._hasty = self._hasty + 1 if due <= self._clock.now() else 0
        return Rest(self.job.every, min(LONGEST_FLOOR, SHORTEST_REST * 2.0 ** min(self._hasty, 20)), due)

    async def _within_its_limit(self) -> datetime | None:
        """Run the job; cut it off when its time is over, unless it blocks: then `hangs` says so."""
        self._began = asyncio.get_running_loop().time()
        if self.job.blocks:
            return await self.job.run()
        limit = asyncio.timeout(self.job.limit)
        try:
            async with limit:
                return await self.job.run()
        except TimeoutError:
            if not limit.expired():
                raise
            minutes = round(self.job.limit / 60)
            raise FollowthruError(
                f"It did not end within {minutes} minutes and was cut off.", safe="What it had done is kept."
            ) from None

    async def _has_no_time(self) -> bool:
        """Whether it goes by a clock that is not to be believed; why is reported."""
        lost = self._clock.now() < EARLIEST
        if not lost and not self.job.by_date:
            return False
        words = self._lost() if lost else await self._shared.doubt()
        self._say_of_clock(words)
        return words is not None

    def _lost(self) -> str:
        shown = f"{self._clock.now():%-d %B %Y}"
        return (
            f"The clock of this machine shows {shown}, which cannot be. Nothing is synced, drafted or sent by it, and "
            "nothing is lost. Set the clock; it goes on by itself."
        )

    def _without_time(self) -> Rest:
        """Do nothing by a clock that has lost the time: everything would be due at the wrong hour."""
        self._failures += 1
        self._say(WAITS, CLOCK_AGAIN)
        return Rest(CLOCK_AGAIN, self._floor(CLOCK_AGAIN))

    def _failed(self, words: str) -> Rest:
        self._failures += 1
        longest = min(LAST_RETRY, FIRST_RETRY * 2.0 ** min(20, self._failures - 1))
        seconds = longest * (0.5 + random.random() / 2)  # noqa: S311 -- jitter, not a secret
        self._say(words, seconds)
        return Rest(seconds, self._floor(seconds))

    def _floor(self, seconds: float) -> float:
        """Return how long a failing job rests although it is woken: what it may wait for is tried soon, not at once."""
        return min(seconds, float(self._failures), LONGEST_FLOOR)

    def _say(self, fault: str | None, seconds: float, *, lasting: bool = False) -> None:
        """Report how a run ended. A store that takes no report now, full or locked, must not end the job."""
        next_at = None if fault is None else self._clock.now() + timedelta(seconds=seconds)
        try:
            self._shared.report(Ended(self.job.name, fault, self._failures, next_at, lasting))
        except FollowthruError as error:
            log.warning("job=%s report=%s", self.job.name, type(error).__name__)

    def _say_of_clock(self, words: str | None) -> None:
        """Report whether the clock is believed; a store that takes no report now must not end the job either."""
        try:
            self._shared.of_clock(words)
        except FollowthruError as error:
            log.warning("job=%s report=%s", self.job.name, type(error).__name__)

    async def _wait(self, rest: Rest, stopping: asyncio.Event) -> None:
        """Wait until woken, stopped, due, or rested."""
        elapsed = self._shared.time.elapsed
        began = elapsed()
        while not stopping.is_set():
            passed, woken = elapsed() - began, self._woken.is_set()
            by_wall = rest.seconds if rest.due is None else (rest.due - self._clock.now()).total_seconds()
            if passed >= rest.seconds or (passed >= rest.floor and (woken or by_wall <= 0)):
                return
            left = rest.floor - passed if woken else min(rest.seconds - passed, max(by_wall, SHORTEST_REST))
            wakes = (stopping,) if woken else (self._woken, stopping)
            with suppress(TimeoutError):
                await asyncio.wait_for(_either(*wakes), min(left, LONGEST_WAIT))


async def _either(*events: asyncio.Event) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
