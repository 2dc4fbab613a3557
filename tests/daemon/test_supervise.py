"""A job's runner: what wakes it, what it does with a fault, and clocks that jump."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from followthru.errors import FollowthruError
from followthru_daemon.jobs import Job, NotYetError
from followthru_daemon.supervise import WAITS, Ended, Runner
from followthru_daemon.timekeeping import Reading, Timekeeper
from followthru_daemon.turns import LONGEST, Turns
from tests.daemonkit import supervision
from tests.storekit import FixedClock


def _quiet(_ended: Ended) -> None:
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
        self._heard = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, name: str, counter: Counter, every: float = 3600) -> Runner:
        runner = Runner(Job(name, counter.run, every), supervision(self.clock, self.hear))
        self._tasks.append(asyncio.create_task(runner.forever(self.stopping)))
        return runner

    def hear(self, ended: Ended) -> None:
        self.reports.append((ended.name, ended.fault))
        self._heard.set()

    async def reported(self, number: int) -> None:
        """Wait for so many reports."""
        while len(self.reports) < number:
            self._heard.clear()
            await asyncio.wait_for(self._heard.wait(), 60)

    async def end(self) -> None:
        self.stopping.set()
        await asyncio.wait_for(asyncio.gather(*self._tasks), 60)


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

    runner = Runner(Job("sync", slow, 3600), supervision(clock, _quiet))
    running = asyncio.create_task(runner.forever(desk.stopping))
    await asyncio.wait_for(inside.wait(), 60)
    runner.wake()
    runner.wake()
    go_on.set()
    await asyncio.wait_for(twice.wait(), 60)
    desk.stopping.set()
    await asyncio.wait_for(running, 60)
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


async def test_a_clock_that_cannot_be_asked_about_is_a_fault_of_the_job_and_does_not_end_it(clock: FixedClock) -> None:
    async def stumbles() -> str | None:
        raise OverflowError("date value out of range")

    desk, counter = Desk(clock), Counter()
    shared = supervision(clock, desk.hear)
    job = Job("mail oak", counter.run, 3600, by_date=True)
    stumbling = Runner(job, shared._replace(doubt=stumbles))
    running = asyncio.create_task(stumbling.forever(desk.stopping))
    await desk.reported(1)
    assert "OverflowError" in str(desk.reports[0])
    assert not running.done()
    assert counter.runs == 0
    desk.stopping.set()
    await asyncio.wait_for(running, 60)


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


async def test_a_job_that_waits_for_its_hour_after_a_failure_says_so_and_keeps_it(
    clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(clock)
    counter = Counter(NotYetError("The server is busy", clock.now() + timedelta(seconds=90)))
    desk.start("sync", counter)
    await counter.reached(1)
    assert desk.reports == [("sync", "The server is busy")]
    assert caplog.messages == ["job=sync fault=NotYetError rests=90"]
    clock.advance(seconds=89)
    await asyncio.sleep(0)
    assert counter.runs == 1
    await desk.end()


async def test_a_server_that_is_long_away_leaves_two_lines_in_the_log(
    clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="followthru_daemon.supervise")
    until = clock.now() - timedelta(hours=1)
    desk, counter = Desk(clock), Counter(NotYetError("Away", until), NotYetError("Away", until), None)
    desk.start("sync", counter)
    await counter.reached(3)
    await desk.reported(3)
    await desk.end()
    assert [message.partition(" rests=")[0] for message in caplog.messages] == [
        "job=sync fault=NotYetError",
        "job=sync well_after=2",
    ]


async def test_a_job_that_settles_takes_many_changes_at_once(clock: FixedClock) -> None:
    desk, counter = Desk(clock), Counter()
    runner = Runner(Job("updates", counter.run, 3600, settle=0.5), supervision(clock, _quiet))
    running = asyncio.create_task(runner.forever(desk.stopping))
    await counter.reached(1)
    for _ in range(3):
        runner.wake()
        await asyncio.sleep(0.005)
    assert counter.runs == 1, "it waits for more"
    await counter.reached(2)
    runner.wake()
    desk.stopping.set()
    await asyncio.wait_for(running, 60)
    assert counter.runs == 2


class Hours:
    """Clocks that go by when a test says so."""

    def __init__(self) -> None:
        self.reading = Reading(0.0, 0.0, 0.0)

    def read(self) -> Reading:
        """Return what they show."""
        return self.reading

    def sleep(self, seconds: float) -> None:
        """Let the machine sleep."""
        self.reading = self.reading._replace(wall=self.reading.wall + seconds, elapsed=self.reading.elapsed + seconds)


class Rested:
    """A runner on clocks of a test's own, which looks at them every few milliseconds."""

    def __init__(self, job: Job, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("followthru_daemon.supervise.LONGEST_WAIT", 0.005)
        self.hours = Hours()
        self.reports: list[Ended] = []
        self.stopping = asyncio.Event()
        self.of_clock: list[str | None] = []
        shared = supervision(clock, self.reports.append, Timekeeper(self.hours.read))
        self.runner = Runner(job, shared._replace(of_clock=self.of_clock.append))
        self._running = asyncio.create_task(self.runner.forever(self.stopping))

    async def looked_at_often(self) -> None:
        """Let it look at its clocks many times."""
        await asyncio.sleep(0.1)

    async def end(self) -> None:
        self.stopping.set()
        await asyncio.wait_for(self._running, 60)


async def test_a_clock_set_back_stretches_no_rest(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter(clock.now() + timedelta(seconds=50))
    rested = Rested(Job("send", counter.run, 60), clock, monkeypatch)
    await counter.reached(1)
    clock.advance(days=-100)
    rested.hours.sleep(59)
    await rested.looked_at_often()
    assert counter.runs == 1
    rested.hours.sleep(2)
    await counter.reached(2)
    await rested.end()


@pytest.mark.parametrize("days", [-100, 3000])
async def test_a_clock_that_is_set_changes_no_rest_after_a_fault(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    until = clock.now() + timedelta(seconds=90)
    for fault in (FollowthruError("Busy."), NotYetError("Busy.", until), NotYetError("Busy.", until, lasting=True)):
        counter = Counter(fault)
        rested = Rested(Job("sync", counter.run, 3600), clock, monkeypatch)
        await counter.reached(1)
        clock.advance(days=days)
        await rested.looked_at_often()
        assert counter.runs == 1
        rested.hours.sleep(91)
        await counter.reached(2)
        await rested.end()
        clock.advance(days=-days)


async def test_nothing_is_done_by_a_clock_that_has_lost_the_time(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, clock.at = clock.at, datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
    counter = Counter()
    rested = Rested(Job("updates", counter.run, 3600), clock, monkeypatch)
    await rested.looked_at_often()
    assert counter.runs == 0
    assert len(rested.reports) == 1, "it looks once a minute"
    assert rested.reports[0].fault == WAITS
    assert ["1 January 1970" in str(words) for words in rested.of_clock] == [True]
    clock.at = right
    rested.hours.sleep(61)
    await counter.reached(1)
    await rested.end()
    assert rested.reports[-1].fault is None


async def test_a_failing_job_that_is_woken_all_the_time_rests_ever_longer(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter(*(FollowthruError("Full.") for _ in range(99)))
    rested = Rested(Job("sync", counter.run, 3600), clock, monkeypatch)
    for _ in range(600):
        rested.runner.wake()
        rested.hours.sleep(0.1)
        await asyncio.sleep(0)
        await asyncio.sleep(0.0005)
    await rested.end()
    assert 3 < counter.runs < 15, "a minute of changes, ten a second"


async def test_an_hour_that_has_always_passed_is_not_spun_on(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter(*[clock.now()] * 999)
    rested = Rested(Job("backup", counter.run, 3600), clock, monkeypatch)
    for _ in range(600):
        rested.hours.sleep(0.1)
        await asyncio.sleep(0.0005)
    await rested.end()
    assert 3 < counter.runs < 15, "in a minute"


async def test_what_it_knows_of_failures_is_reported(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter(FollowthruError("Busy."), FollowthruError("Busy."), None)
    rested = Rested(Job("sync", counter.run, 3600), clock, monkeypatch)
    for runs in (1, 2, 3):
        await counter.reached(runs)
        rested.hours.sleep(11)
    await rested.end()
    first, second, third = rested.reports
    assert (first.failures, second.failures, third.failures) == (1, 2, 0)
    assert first.next_at is not None
    assert timedelta(seconds=2.5) <= first.next_at - clock.at <= timedelta(seconds=5)
    assert second.next_at is not None
    assert timedelta(seconds=5) <= second.next_at - clock.at <= timedelta(seconds=10)
    assert third.next_at is None


async def test_it_takes_up_where_the_one_before_left_off(clock: FixedClock) -> None:
    reports: list[Ended] = []
    counter, stopping = Counter(FollowthruError("Busy.")), asyncio.Event()
    runner = Runner(Job("sync", counter.run, 3600), supervision(clock, reports.append), failures=6)
    running = asyncio.create_task(runner.forever(stopping))
    await counter.reached(1)
    stopping.set()
    await asyncio.wait_for(running, 60)
    assert reports[0].failures == 7
    assert reports[0].next_at is not None
    assert reports[0].next_at - clock.at >= timedelta(seconds=150)


async def test_a_job_that_hangs_is_cut_off_and_tried_again(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    hung, ran = asyncio.Event(), asyncio.Event()

    async def once() -> None:
        if not hung.is_set():
            hung.set()
            await asyncio.Event().wait()
        ran.set()

    rested = Rested(Job("sync", once, 3600, limit=0.05), clock, monkeypatch)
    await asyncio.wait_for(hung.wait(), 60)
    await rested.looked_at_often()
    assert "did not end" in (rested.reports[0].fault or "")
    rested.hours.sleep(6)
    await asyncio.wait_for(ran.wait(), 60)
    await rested.end()


@pytest.mark.parametrize("blocks", [False, True])
async def test_a_job_that_cannot_be_cut_off_is_known_to_hang(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch, *, blocks: bool
) -> None:
    monkeypatch.setattr("followthru_daemon.supervise.OVERDUE", 0.05)
    going_on = asyncio.Event()

    async def stubborn() -> None:
        while not going_on.is_set():
            with suppress(asyncio.CancelledError):
                await going_on.wait()

    rested = Rested(Job("backup", stubborn, 3600, limit=0.05, blocks=blocks), clock, monkeypatch)
    assert not rested.runner.hangs(asyncio.get_running_loop().time())
    await asyncio.sleep(0.2)
    assert rested.runner.hangs(asyncio.get_running_loop().time())
    going_on.set()
    await rested.looked_at_often()
    assert not rested.runner.hangs(asyncio.get_running_loop().time())
    await rested.end()


async def test_nothing_is_sent_before_the_calendars_were_looked_at(clock: FixedClock) -> None:
    order: list[str] = []
    looked, sent, stopping = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def look() -> None:
        await looked.wait()
        order.append("looked")

    async def send() -> None:
        order.append("sent")
        sent.set()

    turns = Turns({"sync"})
    turns.begin(0.0)
    shared = supervision(clock, _quiet)._replace(turns=turns)
    runners = [Runner(Job("mail", send, 3600, sends=True), shared), Runner(Job("sync", look, 3600, looks=True), shared)]
    running = [asyncio.create_task(runner.forever(stopping)) for runner in runners]
    await asyncio.sleep(0.02)
    looked.set()
    await asyncio.wait_for(sent.wait(), 60)
    assert order == ["looked", "sent"]
    looked.clear()
    sent.clear()
    turns.begin(0.0)
    runners[0].wake()
    await asyncio.sleep(0.02)
    assert not sent.is_set(), "it waits after a sleep as well"
    turns.lapse(LONGEST)
    await asyncio.wait_for(sent.wait(), 60)
    stopping.set()
    await asyncio.wait_for(asyncio.gather(*running), 60)


def test_a_look_that_began_before_the_sleep_does_not_count() -> None:
    turns = Turns({"sync"})
    turns.begin(0.0)
    before = turns.round
    turns.begin(100.0)
    turns.looked("sync", before)
    assert not turns.opened.is_set()
    turns.looked("sync", turns.round)
    assert turns.opened.is_set()


async def test_a_report_that_cannot_be_stored_does_not_end_a_job(clock: FixedClock) -> None:
    """The disk is full for a moment: the job whose good run could not be noted still runs when it is woken."""

    def full(_ended: Ended) -> None:
        raise FollowthruError("The disk is full.")

    counter, stopping = Counter(None, FollowthruError("Busy.")), asyncio.Event()
    runner = Runner(Job("sync", counter.run, 3600), supervision(clock, full))
    running = asyncio.create_task(runner.forever(stopping))
    for runs in (1, 2, 3):
        await counter.reached(runs)
        runner.wake()
    stopping.set()
    await asyncio.wait_for(running, 60)
