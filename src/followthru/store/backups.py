"""Copies of a store: taken whole while others write, checked on the copy, put in place last.

A backup is a database of its own, `20261126T042503Z.db`, with what it held beside it in `20261126T042503Z.json`. A file
that is merely copied while a program writes may be torn; SQLite's own backup is not (https://www.sqlite.org/backup.html).

Its name is the clock's, which may be wrong by a year; which of two is the newer one is told by the number that each
gets in its folder. The store's own steps would not tell: putting a backup back sets them back.

What a store was before another one took its place is kept as well, as `20261126T042503Z-before-restore.db`. That is the
state which somebody wants to leave, so it is never taken unless it is named.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from followthru import durable
from followthru.domain.retention import Kept, Retention, to_remove
from followthru.store.faults import StoreError, Trouble, recognised
from followthru.store.place import real
from followthru.store.version import APPLICATION_ID

_STAMP = "%Y%m%dT%H%M%SZ"
_CHUNK = 1 << 20
_TRIED = "tried"
_NUMBER = "number"
_BEFORE = "-before-restore"
_PART = ".part"
_TAKEN = "[0-9]" * 8 + "T" + "[0-9]" * 6 + "Z"
"""How the names of ours begin: other half files in the folder, which may be one of the cloud, are somebody else's."""


class Backup(NamedTuple):
    """One backup: its file, when it was taken by the clock of then (aware, UTC), its bytes, and its folder's number.

    One without a number is older than all that have one. `before_restore` is one of what a restore replaced.
    """

    path: Path
    at: datetime
    size: int
    number: int = 0
    before_restore: bool = False

    @property
    def order(self) -> tuple[int, datetime]:
        """What is greater in the newer of two backups of one folder."""
        return self.number, self.at


class Contents(NamedTuple):
    """What a backup held when it was taken: its hash, the schema's version, and how many rows each table has."""

    sha256: str
    schema: int
    rows: dict[str, int]


def folder_of(database: Path) -> Path:
    """Return the folder of a store's backups."""
    return real(database).parent / "backups"


def take(database: Path, folder: Path, at: datetime, *, before_restore: bool = False) -> Backup:
    """Back up a store into a folder, which is made. Nothing is there under the backup's name until it is checked.

    `before_restore` marks it as what a restore is about to replace. Raises StoreError where the store or the folder
    refuses, or where the copy is damaged.
    """
    path = folder / f"{at.astimezone(UTC).strftime(_STAMP)}{_BEFORE if before_restore else ''}.db"
    with _refusals(database, folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}{_PART}")
        with _alone_in(folder):
            try:
                number = 1 + max((one.number for one in taken(folder)), default=0)
                _check_room(database, folder)
                _copy(database, part)
                noted = {**read_contents(part)._asdict(), _NUMBER: number}
                durable.write(path.with_suffix(".json"), json.dumps(noted, indent=1).encode())
                durable.move(part, path)
            finally:
                _clear(part)
        when = at.astimezone(UTC).replace(microsecond=0)
        return Backup(path, when, path.stat().st_size, number, before_restore)


def _check_room(database: Path, folder: Path) -> None:
    """Refuse what would not fit before it is copied, so that a full disk is not filled again at every try."""
    needs, free = database.stat().st_size, shutil.disk_usage(folder).free
    if free < needs:
        raise StoreError(
            f"{folder} has no room for a backup: it needs {needs / 1e6:.1f} MB, and {free / 1e6:.1f} MB are free.",
            safe=_KEPT,
            remedy="Make room on that disk; then it goes on by itself.",
        )


@contextmanager
def _alone_in(folder: Path) -> Generator[None]:
    """Take turns in a folder, and clear away what a backup that was killed has left there.

    Two at once, such as the daemon's and one that was asked for, would take each other's copy away.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        # A network folder may know no locks; then backups of the same second are left to chance.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
            for left in (*folder.glob(f".{_TAKEN}*.db{_PART}"), *folder.glob(f".{_TAKEN}*.json.*{_PART}")):
                _clear(left)
        yield
    finally:
        os.close(handle)


def copy(database: Path, place: Path) -> None:
    """Copy a database to a place, over what is there, once the copy is checked.

    Raises sqlite3.Error where it is damaged, OSError.
    """
    part = place.with_name(f".{place.name}{_PART}")
    try:
        _copy(database, part)
        durable.move(part, place)
    finally:
        _clear(part)


def _clear(part: Path) -> None:
    for left in (part, part.with_name(f"{part.name}-journal")):
        left.unlink(missing_ok=True)


def _copy(database: Path, part: Path) -> None:
    """Copy a database into a new file that only its owner reads, and check that. Raises sqlite3.Error, OSError."""
    _clear(part)
    durable.begin(part)
    with closing(_existing(database)) as source, closing(sqlite3.connect(part)) as target:
        source.backup(target)
    check(part)


def _existing(database: Path) -> sqlite3.Connection:
    """Return a connection to a database that is there; none is made."""
    connection = sqlite3.connect(f"{real(database).as_uri()}?mode=rw", uri=True)
    connection.execute("PRAGMA busy_timeout=10000")
    return connection


def check(database: Path) -> None:
    """Read every page, index and reference of a database. Raises sqlite3.DatabaseError where something is amiss."""
    with closing(_existing(database)) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
        if found != ["ok"]:
            raise sqlite3.DatabaseError(f"{database.name} is damaged: {'; '.join(found)}")
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise sqlite3.DatabaseError(f"{database.name} holds {len(broken)} rows that refer to nothing")


def stamps(database: Path) -> tuple[int, int]:
    """Return whose database it is and the schema's version. Raises sqlite3.Error."""
    with closing(_existing(database)) as connection:
        application = int(connection.execute("PRAGMA application_id").fetchone()[0])
        return application, int(connection.execute("PRAGMA user_version").fetchone()[0])


