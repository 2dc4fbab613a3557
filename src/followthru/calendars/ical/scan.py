"""Where things are in a calendar object: one event or todo, its own lines, the zones defined beside it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from followthru.calendars.ical.form import FORMS, Form
from followthru.calendars.ical.lines import MAX_ITEM, Line, content_lines

_SURROGATE = re.compile("[\ud800-\udfff]")


class Bad(NamedTuple):
    """An object that cannot be worked with, and why, in words. It is left alone whole."""

    reason: str


class Scan(NamedTuple):
    """One object whose structure is sound.

    `own` holds the direct lines of the event or todo; `insert_at` is where a further one goes (before its
    first nested component or its end), `begins_at` where its BEGIN stands; `zones` are the TZIDs defined.
    """

    text: str
    form: Form
    own: tuple[Line, ...]
    insert_at: int
    begins_at: int
    zones: frozenset[str]
    ending: str

    def values(self, name: str) -> tuple[Line, ...]:
        """Return the direct lines of one name."""
        return tuple(line for line in self.own if line.name == name)

    def first(self, name: str) -> Line | None:
        """Return the first line of that name, None without one."""
        return next((line for line in self.own if line.name == name), None)


@lru_cache(maxsize=8)  # a text is looked at several times while one thing is done about it
def scan(text: str) -> Scan | Bad:
    """Find the one event or todo of a calendar object (RFC 4791 section 4.1: one resource, one UID)."""
    if len(text) > MAX_ITEM:
        return Bad("it is larger than 1 MiB")
    if _SURROGATE.search(text):
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
    if walker.form is None:
        return Bad("it holds neither an event nor a todo")
    ending = "\r\n" if "\r\n" in text else "\n"
    zones = frozenset(walker.zones)
    return Scan(text, walker.form, tuple(walker.own), walker.insert_at or 0, walker.begins_at, zones, ending)


class _Walker:
    """Follows the nesting of components line by line."""

    def __init__(self) -> None:
        self.stack: list[str] = []
        self.own: list[Line] = []
        self.zones: set[str] = set()
        self.form: Form | None = None
        self.begins_at = 0
        self.insert_at: int | None = None
        self._inside: list[str] | None = None
        self._begun = False

    def take(self, line: Line) -> str | None:
        """Take the next line; return what is wrong with it, None if nothing."""
        if line.name == "BEGIN":
            return self._begin(line, line.value.strip().upper())
        if line.name == "END":
            return self._end(line, line.value.strip().upper())
        if not self.stack:
            return "there is text outside of the calendar" if line.value.strip() or line.name else None
        if self.stack == self._inside:
            self.own.append(line)
        elif self.stack == ["VCALENDAR", "VTIMEZONE"] and line.name == "TZID":
            self.zones.add(line.value.strip())
        return None

    def _begin(self, line: Line, kind: str) -> str | None:
        if (not self.stack) != (kind == "VCALENDAR") or (self._begun and not self.stack):
            return "it is not one calendar object"
        form = FORMS.get(kind)
        if kind == "VJOURNAL" or (form is not None and self.form is not None):
            return "it holds something else than one event or todo"
        if form is not None:
            if self.stack != ["VCALENDAR"]:
                return "its components are not nested in order"
            self.form, self.begins_at, self._inside = form, line.start, ["VCALENDAR", kind]
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
        if self.insert_at is None and self.stack == self._inside:
            self.insert_at = line.start
