"""Restore, salvage and upgrade killed at each step: the store is as before or as after, and the command goes on."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from followthru.actions.context import Context
from followthru.errors import FollowthruError
from followthru.store import backups
from followthru.store.store import Store
from followthru.store.version import SCHEMA_VERSION
from tests.store.oracles import sound
from tests.storekit import FixedClock, add_task, copy_database

ROOT = Path(__file__).parents[2]
MOST = 400


def run(word: str, folder: Path, at: int = 0) -> int:
    """Run one of the long steps in a process that dies at its nth thing; return its exit code."""
    command = [sys.executable, "-m", "tests.store.dying", str(at), word, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr[-2000:]
    return done.returncode


def titles(database: Path) -> list[str]:
    with closing(Store.open(database, FixedClock())) as store:
        sound(store.read)
        return [str(row[0]) for row in store.read.rows("SELECT title FROM task ORDER BY id")]


@pytest.fixture
def home(blank_database: Path, tmp_path: Path) -> Path:
    """A home with a backup of one task, and two tasks by now."""
    database = copy_database(blank_database, tmp_path / "home" / "followthru.db")
    clock = FixedClock()
    with closing(Store.open(database, clock)) as store:
        ctx = Context(store, zone="UTC")
        add_task(ctx, "one")
        backups.take(database, backups.folder_of(database), clock.now())
        add_task(ctx, "two")
    return database.parent


def killed_everywhere(home: Path, word: str, every: int, check: Callable[[Path], None]) -> int:
    """Kill a step at its first thing, its second and so on, each time on a copy; return how many there were."""
    for at in range(1, MOST, every):
        folder = home.parent / f"at {at}"
        shutil.copytree(home, folder)
        if run(word, folder, at) == 0:
            return at
        check(folder)
        shutil.rmtree(folder)
    raise AssertionError(f"more than {MOST} steps")


HOW_OFTEN = [17, pytest.param(1, marks=pytest.mark.torture)]


@pytest.mark.parametrize("every", HOW_OFTEN)
def test_a_restore_that_is_killed_leaves_the_store_as_before_or_as_after(home: Path, every: int) -> None:
    def check(folder: Path) -> None:
        database = folder / "followthru.db"
        assert titles(database) in (["one", "two"], ["one"])
        newest = backups.taken(folder / "backups")
        assert all(backups.verify(one.path) for one in newest), "no backup that is listed is half of one"
        run("restore", folder)
        assert titles(database) == ["one"], "tried again it takes the same backup, not what was there before"

    assert killed_everywhere(home, "restore", every, check) > 20


@pytest.mark.parametrize("every", HOW_OFTEN)
def test_a_restore_of_a_damaged_store_that_is_killed_keeps_the_damaged_file(home: Path, every: int) -> None:
    database = home / "followthru.db"
    damaged = b"\xff" * database.stat().st_size
    database.write_bytes(damaged)

    def check(folder: Path) -> None:
        aside = [path for path in folder.glob("followthru.db*") if path.is_file() and path.read_bytes() == damaged]
        assert aside, "the damaged file is somewhere"
        try:
            assert titles(folder / "followthru.db") == ["one"]
        except FollowthruError:
            assert (folder / "followthru.db").read_bytes() == damaged
        run("restore", folder)
        assert titles(folder / "followthru.db") == ["one"]

    assert killed_everywhere(home, "restore", every, check) > 15


@pytest.mark.parametrize("every", [29, pytest.param(1, marks=pytest.mark.torture)])
def test_a_salvage_that_is_killed_keeps_the_damaged_file_and_can_be_taken_up_again(home: Path, every: int) -> None:
    database = home / "followthru.db"
    with closing(sqlite3.connect(database)) as connection:
        page = int(connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'task'").fetchone()[0])
    with database.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    damaged = database.read_bytes()

    def check(folder: Path) -> None:
        assert any(path.read_bytes() == damaged for path in folder.glob("followthru.db*") if path.is_file())
        if (folder / "followthru.db").read_bytes() == damaged:
            run("salvage", folder)
        assert titles(folder / "followthru.db") == ["one", "two"]

    assert killed_everywhere(home, "salvage", every, check) > 20


@pytest.mark.parametrize("every", [11, pytest.param(1, marks=pytest.mark.torture)])
def test_an_upgrade_that_is_killed_is_taken_up_again_with_the_copy_from_before_it(home: Path, every: int) -> None:
    database = home / "followthru.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 1")

    def check(folder: Path) -> None:
        assert titles(folder / "followthru.db") == ["one", "two"]
        copy = folder / f"followthru.db.before-{SCHEMA_VERSION}"
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (1,)
            assert connection.execute("SELECT count(*) FROM task_row").fetchone() == (2,), "it is from before"

    assert killed_everywhere(home, "migrate", every, check) > 8
