"""A real daemon whose machine sleeps, whose process is stopped, and that meets every fault at once."""

from __future__ import annotations

import resource
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from struct import unpack
from threading import Event

import pytest

from followthru.actions import drafting, updates
from followthru.domain.clock import SystemClock
from tests.loopback import Asked, Said, serving
from tests.mailboxkit import desk_of
from tests.program import settings
from tests.program.clock import SleepingClock
from tests.program.daemon import EAGER, end, end_all, said, start, wait_for
from tests.storekit import add_person, add_practice, copy_database

QUICK = f"{EAGER}from followthru_daemon import timekeeping; timekeeping.STOOD = 1.0\n"
COUNTED = """
import mmap, selectors, struct
from followthru_daemon import supervise
counts = [0, 0]
with open({file!r}, "r+b") as file:
    shared = mmap.mmap(file.fileno(), 16)
look, once = selectors.EpollSelector.select, supervise.Runner._once
def looked(self, timeout=None):
    counts[0] += 1
    shared[:] = struct.pack("qq", *counts)
    return look(self, timeout)
async def ran(self):
    counts[1] += 1
    return await once(self)
selectors.EpollSelector.select, supervise.Runner._once = looked, ran
"""
"""Counts how often the loop looks for something to do, and the runs of jobs, in a file that a full disk takes too."""
LOST = """
from datetime import UTC, datetime
from followthru.domain import clock
clock.SystemClock.now = lambda self: datetime(1970, 1, 1, tzinfo=UTC)
"""
READ_ONLY = """
from followthru.store import connection
connection.PRAGMAS = (*connection.PRAGMAS, "PRAGMA query_only=ON")
"""
NO_ROOM = "# no file grows any more: it is limited from outside, once it has started"


@pytest.fixture
def home(tmp_path: Path, blank_database: Path) -> Iterator[Path]:
    """A home with an empty store."""
    folder = tmp_path / "desk"
    copy_database(blank_database, folder / "followthru.db")
    yield folder
    end_all()


def approve(home: Path) -> None:
    with desk_of(home, SystemClock()) as desk:
        add_practice(desk.ctx)
        add_person(desk.ctx)
        update_id = drafting.draft(desk.ctx, "oak-street", "dana").update_id
        updates.approve(desk.ctx, desk.config, update_id)


def test_after_a_sleep_calendars_are_looked_at_before_anything_is_sent(home: Path, tmp_path: Path) -> None:
    """The mail became due while the machine slept; the calendar server takes its time."""
    asked, answers = Event(), Event()

    def answer(request: Asked) -> Said:
        asked.set()
        answers.wait(60)
        return Said(503, {"Retry-After": "600"})

    with serving(answer) as calendar:
        settings.write(
            home,
            settings.account(calendar.url, settings.IN_ENVIRONMENT),
            settings.calendar(f"{calendar.url}promises/"),
            settings.mail_into("out"),
            settings.updates("1h"),
            settings.daemon(poll=86400),
        )
        approve(home)
        answers.set()
        clock = SleepingClock(tmp_path / "slept")
        process = start(home, QUICK + clock.daemon, PASSWORD="loopback only")
        wait_for(lambda: beat(home, "mail oak"), process)
        asked.clear()
        answers.clear()
        clock.sleep(7200)
        assert asked.wait(60)
        time.sleep(0.3)  # the mail's hour has long come
        assert not list((home / "out").glob("*.eml"))
        answers.set()
        wait_for(lambda: bool(list((home / "out").glob("*.eml"))), process)
        assert end(process)[0] == 0
    assert said(home).count("event=time.gap slept=7200 ") == 1
    assert len(list((home / "out").glob("*.eml"))) == 1


def beat(home: Path, job: str) -> bool:
    with closing(sqlite3.connect(home / "followthru.db")) as connection:
        return connection.execute("SELECT 1 FROM heartbeat WHERE name = ?", (job,)).fetchone() is not None


def test_a_process_that_was_stopped_takes_up_the_thread(home: Path) -> None:
    process = start(home, QUICK)
    process.send_signal(signal.SIGSTOP)
    time.sleep(1.5)
    process.send_signal(signal.SIGCONT)
    wait_for(lambda: "event=time.gap" in said(home), process)
    assert end(process)[0] == 0


def test_it_never_spins(tmp_path: Path, blank_database: Path) -> None:
    """Beside each fault: no network, a mailbox that is not there, a configuration that was broken."""
    try:
        beset = [
            Beset(tmp_path / name, blank_database, fault)
            for name, fault in (("read-only", READ_ONLY), ("no room", NO_ROOM), ("1970", LOST))
        ]
        time.sleep(1.5)  # what is done at the start
        before = [one.counts() for one in beset]
        time.sleep(3)
        after = [one.counts() for one in beset]
        for one, (looks, runs), (looks_then, runs_then) in zip(beset, before, after, strict=True):
            assert runs_then - runs <= 15, f"{one.home}: of a dozen jobs that fail, in three seconds"
            assert 0 < looks_then - looks <= 300, one.home
            assert end(one.process)[0] == 0, one.home
    finally:
        end_all()


class Beset:
    """A daemon that meets a fault, and whose looks and runs are counted."""

    def __init__(self, home: Path, blank_database: Path, fault: str) -> None:
        self.home = home
        copy_database(blank_database, home / "followthru.db")
        nobody = "http://127.0.0.1:9/"
        mailbox = {**settings.on_port(9), "username": "robin", "password": settings.IN_ENVIRONMENT}
        settings.write(
            home,
            settings.account(nobody, settings.IN_ENVIRONMENT),
            settings.calendar(f"{nobody}promises/"),
            settings.mail(9, incoming=mailbox),
            settings.updates("0s"),
            settings.daemon(poll=60),
        )
        approve(home)
        self._counted = home.with_name(f"{home.name} counted")
        self._counted.write_bytes(bytes(16))
        self.process = start(home, COUNTED.format(file=str(self._counted)) + fault, PASSWORD="loopback only")
        if fault is NO_ROOM:
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        (home / "config.toml").write_text("[me]\nnaem = 1\n")

    def counts(self) -> tuple[int, int]:
        """Return how often the loop has looked, and how many runs of jobs there were."""
        looks, runs = unpack("qq", self._counted.read_bytes())
        return looks, runs
