"""The dates of an event or a todo: read from its lines, and the lines that say others (RFC 5545 section 3.6).

An event begins on its day and ends on the next. A todo is due on its day; it may begin earlier, never
on the same day or later, and never as a day where it is due at a clock time (section 3.8.2.3).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from followthru.calendars.ical.form import RULES, Form
from followthru.calendars.ical.scan import Scan
from followthru.calendars.ical.when import (
    BadValueError,
    Piece,
    When,
    civil,
    duration,
    end_of,
    start_of,
    value_of,
)

_YEARS = range(1970, 9000)


class Kept(Enum):
    """Stands for a beginning that is left as it is for as long as it may be there."""

    KEPT = "kept"


KEPT = Kept.KEPT


class Dates(NamedTuple):
    """What an object says: its day or moment (None: a todo's was taken off), an event's length, a todo's beginning."""

    at: date | datetime | None
    span: timedelta | None = None
    begins: date | datetime | None = None


def dates_of(found: Scan, zones: dict[str, tzinfo]) -> Dates:
    """Return the dates of an object. Raises BadValueError, OverflowError."""
    dates = _event_dates(found, zones) if found.form is Form.EVENT else _todo_dates(found, zones)
    if any(value is not None and value.year not in _YEARS for value in (dates.at, dates.begins)):
        raise BadValueError("its date is out of range")
    return dates


def _event_dates(found: Scan, zones: dict[str, tzinfo]) -> Dates:
    line = found.first("DTSTART")
    if line is None:
        raise BadValueError("it has no start")
    start = value_of(line, zones)
    length, end = found.first("DURATION"), found.first("DTEND")
    if length is not None:
        return Dates(start, duration(length.value))
    return Dates(start, None if end is None else _between(start, value_of(end, zones)))


def _between(start: date | datetime, end: date | datetime) -> timedelta:
    if isinstance(end, datetime) and isinstance(start, datetime):
        if (end.tzinfo is None) != (start.tzinfo is None):
            raise BadValueError("DTSTART and DTEND do not fit")
        return _instant(end) - _instant(start)
    if isinstance(end, datetime) or isinstance(start, datetime):
        raise BadValueError("DTSTART and DTEND do not fit")
    return end - start


def _todo_dates(found: Scan, zones: dict[str, tzinfo]) -> Dates:
    """A todo is due when it says so, or when the time since its beginning is over."""
    start, due, length = found.first("DTSTART"), found.first("DUE"), found.first("DURATION")
    begins = None if start is None else value_of(start, zones)
    if due is not None:
        return Dates(value_of(due, zones), begins=begins)
    if length is None:
        return Dates(None, begins=begins)
    span = duration(length.value)
    if begins is None or (not isinstance(begins, datetime) and span.seconds):
        raise BadValueError("DTSTART and DURATION do not fit")
    return Dates(begins + span, begins=begins)


def _instant(value: datetime) -> datetime:
    return value if value.tzinfo is None else value.astimezone(UTC)


def new_pieces(form: Form, when: When, begins: date | None) -> dict[str, Piece]:
    """Return the date lines of a new object, in order."""
    if form is Form.EVENT:
        return {"DTSTART": start_of(when), "DTEND": end_of(when)}
    begun = _begun(when, begins)
    return {"DTSTART": begun, "DUE": start_of(when)} if begun else {"DUE": start_of(when)}


def moved_pieces(form: Form, there: Dates, when: When) -> dict[str, Piece]:
    """Return the lines that move an object to another day; an event that lasts longer than ours keeps its length."""
    pieces: dict[str, Piece] = {RULES[form].day: start_of(when), "DURATION": None}
    if form is Form.EVENT:
        same = isinstance(there.at, datetime) == (when.time is not None)
        pieces["DTEND"] = end_of(when, there.span if same else None)
    return pieces


def begun_pieces(there: Dates, when: When, begins: date | Kept | None) -> dict[str, Piece]:
    """Return the line that lets a todo which is due at `when` begin at `begins`, none if it says so already.

    What would not be earlier than its day is taken off.
    """
    now = there.begins
    if now is None or not fits(now, when):
        wanted = (None if now is None else civil(now, when.zone).on) if begins is KEPT else begins
        piece = None if isinstance(wanted, Kept) else _begun(when, wanted)
        return {} if piece is None and now is None else {"DTSTART": piece}
    if begins is KEPT or (begins is not None and _begun(when, begins) and civil(now, when.zone).on == begins):
        return {}
    return {"DTSTART": None if isinstance(begins, Kept) else _begun(when, begins)}


def _begun(when: When, begins: date | None) -> Piece:
    """Return the beginning of a todo in the form of its day, None where none may be."""
    if begins is None or begins >= when.on:
        return None
    begun = When(begins, when.time, when.zone)
    if begun.time is not None and _moment(begun) >= _moment(when):
        return None
    return start_of(begun)


def fits(begins: date | datetime, when: When) -> bool:
    """Whether a todo due at `when` may begin then: earlier, and in the same form."""
    if not isinstance(begins, datetime):
        return when.time is None and begins < when.on
    if when.time is None:
        return False
    there = begins.replace(tzinfo=ZoneInfo(when.zone)) if begins.tzinfo is None else begins
    return there.astimezone(UTC) < _moment(when)


def _moment(when: When) -> datetime:
    clock = time.fromisoformat(when.time or "00:00")
    return datetime.combine(when.on, clock, ZoneInfo(when.zone)).astimezone(UTC)
