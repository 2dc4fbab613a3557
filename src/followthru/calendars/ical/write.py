"""Our event: built once, afterwards edited in the text that the server holds.

Only lines we own are ever touched: the summary, the dates, the stamps. Everything else, the order, the
line endings and a line of ours that already says what it should included, survives byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from followthru.calendars.ical.lines import Line, escape, write
from followthru.calendars.ical.read import Remote, read_scan
from followthru.calendars.ical.scan import Bad, Scan, scan
from followthru.calendars.ical.when import When, end_of, stamp, start_of
from followthru.calendars.ical.zone import vtimezone

PRODUCT = "-//followthru//followthru//EN"
REVISION = "X-FOLLOWTHRU-REVISION"


class Event(NamedTuple):
    """What an object of ours says. `task_uid` and `role` let it be recognised by its own text."""

    uid: str
    summary: str
    when: When
    category: str
    task_uid: str
    role: str


def build(event: Event, now: datetime) -> str:
    """Return a whole calendar object for one transparent event; the same values give the same text."""
    start, end = start_of(event.when), end_of(event.when)
    zone = "" if event.when.time is None else vtimezone(event.when.zone, event.when.on)
    lines = (
        write("BEGIN", "VEVENT"),
        write("UID", escape(event.uid)),
        write("DTSTAMP", stamp(now)),
        write("CREATED", stamp(now)),
        write("LAST-MODIFIED", stamp(now)),
        write("SEQUENCE", "0"),
        write("SUMMARY", escape(event.summary)),
        write("DTSTART", start[1], start[0]),
        write("DTEND", end[1], end[0]),
        write("TRANSP", "TRANSPARENT"),
        write("CLASS", "PRIVATE"),
        write("CATEGORIES", escape(event.category)),
        write("X-FOLLOWTHRU-ID", escape(event.task_uid)),
        write("X-FOLLOWTHRU-ROLE", escape(event.role)),
        write(REVISION, _revision(event.uid, event.summary, event.when)),
        write("END", "VEVENT"),
    )
    head = (write("BEGIN", "VCALENDAR"), write("VERSION", "2.0"), write("PRODID", PRODUCT))
    return "".join((*head, zone, *lines, write("END", "VCALENDAR")))


def patch(text: str, now: datetime, *, summary: str | None = None, when: When | None = None) -> str:
    """Return `text` saying `summary` and `when`, where they are given and it does not say so already.

    An event that lasts longer than ours keeps its length. Raises ValueError for a text that `read`
    calls Bad.
    """
    found = scan(text)
    remote = found if isinstance(found, Bad) else read_scan(found)
    if isinstance(found, Bad) or isinstance(remote, Bad):
        raise ValueError("an object that cannot be read cannot be edited")  # noqa: TRY004
    edits: dict[str, str | None] = {}
    if summary is not None and remote.summary != summary:
        edits["SUMMARY"] = write("SUMMARY", escape(summary), _kept(found, "SUMMARY"), ending=found.ending)
    if when is not None and remote.when(when.zone) != when:
        edits |= _dates(remote, when, found.ending)
    if not edits:
        return text
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        edits[name] = write(name, stamp(now), ending=found.ending)
    edits[REVISION] = write(REVISION, _revision(text, summary, when), ending=found.ending)
    return _apply(found, edits, _needed_zone(found, when, edits))


def _revision(before: str, summary: str | None, when: When | None) -> str:
    """Return a mark that no earlier text of ours had: it tells later whether a write arrived.

    Whoever edits the event afterwards keeps the mark, so an edit made over ours is told from one made
    beside it.
    """
    return hashlib.sha256(f"{summary}\0{when}\0{before}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _kept(found: Scan, name: str) -> str:
    """Return the parameters that somebody put on a line of ours, so that they stay."""
    line = found.first(name)
    return "" if line is None else line.params


def _dates(remote: Remote, when: When, ending: str) -> dict[str, str | None]:
    timed = isinstance(remote.start, datetime)
    span = remote.span if timed == (when.time is not None) else None
    start, end = start_of(when), end_of(when, span)
    return {
        "DTSTART": write("DTSTART", start[1], start[0], ending=ending),
        "DTEND": write("DTEND", end[1], end[0], ending=ending),
        "DURATION": None,
        "SEQUENCE": write("SEQUENCE", str(remote.sequence + 1), ending=ending),
    }


def _needed_zone(found: Scan, when: When | None, edits: Mapping[str, str | None]) -> str:
    if when is None or when.time is None or "DTSTART" not in edits or when.zone in found.zones:
        return ""
    return vtimezone(when.zone, when.on).replace("\r\n", found.ending)


def _apply(found: Scan, edits: Mapping[str, str | None], zone: str) -> str:
    """Replace each edited line where it stands; what has no line yet goes after the event's other lines."""
    done: set[str] = set()
    places = _places(found, edits, done)
    new = "".join(piece for name, piece in edits.items() if piece is not None and name not in done)
    places += [(found.event_at, found.event_at, zone), (found.insert_at, found.insert_at, new)]
    pieces: list[str] = []
    at = 0
    for start, end, piece in sorted(places):
        pieces += [found.text[at:start], piece]
        at = end
    return "".join([*pieces, found.text[at:]])


def _places(found: Scan, edits: Mapping[str, str | None], done: set[str]) -> list[tuple[int, int, str]]:
    places: list[tuple[int, int, str]] = []
    for line in found.event:
        if line.name in edits:
            places.append((line.start, line.end, _once(line, edits, done)))
            done.add(line.name)
    return places


def _once(line: Line, edits: Mapping[str, str | None], done: set[str]) -> str:
    return "" if line.name in done else edits[line.name] or ""
