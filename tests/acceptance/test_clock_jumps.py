"""A real daemon and a real command line on a clock that jumps: nothing twice, nothing lost.

`faketime` (Debian) shows both processes the time that a file says; the file is changed while the daemon runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from followthru.actions.presence import running
from followthru.actions.wake import wake
from tests.program.daemon import EAGER, STARTED, end, end_all, said, wait_for
from tests.storekit import copy_database

CONFIG = """
[me]
name = "Robin Vale"
timezone = "UTC"
[[mail]]
name = "oak"
practices = ["oak-street"]
from = "Robin Vale <robin@oak.example>"
transport = "file"
folder = "out"
[updates]
send_delay = "0s"
"""


def preloaded() -> str | None:
    """Return the library of `faketime` for processes of several threads, None where there is none."""
    found = shutil.which("faketime")
    libraries = [] if found is None else sorted(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1"))
    return str(libraries[0]) if libraries else None


# faketime 0.9.10 fails clock_nanosleep, which Python sleeps by, where only the wall clock is to be faked.
PROGRAM = (
    "import select, time; time.sleep = lambda seconds: select.select([], [], [], seconds) and None; "
    "from followthru.launch import main; main()"
)
LIBRARY = preloaded()
pytestmark = pytest.mark.skipif(LIBRARY is None, reason="faketime is not installed")


class Laptop:
    """A home, its clock, the daemon and commands on it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._now = home.with_name("now")

    def at(self, words: str) -> None:
        """Let the clock jump to an instant (UTC), from where it runs on; whoever is asleep is woken."""
        new = self._now.with_suffix(".new")
        new.write_text(f"@{words}\n", encoding="ascii")
        new.replace(self._now)
        wake(self.home / "run")

    @property
    def environment(self) -> dict[str, str]:
        clock = {"FAKETIME_TIMESTAMP_FILE": str(self._now), "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1"}
        clock["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"
        return {**os.environ, **clock, "LD_PRELOAD": LIBRARY or "", "FOLLOWTHRU_HOME": str(self.home), "TZ": "UTC"}

    def start(self) -> subprocess.Popen[str]:
        """Start the daemon and wait until it is ready."""
        before = said(self.home).count("daemon=ready") if (self.home / "logs").exists() else 0
        process = subprocess.Popen(
            [sys.executable, "-c", f"{EAGER}{PROGRAM}", "daemon", "run"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        STARTED.append(process)
        wait_for(lambda: said(self.home).count("daemon=ready") > before, process)
        assert running(self.home / "followthru.db") == process.pid
        return process

    def run(self, *words: str) -> str:
        """Run a command that must end well."""
        command = [sys.executable, "-c", PROGRAM, *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def updates(self) -> list[dict[str, Any]]:
        """Return every update, newest first."""
        return json.loads(self.run("update", "list", "--all", "--json"))

    def wait_for_newest(self, **fields: object) -> None:
        """Wait until the newest update has these fields."""

        def there() -> bool:
            found = self.updates()
            return bool(found) and all(found[0][name] == value for name, value in fields.items())

        wait_for(there)

    def bodies(self) -> list[str]:
        """Return the texts of all mails that left."""
        mails = [message_from_bytes(path.read_bytes(), policy=default) for path in (self.home / "out").glob("*.eml")]
        return [str(mail.get_body(("plain",))) for mail in mails]


@pytest.fixture
def laptop(tmp_path: Path, blank_database: Path) -> Iterator[Laptop]:
    """Oak Street on Wednesday 1 July 2026; Dana, who hears on Fridays at four, has accepted a first update."""
    made = Laptop(tmp_path / "desk")
    copy_database(blank_database, made.home / "followthru.db")
    (made.home / "config.toml").write_text(CONFIG, encoding="utf-8")
    made.at("2026-07-01 09:00:00")
    made.run("practice", "add", "oak-street", "--timezone", "UTC")
    person = ("person", "add", "Dana Reyes", "dana@oak.example", "--practice", "oak", "--role", "owner")
    made.run(*person, "--cadence", "weekly:fri@16:00")
    made.run("add", "Cover renewal by 2026-07-24 @oak-street")
    made.run("edit", "1", "public_title=Cover renewal")
    made.start()
    made.run("update", "draft", "dana")
    made.run("update", "approve", "1", "--yes")
    made.wait_for_newest(phase="accepted")
    yield made
    end_all()


def test_over_its_hour_and_back_again(laptop: Laptop) -> None:
    laptop.run("done", "1")
    laptop.at("2026-07-02 16:00:01")
    laptop.wait_for_newest(period="weekly:2026-W27", automatic=True)
    laptop.at("2026-07-03 16:00:01")
    laptop.wait_for_newest(period="weekly:2026-W27", phase="accepted", approved_by="daemon")
    laptop.at("2026-07-02 16:30:00")
    laptop.run("add", "Order chairs @oak-street")
    laptop.at("2026-07-03 16:00:01")
    laptop.run("add", "Order desks @oak-street")
    laptop.at("2026-07-09 16:00:01")
    laptop.wait_for_newest(period="weekly:2026-W28", automatic=True)
    assert sum("Cover renewal: done" in body for body in laptop.bodies()) == 1
    assert len(laptop.bodies()) == 2


def test_a_week_asleep(laptop: Laptop) -> None:
    """It slept from Wednesday to Friday of the next week: nothing goes unread, and the next hour says all of it."""
    laptop.run("done", "1")
    laptop.at("2026-07-10 17:00:00")
    laptop.wait_for_newest(period="weekly:2026-W28", late=True)
    assert len(laptop.bodies()) == 1
    laptop.wait_for_newest(waits_for=["It was not there to be read before its hour."])
    laptop.at("2026-07-16 16:00:01")
    laptop.wait_for_newest(period="weekly:2026-W29", automatic=True)
    laptop.at("2026-07-17 16:00:01")
    laptop.wait_for_newest(period="weekly:2026-W29", phase="accepted")
    assert sum("Cover renewal: done" in body for body in laptop.bodies()) == 1
    assert len(laptop.bodies()) == 2


def test_a_daemon_that_ends_before_its_hour_and_starts_after_it(laptop: Laptop) -> None:
    laptop.at("2026-07-02 16:00:01")
    laptop.wait_for_newest(period="weekly:2026-W27", automatic=True)
    code, words = end(STARTED.pop())
    assert code == 0, words
    laptop.at("2026-07-04 08:00:00")
    assert laptop.updates()[0]["late"]
    for _ in range(2):
        daemon = laptop.start()
        laptop.wait_for_newest(period="weekly:2026-W27", phase="accepted")
        assert end(daemon)[0] == 0
        STARTED.remove(daemon)
    assert len(laptop.bodies()) == 2
