"""Which format a file is in, found from what it holds; and how each is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from followthru.domain.dateword import DateOrder
from followthru.exchange import asana, taskwarrior, todoist, todotxt
from followthru.exchange.csv_table import Table
from followthru.exchange.foreign import Found
from followthru.exchange.sources import Source

LINES = "lines"
CSV = "csv"
ICS = "ics"
"""Read by those who know calendars."""
FORMATS = (LINES, CSV, todoist.NAME, asana.NAME, taskwarrior.NAME, todotxt.NAME, ICS)


class How(NamedTuple):
    """How a file is read where it does not say so itself: the zone of its instants, order of its dates, delimiter."""

    zone: str
    dates: DateOrder | None = None
    delimiter: str | None = None


def is_lines(head: str) -> bool:
    """Whether a file that begins so holds the JSON lines of an export of ours."""
    first = head.lstrip("\ufeff \t\r\n").partition("\n")[0]
    return first.startswith("{") and not (taskwarrior.fits(first) and '"type"' not in first)


def sniff(source: Source) -> str:
    """Return the format that a file is in."""
    text = source.text
    if text[:200].lstrip().upper().startswith("BEGIN:VCALENDAR"):
        return ICS
    head = text[:4000].lstrip()
    if is_lines(head):
        return LINES
    if taskwarrior.fits(text):
        return taskwarrior.NAME
    if source.name.casefold().endswith((".csv", ".tsv")):
        return _table(Table(source))
    first = head.partition("\n")[0]
    if todotxt.fits(text) and not any(part in first for part in (",", ";", "\t")):
        return todotxt.NAME
    if source.name.casefold().endswith(".txt") and todotxt.fits(text):
        return todotxt.NAME
    return _table(Table(source))


def _table(table: Table) -> str:
    return next((one.NAME for one in (todoist, asana) if one.fits(table.header)), CSV)


def read(source: Source, format: str, how: How) -> Found:
    """Read a file of another program. Raises UnreadableError, UsageError, KeyError for any other format."""
    return _READ[format](source, how)


_READ: dict[str, Callable[[Source, How], Found]] = {
    todoist.NAME: lambda source, how: todoist.read(Table(source, how.delimiter)),
    asana.NAME: lambda source, how: asana.read(Table(source, how.delimiter), how.dates),
    taskwarrior.NAME: lambda source, how: taskwarrior.read(source, how.zone),
    todotxt.NAME: lambda source, how: todotxt.read(source),
}
