"""Todos and events of an iCalendar file as tasks of another program: each event is what is to be done on its day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from followthru.calendars.entries import Entry, NoCalendarError, entries
from followthru.calendars.rrule import rule_of
from followthru.domain.clock import zone as zone_named
from followthru.domain.task import Status
from followthru.exchange.faults import Fault
from followthru.exchange.foreign import Foreign, Found, clean_tag, clean_title, once_each
from followthru.exchange.sniffing import ICS
from followthru.exchange.sources import Source, UnreadableError

_STATUS = {"COMPLETED": Status.DONE, "CANCELLED": Status.DROPPED, "IN-PROCESS": Status.STARTED}


def read(source: Source, zone: str) -> Found:
    """Read a file. `zone` is where its reader lives. Raises UnreadableError for what is no iCalendar."""
    found: list[Foreign] = []
    faults: list[Fault] = []
    raw: dict[int, str] = {}
    try:
        for entry in entries(source.text, zone_named(zone)):
            if entry.wrong is not None or not clean_title(entry.title):
                raw[entry.line] = entry.raw
                faults.append(Fault(entry.line, "", _wrong(entry)))
            else:
                found.append(_task(entry))
    except NoCalendarError as error:
        raise UnreadableError(source.name, f"{error}.", line=error.line, remedy="Export the calendar anew.") from None
    tasks, twice = once_each(found)

    def rejects(problems: Mapping[int, str]) -> str:
        body = "".join(raw.get(line, "") for line in sorted(problems)).replace("\n", "\r\n")
        return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n"

    return Found(ICS, source.name, tasks, (*faults, *twice), rejects=rejects)


def _wrong(entry: Entry) -> str:
    if entry.wrong is None:
        return "has no SUMMARY: a task needs a title"
    return f"“{clean_title(entry.title)[:60]}” {entry.wrong}" if entry.title else entry.wrong


def _task(entry: Entry) -> Foreign:
    rule, kept = rule_of(entry.rule, entry.due or entry.starts)
    title = clean_title(entry.title)
    done = entry.status == "COMPLETED" or entry.completed is not None
    return Foreign(
        line=entry.line,
        key=entry.uid or f"{title}\n{entry.due}",
        title=title,
        project=clean_title(entry.calendar) or None,
        notes=tuple(_notes(entry, kept)),
        tags=tuple(dict.fromkeys(tag for one in entry.categories if (tag := clean_tag(one)))),
        priority=_priority(entry.priority),
        target_on=entry.due,
        starts_on=entry.starts,
        repeats=rule,
        status=Status.DONE if done else _STATUS.get(entry.status),
        done_on=entry.completed,
        parent=entry.parent,
    )


def _notes(entry: Entry, rule: str | None) -> Iterator[str]:
    said = {
        "": entry.description,
        "Starts at": entry.clock,
        "Until": entry.last and entry.last.isoformat(),
        "Repeats": rule,
        "Priority": entry.priority if _priority(entry.priority) is None and entry.priority != "0" else None,
    }
    for name, value in (*said.items(), *entry.kept):
        if value:
            yield f"{name}: {value}" if name else value


def _priority(text: str) -> str | None:
    """Return high for 1 to 4 and low for 6 to 9 (RFC 5545 section 3.8.1.9)."""
    if text in ("1", "2", "3", "4"):
        return "high"
    return "low" if text in ("6", "7", "8", "9") else None
