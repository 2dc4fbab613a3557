"""Values of an import, each read by the kind of its field and, where there are only some, by its words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from followthru.domain.changes import Scalar
from followthru.domain.decisions import Link
from followthru.domain.evidence import Form
from followthru.domain.fields import Field, Kind
from followthru.domain.goals import Direction
from followthru.domain.people import Channel, PracticeStatus, RoleName
from followthru.domain.plain import OBEYED
from followthru.domain.repeats import CatchUp
from followthru.domain.task import Area, Audience, How, Priority, Status, TargetSource

_CHOICES: Mapping[tuple[str, str], type[StrEnum]] = {
    ("practice", "status"): PracticeStatus,
    ("person", "channel"): Channel,
    ("role", "role"): RoleName,
    ("task", "status"): Status,
    ("task", "area"): Area,
    ("task", "priority"): Priority,
    ("task", "audience"): Audience,
    ("task", "target_source"): TargetSource,
    ("task", "catch_up"): CatchUp,
    ("telling", "how"): How,
    ("register_item", "audience"): Audience,
    ("evidence", "form"): Form,
    ("goal", "direction"): Direction,
    ("goal", "audience"): Audience,
    ("reading", "audience"): Audience,
    ("decision", "audience"): Audience,
    ("decision_task", "link"): Link,
}
# Text that a person wrote over several lines, or that a program keeps as it is.
_LONG = frozenset(
    (
        *(("task", "notes"), ("task", "answer"), ("update", "body"), ("register_item", "notes")),
        *(("goal", "notes"), ("reading", "note"), ("hours_entry", "note")),
        *(("meeting", "agenda"), ("meeting", "minutes"), ("decision", "notes")),
    )
)
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LARGEST = 2**53


class WrongValueError(ValueError):
    """A value is not what its field takes; the words say what it takes."""


def value_of(field: Field, value: object) -> Scalar:
    """Return a value as it is stored. Raises WrongValueError."""
    choices = _CHOICES.get((field.entity, field.name))
    if choices is not None:
        return _choice(choices, value)
    return _READ[field.kind](field, value)


def _choice(choices: type[StrEnum], value: object) -> str:
    if isinstance(value, str) and value in set(choices):
        return value
    raise WrongValueError(f"is none of {', '.join(choices)}")


def _text(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise WrongValueError("is no text")
    long = (field.entity, field.name) in _LONG
    text = _clean(value, keep="\n\t" if long else "")
    if field.required and not text.strip():
        raise WrongValueError("is empty")
    if field.name == "uid" and not _UID.fullmatch(text):
        raise WrongValueError("is no uid")
    return text


def _clean(text: str, keep: str) -> str:
    """Return text without characters that a screen or a mail would obey, and without halves of characters."""
    if text.isprintable():
        return text
    kept = OBEYED.sub(lambda found: found[0] if found[0] in keep else "", text)
    return kept.encode("utf-8", "replace").decode("utf-8")


def _whole(field: Field, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST:
        return value
    raise WrongValueError("is no whole number from 0")


def _flag(field: Field, value: object) -> int:
    if isinstance(value, bool):
        return int(value)
    raise WrongValueError("is neither true nor false")


def _date(field: Field, value: object) -> str:
    if isinstance(value, str) and len(value) == len("2027-01-15"):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise WrongValueError("is no date such as 2027-01-15")


def _time(field: Field, value: object) -> str:
    if isinstance(value, str) and _TIME.fullmatch(value):
        return value
    raise WrongValueError("is no time such as 14:30")


def _instant(field: Field, value: object) -> str:
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        from datetime import datetime

        try:
            datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            return value
    raise WrongValueError("is no instant such as 2027-01-15T12:00:00Z")


def _json(field: Field, value: object) -> str:
    if isinstance(value, str):
        try:
            json.loads(value)
        except (ValueError, RecursionError):
            pass
        else:
            return value
    raise WrongValueError("is no text that is JSON")


_READ: Mapping[Kind, Callable[[Field, object], Scalar]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.FLAG: _flag,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.INSTANT: _instant,
    Kind.JSON: _json,
}
