"""A promise as a line of text: from its start over the target to the promised day, and how far it has come. Pure.

[====>......|~~~~]   `=` gone, `.` to come, `|` the target, `~` wiggle room left, `#` used, `>` today
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from followthru.domain.saying import count_words, day_words
from followthru.domain.task import TaskRow, Telling

CELLS = 24


def first_day(row: TaskRow, told: Sequence[Telling], today: date) -> date | None:
    """Return where a promise's line begins: its start, else the day it was told first, else today or its target."""
    if row.promised_on is None:
        return None
    first = min((one.told_on for one in told if not one.retracted), default=None)
    begins = row.starts_on or first or min(today, row.target_on or row.promised_on)
    return min(begins, row.target_on or row.promised_on)


def bar(start: date, target: date, promised: date, today: date, cells: int = CELLS) -> str:
    """Return the line. Days are civil dates, `start` <= `target` <= `promised`; past the promise it says so."""
    span = max(1, (promised - start).days)
    at = {"target": _cell(start, target, span, cells), "today": _cell(start, today, span, cells)}
    body = "".join(_mark(cell, at["target"], at["today"]) for cell in range(cells))
    if today > promised:
        body = body.replace(">", "#")
        return f"[{body}]> {count_words((today - promised).days, 'day')} late"
    return f"[{body}]"


def bar_words(row: TaskRow, told: Sequence[Telling], today: date, cells: int = CELLS) -> str | None:
    """Return the line of an open promise with what its ends are; None without a promise, and once it is closed."""
    start = first_day(row, told, today)
    if start is None or row.promised_on is None or row.closed:
        return None
    target = row.target_on or row.promised_on
    line = bar(start, target, row.promised_on, today, cells)
    return f"{day_words(start, today)} {line} {day_words(row.promised_on, today)}"


def _cell(start: date, day: date, span: int, cells: int) -> int:
    return max(0, min(cells - 1, (day - start).days * (cells - 1) // span))


def _mark(cell: int, target: int, today: int) -> str:
    if cell == today:
        return ">"
    if cell == target:
        return "|"
    if cell < target:
        return "=" if cell < today else "."
    return "#" if cell < today else "~"
