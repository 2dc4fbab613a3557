"""What a step of the journal made that is still there, and what refers to an entity."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.domain import fields
from followthru.store.chunks import chunks, slots
from followthru.store.store import Reader


def made_by(read: Reader, verb: str) -> dict[str, list[int]]:
    """Return the ids of the entities that a verb made and that exist, by entity. What was undone counts for nothing."""
    found: dict[str, list[int]] = {}
    rows = read.rows(
        "SELECT DISTINCT c.entity, c.entity_id FROM change c JOIN action a ON a.id = c.action_id "
        "WHERE a.verb = ? AND a.undone = 0 AND c.field = '*' AND c.before IS NULL",
        verb,
    )
    for entity, id in rows:
        if read.value(f'SELECT 1 FROM "{fields.of(entity)[0].entity}" WHERE id = ?', id):
            found.setdefault(entity, []).append(id)
    return found


def referring(read: Reader, entity: str, field: str, ids: Sequence[int]) -> list[int]:
    """Return the ids of the entities of which a field refers to one of these."""
    name = fields.by_name(entity)[field].name
    found: list[int] = []
    for part in chunks(ids):
        marks = slots(part)
        rows = read.rows(f'SELECT id FROM "{entity}" WHERE "{name}" IN ({marks})', *part)
        found += [int(row[0]) for row in rows]
    return found
