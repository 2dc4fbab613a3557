"""The store: one SQLite file, read light, written through one door."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from followthru.domain.clock import Clock
from followthru.store import damage, views
from followthru.store.connection import BUSY_MS, connect, take_lock
from followthru.store.faults import (
    StoreError,
    Trouble,
    UnwritableError,
    cannot_read,
    cannot_write,
    foreseen,
    is_fault,
    unwritable,
)
from followthru.store.place import real

SqlRow = tuple[Any, ...]
_LOOK = 0.5  # seconds


class Reader:
    """Reads over one connection. Between statements no transaction is open.

    Raises StoreError when the file, its disk or a lock refuses.
    """

    def __init__(self, connection: sqlite3.Connection, database: Path) -> None:
        self._connection = connection
        self._database = database

    def rows(self, sql: str, *values: object) -> list[SqlRow]:
        """Return all rows of a query."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            self._translate(error)
            raise

    def column(self, sql: str, *values: object) -> list[Any]:
        """Return the values of a query of one column; they never stand in memory as rows."""
        try:
            return [value for (value,) in self._connection.execute(sql, values)]
        except sqlite3.Error as error:
            self._translate(error)
            raise

    def row(self, sql: str, *values: object) -> SqlRow | None:
        """Return the first row of a query, None when there is none."""
        try:
            return self._connection.execute(sql, values).fetchone()
        except sqlite3.Error as error:
            self._translate(error)
            raise

    def _translate(self, error: sqlite3.Error) -> None:
        if is_fault(error):
            raise cannot_read(self._database, error) from error

    def value(self, sql: str, *values: object) -> Any:  # noqa: ANN401 -- the query decides
        """Return the first column of the first row of a query, None when there is none."""
        row = self.row(sql, *values)
        return None if row is None else row[0]

    def data_version(self) -> int:
        """Return a number that changes when another connection has committed."""
        return int(self.value("PRAGMA data_version"))

    def stand(self) -> tuple[int, int]:
        """Return what changes whenever anybody writes, over this connection or another one."""
        return self.data_version(), self._connection.total_changes

    def file(self) -> int:
        """Return a number that changes when another file has taken the place of the one that was read."""
        return 0


class _OwnReader(Reader):
    """What a store reads with: it notices when another file has taken the place of the one that is open."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        database: Path,
        look: Callable[[], object],
        damaged: Callable[[StoreError], object],
    ) -> None:
        super().__init__(connection, database)
        self._look = look
        self._damaged = damaged
        self._files = 0

    def data_version(self) -> int:
        """Return a number that changes when another connection has committed, or another file was put in place."""
        self._look()
        return super().data_version() + (self._files << 32)

    def stand(self) -> tuple[int, int]:
        """Return what changes whenever anybody writes, over this connection or another one."""
        return self.data_version(), self._connection.total_changes

    def file(self) -> int:
        """Return a number that changes when another file has taken the place of the one that was read."""
        return self._files

    def _translate(self, error: sqlite3.Error) -> None:
        if is_fault(error):
            said = cannot_read(self._database, error)
            if said.trouble is Trouble.DAMAGED:
                self._damaged(said)
            raise said from error

    def use(self, connection: sqlite3.Connection) -> None:
        """Read over another connection from now on."""
        self._connection = connection
        self._files += 1


class Writer(Reader):
    """Reads and writes inside one `BEGIN IMMEDIATE` transaction."""

    def __init__(self, connection: sqlite3.Connection, database: Path, now: str) -> None:
        super().__init__(connection, database)
        self.now = now

    def _translate(self, error: sqlite3.Error) -> None:
        """Leave the words to the step that this is part of, which is taken back as a whole."""

    def run(self, sql: str, *values: object) -> int:
        """Run one statement and return how many rows it changed."""
        return self._connection.execute(sql, values).rowcount

    def run_many(self, sql: str, values: Sequence[Sequence[object]]) -> None:
        """Run one statement for each of many rows of values."""
        self._connection.executemany(sql, values)

    def insert(self, sql: str, *values: object) -> int:
        """Run one insert and return the new row's id."""
        return int(self._connection.execute(sql, values).lastrowid or 0)

    def new_id(self, entity: str, count: int = 1) -> int:
        """Return the first of `count` ids for an entity that were never given out before."""
        last = self.value(
            "INSERT INTO sequence(entity, last) VALUES (?, ?) "
            "ON CONFLICT(entity) DO UPDATE SET last = last + excluded.last RETURNING last",
            entity,
            count,
        )
        return int(last) - count + 1


