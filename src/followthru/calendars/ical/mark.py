"""The mark that a write of ours leaves in an object: who grew from it, and who wrote over it unseen. Pure.

Whoever edits an object keeps what they do not know, so an edit carries the mark of the text it was made in.
"""

from __future__ import annotations

import re
from collections.abc import Collection

REVISION = "X-FOLLOWTHRU-REVISION"
_MARK = re.compile(rf"(?m)^{REVISION}:([0-9a-z]+)(?:_([0-9a-z]+)_([a-z]*))?\s*$")
_LINES = {"t": {"SUMMARY"}, "d": {"DTSTART", "DTEND", "DUE"}, "k": {"STATUS", "COMPLETED", "PERCENT-COMPLETE"}}
_SAID = {"t": {"title", "done", "time"}, "d": {"on", "time", "begins"}, "k": {"done", "started"}}


def follow_up(before: str, own: str, lines: Collection[str]) -> str:
    """Return the mark of a write over `before`: its own part, that of `before`, and which lines it says anew."""
    known = _MARK.search(before)
    if known is None:
        return own
    return f"{own}_{known[1]}_" + "".join(letter for letter, names in _LINES.items() if not names.isdisjoint(lines))


def written_beside(base: str | None, there: str) -> bool:
    """Whether `there` was written by a followthru over our `base`, and not by this store: nobody else marks a text so.

    An edit of another program carries our own mark, or the one before it.
    """
    ours, theirs = _MARK.search(base or ""), _MARK.search(there)
    if ours is None or theirs is None or theirs[1] in (ours[1], ours[2]):
        return False
    return theirs[2] == ours[1]


def overwritten(base: str | None, there: str) -> frozenset[str]:
    """Return the fields that our last write, `base`, said and that whoever wrote `there` never saw.

    Their text then grew from the one before ours: a program without conditions, or a server that let two writers
    win at once. What differs in these fields may be what was there before, and no edit of theirs.
    """
    ours, theirs = _MARK.search(base or ""), _MARK.search(there)
    if ours is None or theirs is None or ours[2] is None or ours[2] != theirs[1]:
        return frozenset()
    return frozenset(field for letter in ours[3] for field in _SAID[letter])