def taken(folder: Path) -> list[Backup]:
    """Return the backups of a folder, the one taken last first. What is not named like one is somebody else's."""
    found: list[Backup] = []
    for path in folder.glob("*.db"):
        # One that another process lets go of meanwhile is not there.
        with suppress(ValueError, FileNotFoundError):
            at = datetime.strptime(path.stem.removesuffix(_BEFORE), _STAMP).replace(tzinfo=UTC)
            found.append(Backup(path, at, path.stat().st_size, _number(path), path.stem.endswith(_BEFORE)))
    return sorted(found, key=lambda one: one.order, reverse=True)


def to_go_back_to(folder: Path) -> list[Backup]:
    """Return the backups of a folder that may be put back without being named, the one taken last first."""
    return [one for one in taken(folder) if not one.before_restore]


def _number(backup: Path) -> int:
    """Return a backup's number in its folder, 0 where its note does not say."""
    try:
        return int(json.loads(backup.with_suffix(".json").read_text(encoding="utf-8"))[_NUMBER])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def prune(folder: Path, rule: Retention) -> list[Backup]:
    """Remove the backups of a folder that the rule does not keep; return them. Raises StoreError."""
    with _refusals(folder, folder), _alone_in(folder):
        there = {Kept(one.at, one.size, one.number, aside=one.before_restore): one for one in taken(folder)}
        return _let_go([there[one] for one in to_remove(there, rule)])


def remove(folder: Path, keep: Path) -> list[Backup]:
    """Remove every backup of a folder but one; return them. Raises StoreError."""
    with _refusals(folder, folder), _alone_in(folder):
        return _let_go([one for one in taken(folder) if one.path != keep])


def _let_go(gone: list[Backup]) -> list[Backup]:
    for one in gone:
        # The database goes first: without its note a backup would be doubted, a note alone is nothing.
        one.path.unlink(missing_ok=True)
        one.path.with_suffix(".json").unlink(missing_ok=True)
    return gone


def rows(database: Path) -> dict[str, int]:
    """Return how many rows each table of a database has. Raises StoreError."""
    with _refusals(database, database.parent):
        return read_contents(database).rows


def read_contents(database: Path) -> Contents:
    """Return what a database file holds. Raises sqlite3.Error, OSError."""
    digest = hashlib.sha256()
    with database.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    with closing(_existing(database)) as connection:
        schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
        tables = [str(row[0]) for row in names if not str(row[0]).startswith("sqlite_")]
        rows = {name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in tables}
    return Contents(digest.hexdigest(), schema, dict(sorted(rows.items())))


def verify(backup: Path) -> Contents:
    """Return what a backup holds, once all of it was read and is as it was when it was taken. Raises StoreError."""
    with _refusals(backup, backup.parent, of="backup"):
        if not backup.is_file():
            raise StoreError(f"There is no backup {backup}.", remedy="`followthru backup list` names them.")
        check(backup)
        found = read_contents(backup)
        if stamps(backup)[0] != APPLICATION_ID:
            raise StoreError(f"{backup} is another program's database.", safe="Nothing was changed.")
        note = backup.with_suffix(".json")
        if note.is_file():
            known = json.loads(note.read_text(encoding="utf-8"))
            if not isinstance(known, dict) or known | found._asdict() != known:
                raise StoreError(
                    f"The backup {backup} is no longer what was written.",
                    safe="It was left as it is.",
                    remedy="Use another one; `followthru backup list` names them.",
                )
    return found


def note_tried(folder: Path, at: datetime) -> None:
    """Note that the newest backup of a folder was put back and read. Raises StoreError."""
    with _refusals(folder, folder):
        durable.write(folder / _TRIED, at.astimezone(UTC).isoformat().encode())


def tried_at(folder: Path) -> datetime | None:
    """Return when a backup of a folder was last put back and read (aware, UTC), None if that is not known."""
    try:
        return datetime.fromisoformat((folder / _TRIED).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None


@contextmanager
def _refusals(what: Path, folder: Path, *, of: str = "store") -> Generator[None]:
    """Say in words what a disk or a database refused."""
    try:
        yield
    except sqlite3.Error as error:
        raise _refusal(what, folder, error, of) from error
    except json.JSONDecodeError as error:
        words = f"The note beside {what} cannot be read: {error.msg}."
        raise StoreError(words, safe="It was left as it is.") from error
    except OSError as error:
        raise StoreError(f"{folder} cannot be written or read: {error.strerror}.", safe=_KEPT, remedy=_ROOM) from error


_KEPT = "The store is as it was, and the backups from before are kept."
_ROOM = "Check free space and your rights there."


def _refusal(what: Path, folder: Path, error: sqlite3.Error, of: str) -> StoreError:
    """Return the words for what SQLite refused: only a file that is damaged is to be replaced by a backup."""
    trouble = recognised(folder / what.name, error)
    if trouble is Trouble.LOCKED:
        words = f"The {of} {what} is held by another program: {error}."
        return StoreError(words, safe=_KEPT, remedy="Wait for that to end, and try again.")
    if trouble in (None, Trouble.DAMAGED):
        return StoreError(
            f"The {of} {what} cannot be read whole: {error}.",
            safe="Nothing was changed, and the backups from before are kept.",
            remedy="`followthru restore` brings back a backup that is whole; `followthru backup list` names them.",
        )
    return StoreError(f"{folder} cannot be written or read: {error}.", safe=_KEPT, remedy=_ROOM)
