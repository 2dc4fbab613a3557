"""Fifty commands that write at the same moment while the screen is open: nothing is lost, and each is answered."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from followthru.actions.context import Context
from followthru.store.store import Store
from tests.store.oracles import replayed, sound, state
from tests.storekit import NOON, FixedClock, copy_database
from tests.torture.boundaries import Target
from tests.torture.forks import Tell, ended, forked
from tests.torture.surfaces import CLI, Home, Process, Screen

WRITERS = 50
NOWHERE = Target(None)


def held(database: Path) -> tuple[tuple[int, int], int]:
    """Let a process hold the store; return it, and what lets it go on."""
    waiting, go_on = os.pipe()

    def hold(tell: Tell) -> None:
        os.close(go_on)
        with closing(Store.open(database, FixedClock())) as store, store.writing():
            tell("held")
            os.read(waiting, 1)

    process = forked(hold)
    os.close(waiting)
    assert os.read(process[1], 10) == b"held\n"
    return process, go_on


def test_fifty_writers_beside_an_open_screen_lose_nothing(blank_database: Path, tmp_path: Path) -> None:
    database = copy_database(blank_database, tmp_path / "home" / "followthru.db")
    home = Home(database.parent, NOON)
    with Screen(home, NOWHERE) as screen:
        assert screen.shows("Today")
        assert screen.typed("3")
        assert screen.shows("All open")
        holder, go_on = held(database)
        writers = [
            Process(CLI, home, ("add", f"Writer {number}"), NOWHERE, tmp_path / f"out-{number}")
            for number in range(WRITERS)
        ]
        # All of them are there by now, and wait for the one that holds the store.
        os.write(go_on, b".")
        ends = [writer.wait() for writer in writers]
        assert ended(*holder)[0] == 0
        assert [end.out for end in ends if end.code != 0] == []
        assert screen.shows(rf"All open \({WRITERS}\)"), screen.screen.text()
        screen.kill()
    for number, end in enumerate(ends):
        assert f": Writer {number}\n" in end.out, end.out
    with closing(Store.open(database, FixedClock())) as store:
        sound(store.read)
        titles = [title for (title,) in store.read.rows("SELECT title FROM task")]
        assert sorted(titles) == sorted(f"Writer {number}" for number in range(WRITERS))
        assert state(Context(store, zone="UTC")) == replayed(store.read)
