"""The store: one SQLite file, read light, written through one door."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from followthru.domain.clock import Clock
from followthru.store.connection import BUSY_MS, connect
from followthru.store.faults import cannot_read, cannot_write, is_busy, is_fault

SqlRow = tuple[Any, ...]
_STEP = 0.003  # seconds


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


class Writer(Reader):
    """Reads and writes inside one `BEGIN IMMEDIATE` transaction."""

    def __init__(self, connection: sqlite3.Connection, database: Path, now: str) -> None:
        super().__init__(connection, database)
        self.now = now

    def _translate(self, error: sqlite3.Error) -> None:
        if is_fault(error):
            raise cannot_write(self._database, error) from error

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
    """One open database. Threads and processes each open their own."""

    def __init__(
        self, connection: sqlite3.Connection, database: Path, clock: Clock, *, patience: float = BUSY_MS / 1000
    ) -> None:
        """Hold a connection of `connect`. `patience` is how many seconds a step waits for another one to end."""
        self._connection = connection
        self._patience = patience
        self.database = database
        self.clock = clock
        self.read = Reader(connection, database)

    @classmethod
    def open(cls, database: Path, clock: Clock) -> Store:
        """Open the database, making or upgrading it first. Raises StoreError or RefusedError."""
        return cls(connect(database), database, clock)

    @contextmanager
    def writing(self) -> Generator[Writer]:
        """Hold the one write transaction; commit at the end, or roll back whatever is raised.

        Nothing may wait inside: no await, no socket, no key press. Raises StoreError when the disk or a
        lock refuses.
        """
        connection = self._free()
        try:
            self._begin()
            # Changes of one action may refer to each other in any order; the commit checks them all.
            connection.execute("PRAGMA defer_foreign_keys=ON")
            yield Writer(connection, self.database, self.now())
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            if is_fault(error):
                raise cannot_write(self.database, error) from error
            raise
        except BaseException:
            self._roll_back()
            raise

    def _begin(self) -> None:
        """Take the write lock, trying every few milliseconds.

        SQLite's own waiting backs off to steps of 100 ms, between which a busy process can starve the others.
        """
        end = time.monotonic() + self._patience
        self._connection.execute("PRAGMA busy_timeout=0")
        try:
            while not self._took_lock(last=time.monotonic() >= end):
                time.sleep(_STEP)
        finally:
            self._connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")

    def _took_lock(self, *, last: bool) -> bool:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if last or not is_busy(error):
                raise
            return False
        return True

    def _free(self) -> sqlite3.Connection:
        """Return the connection. Raises RuntimeError inside a transaction: one step is one transaction."""
        if self._connection.in_transaction:
            raise RuntimeError("a transaction is open already")
        return self._connection

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Generator[Reader]:
        """Hold one consistent state for a few reads that belong together. Short: writers wait for its end."""
        self._free().execute("BEGIN")
        try:
            yield self.read
        finally:
            self._roll_back()

    def now(self) -> str:
        """Return the clock's instant as stored: UTC, to the second, ending in `Z`."""
        return self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
