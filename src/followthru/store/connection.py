"""Open the store's file: checked, with the pragmas that every connection needs."""

from __future__ import annotations

import sqlite3
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path

from followthru.store import damage, views
from followthru.store.faults import StoreError, Trouble, UnwritableError, cannot_read, cannot_write, is_busy, is_fault
from followthru.store.place import check_place, real
from followthru.store.version import APPLICATION_ID, SCHEMA_VERSION

BUSY_MS = 10_000
_STEP = 0.003  # seconds

# Leaving WAL costs nothing a person can feel and avoids the WAL-reset bug of SQLite 3.7.0 - 3.51.2;
# a full sync at each commit keeps "saved" true after a power cut.
PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA journal_mode=TRUNCATE",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    # A long step, such as an import, keeps its pages in memory: written out early they would lock readers out.
    "PRAGMA cache_spill=OFF",
    "PRAGMA fullfsync=ON",
)


def connect(database: Path, *, to_write: bool = False) -> sqlite3.Connection:
    """Return a connection to a database of exactly this program's schema, making or upgrading it first.

    One whose views or triggers are another program's, and that takes no change, is only read from unless it is opened
    `to_write`. Raises RefusedError for a folder where a database would be damaged, StoreError for one that is
    unreadable, damaged, another program's, or newer than this program; UnwritableError where it is `to_write` and
    cannot be.
    """
    check_place(database)
    if not _is_there(database):
        _refuse_to_begin_anew(database)
        _make_folder(database.parent)
        _migrate(database)
    connection, version = _open(database)
    if version < SCHEMA_VERSION:
        connection.close()
        _migrate(database)
        connection, version = _open(database)
    if version != SCHEMA_VERSION:
        connection.close()
        raise StoreError(
            f"{database} was written by a newer followthru (schema {version}, this one knows {SCHEMA_VERSION}).",
            safe="Nothing was changed.",
            remedy="Upgrade followthru, or set FOLLOWTHRU_HOME to another folder.",
        )
    try:
        _hold_views(connection, database, to_write=to_write)
    except sqlite3.Error as error:
        connection.close()
        raise cannot_read(database, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _hold_views(connection: sqlite3.Connection, database: Path, *, to_write: bool) -> None:
    """Make views and triggers as this program has them, where they are not. Raises UnwritableError."""
    try:
        if views.are_made(connection):
            return
    except sqlite3.Error as error:
        if is_fault(error):
            return  # Whoever reads next says so, and looks whether it is lasting.
        raise
    try:
        _make_views(connection, database)
    except sqlite3.Error as error:
        _roll_back(connection)
        if not is_fault(error):
            raise
        if to_write:
            raise cannot_write(database, error) from error
        views.stand_in(connection)
    except UnwritableError:
        if to_write:
            raise
        views.stand_in(connection)


def _make_views(connection: sqlite3.Connection, database: Path) -> None:
    """Make them in one step, unless another process was faster. Raises sqlite3.Error, UnwritableError."""
    if (found := damage.noted(database)) is not None:
        raise UnwritableError(database, Trouble.DAMAGED, found)
    take_lock(connection)
    if not views.are_made(connection):
        views.make(connection)
    connection.execute("COMMIT")


def _roll_back(connection: sqlite3.Connection) -> None:
    with suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def take_lock(connection: sqlite3.Connection, patience: float = BUSY_MS / 1000) -> None:
    """Begin a step with the write lock, trying every few milliseconds for so many seconds. Raises sqlite3.Error.

    SQLite's own waiting backs off to steps of 100 ms, between which a busy process can starve the others.
    """
    end = time.monotonic() + patience
    connection.execute("PRAGMA busy_timeout=0")
    try:
        while not _took_lock(connection, last=time.monotonic() >= end):
            time.sleep(_STEP)
    finally:
        connection.execute(PRAGMAS[0])


def _took_lock(connection: sqlite3.Connection, *, last: bool) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if last or not is_busy(error):
            raise
        return False
    return True


def _refuse_to_begin_anew(database: Path) -> None:
    """Raise StoreError where there was a store: an empty one in its place would look as if all were lost."""
    place = real(database)
    kept = place.parent / "backups"
    if any(kept.glob("*.db")) or any(place.parent.glob(f"{place.name}.damaged-*")):
        missing = StoreError(
            f"There is no store at {database}, but there was one: its backups are in {kept}.",
            safe="Nothing was made.",
            remedy="`followthru restore` makes the store of the newest backup. To begin anew, move that folder away.",
        )
        missing.trouble = Trouble.GONE
        raise missing


def _is_there(database: Path) -> bool:
    try:
        found = database.stat()
        mode, size = found.st_mode, found.st_size
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreError(
            f"The database {database} cannot be reached: {error.strerror}.",
            safe="Nothing was changed.",
            remedy="Check its folder and your rights there, or set FOLLOWTHRU_HOME to another folder.",
        ) from error
    if stat.S_ISREG(mode):
        if not size:
            _refuse_to_begin_anew(database)
        return True
    raise StoreError(
        f"{database} is {'a folder' if stat.S_ISDIR(mode) else 'no ordinary file'}; a database cannot be there.",
        safe="Nothing was changed.",
        remedy="Move it away, or set FOLLOWTHRU_HOME or [store] path to another place.",
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be made: {error.strerror}.",
            safe="Nothing was written.",
            remedy="Set FOLLOWTHRU_HOME to a folder that you may write.",
        ) from error


def _open(database: Path) -> tuple[sqlite3.Connection, int]:
    """Return a connection and the schema's version; another program's database is not touched."""
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        connection.execute(PRAGMAS[0])
        version = _version(connection, database)
        for pragma in PRAGMAS[1:]:
            connection.execute(pragma)
    except sqlite3.Error as error:
        _close(connection)
        raise cannot_read(database, error) from error
    except BaseException:
        _close(connection)
        raise
    return connection, version


def _close(connection: sqlite3.Connection | None) -> None:
    if connection is not None:
        connection.close()


def _version(connection: sqlite3.Connection, database: Path) -> int:
    """Return the schema's version, 0 for a file without any tables yet. Raises StoreError for a foreign one."""
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if application == APPLICATION_ID:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application == 0 and connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
        return 0
    raise StoreError(
        f"{database} is another program's database.",
        safe="Nothing was changed.",
        remedy="Set FOLLOWTHRU_HOME or [store] path to a place of followthru's own.",
    )


def _migrate(database: Path) -> None:
    import subprocess

    there, place = database.exists(), real(database)
    # -P: a folder named like one of our libraries in the working directory is none of them.
    done = subprocess.run(  # noqa: S603 -- our own interpreter and module, and a path as one argument
        [sys.executable, "-P", "-m", "followthru.store.migrate", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
        trouble, _, words = last.partition(": ")
        if trouble in set(Trouble):
            safe = (
                "It is as it was and can be opened by the followthru from before." if there else "Nothing was stored."
            )
            raise UnwritableError(database, Trouble(trouble), words, safe=safe)
        raise StoreError(
            f"The database {database} cannot be {'brought to this version' if there else 'made'}: {last}.",
            safe="It is as it was; a copy from before lies beside it." if there else "Nothing was stored.",
            remedy="Check free space and permissions of its folder and try again.",
        )
