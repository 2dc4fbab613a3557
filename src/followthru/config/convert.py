"""Turn one TOML value into the value of its key, or say what was expected."""

from __future__ import annotations

from pathlib import Path

from followthru.config import sign_ins, single
from followthru.config.keys import Key, Kind
from followthru.config.single import Single, WrongValueError
from followthru.config.values import Incoming, OAuth

__all__ = ["WrongValueError", "convert"]

Value = Single | Incoming | OAuth | Path


def convert(key: Key, value: object, folder: Path) -> Value:
    """Return a key's value from what TOML gave. Paths are taken from `folder`. Raises WrongValueError."""
    match key.kind:
        case Kind.CHOICE:
            return single.choice(key, value)
        case Kind.PATH:
            return single.path(value, folder)
        case Kind.INCOMING:
            return sign_ins.incoming(value, folder)
        case Kind.OAUTH:
            return sign_ins.oauth(value)
        case Kind.MAIL_OAUTH:
            return sign_ins.mail_oauth(value)
        case kind if kind in single.NUMBERS:
            return _within(key, single.NUMBERS[kind](value))
        case kind:
            return single.READERS[kind](value)


def _within(key: Key, number: int) -> int:
    """Return a number that its key takes: one that lies in no calendar would end whatever reckons with it."""
    if number < key.least:
        raise WrongValueError(f"expected at least {key.least:,}, not {number:,}")
    if number > key.most:
        raise WrongValueError(f"expected at most {key.most:,}, not {number:,}")
    return number
