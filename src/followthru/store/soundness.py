"""Whether a row of a damaged file can have been written: part of a page may be nonsense without SQLite seeing it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import cast

from followthru.domain import fields
from followthru.domain.changes import WHOLE
from followthru.domain.fields import Kind
from followthru.domain.task import Status
from followthru.domain.workdays import parse_half_weekdays, parse_weekdays

_TIME = re.compile(r"[0-2]\d:[0-5]\d")
_FORMS: dict[Kind, Callable[[str], object]] = {
    Kind.DATE: date.fromisoformat,
    Kind.INSTANT: datetime.fromisoformat,
    Kind.JSON: json.loads,
}
_NAMED: dict[tuple[str, str], Callable[[str], object]] = {
    ("task", "status"): Status,
    ("practice", "weekdays"): lambda text: (parse_weekdays(text), parse_half_weekdays(text)),
}


def is_sound(table: str, columns: Sequence[str], cells: Sequence[object]) -> bool:
    """Whether each value of a row is of its form."""
    if any(isinstance(cell, str) and "\x00" in cell for cell in cells):
        return False
    row = dict(zip(columns, cells, strict=True))
    try:
        if table == "change":
            _check_change(row)
        elif table in fields.ENTITIES:
            _check(table, row)
        elif table == "action":
            datetime.fromisoformat(str(row["at"]))
    except (ValueError, KeyError, TypeError):
        return False
    return True


def _check_change(row: Mapping[str, object]) -> None:
    entity, field = str(row["entity"]), str(row["field"])
    for text in (row["before"], row["after"]):
        value = None if text is None else json.loads(str(text))
        if field != WHOLE:
            _check(entity, {field: value})
        elif value is not None:
            if not isinstance(value, dict):
                raise TypeError(field)
            _check(entity, cast("Mapping[str, object]", value))


def _check(entity: str, row: Mapping[str, object]) -> None:
    """Raise ValueError, KeyError or TypeError where a value is not what its field can hold."""
    known = fields.by_name(entity)
    for name, value in row.items():
        if name == "id" or value is None:
            continue
        kind = known[name].kind
        if isinstance(value, str) is (kind in (Kind.WHOLE, Kind.FLAG, Kind.REF)):
            raise TypeError(name)
        if kind is Kind.TIME and not _TIME.fullmatch(str(value)):
            raise ValueError(name)
        for form in (_FORMS.get(kind), _NAMED.get((entity, name))):
            if form is not None:
                form(str(value))
