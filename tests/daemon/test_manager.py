"""What systemd hears on a real notify socket, and that it hears nothing more of a daemon that hangs."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.program.daemon import end, end_all, launch, said, start, wait_for
from tests.storekit import copy_database

OFTEN = "from followthru_daemon import run; run.TICK_SECONDS = 0.05"
DOG = {"WATCHDOG_USEC": "300000"}
HANG = """
import time
from pathlib import Path
from followthru_daemon import build
def _duties(desk):
    async def come():
        Path({inside!r}).touch()
        time.sleep(600)
    return come
build._duties = _duties
"""
STUCK = """
import time
from followthru_daemon import build
build._back_up = lambda desk: time.sleep(600)
made = build.build_jobs
build.build_jobs = lambda desk: [one._replace(limit=0.3) if one.name == "backup" else one for one in made(desk)]
"""


@pytest.fixture
def home(tmp_path: Path, blank_database: Path) -> Iterator[Path]:
    """A home with an empty store."""
    folder = tmp_path / "desk"
    copy_database(blank_database, folder / "followthru.db")
    yield folder
    end_all()


class Systemd:
    """The end of a notify socket at which systemd listens."""

    def __init__(self, listening: socket.socket) -> None:
        self._socket = listening
        self._socket.setblocking(False)
        self.heard: list[str] = []

    def listen(self) -> list[str]:
        """Return everything that was said until now."""
        while True:
            try:
                self.heard.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return self.heard

    def hears(self, words: str, times: int = 1) -> bool:
        """Whether something was said so often by now."""
        return sum(one.startswith(words) for one in self.listen()) >= times


@pytest.mark.parametrize("abstract", [False, True])
def test_it_is_told_of_start_life_and_end(home: Path, tmp_path: Path, *, abstract: bool) -> None:
    name = f"@followthru-test-{tmp_path.name}" if abstract else str(tmp_path / "notify")
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.bind(name.replace("@", "\0", 1) if abstract else name)
        systemd = Systemd(listening)
        process = start(home, OFTEN, NOTIFY_SOCKET=name, **DOG)
        wait_for(lambda: systemd.hears("WATCHDOG=1", 3), process)
        assert end(process)[0] == 0
        heard = systemd.listen()
    first, *rest = [one for one in heard if not one.startswith("STATUS=")]
    assert first == "READY=1"
    assert rest[-1] == "STOPPING=1"
    assert set(rest[:-1]) == {"WATCHDOG=1"}
    assert "STATUS=all is well" in heard


def test_a_loop_that_hangs_is_heard_of_no_more(home: Path, tmp_path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.bind(str(tmp_path / "notify"))
        systemd = Systemd(listening)
        inside = tmp_path / "inside"
        hang = HANG.format(inside=str(inside))
        process = start(home, OFTEN + hang, NOTIFY_SOCKET=str(tmp_path / "notify"), **DOG)
        wait_for(inside.exists, process)
        said_before = len(systemd.listen())
        time.sleep(1)
        assert len(systemd.listen()) == said_before, "three times as long as systemd would wait"
        assert end(process, signal.SIGKILL)[0] == -signal.SIGKILL


def test_a_job_that_hangs_for_good_ends_the_daemon_with_a_fault(home: Path, tmp_path: Path) -> None:
    """Not even systemd is needed for it: launchd and the screen see a daemon that has ended."""
    process = start(home, "from followthru_daemon import run; run.GRACE_SECONDS = 0.1;" + OFTEN + STUCK)
    _, words = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "backup hung" in words
    assert "daemon=broken off" in said(home)


def test_with_settings_that_are_wrong_a_service_waits_until_they_are_right(home: Path, tmp_path: Path) -> None:
    """Ended, it would be started again every half minute for ever; and told of, it goes on by itself."""
    name = str(tmp_path / "notify")
    config = home / "config.toml"
    config.write_text('[me]\nnmae = "Robin"\n')
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.bind(name)
        systemd = Systemd(listening)
        process = launch(home, words=("--service",), NOTIFY_SOCKET=name, **DOG)
        wait_for(lambda: systemd.hears("STATUS="), process)
        assert systemd.hears("READY=1"), "what waits has started well"
        [status] = [one for one in systemd.heard if one.startswith("STATUS=")]
        assert "config.toml:2" in status
        assert "waits until that is put right" in status
        config.write_text("[me]\nname = 3\n")
        wait_for(lambda: systemd.hears("STATUS=", 2), process)
        assert process.poll() is None
        config.write_text('[me]\nname = "Robin"\n')
        wait_for(lambda: "daemon=ready" in said(home), process)
        assert end(process)[0] == 0


def test_a_service_that_waits_for_its_settings_ends_when_it_is_told_to(home: Path) -> None:
    (home / "config.toml").write_text("[me\n")
    process = launch(home, words=("--service",))
    wait_for(lambda: "config=refused" in said(home), process)
    code, words = end(process)
    assert code == 0
    assert "config.toml" in words
    assert "Traceback" not in words


def test_in_a_terminal_it_ends_at_once_with_settings_that_are_wrong(home: Path) -> None:
    (home / "config.toml").write_text("[me\n")
    process = launch(home)
    _, words = process.communicate(timeout=60)
    assert process.returncode not in (0, None)
    assert "config.toml" in words
