"""A job's runner: what wakes it, what it does with a fault, and clocks that jump."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from followthru.errors import FollowthruError
from followthru_daemon.jobs import Job, NotYetError
from followthru_daemon.supervise import Runner
from tests.storekit import FixedClock


def _quiet(_name: str, _fault: str | None) -> None:
    """Hear a report."""


class Counter:
    """A job whose runs can be awaited."""

    def __init__(self, *outcomes: datetime | Exception | None) -> None:
        self.outcomes = list(outcomes)
        self.runs = 0
        self._ran = asyncio.Condition()

    async def run(self) -> datetime | None:
        """Take the next outcome."""
        async with self._ran:
            self.runs += 1
            self._ran.notify_all()
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def reached(self, runs: int) -> None:
        """Wait until it has run so often."""
        async with asyncio.timeout(5), self._ran:
            await self._ran.wait_for(lambda: self.runs >= runs)


class Desk:
    """Runners side by side, stopped together, and what they reported."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.reports: list[tuple[str, str | None]] = []
        self.stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, name: str, counter: Counter, every: float = 3600) -> Runner:
        runner = Runner(Job(name, counter.run, every), self.clock, lambda n, f: self.reports.append((n, f)))
        self._tasks.append(asyncio.create_task(runner.forever(self.stopping)))
        return runner

    async def end(self) -> None:
        self.stopping.set()
        await asyncio.wait_for(asyncio.gather(*self._tasks), 5)


async def test_a_job_runs_at_once_and_when_woken(clock: FixedClock) -> None:
    desk, counter = Desk(clock), Counter()
    runner = desk.start("sync", counter)
    await counter.reached(1)
    runner.wake()
    await counter.reached(2)
    await desk.end()
    assert desk.reports == [("sync", None)] * 2


async def test_a_wake_during_a_run_makes_one_more_run(clock: FixedClock) -> None:
    desk = Desk(clock)
    inside, go_on, runs = asyncio.Event(), asyncio.Event(), 0
    twice = asyncio.Event()

    async def slow() -> None:
        nonlocal runs
        runs += 1
        inside.set()
        if runs == 2:
            twice.set()
        await go_on.wait()

    runner = Runner(Job("sync", slow, 3600), clock, _quiet)
    running = asyncio.create_task(runner.forever(desk.stopping))
    await asyncio.wait_for(inside.wait(), 5)
    runner.wake()
    runner.wake()
    go_on.set()
    await asyncio.wait_for(twice.wait(), 5)
    desk.stopping.set()
    await asyncio.wait_for(running, 5)
    assert runs == 2


@pytest.mark.parametrize("fault", [FollowthruError("The server is gone."), ValueError("a defect")])
async def test_a_fault_is_reported_and_stops_no_other_job(clock: FixedClock, fault: Exception) -> None:
    desk, bad, good = Desk(clock), Counter(fault), Counter()
    desk.start("bad", bad)
    healthy = desk.start("good", good)
    await bad.reached(1)
    await good.reached(1)
    healthy.wake()
    await good.reached(2)
    await desk.end()
    words = dict(report for report in desk.reports if report[0] == "bad")["bad"]
    assert words is not None
    assert ("The server is gone." if isinstance(fault, FollowthruError) else "ValueError") in words
    assert ("good", None) in desk.reports


async def test_a_failed_job_rests_and_a_wake_ends_its_rest(clock: FixedClock) -> None:
    desk, counter = Desk(clock), Counter(FollowthruError("Busy."))
    runner = desk.start("sync", counter)
    await counter.reached(1)
    runner.wake()
    await counter.reached(2)
    await desk.end()
    assert [fault for _, fault in desk.reports] == ["Busy.", None]


async def test_a_job_runs_again_at_the_hour_it_named(clock: FixedClock) -> None:
    desk, counter = Desk(clock), Counter(clock.now() + timedelta(seconds=0.15))
    desk.start("send", counter)
    await counter.reached(1)
    clock.advance(hours=2)
    await counter.reached(2)
    await desk.end()


async def test_a_job_that_waits_for_its_hour_after_a_failure_says_so_and_keeps_it(clock: FixedClock) -> None:
    desk = Desk(clock)
    counter = Counter(NotYetError("The server is busy", clock.now() + timedelta(seconds=90)))
    desk.start("sync", counter)
    await counter.reached(1)
    assert desk.reports == [("sync", "The server is busy")]
    clock.advance(seconds=89)
    await asyncio.sleep(0)
    assert counter.runs == 1
    await desk.end()


async def test_a_job_that_settles_takes_many_changes_at_once(clock: FixedClock) -> None:
    desk, counter = Desk(clock), Counter()
    runner = Runner(Job("updates", counter.run, 3600, settle=0.2), clock, _quiet)
    running = asyncio.create_task(runner.forever(desk.stopping))
    await counter.reached(1)
    for _ in range(3):
        runner.wake()
        await asyncio.sleep(0.04)
    assert counter.runs == 1, "it waits for more"
    await counter.reached(2)
    runner.wake()
    desk.stopping.set()
    await asyncio.wait_for(running, 5)
    assert counter.runs == 2


async def test_a_clock_set_back_does_not_keep_a_job_waiting(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("followthru_daemon.supervise.LONGEST_WAIT", 0.05)
    desk, counter = Desk(clock), Counter()
    desk.start("send", counter, every=60)
    await counter.reached(1)
    clock.advance(days=-30)
    await counter.reached(2)
    await desk.end()


async def test_a_report_that_cannot_be_stored_does_not_end_a_job(clock: FixedClock) -> None:
    """The disk is full for a moment: the job whose good run could not be noted still runs when it is woken."""

    def full(_name: str, _fault: str | None) -> None:
        raise FollowthruError("The disk is full.")

    counter, stopping = Counter(None, FollowthruError("Busy.")), asyncio.Event()
    runner = Runner(Job("sync", counter.run, 3600), clock, full)
    running = asyncio.create_task(runner.forever(stopping))
    for runs in (1, 2, 3):
        await counter.reached(runs)
        runner.wake()
    stopping.set()
    await asyncio.wait_for(running, 5)
