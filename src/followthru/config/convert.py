"""Turn one TOML value into the value of its key, or say what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import cast

from followthru.config.keys import Key, Kind
from followthru.config.values import Hours, Incoming, Mailbox, OAuth
from followthru.domain.nearest import did_you_mean
from followthru.secrets import SecretKind, SecretRef

Value = str | int | bool | tuple[str, ...] | time | Hours | Incoming | Mailbox | OAuth | Path | SecretRef | None

_EMAIL = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+")
_MAILBOX = re.compile(r"(?P<name>[^<>\"@,;]+?)\s*<(?P<address>[^<>]+)>")
_SPAN = re.compile(r"(?P<count>[0-9]{1,7})(?P<unit>[smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SERVER = re.compile(r"(?P<scheme>https?)://(?P<who>[^/?#]*@)?(?P<host>\[[^\]/]*\]|[^:/?#\[\]@]+)(?P<rest>[:/?#].*)?")


class WrongValueError(Exception):
    """The value does not fit its key. The words say why and never repeat a secret."""


def convert(key: Key, value: object, folder: Path) -> Value:
    """Return a key's value from what TOML gave. Paths are taken from `folder`. Raises WrongValueError."""
    if key.kind is Kind.CHOICE:
        return _choice(key, value)
    if key.kind is Kind.PATH:
        return folder / Path(_text(value)).expanduser()
    if key.kind is Kind.INCOMING:
        return _incoming(value, folder)
    if key.kind in _NUMBERS:
        found = _NUMBERS[key.kind](value)
        if found < key.least:
            raise WrongValueError(f"expected at least {key.least}, not {_shown(value)}")
        return found
    return _READERS[key.kind](value)


def is_loopback(host: str) -> bool:
    """Return whether a host name or address means this machine."""
    return host in {"localhost", "::1", "[::1]"} or re.fullmatch(r"127(\.[0-9]{1,3}){3}", host) is not None


def _expected(kind: Kind, value: object) -> WrongValueError:
    return WrongValueError(f"expected {kind}, not {_shown(value)}")


