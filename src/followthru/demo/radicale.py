"""A Radicale calendar server as a process of its own on loopback, for the sandbox and for tests."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from followthru.errors import FollowthruError

_READY = b"server ready"
_TRIES = 5
_CONFIG = """\
[server]
hosts = 127.0.0.1:{port}
max_connections = 16
delay_on_error = 0.001
[auth]
type = {auth}
htpasswd_filename = {users}
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}
[web]
type = none
[logging]
level = info
mask_passwords = True
"""


class Radicale:
    """Starts, holds and stops one server. Its collections live in `folder` and survive a restart.

    `users` maps user names to passwords; with none, everybody is let in under any name. Use as a context
    manager or call `start` and `stop`. `url` is the address, `pid` the process.
    """

    def __init__(self, folder: Path, users: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._users = dict(users or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._ready = threading.Event()
        self._ended = False
        self.port = 0

    @property
    def url(self) -> str:
        """The server's address, with a slash at its end."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return None if self._process is None else self._process.pid

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, *, timeout: float = 30.0) -> None:
        """Start the server and return when it answers. A restart keeps its port.

        Raises FollowthruError if it does not come up; its log is in `folder`.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        ports = [self.port] * _TRIES if self.port else [_free_port() for _ in range(_TRIES)]
        for port in ports:
            self.port = port
            self._launch()
            if self._ready.wait(timeout) and not self._ended:
                return
            self.stop()
        raise FollowthruError(
            "The calendar server did not start.", remedy=f"Its log is {self._folder / 'radicale.log'}."
        )

    def stop(self) -> None:
        """End the process that was started, and wait for it."""
        process, reader = self._process, self._reader
        self._process = self._reader = None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        if reader is not None:
            reader.join(10)

    def _launch(self) -> None:
        config = self._write_config()
        self._ready, self._ended = threading.Event(), False
        command = [sys.executable, "-P", "-m", "radicale", "--config", str(config)]
        self._process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        stream = self._process.stderr
        if stream is None:
            raise FollowthruError("The calendar server's log cannot be read.")
        self._reader = threading.Thread(target=self._follow, args=(stream,), daemon=True)
        self._reader.start()

    def _follow(self, stream: IO[bytes]) -> None:
        """Copy the log into a file; tell when the server is ready or has ended."""
        with stream, (self._folder / "radicale.log").open("ab") as log:
            for line in stream:
                log.write(line)
                log.flush()
                if _READY in line:
                    self._ready.set()
        self._ended = True
        self._ready.set()

    def _write_config(self) -> Path:
        users = self._folder / "users"
        users.write_text("".join(f"{name}:{word}\n" for name, word in self._users.items()), encoding="utf-8")
        users.chmod(0o600)
        config = self._folder / "radicale.conf"
        text = _CONFIG.format(
            port=self.port,
            auth="htpasswd" if self._users else "none",
            users=users,
            folder=self._folder / "collections",
        )
        config.write_text(text, encoding="utf-8")
        return config


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
