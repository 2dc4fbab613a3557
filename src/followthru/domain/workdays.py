"""Working days: which days a practice works, and counting in them.

A calendar is weekdays less single days off (public holidays, closures, seasons). A day may be half a working day;
two of them count as one. Days are civil dates; spans are half open, `(after, through]`, so that adjoining spans
add up to within half a day.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple, Self

from followthru.errors import UsageError

WEEK = 7


class Roll(StrEnum):
    """Where a date goes that falls on a closed day: to the working day before, after, or nowhere."""

    NONE = "none"
    BEFORE = "before"
    AFTER = "after"


class _Days(NamedTuple):
    weekdays: frozenset[int]
    off: frozenset[date]
    half_weekdays: frozenset[int]
    half: frozenset[date]


class WorkCalendar(_Days):
    """The days on which a practice works.

    `weekdays` are ISO weekdays (1 Monday to 7 Sunday), `off` the dates on which nobody works although
    their weekday says so. Of the others, those in `half_weekdays` or `half` are half a working day. Raises
    UsageError if no weekday works or a weekday is not 1 to 7.
    """

    __slots__ = ()

    def __new__(
        cls,
        weekdays: frozenset[int],
        off: frozenset[date] = frozenset(),
        half_weekdays: frozenset[int] = frozenset(),
        half: frozenset[date] = frozenset(),
    ) -> Self:
        """Make a calendar of weekdays, days off and half days."""
        if not weekdays or not weekdays <= frozenset(range(1, WEEK + 1)):
            raise UsageError(
                "A practice works on at least one weekday, numbered 1 (Monday) to 7 (Sunday).",
                remedy="Name its working days, for instance 12345.",
            )
        return super().__new__(cls, weekdays, off, half_weekdays & weekdays, half)

    def closed_on(self, days: Iterable[date], half: Iterable[date] = ()) -> WorkCalendar:
        """Return the calendar with more days off, and more half days."""
        return self.__class__(self.weekdays, self.off.union(days), self.half_weekdays, self.half.union(half))

    def is_working(self, day: date) -> bool:
        """Return whether the practice works on this day, be it half of it."""
        return day.isoweekday() in self.weekdays and day not in self.off

    def halves(self, day: date) -> int:
        """Return how many halves of this day are worked: 0, 1 or 2."""
        weekday = day.isoweekday()
        if weekday not in self.weekdays or day in self.off:
            return 0
        return 1 if weekday in self.half_weekdays or day in self.half else 2

    def working_days_between(self, after: date, through: date) -> int:
        """Return the number of whole working days in (after, through]; negative if the days are reversed."""
        if through < after:
            return -self.working_days_between(through, after)
        return self.halves_between(after, through) // 2

    def halves_between(self, after: date, through: date) -> int:
        """Return the number of half working days in (after, through]. `through` is not before `after`."""
        weeks, rest = divmod((through - after).days, WEEK)
        first, week = after.isoweekday(), _week(self.weekdays, self.half_weekdays)
        extra = sum(week[(first + step) % WEEK] for step in range(rest))
        days, lost = _exceptions(self)
        if days:
            extra -= lost[bisect_right(days, through)] - lost[bisect_right(days, after)]
        return weeks * sum(week) + extra

    def add(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day` (before it if negative); `day` itself for 0.

        With half days it is the first on which that many whole days have been worked. Raises UsageError if that lies
        outside the years 1 to 9999.
        """
        return self._walk(day, 2 * abs(count), 1 if count >= 0 else -1)

    def subtract(self, day: date, count: int) -> date:
        """Return the `count`-th working day before `day`; `day` itself for 0. Raises as `add` does."""
        return self.add(day, -count)

    def latest_working_day_leaving(self, promise: date, count: int) -> date:
        """Return the latest working day with `count` working days in (it, promise]; for 0 the promise.

        Raises UsageError for a negative count or a day outside the years 1 to 9999.
        """
        if count < 0:
            raise UsageError(f"A buffer cannot be {count} days.", remedy="Use 0 or more working days.")
        if count == 0:
            return promise
        # A promise on a day off is not itself one of the working days left.
        return self._walk(self._walk(promise, 2 * count - self.halves(promise), -1), 1, -1)

    def roll(self, day: date, to: Roll) -> date:
        """Return the day itself if it is worked, else the nearest working day on the side that is wanted."""
        if to is Roll.NONE or self.is_working(day):
            return day
        return self._walk(day, 1, 1 if to is Roll.AFTER else -1)

    def _walk(self, day: date, halves: int, direction: int) -> date:
        """Return the first day after `day` (before it if -1) by which so many halves have been worked.

        Raises UsageError if that lies outside the years 1 to 9999.
        """
        left, reached = halves, day
        week = sum(_week(self.weekdays, self.half_weekdays))
        try:
            while left > 0:
                # Whole weeks hold fewer halves than are left, so they never pass the day that is wanted.
                if weeks := (left - 1) // week:
                    there = reached + timedelta(days=direction * weeks * WEEK)
                    left -= self._worked(reached, there)
                    reached = there
                else:
                    reached += timedelta(days=direction)
                    left -= self.halves(reached)
        except OverflowError:
            raise UsageError(
                f"{(halves + 1) // 2} working days from {day.isoformat()} is outside the years 1 to 9999.",
                remedy="Use fewer days.",
            ) from None
        return reached

    def _worked(self, day: date, there: date) -> int:
        """Return the halves in (day, there], or in [there, day) when going back."""
        if there > day:
            return self.halves_between(day, there)
        # [there, day) is (there, day] with `there` counted and `day` not.
        return self.halves_between(there, day) + self.halves(there) - self.halves(day)


@lru_cache(maxsize=64)
def _week(weekdays: frozenset[int], half: frozenset[int]) -> tuple[int, ...]:
    """Return the halves worked on each day of a week, from Monday."""
    return tuple(0 if day not in weekdays else 1 if day in half else 2 for day in range(1, WEEK + 1))


@lru_cache(maxsize=64)
def _exceptions(calendar: WorkCalendar) -> tuple[list[date], list[int]]:
    """Return the days that differ from their weekday in order, and how many halves are lost before each and in all."""
    week = _week(calendar.weekdays, calendar.half_weekdays)
    days = [day for day in sorted(calendar.off | calendar.half) if calendar.halves(day) < week[day.weekday()]]
    lost = (week[day.weekday()] - calendar.halves(day) for day in days)
    return days, [0, *accumulate(lost)]


MONDAY_TO_FRIDAY = WorkCalendar(frozenset({1, 2, 3, 4, 5}))


def parse_weekdays(text: str) -> frozenset[int]:
    """Read ISO weekday digits such as `12345`, or `12345h` with half a Friday.

    Raises UsageError for anything else or for none.
    """
    if not re.fullmatch(r"([1-7]h?)+", text):
        raise UsageError(
            f"“{text}” does not name working days.",
            remedy="Use digits from 1 (Monday) to 7 (Sunday), for instance 12345; an h after one makes it half a day.",
        )
    return frozenset(int(digit) for digit in text if digit != "h")


def parse_half_weekdays(text: str) -> frozenset[int]:
    """Return those weekdays of `12345h` that are half days."""
    return frozenset(int(digit) for digit in re.findall(r"([1-7])h", text))


def weekdays_text(weekdays: Iterable[int], half: Iterable[int] = ()) -> str:
    """Return weekdays as they are stored and typed."""
    halved = frozenset(half)
    return "".join(f"{day}{'h' if day in halved else ''}" for day in sorted(frozenset(weekdays)))
