"""The working days that a promise was counted in, as they stood when it was told. Pure.

They are kept with the telling, as text: the span that counts, the weekdays worked, the days off in it, and half days
behind a `~`. So a holiday that is found out later neither moves a target nor changes a task's health by itself.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from followthru.domain.saying import day_words
from followthru.domain.workdays import WorkCalendar, parse_half_weekdays, parse_weekdays, weekdays_text
from followthru.errors import UsageError


class _Frozen(NamedTuple):
    first: date
    last: date
    week: str
    off: frozenset[date]
    half: frozenset[date]


def freeze(calendar: WorkCalendar, first: date, last: date) -> str:
    """Return the working days from `first` through `last`: `2026-12-21..2026-12-31 12345 2026-12-25 ~2026-12-24`."""
    week = weekdays_text(calendar.weekdays, calendar.half_weekdays)
    off = [day.isoformat() for day in sorted(calendar.off) if first <= day <= last]
    half = [f"~{day.isoformat()}" for day in sorted(calendar.half) if first <= day <= last]
    return " ".join((f"{first.isoformat()}..{last.isoformat()}", week, *off, *half))


def thaw(text: str, now: WorkCalendar) -> WorkCalendar:
    """Return the calendar that was frozen; outside of its span the days off are those of today's."""
    was = _read(text)
    off = was.off.union(day for day in now.off if not was.first <= day <= was.last)
    half = was.half.union(day for day in now.half if not was.first <= day <= was.last)
    return WorkCalendar(parse_weekdays(was.week), off, parse_half_weekdays(was.week), half)


def changed_since(text: str, now: WorkCalendar) -> list[date]:
    """Return the days of the span that are worked more or less by now than they were."""
    was, then = _read(text), thaw(text, now)
    days = (was.first + timedelta(days=step) for step in range((was.last - was.first).days + 1))
    return [day for day in days if then.halves(day) != now.halves(day)]


def changed_words(days: list[date], now: WorkCalendar, today: date) -> str | None:
    """Return the sentence that a promise is counted in other days than are worked now; None if it is not."""
    if not days:
        return None
    named = ", ".join(f"{day_words(day, today)} is {_is(day, now)}" for day in days[:3])
    more = f", and {len(days) - 3} more" if len(days) > 3 else ""
    return f"counted as when it was told; since then {named}{more}"


def _is(day: date, now: WorkCalendar) -> str:
    return ("closed", "half a day", "worked")[now.halves(day)]


def check_frozen(text: str) -> None:
    """Raise UsageError for what does not say working days."""
    try:
        parse_weekdays(_read(text).week)
    except ValueError:
        raise UsageError(
            f"“{text[:60]}” does not say working days.", remedy="Write 2026-12-21..2026-12-31 12345 2026-12-25."
        ) from None


def _read(text: str) -> _Frozen:
    span, week, *days = text.split()
    first, _, last = span.partition("..")
    off = frozenset(date.fromisoformat(day) for day in days if not day.startswith("~"))
    half = frozenset(date.fromisoformat(day[1:]) for day in days if day.startswith("~"))
    return _Frozen(date.fromisoformat(first), date.fromisoformat(last), week, off, half)
