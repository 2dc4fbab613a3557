"""The morning's brief on a desktop: on a real message bus with somebody who shows notifications, and without one."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from followthru_daemon.desktop import show
from tests.program.daemon import end, end_all, launch, said, wait_for

SERVER = """
import asyncio, json, sys
from dbus_fast.aio import MessageBus
from dbus_fast.service import ServiceInterface, dbus_method

class Notifications(ServiceInterface):
    @dbus_method()
    def Notify(self, app: "s", replaces: "u", icon: "s", title: "s", body: "s", actions: "as", hints: "a{sv}",
               timeout: "i") -> "u":
        print(json.dumps([app, title, body]), flush=True)
        return 1
    @dbus_method()
    def GetCapabilities(self) -> "as":
        return ["body"]
    @dbus_method()
    def GetServerInformation(self) -> "ssss":
        return ["shower", "made up", "1", "1.2"]
    @dbus_method()
    def CloseNotification(self, id: "u"):
        pass

async def main():
    bus = await MessageBus().connect()
    bus.export("/org/freedesktop/Notifications", Notifications("org.freedesktop.Notifications"))
    await bus.request_name("org.freedesktop.Notifications")
    print("ready", flush=True)
    await bus.wait_for_disconnect()

asyncio.run(main())
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the message bus is that of a Linux desktop")


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """A message bus of its own, and on it a process that says what it is to show, a line for each."""
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("dbus-daemon is not installed")
    bus = subprocess.Popen([program, "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True)
    assert bus.stdout is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.stdout.readline().strip())
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    assert server.stdout.readline() == "ready\n"
    yield server
    end_all()
    for process in (server, bus):
        process.kill()
        process.communicate()


async def test_it_is_shown_by_whoever_shows_notifications(desktop: subprocess.Popen[str]) -> None:
    assert await show("Thu 16 Jul: your brief", "late: 1.") is None
    assert desktop.stdout is not None
    assert json.loads(desktop.stdout.readline()) == ["followthru", "Thu 16 Jul: your brief", "late: 1."]


async def test_without_a_desktop_it_says_so_and_is_no_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    assert await show("title", "words") == "there is no desktop"


def test_a_real_background_process_brings_it_once(desktop: subprocess.Popen[str], tmp_path: Path) -> None:
    home = tmp_path / "desk"
    home.mkdir()
    (home / "config.toml").write_text(
        '[me]\nname = "Robin Vale"\nemail = "robin@home.example"\ntimezone = "UTC"\nmorning_brief = "00:00"\n'
        'brief_mail = "oak"\n[[mail]]\nname = "oak"\npractices = ["oak-street"]\n'
        'from = "Robin Vale <robin@oak.example>"\ntransport = "file"\nfolder = "mails"\n'
    )
    run(home, "practice", "add", "oak-street", "--name", "Oak Street", "--timezone", "UTC")
    run(home, "add", "Renew cover by today @oak-street")
    for times in (1, 2):
        forget(home)
        daemon = launch(home)
        wait_for(lambda: said(home).count("daemon=ready") == times and ended_well(home), daemon)  # noqa: B023
        assert end(daemon)[0] == 0
    assert desktop.stdout is not None
    assert json.loads(desktop.stdout.readline())[2] == "promised today: 1."
    [mail] = list((home / "mails").rglob("*.eml"))
    assert b"To: Robin Vale <robin@home.example>" in mail.read_bytes()
    assert said(home).count("brief=shown") == 1


def run(home: Path, *words: str) -> str:
    """Run a command as a process of its own and return what it printed."""
    environment = {**os.environ, "FOLLOWTHRU_HOME": str(home)}
    command = [sys.executable, "-m", "followthru", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def forget(home: Path) -> None:
    """Forget how the job ended in an earlier run."""
    with closing(sqlite3.connect(home / "followthru.db")) as connection, connection:
        connection.execute("DELETE FROM heartbeat")


def ended_well(home: Path) -> bool:
    with closing(sqlite3.connect(home / "followthru.db")) as connection:
        found = connection.execute("SELECT good_at FROM heartbeat WHERE name = 'brief'").fetchone()
    return found is not None and found[0] is not None
