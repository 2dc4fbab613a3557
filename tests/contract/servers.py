"""The servers that the contract is held against: two of our own, or the one that the environment names."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import NamedTuple, Self

from followthru.demo.radicale import Radicale

_PASSWORD = "loopback only"
_NAMES = ("URL", "USER", "PASSWORD", "CALENDAR")


class Target(NamedTuple):
    """Where a server is and how to sign in. `calendar` is one to test in beside what is in it, empty for a new one."""

    name: str
    url: str
    user: str
    password: str
    calendar: str = ""


def named_by(environment: Mapping[str, str]) -> Target | None:
    """Return the server that the environment names, None if it names none."""
    url, user, password, calendar = (environment.get(f"FOLLOWTHRU_TEST_CALDAV_{name}", "") for name in _NAMES)
    return Target("given", url, user, password, calendar) if url else None


GIVEN = named_by(os.environ)
"""Read before each test is given an environment of its own."""
NAMES = ("given",) if GIVEN is not None else ("radicale", "xandikos")


class Xandikos:
    """A Xandikos as a process of its own on loopback. Use as a context manager; `url` is its address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        self._folder.mkdir(parents=True, exist_ok=True)
        self.url = f"http://127.0.0.1:{port}/"
        command = [sys.executable, "-m", "xandikos", "serve", "-d", str(self._folder / "data"), "--defaults"]
        command += ["-l", "127.0.0.1", "-p", str(port), "--no-detect-systemd", "--state-dir", str(self._folder)]
        with (self._folder / "xandikos.log").open("wb") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        _wait_for(port, self._process)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)


def start(name: str, folder: Path) -> tuple[Target, Radicale | Xandikos | None]:
    """Start one of our servers, or take the given one; what was started is to be entered and left by the caller."""
    if GIVEN is not None:
        return GIVEN, None
    if name == "radicale":
        server = Radicale(folder, {"pm": _PASSWORD})
        server.start()
        return Target(name, server.url, "pm", _PASSWORD), server
    xandikos = Xandikos(folder)
    xandikos.__enter__()
    return Target(name, xandikos.url, "user", _PASSWORD), xandikos


def _wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    """Wait until something listens: another process's readiness cannot be awaited otherwise."""
    until = monotonic() + seconds
    while monotonic() < until and process.poll() is None:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.05)
    raise AssertionError("Xandikos did not start")
