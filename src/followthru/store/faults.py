"""What a database, a disk or a lock can refuse, in words."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from followthru.errors import FollowthruError

# Primary result codes (https://www.sqlite.org/rescode.html). A mistake in SQL or a broken constraint is none of
# them: those are faults of the program and pass as they are.
_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _PERM, _NOTADB, _PROTOCOL = (
    5, 6, 8, 10, 11, 13, 14, 3, 26, 15,
)  # fmt: skip
_REMEDIES = {
    _BUSY: "Another program holds it; wait for that to end, or end it, and try again.",
    _LOCKED: "Another program holds it; wait for that to end, or end it, and try again.",
    _FULL: "Make room on its disk and try again.",
    _READONLY: "Give yourself the right to write the file and its folder.",
    _PERM: "Give yourself the right to read and write the file and its folder.",
    _CANTOPEN: "Check that the file and its folder are there and that you may write both.",
    _IOERR: "Check its disk.",
    _CORRUPT: "Keep it, and bring back a copy of it; `followthru import` reads an export into a new store.",
    _NOTADB: "Move the file away, or set FOLLOWTHRU_HOME to another folder.",
    _PROTOCOL: "Check its disk and try again.",
}


class StoreError(FollowthruError):
    """The database cannot be read or written."""


def is_fault(error: sqlite3.Error) -> bool:
    """Whether the file, its disk or a lock refused, rather than the statement being wrong."""
    return _primary(error) in _REMEDIES


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection holds the lock."""
    return _primary(error) == _BUSY


def cannot_read(database: Path, error: sqlite3.Error) -> StoreError:
    """Return the words for a database that cannot be opened or read."""
    return StoreError(
        f"The database {database} cannot be read: {error}.",
        safe="It was not changed.",
        remedy=_REMEDIES.get(_primary(error), "Check the file and its permissions."),
    )


def cannot_write(database: Path, error: sqlite3.Error) -> StoreError:
    """Return the words for a database that cannot be written."""
    return StoreError(
        f"The database {database} cannot be written: {error}.",
        safe="Nothing of this step was saved; what was saved before is unharmed.",
        remedy=_REMEDIES.get(_primary(error), "Check free space and permissions, and try again."),
    )


def _primary(error: sqlite3.Error) -> int:
    """Return the primary result code; 0 for an error that Python's module raised by itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
