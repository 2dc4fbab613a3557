"""Time worked: entries of an hours log, and a month's total against what a practice has agreed to pay for. Pure."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from followthru.domain.spans import exact_words


class Entry(NamedTuple):
    """Time worked on a day, in minutes, for a practice and, where it says so, on a task."""

    id: int
    practice_id: int
    practice: str
    task_id: int | None
    task: str | None
    on: date
    minutes: int
    note: str | None


class Total(NamedTuple):
    """A practice's minutes in a month, and what is agreed on for one; None where nothing is."""

    practice: str
    minutes: int
    retainer: int | None
    entries: int

    @property
    def left(self) -> int | None:
        """The minutes that are left of what is agreed on, negative once it is passed; None without a retainer."""
        return None if self.retainer is None else self.retainer - self.minutes


def total_words(one: Total) -> str:
    """Return a total as `12 h 30 min of 20 h, 7 h 30 min left`."""
    if one.left is None or one.retainer is None:
        return exact_words(one.minutes)
    rest = f"{exact_words(one.left)} left" if one.left >= 0 else f"{exact_words(-one.left)} over"
    return f"{exact_words(one.minutes)} of {exact_words(one.retainer)}, {rest}"
