"""What an event or a todo says: the few things that concern a promise, and the reasons not to touch it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from followthru.calendars.ical.clean import squash
from followthru.calendars.ical.dates import Dates, dates_of
from followthru.calendars.ical.form import Form
from followthru.calendars.ical.lines import content_lines, parameters, unescape
from followthru.calendars.ical.scan import Bad, Scan, scan
from followthru.calendars.ical.ticks import CANCELLED, NO_TICKS, Ticks, ticks_of
from followthru.calendars.ical.when import BadValueError, When, civil, zone_named

_STAMPS = frozenset({"DTSTAMP", "LAST-MODIFIED", "CREATED", "PRODID", "METHOD", "SEQUENCE"})
_TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "CATEGORIES", "UID"})
_REPEATING = ("RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID")
_TURNS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYDAY", "BYMONTHDAY"})
_MAX_TURNS = 60
MAX_SUMMARY = 500


class Remote(NamedTuple):
    """One event or todo as read.

    `start` is the day or moment it stands for (DTSTART of an event, DUE of a todo): a date, or a floating or
    aware date-time; None where a todo has none. `span` is an event's length if told, `begins` a todo's DTSTART.
    `untouchable` says why it must not be written (it repeats, somebody is invited), None if it may.
    """

    uid: str
    summary: str
    start: date | datetime | None
    span: timedelta | None
    cancelled: bool
    sequence: int
    untouchable: str | None
    form: Form = Form.EVENT
    begins: date | datetime | None = None
    ticks: Ticks = NO_TICKS

    def when(self, zone: str) -> When | None:
        """Return the civil date and clock time in `zone` (an IANA name), None for a todo without a date."""
        return None if self.start is None else civil(self.start, zone)

    @property
    def dates(self) -> Dates:
        """Its dates alone."""
        return Dates(self.start, self.span, self.begins)


@lru_cache(maxsize=8)  # a text is looked at several times while one thing is done about it
def read(text: str) -> Remote | Bad:
    """Read a calendar object; anything that cannot be understood wholly is Bad, never half an object."""
    found = scan(text)
    return found if isinstance(found, Bad) else read_scan(found)


def read_scan(found: Scan) -> Remote | Bad:
    """Read an object whose structure is known."""
    uid = found.first("UID")
    if uid is None or not uid.value.strip():
        return Bad("it has no UID")
    try:
        dates = dates_of(found, _own_zones(found))
    except (BadValueError, OverflowError) as error:
        return Bad(str(error))
    summary, ticks = found.first("SUMMARY"), ticks_of(found)
    return Remote(
        uid.value.strip(),
        "" if summary is None else squash(unescape(summary.value), MAX_SUMMARY),
        dates.at,
        dates.span,
        ticks.status == CANCELLED,
        _sequence(found),
        _untouchable(found),
        found.form,
        dates.begins,
        ticks if found.form is Form.TODO else NO_TICKS,
    )


def _sequence(found: Scan) -> int:
    line = found.first("SEQUENCE")
    raw = "" if line is None else line.value.strip()
    return int(raw) if raw.isdecimal() and len(raw) < 10 else 0


def _untouchable(found: Scan) -> str | None:
    if any(found.first(name) for name in _REPEATING):
        return "it repeats on the calendar"
    if found.first("ATTENDEE") or found.first("ORGANIZER"):
        return "somebody is invited to it"
    return None


def _own_zones(found: Scan) -> dict[str, tzinfo]:
    """Return the zones that the object defines and that have no IANA name; only those need a full parser."""
    named = {value for line in found.own for key, value in parameters(line.params) if key == "TZID"}
    unknown = {tzid for tzid in named & found.zones if zone_named(tzid) is None}
    return _defined(found.text, unknown) if unknown else {}


def _defined(text: str, tzids: set[str]) -> dict[str, tzinfo]:
    from icalendar import Calendar

    _check_turns(text)
    try:
        zones = Calendar.from_ical(text).timezones
        return {part.tz_name: part.to_tz() for part in zones if part.tz_name in tzids}
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise BadValueError("its time zone cannot be read") from error


def _check_turns(text: str) -> None:
    """Raise BadValueError for zones that would take for ever: which of their turns came last is found by counting.

    Clocks change on days of a year (RFC 5545 section 3.6.5); a turn of each second since 1970 is no zone.
    """
    inside, turns = False, 0
    for line in content_lines(text):
        value = line.value.strip().upper()
        if line.name in ("BEGIN", "END") and value == "VTIMEZONE":
            inside = line.name == "BEGIN"
        elif inside and line.name == "BEGIN":
            turns += 1
        elif inside and line.name == "RRULE":
            parts = value.split(";")
            once = "FREQ=YEARLY" in parts and {part.partition("=")[0] for part in parts} <= _TURNS
            turns += 0 if once else _MAX_TURNS + 1
    if turns > _MAX_TURNS:
        raise BadValueError("its time zone cannot be read")


def semantic(text: str) -> str:
    """Return a digest of what an object means: stamps, product, order, folding and quoting left out."""
    path: list[str] = []
    facts: list[str] = []
    for line in content_lines(text):
        if line.name == "BEGIN":
            path.append(line.value.strip().upper())
        elif line.name == "END":
            del path[-1:]
        elif line.name not in _STAMPS and "VTIMEZONE" not in path:
            facts.append("\x1f".join([*path, line.name, *_params(line.params), _value(line.name, line.value)]))
    return hashlib.sha256("\x1e".join(sorted(facts)).encode("utf-8", "surrogatepass")).hexdigest()


def _params(params: str) -> list[str]:
    return sorted(f"{key}={value}" for key, value in parameters(params))


def _value(name: str, value: str) -> str:
    if name == "CATEGORIES":
        return ",".join(sorted(unescape(value).split(",")))
    return unescape(value).strip() if name in _TEXTS or name.startswith("X-") else value.strip()
