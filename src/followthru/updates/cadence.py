"""When a stakeholder's next update is due, and the key under which a period's update is sent once.

An update that falls on a day on which the practice does not work goes on the working day before, at the same hour, and
keeps its period. Of several that come to share one hour so, over the days at the year's end for instance, the last
stands for all of them. What comes daily has no period on a day off.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from followthru.domain.saying import day_words
from followthru.domain.workdays import WEEK, Roll, WorkCalendar
from followthru.errors import UsageError
from followthru.updates.words import LONG_MONTHS, WEEKDAYS

_FORM = re.compile(r"(daily|weekly|fortnightly|monthly)(?::([a-z]+|\d{1,2}))?@(\d{1,2}):(\d{2})", re.ASCII)
_MONDAY = date(1970, 1, 5)
_MONTHS = 64
"""Days within which every cadence comes round."""
EVERY_DAY = WorkCalendar(frozenset(range(1, WEEK + 1)))


class Every(StrEnum):
    """How often."""

    DAY = "daily"
    WEEK = "weekly"
    FORTNIGHT = "fortnightly"
    MONTH = "monthly"


class Cadence(NamedTuple):
    """How often, on which day, at which wall-clock minute.

    `day` is an ISO weekday (1 Monday to 7 Sunday) for weeks and fortnights, a day of the month for months
    (a shorter month's last day stands in), 0 for daily.
    """

    every: Every
    day: int
    at: time

    @property
    def text(self) -> str:
        """Return the cadence as it is written: `weekly:fri@16:00`."""
        if self.every == Every.DAY:
            which = ""
        elif self.every == Every.MONTH:
            which = f":{self.day}"
        else:
            which = f":{WEEKDAYS[self.day - 1].lower()}"
        return f"{self.every}{which}@{self.at:%H:%M}"


class Due(NamedTuple):
    """One occurrence: the instant (aware, UTC), the civil date on which that is, and its period's unique key.

    `opens` is the instant one working day before, from which its draft can be read; `covers` says in words what it
    is about (`the week to Fri 15 Jan`).
    """

    at: datetime
    on: date
    period: str
    opens: datetime
    covers: str


def parse(text: str) -> Cadence:
    """Read `daily@07:30`, `weekly:fri@16:00`, `fortnightly:mon@9:00` or `monthly:1@09:00`.

    Raises UsageError for anything else.
    """
    found = _FORM.fullmatch(text.strip().lower())
    if not found or int(found[3]) > 23 or int(found[4]) > 59:
        raise _unreadable(text)
    every, which = Every(found[1]), found[2]
    at = time(int(found[3]), int(found[4]))
    if every == Every.DAY and which is None:
        return Cadence(every, 0, at)
    if every == Every.MONTH and which and which.isdigit() and 1 <= int(which) <= 31:
        return Cadence(every, int(which), at)
    weekdays = [name.lower() for name in WEEKDAYS]
    if every in {Every.WEEK, Every.FORTNIGHT} and which and which[:3] in weekdays:
        weekday = weekdays.index(which[:3])
        if _LONG[weekday].startswith(which):
            return Cadence(every, weekday + 1, at)
    raise _unreadable(text)


_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _unreadable(text: str) -> UsageError:
    return UsageError(
        f"{text[:60]!a} is not a cadence.",
        safe="Nothing was changed.",
        remedy="Write it like weekly:fri@16:00, fortnightly:mon@09:00, monthly:1@09:00 or daily@07:30.",
    )


def next_due(cadence: Cadence, after: datetime, zone: str, days: WorkCalendar = EVERY_DAY) -> Due:
    """Return the first occurrence later than the aware instant `after`, by the wall clock of `zone`.

    `days` are those on which updates go out. Raises UsageError where no such day comes any more.
    """
    local = after.astimezone(ZoneInfo(zone)).date()
    # What falls on a day off after the next working day goes on that day at the earliest.
    furthest = (days.add(local, 1) - local).days + _MONTHS
    for offset in range(-1, furthest):
        due = _on(cadence, local + timedelta(days=offset), zone, days)
        if due and due.at > after:
            return last_due(cadence, due.at, zone, days)
    raise AssertionError("every cadence comes round within two months of working")


def last_due(cadence: Cadence, until: datetime, zone: str, days: WorkCalendar = EVERY_DAY) -> Due:
    """Return the latest occurrence at or before the aware instant `until`: all that was missed is this one.

    Raises UsageError as `next_due` does.
    """
    local = until.astimezone(ZoneInfo(zone)).date()
    ahead = max(1, (days.add(local, 1) - local).days - 1)
    behind = (local - days.subtract(local, 1)).days + _MONTHS
    for offset in range(ahead, -behind, -1):
        due = _on(cadence, local + timedelta(days=offset), zone, days)
        if due and due.at <= until:
            return due
    raise AssertionError("every cadence comes round within two months of working")


def period_words(cadence: Cadence, on: date) -> str:
    """Return what the update that goes on a civil date covers: `the week to Fri 15 Jan`."""
    match cadence.every:
        case Every.DAY:
            return day_words(on, on)
        case Every.WEEK:
            return f"the week to {day_words(on, on)}"
        case Every.FORTNIGHT:
            return f"the two weeks to {day_words(on, on)}"
        case Every.MONTH:
            month = on if on.day > 15 else on.replace(day=1) - timedelta(days=1)
            return f"{LONG_MONTHS[month.month - 1]} {month.year}"


def instant(on: date, at: time, zone: str) -> datetime:
    """Return the UTC instant of a wall-clock minute.

    A minute that a zone skips becomes the next one that exists; one that comes twice is the first.
    """
    there = ZoneInfo(zone)
    naive = datetime.combine(on, at)
    for _ in range(2 * 24 * 60):
        found = naive.replace(tzinfo=there, fold=0).astimezone(UTC)
        if found.astimezone(there).replace(tzinfo=None) == naive:
            return found
        naive += timedelta(minutes=1)
    raise AssertionError("no zone skips two days")


def _on(cadence: Cadence, on: date, zone: str, days: WorkCalendar) -> Due | None:
    """Return the occurrence that belongs to a civil date, None if none does."""
    if not _falls(cadence, on) or (cadence.every == Every.DAY and not days.is_working(on)):
        return None
    goes = days.roll(on, Roll.BEFORE)
    opens = instant(days.subtract(goes, 1), cadence.at, zone)
    # A month is named by the day it belongs to: the first may go on the last of the month before.
    covers = period_words(cadence, on if cadence.every == Every.MONTH else goes)
    return Due(instant(goes, cadence.at, zone), goes, f"{cadence.every}:{_period(cadence, on)}", opens, covers)


def _falls(cadence: Cadence, on: date) -> bool:
    match cadence.every:
        case Every.DAY:
            return True
        case Every.WEEK:
            return on.isoweekday() == cadence.day
        case Every.FORTNIGHT:
            return on.isoweekday() == cadence.day and _fortnight_week(on) == 0
        case Every.MONTH:
            return on.day == min(cadence.day, monthrange(on.year, on.month)[1])


def _fortnight_week(on: date) -> int:
    return (on - _MONDAY).days // 7 % 2


def _period(cadence: Cadence, on: date) -> str:
    match cadence.every:
        case Every.DAY:
            return on.isoformat()
        case Every.WEEK | Every.FORTNIGHT:
            year, week, _ = on.isocalendar()
            return f"{year}-W{week:02d}"
        case Every.MONTH:
            return f"{on:%Y-%m}"
