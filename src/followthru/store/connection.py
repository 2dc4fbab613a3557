"""Open the store's file: checked, with the pragmas that every connection needs."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

from followthru.errors import FollowthruError
from followthru.store.place import check_place
from followthru.store.version import SCHEMA_VERSION

BUSY_MS = 10_000

# Leaving WAL costs nothing a person can feel and avoids the WAL-reset bug of SQLite 3.7.0 - 3.51.2;
# a full sync at each commit keeps "saved" true after a power cut.
PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA journal_mode=TRUNCATE",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA fullfsync=ON",
)


class StoreError(FollowthruError):
    """The database cannot be read or written."""


def connect(database: Path) -> sqlite3.Connection:
    """Return a connection to a database of exactly this program's schema, making or upgrading it first.

    Raises RefusedError for a folder where a database would be damaged, StoreError for one that is unreadable,
    damaged, or newer than this program.
    """
    if not database.exists():
        check_place(database)
        _make_folder(database.parent)
        _migrate(database)
    connection = _open(database)
    version = _version(connection, database)
    if version < SCHEMA_VERSION:
        connection.close()
        check_place(database)
        _migrate(database)
        connection = _open(database)
        version = _version(connection, database)
    if version != SCHEMA_VERSION:
        connection.close()
        raise StoreError(
            f"{database} was written by a newer followthru (schema {version}, this one knows {SCHEMA_VERSION}).",
            safe="Nothing was changed.",
            remedy="Upgrade followthru, or set FOLLOWTHRU_HOME to another folder.",
        )
    return connection


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be made: {error.strerror}.",
            safe="Nothing was written.",
            remedy="Set FOLLOWTHRU_HOME to a folder that you may write.",
        ) from error


def _open(database: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        for pragma in PRAGMAS:
            connection.execute(pragma)
    except sqlite3.Error as error:
        raise unreadable(database, error) from error
    return connection


def _version(connection: sqlite3.Connection, database: Path) -> int:
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as error:
        connection.close()
        raise unreadable(database, error) from error


def unreadable(database: Path, error: sqlite3.Error) -> StoreError:
    """Return the words for a database that SQLite cannot open or read."""
    return StoreError(
        f"The database {database} cannot be read: {error}.",
        safe="It was not changed.",
        remedy="Check the file and its permissions; `followthru restore` brings back a backup.",
    )


def _migrate(database: Path) -> None:
    done = subprocess.run(  # noqa: S603 -- our own interpreter and module, and a path as one argument
        [sys.executable, "-m", "followthru.store.migrate", str(database)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise StoreError(
            f"The database {database} cannot be brought to this version: {last}",
            safe="An existing database is as it was; a copy from before lies beside it.",
            remedy="Check free space and permissions of its folder and try again.",
        )
