"""Where things are in a calendar object: one event, its own lines, the zones defined beside it."""

from __future__ import annotations

from typing import NamedTuple

from followthru.calendars.ical.lines import MAX_ITEM, Line, content_lines


class Bad(NamedTuple):
    """An object that cannot be worked with, and why, in words. It is left alone whole."""

    reason: str


class Scan(NamedTuple):
    """One object whose structure is sound.

    `event` holds the event's direct lines; `insert_at` is where a further one goes (before its first
    nested component or its end), `event_at` where BEGIN:VEVENT stands; `zones` are the TZIDs defined.
    """

    text: str
    event: tuple[Line, ...]
    insert_at: int
    event_at: int
    zones: frozenset[str]
    ending: str

    def values(self, name: str) -> tuple[Line, ...]:
        """Return the event's direct lines of one name."""
        return tuple(line for line in self.event if line.name == name)

    def first(self, name: str) -> Line | None:
        """Return the event's first line of that name, None without one."""
        return next(iter(self.values(name)), None)


def scan(text: str) -> Scan | Bad:
    """Find the one event of a calendar object (RFC 4791 section 4.1: one resource, one UID)."""
    if len(text) > MAX_ITEM:
        return Bad("it is larger than 1 MiB")
    if any("\ud800" <= char <= "\udfff" for char in text):
        return Bad("it is not UTF-8 text")
    return _walk(text)


def _walk(text: str) -> Scan | Bad:
    walker = _Walker()
    for line in content_lines(text):
        fault = walker.take(line)
        if fault is not None:
            return Bad(fault)
    if walker.stack:
        return Bad("it is cut off")
    if walker.event_at is None:
        return Bad("it holds no event")
    ending = "\r\n" if "\r\n" in text else "\n"
    return Scan(text, tuple(walker.event), walker.insert_at or 0, walker.event_at, frozenset(walker.zones), ending)


class _Walker:
    """Follows the nesting of components line by line."""

    def __init__(self) -> None:
        self.stack: list[str] = []
        self.event: list[Line] = []
        self.zones: set[str] = set()
        self.event_at: int | None = None
        self.insert_at: int | None = None
        self._begun = False

    def take(self, line: Line) -> str | None:
        """Take the next line; return what is wrong with it, None if nothing."""
        if line.name == "BEGIN":
            return self._begin(line, line.value.strip().upper())
        if line.name == "END":
            return self._end(line, line.value.strip().upper())
        if not self.stack:
            return "there is text outside of the calendar" if line.value.strip() or line.name else None
        if self.stack == ["VCALENDAR", "VEVENT"]:
            self.event.append(line)
        elif self.stack == ["VCALENDAR", "VTIMEZONE"] and line.name == "TZID":
            self.zones.add(line.value.strip())
        return None

    def _begin(self, line: Line, kind: str) -> str | None:
        if (not self.stack) != (kind == "VCALENDAR") or (self._begun and not self.stack):
            return "it is not one calendar object"
        if kind in ("VTODO", "VJOURNAL") or (kind == "VEVENT" and self.event_at is not None):
            return "it holds more than one event"
        if kind == "VEVENT":
            if self.stack != ["VCALENDAR"]:
                return "its components are not nested in order"
            self.event_at = line.start
        self._mark(line)
        self.stack.append(kind)
        self._begun = True
        return None

    def _end(self, line: Line, kind: str) -> str | None:
        self._mark(line)
        if not self.stack or self.stack.pop() != kind:
            return "its components are not closed in order"
        return None

    def _mark(self, line: Line) -> None:
        if self.insert_at is None and self.stack == ["VCALENDAR", "VEVENT"]:
            self.insert_at = line.start
