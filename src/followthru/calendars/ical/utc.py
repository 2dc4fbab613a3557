"""The same object with its clock times as instants: for servers that take no definition of a time zone."""

from __future__ import annotations

import re

from followthru.calendars.ical.lines import write
from followthru.calendars.ical.scan import Bad, scan
from followthru.calendars.ical.when import BadValueError, stamp, value_of, zone_named

_DATES = frozenset({"DTSTART", "DTEND", "DUE"})
_TZID = re.compile(r';TZID=(?:"[^"]*"|[^;:"]*)', re.IGNORECASE)
_DEFINED = re.compile(r"^BEGIN:VTIMEZONE\r?$.*?^END:VTIMEZONE\r?\n", re.MULTILINE | re.DOTALL | re.IGNORECASE)


def in_utc(text: str) -> str:
    """Return a text whose own clock times are said in UTC (RFC 5545 section 3.3.5, form 2), as it is where none are.

    Definitions of zones go where no line names a zone (any more), whoever put them there.
    """
    found = scan(text)
    if isinstance(found, Bad):
        return text
    pieces: list[str] = []
    at = 0
    for line in found.own:
        tzid = line.param("TZID") if line.name in _DATES else None
        if tzid is None or zone_named(tzid) is None:
            continue
        try:
            moment = value_of(line, {})
        except BadValueError:
            return text
        instant = stamp(moment)  # type: ignore[arg-type]
        pieces += [text[at : line.start], write(line.name, instant, _TZID.sub("", line.params), ending=found.ending)]
        at = line.end
    said = "".join([*pieces, text[at:]])
    without = _DEFINED.sub("", said)
    return said if _TZID.search(without) else without
