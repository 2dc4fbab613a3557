"""The service that starts the daemon at login and again after a fault: systemd's user units, launchd's agents."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Protocol

from followthru.actions.presence import running, tell_to_end
from followthru.config.places import Home
from followthru_daemon.program import Program, remove, write

KEPT = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
"""Where people may have moved what programs keep; FOLLOWTHRU_HOME stands above them."""
END_LOOKS = 200


class Keeper(Protocol):
    """One system's way to keep a program running for a user."""

    path: Path
    """The file that says how."""

    def text(self, program: Program) -> bytes:
        """Return what the file says."""
        ...

    def fits(self, written: bytes, program: Program) -> bool:
        """Return whether a file says what it would say now."""
        ...

    def start(self, program: Program) -> str:
        """Have the file taken up, and the program started now and at every login; return words, or none."""
        ...

    def stop(self) -> None:
        """End the program, and have it started no more."""
        ...

    def forgotten(self) -> None:
        """The file is gone: have that taken up."""
        ...


def program_of(home: Home) -> Program:
    """Return what the service of a home runs: this very Python, with what tells where the home is."""
    given = os.environ.get("FOLLOWTHRU_HOME")
    # A folder named like one of our libraries, where it happens to be started, is none of them: -P.
    words = (sys.executable, "-P", "-m", "followthru", "daemon", "run", "--service")
    kept = {name: os.environ[name] for name in KEPT if os.environ.get(name)}
    environment = {"FOLLOWTHRU_HOME": str(home.config.parent)} if given else kept
    return Program(words, environment, home.logs / "daemon.out")


def keeper(platform: str = sys.platform) -> Keeper:
    """Return the way of this system."""
    if platform == "darwin":
        from followthru_daemon.launchd import Launchd

        return Launchd()
    from followthru_daemon.systemd import Systemd

    return Systemd()


def install(home: Home, by: Keeper | None = None) -> str:
    """Write the service's file anew, start it and have it start at login; return words. Raises FollowthruError.

    A daemon that runs already, such as a screen's own, is ended first: there is one for each store.
    """
    by, program = by or keeper(), program_of(home)
    home.prepare()
    write(by.path, by.text(program))
    ended = _end_other(home)
    more = by.start(program)
    before = f" The one that ran (process {ended}) was ended." if ended is not None else ""
    return f"The daemon runs now and at every login ({by.path}).{before}{f' {more}' if more else ''}"


def uninstall(by: Keeper | None = None) -> str:
    """Stop the service and remove its file; return words. Raises FollowthruError."""
    by = by or keeper()
    if not by.path.exists():
        return "No service is installed."
    by.stop()
    remove(by.path)
    by.forgotten()
    return f"The daemon is stopped and {by.path} removed. The store is untouched."


def standing(home: Home, by: Keeper | None = None) -> str | None:
    """Return in words whether a service is installed and fits; None where there is none."""
    by = by or keeper()
    try:
        written = by.path.read_bytes()
    except OSError:
        return None
    if by.fits(written, program_of(home)):
        return f"It is started at every login ({by.path})."
    return (
        f"A service is installed ({by.path}), written by another version or for another home; "
        "`followthru daemon install` writes it anew."
    )


def _end_other(home: Home) -> int | None:
    """End the daemon of the store, whoever started it; return its process id, None without one."""
    pid = tell_to_end(home.database)
    for _ in range(END_LOOKS if pid is not None else 0):
        if running(home.database) != pid:
            break
        time.sleep(0.05)
    return pid
