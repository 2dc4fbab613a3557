"""The daemon as a real process: one per store, ended by signals, woken by changes, unharmed by a bad configuration."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from followthru.actions.presence import running
from followthru.actions.wake import SOCKET, wake
from tests.program.daemon import end, end_all, launch, said, start, wait_for
from tests.storekit import copy_database


@pytest.fixture
def home(tmp_path: Path, blank_database: Path) -> Iterator[Path]:
    """A home with an empty store."""
    folder = tmp_path / "desk"
    copy_database(blank_database, folder / "followthru.db")
    yield folder
    end_all()


def heartbeat(home: Path, name: str) -> tuple[str | None, str | None] | None:
    connection = sqlite3.connect(home / "followthru.db")
    try:
        return connection.execute("SELECT good_at, fault FROM heartbeat WHERE name = ?", (name,)).fetchone()
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(home: Path, number: signal.Signals) -> None:
    process = start(home)
    assert running(home / "followthru.db") == process.pid
    assert (home / "run" / SOCKET).exists()
    code, words = end(process, number)
    assert code == 0, words
    assert "Traceback" not in words
    assert not (home / "run" / SOCKET).exists()
    assert running(home / "followthru.db") is None
    assert "daemon=stopped" in said(home)


def test_one_that_is_to_outlive_its_terminal_does(home: Path) -> None:
    process = start(home, "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)")  # as `nohup` starts it
    process.send_signal(signal.SIGHUP)
    (home / "config.toml").write_text("[me]\nnaem = 1\n")
    wait_for(lambda: heartbeat(home, "config") is not None)
    assert end(process)[0] == 0


def test_a_change_is_noticed_where_the_system_has_no_more_watches_to_give(home: Path) -> None:
    process = start(
        home,
        """
import errno, os
from watchfiles import main
def refused(*_):
    raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
main.RustNotify = refused
""",
    )
    (home / "config.toml").write_text("[me]\nnaem = 1\n")
    wait_for(lambda: heartbeat(home, "config") is not None)
    (home / "playbooks").mkdir()
    (home / "playbooks" / "mine.toml").write_text("steps = 1\n")
    wait_for(lambda: (heartbeat(home, "playbooks") or (None, None))[1] is not None)
    assert end(process)[0] == 0


def test_it_serves_although_neither_log_nor_socket_can_be_made(home: Path) -> None:
    (home / "logs" / "daemon.log").mkdir(parents=True)  # one that somebody else owns refuses it likewise
    (home / "run" / SOCKET).mkdir(parents=True)
    process = launch(home)
    wait_for(lambda: (heartbeat(home, "daemon") or (None, None))[0] is not None)
    command = [sys.executable, "-m", "followthru", "daemon", "logs"]
    env = {**os.environ, "FOLLOWTHRU_HOME": str(home)}
    asked_for = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert asked_for.returncode == 1
    assert "daemon.log cannot be read: Is a directory" in asked_for.stderr
    code, words = end(process)
    assert code == 0
    assert words.startswith("No log is kept, since ")
    assert "Traceback" not in words


def test_commands_for_it_answer_in_json(home: Path) -> None:
    process = start(home)
    assert asked(home, "logs")[-1].endswith('"daemon=ready"')
    assert asked(home, "stop") == {"stopped": True, "words": "The daemon has ended."}
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert asked(home, "stop")["stopped"] is False
    assert asked(home, "status")["running"] is False


def asked(home: Path, *words: str) -> Any:  # noqa: ANN401 -- whatever the command answers
    env = {**os.environ, "FOLLOWTHRU_HOME": str(home)}
    command = [sys.executable, "-m", "followthru", "daemon", *words, "--json"]
    return json.loads(subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout)


def test_a_second_one_is_refused_by_name(home: Path) -> None:
    first = start(home)
    second = launch(home)
    _, words = second.communicate(timeout=60)
    assert second.returncode == 4
    assert str(first.pid) in words
    assert end(first)[0] == 0


def test_a_second_one_is_refused_where_a_link_leads_to_the_store(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "followthru.db").symlink_to(home / "followthru.db")
    first = start(home)
    assert running(other / "followthru.db") == first.pid
    second = launch(other)
    second.communicate(timeout=60)
    assert second.returncode == 4
    assert end(first)[0] == 0


def test_after_a_kill_the_next_one_takes_over(home: Path) -> None:
    first = start(home)
    assert end(first, signal.SIGKILL)[0] == -signal.SIGKILL
    assert running(home / "followthru.db") is None
    assert (home / "run" / SOCKET).exists(), "a killed daemon leaves its socket, so this test means something"
    (home / "logs" / "daemon.log").unlink()
    second = start(home)
    assert wake(home / "run")
    assert end(second)[0] == 0


def test_a_bad_configuration_is_said_and_the_running_one_kept(home: Path) -> None:
    config = home / "config.toml"
    config.write_text('[me]\nname = "Robin"\n')
    process = start(home)
    config.write_text('[me]\nnaem = "Robin"\n')
    wait_for(lambda: (heartbeat(home, "config") or (None, None))[1] is not None)
    _, fault = heartbeat(home, "config") or (None, None)
    assert fault is not None
    assert "naem" in fault
    assert "still used" in fault
    config.write_text('[me]\nname = "Robin Q"\n')
    wait_for(lambda: heartbeat(home, "config") is None)
    assert end(process)[0] == 0


def test_a_configuration_that_was_put_right_while_nothing_ran_is_no_trouble_any_more(home: Path) -> None:
    config = home / "config.toml"
    process = start(home)
    config.write_text('[me]\nnaem = "Robin"\n')
    wait_for(lambda: heartbeat(home, "config") is not None)
    assert end(process)[0] == 0
    config.write_text('[me]\nname = "Robin"\n')
    process = start(home)
    wait_for(lambda: heartbeat(home, "config") is None)
    assert end(process)[0] == 0


def test_a_configuration_written_while_it_starts_is_not_missed(home: Path) -> None:
    config = home / "config.toml"
    config.write_text('[me]\nname = "Robin"\n')
    process = launch(home)
    wait_for(lambda: running(home / "followthru.db") is not None)
    config.write_text("[me]\nnaem = 1\n")
    wait_for(lambda: (heartbeat(home, "config") or (None, None))[1] is not None)
    assert end(process)[0] == 0


def test_it_beats(home: Path) -> None:
    process = start(home)
    wait_for(lambda: (heartbeat(home, "daemon") or (None, None))[0] is not None)
    assert end(process)[0] == 0
