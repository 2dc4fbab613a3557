"""A collection as another calendar program sees it: texts by name, read and edited without any code of ours."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import NamedTuple, Protocol

_DAY = re.compile(r"\d{8}")
_TITLE = re.compile(r"Title \d+")
DATED = ("DTSTART", "DTEND", "DUE")
CANARY = "canary of somebody else"
FOREIGN = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\nBEGIN:VEVENT\r\nUID:foreign-{n}\r\n"
    "DTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260720\r\nDTEND;VALUE=DATE:20260721\r\n"
    "SUMMARY:{canary} {n}\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"
)
NOTE = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n"
    "DTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:{on:%Y%m%d}\r\nDTEND;VALUE=DATE:{after:%Y%m%d}\r\n"
    "SUMMARY:{title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
REPEATING = "RRULE:FREQ=WEEKLY\r\n"


class Shelf(Protocol):
    """The objects of one collection, by name."""

    def texts(self) -> dict[str, str]:
        """Return every object's text."""
        ...

    def put(self, name: str, text: str) -> None:
        """Write an object, whatever was there."""
        ...

    def delete(self, name: str) -> None:
        """Delete an object."""
        ...


class Seen(NamedTuple):
    """What an object of ours says. `title` is the task's alone, without what stands around it.

    `utc` says that day and time are those of an instant: a server that refused a text was told it so.
    """

    name: str
    text: str
    uid: str
    task_uid: str
    role: str
    title: str
    on: date
    time: str | None
    done: bool
    utc: bool = False

    @property
    def start(self) -> datetime:
        """The day and clock time as they are written, as if there were no zones."""
        return datetime.combine(self.on, clock.fromisoformat(self.time or "00:00"))

    def later_by(self, by: timedelta) -> Seen:
        """Return the object with another day and clock time."""
        return self._replace(on=(self.start + by).date(), time=f"{self.start + by:%H:%M}")


def uid_of(text: str) -> str:
    """Return an object's UID."""
    return _value(_lines(text), "UID") or ""


def is_marked(text: str) -> bool:
    """Whether an object carries our mark: it was made by us."""
    return _value(_lines(text), "X-FOLLOWTHRU-ID") is not None


def seen(name: str, text: str, known: tuple[str, str] | None = None) -> Seen | None:
    """Read an object; None for one that does not carry our mark, and is not `known` by its task's uid and role."""
    lines = _lines(text)
    marked = _value(lines, "X-FOLLOWTHRU-ID")
    task_uid, role = (marked, _value(lines, "X-FOLLOWTHRU-ROLE") or "") if marked else known or (None, "")
    summary = _value(lines, "SUMMARY")
    if task_uid is None or summary is None:
        return None
    start = _value(lines, "DUE") or _value(lines, "DTSTART") or ""
    title = _TITLE.search(summary)
    moment = re.fullmatch(r"(\d{8})(?:T(\d\d)(\d\d)\d\dZ?)?", start)
    assert moment is not None, text
    return Seen(
        name,
        text,
        _value(lines, "UID") or "",
        task_uid,
        role,
        title[0] if title else summary,
        _day(moment[1]),
        f"{moment[2]}:{moment[3]}" if moment[2] else None,
        summary.startswith("done: ") or _value(lines, "STATUS") == "COMPLETED",
        start.endswith("Z"),
    )


def moved(text: str, by: timedelta) -> str:
    """Return an object moved by some days, as long as it was."""
    lines = _lines(text)
    return _joined([_shifted(line, by) if _name(line) in DATED and _in_part(lines, line) else line for line in lines])


def later(text: str) -> str:
    """Return an object a quarter of an hour later on the same day, or in the morning where the day would end."""
    lines = _lines(text)
    start = datetime.strptime((_value(lines, "DUE") or _value(lines, "DTSTART") or "")[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007
    by = timedelta(minutes=15) if start.hour < 23 else timedelta(hours=-14)
    return _joined([_by(line, by) if _name(line) in DATED and _in_part(lines, line) else line for line in lines])


def _by(line: str, by: timedelta) -> str:
    head, _, value = line.rpartition(":")
    moment = re.fullmatch(r"(\d{8}T\d{6})(Z?)", value)
    if moment is None:
        return line
    return f"{head}:{datetime.strptime(moment[1], '%Y%m%dT%H%M%S') + by:%Y%m%dT%H%M%S}{moment[2]}"  # noqa: DTZ007


def retitled(text: str, old: str, new: str) -> str:
    """Return an object with another title in place of the old one."""
    return _joined([line.replace(old, new) if _name(line) == "SUMMARY" else line for line in _lines(text)])


def ticked(text: str) -> str:
    """Return an object ticked, or with its tick taken away: a todo by its status, an event by words in its title."""
    lines = _lines(text)
    if "BEGIN:VTODO" in lines:
        return _joined(_todo_ticked(lines))
    done = any(line.startswith("SUMMARY:done: ") for line in lines)
    old, new = ("SUMMARY:done: ", "SUMMARY:") if done else ("SUMMARY:", "SUMMARY:done: ")
    return _joined([line.replace(old, new, 1) if _name(line) == "SUMMARY" else line for line in lines])


def _todo_ticked(lines: list[str]) -> list[str]:
    kept = [line for line in lines if _name(line) not in ("STATUS", "COMPLETED", "PERCENT-COMPLETE")]
    done = "STATUS:COMPLETED" in lines
    said = ["STATUS:NEEDS-ACTION"] if done else ["STATUS:COMPLETED", "COMPLETED:20260701T120000Z"]
    end = kept.index("END:VTODO")
    return [*kept[:end], *said, *kept[end:]]


def annotated(text: str, words: str) -> str:
    """Return an object with something of the other program's own in it."""
    end = "END:VTODO" if "END:VTODO" in text else "END:VEVENT"
    return text.replace(end, f"X-NOTE:{words}\r\n{end}")


def copied(text: str, uid: str) -> str:
    """Return a copy of an object under a UID of its own."""
    return _joined([f"UID:{uid}" if _name(line) == "UID" else line for line in _lines(text)])


def foreign(number: int, *, repeats: bool) -> str:
    """Return something of somebody else's."""
    return FOREIGN.format(n=number, canary=CANARY, more=REPEATING if repeats else "")


def note(uid: str, title: str, on: date) -> str:
    """Return a thing to do as somebody notes it in a calendar program."""
    return NOTE.format(uid=uid, title=title, on=on, after=on + timedelta(days=1))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\n ", "").rstrip("\n").split("\n")


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)


def _name(line: str) -> str:
    return re.split("[:;]", line, maxsplit=1)[0].upper()


def _in_part(lines: list[str], line: str) -> bool:
    """Whether a line stands in the event itself, after any time zone."""
    zone_ends = max((n for n, one in enumerate(lines) if one == "END:VTIMEZONE"), default=-1)
    return line not in lines[: zone_ends + 1]


def _value(lines: list[str], name: str) -> str | None:
    zone_ends = max((n for n, one in enumerate(lines) if one == "END:VTIMEZONE"), default=-1)
    found = (line.partition(":")[2] for line in lines[zone_ends + 1 :] if _name(line) == name)
    return next(found, None)


def _shifted(line: str, by: timedelta) -> str:
    head, _, value = line.rpartition(":")
    return f"{head}:{_DAY.sub(lambda day: f'{_day(day[0]) + by:%Y%m%d}', value, count=1)}"


def _day(digits: str) -> date:
    return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 -- a civil date
