"""The sandbox: a home of its own with a made-up quarter, a calendar server, a mail sink and a daemon on loopback.

Everything lives in one temporary folder and in processes that this one started and ends by id.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from followthru.actions.calendars import set_up
from followthru.actions.desk import Desk, open_desk
from followthru.actions.living import seed
from followthru.actions.presence import running
from followthru.config.places import Home, home_in
from followthru.config.reading import load
from followthru.demo.radicale import Radicale
from followthru.domain.clock import SystemClock
from followthru.errors import FollowthruError

USER, PASSWORD = "robin", "sandbox"
CALENDAR = "promises"


class Sandbox(NamedTuple):
    """A running sandbox."""

    folder: Path
    home: Home
    desk: Desk
    calendar_url: str
    mails: Path
    pids: tuple[int | None, ...]


@contextmanager
def sandbox(folder: Path, *, send_delay: str = "10s", poll: str = "2s") -> Generator[Sandbox]:
    """Start a sandbox in an empty folder and end all of it afterwards. Raises FollowthruError.

    It looks at its calendar every `poll`, more often than a real one should be asked, so that nobody has to wait.
    """
    with ExitStack() as stack:
        mails = folder / "mail"
        mails.mkdir(parents=True)
        server = stack.enter_context(Radicale(folder / "radicale", {USER: PASSWORD}))
        sink, port = stack.enter_context(_mail_sink(mails))
        home = home_in(folder / "home")
        home.prepare()
        _configure(home, server.url, port, send_delay, poll)
        desk = open_desk(home, load(home.config), SystemClock())
        stack.callback(desk.ctx.store.close)
        seed(desk.ctx.store, desk.ctx.store.clock.now())
        for calendar in desk.config.calendars:
            set_up(desk, calendar)
        daemon = stack.enter_context(_daemon(folder, home))
        yield Sandbox(folder, home, desk, server.url, mails, (server.pid, sink, daemon))


def _configure(home: Home, calendar_url: str, mail_port: int, send_delay: str, poll: str) -> None:
    secret = home.config.with_name("calendar-password")
    secret.write_text(PASSWORD, encoding="ascii")
    secret.chmod(0o600)
    home.config.write_text(
        f"""\
# The sandbox's configuration. Yours lies where `followthru config path` says; `config.example.toml` shows every key.
[me]
name = "Robin Vale"
email = "robin@example.com"

[[accounts]]
name = "sandbox"
url = "{calendar_url}"
username = "{USER}"
password = {{ file = "{secret.name}" }}

[[calendars]]
name = "{CALENDAR}"
account = "sandbox"
create = true

[[mail]]
name = "oak-street"
practices = ["oak-street"]
from = "Robin Vale <robin@oakstreet.example>"
transport = "smtp"
host = "127.0.0.1"
port = {mail_port}
security = "plain"

[[mail]]
name = "harbor"
practices = ["harbor"]
from = "Robin Vale <robin@harborpeds.example>"
transport = "smtp"
host = "127.0.0.1"
port = {mail_port}
security = "plain"

[updates]
send_delay = "{send_delay}"

[daemon]
poll = "{poll}"
""",
        encoding="utf-8",
    )
    home.config.chmod(0o600)


@contextmanager
def _mail_sink(folder: Path) -> Generator[tuple[int, int]]:
    """Run the mail sink; yield its process id and port."""
    command = [sys.executable, "-P", "-m", "followthru.demo.mailsink", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 -- our own module
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line.strip().isdecimal():
            raise FollowthruError("The sandbox's mail sink did not start.", remedy="Run `make demo` again.")
        yield process.pid, int(line)
    finally:
        _end(process)


@contextmanager
def _daemon(folder: Path, home: Home) -> Generator[int]:
    """Run the daemon of the sandbox's home; yield its process id once it serves."""
    with (folder / "daemon.out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "followthru", "daemon", "run"],
            env={**os.environ, "FOLLOWTHRU_HOME": str(home.config.parent)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        _await_daemon(process, home, folder / "daemon.out")
        yield process.pid
    finally:
        _end(process)


def _await_daemon(process: subprocess.Popen[bytes], home: Home, out: Path) -> None:
    until = time.monotonic() + 20
    while running(home.database) != process.pid:
        if process.poll() is not None or time.monotonic() > until:
            words = out.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise FollowthruError(f"The sandbox's daemon did not start. {words[-1] if words else ''}")
        time.sleep(0.02)


def _end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
