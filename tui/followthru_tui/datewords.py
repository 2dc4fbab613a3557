"""What a date means where it is typed: its weekday, how far off it is, how full its week is. Pure."""

from __future__ import annotations

from datetime import date

from followthru.domain.task import TaskRow
from followthru_tui import linewords, rowstate
from followthru_tui.feed import Aids

_SOON_DAYS = 300


def where(on: date, row: TaskRow, aids: Aids) -> str:
    """Return how far off a day is in working days, and what is promised in its week."""
    parts = (aids.outlook.distance_words(row.practice, on), aids.outlook.week_words(on))
    return " · ".join(part for part in parts if part)


def words(on: date, row: TaskRow, aids: Aids) -> str:
    """Return a day with its weekday, how far off it is, and what is promised in its week."""
    return f"{rowstate.day(on, linewords.today(row, aids))} · {where(on, row, aids)}"


def typed(on: date | None, row: TaskRow, aids: Aids) -> str:
    """Return a date as it would be typed, so that it is read as the same day again."""
    if on is None:
        return ""
    ahead = (on - linewords.today(row, aids)).days
    return f"{on.day} {on:%b}".lower() if 0 <= ahead < _SOON_DAYS else on.isoformat()
