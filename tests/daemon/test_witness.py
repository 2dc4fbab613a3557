"""A clock that servers contradict: nothing is done by it, whoever set it; one that nobody contradicts is believed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from followthru.actions.desk import open_desk
from followthru.actions.witnesses import Server, servers
from followthru.config.places import home_in
from followthru.config.reading import load
from followthru.store import heartbeats
from followthru.store.store import Store
from followthru_daemon import run
from followthru_daemon.build import build_jobs
from followthru_daemon.jobs import Job
from followthru_daemon.supervise import WAITS
from followthru_daemon.witness import ASK_AGAIN, Witness
from tests.clikit import Cli
from tests.loopback import Said, serving
from tests.storekit import NOON, FixedClock, copy_database

NEAR, FAR = Server("https://near.example/dav/"), Server("https://far.example/")
CONFIG = """
[[accounts]]
name = "work"
url = "{url}"
username = "robin"
password = {{ env = "PASSWORD" }}
"""


class Servers:
    """What time each server says it is, and how often they were asked."""

    def __init__(self, **says: datetime) -> None:
        self.says = {f"{name}.example": at for name, at in says.items()}
        self.asked = 0

    async def __call__(self, _: Sequence[Server]) -> dict[str, datetime]:
        self.asked += 1
        await asyncio.sleep(0)
        return self.says


class Machine:
    """A clock that can be set, beside seconds that go by."""

    def __init__(self, asked: Servers) -> None:
        self.clock = FixedClock(NOON)
        self.seconds = 0.0
        self.witness = Witness(self.clock, lambda: self.seconds, asked)
        self.witness.serve([NEAR, FAR])

    def live(self, seconds: float) -> None:
        self.seconds += seconds
        self.clock.advance(seconds=seconds)


async def test_a_machine_that_reaches_nobody_is_believed() -> None:
    asked = Servers()
    machine = Machine(asked)
    for _ in range(3):
        assert await machine.witness.doubt() is None
    assert asked.asked == 1, "it is not asked at every run"
    machine.live(ASK_AGAIN)
    assert await machine.witness.doubt() is None
    assert asked.asked == 2


async def test_one_that_agrees_is_enough_and_is_not_asked_again() -> None:
    asked = Servers(near=NOON + timedelta(minutes=50), far=NOON - timedelta(days=400))
    machine = Machine(asked)
    for _ in range(48):
        assert await machine.witness.doubt() is None
        machine.live(3_600)
    assert asked.asked == 1


@pytest.mark.parametrize("wrong", [timedelta(days=365), timedelta(hours=3), timedelta(days=-30)])
async def test_a_clock_that_all_contradict_is_said(wrong: timedelta) -> None:
    asked = Servers(near=NOON - wrong, far=NOON - wrong * 2)
    machine = Machine(asked)
    words = await machine.witness.doubt()
    assert words is not None
    assert words.startswith(
        f"The clock of this machine shows 1 July 2026, 12:00 UTC; near.example says it is {NOON - wrong:%-d}"
    )
    machine.clock.advance(days=-wrong.days, seconds=-wrong.seconds)
    assert await machine.witness.doubt() is None, "it was set right"


async def test_all_who_come_while_somebody_asks_wait_for_the_answer() -> None:
    machine = Machine(asked := Servers(near=NOON - timedelta(days=400)))
    doubts = await asyncio.gather(*(machine.witness.doubt() for _ in range(4)))
    assert None not in doubts
    assert asked.asked == 1


async def test_a_clock_that_is_set_later_is_found_although_nobody_answers_any_more() -> None:
    asked = Servers(near=NOON)
    machine = Machine(asked)
    assert await machine.witness.doubt() is None
    asked.says = {}
    machine.live(86_400)
    assert await machine.witness.doubt() is None
    machine.clock.advance(days=365)
    assert await machine.witness.doubt() is not None
    # A machine that stood still without knowing is behind what it heard; whom it reaches again puts that right.
    machine.live(ASK_AGAIN)
    asked.says = {"near.example": machine.clock.now()}
    assert await machine.witness.doubt() is None


def test_who_is_asked(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        CONFIG.format(url="https://dav.example/robin/")
        + '[[mail]]\nname = "oak"\npractices = []\nfrom = "robin@oak.example"\ntransport = "file"\nfolder = "out"\n'
    )
    config = load(tmp_path / "config.toml")
    assert servers(config) == (Server("https://dav.example/robin/"),)
    assert servers(config._replace(daemon=config.daemon._replace(check_clock=False))) == ()


def test_what_goes_by_the_date_waits_and_nothing_else(tmp_path: Path, blank_database: Path, clock: FixedClock) -> None:
    home = home_in(tmp_path)
    copy_database(blank_database, home.database)
    desk = open_desk(home, load(home.config), clock)
    waits = {job.name for job in build_jobs(desk) if job.by_date}
    desk.ctx.store.close()
    assert waits == {"updates", "duties"}
    assert all(job.by_date for job in build_jobs(desk) if job.sends)


def dated(at: datetime) -> Said:
    return Said(401, {"Date": format_datetime(at, usegmt=True)})


async def test_a_daemon_drafts_and_sends_nothing_until_its_clock_is_set(
    tmp_path: Path, blank_database: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = home_in(tmp_path / "desk")
    copy_database(blank_database, home.database)
    home.prepare()
    right = clock.now()
    clock.advance(days=365)
    ran, synced = asyncio.Event(), asyncio.Event()

    async def send() -> None:
        ran.set()

    async def sync() -> None:
        synced.set()

    with serving(lambda _: dated(right)) as server:
        home.config.write_text(CONFIG.format(url=server.url))
        jobs = [
            Job("mail oak", send, 60, sends=True, by_date=True),
            Job("duties", send, 60, by_date=True),
            Job("sync work", sync, 60),
        ]
        daemon = run.Daemon(home, clock, lambda _: jobs)
        running = asyncio.create_task(daemon.run(load(home.config), None))
        await asyncio.wait_for(synced.wait(), 60)
        assert {await heard(home.database, name) for name in ("mail oak", "duties")} == {WAITS}
        fault = await heard(home.database, "clock")
        assert "shows 1 July 2027" in fault
        assert "127.0.0.1 says it is 1 July 2026" in fault
        assert not ran.is_set()
        with monkeypatch.context() as at:
            at.setenv("FOLLOWTHRU_HOME", str(tmp_path / "desk"))
            said = Cli(clock).ok("daemon", "status")
            assert (said.count("says it is"), said.count(WAITS)) == (1, 2), "why is said once, whoever waits for it"
        clock.advance(days=-365)
        daemon.changed()
        await asyncio.wait_for(ran.wait(), 60)
        with closing(Store.open(home.database, clock)) as store:
            assert "clock" not in {one.name for one in heartbeats.all_heartbeats(store.read)}
        daemon.stop()
        await asyncio.wait_for(running, 60)


async def heard(database: Path, name: str) -> str:
    """Wait until a job has said what keeps it."""
    store = Store.open(database, FixedClock())
    try:
        while True:
            fault = next((one.fault for one in heartbeats.all_heartbeats(store.read) if one.name == name), None)
            if fault is not None:
                return fault
            await asyncio.sleep(0.02)
    finally:
        store.close()
