"""`followthru demo`: start the sandbox, then the terminal UI in it, or the tour of its road as text."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from followthru.config.places import Home
from followthru.demo.sandbox import sandbox
from followthru.errors import FollowthruError


def main(*, tour: bool, tui: Callable[[Home], int]) -> int:
    """Run the sandbox until its user has seen enough; return the exit code. Raises FollowthruError.

    Without a terminal there is nobody to press a key, so the tour is walked instead.
    """
    _check_parts()
    # A Unix socket's path may have about 100 bytes, which the usual temporary folder of macOS nearly fills.
    with TemporaryDirectory(prefix="followthru-", dir="/tmp" if Path("/tmp").is_dir() else None) as folder:  # noqa: S108
        if tour or not (sys.stdin.isatty() and sys.stdout.isatty()):
            from followthru.demo.tour import walk

            with sandbox(Path(folder), send_delay="1s") as box:
                return walk(box)
        sys.stderr.write("Starting the sandbox: two made-up practices, a calendar server and a mail sink.\n")
        with sandbox(Path(folder)) as box:
            os.environ["FOLLOWTHRU_HOME"] = str(box.home.config.parent)
            _say_where(box.home, box.calendar_url, box.mails)
            code = tui(box.home)
        sys.stderr.write("The sandbox is gone, servers and all.\n")
        return code


def _say_where(home: Home, calendar_url: str, mails: Path) -> None:
    """Leave the addresses where somebody with a second terminal finds them."""
    note = home.config.with_name("sandbox.txt")
    note.write_text(
        f"calendar server  {calendar_url} (user robin, password sandbox)\n"
        f"mails sent       {mails}\n"
        f"this store       FOLLOWTHRU_HOME={home.config.parent}\n",
        encoding="utf-8",
    )
    sys.stderr.write(note.read_text(encoding="utf-8"))


def _check_parts() -> None:
    from importlib.util import find_spec

    missing = [name for name in ("radicale", "aiosmtpd", "caldav") if find_spec(name) is None]
    if missing:
        raise FollowthruError(
            f"The sandbox needs what the extra followthru[demo] brings: {', '.join(missing)}.",
            safe="Everything else works without.",
            remedy=f"Install that beside followthru. With pipx: pipx inject followthru {' '.join(missing)}",
        )
