"""Date words as people type them: `fri`, `next fri`, `in 3 days`, `15 jan`, `15/1`, `eom`, `2027-01-15 3pm`.

Everything is read against a given today; nothing here knows the clock. A date is never rolled
off a weekend and never moved: notes say what a reader should know about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from followthru.domain.workdays import MONDAY_TO_FRIDAY
from followthru.errors import UsageError

PUNCTUATION = ".,;:!?"
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""The days of each month in a leap year, from January."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

MONTH_BY_NAME = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june",
            "jul july", "aug august", "sep sept september", "oct october", "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAY_BY_NAME = {
    name: number
    for number, names in enumerate(
        (
            "mon monday", "tue tues tuesday", "wed weds wednesday", "thu thur thurs thursday",
            "fri friday", "sat saturday", "sun sunday",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ENDS_OF_MONTH = (("eom",), ("end", "of", "month"), ("end", "of", "the", "month"))
_UNITS = {"day": 1, "days": 1, "week": 7, "weeks": 7}


class DateOrder(StrEnum):
    """How `3/4` is read: the third of April, or March the fourth."""

    DMY = "dmy"
    MDY = "mdy"


class DateWord(NamedTuple):
    """A date that was read. `start` and `end` are its characters in the given text."""

    on: date
    at: time | None
    start: int
    end: int
    notes: tuple[str, ...]


class DateMatch(NamedTuple):
    """A date found among words. `stop` is the index after its last word.

    `on` is None when the words have the shape of a date that does not exist; `problem` then
    says why. `notes` tell how it was read where there was a choice.
    """

    on: date | None
    at: time | None
    stop: int
    notes: tuple[str, ...] = ()
    problem: str = ""


class ClockMatch(NamedTuple):
    """A clock time found among words; `at` is None when there is no such time."""

    at: time | None
    stop: int
    said: str


def read_date(
    text: str, today: date, order: DateOrder, weekdays: frozenset[int] = MONDAY_TO_FRIDAY.weekdays
) -> DateWord:
    """Read `text` as one date with an optional clock time.

    `weekdays` are the ISO weekdays worked, for the weekend note. Raises UsageError naming what
    is not understood or does not exist.
    """
    words = text.split()
    found = match_date(words, 0, today, order) if words else None
    said = "".join(char for char in " ".join(words) if char.isprintable())
    if found is None or found.stop != len(words):
        raise UsageError(
            f"“{said}” is not a date.",
            remedy="Write a date such as fri, in 3 days, 15 jan, eom or 2027-01-15.",
        )
    if found.on is None:
        raise UsageError(f"“{said}” is not possible: {found.problem}.")
    start = len(text) - len(text.lstrip())
    notes = found.notes + (past_notes(found.on, today) or rest_day_notes(found.on, today, weekdays))
    return DateWord(found.on, found.at, start, len(text.rstrip()), notes)


def read_past(text: str, today: date, order: DateOrder) -> date:
    """Read when something was: `31 oct`, `fri` and `the 15th` are the last ones up to today; also `yesterday`.

    What names a year, and what counts from today, is as `read_date` reads it, to come or not. Raises UsageError.
    """
    words = text.split()
    if _key(words, 0) == "yesterday" and len(words) == 1:
        return today - timedelta(days=1)
    if _relative(words, 0, _key(words, 0), today) is None:
        # The next one from so far back is the last one up to today, where there was one since: a weekday, the 15th, the
        # 31st over a short month, a day of the year, a leap day, and one across a century that skips it.
        for back in (7, 31, 62, 366, 1461, 2922):
            try:
                found = read_date(text, today - timedelta(days=back), order).on
            except UsageError:
                if back >= 366:
                    raise
                # Next year's `fri 30 oct` may be no Friday.
                continue
            if found <= today:
                return found
    return read_date(text, today, order).on


def shift_days(text: str) -> int | None:
    """Return the calendar days of a shift such as `+7d` or `+7`, or None for anything else."""
    body = text.strip().casefold()
    if not body.startswith("+"):
        return None
    return number(body[1:].removesuffix("d"), 4)


def match_date(words: Sequence[str], i: int, today: date, order: DateOrder, *, clock: bool = True) -> DateMatch | None:
    """Return the longest date that begins at word `i`, or None if none begins there.

    With `clock`, a time may stand after the date (`fri 3pm`, `fri at noon`) or before it
    (`3pm on fri`). Punctuation at a word's end is passed over. What matches depends on the
    words alone; `today` and `order` only decide which day is meant.
    """
    found = _match_day(words, i, today, order)
    if not clock:
        return found
    if found is not None:
        after = match_time(words, found.stop)
        return found if after is None else _with_clock(found, after, after.stop)
    before = match_time(words, i)
    if before is None:
        return None
    found = _match_day(words, before.stop + (_key(words, before.stop) == "on"), today, order)
    return None if found is None else _with_clock(found, before, found.stop)


def match_time(words: Sequence[str], i: int) -> ClockMatch | None:
    """Return the clock time at word `i` (`3pm`, `3:30 pm`, `14:00`, `noon`, with or without `at`), or None."""
    begin = i + (_key(words, i) == "at")
    key = _key(words, begin)
    if key == "noon":
        return ClockMatch(time(12), begin + 1, key)
    half, body, stop = key[-2:], key[:-2], begin + 1
    if half not in ("am", "pm"):
        half, body = _key(words, begin + 1).replace(".", ""), key
        if half in ("am", "pm"):
            stop += 1
        else:
            half = ""
    hours, colon, minutes = body.partition(":")
    if not (colon or half) or (colon and len(minutes) != 2):
        return None
    hour, minute = number(hours, 2), number(minutes, 2) if colon else 0
    if hour is None or minute is None:
        return None
    return ClockMatch(_clock(hour, minute, half), stop, f"{body}{half}")


def past_notes(on: date, today: date) -> tuple[str, ...]:
    """Return the warning that `on` has gone by, if it has."""
    return (f"{_said(on)} {on.year:04} is in the past",) if on < today else ()


def rest_day_notes(on: date, today: date, weekdays: frozenset[int]) -> tuple[str, ...]:
    """Return the note that nobody works on `on` (ISO weekdays worked in `weekdays`), if so."""
    weekday = on.isoweekday()
    if weekday in weekdays:
        return ()
    what = "a weekend" if weekday > 5 else "not a working day"
    return (f"{_WEEKDAYS[weekday - 1]} {_said(on, today)} is {what}",)


def number(text: str, digits: int) -> int | None:
    """Return `text` as a whole number of at most `digits` ASCII digits, or None."""
    if len(text) > digits or not (text.isascii() and text.isdigit()):
        return None
    return int(text)


def _key(words: Sequence[str], i: int) -> str:
    return words[i].casefold().rstrip(PUNCTUATION) if i < len(words) else ""


def _said(on: date, today: date | None = None) -> str:
    year = f" {on.year}" if today is not None and today.year != on.year else ""
    return f"{on.day} {_MONTHS[on.month - 1]}{year}"


def _clock(hour: int, minute: int, half: str) -> time | None:
    if minute > 59 or (half and not 1 <= hour <= 12) or hour > 23:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute)


def _with_clock(day: DateMatch, clock: ClockMatch, stop: int) -> DateMatch:
    if clock.at is None:
        return DateMatch(None, None, stop, (), day.problem or f"there is no time {clock.said}")
    return day._replace(at=clock.at, stop=stop)


def _match_day(words: Sequence[str], i: int, today: date, order: DateOrder) -> DateMatch | None:
    key = _key(words, i)
    if not key:
        return None
    if key in WEEKDAY_BY_NAME:
        return _weekday(words, i, today, order)
    return _relative(words, i, key, today) or _calendar_date(words, i, today, order)


def _relative(words: Sequence[str], i: int, key: str, today: date) -> DateMatch | None:
    if key in ("today", "tomorrow"):
        return _days_from(today, 0 if key == "today" else 1, i + 1)
    if key == "next":
        weekday = WEEKDAY_BY_NAME.get(_key(words, i + 1))
        if weekday is None:
            return None
        return _days_from(today, 7 - today.isoweekday() + weekday, i + 2)
    if key == "in":
        return _in_some_days(words, i, today)
    for end in _ENDS_OF_MONTH:
        if tuple(_key(words, i + k) for k in range(len(end))) == end:
            return DateMatch(_month_end(today), None, i + len(end))
    return None


def _in_some_days(words: Sequence[str], i: int, today: date) -> DateMatch | None:
    count = 1 if _key(words, i + 1) == "a" else number(_key(words, i + 1), 9)
    unit = _UNITS.get(_key(words, i + 2))
    return None if count is None or unit is None else _days_from(today, count * unit, i + 3)


def _days_from(today: date, days: int, stop: int) -> DateMatch:
    try:
        return DateMatch(today + timedelta(days=days), None, stop)
    except OverflowError:
        return DateMatch(None, None, stop, (), "it is beyond the calendar")


def _month_end(today: date) -> date:
    for day in (31, 30, 29):
        try:
            return today.replace(day=day)
        except ValueError:
            continue
    return today.replace(day=28)


def _weekday(words: Sequence[str], i: int, today: date, order: DateOrder) -> DateMatch:
    weekday = WEEKDAY_BY_NAME[_key(words, i)]
    dated = _calendar_date(words, i + 1, today, order)
    if dated is None:
        return _days_from(today, (weekday - today.isoweekday() - 1) % 7 + 1, i + 1)
    if dated.on is not None and dated.on.isoweekday() != weekday:
        there = _WEEKDAYS[dated.on.isoweekday() - 1]
        why = f"{_said(dated.on)} {dated.on.year} is a {there}, not a {_WEEKDAYS[weekday - 1]}"
        return DateMatch(None, None, dated.stop, (), why)
    return dated


def _calendar_date(words: Sequence[str], i: int, today: date, order: DateOrder) -> DateMatch | None:
    """Match dates that name a day: ISO, slashed, with a month's name, or `the 15th`."""
    key = _key(words, i)
    if not key:
        return None
    if "-" in key or "/" in key:
        return _numeric(key, i + 1, today, order)
    month = MONTH_BY_NAME.get(key)
    if month is not None:
        day = _day_number(_key(words, i + 1))
        return None if day is None else _with_year(words, i + 2, day[0], month, today)
    at = i + (key == "the")
    day = _day_number(_key(words, at))
    if day is None:
        return None
    month_at = at + 1 + (_key(words, at + 1) == "of")
    month = MONTH_BY_NAME.get(_key(words, month_at))
    if month is not None:
        return _with_year(words, month_at + 1, day[0], month, today)
    return _day_of_month(day[0], at + 1, today) if day[1] else None


