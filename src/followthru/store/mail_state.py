"""Machine state: what holds of all the mail of a store, whether it is held and how many mails it has handed over.

Kept in `meta`, not journalled: undo never lets mail go, and never holds it.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from followthru.store import meta
from followthru.store.store import Reader, Writer

HELD = "mail: held"
_HANDED_OVER = "mail: handed over"
_RESTORED = "mail: restored"


class Hold(NamedTuple):
    """That all mail is held: since when (UTC ISO text), and why."""

    at: str
    why: str


def held(read: Reader) -> Hold | None:
    """Return since when and why all mail is held, None if it is not."""
    found = meta.value(read, HELD)
    return None if found is None else Hold(**json.loads(found))


def hold(tx: Writer, why: str) -> Hold:
    """Hold all mail; what is under way already goes on. Return since when and why."""
    new = Hold(tx.now, why)
    meta.note(tx, HELD, json.dumps(new._asdict()))
    return new


def let_go(tx: Writer) -> bool:
    """Let mail go out again; return whether it was held."""
    return meta.forget(tx, HELD)


def handed_over(read: Reader) -> int:
    """Return how many mails this store has begun to hand over, ever."""
    return int(meta.value(read, _HANDED_OVER) or 0)


def count_handed_over(tx: Writer, count: int | None = None) -> int:
    """Count one more, or note a count that is known from elsewhere; return it."""
    known = handed_over(tx) + 1 if count is None else count
    meta.note(tx, _HANDED_OVER, str(known))
    return known


class Restored(NamedTuple):
    """That the store was put back from a backup: when that was done, and as of when the backup is (UTC ISO text)."""

    at: str
    taken_at: str


def restored(read: Reader) -> Restored | None:
    """Return when the store was last put back from a backup, None if it never was."""
    found = meta.value(read, _RESTORED)
    return None if found is None else Restored(**json.loads(found))


def note_restored(tx: Writer, taken_at: str) -> None:
    """Note that the store is put back from a backup of an instant (UTC ISO text)."""
    meta.note(tx, _RESTORED, json.dumps(Restored(tx.now, taken_at)._asdict()))
