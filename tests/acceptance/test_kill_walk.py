"""`kill -9` of the daemon between any two steps of the road: nothing is lost, and nothing is there twice.

The base is a store whose calendar was in step, and on which everything then happened at once: a promise was
added, one moved here, one moved on the server, one dropped, and an update was approved. A daemon is killed at
one step; another one then finishes the road. Each walk has its own copy of the store and of the collection.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from followthru.actions import drafting, edit, promises, tasks, updates
from followthru.actions.calendars import set_up
from followthru.actions.desk import Desk, open_desk
from followthru.actions.sync import sync_account
from followthru.config.places import Home, home_in
from followthru.config.reading import load
from followthru.demo.mailsink import MailSink
from followthru.demo.otherclient import OtherClient
from followthru.demo.radicale import Radicale
from followthru.domain.clock import SystemClock
from followthru.domain.task import How
from tests.program import settings
from tests.program.daemon import EAGER, PATIENCE, PROGRAM, wait_for
from tests.program.servers import Beside
from tests.storekit import add_person, add_practice, add_task, copy_database
from tests.torture.mail_boundaries import WORDS

ROOT = Path(__file__).parents[2]
PASSWORD = "sandbox"
TODAY = date.today()  # noqa: DTZ011 -- the daemon under test reads the machine's clock as well
SOON, MOVED_HERE, MOVED_THERE = (TODAY + timedelta(days=days) for days in (30, 40, 50))
TITLES = ("Added meanwhile", "Moved here", "Moved there", "Dropped here")


class Base(NamedTuple):
    """What every walk starts from, and the servers that all of them share."""

    home: Home
    server: Radicale
    collection: Path
    url: str
    mail_port: int
    mails: Path


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, blank_database: Path) -> Generator[Base]:
    """A store in step with its calendar, and then everything that the daemon has to deal with."""
    folder = tmp_path_factory.mktemp("walk")
    mails = folder / "mails"
    with Radicale(folder / "radicale", {settings.USER: PASSWORD}) as server, Beside() as beside:
        sink = beside.run(MailSink(mails))
        home = home_in(folder / "base")
        copy_database(blank_database, home.database)
        write_config(home, server.url, sink.port)
        desk = open_desk(home, load(home.config), SystemClock())
        url = set_up(desk, desk.config.calendars[0])
        live(desk, server)
        desk.ctx.store.close()
        collection = (
            folder / "radicale" / "collections" / "collection-root" / settings.USER / url.rstrip("/").rsplit("/", 1)[-1]
        )
        assert collection.is_dir(), collection
        yield Base(home, server, collection, url, sink.port, mails)


def write_config(home: Home, calendar_url: str, mail_port: int) -> None:
    home.prepare()
    secret = home.config.with_name("password")
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    settings.write(
        home.config.parent,
        settings.me(),
        settings.account(calendar_url),
        settings.calendar(),
        settings.mail(mail_port),
        settings.updates("0s"),
    )
    home.config.chmod(0o600)


def live(desk: Desk, server: Radicale) -> None:
    """Bring the calendar in step, then change things on both sides and approve an update."""
    ctx = desk.ctx
    add_practice(ctx)
    add_person(ctx)
    # What moves there is told to nobody: calendars are looked at first, and a mail with the old date is held back.
    audience = {"Moved there": " audience:me"}
    ids = {title: add_task(ctx, f"{title} by {SOON} @oak-street{audience.get(title, '')}") for title in TITLES[1:]}
    for task_id in ids.values():
        edit.edit(ctx, task_id, {"public_title": f"Public {task_id}"})
    asyncio.run(sync_account(desk, desk.config.accounts[0]))
    add_task(ctx, f"{TITLES[0]} by {SOON} @oak-street")
    promises.promise(ctx, ids["Moved here"], promises.NewPromise(MOVED_HERE))
    tasks.drop(ctx, ids["Dropped here"])
    with OtherClient(server.url, settings.USER, PASSWORD) as phone:
        phone.move("Moved there", MOVED_THERE)
    promises.tell(ctx, ids["Moved here"], "dana", SOON, how=How.CALL)
    edit.edit(ctx, ids["Moved here"], {"because": "the insurer asked for a form"})
    drafting.draft(ctx, "oak-street", "dana")


class Walk:
    """One walk: a copy of the base under its own names."""

    def __init__(self, base: Base, folder: Path, step: int) -> None:
        self.base = base
        self.step = step
        self.home = home_in(folder / f"walk-{step}")
        self.report = folder / f"steps-{step}"
        self._name = f"walk-{step}"
        self.url = base.url.replace(base.collection.name, self._name)
        shutil.copytree(base.home.config.parent, self.home.config.parent)
        shutil.copytree(base.collection, base.collection.with_name(self._name))
        self._rename()
        self.message_id = self._approve()

    def _rename(self) -> None:
        """Give the copy its own collection and its own update, so that walks share servers and nothing else."""
        with sqlite3.connect(self.home.database) as connection:
            old = self.base.collection.name
            connection.execute("UPDATE calendar_state SET url = replace(url, ?, ?)", (old, self._name))
            connection.execute("UPDATE link SET href = replace(href, ?, ?)", (old, self._name))
            # A copy in another folder is not synced; each walk is a store that never was synced elsewhere.
            connection.execute("DELETE FROM meta WHERE name = 'calendars: place'")
            connection.execute("""UPDATE "update" SET uid = ?""", (f"walk-{self.step}",))
        connection.close()

    def _approve(self) -> str:
        desk = open_desk(self.home, load(self.home.config), SystemClock())
        updates.approve(desk.ctx, desk.config, 1)
        message_id = str(desk.ctx.read.value("SELECT message_id FROM delivery"))
        desk.ctx.store.close()
        return message_id

    def kill(self) -> str:
        """Run the daemon until it is killed at the step; return what the step was."""
        command = [sys.executable, "-m", "tests.acceptance.killed_daemon"]
        process = subprocess.Popen([*command, self.home.config.parent, str(self.step), self.report], cwd=ROOT)
        if not self.step:
            wait_for(self.finished)
            process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        return self.report.read_text()

    def finish(self) -> None:
        """Run another daemon until the road is walked."""
        with sqlite3.connect(self.home.database) as connection:
            connection.execute("DELETE FROM heartbeat")  # what the killed one said does not count
        connection.close()
        env = {**os.environ, "FOLLOWTHRU_HOME": str(self.home.config.parent)}
        process = subprocess.Popen(
            [sys.executable, "-c", f"{EAGER}\n{PROGRAM}", "daemon", "run"], env=env, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(self.finished)
        finally:
            process.terminate()
            process.wait(PATIENCE)
        assert process.returncode == 0

    def finished(self) -> bool:
        """Whether the calendar is in step and the update is settled, or waits for its reader's PM."""
        phase = self.value("SELECT phase FROM delivery")
        good = self.value("SELECT good_at FROM heartbeat WHERE name = 'sync work' AND fault IS NULL")
        pending = self.value("SELECT count(*) FROM operation") or self.value(
            "SELECT count(*) FROM link WHERE state = 'waiting'"
        )
        return good is not None and not pending and phase in ("accepted", "uncertain")

    def value(self, sql: str, *values: object) -> object:
        connection = sqlite3.connect(self.home.database, timeout=10)
        try:
            row = connection.execute(sql, values).fetchone()
        finally:
            connection.close()
        return None if row is None else row[0]

    def objects(self) -> list[str]:
        """The events that the server holds for this walk."""
        folder = self.base.collection.with_name(self._name)
        return [path.read_text() for path in folder.glob("*.ics")]

    def mails(self) -> int:
        """How often this walk's update arrived."""
        return sum(self.message_id.encode() in path.read_bytes() for path in self.base.mails.glob("*.eml"))