def _day_number(key: str) -> tuple[int, bool] | None:
    """Return a day's number and whether it was written as an ordinal (`15th`)."""
    ordinal = key[-2:] in ("st", "nd", "rd", "th")
    day = number(key[:-2] if ordinal else key, 2)
    return None if day is None else (day, ordinal)


def _with_year(words: Sequence[str], i: int, day: int, month: int, today: date) -> DateMatch:
    key = _key(words, i)
    year = number(key, 4) if len(key) == 4 else None
    return _exact(day, month, year, today, i + (year is not None))


def _exact(day: int, month: int, year: int | None, today: date, stop: int) -> DateMatch:
    """Return the date, without a year its next occurrence (today included)."""
    if not 1 <= month <= 12:
        return DateMatch(None, None, stop, (), f"there is no month {month}")
    no_such_day = DateMatch(None, None, stop, (), f"there is no {day} {_MONTHS[month - 1]}")
    if not 1 <= day <= LONGEST_MONTHS[month - 1]:
        return no_such_day
    # A leap day comes again within eight years, even across a century that skips one.
    for candidate in range(today.year, today.year + 9) if year is None else (year,):
        try:
            on = date(candidate, month, day)
        except ValueError:
            continue
        if year is not None or on >= today:
            leap = year is None and (day, month) == (29, 2)
            return DateMatch(on, None, stop, (f"29 Feb comes next in {on.year}",) if leap else ())
    return no_such_day if year is None else no_such_day._replace(problem=f"{no_such_day.problem} {year:04}")


