"""Where answers go: data to standard output, words to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TextIO

from followthru.domain.plain import escaped, shown

_PIECE = 1 << 16


class UnwrittenError(Exception):
    """Standard output takes nothing more. `stopped` says that its reader has gone, which is no fault."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror)
        self.stopped = isinstance(error, BrokenPipeError)


def data(text: str) -> None:
    """Write one line, or several, of what was asked for. Raises UnwrittenError, as everything here does."""
    try:
        sys.stdout.write(f"{shown(text)}\n")
    except OSError as error:
        raise UnwrittenError(error) from error


def copy(file: TextIO) -> None:
    """Write the rest of a file."""
    while text := file.read(_PIECE):
        try:
            sys.stdout.write(text)
        except OSError as error:
            raise UnwrittenError(error) from error


def flush() -> None:
    """Write what is still held back."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise UnwrittenError(error) from error


def words(*sentences: str) -> None:
    """Write sentences for the person, one to a line."""
    flush()
    from followthru.domain.plain import several_lines

    for sentence in sentences:
        sys.stderr.write(f"{several_lines(sentence)}\n")


def json(value: object) -> None:
    """Write one JSON value on one line."""
    from json import dumps

    data(escaped(dumps(value, ensure_ascii=False)))


def json_array(values: Iterable[object]) -> None:
    """Write a JSON array, one element to a line."""
    from json import dumps

    lines = ",\n ".join(escaped(dumps(value, ensure_ascii=False)) for value in values)
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
