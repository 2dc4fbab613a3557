"""Whether a daemon serves a store, told by a kernel lock that dies with its holder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from followthru.errors import RefusedError


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
        """Take the lock. Raises RefusedError naming the process that holds it."""
        file = lock_path(database).open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _pid(file)
            file.close()
            raise RefusedError(
                f"A daemon serves this store already (process {holder or 'unknown'}).",
                safe="Nothing was changed.",
                remedy="`followthru daemon stop` ends it.",
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
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
        try:
            # A shared lock, so that two who only ask never stand in each other's way.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _pid(file)
        return None


def _pid(file: IO[str]) -> int | None:
    file.seek(0)
    text = file.read().strip()
    return int(text) if text.isdecimal() else None
