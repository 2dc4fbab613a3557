"""What one text says that another did not, and what it no longer says: by paragraphs and list items, not by lines.

A paragraph that is only wrapped otherwise is the same one.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from followthru.updates.render_text import is_item, is_underline


class Turn(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    NEW = "new"
    GONE = "gone"


class Piece(NamedTuple):
    """One heading, paragraph or list item: its lines as they stand, and the number of the first (from 0)."""

    lines: tuple[str, ...]
    at: int

    @property
    def words(self) -> str:
        """Its words, however they are wrapped."""
        return " ".join(" ".join(self.lines).split())

    @property
    def is_heading(self) -> bool:
        """Whether its second line underlines the first."""
        return len(self.lines) > 1 and is_underline(self.lines[1])

    @property
    def is_item(self) -> bool:
        """Whether it is one item of a list."""
        return is_item(self.lines[0])


class Turned(NamedTuple):
    """A piece, and what became of it."""

    turn: Turn
    piece: Piece


def pieces(text: str) -> list[Piece]:
    """Return the pieces of a text in their order."""
    found: list[Piece] = []
    run: list[str] = []
    at = 0
    for number, line in enumerate([*text.splitlines(), ""]):
        if run and (not line.strip() or is_item(line) or Piece(tuple(run), at).is_heading):
            found.append(Piece(tuple(run), at))
            run = []
        if line.strip():
            at = at if run else number
            run.append(line.rstrip())
    return found


def turned(before: str, after: str) -> list[Turned]:
    """Return every piece of both texts in reading order: those of `after`, each after what it stands in place of."""
    old, new = pieces(before), pieces(after)
    found: list[Turned] = []
    for tag, first, last, start, end in opcodes(old, new):
        if tag == "equal":
            found += [Turned(Turn.SAME, piece) for piece in new[start:end]]
        else:
            found += [Turned(Turn.GONE, piece) for piece in old[first:last]]
            found += [Turned(Turn.NEW, piece) for piece in new[start:end]]
    return found


def opcodes(old: Sequence[Piece], new: Sequence[Piece]) -> Sequence[tuple[str, int, int, int, int]]:
    """Return how one row of pieces becomes another, as difflib says it."""
    words = [piece.words for piece in old], [piece.words for piece in new]
    return SequenceMatcher(None, *words, autojunk=False).get_opcodes()


def changes(before: str, after: str) -> list[Turned]:
    """Return what is gone and what is new, section by section under its heading; nothing where all is said in both.

    What only stands elsewhere is neither.
    """
    old, new = _sections(before), _sections(after)
    found: list[Turned] = []
    for name in dict.fromkeys((*new, *old)):
        here, there = new.get(name), old.get(name)
        gone = [] if there is None else [piece for piece in there.pieces if piece.words not in _said(new)]
        fresh = [] if here is None else [piece for piece in here.pieces if piece.words not in _said(old)]
        heading = next((one.heading for one in (here, there) if one is not None), None)
        if heading is not None and (gone or fresh):
            turn = Turn.NEW if there is None else Turn.GONE if here is None else Turn.SAME
            found.append(Turned(turn, heading))
        found += [Turned(Turn.GONE, piece) for piece in gone]
        found += [Turned(Turn.NEW, piece) for piece in fresh]
    return found


class _Section(NamedTuple):
    heading: Piece | None
    pieces: list[Piece]


def _sections(text: str) -> dict[str, _Section]:
    """Return a text's sections by the words of their headings; what stands before the first one has none."""
    found = {"": _Section(None, [])}
    section = found[""]
    for piece in pieces(text):
        if piece.is_heading and not piece.lines[1].lstrip().startswith("="):
            section = found.setdefault(piece.words, _Section(piece, []))
        else:
            section.pieces.append(piece)
    return found


def _said(sections: dict[str, _Section]) -> set[str]:
    return {piece.words for section in sections.values() for piece in section.pieces}


def new_lines(before: str, after: str) -> frozenset[int]:
    """Return the numbers (from 0) of the lines of a text that say something new."""
    return frozenset(
        number
        for turn, piece in turned(before, after)
        if turn is Turn.NEW
        for number in range(piece.at, piece.at + len(piece.lines))
    )
