"""Machine state: how far the weekly review has come. Its one writer is `actions.reviewing`.

Kept in `meta`, not journalled: undo takes back what was decided in a review, never where it stands.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from followthru.store import meta
from followthru.store.store import Reader, Writer

_NAME = "review"


class Kept(NamedTuple):
    """A review that was begun: when (UTC ISO text), after which action of the journal, and at which stop it is."""

    begun_at: str
    after: int
    stop: str


def kept(read: Reader) -> Kept | None:
    """Return the review that was begun and not ended, None if there is none."""
    found = meta.value(read, _NAME)
    return None if found is None else Kept(**json.loads(found))


def begin(tx: Writer, stop: str, after: int) -> Kept:
    """Begin a review at a stop, after an action of the journal, in place of any other."""
    return _note(tx, Kept(tx.now, after, stop))


def move(tx: Writer, before: Kept, stop: str) -> Kept:
    """Move a review to another stop."""
    return _note(tx, before._replace(stop=stop))


def end(tx: Writer) -> None:
    """Forget the review that was begun."""
    meta.forget(tx, _NAME)


def _note(tx: Writer, new: Kept) -> Kept:
    meta.note(tx, _NAME, json.dumps(new._asdict()))
    return new
