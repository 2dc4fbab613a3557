"""Civil dates and clock times on a calendar, in and out (RFC 5545 sections 3.3.4, 3.3.5, 3.3.6).

A day is a day: DATE values are never instants. A clock time belongs to the zone it is read in.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from followthru.calendars.ical.lines import Line

_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DATE_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(Z?)")
_DURATION = re.compile(r"([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?")
HALF_AN_HOUR = timedelta(minutes=30)
A_DAY = timedelta(days=1)
Piece = tuple[str, str] | None
"""Parameters and value of a line to be written, None for one to be taken out."""


class When(NamedTuple):
    """A civil date and, with a clock time `HH:MM`, the IANA zone in which it holds."""

    on: date
    time: str | None = None
    zone: str = "UTC"


class BadValueError(ValueError):
    """A value that is not what its property says."""


def day(value: str) -> str:
    """Return a civil date or local time in the basic form without punctuation."""
    return value.replace("-", "").replace(":", "")


def start_of(when: When) -> tuple[str, str]:
    """Return parameters and value of the line that says the day: DTSTART, of a todo DUE."""
    if when.time is None:
        return ";VALUE=DATE", day(when.on.isoformat())
    return f";TZID={when.zone}", f"{day(when.on.isoformat())}T{day(when.time)}00"


def end_of(when: When, span: timedelta | None = None) -> tuple[str, str]:
    """Return parameters and value of DTEND: the next day, or 30 minutes on, unless `span` says otherwise."""
    if when.time is None:
        days = max(1, (span or A_DAY).days)
        return ";VALUE=DATE", day((when.on + timedelta(days=days)).isoformat())
    start = datetime.combine(when.on, time.fromisoformat(when.time))
    end = start + (HALF_AN_HOUR if span is None or span <= timedelta() else span)
    return f";TZID={when.zone}", f"{end:%Y%m%dT%H%M%S}"


def stamp(now: datetime) -> str:
    """Return an instant in UTC."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def value_of(line: Line, zones: dict[str, tzinfo]) -> date | datetime:
    """Return a DTSTART or DTEND: a date, a naive (floating) or an aware date-time.

    `zones` holds what the object's own VTIMEZONEs define, by TZID. Raises BadValueError.
    """
    raw = line.value.strip()
    found = _DATE.fullmatch(raw) or _DATE_TIME.fullmatch(raw)
    if found is None:
        raise BadValueError(f"{line.name} cannot be read")
    try:
        year, month, on, *clock = (int(number) for number in found.groups()[:6])
        if not clock:
            return date(year, month, on)
        moment = datetime(year, month, on, clock[0], clock[1], min(59, clock[2]))  # noqa: DTZ001
    except ValueError as error:
        raise BadValueError(f"{line.name} is no date") from error
    if found[7]:
        return moment.replace(tzinfo=UTC)
    tzid = line.param("TZID")
    return moment if tzid is None else moment.replace(tzinfo=_zone(tzid, zones))


def _zone(tzid: str, zones: dict[str, tzinfo]) -> tzinfo:
    known = zone_named(tzid) or zones.get(tzid)
    if known is None:
        raise BadValueError("its time zone is not known")
    return known


def zone_named(tzid: str) -> ZoneInfo | None:
    """Return the IANA zone a TZID means, the last parts of a path-like one included."""
    parts = tzid.strip("/").split("/")
    for start in range(len(parts)):
        name = "/".join(parts[start:])
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None


def civil(value: date | datetime, zone: str) -> When:
    """Return the civil date and clock time at which `value` falls in `zone`. A floating time is taken as it stands."""
    if not isinstance(value, datetime):
        return When(value, None, zone)
    local = value if value.tzinfo is None else value.astimezone(ZoneInfo(zone))
    if isinstance(value.tzinfo, ZoneInfo) and value.tzinfo.key == zone:
        local = value
    return When(local.date(), f"{local:%H:%M}", zone)


def duration(value: str) -> timedelta:
    """Return a DURATION. Raises BadValueError."""
    found = _DURATION.fullmatch(value.strip())
    if found is None:
        raise BadValueError("DURATION cannot be read")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -span if found[1] == "-" else span
