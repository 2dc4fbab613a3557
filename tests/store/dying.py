"""A process that dies by itself at the nth thing it does to a file: `python -m tests.store.dying N WORD DATABASE`.

What is counted are the interpreter's own audit events (https://docs.python.org/3/library/audit_events.html): files
opened to be written, moved, linked, removed, databases opened; and where a transaction begins and ends.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from followthru.actions import backing_up, restore, salvaging
from followthru.config.places import Home, home_in
from followthru.domain.clock import SystemClock
from followthru.store import backups, migrate

WATCHED = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.truncate", "sqlite3.connect", "subprocess.Popen"}
_left = 0


def die_at(count: int) -> None:
    """Let this process be killed at its nth step, 0 for never."""

    def heard(event: str, args: tuple[object, ...]) -> None:
        opens = event == "open" and isinstance(args[1], str) and args[1][:1] in "wax+"
        if opens or event in WATCHED:
            step()

    global _left
    _left = count
    sys.addaudithook(heard)
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def counted(sql: str) -> None:
        if sql.split(" ", 1)[0].rstrip(";") in SQL:
            step()

    def watched(*args: object, **options: object) -> sqlite3.Connection:
        connection = connect(*args, **options)
        connection.set_trace_callback(counted)
        return connection

    sqlite3.connect = watched


SQL = {"BEGIN", "COMMIT", "VACUUM", "ATTACH"}


def step() -> None:
    """Count one thing done; the last one is not survived."""
    global _left
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def _restore(home: Home) -> None:
    restore.restore(home, SystemClock(), backing_up.chosen(backups.folder_of(home.database), None))


def _salvage(home: Home) -> None:
    with salvaging.salvaged(home, None) as ready:
        salvaging.put_in_place(home, SystemClock(), ready)


def _migrate(home: Home) -> None:
    migrate.migrate(home.database)


if __name__ == "__main__":
    number, word, folder = sys.argv[1:]
    place = home_in(Path(folder))
    die_at(int(number))
    {"restore": _restore, "salvage": _salvage, "migrate": _migrate}[word](place)