def _shown(value: object) -> str:
    """Return a short form of a value as the file has it, without control characters."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return ascii(value) if len(str(value)) <= 60 else f"{str(value)[:60]!a}..."


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _expected(Kind.TEXT, value)
    if not value.strip():
        raise WrongValueError("expected text, not an empty one; leave the key out instead")
    if not value.isprintable():
        raise WrongValueError("expected one line of text without control characters")
    return value.strip()


def _choice(key: Key, value: object) -> str:
    text = _text(value)
    words = " or ".join(key.choices)
    if text not in key.choices:
        raise WrongValueError(f"expected {words}, not {_shown(value)}. {did_you_mean(text, key.choices)}".rstrip())
    return text


def _email(value: object) -> str:
    text = _text(value)
    if not _EMAIL.fullmatch(text):
        raise _expected(Kind.EMAIL, value)
    return text


def _mailbox(value: object) -> Mailbox:
    text = _text(value)
    named = _MAILBOX.fullmatch(text)
    name, address = (named["name"], named["address"]) if named else ("", text)
    if not _EMAIL.fullmatch(address):
        raise _expected(Kind.MAILBOX, value)
    return Mailbox(name, address)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _expected(Kind.COUNT, value)
    return value


def _port(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 65536:
        raise _expected(Kind.PORT, value)
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _expected(Kind.FLAG, value)
    return value


def _span(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return _seconds(Kind.SPAN, value)


def _minutes(value: object) -> int:
    seconds = _seconds(Kind.MINUTES, value)
    if seconds % 60:
        raise _expected(Kind.MINUTES, value)
    return seconds // 60


def _seconds(kind: Kind, value: object) -> int:
    found = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise _expected(kind, value)
    return int(found["count"]) * _SECONDS[found["unit"]]


def _time(value: object) -> time:
    # TOML has a time of its own; only hours and minutes mean anything here.
    if isinstance(value, time):
        value = value.isoformat()
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(:00)?", value.strip()) if isinstance(value, str) else None
    if not found:
        raise _expected(Kind.TIME, value)
    return time(int(found[1]), int(found[2]))


def _hours(value: object) -> Hours:
    start, dash, end = value.partition("-") if isinstance(value, str) else ("", "", "")
    try:
        found = Hours(_time(start), _time(end))
    except WrongValueError:
        raise _expected(Kind.HOURS, value) from None
    if not dash or found.start == found.end:
        raise WrongValueError(f"expected {Kind.HOURS} that leave some of the day, not {_shown(value)}")
    return found


def _slug(value: object) -> str:
    text = _text(value)
    if not _SLUG.fullmatch(text):
        raise _expected(Kind.SLUG, value)
    return text


def _slugs(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _expected(Kind.SLUGS, value)
    slugs = cast("list[object]", value)
    found = tuple(slug for slug in slugs if isinstance(slug, str) and _SLUG.fullmatch(slug))
    if len(found) != len(slugs):
        wrong = next(slug for slug in slugs if slug not in found)
        raise WrongValueError(f"{_shown(wrong)} is not a practice's slug (small letters, digits and dashes)")
    if len(set(found)) != len(found):
        raise WrongValueError("names a practice twice")
    return found


def _server(value: object) -> str:
    text = _text(value)
    found = _SERVER.fullmatch(text)
    if found and found["who"]:
        raise WrongValueError("a user name or password does not belong in an address; use username and password")
    if not found or " " in text or (found["scheme"] == "http" and not is_loopback(found["host"])):
        raise _expected(Kind.SERVER, value)
    return text


def _secret(value: object) -> SecretRef:
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
    return SecretRef(SecretKind(name), (_text(where),))


def _command(value: object) -> tuple[str, ...]:
    words = cast("list[object]", value) if isinstance(value, list) else []
    found = tuple(word for word in words if isinstance(word, str) and "\0" not in word)
    if not found or not found[0] or len(found) != len(words):
        raise WrongValueError('expected a command as a list of words, such as ["pass", "show", "mail"]')
    return found


GOOGLE = {
    "authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth",
    "token_endpoint": "https://oauth2.googleapis.com/token",
    "scope": "https://www.googleapis.com/auth/calendar",
}
"""Where Google is asked to let a program in, and to what (developers.google.com/identity/protocols/oauth2)."""


def _oauth(value: object) -> OAuth:
    table = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    if "client_id" not in table:
        raise WrongValueError(f"expected {Kind.OAUTH}")
    known = ("client_id", "client_secret", "authorization_endpoint", "token_endpoint", "scope")
    for name in table.keys() - set(known):
        raise WrongValueError(f"{name!a} says nothing about a sign-in. {did_you_mean(name, known)}".rstrip())
    secret = _secret(table["client_secret"]) if "client_secret" in table else None
    where = {
        name: _server(table[name]) if name in table else GOOGLE[name]
        for name in ("authorization_endpoint", "token_endpoint")
    }
    if ("authorization_endpoint" in table) is not ("token_endpoint" in table):
        raise WrongValueError("another provider is named by both, authorization_endpoint and token_endpoint")
    scope = _text(table["scope"]) if "scope" in table else GOOGLE["scope"]
    return OAuth(_text(table["client_id"]), secret, scope=scope, **where)


INCOMING_PORTS = {"tls": 993, "starttls": 143, "plain": 143}
"""Where IMAP listens, by how the connection is kept private (RFC 8314 section 3.2, RFC 9051 section 2.1)."""


def _incoming(value: object, folder: Path) -> Incoming:
    table = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    if "host" not in table:
        raise WrongValueError(f"expected {Kind.INCOMING}")
    known = Incoming._fields
    for name in table.keys() - set(known):
        raise WrongValueError(f"{name!a} says nothing about a mailbox. {did_you_mean(name, known)}".rstrip())
    security = _text(table.get("security", "starttls" if table.get("port") == INCOMING_PORTS["starttls"] else "tls"))
    if security not in INCOMING_PORTS:
        raise WrongValueError(f"security is {' or '.join(INCOMING_PORTS)}, not {_shown(security)}")
    words = {name: _text(table[name]) for name in ("username", "sent", "tasks") if name in table}
    if str(words.get("tasks")).casefold() == "inbox":
        raise WrongValueError("tasks is a folder of its own: all that comes in would become tasks")
    port = _port(table.get("port", INCOMING_PORTS[security]))
    password = _secret(table["password"]) if "password" in table else None
    ca_file = folder / Path(_text(table["ca_file"])).expanduser() if "ca_file" in table else None
    return Incoming(_text(table["host"]), port, security, password=password, ca_file=ca_file, **words)


def _mail_oauth(value: object) -> OAuth:
    """Return how a mail account signs in; without a scope it is empty, and settled with the account's transport."""
    from followthru.config.providers import PROVIDERS

    table = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    if "client_id" not in table:
        raise WrongValueError(f"expected {Kind.MAIL_OAUTH}")
    known = ("tenant", *OAuth._fields)
    for name in table.keys() - set(known):
        raise WrongValueError(f"{name!a} says nothing about a sign-in. {did_you_mean(name, known)}".rstrip())
    named = _text(table["provider"]) if "provider" in table else None
    if named is not None and named not in PROVIDERS:
        raise WrongValueError(f"{named!a} is no provider known here. {did_you_mean(named, PROVIDERS)}".rstrip())
    provider = PROVIDERS.get(named or "")
    tenant = _text(table["tenant"]) if "tenant" in table else "common"
    if "tenant" in table and (named != "microsoft" or not re.fullmatch(r"[A-Za-z0-9.-]+", tenant)):
        raise WrongValueError("tenant is the id or domain of an organisation at microsoft")
    where: dict[str, str | None] = {}
    for name in ("authorization_endpoint", "token_endpoint", "device_authorization_endpoint"):
        usual = None if provider is None else getattr(provider, name)
        where[name] = _server(table[name]) if name in table else usual and usual.format(tenant=tenant)
    if where["token_endpoint"] is None or not (
        where["authorization_endpoint"] or where["device_authorization_endpoint"]
    ):
        raise WrongValueError(
            "a provider is named by provider, or by token_endpoint and one of device_authorization_endpoint and "
            "authorization_endpoint"
        )
    if provider is None and "scope" not in table:
        raise WrongValueError("needs a scope: what is asked for at this provider")
    return OAuth(
        _text(table["client_id"]),
        _secret(table["client_secret"]) if "client_secret" in table else None,
        where["authorization_endpoint"] or "",
        where["token_endpoint"],
        _text(table["scope"]) if "scope" in table else "",
        where["device_authorization_endpoint"],
        named,
    )


_NUMBERS: dict[Kind, Callable[[object], int]] = {
    Kind.COUNT: _count,
    Kind.PORT: _port,
    Kind.SPAN: _span,
    Kind.MINUTES: _minutes,
}
_READERS: dict[Kind, Callable[[object], Value]] = {
    Kind.TEXT: _text,
    Kind.EMAIL: _email,
    Kind.MAILBOX: _mailbox,
    Kind.FLAG: _flag,
    Kind.TIME: _time,
    Kind.HOURS: _hours,
    Kind.SLUG: _slug,
    Kind.SLUGS: _slugs,
    Kind.SERVER: _server,
    Kind.REFERENCE: _secret,
    Kind.OAUTH: _oauth,
    Kind.MAIL_OAUTH: _mail_oauth,
}
