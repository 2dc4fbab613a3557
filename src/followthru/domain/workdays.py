"""Working days: which days a practice works, and counting in them.

A calendar is weekdays less single days off (public holidays and closures). Days are civil dates; spans
are half open, `(after, through]`, so that adjoining spans add up.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple, Self

from followthru.errors import UsageError

WEEK = 7


class _Days(NamedTuple):
    weekdays: frozenset[int]
    off: frozenset[date]


class WorkCalendar(_Days):
    """The days on which a practice works.

    `weekdays` are ISO weekdays (1 Monday to 7 Sunday), `off` the dates on which nobody works although
    their weekday says so. Raises UsageError if no weekday works or a weekday is not 1 to 7.
    """

    __slots__ = ()

    def __new__(cls, weekdays: frozenset[int], off: frozenset[date] = frozenset()) -> Self:
        """Make a calendar of weekdays and days off."""
        if not weekdays or not weekdays <= frozenset(range(1, WEEK + 1)):
            raise UsageError(
                "A practice works on at least one weekday, numbered 1 (Monday) to 7 (Sunday).",
                remedy="Name its working days, for instance 12345.",
            )
        return super().__new__(cls, weekdays, off)

    def is_working(self, day: date) -> bool:
        """Return whether the practice works on this day."""
        return day.isoweekday() in self.weekdays and day not in self.off

    def working_days_between(self, after: date, through: date) -> int:
        """Return the number of working days in (after, through]; negative if the days are reversed."""
        if through < after:
            return -self.working_days_between(through, after)
        weeks, rest = divmod((through - after).days, WEEK)
        first = after.isoweekday()
        extra = sum((first + step - 1) % WEEK + 1 in self.weekdays for step in range(1, rest + 1))
        off = sum(after < day <= through and day.isoweekday() in self.weekdays for day in self.off)
        return weeks * len(self.weekdays) + extra - off

    def add(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day` (before it if negative); `day` itself for 0.

        Raises UsageError if that lies outside the years 1 to 9999.
        """
        direction = 1 if count >= 0 else -1
        wanted, reached, left = abs(count), day, abs(count)
        try:
            # Each jump counts weekdays only, so it falls short by the days off that it passed.
            while left:
                reached = self._jump(reached, left, direction)
                left = wanted - self._worked(day, reached, direction)
        except OverflowError:
            raise UsageError(
                f"{wanted} working days from {day.isoformat()} is outside the years 1 to 9999.",
                remedy="Use fewer days.",
            ) from None
        return reached

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
        return self.subtract(promise, count if self.is_working(promise) else count + 1)

    def _jump(self, day: date, count: int, direction: int) -> date:
        """Return the `count`-th day after (or before) `day` whose weekday works, days off ignored."""
        weeks, rest = divmod(count - 1, len(self.weekdays))
        reached = day + timedelta(days=direction * weeks * WEEK)
        for _ in range(rest + 1):
            reached += timedelta(days=direction)
            while reached.isoweekday() not in self.weekdays:
                reached += timedelta(days=direction)
        return reached

    def _worked(self, day: date, reached: date, direction: int) -> int:
        """Return the working days in (day, reached], or in [reached, day) when going back."""
        if direction > 0:
            return self.working_days_between(day, reached)
        # [reached, day) is (reached, day] with `reached` counted and `day` not.
        return self.working_days_between(reached, day) + self.is_working(reached) - self.is_working(day)


MONDAY_TO_FRIDAY = WorkCalendar(frozenset({1, 2, 3, 4, 5}))


def parse_weekdays(text: str) -> frozenset[int]:
    """Read ISO weekday digits such as `12345`. Raises UsageError for anything else or for none."""
    if not text or not set(text) <= set("1234567"):
        raise UsageError(
            f"{text!r} does not name working days.",
            remedy="Use digits from 1 (Monday) to 7 (Sunday), for instance 12345.",
        )
    return frozenset(int(digit) for digit in text)
