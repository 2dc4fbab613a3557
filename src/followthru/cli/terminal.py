"""The terminal that answers are written to: how wide it is, and what it would obey."""

from __future__ import annotations

import os
import sys


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
