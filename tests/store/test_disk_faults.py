"""A disk that fails now and then: what was said to be saved is there, nothing is half there, and it goes on by itself.

libfiu makes the system's own calls fail in a process that knows nothing of it (https://blitiri.com.ar/p/libfiu/).
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from followthru.actions.context import Context
from followthru.store.store import Store
from tests.smalldisk import fill, small_disk
from tests.store.oracles import replayed, sound, state
from tests.storekit import FixedClock, add_task, copy_database

ROOT = Path(__file__).parents[2]
EIO, ENOSPC = 5, 28
SYNC, DATASYNC, CUT = "posix/io/sync/fsync", "posix/io/sync/fdatasync", "posix/io/rw/ftruncate"
WRITE, READ = "posix/io/rw/pwrite", "posix/io/rw/pread"
CHANCES = {SYNC: 0.03, DATASYNC: 0.03, CUT: 0.1, WRITE: 0.002, READ: 0.001}
"""A step writes some hundred pages and forces five times."""
FAULTS = {
    "a forced write fails": [(SYNC, EIO), (DATASYNC, EIO)],
    "a write fails": [(WRITE, EIO)],
    "there is no room": [(WRITE, ENOSPC)],
    "a file cannot be cut short": [(CUT, EIO)],
    "a read fails": [(READ, EIO)],
    "all of it": [(SYNC, EIO), (DATASYNC, EIO), (WRITE, EIO), (CUT, EIO), (READ, EIO)],
}


SHORT = ("a forced write fails", "there is no room", "all of it")
LONG = [pytest.param(one, 2000, marks=pytest.mark.torture) for one in FAULTS]


def written(database: Path, steps: int, *before: str, first: Callable[[], None] | None = None) -> list[str]:
    """Let a process write to a store; return what it said."""
    command = [*before, sys.executable, "-m", "tests.store.faulty", str(database), str(steps)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=first)
    lines = done.stdout.splitlines()
    assert lines[-1:] == ["end"], (done.returncode, done.stderr[-2000:])
    return lines[:-1]


def judge(database: Path, said: list[str]) -> Counter[str]:
    """Fail unless what was saved is there, what was refused at most once, and all of it whole; return the counts."""
    saved = {int(line.split()[1]) for line in said if line.startswith("saved")}
    with closing(Store.open(database, FixedClock())) as store:
        sound(store.read)
        numbers = [int(str(row[0]).split()[1]) for row in store.read.rows("SELECT title FROM task")]
        assert saved <= set(numbers)
        assert len(numbers) == len(set(numbers))
        assert state(Context(store, zone="UTC")) == replayed(store.read)
    return Counter(line.split()[-1] if line.startswith("refused") else "saved" for line in said)


@pytest.mark.skipif(shutil.which("fiu-run") is None, reason="fiu-run (Debian: fiu-utils) makes a disk fail")
@pytest.mark.parametrize(("fault", "steps"), [*((one, 40) for one in SHORT), *LONG])
def test_a_disk_that_fails_now_and_then_loses_nothing(database: Path, fault: str, steps: int) -> None:
    rules = [
        part
        for name, number in FAULTS[fault]
        for part in ("-c", f"enable_random name={name},probability={CHANCES[name]},failinfo={number}")
    ]
    said = written(database, steps, "fiu-run", "-x", *rules)
    counts = judge(database, said)
    assert counts["saved"] > steps / 10, counts
    assert counts.total() - counts["saved"] > 0 or steps < 1000, "nothing failed"


@pytest.mark.parametrize("steps", [40, pytest.param(400, marks=pytest.mark.torture)])
def test_a_disk_that_fills_up_while_it_is_written_to(blank_database: Path, tmp_path: Path, steps: int) -> None:
    with small_disk(tmp_path / "disk", 8) as disk:
        for room in (0, 30_000, 300_000, 2_000_000):
            database = copy_database(blank_database, disk / str(room) / "followthru.db")
            filler = fill(disk, leave=room)
            said = written(database, steps)
            filler.unlink()
            assert set(judge(database, said)) <= {"saved", "full"}
            with closing(Store.open(database, FixedClock())) as store:
                assert store.trouble is None
                add_task(Context(store, zone="UTC"), "there is room")
            shutil.rmtree(database.parent)


def test_a_file_that_may_not_grow_refuses_in_words(database: Path) -> None:
    size = database.stat().st_size

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    said = written(database, 30, first=little_room)
    counts = judge(database, said)
    assert counts["saved"] > 0
    assert counts["disk"] + counts["full"] > 0
