"""Evidence: what there is to show that work was done, dated. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Form(StrEnum):
    """What a piece of evidence is: words, an address, or a file with its hash."""

    NOTE = "note"
    LINK = "link"
    FILE = "file"


class Piece(NamedTuple):
    """One thing to show. `words` are the note, the address or the file's whole path; `sha256` is the file's, in hex."""

    form: Form
    words: str
    sha256: str | None = None


class Shown(NamedTuple):
    """What is shown for a step of work, and of which day it is; None is today at the practice."""

    pieces: tuple[Piece, ...] = ()
    dated_on: date | None = None


NOTHING = Shown()


class EvidenceRow(NamedTuple):
    """A piece of evidence as kept, with the work that it is for. `item` and `holder` are of a register's renewal."""

    id: int
    practice: str
    dated_on: date
    form: Form
    words: str
    sha256: str | None
    task_id: int | None
    task: str | None
    kind: str | None
    done_on: date | None
    item_id: int | None
    item: str | None
    holder: str | None
