"""A text that was edited, and the same text written anew from facts: both in one, as far as that is safe.

The facts win where both changed the same piece and the edited one may be about them; the edited words are then set
aside, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from followthru.updates.difference import Piece, opcodes, pieces

_FIGURE = re.compile(r"\b(?=\w*\d)\w+")  # from a word's start: one of any length is read once


class Merged(NamedTuple):
    """The text, and the edited pieces that found no place in it."""

    text: str
    aside: tuple[str, ...] = ()


def merge(composed: str, edited: str, anew: str, stated: Iterable[str] = ()) -> Merged:
    """Return the text written anew with the edits that were made to the one composed before.

    A piece that only one side changed is that side's. Where both did, the edited words stay unless the new piece
    holds one of the days that are `stated`, or the edited one a figure that is nowhere in the new text.
    """
    base, mine, new = pieces(composed), pieces(edited), pieces(anew)
    edits = _edits(base, mine)
    days = tuple(stated)
    merged, aside = list(edits.added.get(-1, ())), list[Piece]()
    for tag, first, last, start, end in opcodes(base, new):
        paired = last - first if tag == "equal" else min(last - first, end - start)
        for step in range(paired):
            old, fresh = first + step, new[start + step]
            theirs = edits.of[old]
            if tag == "equal" or (theirs != (base[old],) and _may_stay(theirs, fresh, anew, days)):
                merged += theirs
            else:
                merged.append(fresh)
                aside += theirs if theirs != (base[old],) else ()
            merged += edits.added.get(old, ())
        for old in range(first + paired, last):
            aside += edits.of[old] if edits.of[old] != (base[old],) else ()
            merged += edits.added.get(old, ())
        merged += new[start + paired : end]
    return Merged(_joined(merged), tuple(piece.words for piece in aside))


class _Edits(NamedTuple):
    """What became of each piece by its place: what stands for it, and what was added after it (-1: at the start)."""

    of: list[tuple[Piece, ...]]
    added: dict[int, tuple[Piece, ...]]


def _edits(base: Sequence[Piece], mine: Sequence[Piece]) -> _Edits:
    of: list[tuple[Piece, ...]] = [(piece,) for piece in base]
    added: dict[int, tuple[Piece, ...]] = {}
    for tag, first, last, start, end in opcodes(base, mine):
        if tag == "insert":
            added[first - 1] = tuple(mine[start:end])
        elif tag == "delete":
            of[first:last] = [()] * (last - first)
        elif tag == "replace":
            paired = min(last - first, end - start)
            for step in range(last - first):
                of[first + step] = (mine[start + step],) if step < paired else ()
            of[first + paired - 1] += tuple(mine[start + paired : end])
    return _Edits(of, added)


def _may_stay(theirs: Sequence[Piece], fresh: Piece, anew: str, days: Sequence[str]) -> bool:
    if not theirs or any(day in fresh.words for day in days):
        return False
    known = set(_FIGURE.findall(anew))
    return all(figure in known for piece in theirs for figure in _FIGURE.findall(piece.words))


def _joined(found: Sequence[Piece]) -> str:
    """Return pieces as a text; a blank line parts them, but for the items of one list."""
    parts: list[str] = []
    for last, piece in zip((None, *found), found, strict=False):
        if last is not None:
            parts.append("\n" if last.is_item and piece.is_item else "\n\n")
        parts.append("\n".join(piece.lines))
    return "".join(parts) + "\n"