def check(walk: Walk) -> None:
    """Assert that nothing is lost and nothing is there twice."""
    found = {title: [text for text in walk.objects() if f": {title}" in text] for title in TITLES}
    assert {title: len(texts) for title, texts in found.items()} == dict(zip(TITLES, (1, 1, 1, 0), strict=True))
    for title, day in zip(TITLES, (SOON, MOVED_HERE, MOVED_THERE), strict=False):
        assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in found[title][0], title
        assert walk.value("SELECT promised_on FROM task WHERE title = ?", title) == day.isoformat()
    assert walk.value("SELECT count(*) FROM action WHERE actor = 'calendar'") == 1
    told = walk.value("SELECT count(*) FROM telling WHERE update_id IS NOT NULL AND promised_on = ?", str(MOVED_HERE))
    if walk.value("SELECT phase FROM delivery") == "accepted":
        assert (walk.mails(), told) == (1, 1)
    else:
        assert walk.mails() <= 1
        assert told == 0
    assert walk.value("PRAGMA integrity_check") == "ok"
    assert walk.value("PRAGMA foreign_key_check") is None


def walk_to(base: Base, folder: Path, step: int) -> str:
    """Walk with one kill; return what was under way, or what went wrong."""
    walk = Walk(base, folder, step)
    killed_at = walk.kill()
    try:
        walk.finish()
        check(walk)
    except AssertionError as error:
        return f"killed at step {killed_at.strip()}: {error}"
    return ""


def steps_of(base: Base, folder: Path) -> list[str]:
    """Walk without a kill and return what its steps are."""
    walk = Walk(base, folder, 0)
    steps = walk.kill().splitlines()
    check(walk)
    assert len(steps) > 40, "the daemon's commits and requests are watched"
    return steps


def sort_of(step: str) -> str:
    """Return what sort of place a step is: where around what, such as a commit, and whether in a mail's words."""
    where, _, what = step.partition(": ")
    return f"{where}, of mail" if what in (*WORDS, "greeting") else where


def one_of_each(steps: list[str]) -> list[int]:
    """Return the number of the middle step of each sort: first and last are the daemon's own start and end."""
    found: list[int] = []
    for sort in sorted({sort_of(step) for step in steps}):
        every = [number for number, step in enumerate(steps, 1) if sort_of(step) == sort]
        found.append(every[len(every) // 2])
    return found


def hold(base: Base, folder: Path, numbers: Iterable[int]) -> None:
    """Walk with a kill at each of these steps, and hold what must hold."""
    with ThreadPoolExecutor(2) as pool:
        faults = list(pool.map(partial(walk_to, base, folder), numbers))
    assert not any(faults), "\n".join(filter(None, faults))


@pytest.mark.long
def test_a_kill_at_every_sort_of_step_loses_nothing_and_doubles_nothing(base: Base, tmp_path: Path) -> None:
    steps = steps_of(base, tmp_path)
    assert {sort_of(step) for step in steps} >= {
        *("before commit", "after commit", "before sending", "half sent", "sent", "answered, unread"),
        *("before sending, of mail", "half sent, of mail", "sent, of mail", "answered, unread, of mail"),
    }
    hold(base, tmp_path, one_of_each(steps))


@pytest.mark.torture
def test_a_kill_at_any_step_loses_nothing_and_doubles_nothing(base: Base, tmp_path: Path) -> None:
    hold(base, tmp_path, range(1, len(steps_of(base, tmp_path)) + 1))
