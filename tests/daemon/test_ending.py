"""Told to end, the daemon ends: whatever it is about, and mail that is half sent is known as uncertain."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from followthru.actions import drafting, updates
from followthru.actions.presence import running
from followthru.domain.clock import SystemClock
from followthru_daemon import run
from followthru_daemon.ending import LAST_SECONDS
from tests.mailboxkit import desk_of
from tests.program import settings
from tests.program.daemon import PATIENCE, end, end_all, launch, said, start, wait_for
from tests.program.servers import mail_server
from tests.storekit import add_person, add_practice, copy_database
from tests.updates.scripted import HANG, Fault, Word, logged

IMPATIENT = "from followthru_daemon import run; run.GRACE_SECONDS = 0.2"
HELD = """
from followthru.store import connection
connection.PRAGMAS = ("PRAGMA busy_timeout=600000", *connection.PRAGMAS[1:])
"""
"""Lets a lock hold each step for ten minutes and not ten seconds: who waits for it ends too late."""


@pytest.fixture
def home(tmp_path: Path, blank_database: Path) -> Iterator[Path]:
    """A home with an empty store."""
    folder = tmp_path / "desk"
    copy_database(blank_database, folder / "followthru.db")
    yield folder
    end_all()


def ends(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> int:
    """Tell a daemon to end, and return its exit code once it has."""
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    return process.returncode


def test_five_seconds_are_enough() -> None:
    assert run.GRACE_SECONDS + run.CUT_SECONDS < LAST_SECONDS < 5


def test_while_a_calendar_server_never_answers(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        settings.write(home, settings.account(server, settings.IN_ENVIRONMENT), settings.calendar(f"{server}promises/"))
        process = start(home, IMPATIENT, PASSWORD="loopback only")
        connection, _ = silent.accept()
        with connection:
            assert connection.recv(4)
            assert ends(process) == 0
    assert "job=cut off" in said(home)
    assert "daemon=stopped" in said(home)


def phase(home: Path) -> str:
    with closing(sqlite3.connect(home / "followthru.db")) as connection:
        return str(connection.execute("SELECT phase FROM delivery").fetchone()[0])


@pytest.mark.parametrize(("word", "after"), [(Word.KEPT, "uncertain"), (Word.RCPT, "accepted")])
def test_while_a_mail_server_never_answers(home: Path, tmp_path: Path, word: Word, after: str) -> None:
    """What may have left is not repeated; what has not is sent by the next one."""
    log = tmp_path / "mails"
    with mail_server(log, Fault(word, HANG, times=1)) as port:
        settings.write(home, settings.mail(port), settings.updates("0s"))
        with desk_of(home, SystemClock()) as desk:
            add_practice(desk.ctx)
            add_person(desk.ctx)
            update_id = drafting.draft(desk.ctx, "oak-street", "dana").update_id
            updates.approve(desk.ctx, desk.config, update_id)
        process = start(home, IMPATIENT)
        reached = "data started" if word == Word.KEPT else "claimed"
        wait_for(lambda: phase(home) == reached, process)
        assert ends(process) == 0
        assert phase(home) == reached
        (home / "logs" / "daemon.log").unlink()
        process = start(home)
        wait_for(lambda: phase(home) == after, process)
        assert end(process)[0] == 0
    assert len(logged(log)) == 1


@pytest.mark.parametrize("part", ["_back_up", "_write_updates"])
def test_while_a_part_of_it_blocks(home: Path, part: str) -> None:
    """A backup to a disk that does not answer, a store that takes minutes to read."""
    hangs = f"""
import time
from followthru_daemon import build
def hang(*_):
    open({str(home / "inside")!r}, "w").close()
    time.sleep(600)
build.{part} = hang
"""
    process = start(home, IMPATIENT + hangs)
    wait_for((home / "inside").exists, process)
    assert ends(process) == 0
    assert "daemon=cut off" in said(home)
    assert running(home / "followthru.db") is None


def test_while_the_store_is_locked(home: Path) -> None:
    process = start(home, HELD)
    wait_for(lambda: beaten(home), process)
    with closing(sqlite3.connect(home / "followthru.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        # Its watch reads each second; the lock now holds it up in the middle of its loop.
        (home / "config.toml").write_text('[me]\nname = "Robin"\n')
        assert ends(process) == 0


def beaten(home: Path) -> bool:
    with closing(sqlite3.connect(home / "followthru.db")) as connection:
        return connection.execute("SELECT 1 FROM heartbeat WHERE name = 'daemon'").fetchone() is not None


def test_while_the_store_is_being_opened(home: Path) -> None:
    with closing(sqlite3.connect(home / "followthru.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        told = home / "opening"
        process = start_opening(home, told)
        assert ends(process) == 0


def start_opening(home: Path, told: Path) -> subprocess.Popen[str]:
    setup = f"""
{HELD}
from followthru_daemon import run
opened = run.open_desk
def opening(*words):
    open({str(told)!r}, "w").close()
    return opened(*words)
run.open_desk = opening
"""
    process = launch(home, setup)
    wait_for(told.exists, process)
    return process


def test_while_it_is_suspended(home: Path) -> None:
    process = start(home)
    process.send_signal(signal.SIGSTOP)
    env = {**os.environ, "FOLLOWTHRU_HOME": str(home)}
    command = [sys.executable, "-m", "followthru", "daemon", "stop"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert "has ended" in done.stderr + done.stdout
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_ctrl_c_ends_it_as_well(home: Path) -> None:
    process = start(home)
    assert ends(process, signal.SIGINT) == 0
    assert "daemon=stopped" in said(home)


async def test_a_signal_before_there_is_a_loop_is_not_lost() -> None:
    code = (
        "import asyncio, os, signal\n"
        "from followthru_daemon.ending import Ending\n"
        "ending = Ending(600); os.kill(os.getpid(), signal.SIGTERM)\n"
        "async def main():\n"
        "    stopped = asyncio.Event(); ending.tell(asyncio.get_running_loop(), stopped.set)\n"
        "    await stopped.wait()\n"
        "asyncio.run(main())\n"
    )
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    assert await asyncio.wait_for(child.wait(), PATIENCE) == 0
