"""Whether a daemon serves a store, told by a kernel lock that dies with its holder."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from followthru.errors import RefusedError
from followthru.store.faults import unwritable

LOOKS, LOOK_AGAIN = 200, 0.005
"""How often, and after how many seconds, a lock is tried again that somebody holds for a moment."""


def lock_path(database: Path) -> Path:
    """Return the lock file of a store; it lies beside the database, for one store may have several homes and links."""
    real = database.resolve()
    return real.with_name(f"{real.name}.daemon")


class DaemonLock:
    """The lock of the one daemon of a store, held until `release` or the process ends."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @classmethod
    def take(cls, database: Path) -> DaemonLock:
        """Take the lock, past those who only ask.

        Raises RefusedError naming the daemon that holds it, UnwritableError where the store's folder takes no file.
        """
        try:
            file = lock_path(database).open("a+", encoding="ascii")
        except OSError as error:
            raise unwritable(database, error) from error
        while not _locked(file, fcntl.LOCK_EX):
            if not _locked(file, fcntl.LOCK_SH):
                holder = _pid(file)
                file.close()
                raise RefusedError(
                    f"A daemon serves this store already (process {holder or 'unknown'}).",
                    safe="Nothing was changed.",
                    remedy="`followthru daemon stop` ends it.",
                )
            # Somebody asked just then whether there is a daemon; that takes but a moment.
            fcntl.flock(file, fcntl.LOCK_UN)
            time.sleep(LOOK_AGAIN)
        try:
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
        except OSError as error:
            with suppress(OSError):
                file.close()
            raise unwritable(database, error) from error
        return cls(file)

    def release(self) -> None:
        """Give the lock back."""
        self._file.truncate(0)
        self._file.close()


def running(database: Path) -> int | None:
    """Return the process id of the store's daemon, None when there is none."""
    try:
        file = lock_path(database).open("r", encoding="ascii")
    except FileNotFoundError:
        return None
    with file:
        # A shared lock, so that two who only ask never stand in each other's way.
        for _ in range(LOOKS):
            if _locked(file, fcntl.LOCK_SH):
                return None
            if (pid := _pid(file)) is not None:
                return pid
            time.sleep(LOOK_AGAIN)  # it has just been taken, and its process is about to be named
        return None


def _locked(file: IO[str], how: int) -> bool:
    """Take a lock if that can be had at once."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pid(file: IO[str]) -> int | None:
    file.seek(0)
    text = file.read().strip()
    return int(text) if text.isdecimal() else None
