"""Read what still reads of a damaged database file: a copy of it made fit to be opened, and its rows past bad pages.

The form of the file is https://www.sqlite.org/fileformat2.html; sections are named where they are used.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO

from followthru import durable
from followthru.store.version import APPLICATION_ID, SCHEMA_VERSION

Cells = tuple[object, ...]

_MAGIC = b"SQLite format 3\x00"
_BLOCK = 4096
_USUAL_PAGE = 4096
_INTERIOR, _LEAF = 0x05, 0x0D
_TABLE_PAGES, _INDEX_PAGES = (_INTERIOR, _LEAF), (0x02, 0x0A)
_LEAST = frozenset(("task", "practice", "action", "change"))
"""The tables without which nothing is worth reading."""
_MOVED = 2
"""How many tables may begin elsewhere than in a backup: their places themselves may be what is damaged."""


class Wreck:
    """A copy of a damaged database that can be read, as far as it can. Nothing is written to the damaged file."""

    def __init__(self, damaged: Path, place: Path, pattern: Path | None) -> None:
        """Copy a damaged file and its journal to a place; where it cannot say what is where, a backup does (`pattern`).

        Raises OSError where the copy cannot be made, sqlite3.DatabaseError where nothing at all reads.
        """
        self.place = place
        self.lost_bytes = copy_what_reads(damaged, place)
        beside = damaged.with_name(f"{damaged.name}-journal")
        self._journal = place.with_name(f"{place.name}-journal")
        self._journal.unlink(missing_ok=True)
        if beside.exists() and beside.stat().st_size:
            copy_what_reads(beside, self._journal)
        self.by_pattern = False
        self.stumbled: set[str] = set()
        """Tables in which a row did not read, although every page may be in order: a text that is none any more."""
        self._connection = self._opened(pattern)

    def _opened(self, pattern: Path | None) -> sqlite3.Connection:
        """Open the copy: with its journal, without it, and with the list of tables taken from a backup.

        Where no way leads to every table that the backup has, some of them are better than none.
        """
        tries: list[Callable[[], object]] = [
            lambda: None,
            lambda: self._journal.unlink(missing_ok=True),
            lambda: _fit_header(self.place),
        ]
        wanted = _LEAST if pattern is None else _LEAST | _places(pattern).keys()
        for prepare in tries:
            prepare()
            with suppress(sqlite3.DatabaseError):
                return _open(self.place, wanted)
        if pattern is not None and _lie_alike(self.place, pattern):
            return self._grafted(pattern)
        return _open(self.place, _LEAST)

    def _grafted(self, pattern: Path) -> sqlite3.Connection:
        """Open the copy with the list of tables taken from a backup; with its own where the backup's does not fit."""
        try:
            graft(self.place, pattern)
        except sqlite3.DatabaseError as error:
            try:
                return _open(self.place, _LEAST)
            except sqlite3.DatabaseError:
                raise error from None
        self.by_pattern = True
        return _open(self.place, _LEAST)

    def close(self) -> None:
        """Close the copy."""
        self._connection.close()

    def columns(self, table: str) -> list[str]:
        """Return a table's columns as the file has them; none where there is no such table."""
        try:
            return [str(row[1]) for row in self._connection.execute(f'PRAGMA table_info("{table}")')]
        except sqlite3.DatabaseError:
            return []

    def is_whole(self, table: str) -> bool:
        """Whether every page of a table is in order."""
        try:
            return self._connection.execute(f"PRAGMA quick_check('{table}')").fetchall() == [("ok",)]
        except sqlite3.DatabaseError:
            return False

    def rows(self, table: str, columns: Sequence[str], last: int) -> Iterator[Cells]:
        """Yield the rows of a table that read, in order; `last` is the highest number that one may have.

        Behind a page that does not read each number is asked for by itself, until they read on.
        """
        names = ", ".join(f'"{name}"' for name in columns)
        onwards = f'SELECT rowid, {names} FROM "{table}" NOT INDEXED WHERE rowid > ? ORDER BY rowid'
        at = -1
        while True:
            try:
                for number, *cells in self._connection.execute(onwards, (at,)):
                    at = number
                    yield tuple(cells)
            except sqlite3.DatabaseError:
                self.stumbled.add(table)
                found = self._next_that_reads(f'SELECT rowid, {names} FROM "{table}" NOT INDEXED', at + 1, last)
                if found is None:
                    return
                at, *cells = found
                yield tuple(cells)
            else:
                return

    def _next_that_reads(self, select: str, first: int, last: int) -> tuple[int, ...] | None:
        for number in range(first, last + 1):
            with suppress(sqlite3.DatabaseError):
                found = self._connection.execute(f"{select} WHERE rowid = ?", (number,)).fetchone()
                if found is not None:
                    return found
        return None


