"""A real daemon on a machine whose hours pass in a moment, and its PM.

As a process: `python -m tests.torture.month_daemon HOME SEED DAYS PEACE`. What happens is drawn from the seed alone, so
that the next process knows what the one before was in the middle of. What is to be done outside, and what was seen, is
said on standard output as lines of JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import resource
import sys
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

from followthru import log as logs
from followthru.actions import edit, people, playbook_watch, practices, tasks, updates, watching
from followthru.actions.automatic import why_it_waits
from followthru.actions.desk import Desk, open_desk
from followthru.actions.witnesses import Server
from followthru.config.places import home_in
from followthru.config.reading import load
from followthru.domain.people import Channel, RoleName
from followthru.errors import FollowthruError, RefusedError
from followthru.store import connection, outbox
from followthru.store import tasks as read_tasks
from followthru.store import updates as rows
from followthru.updates.outbox import TO_REVIEW, UpdateKind
from followthru_daemon import reporting, run, supervise, timekeeping, triggers
from followthru_daemon.build import build_jobs
from followthru_daemon.ending import Aside
from followthru_daemon.memory import keep_together
from tests.storekit import capture
from tests.torture.hourglass import Hourglass, SandLoop, usage, utc
from tests.updates.scripted import DROP, HANG, Fault, Word, logged

START = utc(2026, 7, 1)
"""A Wednesday."""
HOUR, DAY = 3_600.0, 86_400.0
PEOPLE = (("Dana Reyes", RoleName.OWNER, "weekly:fri@16:00"), ("Lee Moss", RoleName.STAFF, "daily@14:00"))
SLOW, HURT = 60.0, ("hang", "refuse", "busy")


class Event(NamedTuple):
    """Something that happens to the machine, so many seconds after the beginning."""

    at: float
    what: str
    value: float | str = 0.0


def script(seed: int, days: int, peace: int) -> list[Event]:
    """Return all that happens: each day the PM's morning and evening, and most days something that goes wrong.

    In the last days, of `peace`, nothing goes wrong any more, nor is there anything new to be told.
    """
    dice, found = Random(seed), list[Event]()
    for day in range(days + peace):
        found += [
            Event((day + part) * DAY, what) for part, what in ((1 / 3, "morning"), (0.7, "evening"), (1, "midnight"))
        ]
        if day < days:
            found += _trouble(dice, day * DAY)
    return sorted([*found, Event((days + peace) * DAY + 1, "end")])


def _trouble(dice: Random, day: float) -> list[Event]:
    begins = day + dice.random() * 20 * HOUR
    ends = begins + (0.1 + dice.random() * 6) * HOUR
    match dice.choice(("calendar", "mail", "words", "disk", "clock", "sleep", "sleep", "nothing")):
        case "calendar":
            return [Event(begins, "calendar", dice.choice(HURT)), Event(ends, "calendar", "well")]
        case "mail":
            return [Event(begins, "mail", dice.choice(HURT[:2])), Event(ends, "mail", "well")]
        case "words":
            return [Event(begins, "words", _words(dice)), Event(ends, "words", "[]")]
        case "disk":
            return [Event(begins, "disk", 0.0), Event(ends, "disk", -1.0)]
        case "clock":
            by = dice.choice((-40 * DAY, -DAY, -HOUR, HOUR, DAY))
            return [Event(begins, "clock", by), Event(min(ends, begins + HOUR), "clock", 0.0)]
        case "sleep":
            return [Event(begins, "sleep", HOUR * dice.choice((2, 2, 9, 9, 20, 60)))]
        case _:
            return []


def _words(dice: Random) -> str:
    """Return faults of the mail server: refused for now, lost before and after the end, silence."""
    word = dice.choice((Word.BANNER, Word.RCPT, Word.DATA, Word.DOT, Word.KEPT))
    what = dice.choice(("451 4.3.0 Come again", "421 4.3.2 Not now", DROP, DROP, HANG))
    return json.dumps([Fault(word, what, times=dice.randint(1, 20))])


def say(**facts: object) -> None:
    """Say what is to be done outside, or what was seen."""
    sys.stdout.write(f"{json.dumps(facts)}\n")
    sys.stdout.flush()


class Manager:
    """The PM, at a screen of their own: a second connection to the store."""

    def __init__(self, folder: Path, glass: Hourglass) -> None:
        self._home = home_in(folder)
        self._glass = glass

    def _desk(self) -> Desk:
        return open_desk(self._home, load(self._home.config), self._glass)

    def begin(self) -> None:
        """Take on a practice, its owner who hears on Fridays and a clinician who hears each day."""
        new = practices.NewPractice("oak-street", "UTC", holidays=None, buffer_policy="fixed:0")
        desk = self._desk()
        with closing(desk.ctx.store):
            with suppress(RefusedError):  # it is there since the process before
                practices.add(desk.ctx, new)
            for name, role, cadence in PEOPLE:
                email = f"{name.split()[0].casefold()}@oak.example"
                person = people.NewPerson(name, email, role, cadence=cadence, channel=Channel.MAIL)
                with suppress(RefusedError):
                    people.add(desk.ctx, "oak-street", person)

    def morning(self, day: int, *, works: bool) -> None:
        """Look at what waits, then finish yesterday's step and begin another."""
        desk = self._desk()
        with closing(desk.ctx.store):
            self._review(desk)
            if works:
                self._work(desk, day)

    def evening(self) -> None:
        """Look at what waits once more."""
        desk = self._desk()
        with closing(desk.ctx.store):
            self._review(desk)

    def _review(self, desk: Desk) -> None:
        for row in rows.listed(desk.ctx.read, limit=-1):
            with suppress(FollowthruError):
                if row.status in TO_REVIEW:
                    if row.kind != UpdateKind.DIGEST:
                        updates.discard(desk.ctx, row.id)
                    elif any(why_it_waits(desk, row)):
                        updates.approve(desk.ctx, desk.config, row.id, at_once=True)
                elif row.status == "approved" and row.phase == "uncertain":
                    found = outbox.one(desk.ctx.read, row.id)
                    id_ = "" if found is None else found.frozen.message_id
                    arrived = any(id_.encode() in mail.content for mail in logged(self._home.config.parent / "mails"))
                    updates.settle(desk.ctx, row.id, arrived=arrived)
                elif row.status == "approved" and row.phase == "refused":
                    updates.discard(desk.ctx, row.id)

    def _work(self, desk: Desk, day: int) -> None:
        title = f"Step {day:03}"
        on = (self._glass.now().date()).isoformat()
        added = tasks.add(desk.ctx, capture(desk.ctx, f"{title} target {on} @oak-street audience:team")).task_ids[0]
        edit.edit(desk.ctx, added, {"public_title": title})
        tasks.done(desk.ctx, added)
        say(done=title, day=int(self._glass.passed // DAY))
        # Nobody else's: an update names seven things and counts the rest, and the judge reads the names of the steps.
        tasks.add(desk.ctx, capture(desk.ctx, f"Promise {day:03} by in 10 days @oak-street *private"))
        opened = [one for one in read_tasks.rows(desk.ctx.read) if one.title.startswith("Promise")]
        for one in opened[:-5]:
            tasks.done(desk.ctx, one.id)


class Machine:
    """Lets everything happen at its time."""

    def __init__(
        self, folder: Path, glass: Hourglass, days: int, events: list[Event], daemon: run.Daemon, loop: SandLoop
    ) -> None:
        self._glass, self._days, self._daemon, self._loop = glass, days, daemon, loop
        self._manager = Manager(folder, glass)
        self._left = events
        self._worked = -1
        self._most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def catch_up(self) -> None:
        """Bring the machine to where it was when the process before ended: only what lasts counts."""
        lasting = {"calendar": "well", "mail": "well", "words": "[]", "disk": -1.0, "clock": 0.0}
        while len(self._left) > 1 and self._left[0].at < self._glass.passed:
            event = self._left.pop(0)
            if event.what in lasting:
                lasting[event.what] = event.value
        self._manager.begin()
        for what, value in lasting.items():
            self._happen(Event(0.0, what, value))

    async def live(self) -> None:
        """Let the rest happen."""
        for event in self._left:
            await self._until(event.at)
            self._happen(event)

    async def _until(self, at: float) -> None:
        wait = at - self._glass.passed
        if wait > 0:
            # The machine may sleep meanwhile, and this timer with it.
            await asyncio.sleep(min(wait, HOUR))
            await self._until(at)

    def _happen(self, event: Event) -> None:
        day = int(self._glass.passed // DAY)
        match event.what:
            case "morning":
                with suppress(FollowthruError):
                    # Whoever wakes after three days has one morning.
                    works = self._worked < day < self._days and self._glass.now().weekday() < 5
                    self._worked = day
                    self._manager.morning(day, works=works)
            case "evening":
                with suppress(FollowthruError):
                    self._manager.evening()
            case "midnight":
                gc.collect()
                memory, files = usage()
                say(
                    midnight=day,
                    memory=memory,
                    files=files,
                    threads=threading.active_count(),
                    looks=self._loop.sand.looks,
                )
            case "disk":
                limit = self._most if float(event.value) < 0 else int(float(event.value))
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, self._most))
            case "clock":
                self._glass.set_off(float(event.value))
            case "sleep":
                self._glass.sleep(float(event.value))
            case "end":
                self._daemon.stop()
            case what:
                say(**{what: event.value})


async def no_server(_: Sequence[Server]) -> dict[str, datetime]:
    """Nobody says what time it is: the servers live in the time of those who run the test."""
    return {}


def main(folder: Path, seed: int, days: int, peace: int) -> None:
    """Live until the end, or until killed."""
    logging.raiseExceptions = False  # a full disk takes no log either
    home = home_in(folder)
    home.prepare()
    logs.configure(home, "info", surface="daemon")
    keep_together()
    # SQLite keeps up to 2 MB of pages for each connection, which fill while the store grows. Kept small, what is left
    # to grow is a leak.
    connection.PRAGMAS += ("PRAGMA cache_size=-100",)
    glass, aside = Hourglass(START, folder / "clocks"), Aside()
    loop = SandLoop(glass, lambda: aside.busy)
    loop.set_default_executor(aside)
    # Nobody waits for this machine: what looks every few seconds looks every minute or so.
    playbook_watch.LOOK = watching.LOOK = triggers.POLL_SECONDS = run.TICK_SECONDS = SLOW
    run.BEAT_SECONDS = 30 * SLOW
    timekeeping.STOOD, supervise.LONGEST_WAIT, reporting.BEAT_SECONDS = 5 * SLOW, 10 * SLOW, 30 * SLOW
    timekeeping.read = glass.read

    async def live() -> None:
        daemon = run.Daemon(home, glass, build_jobs, ask=no_server)
        machine = Machine(folder, glass, days, script(seed, days, peace), daemon, loop)
        machine.catch_up()
        happening = asyncio.create_task(machine.live())
        try:
            await daemon.run(load(home.config), triggers.stamp(home.config))
        finally:
            happening.cancel()
            await asyncio.wait([happening])
        if not happening.cancelled() and (fault := happening.exception()) is not None:
            raise fault

    try:
        loop.run_until_complete(live())
    finally:
        loop.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(word) for word in sys.argv[2:]))
