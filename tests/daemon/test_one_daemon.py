"""One daemon for each store, whoever starts how many, and whatever an earlier one left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from followthru.actions.presence import identity, lock_path, running
from tests.program.daemon import end, end_all, launch, said, start, wait_for
from tests.storekit import copy_database

OFTEN = "from followthru_daemon import run; run.BEAT_SECONDS = 0.2"


@pytest.fixture
def home(tmp_path: Path, blank_database: Path) -> Iterator[Path]:
    """A home with an empty store."""
    folder = tmp_path / "desk"
    copy_database(blank_database, folder / "followthru.db")
    yield folder
    end_all()


def status(home: Path) -> tuple[dict[str, Any], str]:
    """Return what `daemon status` says, as JSON and in words."""
    env = {**os.environ, "FOLLOWTHRU_HOME": str(home)}
    command = [sys.executable, "-m", "followthru", "daemon", "status"]
    facts = subprocess.run([*command, "--json"], env=env, capture_output=True, text=True, check=True).stdout
    return json.loads(facts), subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


def race(home: Path, rounds: int, runners: int = 2) -> None:
    """Start several daemons at once, again and again: one serves, the others are refused by name."""
    for _ in range(rounds):
        processes = [launch(home) for _ in range(runners)]
        wait_for(lambda started=processes: sum(one.poll() is None for one in started) == 1)
        serving = next(one for one in processes if one.poll() is None)
        wait_for(lambda one=serving: running(home / "followthru.db") == one.pid, serving)
        for refused in (one for one in processes if one is not serving):
            _, words = refused.communicate(timeout=60)
            assert refused.returncode == 4, words
            assert "serves this store already" in words
        assert end(serving, signal.SIGKILL)[0] == -signal.SIGKILL


def test_of_two_that_are_started_at_once_one_serves(home: Path) -> None:
    race(home, 2, runners=3)


@pytest.mark.torture
def test_of_several_that_are_started_at_once_one_serves_every_time(home: Path) -> None:
    race(home, 60, runners=4)


def test_a_lock_that_names_whoever_has_that_number_now_keeps_nobody_from_starting(home: Path) -> None:
    """The machine went off, and the number in the file is another process's by now: this one's."""
    lock_path(home / "followthru.db").write_text(f"{os.getpid()} {identity(1)}\n")
    process = start(home)
    assert running(home / "followthru.db") == process.pid
    assert end(process)[0] == 0


def test_without_its_lock_it_still_keeps_a_second_one_out_and_ends_so_that_one_is_started_anew(home: Path) -> None:
    first = start(home)
    wait_for(lambda: bool(status(home)[0]["jobs"]), first)
    lock_path(home / "followthru.db").unlink()
    second = launch(home)
    _, words = second.communicate(timeout=60)
    assert second.returncode == 4, words
    assert str(first.pid) in words
    assert end(first)[0] == 0
    third = start(home, OFTEN)
    lock_path(home / "followthru.db").unlink()
    _, words = third.communicate(timeout=60)
    assert third.returncode == 1
    assert "the file that keeps a second daemon out was removed" in words


def test_it_ends_where_its_store_is_replaced_under_it(home: Path, blank_database: Path) -> None:
    process = start(home, OFTEN)
    copy_database(blank_database, home / "other.db").replace(home / "followthru.db")
    _, words = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "replaced by another file" in words


def test_status_tells_a_restart_from_an_end_and_from_a_kill(home: Path) -> None:
    process = start(home)
    facts, words = status(home)
    assert (facts["generation"], facts["ended"], facts["pid"]) == (1, None, process.pid)
    assert "started just now" in words
    assert end(process)[0] == 0
    facts, words = status(home)
    assert (facts["generation"], facts["ended"], facts["running"]) == (1, "told", False)
    assert "the last one ended just now" in words
    assert end(start(home), signal.SIGKILL)[0] == -signal.SIGKILL
    facts, words = status(home)
    assert (facts["generation"], facts["ended"]) == (2, "unsaid")
    assert "ended without being told to" in words
    process = start(home)
    facts, _ = status(home)
    assert (facts["generation"], facts["starts_within_an_hour"]) == (3, 3)
    assert end(process)[0] == 0
    assert "daemon.before" in said(home)
