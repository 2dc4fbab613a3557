"""What a database, a disk or a lock can refuse, in words. The one place where that is recognised."""

from __future__ import annotations

import errno
import os
import sqlite3
from enum import StrEnum
from pathlib import Path

from followthru.errors import FollowthruError
from followthru.store import damage
from followthru.store.place import real

Refusal = sqlite3.Error | OSError


class Trouble(StrEnum):
    """Why a store cannot be written."""

    FULL = "full"
    DISK = "disk"
    READ_ONLY = "read-only"
    LOCKED = "locked"
    DAMAGED = "damaged"
    GONE = "gone"


# Primary result codes (https://www.sqlite.org/rescode.html). A mistake in SQL or a broken constraint is none of
# them: those are faults of the program and pass as they are.
_PERM, _BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _PROTOCOL, _NOTADB = (
    3, 5, 6, 8, 10, 11, 13, 14, 15, 26,
)  # fmt: skip
_CODES = {
    _PERM: Trouble.READ_ONLY,
    _BUSY: Trouble.LOCKED,
    _LOCKED: Trouble.LOCKED,
    _READONLY: Trouble.READ_ONLY,
    _IOERR: Trouble.DISK,
    _CORRUPT: Trouble.DAMAGED,
    _FULL: Trouble.FULL,
    _CANTOPEN: Trouble.READ_ONLY,
    _PROTOCOL: Trouble.LOCKED,
    _NOTADB: Trouble.DAMAGED,
}
_ERRNOS = {
    errno.ENOSPC: Trouble.FULL,
    errno.EDQUOT: Trouble.FULL,
    errno.EFBIG: Trouble.FULL,
    errno.EIO: Trouble.DISK,
    errno.EROFS: Trouble.READ_ONLY,
    errno.EACCES: Trouble.READ_ONLY,
    errno.EPERM: Trouble.READ_ONLY,
    errno.ENOENT: Trouble.GONE,
    errno.ENOTDIR: Trouble.GONE,
}
_SAYS = {
    Trouble.FULL: "the disk of {folder} is full",
    Trouble.DISK: "its disk fails ({error})",
    Trouble.READ_ONLY: "{refuses}",
    Trouble.LOCKED: "another program holds it and does not let go ({error})",
    Trouble.DAMAGED: "it is damaged ({error})",
    Trouble.GONE: "it is not where it was, {database}",
}
_REMEDIES = {
    Trouble.FULL: "Make room on that disk; then it goes on by itself.",
    Trouble.DISK: "Check that disk, and copy the folder {backups} to another one; `followthru doctor` looks closer.",
    Trouble.READ_ONLY: "Give yourself the right to write the file and its folder; then it goes on by itself.",
    Trouble.LOCKED: "Another program holds it; wait for that to end, or end it, and try again.",
    Trouble.DAMAGED: "`followthru restore --salvage` brings back what still reads and the rest from the newest backup, "
    "says what is missing, and keeps the damaged file.",
    Trouble.GONE: "Bring the file or its disk back; `followthru restore` makes a store from a backup.",
}
SHORT = {
    Trouble.FULL: "disk full: nothing can be changed",
    Trouble.DISK: "disk fails: nothing can be changed",
    Trouble.READ_ONLY: "read-only: nothing can be changed",
    Trouble.LOCKED: "store locked: nothing can be changed",
    Trouble.DAMAGED: "store damaged: nothing can be changed",
    Trouble.GONE: "store is gone: nothing can be changed",
}
"""Each trouble for a status line."""
ALMOST_NOTHING = 64 * 1024
"""Bytes. With fewer free a disk counts as full."""


class StoreError(FollowthruError):
    """The database cannot be read or written. `trouble` says why, where that is known."""

    trouble: Trouble | None = None


class UnwritableError(StoreError):
    """The store cannot be written just now: nothing was changed, and what can be read stays readable.

    `short` says it for a status line.
    """

    def __init__(self, database: Path, trouble: Trouble, error: object, *, safe: str = "") -> None:
        folder = real(database).parent
        facts = {"database": database, "folder": folder, "backups": folder / "backups", "error": error}
        if trouble is Trouble.READ_ONLY:
            facts["refuses"] = _refuses(database, error)
        super().__init__(
            f"The store {database.name} cannot be written: {_SAYS[trouble].format(**facts)}.",
            safe=safe or "Nothing of this step was saved; what was saved before is unharmed and can be read.",
            remedy=_REMEDIES[trouble].format(**facts),
        )
        self.database = database
        self.trouble = trouble
        self.short = SHORT[trouble]


