"""Plain tables on standard output."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def say(text: str = "") -> None:
    """Print one line at once, so that a long run shows where it is."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a head; the first column is left-aligned, the others are numbers."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    say(f"\n{title}")
    for row in (head, *rows):
        first, *rest = (
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        say("  ".join((first, *rest)).rstrip())
