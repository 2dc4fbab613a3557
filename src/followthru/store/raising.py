"""Read what is to be raised with whom."""

from __future__ import annotations

import json
from datetime import date

from followthru.domain.raising import RaiseNote
from followthru.store import record_words
from followthru.store.store import Reader

_SELECT = (
    "SELECT n.id, n.practice_id, c.slug, n.person_id, p.handle, p.name, n.words, n.task_id, t.title, n.raised_on, "
    "n.created_at FROM raise_note n JOIN practice c ON c.id = n.practice_id JOIN person p ON p.id = n.person_id "
    "LEFT JOIN task t ON t.id = n.task_id"
)


def notes(
    read: Reader,
    *,
    practice_id: int | None = None,
    person_id: int | None = None,
    raised: bool = False,
    words: str | None = None,
) -> list[RaiseNote]:
    """Return notes by person, oldest first: those still to be raised, or with `raised` all.

    With `words` only those that hold all of them, or words beginning so.
    """
    ids = None if words is None else json.dumps(record_words.found(read, "raise_note", words))
    rows = read.rows(
        f"{_SELECT} WHERE (?1 IS NULL OR n.practice_id = ?1) AND (?2 IS NULL OR n.person_id = ?2) "
        "AND (?3 OR n.raised_on IS NULL) AND (?4 IS NULL OR n.id IN (SELECT value FROM json_each(?4))) "
        "ORDER BY p.handle, c.slug, n.id",
        practice_id,
        person_id,
        int(raised),
        ids,
    )
    return [_note(row) for row in rows]


def one(read: Reader, note_id: int) -> RaiseNote | None:
    """Return one note, None when it does not exist."""
    row = read.row(f"{_SELECT} WHERE n.id = ?", note_id)
    return None if row is None else _note(row)


def _note(row: tuple[object, ...]) -> RaiseNote:
    note = RaiseNote._make(row)
    return note._replace(raised_on=None if note.raised_on is None else date.fromisoformat(str(note.raised_on)))
