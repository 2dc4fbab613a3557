"""A history of promises as CSV: columns practice, kind, told_on, done_on; others are ignored (RFC 4180)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, TextIO

from followthru.domain.forecast import Case
from followthru.errors import FollowthruError, UsageError

COLUMNS = ("practice", "kind", "told_on", "done_on")
PROMISED = "promised_on"
_LONGEST = 1_000_000


class Row(NamedTuple):
    """One line: the four words as they stand, and the case they mean."""

    line: int
    words: tuple[str, ...]
    case: Case


class Histories(NamedTuple):
    """What a file holds. `backwards` are the lines left out because they were done before they were told."""

    rows: tuple[Row, ...]
    backwards: tuple[int, ...]


def read(file: TextIO, name: str) -> Histories:
    """Read a whole file. Raises UsageError naming file and line for what cannot be read."""
    reader = csv.reader(file)
    rows: list[Row] = []
    backwards: list[int] = []
    try:
        places = _places(next(reader, list[str]()), name)
        for place, fields in enumerate(reader):
            if not any(field.strip() for field in fields):
                continue
            row = _row(fields, places, place, reader.line_num, name)
            if row.case.done_on is not None and row.case.done_on < row.case.told_on:
                backwards.append(row.line)
            else:
                rows.append(row)
            if len(rows) > _LONGEST:
                raise _wrong(name, reader.line_num, f"there are more than {_LONGEST} lines")
    except (csv.Error, UnicodeDecodeError) as error:
        raise _wrong(name, max(1, reader.line_num), f"it is no CSV in UTF-8: {error}") from error
    return Histories(tuple(rows), tuple(backwards))


def _places(header: Sequence[str], name: str) -> tuple[int, ...]:
    """Return where each column stands. Raises UsageError for a missing one."""
    named = [field.strip().lower().lstrip("\ufeff") for field in header]
    missing = [column for column in COLUMNS if column not in named]
    if missing:
        raise _wrong(name, 1, f"the column {', '.join(missing)} is missing; there are {', '.join(named) or 'none'}")
    return tuple(named.index(column) for column in COLUMNS)


def _row(fields: Sequence[str], places: Sequence[int], place: int, line: int, name: str) -> Row:
    if len(fields) <= max(places):
        raise _wrong(name, line, f"it has {len(fields)} fields where {max(places) + 1} are needed")
    words = tuple(fields[at] for at in places)
    practice, kind, told, done = (one.strip() for one in words)
    told_on = _day(told, "told_on", line, name)
    done_on = _day(done, "done_on", line, name) if done else None
    return Row(line, words, Case(practice or None, kind or None, told_on, done_on, place))


def _day(text: str, column: str, line: int, name: str) -> date:
    """Read an ISO date; a clock time after it is passed over."""
    day, rest = text[:10], text[10:]
    try:
        if rest and rest[0] not in "T ":
            raise ValueError(text)
        return date.fromisoformat(day)
    except ValueError:
        raise _wrong(name, line, f"{column} {text[:40]!a} is no date such as 2027-01-15") from None


def _wrong(name: str, line: int, words: str) -> FollowthruError:
    return UsageError(f"{name}, line {line}: {words}.", safe="Nothing was read from it or written.")


def lines(answered: Iterable[tuple[Row, date]]) -> Iterator[str]:
    """Yield a CSV of the rows that could be answered: their words unchanged, and the date they would have got."""
    import io

    for words in ((*COLUMNS, PROMISED), *((*row.words, promised.isoformat()) for row, promised in answered)):
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerow(words)
        yield buffer.getvalue().removesuffix("\n")
