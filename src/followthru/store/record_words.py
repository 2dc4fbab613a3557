"""The words by which meetings, decisions and raise-next notes are found.

Never journalled: written with whatever changes them, and made anew from user state after each migration.
"""

from __future__ import annotations

from collections.abc import Iterable

from followthru.domain.changes import Change
from followthru.store.store import Reader, Writer
from followthru.store.tasks import terms

# The place of a record in the one index: its id, times the number of sorts, plus that of its own.
_SELECT = {
    "meeting": "SELECT id * 3, coalesce(title, ''), coalesce(agenda, '') || ' ' || coalesce(minutes, '') FROM meeting",
    "decision": "SELECT id * 3 + 1, words, coalesce(notes, '') FROM decision",
    "raise_note": "SELECT id * 3 + 2, words, '' FROM raise_note",
}
_ENTITIES = tuple(_SELECT)


def refresh(tx: Writer, changes: Iterable[Change]) -> None:
    """Write anew the words of every record that these changes touched."""
    for entity, id in dict.fromkeys((one.entity, one.id) for one in changes if one.entity in _SELECT):
        tx.run("DELETE FROM record_words WHERE rowid = ?", id * len(_ENTITIES) + _ENTITIES.index(entity))
        tx.run(f"INSERT INTO record_words(rowid, title, words) {_SELECT[entity]} WHERE id = ?", id)


def rebuild(tx: Writer) -> None:
    """Write all words anew."""
    tx.run("DELETE FROM record_words")
    for select in _SELECT.values():
        tx.run(f"INSERT INTO record_words(rowid, title, words) {select}")


def found(read: Reader, entity: str, words: str) -> list[int]:
    """Return the ids of the records of one sort that hold all of these words, or words beginning so, best first."""
    matching = terms(words)
    if not matching:
        return []
    sql = "SELECT rowid / 3 FROM record_words WHERE record_words MATCH ? AND rowid % 3 = ? ORDER BY rank"
    return [int(id) for (id,) in read.rows(sql, matching, _ENTITIES.index(entity))]
