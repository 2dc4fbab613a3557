"""A calendar for the golden year that is dumb on purpose: it looks at one day after the other and shares no code with
the program. Public holidays are found as the law words them, not taken from a library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
FAR = 900
"""Days that are looked at before a rule counts as having no further date."""


def is_nth(day: date, nth: int, weekday: int) -> bool:
    """Whether a day is the nth such weekday of its month; -1 is the last."""
    if day.weekday() != weekday:
        return False
    return (day + 7 * ONE_DAY).month != day.month if nth == -1 else (day.day + 6) // 7 == nth


def _on(month: int, number: int) -> Callable[[date], bool]:
    return lambda day: (day.month, day.day) == (month, number)


def _nth(month: int, nth: int, weekday: int) -> Callable[[date], bool]:
    return lambda day: day.month == month and is_nth(day, nth, weekday)


def _after_thanksgiving(day: date) -> bool:
    return day.month == 11 and is_nth(day - ONE_DAY, 4, THU)


def _election(day: date) -> bool:
    """The Tuesday after the first Monday of November, in even years."""
    return day.year % 2 == 0 and day.month == 11 and is_nth(day - ONE_DAY, 1, MON)


NEW_YEAR, JUNETEENTH, JULY_4 = _on(1, 1), _on(6, 19), _on(7, 4)
LINCOLN, VETERANS, CHRISTMAS = _on(2, 12), _on(11, 11), _on(12, 25)
KING, PRESIDENTS, PULASKI = _nth(1, 3, MON), _nth(2, 3, MON), _nth(3, 1, MON)
MEMORIAL, LABOR, COLUMBUS, THANKSGIVING = _nth(5, -1, MON), _nth(9, 1, MON), _nth(10, 2, MON), _nth(11, 4, THU)
CHAVEZ, ANTHONY = _on(3, 31), _on(2, 15)
_DIWALI = {date(2026, 11, 8), date(2027, 10, 29), date(2028, 10, 17), date(2029, 11, 5)}

Named = Callable[[date], bool]
ILLINOIS: tuple[Named, ...] = (
    NEW_YEAR, KING, LINCOLN, PRESIDENTS, PULASKI, MEMORIAL, JUNETEENTH, JULY_4, LABOR, COLUMBUS, _election,
    VETERANS, THANKSGIVING, CHRISTMAS,
)  # fmt: skip
CALIFORNIA: tuple[Named, ...] = (
    NEW_YEAR, KING, ANTHONY, PRESIDENTS, CHAVEZ, MEMORIAL, JUNETEENTH, JULY_4, LABOR, _DIWALI.__contains__,
    VETERANS, THANKSGIVING, _after_thanksgiving, CHRISTMAS,
)  # fmt: skip
_OBSERVED = (NEW_YEAR, JUNETEENTH, JULY_4, VETERANS, CHRISTMAS, LINCOLN)
"""Those that are kept on the Friday before when on a Saturday, on the Monday after when on a Sunday."""
_MONDAY_AFTER = (*_OBSERVED, CHAVEZ)
"""California keeps this one on the Monday after, and never on a Friday before."""


@dataclass(frozen=True, eq=False)
class Days:
    """On which days a practice works.

    `halves` of a weekday, from Monday, are 0, 1 or 2; `half` are days of which half is closed.
    """

    halves: tuple[int, ...]
    holidays: tuple[Named, ...]
    closed: frozenset[date] = frozenset()
    half: frozenset[date] = frozenset()
    every_year: frozenset[tuple[int, int]] = frozenset()

    def work(self, day: date) -> int:
        """Return how many halves of a day are worked."""
        if self._holiday(day) or day in self.closed or (day.month, day.day) in self.every_year:
            return 0
        whole = self.halves[day.weekday()]
        return min(whole, 1) if day in self.half else whole

    def _holiday(self, day: date) -> bool:
        if any(named(day) for named in self.holidays):
            return True
        kept = {FRI: (_OBSERVED, ONE_DAY), MON: (_MONDAY_AFTER, -ONE_DAY)}
        moved, away = kept.get(day.weekday(), ((), ONE_DAY))
        return any(named(day + away) for named in self.holidays if named in moved)

    def before(self, day: date) -> date:
        """Return the day, or the last worked one before it."""
        while not self.work(day):
            day -= ONE_DAY
        return day

    def after(self, day: date) -> date:
        """Return the day, or the first worked one after it."""
        while not self.work(day):
            day += ONE_DAY
        return day

    def leaving(self, day: date, count: int) -> date:
        """Return the latest worked day that leaves so many whole working days in (it, day]; the day itself for 0."""
        if count == 0:
            return day
        halves, there = 0, day
        while halves < 2 * count or not self.work(there):
            halves += self.work(there)
            there -= ONE_DAY
        return there

    def whole_days(self, after: date, through: date) -> int:
        """Return the whole working days in (after, through]."""
        halves, day = 0, after
        while day < through:
            day += ONE_DAY
            halves += self.work(day)
        return halves // 2


Hits = Callable[[date, Days, date], bool]


def _by_day(hits: Named) -> Hits:
    return lambda day, days, began: hits(day)


NEVER = _by_day(lambda day: False)


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule, in the words in which it is typed and as a question about a single day.

    `hits` answers for a day, the practice's days and the date the series began with; `roll` says where a hit on a
    closed day goes; `after_done` are days from one finish to the next date.
    """

    words: str
    hits: Hits = NEVER
    roll: str = "none"
    after_done: int = 0
    window: tuple[tuple[int, int], tuple[int, int]] | None = None

    def lands(self, day: date, days: Days) -> date:
        """Return where a hit on this day lands."""
        if self.roll == "none":
            return day
        return days.before(day) if self.roll == "before" else days.after(day)

    def dates(self, days: Days, began: date, after: date) -> Iterator[tuple[date, date]]:
        """Yield where hits land after a day, each with the day that was hit, in order."""
        seen = after
        for step in range(-40, FAR):
            day = after + step * ONE_DAY
            if self.hits(day, days, began):
                landed = self.lands(day, days)
                if landed > seen:
                    seen = landed
                    yield landed, day

    def next(self, days: Days, began: date, on: date, done: date, missed: str = "skip") -> tuple[date, date]:
        """Return the date after `on` for what was done on a day, and the day that was hit."""
        if self.after_done:
            then = done + self.after_done * ONE_DAY
            return then, then
        coming = [pair for pair in self.dates(days, began, on) if pair[0] <= done]
        if missed == "all" and coming:
            return coming[0]
        if missed == "one" and coming:
            return coming[-1]
        return next(self.dates(days, began, max(on, done)))

    def starts(self, on: date) -> date | None:
        """Return on which day the window opens whose date is `on`: the last such day before it."""
        if self.window is None:
            return None
        (month, number), _ = self.window
        day = on
        while (day.month, day.day) != (month, number):
            day -= ONE_DAY
        return day


