"""Tasks as todos of one file, for programs that read iCalendar (RFC 5545 section 3.6.2). What `entries` reads again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from followthru.calendars.ical.lines import escape, write
from followthru.calendars.ical.when import day, stamp
from followthru.calendars.ical.write import PRODUCT

_STATUS = {"done": "COMPLETED", "dropped": "CANCELLED", "started": "IN-PROCESS"}
_PRIORITY = {"high": "1", "low": "9"}


class Todo(NamedTuple):
    """One task. `due` is the date that binds first, `parent` the uid of what it is a part of.

    `zone` is where it is done: what is done on a day is said to be done at noon there, for a file names an instant.
    """

    uid: str
    title: str
    status: str
    due: date | None = None
    starts: date | None = None
    done_on: date | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None
    parent: str | None = None
    zone: str = "UTC"


def todo_lines(todos: Iterable[Todo], name: str, now: datetime) -> Iterator[str]:
    """Yield the parts of a file, line ends included."""
    yield f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\n"
    yield write("X-WR-CALNAME", escape(name))
    for one in todos:
        yield "".join(_todo(one, stamp(now)))
    yield "END:VCALENDAR\r\n"


def _todo(one: Todo, written: str) -> Iterator[str]:
    yield write("BEGIN", "VTODO")
    yield write("UID", escape(one.uid))
    yield write("DTSTAMP", written)
    yield write("SUMMARY", escape(one.title))
    # A todo begins before it is due, never on the same day (section 3.6.2).
    if one.starts is not None and (one.due is None or one.starts < one.due):
        yield write("DTSTART", day(one.starts.isoformat()), ";VALUE=DATE")
    if one.due is not None:
        yield write("DUE", day(one.due.isoformat()), ";VALUE=DATE")
    yield write("STATUS", _STATUS.get(one.status, "NEEDS-ACTION"))
    if one.done_on is not None:
        yield write("COMPLETED", stamp(datetime.combine(one.done_on, time(12), ZoneInfo(one.zone))))
    if one.priority in _PRIORITY:
        yield write("PRIORITY", _PRIORITY[one.priority])
    if one.tags:
        yield write("CATEGORIES", ",".join(escape(tag) for tag in one.tags))
    if one.notes:
        yield write("DESCRIPTION", "\\n".join(escape(line) for line in one.notes.splitlines()))
    if one.parent is not None:
        yield write("RELATED-TO", escape(one.parent))
    yield write("END", "VTODO")
