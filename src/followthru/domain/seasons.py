"""Seasons: spans in which a practice works fewer days than usual, once or every year. Pure.

A season only takes days away: a day that the practice never works is not worked in a season either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from followthru.domain.workdays import WorkCalendar, parse_half_weekdays, parse_weekdays

YEARS_AHEAD = 30
"""A season that comes every year is known for so many years from its first."""
LONGEST = timedelta(days=366)
"""From the first day of a season to its last at most: each of its days is counted by itself."""


class Season(NamedTuple):
    """From `first_on` through `last_on`. `weekdays` are those still worked, such as `124h`; None is closed."""

    id: int
    first_on: date
    last_on: date
    weekdays: str | None
    yearly: bool


def with_seasons(calendar: WorkCalendar, seasons: Iterable[Season]) -> WorkCalendar:
    """Return a calendar with the days off and half days of its seasons."""
    off: set[date] = set()
    half: set[date] = set()
    for season in seasons:
        worked = frozenset[int]() if season.weekdays is None else parse_weekdays(season.weekdays)
        halved = frozenset[int]() if season.weekdays is None else parse_half_weekdays(season.weekdays)
        for day in _days(season):
            if day.isoweekday() not in worked:
                off.add(day)
            elif day.isoweekday() in halved:
                half.add(day)
    return calendar.closed_on(off, half) if off or half else calendar


def _days(season: Season) -> Iterator[date]:
    length = (season.last_on - season.first_on).days + 1
    for years in range(YEARS_AHEAD if season.yearly else 1):
        first = _years_later(season.first_on, years)
        if first is not None:
            yield from (first + timedelta(days=step) for step in range(length))


def _years_later(day: date, years: int) -> date | None:
    """Return the same day some years later; 28 February stands in for the 29th, None is past the last year."""
    if day.year + years >= date.max.year:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