def _day_of_month(day: int, stop: int, today: date) -> DateMatch:
    """Return the next month's day of that number, today included; short months are passed over."""
    if not 1 <= day <= 31:
        return DateMatch(None, None, stop, (), f"no month has a day {day}")
    for ahead in range(3):
        years, month = divmod(today.month - 1 + ahead, 12)
        try:
            on = date(today.year + years, month + 1, day)
        except ValueError:
            continue
        if on >= today:
            return DateMatch(on, None, stop)
    return DateMatch(None, None, stop, (), "it is beyond the calendar")


def _numeric(key: str, stop: int, today: date, order: DateOrder) -> DateMatch | None:
    """Match `2027-01-15`, `2027/1/15`, `15/1`, `15/1/2027` and `15/1/27`."""
    mark = "-" if "-" in key else "/"
    parts = key.split(mark)
    numbers = [number(part, 4) for part in parts]
    values = [value for value in numbers if value is not None]
    if len(values) != len(parts) or len(values) not in (2, 3):
        return None
    short = [len(part) <= 2 for part in parts]
    if len(values) == 3 and len(parts[0]) == 4 and all(short[1:]):
        return _exact(values[2], values[1], values[0], today, stop)
    if mark == "-" or not all(short[:2]) or len(parts[-1]) not in (1, 2, 4):
        return None
    if len(values) == 3 and len(parts[2]) == 1:
        return None
    return _slashed(key, values, today, order, stop)


def _slashed(key: str, values: list[int], today: date, order: DateOrder, stop: int) -> DateMatch:
    first, second = values[:2]
    year = values[2] if len(values) == 3 else None
    short_year = year is not None and len(key.rpartition("/")[2]) == 2
    if short_year and year is not None:
        year += 2000
    day_first = order is DateOrder.DMY
    # 1/15 has one possible reading whatever the order; 3/4 has two, and the order decides.
    if (second if day_first else first) > 12 and (first if day_first else second) <= 12:
        day_first = not day_first
    day, month = (first, second) if day_first else (second, first)
    found = _exact(day, month, year, today, stop)
    two_readings = first != second and first <= 12 and second <= 12
    swapped = day_first is not (order is DateOrder.DMY)
    if found.on is None or not (two_readings or swapped or short_year):
        return found
    said = f"{_said(found.on)} {found.on.year}" if short_year else _said(found.on, today)
    return found._replace(notes=(f"{key} read as {said}", *found.notes))
