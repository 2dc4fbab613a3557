"""The reference page of fields, made from the one table of them."""

from __future__ import annotations

from collections.abc import Mapping

from followthru.domain import fields

HEAD = """# Fields

Everything that you enter is a field of something: of a task, a person, a telling. This page is made from the program's
one table of them, from which rows, JSON, exports, filters, undo and the list of what may leave this computer are made
too.

- **kind**: a `date` is a civil date such as `2027-01-15`; a `time` is `HH:MM` in the practice's zone; an `instant` is
  UTC; a `flag` is 0 or 1 in an export; `the …` is the number of that thing.
- **a reader may see it**: in an update or on a calendar of theirs, if the thing itself is for them. Every other field
  is for you alone and is on no list of what may leave ([privacy](../explanation/privacy.md)).
- **from a calendar**: what is changed there comes back ([how](../how-to/connect-a-calendar.md#3-from-now-on)).
- **in filters**: it can be asked for in `followthru list` and `/`.

In JSON and exports a field has the name of the first column, without `_id` at its end.
"""

KINDS: Mapping[fields.Kind, str] = {fields.Kind.WHOLE: "whole number", fields.Kind.JSON: "JSON"}
"""Kinds whose word for a reader is another than their own."""


def fields_page() -> str:
    """Return the reference of fields as Markdown."""
    return "\n".join([HEAD, *(_entity(entity) for entity in fields.ENTITIES)])


def _entity(entity: str) -> str:
    head = [
        "| field | kind | required | a reader may see it | from a calendar | in filters |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([f"## {entity.replace('_', ' ')}", "", *head, *map(_row, fields.of(entity)), ""])


def _row(one: fields.Field) -> str:
    kind = f"the {one.ref.replace('_', ' ')}" if one.ref else KINDS.get(one.kind, one.kind.value)
    marks = (one.required, one.sees is fields.Sees.READER, one.calendar, one.filterable)
    return f"| `{one.name}` | {kind} | {' | '.join('yes' if mark else '' for mark in marks)} |"
