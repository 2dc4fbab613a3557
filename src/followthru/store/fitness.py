"""How a database file is, without being changed, upgraded or made."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from followthru.store import backups, damage
from followthru.store.faults import Trouble, UnwritableError, cannot_read, cannot_write
from followthru.store.version import APPLICATION_ID, SCHEMA_VERSION

VERSION = sqlite3.sqlite_version
"""The version of SQLite that is linked here."""


class Fitness(NamedTuple):
    """What was found: the schema's version, bytes, what is damaged in SQLite's own words, and whether it is ours."""

    schema: int
    size: int
    damage: str | None
    ours: bool = True

    @property
    def newer(self) -> bool:
        """Whether a newer program wrote it."""
        return self.schema > SCHEMA_VERSION

    @property
    def older(self) -> bool:
        """Whether an older program wrote it."""
        return self.schema < SCHEMA_VERSION


def look(database: Path) -> Fitness:
    """Read all of a database. Raises StoreError where it cannot be opened just now: locked, or no right to."""
    size = database.stat().st_size
    try:
        backups.check(database)
        application, schema = backups.stamps(database)
    except sqlite3.OperationalError as error:
        raise cannot_read(database, error) from error
    except sqlite3.DatabaseError as error:
        return Fitness(SCHEMA_VERSION, size, str(error).partition(": ")[2] or str(error))
    if application != APPLICATION_ID:
        return Fitness(schema, size, None, ours=False)
    return Fitness(schema, size, None)


def look_through(database: Path) -> None:
    """Read a store's file once through. Blocking: a second for some hundred megabytes.

    Raises UnwritableError where it is damaged, which is noted then; StoreError where it cannot be opened just now.
    """
    try:
        found = damage.look(database)
    except sqlite3.OperationalError as error:
        raise cannot_read(database, error) from error
    if found is not None:
        raise UnwritableError(database, Trouble.DAMAGED, found)


@contextmanager
def refusals(database: Path) -> Generator[None]:
    """Say in words what SQLite or a disk refuses while a database is made. Raises StoreError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise cannot_write(database, error) from error


def is_current(database: Path) -> bool:
    """Whether a database is there, ours and of this version, so that opening it changes nothing."""
    try:
        return database.exists() and backups.stamps(database) == (APPLICATION_ID, SCHEMA_VERSION)
    except sqlite3.Error:
        return False