def copy_what_reads(source: Path, place: Path) -> int:
    """Copy a file block by block into one that only its owner reads; return the bytes that do not read, zero there.

    Raises OSError where the copy cannot be written, or the file not be opened.
    """
    lost = 0
    place.unlink(missing_ok=True)
    durable.begin(place)
    with source.open("rb", buffering=0) as file, place.open("wb") as out:
        size = file.seek(0, os.SEEK_END)
        for start in range(0, size, _BLOCK):
            wanted = min(_BLOCK, size - start)
            try:
                file.seek(start)
                block = file.read(wanted)
            except OSError:
                block = b""
            lost += wanted - len(block)
            out.write(block.ljust(wanted, b"\x00"))
    return lost


def version_of(database: Path) -> int | None:
    """Return the schema's version as the file's header has it (section 1.3), None where that does not read as ours."""
    with database.open("rb") as file:
        head = file.read(100)
    if head[:16] != _MAGIC or int.from_bytes(head[68:72]) != APPLICATION_ID:
        return None
    return int.from_bytes(head[60:64])


def _open(place: Path, wanted: Set[str]) -> sqlite3.Connection:
    """Open a copy in which these tables can be read. Raises sqlite3.DatabaseError."""
    connection = sqlite3.connect(place, isolation_level=None)
    try:
        # What is amiss with the list of tables or the size of the file is passed over.
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("PRAGMA cell_size_check=OFF")
        # One that is named in the list may be unknown all the same: of a bad line SQLite reads what is before it.
        columns = "SELECT 1 FROM pragma_table_info(?)"
        if not all(connection.execute(columns, (table,)).fetchone() for table in wanted):
            raise sqlite3.DatabaseError("its list of tables cannot be read")
    except BaseException:
        connection.close()
        raise
    return connection


def _page_size(head: bytes | bytearray) -> int:
    size = int.from_bytes(head[16:18])
    return 65536 if size == 1 else size


