"""One value of the file read as what its key takes: a text, an address, a number, hours, where a secret is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import time
from pathlib import Path
from typing import cast

from followthru.config.keys import Key, Kind
from followthru.config.values import Hours, Mailbox
from followthru.domain.nearest import did_you_mean
from followthru.errors import UsageError
from followthru.secrets import SecretKind, SecretRef
from followthru.typed_path import expanded
from followthru.web.origin import NoOriginError, origin_of

Single = str | int | bool | tuple[str, ...] | time | Hours | Mailbox | SecretRef

_EMAIL = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+")
_MAILBOX = re.compile(r"(?P<name>[^<>\"@,;]+?)\s*<(?P<address>[^<>]+)>")
_SPAN = re.compile(r"(?P<count>[0-9]{1,7})(?P<unit>[smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_WITH_USER = re.compile(r"[a-z]+://[^/?#]*@", re.IGNORECASE)


class WrongValueError(Exception):
    """The value does not fit its key. The words say why and never repeat a secret."""


def expected(kind: Kind, value: object) -> WrongValueError:
    """Return the error for a value that is none of its kind."""
    return WrongValueError(f"expected {kind}, not {shown(value)}")


def shown(value: object) -> str:
    """Return a short form of a value as the file has it, without control characters."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return ascii(value) if len(str(value)) <= 60 else f"{str(value)[:60]!a}..."


def text(value: object) -> str:
    """Return a text on one line."""
    if not isinstance(value, str):
        raise expected(Kind.TEXT, value)
    if not value.strip():
        raise WrongValueError("expected text, not an empty one; leave the key out instead")
    if not value.isprintable():
        raise WrongValueError("expected one line of text without control characters")
    return value.strip()


def choice(key: Key, value: object) -> str:
    """Return one of a key's words."""
    said = text(value)
    words = " or ".join(key.choices)
    if said not in key.choices:
        raise WrongValueError(f"expected {words}, not {shown(value)}. {did_you_mean(said, key.choices)}".rstrip())
    return said


def _shaped(kind: Kind, shape: re.Pattern[str]) -> Callable[[object], str]:
    """Return what reads a text of one shape."""

    def read(value: object) -> str:
        said = text(value)
        if not shape.fullmatch(said):
            raise expected(kind, value)
        return said

    return read


_slug = _shaped(Kind.SLUG, _SLUG)


def _mailbox(value: object) -> Mailbox:
    said = text(value)
    named = _MAILBOX.fullmatch(said)
    name, address = (named["name"], named["address"]) if named else ("", said)
    if not _EMAIL.fullmatch(address):
        raise expected(Kind.MAILBOX, value)
    return Mailbox(name, address)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise expected(Kind.COUNT, value)
    return value


def port(value: object) -> int:
    """Return a port."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 65536:
        raise expected(Kind.PORT, value)
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise expected(Kind.FLAG, value)
    return value


def _span(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return _seconds(Kind.SPAN, value)


def _minutes(value: object) -> int:
    seconds = _seconds(Kind.MINUTES, value)
    if seconds % 60:
        raise expected(Kind.MINUTES, value)
    return seconds // 60


def _seconds(kind: Kind, value: object) -> int:
    found = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise expected(kind, value)
    return int(found["count"]) * _SECONDS[found["unit"]]


def _time(value: object) -> time:
    # TOML has a time of its own; only hours and minutes mean anything here.
    if isinstance(value, time):
        value = value.isoformat()
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(:00)?", value.strip()) if isinstance(value, str) else None
    if not found:
        raise expected(Kind.TIME, value)
    return time(int(found[1]), int(found[2]))


def _hours(value: object) -> Hours:
    start, dash, end = value.partition("-") if isinstance(value, str) else ("", "", "")
    try:
        found = Hours(_time(start), _time(end))
    except WrongValueError:
        raise expected(Kind.HOURS, value) from None
    if not dash or found.start == found.end:
        raise WrongValueError(f"expected {Kind.HOURS} that leave some of the day, not {shown(value)}")
    return found


def _slugs(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise expected(Kind.SLUGS, value)
    slugs = cast("list[object]", value)
    found = tuple(slug for slug in slugs if isinstance(slug, str) and _SLUG.fullmatch(slug))
    if len(found) != len(slugs):
        wrong = next(slug for slug in slugs if slug not in found)
        raise WrongValueError(f"{shown(wrong)} is not a practice's slug (small letters, digits and dashes)")
    if len(set(found)) != len(found):
        raise WrongValueError("names a practice twice")
    return found


def server(value: object) -> str:
    """Return an address that a sign-in may go to."""
    said = text(value)
    if _WITH_USER.match(said):
        raise WrongValueError("a user name or password does not belong in an address; use username and password")
    try:
        origin_of(said)
    except NoOriginError:
        raise expected(Kind.SERVER, value) from None
    if " " in said:
        raise expected(Kind.SERVER, value)
    return said


def path(value: object, folder: Path) -> Path:
    """Return a path, which starts from a folder where it does not begin with one."""
    said = text(value)
    try:
        return folder / expanded(said)
    except UsageError:
        raise WrongValueError(f"{shown(said)} begins with the home of a user who is not on this machine") from None


def secret(value: object) -> SecretRef:
    """Return where a secret is; never the secret itself."""
    if isinstance(value, str):
        raise WrongValueError(
            "a password in this file could be read in every backup and on every screen that shows it; "
            f"name where it is instead: {Kind.REFERENCE}"
        )
    table = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    if len(table) != 1:
        raise WrongValueError(f"expected {Kind.REFERENCE}")
    (name, where), kinds = next(iter(table.items())), tuple(SecretKind)
    if name not in kinds:
        raise WrongValueError(
            f"{name!a} keeps no secrets; expected {Kind.REFERENCE}. {did_you_mean(name, kinds)}".rstrip()
        )
    if name == SecretKind.COMMAND:
        return SecretRef(SecretKind.COMMAND, _command(where))
    return SecretRef(SecretKind(name), (text(where),))


def _command(value: object) -> tuple[str, ...]:
    words = cast("list[object]", value) if isinstance(value, list) else []
    found = tuple(word for word in words if isinstance(word, str) and "\0" not in word)
    if not found or not found[0] or len(found) != len(words):
        raise WrongValueError('expected a command as a list of words, such as ["pass", "show", "mail"]')
    return found


NUMBERS: Mapping[Kind, Callable[[object], int]] = {
    Kind.COUNT: _count,
    Kind.PORT: port,
    Kind.SPAN: _span,
    Kind.MINUTES: _minutes,
}
READERS: Mapping[Kind, Callable[[object], Single]] = {
    Kind.TEXT: text,
    Kind.EMAIL: _shaped(Kind.EMAIL, _EMAIL),
    Kind.MAILBOX: _mailbox,
    Kind.FLAG: _flag,
    Kind.TIME: _time,
    Kind.HOURS: _hours,
    Kind.SLUG: _slug,
    Kind.SLUGS: _slugs,
    Kind.SERVER: server,
    Kind.REFERENCE: secret,
}