def _last_of_month(day: date) -> bool:
    return (day + ONE_DAY).month != day.month


def _day_of_month(day: date, number: int) -> bool:
    """Whether it is this day of the month, or the last one of a month that has no such day."""
    return day.day == number or (day.day < number and _last_of_month(day))


def weekly(weekday: int, words: str, roll: str = "before") -> Rule:
    """On a day of every week."""
    return Rule(words, _by_day(lambda day: day.weekday() == weekday), roll)


def monthly(number: int, words: str, roll: str = "before") -> Rule:
    """On a day of every month; 31 is the last of each."""
    return Rule(words, _by_day(lambda day: _day_of_month(day, number)), roll)


def nth(number: int, weekday: int, words: str, roll: str = "before") -> Rule:
    """On the nth weekday of every month."""
    return Rule(words, _by_day(lambda day: is_nth(day, number, weekday)), roll)


def _first_worked(day: date, days: Days, _: date) -> bool:
    earlier = (day - step * ONE_DAY for step in range(1, day.day))
    return bool(days.work(day)) and not any(days.work(other) for other in earlier)


def _last_worked(day: date, days: Days, _: date) -> bool:
    later = [day + step * ONE_DAY for step in range(1, 31)]
    return bool(days.work(day)) and not any(days.work(other) for other in later if other.month == day.month)


FIRST_WORKING_DAY = Rule("first working day", _first_worked)
LAST_WORKING_DAY = Rule("last working day", _last_worked)


def every_days(count: int, words: str) -> Rule:
    """Every so many days from the first."""
    return Rule(words, lambda day, _, began: (day - began).days % count == 0)


def every_months(count: int, words: str) -> Rule:
    """Every so many months from the first, on its day of the month."""

    def hits(day: date, _: Days, began: date) -> bool:
        months = (day.year - began.year) * 12 + day.month - began.month
        return months % count == 0 and _day_of_month(day, began.day)

    return Rule(words, hits)


def after_done(count: int, words: str) -> Rule:
    """So many days after it was done."""
    return Rule(words, after_done=count)


def window(first: tuple[int, int], last: tuple[int, int], words: str) -> Rule:
    """Once a year between two days of it, each as month and day."""
    return Rule(words, _by_day(lambda day: (day.month, day.day) == last), "before", window=(first, last))
