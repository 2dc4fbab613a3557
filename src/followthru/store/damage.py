"""A note beside a store that its file is damaged: whoever opens it then reads what reads and changes nothing.

Which file is meant stands in the note, so that another one in its place is not held for damaged.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from followthru.store.place import real

_QUICK = "PRAGMA quick_check(5)"
_FULL = "PRAGMA integrity_check(5)"
_CODE = re.compile(r"error code=(\d+)")
_IOERR = 10
_SEARCHED = ("task_words", "update_words", "record_words")


def place_of(database: Path) -> Path:
    """Return the file of the note."""
    beside = real(database)
    return beside.with_name(f"{beside.name}.damage")


def note(database: Path, words: str) -> None:
    """Note what was found amiss with the file that is there now. Where that cannot be written, nothing is noted."""
    from followthru import durable

    with suppress(OSError):
        durable.write(place_of(database), json.dumps({"file": database.stat().st_ino, "found": words}).encode())


def end_writing(database: Path, words: str) -> None:
    """Note damage unless that is noted, and wait for the step that somebody is in: a later one is refused."""
    if noted(database) is None:
        note(database, words)
    # What is damaged may take no lock; then nobody else can write to it either.
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{real(database).as_uri()}?mode=rw", uri=True)) as held:
        held.execute("PRAGMA busy_timeout=10000")
        held.execute("BEGIN IMMEDIATE")
        held.execute("ROLLBACK")


def noted(database: Path) -> str | None:
    """Return what was found amiss with the file that is there, None where nothing was. Costs one look at a folder."""
    try:
        known = json.loads(place_of(database).read_text(encoding="utf-8"))
        return str(known["found"]) if known["file"] == database.stat().st_ino else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return "a note beside it says so, and cannot be read"


def forget(database: Path) -> None:
    """Take the note away, once the file is whole. Raises OSError."""
    place_of(database).unlink(missing_ok=True)


def look(database: Path, *, thorough: bool = False) -> str | None:
    """Read the file once through and return what is amiss, None where nothing is; what is found is noted.

    Pages, the order of rows and their form are looked at. With `thorough`, and after a note, everything is: indexes,
    references and the words that search finds; only then is the note taken away. Raises sqlite3.OperationalError where
    it cannot be opened.
    """
    before = noted(database)
    with closing(sqlite3.connect(f"{real(database).as_uri()}?mode=rw", uri=True)) as connection:
        connection.execute("PRAGMA busy_timeout=10000")
        try:
            found = _amiss(connection, thorough=thorough or before is not None)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            found = str(error)
    if found is not None:
        note(database, found)
    elif before is not None:
        forget(database)
    return found


def _amiss(connection: sqlite3.Connection, *, thorough: bool) -> str | None:
    said = [str(row[0]) for row in connection.execute(_FULL if thorough else _QUICK)]
    if any((code := _CODE.search(line)) is not None and int(code[1]) & 0xFF == _IOERR for line in said):
        # The disk did not give a page just now, which says nothing of what is on it.
        raise sqlite3.OperationalError("disk I/O error")
    if said != ["ok"]:
        return "; ".join(" ".join(line.split()) for line in said)
    if thorough:
        connection.execute("BEGIN IMMEDIATE")
        for name in _SEARCHED:
            connection.execute(f"INSERT INTO {name}({name}) VALUES ('integrity-check')")
        connection.execute("ROLLBACK")
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            return "rows refer to what is not there"
    return None
