"""The folder of one's own playbooks, watched by real processes: errors at once, and what runs goes on as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from followthru.store import heartbeats
from followthru.store.store import Store
from tests.program import daemon
from tests.storekit import FixedClock, copy_database

GOOD = """playbook = 1
version = 1
title = "Mine"
source = "Me"
check_your_state = "None"
anchor = "The day"

[[steps]]
key = "one"
title = "One"
public = "One"
before = 1
"""
BAD = GOOD.replace("before = 1", "before = 1\nrole = 'nobody'")


@pytest.fixture
def home(tmp_path: Path, blank_database: Path) -> Iterator[Path]:
    folder = tmp_path / "home"
    copy_database(blank_database, folder / "followthru.db")
    yield folder
    daemon.end_all()


def fault(home: Path) -> str | None:
    """Return what the daemon says of the playbooks; empty before it has looked."""
    store = Store.open(home / "followthru.db", FixedClock())
    try:
        beats = {one.name: one.fault for one in heartbeats.all_heartbeats(store.read)}
    finally:
        store.close()
    return beats.get("playbooks", "")


def test_the_daemon_says_at_once_what_is_wrong_and_that_it_is_right_again(home: Path) -> None:
    process = daemon.start(home)
    daemon.wait_for(lambda: fault(home) is None, process)
    file = home / "playbooks" / "mine.toml"
    file.parent.mkdir()  # the folder comes while it is watched for
    file.write_text(BAD, encoding="utf-8")
    daemon.wait_for(lambda: bool(fault(home)), process)
    said = fault(home) or ""
    assert f"{file}:13: role: there is no role nobody" in said
    assert "goes on with the edition that it began with" in said
    file.with_suffix(".new").write_text(GOOD, encoding="utf-8")
    file.with_suffix(".new").replace(file)
    daemon.wait_for(lambda: fault(home) is None, process)
    assert daemon.end(process)[0] == 0


def test_a_check_that_watches_says_it_on_each_save(home: Path) -> None:
    file = home / "playbooks" / "mine.toml"
    file.parent.mkdir()
    file.write_text(GOOD, encoding="utf-8")
    command = [sys.executable, "-c", "from followthru.launch import main; main()", "playbook", "check", "--watch"]
    with subprocess.Popen(
        command,
        env={**os.environ, "FOLLOWTHRU_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == f"{file}: in order, version 1, 1 step.\n"
        assert "Watching" in process.stderr.readline()
        file.write_text(BAD, encoding="utf-8")
        assert process.stdout.readline() == f"{file}:13: role: there is no role nobody.\n"
        assert "not used. What has begun goes on" in process.stdout.readline()
        file.write_text(GOOD.replace("version = 1", "version = 2"), encoding="utf-8")
        assert process.stdout.readline() == f"{file}: in order, version 2, 1 step.\n"
        file.unlink()
        assert "it is gone" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130
