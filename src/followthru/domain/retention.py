"""Which backups are kept: many of the last days, fewer of what is long ago.

A backup stands for its day, its ISO week and its month; of each the newest is kept, for as many as are asked for. The
scheme is known as grandfather-father-son rotation. What is less than a day older than the newest is kept as well, so
that a second thought in the same hour finds what it looks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

RECENT = timedelta(days=1)


class Retention(NamedTuple):
    """How many days, weeks and months keep their newest backup, and how many bytes they may take together."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 12
    most_bytes: int | None = None


class Kept(NamedTuple):
    """One backup: when it was taken (aware), and its bytes."""

    at: datetime
    size: int


def _day(at: datetime) -> object:
    return at.date()


def _week(at: datetime) -> object:
    return at.isocalendar()[:2]


def _month(at: datetime) -> object:
    return at.year, at.month


def to_remove(there: Iterable[Kept], rule: Retention) -> list[Kept]:
    """Return the backups that are not kept, the oldest first. The newest one is always kept, whatever its size."""
    newest_first = sorted(there, key=lambda one: one.at, reverse=True)
    kept = {one for one in newest_first if newest_first[0].at - one.at < RECENT}
    spans: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (rule.daily, _day),
        (rule.weekly, _week),
        (rule.monthly, _month),
    )
    for count, span in spans:
        kept |= set(_newest_of_each(newest_first, span)[:count])
    fitting = _within(sorted(kept, key=lambda one: one.at, reverse=True), rule.most_bytes)
    return [one for one in reversed(newest_first) if one not in fitting]


def _newest_of_each(newest_first: Iterable[Kept], span: Callable[[datetime], object]) -> list[Kept]:
    found: dict[object, Kept] = {}
    for one in newest_first:
        found.setdefault(span(one.at), one)
    return list(found.values())


def _within(newest_first: list[Kept], most: int | None) -> set[Kept]:
    """Return those that fit, from the newest on; the newest itself always does."""
    fitting: set[Kept] = set()
    total = 0
    for one in newest_first:
        total += one.size
        if fitting and most is not None and total > most:
            break
        fitting.add(one)
    return fitting
