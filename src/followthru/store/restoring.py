"""Put a backup back: what would be lost by it, and the store's file exchanged while nobody is half-way through a step.

The copy is made ready beside the store first, so that the store is as it was or restored, and never between.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from followthru import durable
from followthru.errors import RefusedError
from followthru.store import backups, damage, journal, leases, links, tasks
from followthru.store.connection import PRAGMAS, connect, take_lock
from followthru.store.faults import StoreError, cannot_read, cannot_write
from followthru.store.place import real
from followthru.store.store import Reader, Writer
from followthru.store.tasks import Query

LEAP = 1_000
"""How many ids are passed over where the store cannot say which it has given out since the backup."""
_JOURNAL = "-journal"


class Loss(NamedTuple):
    """What a store knows that a backup does not: the newest steps, how many there are, and the mails accepted since."""

    newest: tuple[journal.Entry, ...]
    steps: int
    mails: int
    same_store: bool


def loss(store: Reader, backup: Reader, most: int) -> Loss:
    """Return what is lost where a backup takes the store's place; at most so many steps are named."""
    last = int(backup.value("SELECT coalesce(max(id), 0) FROM action"))
    steps = int(store.value("SELECT count(*) FROM action WHERE id > ?", last))
    known = int(backup.value("SELECT coalesce(max(id), 0) FROM delivery_attempt"))
    mails = store.value("SELECT count(*) FROM delivery_attempt WHERE id > ? AND phase = 'accepted'", known)
    newest = journal.recent(store, min(most, steps)) if steps else []
    return Loss(tuple(newest), steps, int(mails), links.store_uid(store) == links.store_uid(backup))


def read_through(read: Reader) -> tuple[int, int, int]:
    """Read every task and every step of a store; return how many open tasks, tasks and steps there are.

    Raises StoreError where a task that is stored is not listed.
    """
    every = int(read.value("SELECT count(*) FROM task"))
    listed = tasks.rows(read, Query())
    if len(listed) != every:
        raise StoreError(f"The copy lists {len(listed)} of its {every} tasks.", safe="The store is as it was.")
    steps = sum(1 for _ in journal.recent(read, -1))
    return sum(not one.closed for one in listed), every, steps


@contextmanager
def made_ready(database: Path, *endings: str) -> Generator[tuple[Path, ...]]:
    """Give places beside a database for copies that are made ready there; what is there is removed before and after.

    What a killed process left would be taken for a part of the copy: rows for its own, a journal for what is to be
    taken back in it. Raises RefusedError where another process is about it, StoreError where the folder refuses.
    """
    lies = real(database)
    places = tuple(lies.with_name(f"{lies.name}.{ending}") for ending in endings)
    with _alone_at(lies):
        for place in places:
            _clear(place)
        try:
            yield places
        finally:
            for place in places:
                _clear(place)