def _refuses(database: Path, error: object) -> str:
    """Return which of a file and its folder may only be read."""
    folder = real(database).parent
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"its folder {folder} may only be read"
    return f"the file may only be read ({error})" if error else "the file may only be read"


def recognised(database: Path, error: Refusal) -> Trouble | None:
    """Return which trouble of the file, its disk or a lock an error is; None for a fault of the program."""
    if isinstance(error, OSError):
        return _ERRNOS.get(error.errno or 0)
    found = _CODES.get(_primary(error))
    if found is Trouble.READ_ONLY and not database.exists():
        return Trouble.GONE
    # SQLite tells a full disk apart, but neither a used up quota nor a limit of the process.
    if found is Trouble.DISK and _is_full(database):
        return Trouble.FULL
    return found


def is_fault(error: sqlite3.Error) -> bool:
    """Whether the file, its disk or a lock refused, rather than the statement being wrong."""
    return _primary(error) in _CODES


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection holds the lock."""
    return _primary(error) == _BUSY


def cannot_read(database: Path, error: sqlite3.Error) -> StoreError:
    """Return the words for a database that cannot be opened or read."""
    trouble = recognised(database, error)
    said = StoreError(
        f"The database {database} cannot be read: {error}.",
        safe="It was not changed.",
        remedy=_read_remedy(database, trouble, error),
    )
    said.trouble = trouble
    return said


def _read_remedy(database: Path, trouble: Trouble | None, error: sqlite3.Error) -> str:
    if _primary(error) == _NOTADB:
        return (
            "If it was your store, `followthru restore --salvage` brings back what reads of it and keeps the file; "
            "otherwise move it away, or set FOLLOWTHRU_HOME to another folder."
        )
    if trouble is None:
        return "Check the file and its permissions."
    if trouble is Trouble.READ_ONLY:
        return _UNFINISHED.format(left=left) if (left := _left(database)) else _RIGHTS
    return _REMEDIES[trouble].format(backups=real(database).parent / "backups")


_RIGHTS = "Give yourself the right to read and write the file and its folder."
_UNFINISHED = (
    "A step was under way in it when its program ended, and opening it takes that back, which wants to write. Give "
    "yourself the right to write the file and its folder; or, only to read it, copy it with {left} beside it to a "
    "folder of your own and set FOLLOWTHRU_HOME to that."
)
"""Opened as one that never changes (`immutable=1`), it would show half of that step."""


def _left(database: Path) -> str | None:
    """Return the name of what a cut off step left beside a database (https://www.sqlite.org/tempfiles.html)."""
    for ending in ("-journal", "-wal"):
        place = real(database)
        beside = place.with_name(place.name + ending)
        try:
            if beside.stat().st_size:
                return beside.name
        except OSError:
            continue
    return None


def cannot_write(database: Path, error: Refusal) -> StoreError:
    """Return the words for a database that cannot be written: UnwritableError, where it is known why."""
    trouble = recognised(database, error)
    if trouble is not None:
        return UnwritableError(database, trouble, _words(error))
    return StoreError(
        f"The store {database} cannot be written: {_words(error)}.",
        safe="Nothing of this step was saved; what was saved before is unharmed.",
        remedy="Check free space and permissions, and try again.",
    )


def unwritable(database: Path, error: Refusal) -> UnwritableError:
    """Return the words for a store whose disk refused something that is not SQLite's."""
    return UnwritableError(database, recognised(database, error) or Trouble.DISK, _words(error))


def foreseen(database: Path) -> UnwritableError | None:
    """Return why a store will not take a change, as far as that shows without trying: some microseconds."""
    try:
        if not (os.access(database, os.W_OK) and os.access(real(database).parent, os.W_OK | os.X_OK)):
            gone = not database.exists()
            return UnwritableError(database, Trouble.GONE if gone else Trouble.READ_ONLY, "", safe=_UNHARMED)
        if _is_full(database):
            return UnwritableError(database, Trouble.FULL, "", safe=_UNHARMED)
        found = damage.noted(database)
        if found is not None:
            return UnwritableError(database, Trouble.DAMAGED, found, safe=_KEPT)
    except OSError as error:
        return UnwritableError(database, recognised(database, error) or Trouble.DISK, _words(error), safe=_UNHARMED)
    return None


_KEPT = "Nothing is written to it until it is mended; what reads can be read, and backups are kept."
_UNHARMED = "What was saved is unharmed and can be read."


def _is_full(database: Path) -> bool:
    try:
        return _free(real(database).parent) < ALMOST_NOTHING
    except OSError:
        return False


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _words(error: Refusal) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _primary(error: sqlite3.Error) -> int:
    """Return the primary result code; 0 for an error that Python's module raised by itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
