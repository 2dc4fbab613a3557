"""Dates on closed days: where a practice's rule puts them, and what a person should know of them. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from followthru.domain.saying import day_words
from followthru.domain.workdays import Roll, WorkCalendar


class Rolled(NamedTuple):
    """A date after the rule, and the sentence that says so where it moved."""

    on: date
    note: str | None = None


def rolled(on: date, roll: str | None, calendar: WorkCalendar, today: date) -> Rolled:
    """Return where a promise goes that may fall on a closed day; without a rule it stays where it is."""
    there = calendar.roll(on, Roll(roll or Roll.NONE))
    if there == on:
        return Rolled(on)
    return Rolled(
        there, f"{day_words(on, today)} is closed: promised for {day_words(there, today)}, the day {roll} it."
    )


def closed_words(on: date, calendar: WorkCalendar, today: date) -> str | None:
    """Return the working days around a day that is closed although its weekday is worked; None for any other."""
    if calendar.is_working(on) or on.isoweekday() not in calendar.weekdays:
        return None
    before, after = calendar.roll(on, Roll.BEFORE), calendar.roll(on, Roll.AFTER)
    return (
        f"{day_words(on, today)} is closed; the working days around it are "
        f"{day_words(before, today)} and {day_words(after, today)}."
    )


def passed_words(target: date, promised_on: date, room: int, calendar: WorkCalendar, today: date) -> str | None:
    """Return that a promise is too near for its wiggle room, None where its target is still to come."""
    if target >= today or promised_on < today:
        return None
    left = calendar.working_days_between(today - timedelta(days=1), promised_on)
    days = f"{left} working day there is" if left == 1 else f"{left} working days there are"
    takes = "is more than" if room > left else "takes up"
    return f"Its wiggle room of {room} {takes} the {days}: its target {day_words(target, today)} has passed."