@contextmanager
def _alone_at(database: Path) -> Generator[None]:
    """Be the one process that makes a copy ready for a store. Raises RefusedError, StoreError."""
    lock = database.with_name(f"{database.name}.restore")
    try:
        handle = os.open(lock, os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError as error:
        raise _cannot_copy(lock.parent, error) from error
    with os.fdopen(handle, "wb"):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(
                "The store is just being restored by another process.",
                safe="Nothing was changed.",
                remedy="Wait for that to end, and try again.",
            ) from None
        yield


def _clear(place: Path) -> None:
    for left in place.parent.iterdir():
        if left.name.startswith(place.name):
            left.unlink(missing_ok=True)


def prepare(backup: Path, place: Path) -> None:
    """Copy a backup to a place of its own and bring it to this program's schema. Raises StoreError."""
    backups.verify(backup)
    try:
        backups.copy(backup, place)
        connect(place).close()
    except (sqlite3.Error, OSError) as error:
        raise _cannot_copy(place, error) from error


def _cannot_copy(place: Path, error: sqlite3.Error | OSError) -> StoreError:
    return StoreError(
        f"The backup cannot be copied to {place}: {getattr(error, 'strerror', error)}.",
        safe="The store is as it was.",
        remedy="Make room on that disk, and check your rights there.",
    )


def pass_over(tx: Writer, store: Reader | None) -> None:
    """Never give out an id again that the store has given out since, or may have where it cannot be read.

    Ids are in what people wrote down and in the names of mails.
    """
    if store is None:
        tx.run("UPDATE sequence SET last = last + ?", LEAP)
        return
    tx.run_many(
        "INSERT INTO sequence(entity, last) VALUES (?, ?) "
        "ON CONFLICT(entity) DO UPDATE SET last = max(last, excluded.last)",
        [tuple(row) for row in store.rows("SELECT entity, last FROM sequence")],
    )


def forget_the_present(tx: Writer) -> None:
    """Forget what was so when the backup was taken and is not now: who sends, which jobs run, how calendars stand."""
    leases.forget(tx)
    tx.run("DELETE FROM heartbeat")
    tx.run("DELETE FROM daemon_start")


class Place(NamedTuple):
    """The place of a store that is to be exchanged: its file, and what holds it still, None where it is not whole."""

    database: Path
    holding: sqlite3.Connection | None

    def put(self, prepared: Path) -> None:
        """Let a copy that is ready take the place of the store. Raises StoreError, with the store as it was.

        A store that is held is overwritten as one step of SQLite's, which other processes notice like any other; one
        that is damaged is moved aside.
        """
        with _words(self.database, prepared):
            if self.holding is not None:
                _overwrite(prepared, self.holding)
            elif not self.database.exists():
                durable.move(prepared, real(self.database))
            else:
                exchange(prepared, self.database)
            damage.forget(self.database)


@contextmanager
def held_still(database: Path) -> Generator[Place]:
    """Let nobody save a step in a store, so that none falls between its last backup and the exchange.

    Everybody can read it meanwhile; who wants to write waits. One that is damaged, or not there, is not held: the
    damaged file is kept with all that is saved in it. Raises StoreError where somebody else holds it.
    """
    if not database.exists() or not is_whole(database):
        yield Place(database, None)
        return
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        with _words(database, database):
            for pragma in PRAGMAS:
                connection.execute(pragma)
            take_lock(connection)
            # In this mode a lock outlives the transaction that took it (https://www.sqlite.org/pragma.html): SQLite's
            # backup writes only over a connection that has none open. Set before, a try would hold up others.
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("ROLLBACK")
        yield Place(database, connection)


@contextmanager
def _words(database: Path, prepared: Path) -> Generator[None]:
    """Say in words what keeps a store from being exchanged."""
    try:
        yield
    except sqlite3.Error as error:
        raise cannot_write(database, error) from error
    except OSError as error:
        raise StoreError(
            f"The store {database} cannot be exchanged: {error.strerror}.",
            safe=f"The copy that was to take its place is {prepared}.",
            remedy="Check free space and your rights there, and try again.",
        ) from error


def exchange(prepared: Path, database: Path) -> Path:
    """Move a damaged database aside and a whole one in its place; return where the damaged one is. Raises OSError.

    A link that leads to it goes on leading to its place.
    """
    place = real(database)
    aside = _set_aside(place)
    durable.move(prepared, place)
    damage.forget(database)
    return aside


def left_over(database: Path) -> list[Path]:
    """Return older copies of a store that lie beside it: from upgrades and restores, ended or killed."""
    patterns = ("before-*", "damaged-*", "restoring*", "salvaged*")
    place = real(database)
    return [one for pattern in patterns for one in place.parent.glob(f"{place.name}.{pattern}")]


def is_whole(database: Path) -> bool:
    """Whether a database can be read to its end. Raises StoreError where it cannot be opened at all just now."""
    try:
        backups.check(database)
    except sqlite3.OperationalError as error:
        # Locked, or its folder refuses: that says nothing about the file.
        raise cannot_read(database, error) from error
    except sqlite3.DatabaseError:
        return False
    return True


def _set_aside(database: Path) -> Path:
    """Give a damaged database, and what belongs to it, another name as well, and return that. Raises OSError.

    Its own name stays until another file takes it: a store that is nowhere would be made anew, and empty.
    """
    number = 1
    while (place := database.with_name(f"{database.name}.damaged-{number}")).exists():
        number += 1
    place.hardlink_to(database)
    rest = database.with_name(database.name + _JOURNAL)
    if rest.exists():
        # Beside another file of this name it would be played back into it.
        rest.replace(place.with_name(place.name + _JOURNAL))
    durable.sync(database.parent)
    return place


def _overwrite(prepared: Path, target: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(prepared)) as source:
        # Copying waits for readers without an end; that nobody reads the store is asked for with one.
        target.execute("BEGIN EXCLUSIVE")
        target.execute("ROLLBACK")
        source.backup(target)
