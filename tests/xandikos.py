"""A real Xandikos as a process of its own on loopback, beside Radicale: another reading of the same standards."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self


class Xandikos:
    """Starts, holds and stops one server for the one user `name`, whoever signs in. `url` is its address."""

    def __init__(self, folder: Path, name: str = "pm") -> None:
        self._folder = folder
        self.name = name
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

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
        # It notes every request: into a file, because a pipe that nobody empties holds it up once it is full.
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            command, stderr=self._log, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
        self._reach(self._process, self._log)
        return self

    def _reach(self, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
        """Return once it answers."""
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except ConnectionRefusedError:
                if time.monotonic() > until or process.poll() is not None:
                    log.seek(0)
                    raise AssertionError(f"Xandikos does not start: {log.read().decode()}") from None
                time.sleep(0.01)
            else:
                return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        assert self._log is not None
        self._process.terminate()
        self._process.wait(timeout=20)
        self._log.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
