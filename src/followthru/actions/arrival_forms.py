"""Values that have a form of their own: read as commands read them, and put as they are stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cache

from followthru.actions.arrival_fill import Values
from followthru.domain.changes import Scalar
from followthru.errors import FollowthruError, UsageError

_HANDLE = re.compile(r"[\w-]+")
Read = Callable[[str], Scalar]


def put(entity: str, values: Values) -> Iterator[tuple[str, str]]:
    """Put values as they are stored; yield the field of each that cannot be read, and why."""
    for name, read in _forms().get(entity, {}).items():
        value = values.get(name)
        if value is None:
            continue
        try:
            values[name] = read(str(value))
        except FollowthruError as error:
            yield name, error.message
    if entity == "update" and not _is_known_by(values):
        yield "period", "is none of an update of this kind"


@cache
def _forms() -> Mapping[str, Mapping[str, Read]]:
    """Return what reads each field, by entity: what only an import needs is loaded by one."""
    from followthru.actions import people, practices
    from followthru.domain import rule_words
    from followthru.domain.figures import check_stored
    from followthru.domain.frozen import check_frozen
    from followthru.domain.registers import interval
    from followthru.updates import facts
    from followthru.updates.outbox import UpdateKind, UpdateStatus

    def of_practice(name: str) -> Read:
        return lambda text: practices.checked({name: text})[name]

    def of_person(name: str) -> Read:
        return lambda text: people.read_field(name, text)

    figure = _checked(check_stored)
    return {
        "practice": {
            "slug": _checked(practices.check_slug),
            **{name: of_practice(name) for name in ("timezone", "weekdays", "holidays", "buffer_policy", "roll")},
        },
        "season": {"weekdays": of_practice("weekdays")},
        "person": {"handle": _handle, "email": of_person("email"), "timezone": of_person("timezone")},
        "role": {"cadence": of_person("cadence")},
        "register_item": {"service_every": _checked(interval)},
        "goal": {"aim": figure, "aim_to": figure},
        "reading": {"value": figure},
        "task": {"repeats": lambda text: str(rule_words.read(text))},
        "telling": {"calendar": _checked(check_frozen)},
        "update": {
            "kind": _choice(UpdateKind),
            "status": _choice(UpdateStatus),
            "facts": _checked(facts.load),
            "flags": _checked(_flags),
        },
    }


def _checked(check: Callable[[str], object]) -> Read:
    """Return what keeps a text as it is where `check` can read it."""

    def read(text: str) -> str:
        check(text)
        return text

    return read


def _choice(kind: type[StrEnum]) -> Read:
    def read(text: str) -> str:
        if text not in set(kind):
            raise UsageError(f"is none of {', '.join(kind)}")
        return text

    return read


def _flags(text: str) -> None:
    from followthru.updates import checks

    try:
        checks.load(text)
    except (ValueError, LookupError, TypeError):
        raise UsageError("is no list of flags as an export writes it") from None


def _handle(text: str) -> str:
    if not _HANDLE.fullmatch(text):
        raise UsageError("is no handle: one word of small letters, digits and hyphens")
    return text


def _is_known_by(values: Values) -> bool:
    """Return whether the period of a draft that is no digest is what such a one is known by."""
    from followthru.actions.notice_keys import Key
    from followthru.actions.notices import NOTICES

    if values.get("kind") not in NOTICES:
        return True
    try:
        Key.read(str(values.get("period") or ""))
    except ValueError:
        return False
    return True
