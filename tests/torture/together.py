"""Several processes on one store at a time: `python -m tests.torture.together WHAT`; what is wrong is raised.

`editing` lets an editor change title and date of tasks in one step, over and over, while syncs run and are killed.
`twice` starts a sync while another one waits for its server, and several at the same moment.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from random import Random

from followthru.actions import edit
from followthru.actions.desk import Desk
from followthru.actions.sync import BeingSyncedError, sync_account
from followthru.store.connection import connect
from tests.torture.boundaries import Boundaries, Target
from tests.torture.place import NOWHERE, Place
from tests.torture.rounds import EVERY_KIND, Server, scripted
from tests.torture.shelf import seen
from tests.torture.stage import CALENDARS
from tests.torture.tally import FIRST_DAY

TASKS = 4
SYNCS = 6
HELD = "answered, unread: PUT"
Tell = Callable[[str], object]


def editing(place: Place) -> None:
    """What is edited during a sync is neither lost nor pushed half-way."""
    dice = Random(7)
    started = place.world.rows()
    pairs = {(row.id, str(row.promised_on), row.title) for row in started.values()}
    pushed: set[tuple[int, str, str]] = set()
    ids = {row.uid: row.id for row in started.values()}
    stopped, stop = os.pipe()
    editor, reading = place.forked(lambda desk, tell: _edit(desk, tell, stopped, stop))
    os.close(stopped)
    for _ in range(SYNCS):
        place.reopen()
        kind = dice.choice(sorted(EVERY_KIND)) if dice.random() < 0.6 else None
        place.killed(Target(kind, dice.choice([1, 2])))
        for phone in place.phones.values():
            found = (seen(*item) for item in phone.texts().items())
            pushed |= {(ids[one.task_uid], str(one.on), one.title) for one in found if one is not None}
    os.close(stop)
    code, lines = place.ended(editor, reading)
    assert code == 0, "the editor failed"
    before = {row.id: (row.promised_on, row.title) for row in started.values()}
    for line in lines:
        task_id, on, title = line.split(" ", 2)
        pairs.add((int(task_id), on, title))
        was, before[int(task_id)] = before[int(task_id)], (date.fromisoformat(on), title)
        for field, old, new in zip(("promised_on", "title"), was, before[int(task_id)], strict=True):
            place.world.tally.edited(int(task_id), field, old, new)
    assert len(lines) > SYNCS, "nothing was edited meanwhile"
    assert pushed <= pairs, f"pushed half-way: {pushed - pairs}"
    assert len(pushed) > TASKS, "nothing was pushed meanwhile"
    for row in place.world.rows().values():
        newest = max((pair for pair in pairs if pair[0] == row.id), key=lambda pair: pair[1])
        assert (row.id, str(row.promised_on), row.title) == newest, "an edit that was saved is lost"
    _rest(place)


def _edit(desk: Desk, tell: Tell, stopped: int, stop: int) -> None:
    """Change title and date together until told to stop, and say so of each once it is saved."""
    os.close(stop)
    for number in count():
        if select.select([stopped], [], [], 0)[0]:
            return
        task_id = number % TASKS + 1
        title, on = f"Title {1000 + number}", FIRST_DAY + timedelta(days=1000 + number)
        edit.edit(desk.ctx, task_id, {"title": title, "promised_on": on.isoformat()})
        tell(f"{task_id} {on} {title}")


def twice(place: Place) -> None:
    """Of two syncs of one account one is refused, and one that dies holds nobody up."""
    for kill in (False, True):
        place.world.write(0, "title")
        holder, told, go_on = _held(place)
        place.reopen()
        try:
            asyncio.run(sync_account(place.desk, place.desk.config.accounts[0], asked=True))
        except BeingSyncedError:
            pass
        else:
            raise AssertionError("two syncs at once")
        place.close()
        if kill:
            os.kill(holder, signal.SIGKILL)
        else:
            os.write(go_on, b"go\n")
        os.close(go_on)
        code, _ = place.ended(holder, told)
        assert code == (None if kill else 0)
        _rest(place)
    for number in range(TASKS):
        place.world.write(number, "promised_on")
        place.world.add(deadline=True)
    _race(place)
    _rest(place)


def _held(place: Place) -> tuple[int, int, int]:
    """Start a sync that waits at its first write; return its id, what it tells, and what lets it go on."""
    waiting, go_on = os.pipe()

    def hold(desk: Desk, tell: Tell) -> None:
        os.close(go_on)
        boundaries = Holding(tell, waiting)
        boundaries.watch()
        asyncio.run(sync_account(desk, desk.config.accounts[0], asked=True))

    holder, told = place.forked(hold)
    os.close(waiting)
    assert os.read(told, 100).decode().strip() == HELD
    return holder, told, go_on


class Holding(Boundaries):
    """Lets a process wait at its first write."""

    def __init__(self, tell: Tell, waiting: int) -> None:
        super().__init__(NOWHERE, tell)
        self._say, self._waiting = tell, waiting

    def cross(self, kind: str) -> None:
        """Pass a boundary, or wait at it."""
        super().cross(kind)
        if kind == HELD and self.passed[kind] == 1:
            self._say(kind)
            os.read(self._waiting, 10)


def _race(place: Place) -> None:
    """Start several syncs at the same moment; each of them gets through or is refused."""

    def sync(desk: Desk, _: Tell) -> None:
        try:
            asyncio.run(sync_account(desk, desk.config.accounts[0], asked=True))
        except BeingSyncedError:
            return

    racing: list[tuple[int, int]] = []
    for _ in range(4):
        racing.append(place.forked(sync))
        place.reopen()
    place.close()
    assert [place.ended(*one)[0] for one in racing] == [0] * len(racing)


def _rest(place: Place) -> None:
    place.settle()
    faults = place.faults()
    assert not faults, "\n".join(faults)


def _placed(server: Server, folder: Path) -> Place:
    blank = folder / "blank.db"
    connect(blank).close()
    place = Place(blank, folder / "place", {name: server.made(name, "") for name in CALENDARS}, server.origin)
    for _ in range(TASKS):
        place.world.add(deadline=False)
    place.settle()
    return place


if __name__ == "__main__":
    what = {"editing": editing, "twice": twice}[sys.argv[1]]
    with tempfile.TemporaryDirectory() as temporary, scripted() as one:
        there = _placed(one, Path(temporary))
        what(there)
        there.close()
