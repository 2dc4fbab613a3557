"""Where answers go: data to standard output, words to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable


def data(text: str) -> None:
    """Write one line, or several, of what was asked for."""
    sys.stdout.write(f"{text}\n")


def words(*sentences: str) -> None:
    """Write sentences for the person, one to a line."""
    sys.stdout.flush()
    for sentence in sentences:
        sys.stderr.write(f"{sentence}\n")


def json(value: object) -> None:
    """Write one JSON value on one line."""
    from json import dumps

    data(dumps(value, ensure_ascii=False))


def json_array(values: Iterable[object]) -> None:
    """Write a JSON array, one element to a line."""
    from json import dumps

    lines = ",\n ".join(dumps(value, ensure_ascii=False) for value in values)
    data(f"[{lines}]")


def width() -> int | None:
    """Return the columns of the terminal that is written to; None where there is none, for nothing need be cut."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return int(given)
    if not sys.stdout.isatty():
        return None
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except OSError:
        return None


def clean(text: str) -> str:
    """Return text from outside without characters that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " for char in text)
