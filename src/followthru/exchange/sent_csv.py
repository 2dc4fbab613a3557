"""The index of mails that were written out: a table that a spreadsheet opens and never runs (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from followthru.errors import RefusedError
from followthru.exchange.csv_table import row_text, text_of


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
    return "".join(f"{row_text(row)}\r\n" for row in (Line._fields, *lines)).encode("utf-8")


def read(path: Path) -> list[Line]:
    """Return the lines of a table that `dump` wrote. Raises RefusedError for any other, OSError."""
    try:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        rows = []
    if not rows or tuple(rows[0]) != Line._fields or any(len(row) != len(Line._fields) for row in rows):
        raise RefusedError(f"{path} is no index of ours.", safe="Nothing was written.", remedy="Name another folder.")
    return [Line._make(map(text_of, row)) for row in rows[1:]]