class Store:
    """One open database. Threads and processes each open their own.

    A store that cannot be written stays open for reading: `trouble` says why, each change is refused with it, and is
    tried all the same, so that it ends with its cause.
    """

    def __init__(
        self, connection: sqlite3.Connection, database: Path, clock: Clock, *, patience: float = BUSY_MS / 1000
    ) -> None:
        """Hold a connection of `connect`. `patience` is how many seconds a step waits for another one to end."""
        self._connection = connection
        self._patience = patience
        self._file = _file_of(database)
        self._spoiled = views.stands_in(connection)
        self._looked_at = float("-inf")
        self._trouble = foreseen(database) if self._file else None
        self.database = database
        self.clock = clock
        self.read = Reader(connection, database)
        if self._file:
            self.read = _OwnReader(connection, database, self._follow, self._heard_of_damage)

    @classmethod
    def open(cls, database: Path, clock: Clock) -> Store:
        """Open the database, making or upgrading it first. Raises StoreError or RefusedError."""
        return cls(connect(database), database, clock)

    @property
    def trouble(self) -> UnwritableError | None:
        """Why the store takes no changes, as far as is known: foreseen when it was opened, or met by the last step."""
        return self._trouble

    def look_again(self, *, after: float = 0.0) -> UnwritableError | None:
        """Try whether the store takes changes by now, without changing it; return why not. Costs a forced write.

        With `after` it is tried only once so many seconds have passed since it was.
        """
        from followthru import durable

        now = time.monotonic()
        if after and now - self._looked_at < after:
            return self._trouble
        self._looked_at = now
        self._free()
        try:
            with self._refusals():
                self._ready()
                take_lock(self._connection, _LOOK)
                # A file that was opened when it could only be read gives this lock all the same, for reading.
                self._connection.execute("DELETE FROM action WHERE 0")
                self._connection.execute("ROLLBACK")
            durable.try_out(real(self.database).parent)
        except UnwritableError:
            return self._trouble  # it was remembered where it was met
        except OSError as error:
            self._trouble = unwritable(self.database, error)
        else:
            self._trouble = None
        return self._trouble

    @contextmanager
    def writing(self) -> Generator[Writer]:
        """Hold the one write transaction; commit at the end, or roll back whatever is raised.

        Nothing may wait inside: no await, no socket, no key press. Raises UnwritableError when the file, its disk or a
        lock refuses; then nothing was changed.
        """
        self._free()
        with self._refusals():
            connection = self._locked()
            # Changes of one action may refer to each other in any order; the commit checks them all.
            connection.execute("PRAGMA defer_foreign_keys=ON")
            yield Writer(connection, self.database, self.now())
            connection.execute("COMMIT")
        self._trouble = None

    @contextmanager
    def _refusals(self) -> Generator[None]:
        """Roll back whatever is raised, and say in words what the file, its disk or a lock refused."""
        try:
            yield
        except sqlite3.Error as error:
            self._roll_back()
            if not is_fault(error):
                raise
            raise self._met(cannot_write(self.database, error)) from error
        except StoreError as error:
            self._roll_back()
            met = self._met(error)
            if met is not error:
                raise met from error
            raise
        except BaseException:
            self._roll_back()
            raise

    def _met(self, error: StoreError) -> StoreError:
        """Remember what kept a step from being saved, and return it as it turns out to be."""
        if not isinstance(error, UnwritableError) or error.database != self.database:
            return error
        self._trouble = error
        # What is held in memory of a file that failed to be written is read again before the next step.
        self._spoiled = self._spoiled or (self._file is not None and error.trouble is not Trouble.LOCKED)
        if error.trouble is Trouble.DAMAGED and not self._is_damaged():
            self._trouble = UnwritableError(self.database, Trouble.DISK, "it gave back something else than was written")
        return self._trouble

    def _is_damaged(self) -> bool:
        """Whether the file is, by a look at all of it; that is noted, and ends writing to it everywhere.

        A disk that failed to be read for a moment looks the same at first.
        """
        if self._file is None or damage.noted(self.database) is not None:
            return True
        try:
            return damage.look(self.database, thorough=True) is not None
        except sqlite3.Error:
            return False

    def _heard_of_damage(self, _: StoreError) -> None:
        """Look whether what a read met is lasting."""
        if self._is_damaged():
            self._trouble = foreseen(self.database)

    def _ready(self) -> sqlite3.Connection:
        """Return a connection to the file that is in its place now. Raises StoreError."""
        if self._file and not _file_of(self.database):
            raise UnwritableError(self.database, Trouble.GONE, "")
        if self._file and (found := damage.noted(self.database)) is not None:
            raise UnwritableError(self.database, Trouble.DAMAGED, found)
        self._follow()
        if self._spoiled:
            self._renew(to_write=True)
        return self._connection

    def _locked(self) -> sqlite3.Connection:
        """Return the connection with the write lock on the file that is in its place. Raises StoreError, sqlite3.Error.

        A file may be found damaged, or be exchanged, while a step waits for its lock: what is saved in it then is lost.
        """
        connection = self._ready()
        take_lock(self._connection, self._patience)
        while self._file and (_file_of(self.database) != self._file or damage.noted(self.database) is not None):
            self._roll_back()
            connection = self._ready()
            take_lock(self._connection, self._patience)
        return connection

    def _follow(self) -> None:
        """Open the file that has taken the place of the one that is open, if one has. Raises StoreError."""
        if self._file and not self._connection.in_transaction and _file_of(self.database) not in (self._file, None):
            self._renew()

    def _renew(self, *, to_write: bool = False) -> None:
        """Open the database anew; the connection from before is kept where that fails. Raises StoreError."""
        try:
            opened = connect(self.database, to_write=to_write)
        except StoreError as error:
            if error.trouble is None or isinstance(error, UnwritableError):
                raise
            raise UnwritableError(self.database, error.trouble, error.message) from error
        old, self._connection = self._connection, opened
        self._file, self._spoiled = _file_of(self.database), views.stands_in(opened)
        if isinstance(self.read, _OwnReader):
            self.read.use(opened)
        with suppress(sqlite3.Error):
            old.close()

    def _free(self) -> sqlite3.Connection:
        """Return the connection. Raises RuntimeError inside a transaction: one step is one transaction."""
        if self._connection.in_transaction:
            raise RuntimeError("a transaction is open already")
        return self._connection

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            # The journal is left, and whoever opens the file next takes the step back with it.
            self._spoiled = True

    @contextmanager
    def snapshot(self) -> Generator[Reader]:
        """Hold one consistent state for a few reads that belong together. Short: writers wait for its end."""
        self._follow()
        self._free().execute("BEGIN")
        try:
            yield self.read
        finally:
            self._roll_back()

    def now(self) -> str:
        """Return the clock's instant as stored: UTC, to the second, ending in `Z`."""
        return self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def copy_into(self, other: sqlite3.Connection) -> None:
        """Copy all of the database into another connection's."""
        self._free().backup(other)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _file_of(database: Path) -> tuple[int, int] | None:
    """Return what tells one file from another that takes its place; None where there is none, as in memory."""
    try:
        found = database.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
