"""Several processes on one file, and processes that end in the middle of a step."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import IO, cast

import pytest

from followthru.actions import tasks
from followthru.actions.context import Context
from followthru.actions.restore import restore
from followthru.config.places import home_in
from followthru.domain.capture import Capture
from followthru.store import backups, derived, journal, mail_state
from followthru.store.connection import BUSY_MS, connect
from followthru.store.faults import StoreError
from followthru.store.store import Store
from tests.store.hammer import CANARY
from tests.store.oracles import computed, replayed, sound, state
from tests.storekit import NOON, FixedClock
from tests.torture.boundaries import Target
from tests.torture.failpoints import Failpoints
from tests.torture.forks import Tell, forked
from tests.torture.forks import ended as ended_fork

ROOT = Path(__file__).parents[2]
AFTERWARDS = 3
"""How many steps are saved once the backup is in place."""


def hammer(word: str, database: Path, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.hammer", word, str(database), str(seconds)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> list[str]:
    """Wait for a process that must end well; return what it printed after `ready`."""
    out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    return out.splitlines()[1:]


@pytest.mark.parametrize("seconds", [2, pytest.param(600, marks=pytest.mark.torture)])
def test_writers_and_readers_lose_nothing_and_never_fail(database: Path, seconds: int) -> None:
    processes = [hammer(word, database, seconds) for word in ("write", "write", "read", "screen")]
    first, second, read, screen = (ended(process) for process in processes)
    said = [tuple(map(int, lines[-1].split())) for lines in (first, second)]
    with closing(Store.open(database, FixedClock())) as store:
        counted = int(store.read.value("SELECT value FROM meta WHERE name = ?", CANARY))
        assert counted == sum(count for count, _ in said)
        assert store.read.value("SELECT count(*) FROM action") == sum(acts for _, acts in said)
        assert int(read[-1]) <= counted
        assert int(screen[-1]) <= counted
        sound(store.read)
        assert state(Context(store, zone="UTC")) == replayed(store.read)


class Promised:
    """What a process that was killed had said to be saved."""

    def __init__(self) -> None:
        self.titles: dict[int, str] = {}
        self.dates: dict[int, str] = {}

    def hear(self, lines: list[str]) -> None:
        """Take in whole lines; the last one may have been cut off."""
        for line in lines:
            if line.endswith("\n") and line != "ready\n":
                word, id, rest = line.rstrip().split(" ", 2)
                (self.titles if word == "added" else self.dates)[int(id)] = rest


def kill_in_the_middle(database: Path, after: float, promised: Promised) -> None:
    """Let a process work for a moment after its first step, kill it without warning, and note what it had said."""
    process = hammer("act", database, 60)
    out = cast("IO[str]", process.stdout)
    heard = [out.readline(), out.readline()]
    time.sleep(after)
    process.kill()
    promised.hear([*heard, *out.readlines()])
    process.communicate()


@pytest.mark.parametrize("rounds", [25, pytest.param(1000, marks=pytest.mark.torture)])
def test_a_kill_at_any_moment_loses_nothing_that_was_said_to_be_saved(database: Path, rounds: int) -> None:
    chance, promised = random.Random(), Promised()
    for _ in range(rounds):
        kill_in_the_middle(database, chance.uniform(0, 0.06), promised)
        with closing(Store.open(database, FixedClock())) as store:
            sound(store.read)
            rows = {
                int(id): (title, on) for id, title, on in store.read.rows("SELECT id, title, promised_on FROM task")
            }
            assert {id: rows[id][0] for id in promised.titles} == promised.titles
            assert {id: rows[id][1] for id in promised.dates} == promised.dates
    assert promised.dates
    with closing(Store.open(database, FixedClock())) as store:
        assert state(Context(store, zone="UTC")) == replayed(store.read)
        before = computed(store.read)
        with store.writing() as tx:
            derived.rebuild(tx)
        assert computed(store.read) == before


def test_two_backups_in_the_same_second_take_turns(database: Path, tmp_path: Path) -> None:
    """The daemon's and one that is asked for; neither may take the other's copy away."""
    folder = tmp_path / "backups"
    for _ in range(4):
        both = [forked(lambda _: backups.take(database, folder, NOON)) for _ in range(3)]
        assert [ended_fork(*one)[0] for one in both] == [0, 0, 0]
    [taken] = backups.taken(folder)
    backups.check(taken.path)
    assert sorted(path.name for path in folder.iterdir()) == ["20260701T120000Z.db", "20260701T120000Z.json"]


def test_what_a_killed_backup_left_is_cleared_away_by_the_next(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"

    def die(tell: Tell) -> None:
        Failpoints(Target("after step: backups._copy"), tell).watch()
        backups.take(database, folder, NOON)

    assert ended_fork(*forked(die))[0] is None
    assert [path.suffix for path in folder.iterdir()] == [".part"]
    (folder / ".20260701T120000Z.json.abcdefgh.part").write_bytes(b"a note that was killed")
    others = [".photos.db.part", ".settings.json.abcdefgh.part"]
    for name in others:
        (folder / name).write_bytes(b"somebody else's")
    backups.take(database, folder, NOON.replace(hour=13))
    assert sorted(path.name for path in folder.iterdir()) == [*others, "20260701T130000Z.db", "20260701T130000Z.json"]


def test_a_step_saved_while_a_backup_is_put_back_is_before_it_or_after_it(database: Path) -> None:
    """A screen saves on while another process restores: every step it said is in the copy kept, or in the store."""
    old = backups.take(database, backups.folder_of(database), NOON)
    home = home_in(database.parent)._replace(database=database)

    def write(tell: Tell) -> None:
        with closing(Store.open(database, FixedClock())) as store:
            ctx = Context(store, zone="UTC")
            seen, after = store.read.data_version(), 0
            while after < AFTERWARDS:
                title = f"step {time.time_ns()}"
                tasks.add(ctx, Capture(title))
                tell(title)
                after += mail_state.held(store.read) is not None
            assert store.read.data_version() != seen

    def put_back(tell: Tell) -> None:
        done = restore(home, FixedClock(NOON.replace(hour=13)), old)
        tell(str(done.before))

    writing = forked(write)
    os.set_blocking(writing[1], True)
    assert os.read(writing[1], 1)
    code, [before] = ended_fork(*forked(put_back))
    assert code == 0
    code, said = ended_fork(*writing)
    assert code == 0
    kept = [titles(Path(before)), titles(database)]
    assert [title for title in said[1:] if not any(title in one for one in kept)] == []
    assert set(said) & kept[0], "it wrote before"
    assert kept[1], "and afterwards"


def titles(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        return {str(title) for (title,) in connection.execute("SELECT title FROM task")}


def impatient(database: Path) -> Store:
    """Open a store that waits for nobody."""
    return Store(connect(database), database, FixedClock(), patience=0.02)


def test_a_lock_that_is_held_too_long_is_told_in_words(database: Path, store: Store) -> None:
    other = impatient(database)
    ctx = Context(other, zone="UTC")
    with store.writing() as tx:
        tx.new_id("task")
        with pytest.raises(Exception, match="cannot be written: another program holds it") as caught:
            tasks.add(ctx, Capture("never"))
    assert "Another program holds it" in str(getattr(caught.value, "remedy", ""))
    tasks.add(ctx, Capture("now"))
    assert [entry.verb for entry in journal.recent(ctx.read)] == ["add"]
    assert other.read.value("PRAGMA busy_timeout") == BUSY_MS
    other.close()


def test_a_step_waits_for_one_that_ends_in_time(database: Path, store: Store) -> None:
    other = Store.open(database, FixedClock())
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with other.writing() as tx:
            tx.new_id("task")
            held.set()
            done.wait(0.05)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with store.writing() as tx:
        assert tx.new_id("task") == 2
    done.set()
    thread.join()
    other.close()


def test_a_long_step_locks_no_reader_out_before_it_ends(database: Path, store: Store) -> None:
    other = Store.open(database, FixedClock())
    other.read.value("PRAGMA busy_timeout=20")
    with store.writing() as tx:
        for number in range(300):
            tx.run("INSERT INTO meta(name, value) VALUES (?, ?)", f"long {number}", "x" * 30_000)
        assert other.read.value("SELECT count(*) FROM meta") == 0
    assert other.read.value("SELECT count(*) FROM meta") == 300
    other.close()


def test_a_step_holds_the_lock_from_its_beginning(database: Path, store: Store) -> None:
    """Otherwise two steps could both read, and one of them fail at once when it comes to write."""
    other = impatient(database)
    with store.writing() as tx:
        tx.value("SELECT count(*) FROM task")
        with pytest.raises(StoreError, match="locked"), other.writing():
            pass
    other.close()
