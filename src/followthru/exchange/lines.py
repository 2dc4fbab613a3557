"""The lines of an export: a header, then one JSON object for each entity, made from the table of fields.

A practice is named by its slug and a person by their handle; tasks and updates by their ids. Absent values
are left out, so that the same store always gives the same bytes. Tags stand in the line of their task.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from followthru.domain import fields
from followthru.domain.changes import Row
from followthru.domain.fields import Kind

HEADER = "followthru"
FORMAT = 1
# What others refer to comes first; tags come with their tasks.
ORDER = tuple(entity for entity in fields.ENTITIES if entity != "tag")
NAMED = frozenset(("practice", "person"))

Names = Mapping[str, Mapping[int, str]]
"""For practices and people, the slug or handle of each id."""


def header(program: str) -> str:
    """Return the first line. `program` is the version that writes it."""
    return _line({"type": HEADER, "format": FORMAT, "program": program})


def entity_line(entity: str, id: int, row: Row, names: Names, tags: Sequence[str]) -> str:
    """Return the line of one entity."""
    said: dict[str, object] = {"type": entity, "id": id}
    for field in fields.of(entity):
        value = row.get(field.name)
        if value is None:
            continue
        if field.ref in NAMED:
            said[field.json] = names[field.ref][int(value)]
        else:
            said[field.json] = bool(value) if field.kind is Kind.FLAG else value
    if tags:
        said["tags"] = list(tags)
    return _line(said)


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
