"""A table in a CSV file: which character parts its cells, its header, and its rows with their lines (RFC 4180).

What a spreadsheet would run as a formula is text like any other on its way in; on its way out `cell` makes it text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from followthru.domain.plain import one_line, shown
from followthru.exchange.sources import Source, UnreadableError

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MOST_ROWS = 200_000
MOST_COLUMNS = 200
LONGEST_CELL = 100_000
IGNORED = "#"
"""A column whose name begins so is ours, such as what is wrong with a row, and is passed over on the way in."""
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class Record(NamedTuple):
    """One row: the line on which it begins (from 1), and its cells, as many as the header has."""

    line: int
    cells: tuple[str, ...]
    extra: tuple[str, ...] = ()


class Table:
    """A table, its rows read as they are asked for."""

    def __init__(self, source: Source, delimiter: str | None = None) -> None:
        """Find the delimiter and read the header. Raises UnreadableError."""
        self.source = source
        self._start, said = _excel_line(source.text)
        self.delimiter = delimiter or said or _likeliest(source, self._start)
        self.header, self.header_line = self._read_header()

    @property
    def name(self) -> str:
        """The file's name."""
        return self.source.name

    def records(self) -> Iterator[Record]:
        """Yield the rows in order; empty ones are passed over. Raises UnreadableError with the line."""
        width, count = len(self.header), 0
        for line, cells in self._rows():
            if line <= self.header_line or not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > MOST_ROWS:
                raise UnreadableError(
                    self.name, f"there are more than {MOST_ROWS:,} rows.", line=line, remedy="Split the file."
                )
            padded = (*(text_of(cell) for cell in cells[:width]), *[""] * (width - len(cells)))
            yield Record(line, padded, tuple(cell for cell in cells[width:] if cell.strip()))

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield every row with the line on which it begins."""
        csv.field_size_limit(LONGEST_CELL)
        text = io.StringIO(self.source.text, newline="")
        text.seek(self._start)
        before = 1 if self._start else 0
        # Strict: where a quote is not closed nobody can say what the rows are.
        reader = csv.reader(text, delimiter=self.delimiter, strict=True)
        while True:
            line = reader.line_num + 1 + before
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise _broken(self.name, line, error) from None
            if cells is None:
                return
            yield line, cells

    def _read_header(self) -> tuple[tuple[str, ...], int]:
        for line, cells in self._rows():
            named = [one_line(cell) for cell in cells]
            while named and not named[-1]:
                named.pop()
            if len(named) > MOST_COLUMNS:
                raise UnreadableError(self.name, f"has more than {MOST_COLUMNS} columns.", line=line)
            if named:
                return _told_apart(named), line
        raise UnreadableError(self.name, "holds no table: there is no line that names its columns.")


def _told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of columns of which no two are the same, and none empty."""
    found: list[str] = []
    for at, name in enumerate(names, 1):
        wanted, times = name or f"column {at}", 1
        while wanted in found:
            times += 1
            wanted = f"{name or f'column {at}'} ({times})"
        found.append(wanted)
    return tuple(found)


def _excel_line(text: str) -> tuple[int, str | None]:
    """Return where the table begins and the delimiter that a first line `sep=;` names, as Excel writes it."""
    first, newline, _ = text.partition("\n")
    said = first.rstrip("\r")
    if newline and said.casefold().startswith("sep=") and len(said) == len("sep=;"):
        return len(first) + 1, said[-1]
    return 0, None


def _likeliest(source: Source, start: int) -> str:
    """Return the delimiter that parts the header into most cells; a comma where none does."""
    head = source.text[start : start + LONGEST_CELL].lstrip("\r\n")
    counts = dict.fromkeys(DELIMITERS, 0)
    quoted = False
    for char in head:
        if char == '"':
            quoted = not quoted
        elif not quoted and char in "\r\n":
            break
        elif not quoted and char in counts:
            counts[char] += 1
    return max(DELIMITERS, key=lambda each: counts[each])


def _broken(name: str, line: int, error: csv.Error) -> UnreadableError:
    if "field limit" in str(error):
        words = f"a cell is longer than {LONGEST_CELL:,} characters, or a quote is not closed."
    elif "unexpected end" in str(error):
        words = "a quote that begins here is not closed."
    else:
        words = f"this is no row of a CSV: {error}."
    return UnreadableError(name, words, line=line, remedy="Mend that line, or export the file anew.")


def text_of(cell: str) -> str:
    """Return what a cell of ours says: without the apostrophe that `cell` puts before what looks like a formula."""
    return cell[1:] if cell[:1] == "'" and _looks_run(cell.lstrip("'")) else cell


def _looks_run(text: str) -> bool:
    return text.startswith(_FORMULAS)


def cell(value: object) -> str:
    """Return a value as a cell: what a spreadsheet would run as a formula gets an apostrophe before it."""
    text = "" if value is None else shown(str(value))
    return f"'{text}" if _looks_run(text.lstrip("'")) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdecimal()


def row_text(values: Iterable[object]) -> str:
    """Return one row without its line end."""
    buffer = io.StringIO()
    # A cell is quoted for the line ends that the writer knows of.
    csv.writer(buffer, lineterminator="\r\n").writerow([cell(value) for value in values])
    return buffer.getvalue().removesuffix("\r\n")
