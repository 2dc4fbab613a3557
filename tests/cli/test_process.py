"""The command as a process: its streams, its signals, and what it does to whoever reads it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from followthru.config.places import home
from tests.storekit import copy_database
from tests.terminal import Terminal

COMMAND = (sys.executable, "-m", "followthru")


@pytest.fixture(autouse=True)
def _store(blank_database: Path) -> None:
    copy_database(blank_database, home().database)


def followthru(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], input=stdin, capture_output=True, text=True, check=False)


def test_data_and_words_go_their_ways() -> None:
    done = followthru("add", "--json", "Call landlord by sat @nowhere")
    assert done.returncode == 0
    assert json.loads(done.stdout)["title"] == "Call landlord @nowhere"
    assert "nowhere" in done.stderr
    assert followthru("show", "99").returncode == 3


def test_whoever_stops_reading_is_no_fault() -> None:
    lines = "".join(f'{{"type":"task","title":"{"x" * 200} {number}"}}\n' for number in range(1000))
    assert followthru("import", "-", stdin=lines).returncode == 0
    for words in (("list", "--all"), ("list", "--all", "--json"), ("export",)):
        with subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.read(10)
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_is_said_and_the_change_is_kept() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*COMMAND, "add", "Kept"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Kept" in followthru("list").stdout


def test_ctrl_c_while_it_asks_is_130() -> None:
    with Terminal([*COMMAND, "add"], os.environ) as terminal:
        terminal.wait_for("What is to be done?")
        os.kill(terminal.pid, signal.SIGINT)
        terminal.wait_for("Interrupted")
        assert terminal.wait_end() == 130
    assert followthru("list").stdout == ""


def test_on_a_terminal_it_asks_for_the_line() -> None:
    with Terminal([*COMMAND, "add"], os.environ) as terminal:
        terminal.wait_for("What is to be done?")
        terminal.send("Order paper\r")
        terminal.wait_for("Added 1: Order paper")
    assert "Order paper" in followthru("list").stdout


def test_a_poor_terminal_encoding_loses_signs_and_nothing_else() -> None:
    followthru("add", "Café “x” ☂")
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*COMMAND, "list"], capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0
    assert "Caf? ?x? ?" in done.stdout
