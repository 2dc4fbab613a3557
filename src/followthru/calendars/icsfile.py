"""A whole calendar as one text, for programs that read a file and speak no CalDAV (RFC 5545 section 3.4).

Without METHOD: it is a snapshot, and PUBLISH would have to name an organizer (RFC 5546 section 3.2.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from followthru.calendars.ical.lines import escape, write
from followthru.calendars.ical.when import When, end_of, stamp, start_of
from followthru.calendars.ical.write import PRODUCT
from followthru.calendars.ical.zone import vtimezone
from followthru.calendars.item import entry_of
from followthru.calendars.shown import Shown

REFRESH = "PT1H"
"""How often readers are asked to look again (RFC 7986 section 5.7)."""
_NAME = "Promises"
_EVENT = re.compile(r"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", re.DOTALL)
_STAMPS = re.compile(r"^(?:DTSTAMP|CREATED|LAST-MODIFIED|SEQUENCE):.*\r\n", re.MULTILINE)
# A calendar has at least one component (RFC 5545 section 3.6).
_NOTHING = vtimezone("UTC", date(2026, 1, 1))
_OURS = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\n"


def is_ours(text: str) -> bool:
    """Whether a file was written by us, so that it may be replaced; an empty one may be too."""
    return not text or text.startswith(_OURS)


def file_text(shown: Iterable[Shown], uid_of: Callable[[Shown], str], before: str, now: datetime) -> str:
    """Return the calendar, its events by UID. An event that says what it said in `before` keeps its whole text.

    So the same values give the same bytes, whenever they are written. `before` is a text of ours, or empty.
    """
    known = {_value(event, "UID"): event for event in _EVENT.findall(before)}
    uids = {uid_of(one): one for one in shown}
    events = (_event(uid, uids[uid], known.get(escape(uid)), now) for uid in sorted(uids))
    return "".join((*_head(), *(events if uids else (_NOTHING,)), write("END", "VCALENDAR")))


def _head() -> Iterator[str]:
    yield _OURS
    yield write("NAME", _NAME)
    yield write("X-WR-CALNAME", _NAME)
    yield write("REFRESH-INTERVAL", REFRESH, ";VALUE=DURATION")
    yield write("X-PUBLISHED-TTL", REFRESH)


def _event(uid: str, shown: Shown, known: str | None, now: datetime) -> str:
    new = "".join(_lines(uid, shown, stamp(now), stamp(now), 0))
    if known is None:
        return new
    if _STAMPS.sub("", known) == _STAMPS.sub("", new):
        return known
    sequence = _value(known, "SEQUENCE")
    again = int(sequence) + 1 if sequence.isdecimal() else 1
    return "".join(_lines(uid, shown, _value(known, "CREATED") or stamp(now), stamp(now), again))


def _lines(uid: str, shown: Shown, created: str, now: str, sequence: int) -> Iterator[str]:
    entry = entry_of(uid, shown)
    yield write("BEGIN", "VEVENT")
    yield write("UID", escape(uid))
    for name, value in (("DTSTAMP", now), ("CREATED", created), ("LAST-MODIFIED", now), ("SEQUENCE", str(sequence))):
        yield write(name, value)
    yield write("SUMMARY", escape(entry.summary))
    for name, (params, value) in _dates(entry.when).items():
        yield write(name, value, params)
    yield write("TRANSP", "TRANSPARENT")
    yield write("CLASS", "PRIVATE" if entry.private else "PUBLIC")
    yield write("CATEGORIES", escape(entry.category))
    yield write("END", "VEVENT")


def _dates(when: When) -> dict[str, tuple[str, str]]:
    """Return an event's dates. A clock time is an instant in UTC, so that the file needs no definition of a zone."""
    if when.time is None:
        return {"DTSTART": start_of(when), "DTEND": end_of(when)}
    local = datetime.combine(when.on, time.fromisoformat(when.time), ZoneInfo(when.zone))
    at = local.astimezone(UTC)
    utc = When(at.date(), f"{at:%H:%M}")
    return {"DTSTART": ("", f"{start_of(utc)[1]}Z"), "DTEND": ("", f"{end_of(utc)[1]}Z")}


def _value(event: str, name: str) -> str:
    """Return what a line of an event of ours says, as it is written; empty without it."""
    found = re.search(rf"^{name}:(.*)\r\n", event, re.MULTILINE)
    return "" if found is None else found[1]
