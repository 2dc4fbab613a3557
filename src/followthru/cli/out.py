"""Where answers go: data to standard output, words to standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from followthru.cli import terminal
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


def table(rows: Sequence[Sequence[str]], stretch: int) -> None:
    """Write rows as lines with aligned columns that fit the terminal; the column `stretch` gives way."""
    from followthru.cli.table import columns

    for line in columns(rows, stretch=stretch, width=terminal.width()):
        data(line)
