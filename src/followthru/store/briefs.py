"""Machine state: what became of each day's brief to the PM. Its one writer is `actions.morning`.

A day has one row, made before anything is shown or sent: so nothing is shown twice, and no mail goes twice for a day
whatever is killed when.
"""

from __future__ import annotations

from typing import NamedTuple

from followthru.store.store import Reader, Writer


class Kept(NamedTuple):
    """What became of a day's brief: when it was shown, how far its mail came (None: none yet), and when it goes again.

    Instants are UTC ISO text; phases are those of `updates.outbox`.
    """

    on: str
    shown_at: str | None
    phase: str | None
    attempts: int
    next_at: str | None
    answer: str | None


_COLUMNS = '"on", shown_at, phase, attempts, next_at, answer'


def of(read: Reader, on: str) -> Kept | None:
    """Return what became of the brief of a day (ISO text), None before it was begun."""
    row = read.row(f'SELECT {_COLUMNS} FROM brief WHERE "on" = ?', on)
    return None if row is None else Kept(*row)


def note_shown(tx: Writer, on: str) -> bool:
    """Note that a day's brief is shown now; return False if it was before."""
    return bool(
        tx.run('INSERT INTO brief("on", shown_at, attempts) VALUES (?, ?, 0) ON CONFLICT DO NOTHING', on, tx.now)
    )


def claim(tx: Writer, on: str) -> bool:
    """Claim the mail of a day's brief; return False where it may have left, or must not go yet."""
    return bool(
        tx.run(
            "UPDATE brief SET phase = 'claimed', attempts = attempts + 1, next_at = NULL WHERE \"on\" = ? "
            "AND (phase IS NULL OR phase = 'claimed' OR (phase = 'deferred' AND next_at <= ?))",
            on,
            tx.now,
        )
    )


def move(tx: Writer, on: str, before: str, after: str) -> bool:
    """Move the mail of a day's brief from one phase to another; return False if it is elsewhere."""
    return bool(tx.run('UPDATE brief SET phase = ? WHERE "on" = ? AND phase = ?', after, on, before))


def conclude(tx: Writer, on: str, phase: str, answer: str, next_at: str | None) -> None:
    """Write what one try at the mail of a day's brief came to."""
    tx.run('UPDATE brief SET phase = ?, answer = ?, next_at = ? WHERE "on" = ?', phase, answer, next_at, on)
