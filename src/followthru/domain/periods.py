"""Months, quarters and years: which days they have, what they are called, and how people name them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from followthru.errors import UsageError

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_NUMBERED = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})")
_NAMED = re.compile(r"(?P<name>[a-z]{3,9})\.?(?: (?P<year>\d{4}))?")
_QUARTER = re.compile(r"(?:(?P<before>\d{4})[- ]?)?q(?P<number>[1-4])(?: (?P<after>\d{4}))?")


class Length(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Period(NamedTuple):
    """A month, quarter or year of the calendar, from its first day to its last."""

    length: Length
    first: date
    last: date

    @property
    def words(self) -> str:
        """What it is called: `October 2026`, `the third quarter of 2026`, `2026`."""
        if self.length is Length.YEAR:
            return str(self.first.year)
        if self.length is Length.MONTH:
            return f"{_MONTHS[self.first.month - 1]} {self.first.year}"
        which = ("first", "second", "third", "fourth")[self.first.month // 3]
        return f"the {which} quarter of {self.first.year}"

    @property
    def name(self) -> str:
        """Its name in a file's name or a key: `2026-10`, `2026-q3`, `2026`."""
        if self.length is Length.YEAR:
            return str(self.first.year)
        if self.length is Length.MONTH:
            return f"{self.first:%Y-%m}"
        return f"{self.first.year}-q{self.first.month // 3 + 1}"

    def holds(self, day: date) -> bool:
        """Whether a day is one of its days."""
        return self.first <= day <= self.last

    def next(self) -> Period:
        """Return the one after it. Raises UsageError after the year 9999."""
        if self.last == date.max:
            raise UsageError("There is no period after the year 9999.")
        return of(self.length, self.last + timedelta(days=1))

    def before(self) -> Period:
        """Return the one before it. Raises UsageError before the year 1."""
        if self.first == date.min:
            raise UsageError("There is no period before the year 1.")
        return of(self.length, self.first - timedelta(days=1))


def of(length: Length, day: date) -> Period:
    """Return the period of a length that holds a day."""
    months = {Length.MONTH: 1, Length.QUARTER: 3, Length.YEAR: 12}[length]
    begins = (day.month - 1) // months * months + 1
    first = date(day.year, begins, 1)
    ends = begins + months - 1
    last = date(day.year, 12, 31) if ends == 12 else date(day.year, ends + 1, 1) - timedelta(days=1)
    return Period(length, first, last)


def read(length: Length, text: str, today: date) -> Period:
    """Return the period that words name: `this`, `last`, `2026-10`, `oct`, `oct 2026`, `2026-Q3`, `q3`, `2026`.

    Without a year it is the last one that has begun. Raises UsageError for anything else.
    """
    said = " ".join(text.casefold().split())
    now = of(length, today)
    if said in ("this", "last"):
        return now if said == "this" else now.before()
    try:
        found = {Length.MONTH: _month, Length.QUARTER: _quarter, Length.YEAR: _year}[length](said, today)
    except ValueError:
        found = None
    if found is None:
        usual = {Length.MONTH: "2026-10 or oct", Length.QUARTER: "2026-Q3 or q3", Length.YEAR: "2026"}[length]
        raise UsageError(f"“{text}” is no {length}.", remedy=f"Write {usual}, this or last.")
    return of(length, found)


def _month(said: str, today: date) -> date | None:
    if found := _NUMBERED.fullmatch(said):
        return date(int(found["year"]), int(found["month"]), 1)
    found = _NAMED.fullmatch(said)
    at = [number for number, name in enumerate(_MONTHS, 1) if found and name.casefold().startswith(found["name"])]
    return _begun(at[0], found["year"], today) if found and len(at) == 1 else None


def _quarter(said: str, today: date) -> date | None:
    found = _QUARTER.fullmatch(said)
    return _begun(3 * int(found["number"]) - 2, found["before"] or found["after"], today) if found else None


def _begun(month: int, year: str | None, today: date) -> date:
    """Return the first day of a month, without a year the last one up to today."""
    if year is not None:
        return date(int(year), month, 1)
    this = date(today.year, month, 1)
    return this if this <= today else date(today.year - 1, month, 1)


def _year(said: str, today: date) -> date | None:
    return date(int(said), 1, 1) if re.fullmatch(r"\d{4}", said) else None
