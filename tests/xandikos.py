"""A real Xandikos as a process of its own on loopback, beside Radicale: another reading of the same standards."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self


class Xandikos:
    """Starts, holds and stops one server for the one user `name`, whoever signs in. `url` is its address."""

    def __init__(self, folder: Path, name: str = "pm") -> None:
        self._folder = folder
        self.name = name
        self.port = _free_port()
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The server's address, with a slash at its end."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return None if self._process is None else self._process.pid

    def __enter__(self) -> Self:
        command = [
            sys.executable, "-m", "xandikos", "serve", "--directory", str(self._folder), "--defaults",
            "--current-user-principal", f"/{self.name}/", "--state-dir", str(self._folder / "state"),
            "--listen-address", "127.0.0.1", "--port", str(self.port), "--no-detect-systemd",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            command,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if "Listening on" in line:
                self._reach()
                return self
        raise AssertionError("Xandikos does not start")

    def _reach(self) -> None:
        """Return once it answers: it says that it listens a moment before it does."""
        until = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except ConnectionRefusedError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
            else:
                return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.communicate(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
