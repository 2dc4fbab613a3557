"""Make or upgrade a database. Runs as a process of its own, so that no command pays for Alembic.

`python -m followthru.store.migrate DATABASE` prints one line of words on standard error when it fails.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import sys
from pathlib import Path

from followthru.store.version import SCHEMA_VERSION

HERE = Path(__file__).parent


def migrate(database: Path) -> None:
    """Bring a database to this program's schema, making it if it is not there.

    A new one is made beside its place and moved there whole; an old one is changed in one transaction per
    step. Two processes that try at once take turns. Raises sqlite3.Error or alembic's errors.
    """
    with (database.parent / f"{database.name}.migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if database.exists():
            if _version(database) < SCHEMA_VERSION:
                _back_up(database)
                _upgrade(database)
            return
        fresh = database.with_name(f"{database.name}.new")
        fresh.unlink(missing_ok=True)
        _upgrade(fresh)
        fresh.chmod(0o600)
        fresh.replace(database)
        _sync_folder(database.parent)


def _upgrade(database: Path) -> None:
    from alembic import command
    from alembic.config import Config

    _run_script(database, "".join(_drops()))
    config = Config()
    config.set_main_option("script_location", str(HERE / "migrations").replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{database}".replace("%", "%%"))
    command.upgrade(config, "head")
    _run_script(database, (HERE / "views.sql").read_text(encoding="utf-8"), SCHEMA_VERSION)


def _drops() -> list[str]:
    lines = (HERE / "views.sql").read_text(encoding="utf-8").splitlines(keepends=True)
    return [line for line in lines if line.startswith("DROP ")]


def _run_script(database: Path, script: str, version: int | None = None) -> None:
    """Run a script in one transaction; the version is raised in it too, so that it is never ahead of the views."""
    ending = "" if version is None else f"PRAGMA user_version = {version};"
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}\n{ending}\nCOMMIT;")
    finally:
        connection.close()


def _version(database: Path) -> int:
    connection = sqlite3.connect(database)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def _back_up(database: Path) -> None:
    """Copy the database beside itself before it is changed, through SQLite and checked."""
    copy = database.with_name(f"{database.name}.before-{SCHEMA_VERSION}")
    source, target = sqlite3.connect(database), sqlite3.connect(copy)
    try:
        source.backup(target)
        if target.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError(f"the copy {copy} is damaged")
    finally:
        source.close()
        target.close()
    copy.chmod(0o600)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    migrate(Path(sys.argv[1]))
