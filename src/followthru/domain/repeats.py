"""Work that comes back: simple rules such as `every mon` or `every 120 days after done`, and the next date. Pure.

Days of the week and of the month are fixed: a date on which the practice does not work is rolled back to its last
working day before (`rolled after`: on to the next, `not rolled`: nowhere), and the rule goes on from where it was.
Intervals (`every 2 weeks`) count from the date before. A window (`1 feb..30 apr`) comes once a year, dated by its end.
`RRULE:FREQ=…` is a rule in a calendar's words.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from enum import StrEnum
from itertools import count, islice
from typing import NamedTuple

from followthru.domain import rrules
from followthru.domain.workdays import WEEK, Roll, WorkCalendar
from followthru.errors import UsageError

_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ROLLS = {Roll.BEFORE: "", Roll.AFTER: " rolled after", Roll.NONE: " not rolled"}
NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_BACK = timedelta(days=31)
"""So long may a date be rolled on over days off."""
_FARTHEST = 1200
"""Dates looked at before a rule counts as having no further one that is worked: a hundred years of months."""


class Unit(StrEnum):
    """What an interval is counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Kind(StrEnum):
    """What sort of rule it is."""

    INTERVAL = "interval"
    WEEKDAYS = "weekdays"
    WORKING_DAY = "working day"
    MONTH_DAY = "day of the month"
    MONTH_WEEKDAY = "weekday of the month"
    MONTH_WORKING_DAY = "working day of the month"
    WINDOW = "window of the year"
    RRULE = "rule of a calendar"


ALWAYS_WORKED = frozenset((Kind.WORKING_DAY, Kind.MONTH_WORKING_DAY))


class CatchUp(StrEnum):
    """What becomes of dates that passed before the work was done: none, the last one, or each of them comes."""

    SKIP = "skip"
    ONE = "one"
    ALL = "all"


class Repeat(NamedTuple):
    """One rule. `times` and `unit` of an interval; `days` ISO weekdays, or the one day of the month (-1 the last), for
    an interval of months the day that it means where a month is long enough, or the month and day at which a window
    begins and ends; `nth` which one in the month (-1 the last); `after_done` counts from the day the work was done;
    `roll` says where a fixed date goes on which nobody works; `words` is a calendar's rule.
    """

    kind: Kind
    times: int = 1
    unit: Unit = Unit.DAY
    days: tuple[int, ...] = ()
    nth: int = 0
    after_done: bool = False
    roll: Roll = Roll.BEFORE
    words: str = ""

    def __str__(self) -> str:
        """Return the rule as it is stored, and typed after `every`."""
        return f"{self._said()}{ROLLS[self.roll]}"

    def _said(self) -> str:
        match self.kind:
            case Kind.INTERVAL:
                said = self.unit if self.times == 1 else f"{self.times} {self.unit}s"
                on = f" on {self.days[0]}" if self.days else ""
                return f"{said} after done" if self.after_done else f"{said}{on}"
            case Kind.WINDOW:
                month, day, last_month, last_day = self.days
                return f"{day} {MONTHS[month - 1]}..{last_day} {MONTHS[last_month - 1]}"
            case Kind.WEEKDAYS:
                return ",".join(_NAMES[day - 1] for day in self.days)
            case Kind.WORKING_DAY:
                return "working day"
            case Kind.MONTH_DAY:
                return "last day" if self.days == (-1,) else f"month on {self.days[0]}"
            case Kind.MONTH_WEEKDAY:
                return f"{_ordinal(self.nth)} {_NAMES[self.days[0] - 1]}"
            case Kind.MONTH_WORKING_DAY:
                return f"{_ordinal(self.nth)} working day"
            case Kind.RRULE:
                return self.words


def _ordinal(nth: int) -> str:
    return next(word for word, value in NTH.items() if value == nth)


def anchored(rule: Repeat, on: date) -> Repeat:
    """Return a monthly interval that begins late in a month as the day of the month it means, so that it never drifts.

    `every month` from the 31st is `month on 31`; in shorter months that is their last day. `every 3 months` from there
    is `3 months on 31`, `every year` from 29 February `year on 29`.
    """
    if rule.kind is Kind.RRULE:
        return rule._replace(words=rrules.anchored(rule.words, on))
    if rule.kind is Kind.INTERVAL and rule.unit in (Unit.MONTH, Unit.YEAR) and not rule.after_done and rule.days:
        return rule
    if rule.kind is Kind.INTERVAL and rule.unit is Unit.MONTH and rule.times == 1 and not rule.after_done:
        return Repeat(Kind.MONTH_DAY, unit=Unit.MONTH, days=(on.day,))
    if rule.kind is Kind.INTERVAL and rule.unit in (Unit.MONTH, Unit.YEAR) and not rule.after_done and on.day > 28:
        return rule._replace(days=(on.day,))
    return rule


def first(rule: Repeat, today: date, calendar: WorkCalendar) -> date:
    """Return the first date of a rule that is given without one: today or later. Raises UsageError."""
    if rule.kind is Kind.INTERVAL:
        return _later(rule, today, 1)
    rule = anchored(rule, today)
    return _next_fixed(rule, today - timedelta(days=1), calendar)


