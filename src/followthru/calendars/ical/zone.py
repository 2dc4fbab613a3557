"""A small VTIMEZONE (RFC 5545 section 3.6.5): the offset changes around one date, and no more."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from followthru.calendars.ical.lines import write

_REACH = timedelta(days=400)
_STEP = timedelta(days=7)
_MINUTE = timedelta(minutes=1)


def vtimezone(zone: str, on: date) -> str:
    """Return the definition of an IANA zone for the time around `on`, as whole content lines."""
    tz = ZoneInfo(zone)
    start = datetime(on.year, on.month, on.day, tzinfo=UTC) - _REACH
    changes = [start, *_changes(tz, start, start + 2 * _REACH)]
    parts = [write("BEGIN", "VTIMEZONE"), write("TZID", zone)]
    for moment in changes:
        parts += _observance(tz, moment, first=moment == start)
    return "".join([*parts, write("END", "VTIMEZONE")])


def _changes(tz: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """Return the instants (to the minute) at which the zone's offset changes in (start, end]."""
    found: list[datetime] = []
    at = start
    while at < end:
        after = at + _STEP
        if _offset(tz, at) != _offset(tz, after):
            found.append(_between(tz, at, after))
        at = after
    return found


def _between(tz: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Return the first minute of (low, high] that has another offset than `low`."""
    old = _offset(tz, low)
    minutes = round((high - low) / _MINUTE)
    return low + _MINUTE * bisect_left(range(minutes + 1), True, key=lambda n: _offset(tz, low + _MINUTE * n) != old)


def _offset(tz: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(tz).utcoffset() or timedelta()


def _observance(tz: ZoneInfo, moment: datetime, *, first: bool) -> list[str]:
    before = _offset(tz, moment if first else moment - _MINUTE)
    local = moment.astimezone(tz)
    kind = "DAYLIGHT" if local.dst() else "STANDARD"
    return [
        write("BEGIN", kind),
        write("DTSTART", f"{(moment + before).replace(tzinfo=None):%Y%m%dT%H%M%S}"),
        write("TZOFFSETFROM", _signed(before)),
        write("TZOFFSETTO", _signed(_offset(tz, moment))),
        write("TZNAME", local.tzname() or "UTC"),
        write("END", kind),
    ]


def _signed(offset: timedelta) -> str:
    seconds = round(abs(offset).total_seconds())
    text = f"{seconds // 3600:02}{seconds % 3600 // 60:02}"
    return f"{'-' if offset < timedelta() else '+'}{text}{f'{seconds % 60:02}' if seconds % 60 else ''}"
