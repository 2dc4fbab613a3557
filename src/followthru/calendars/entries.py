"""Todos and events of an iCalendar file that some other program wrote (RFC 5545 sections 3.6.1, 3.6.2), as values.

A date is the civil date in its own zone, an instant in UTC the day where its reader lives. Alarms, free and busy times
and whatever else stands in the file are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from followthru.calendars.ical.lines import Line, content_lines, unescape

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

LONGEST = 200_000
"""Characters of one unfolded line; more is a picture, or meant ill."""
MOST = 200_000
_KINDS = ("VTODO", "VEVENT")
_KEPT = ("LOCATION", "URL", "ORGANIZER", "ATTENDEE", "CONTACT", "ATTACH", "DURATION", "PERCENT-COMPLETE", "CREATED")
_DEEPEST = 10
_MOST_OF_A_KIND = 50


class NoCalendarError(ValueError):
    """A text is no iCalendar file. `line` counts from 1."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line = line


class Entry(NamedTuple):
    """A todo or an event. `calendar` is its calendar's name, `rule` its RRULE, `raw` its lines as they stand.

    `due` is when a todo is due, or the day of an event; `last` the last day of an event of several; `clock` the time at
    which an event begins. `kept` are other properties by name. `wrong` says why it cannot be read, or is None.
    """

    line: int
    kind: str
    raw: str
    uid: str = ""
    title: str = ""
    calendar: str = ""
    description: str = ""
    status: str = ""
    priority: str = ""
    categories: tuple[str, ...] = ()
    due: date | None = None
    starts: date | None = None
    completed: date | None = None
    last: date | None = None
    clock: str | None = None
    rule: str = ""
    parent: str | None = None
    kept: tuple[tuple[str, str], ...] = ()
    wrong: str | None = None


def entries(text: str, at: ZoneInfo) -> Iterator[Entry]:
    """Yield the todos and events of a text. `at` is where its reader lives. Raises NoCalendarError."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    walk = _Walk(text, at)
    number, seen, count = 1, 0, 0
    for line in content_lines(text):
        number, seen = number + text.count("\n", seen, line.start), line.start
        entry = walk.step(line, number)
        if entry is not None:
            count += 1
            yield entry
        if count > MOST:
            raise NoCalendarError(number, f"there are more than {MOST:,} entries")
    if walk.stack:
        raise NoCalendarError(number, f"ends inside {walk.stack[-1][:20]}: part of it is missing")


class _Walk:
    """Goes through the lines of a text: which components it is inside of, and what the innermost has said so far."""

    def __init__(self, text: str, at: ZoneInfo) -> None:
        self._text, self._at = text, at
        self.stack: list[str] = []
        self._calendar = ""
        self._said: dict[str, list[Line]] = {}
        self._start, self._begun = 0, 1

    def step(self, line: Line, number: int) -> Entry | None:
        """Take a line; return the entry that it ends. Raises NoCalendarError."""
        if len(line.value) > LONGEST:
            raise NoCalendarError(number, f"a line is longer than {LONGEST:,} characters")
        if line.name == "BEGIN":
            self._begin(line, number)
        elif line.name == "END":
            return self._end(line, number)
        elif self.stack == ["VCALENDAR"] and line.name in ("X-WR-CALNAME", "NAME"):
            self._calendar = self._calendar or unescape(line.value)
        elif self.stack and self.stack[-1] in _KINDS and line.name:
            self._said.setdefault(line.name, []).append(line)
        return None

    def _begin(self, line: Line, number: int) -> None:
        self.stack.append(line.value.strip().upper())
        if len(self.stack) > _DEEPEST:
            raise NoCalendarError(number, "is nested too deep for any calendar")
        if self.stack[-1] in _KINDS:
            self._start, self._begun, self._said = line.start, number, {}

    def _end(self, line: Line, number: int) -> Entry | None:
        kind = line.value.strip().upper()
        if not self.stack or self.stack.pop() != kind:
            raise NoCalendarError(number, f"END:{kind[:20]} ends nothing that has begun")
        if kind not in _KINDS:
            return None
        raw = self._text[self._start : line.end]
        return _entry(kind, self._begun, raw, self._said, self._calendar, self._at)


Properties = Mapping[str, Sequence[Line]]


def _entry(kind: str, line: int, raw: str, said: Properties, calendar: str, at: ZoneInfo) -> Entry:
    entry = Entry(line, kind, raw, _text(said, "UID"), _text(said, "SUMMARY"), calendar)
    try:
        starts, due = _day(said, "DTSTART", at), _day(said, "DUE", at)
        completed, last = _day(said, "COMPLETED", at), _last_day(said, at)
    except ValueError as error:
        return entry._replace(wrong=str(error))
    event = kind == "VEVENT"
    clock = re.search(r"T(\d{2})(\d{2})\d{2}(Z?)$", _text(said, "DTSTART"))
    related = said.get("RELATED-TO", ())
    is_parent = related and (related[0].param("RELTYPE") or "PARENT").upper() == "PARENT"
    return entry._replace(
        description=_text(said, "DESCRIPTION"),
        status=_text(said, "STATUS").upper(),
        priority=_text(said, "PRIORITY"),
        categories=tuple(_categories(said)),
        due=starts if event else due,
        starts=None if event or starts == due else starts,
        completed=completed,
        last=last if event and last != starts else None,
        clock=f"{clock[1]}:{clock[2]}{' UTC' if clock[3] else ''}" if event and clock else None,
        rule=_text(said, "RRULE"),
        parent=unescape(related[0].value) if is_parent else None,
        kept=tuple(_kept(said)),
        wrong="is one date of a series that was moved; the series itself is read" if "RECURRENCE-ID" in said else None,
    )


def _text(said: Properties, name: str) -> str:
    found = said.get(name, ())
    return unescape(found[0].value).strip() if found else ""


def _categories(said: Properties) -> Iterator[str]:
    for line in said.get("CATEGORIES", ()):
        yield from (unescape(part) for part in re.split(r"(?<!\\),", line.value))


def _kept(said: Properties) -> Iterator[tuple[str, str]]:
    for name in _KEPT:
        for line in said.get(name, ())[:_MOST_OF_A_KIND]:
            binary = (line.param("VALUE") or "").upper() == "BINARY"
            yield name.capitalize(), "a file" if binary else unescape(line.value)


def _last_day(said: Properties, at: ZoneInfo) -> date | None:
    """Return the last day of an event. DTEND is the day after it where it has no clock time (section 3.6.1)."""
    last = _day(said, "DTEND", at)
    if last is None or "T" in said["DTEND"][0].value:
        return last
    return last - timedelta(days=1)


def _day(said: Properties, name: str, at: ZoneInfo) -> date | None:
    """Return the civil day of a date. Raises ValueError."""
    value = _text(said, name)
    if not value:
        return None
    try:
        if value.endswith("Z"):
            return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(at).date()
        return datetime.strptime(value[:8], "%Y%m%d").replace(tzinfo=UTC).date()
    except (ValueError, OverflowError):
        raise ValueError(f"{name}: “{value[:40]}” is no date such as 20270115") from None