def _fit_header(place: Path) -> None:
    """Let the header say how large the file is, and what it always says (section 1.3)."""
    with place.open("r+b") as file:
        head = bytearray(file.read(100).ljust(100, b"\x00"))
        size = _page_size(head)
        if size < 512 or size & (size - 1):
            size = _USUAL_PAGE
        length = file.seek(0, os.SEEK_END)
        pages = -(-length // size)
        file.truncate(pages * size)
        head[0:16] = _MAGIC
        head[16:18] = (1 if size == 65536 else size).to_bytes(2)
        head[18:24] = bytes((1, 1, 0, 64, 32, 32))
        head[28:32] = pages.to_bytes(4)
        head[32:40] = bytes(8)
        head[44:48], head[56:60] = (4).to_bytes(4), (1).to_bytes(4)
        head[60:64], head[68:72] = SCHEMA_VERSION.to_bytes(4), APPLICATION_ID.to_bytes(4)
        head[92:96] = head[24:28]
        file.seek(0)
        file.write(head)


def graft(place: Path, pattern: Path) -> None:
    """Put the list of tables of a backup in the place of one that does not read.

    A backup is a copy page by page, so each table begins where it does in the backup. Raises sqlite3.DatabaseError
    where the pages say otherwise, with nothing written; OSError.
    """
    whole = pattern.read_bytes()
    size = _page_size(whole[:100])
    if not _begins_alike(place, pattern, size):
        raise sqlite3.DatabaseError("its list of tables does not read, and no backup has the same one")
    pages = list(_pages_of_list(whole, size))
    with place.open("r+b") as file:
        for number in pages:
            file.seek((number - 1) * size)
            file.write(whole[(number - 1) * size : number * size])
    _fit_header(place)


def _places(database: Path) -> dict[str, int]:
    """Return where each table of a database begins, as far as its list reads; SQLite's own are left out."""
    sql = "SELECT name, rootpage FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite_%'"
    found: dict[str, int] = {}
    with closing(sqlite3.connect(database)) as connection, suppress(sqlite3.DatabaseError):
        connection.execute("PRAGMA writable_schema=ON")
        for name, page in connection.execute(sql):
            found[str(name)] = int(page)
    return found


def _lie_alike(place: Path, pattern: Path) -> bool:
    """Whether the tables whose place is known begin where a backup has them; after an upgrade they may not."""
    here, there = _places(place), _places(pattern)
    return sum(page != there.get(name, page) for name, page in here.items()) <= _MOVED


def _begins_alike(place: Path, pattern: Path, size: int) -> bool:
    """Whether each table and index that a backup has begins with a page of its own sort here, or with one of none."""
    connection = sqlite3.connect(pattern)
    try:
        rows = connection.execute("SELECT rootpage FROM sqlite_master WHERE rootpage > 1").fetchall()
    finally:
        connection.close()
    with place.open("rb") as here, pattern.open("rb") as there:
        sorts = [tuple(_sort_at(file, (number - 1) * size) for file in (here, there)) for (number,) in rows]
    return all(mine in (None, theirs) for mine, theirs in sorts)


def _sort_at(file: BinaryIO, place: int) -> tuple[int, ...] | None:
    """Return which sort of page begins at a place of a file; None where none does."""
    file.seek(place)
    kind = file.read(1)
    return next((sort for sort in (_TABLE_PAGES, _INDEX_PAGES) if kind and kind[0] in sort), None)


def _pages_of_list(whole: bytes, size: int) -> Iterator[int]:
    """Yield the pages of the b-tree that lists the tables, with what overflows from them (sections 1.6 and 1.7)."""
    todo = [1]
    while todo:
        number = todo.pop()
        yield number
        page = whole[(number - 1) * size : number * size]
        start = 100 if number == 1 else 0
        cells = int.from_bytes(page[start + 3 : start + 5])
        kind = page[start]
        first = start + (12 if kind == _INTERIOR else 8)
        places = [int.from_bytes(page[first + 2 * n : first + 2 * n + 2]) for n in range(cells)]
        if kind == _INTERIOR:
            todo += [int.from_bytes(page[at : at + 4]) for at in places]
            todo.append(int.from_bytes(page[start + 8 : start + 12]))
        elif kind == _LEAF:
            for at in places:
                yield from _overflow(whole, size, page, at)


def _overflow(whole: bytes, size: int, page: bytes, at: int) -> Iterator[int]:
    payload, at = _varint(page, at)
    _, at = _varint(page, at)
    if payload <= size - 35:
        return
    least = (size - 12) * 32 // 255 - 23
    local = least + (payload - least) % (size - 4)
    local = local if local <= size - 35 else least
    number = int.from_bytes(page[at + local : at + local + 4])
    while number:
        yield number
        number = int.from_bytes(whole[(number - 1) * size : (number - 1) * size + 4])


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """Return a number of one to nine bytes and where the next thing begins (section 1.6)."""
    value = 0
    for step in range(8):
        byte = page[at + step]
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, at + step + 1
    return (value << 8) | page[at + 8], at + 9