def following(
    rule: Repeat, on: date | None, done_on: date, calendar: WorkCalendar, catch_up: CatchUp = CatchUp.SKIP
) -> date:
    """Return the next date after `on`. Raises UsageError beyond the year 9999.

    `on` is the date of what was done on `done_on`; None where it had no date. Dates in between were missed: they are
    passed over, or `catch_up` has the last or the first of them come. What counts from the day it is done misses none.
    """
    if catch_up is not CatchUp.SKIP and on is not None and not rule.after_done:
        return _caught_up(rule, on, done_on, calendar, catch_up)
    if rule.kind is not Kind.INTERVAL:
        return _next_fixed(rule, max(on or done_on, done_on), calendar)
    if rule.after_done or on is None:
        return _later(rule, done_on, 1)
    times = 1
    while (found := _later(rule, on, times)) <= done_on:
        times += 1
    return found


def _caught_up(rule: Repeat, on: date, done_on: date, calendar: WorkCalendar, catch_up: CatchUp) -> date:
    """Return the first or the last date that was missed; where none was, the next."""
    found = following(rule, on, on, calendar)
    if catch_up is CatchUp.ONE:
        while (then := following(rule, found, found, calendar)) <= done_on:
            found = then
    return found


def series(rule: Repeat, on: date, until: date, calendar: WorkCalendar) -> Iterator[date]:
    """Yield the dates after `on` through `until`, each as if the one before were done on its day."""
    try:
        if rule.kind is Kind.INTERVAL:
            while (on := following(rule, on, on, calendar)) <= until:
                yield on
            return
        for day in _dates(rule, on, calendar):
            then = calendar.roll(day, rule.roll)
            if then > until:
                return
            if then > on:
                yield then
                on = then
    except (UsageError, OverflowError):  # there is no later date
        return


def window_start(rule: Repeat, on: date) -> date | None:
    """Return when the window begins that ends about `on`; None for any other rule."""
    if rule.kind is not Kind.WINDOW:
        return None
    month, day, last_month, last_day = rule.days
    ends = [_of_year(year, last_month, last_day) for year in range(max(on.year - 1, 1), min(on.year + 1, 9999) + 1)]
    end = min(ends, key=lambda each: abs((each - on).days))
    return _of_year(max(end.year - ((month, day) > (last_month, last_day)), 1), month, day)


def _of_year(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def later(rule: Repeat, on: date) -> date:
    """Return the date one interval after a day. Raises UsageError beyond the year 9999."""
    return _later(rule, on, 1)


def _later(rule: Repeat, on: date, times: int) -> date:
    """Return the date some intervals later; a day that a month does not have is its last."""
    try:
        if rule.unit in (Unit.DAY, Unit.WEEK):
            return on + timedelta(days=times * rule.times * (7 if rule.unit is Unit.WEEK else 1))
        months = times * rule.times * (12 if rule.unit is Unit.YEAR else 1)
        year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
        day = rule.days[0] if rule.days else on.day
        return on.replace(year=year, month=month + 1, day=min(day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        raise _beyond() from None


def _beyond() -> UsageError:
    return UsageError("The next date is outside the years 1 to 9999.", remedy="Take the rule off.")


def _next_fixed(rule: Repeat, after: date, calendar: WorkCalendar) -> date:
    """Return the first fixed date after a day, rolled to a working day that is still after it."""
    # Where the calendar ends there is no next one either.
    with suppress(OverflowError):
        for day in islice(_dates(rule, after, calendar), _FARTHEST):
            rolled = calendar.roll(day, rule.roll)
            if rolled > after:
                return rolled
    raise _beyond()


def _dates(rule: Repeat, after: date, calendar: WorkCalendar) -> Iterator[date]:
    """Yield the rule's dates, ascending, from so long before `after` that none is left out which is rolled on past it.

    Ends with the calendar, or raises OverflowError there.
    """
    if rule.kind is Kind.RRULE:
        yield from rrules.dates(rule.words, _before(after, _BACK))
    elif rule.kind is Kind.WORKING_DAY:
        days = (after + timedelta(days=ahead) for ahead in count())
        yield from (day for day in days if calendar.is_working(day))
    elif rule.kind is Kind.WEEKDAYS:
        start = _before(after, timedelta(days=WEEK))
        within = sorted((day - start.isoweekday()) % WEEK for day in rule.days)
        for week in count():
            yield from (start + timedelta(days=week * WEEK + ahead) for ahead in within)
    elif rule.kind is Kind.WINDOW:
        for year in range(max(after.year - 1, 1), 10000):
            yield _of_year(year, *rule.days[2:])
    else:
        for months in range(max(after.year * 12 + after.month - 2, 12), 10000 * 12):
            yield _in_month(rule, months // 12, months % 12 + 1, calendar)


def _before(day: date, span: timedelta) -> date:
    """Return the day so long before, or the first of the calendar."""
    return day - min(span, day - date.min)


def _in_month(rule: Repeat, year: int, month: int, calendar: WorkCalendar) -> date:
    length = monthrange(year, month)[1]
    if rule.kind is Kind.MONTH_DAY:
        return date(year, month, length if rule.days[0] == -1 else min(rule.days[0], length))
    start, end = date(year, month, 1), date(year, month, length)
    if rule.kind is Kind.MONTH_WORKING_DAY:
        # Days that are worked are counted here, be it for half a day; a calendar adds up whole ones.
        if rule.nth < 0:
            return calendar.roll(end, Roll.BEFORE)
        day = calendar.roll(start, Roll.AFTER)
        for _ in range(rule.nth - 1):
            day = calendar.roll(day + timedelta(days=1), Roll.AFTER)
        return day
    if rule.nth < 0:
        return end - timedelta(days=(end.isoweekday() - rule.days[0]) % 7)
    return start + timedelta(days=(rule.days[0] - start.isoweekday()) % 7 + 7 * (rule.nth - 1))
