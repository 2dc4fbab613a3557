"""What a date means where it is typed: its weekday, how far off it is, how full its week is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from followthru.domain.saying import day_words
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


def past_promise(rows: Sequence[TaskRow], to: date | None, days: int | None, aids: Aids) -> str:
    """Return that tasks would start after what is promised of them, which is refused; empty where none would."""
    past = past_promises(rows, to, days, aids)
    if not past:
        return ""
    if len(rows) == 1:
        return f"after its promise {day_words(past[0].promised_on or date.max)}: p moves the promise first"
    if len(past) == len(rows):
        return "after what is promised of all of them: p moves the promises first"
    which = ", ".join(str(row.id) for row in past[:3]) + (", …" if len(past) > 3 else "")
    return f"after what is promised of {which}: Enter asks whether the others are deferred"


def past_promises(rows: Sequence[TaskRow], to: date | None, days: int | None, aids: Aids) -> list[TaskRow]:
    """Return those that would start after what is promised of them."""
    return [row for row in rows if row.promised_on is not None and _start(row, to, days, aids) > row.promised_on]


def _start(row: TaskRow, to: date | None, days: int | None, aids: Aids) -> date:
    today = linewords.today(row, aids)
    try:
        return to or max(today, row.starts_on or today) + timedelta(days=days or 0)
    except OverflowError:
        return date.max
