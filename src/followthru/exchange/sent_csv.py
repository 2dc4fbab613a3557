"""The index of mails that were written out: a table that a spreadsheet opens and never runs (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from followthru.errors import RefusedError

# A spreadsheet takes a cell that begins so for a formula.
_RUNS = ("=", "+", "-", "@", "\t", "\r")


class Line(NamedTuple):
    """One mail: the file it is in, when it left (UTC ISO text), to whom, and what became of it."""

    file: str
    when: str
    practice: str
    person: str
    to: str
    kind: str
    subject: str
    message_id: str
    sha256: str
    intact: str
    outcome: str
    attempts: str


def dump(lines: Iterable[Line]) -> bytes:
    """Return the table, its names first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(Line._fields)
    writer.writerows([_plain(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RUNS) else cell


def read(path: Path) -> list[Line]:
    """Return the lines of a table that `dump` wrote. Raises RefusedError for any other, OSError."""
    try:
        rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    except (UnicodeDecodeError, csv.Error):
        rows = []
    if not rows or tuple(rows[0]) != Line._fields or any(len(row) != len(Line._fields) for row in rows):
        raise RefusedError(f"{path} is no index of ours.", safe="Nothing was written.", remedy="Name another folder.")
    return [Line._make(row) for row in rows[1:]]
