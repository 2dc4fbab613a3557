"""The scratch object that a probe writes: long past, transparent, named so that nobody takes it for anything else.

Its name makes it invisible to a sync, and recognisable to the next probe after a crash.
"""

from __future__ import annotations

import uuid

SCRATCH = "followthru-probe-"
"""How the names and UIDs of scratch objects begin."""
BOGUS = '"followthru-no-such-version"'
"""An etag that no server gives."""
FOREIGN = {
    "X-FOLLOWTHRU-PROBE": "X-FOLLOWTHRU-PROBE;X-KEPT=yes:stays",
    "CATEGORIES": "CATEGORIES:followthru,probe",
    "CLASS": "CLASS:PRIVATE",
    "DESCRIPTION": "DESCRIPTION:Removed by itself\\, safe to delete.",
    "PRIORITY": "PRIORITY:5",
    "URL": "URL:https://followthru.invalid/probe",
}
"""Lines of other programs whose survival is measured."""
_MARKS = ("X-FOLLOWTHRU-PROBE", "CLASS")
_ALARM = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:probe\r\nTRIGGER:-PT15H\r\nEND:VALARM\r\n"
_DAYS = {
    "VEVENT": "DTSTART;VALUE=DATE:20010102\r\nDTEND;VALUE=DATE:20010103\r\nTRANSP:TRANSPARENT\r\n",
    "VTODO": "DUE;VALUE=DATE:20010102\r\n",
}


def new_uid() -> str:
    """Return a UID for one scratch object."""
    return f"{SCRATCH}{uuid.uuid4()}"


def scratch(
    uid: str, title: str, *, kind: str = "VEVENT", rich: bool = False, zero: bool = False, marked: bool = False
) -> str:
    """Return a scratch object's text: with lines of other programs if `rich`, timed and of no length if `zero`.

    With such lines only as our own objects have if `marked`.
    """
    days = "DTSTART:20010102T100000Z\r\nDTEND:20010102T100000Z\r\n" if zero else _DAYS[kind]
    more = "".join(f"{line}\r\n" for line in FOREIGN.values()) + _ALARM if rich else ""
    more += "".join(f"{FOREIGN[name]}\r\n" for name in _MARKS) if marked else ""
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//followthru//probe//EN\r\n"
        f"BEGIN:{kind}\r\nUID:{uid}\r\nDTSTAMP:20010101T000000Z\r\nSUMMARY:{title}\r\n{days}{more}"
        f"END:{kind}\r\nEND:VCALENDAR\r\n"
    )


def lost_in(text: str) -> tuple[str, ...]:
    """Return which lines of other programs did not survive: by name, whatever order or folding they have now."""
    flat = text.replace("\r\n ", "").replace("\r\n\t", "").upper()
    lost = [name for name in FOREIGN if f"\n{name}" not in flat]
    return (*lost, *(("VALARM",) if "BEGIN:VALARM" not in flat else ()))


def is_scratch(name: str, text: str = "") -> bool:
    """Whether an object is a probe's: by its name, or by its UID where the server gave it another name."""
    return name.startswith(SCRATCH) or f"\nUID:{SCRATCH}" in text.replace("\r\n ", "")
