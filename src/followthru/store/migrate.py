"""Make or upgrade a database. Runs as a process of its own, so that no command pays for Alembic.

`python -m followthru.store.migrate DATABASE` prints one line of words on standard error when it fails.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from followthru import durable
from followthru.store import backups, views
from followthru.store.faults import recognised
from followthru.store.version import APPLICATION_ID, SCHEMA_VERSION

HERE = Path(__file__).parent


def migrate(database: Path) -> None:
    """Bring a database to this program's schema, making it if it is not there.

    A new one is made beside its place and moved there whole; an old one is changed in one transaction per
    step. Two processes that try at once take turns. Raises sqlite3.Error, OSError or alembic's errors.
    """
    with _alone_at(database):
        if database.exists():
            if _version(database) < SCHEMA_VERSION:
                _back_up(database)
                _upgrade(database)
            return
        fresh = database.with_name(f"{database.name}.new")
        for left in (fresh, fresh.with_name(f"{fresh.name}-journal")):
            left.unlink(missing_ok=True)
        durable.begin(fresh)
        _upgrade(fresh)
        durable.move(fresh, database)


@contextmanager
def _alone_at(database: Path) -> Generator[None]:
    """Take turns at a database. Raises OSError."""
    handle = os.open(database.with_name(f"{database.name}.migrating"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _upgrade(database: Path) -> None:
    from alembic import command
    from alembic.config import Config

    # Marked as ours first: a database that is half made is then taken up again, not taken for a stranger's.
    _run_script(database, "".join(_drops()))
    config = Config()
    config.set_main_option("script_location", str(HERE / "migrations").replace("%", "%%"))
    config.attributes["database"] = str(database)
    command.upgrade(config, "head")
    compute_anew(database)


def compute_anew(database: Path) -> None:
    """Make views, what is searched and everything computed anew, as after an upgrade. Raises sqlite3.Error."""
    _run_script(database, views.SCRIPT.read_text(encoding="utf-8"))
    _compute(database)


def _compute(database: Path) -> None:
    """Compute for every task what this version computes, and only then call the database this version's."""
    from followthru.store import derived
    from followthru.store.store import Writer

    connection = sqlite3.connect(database, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA fullfsync=ON")
        connection.execute("BEGIN IMMEDIATE")
        derived.rebuild(Writer(connection, database, ""))
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    finally:
        connection.close()


def _drops() -> list[str]:
    lines = views.SCRIPT.read_text(encoding="utf-8").splitlines(keepends=True)
    return [line for line in lines if line.startswith("DROP ")]


def _run_script(database: Path, script: str) -> None:
    """Run a script in one transaction."""
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA fullfsync=ON")
        connection.executescript(f"BEGIN IMMEDIATE;\nPRAGMA application_id = {APPLICATION_ID};\n{script}\nCOMMIT;")
    finally:
        connection.close()


def _version(database: Path) -> int:
    connection = sqlite3.connect(database)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def _back_up(database: Path) -> None:
    """Copy the database beside itself before it is changed, checked.

    What an upgrade that was cut off has begun to change does not take the place of the copy from before it.
    """
    copy = database.with_name(f"{database.name}.before-{SCHEMA_VERSION}")
    if not (copy.exists() and _is_half_done(database)):
        backups.copy(database, copy)


def _is_half_done(database: Path) -> bool:
    """Whether an upgrade has begun with it: the views are dropped first and made last."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'view' LIMIT 1").fetchone() is None


def main(database: Path) -> int:
    """Migrate and return the exit code; a failure is told in one line on standard error."""
    from alembic.util import CommandError
    from sqlalchemy.exc import DBAPIError

    try:
        migrate(database)
    except DBAPIError as error:
        return _failed(database, error.orig)
    except (sqlite3.Error, CommandError, OSError) as error:
        return _failed(database, error)
    return 0


def _failed(database: Path, error: BaseException | None) -> int:
    """Say an error in its own words, behind the trouble that it is where it is one."""
    reason: object = getattr(error, "strerror", None) or error
    if isinstance(error, sqlite3.Error | OSError) and (trouble := recognised(database, error)) is not None:
        reason = f"{trouble}: {reason}"
    sys.stderr.write(f"{' '.join(str(reason).split())}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
