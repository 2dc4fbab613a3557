"""Rows that could not be taken, as a file of their own: mended there, it is imported like the first one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePath

from followthru.exchange.csv_table import Table, row_text
from followthru.exchange.sheet import PROBLEM
from followthru.exchange.sources import Source

_MARK = ".rejects"
_MARKED = re.compile(r"\.rejects(-\d+)?$", re.ASCII)


def without_mark(stem: str) -> str:
    """Return the stem of the file whose bad rows a file of this stem holds: mended rows belong where they came from."""
    return _MARKED.sub("", stem)


def rejects_path(file: PurePath, taken: Callable[[PurePath], bool]) -> PurePath:
    """Return a path beside a file for its bad rows, one that is not taken."""
    stem, times = without_mark(file.stem), 1
    path = file.with_name(f"{stem}{_MARK}{file.suffix}")
    while taken(path):
        times += 1
        path = file.with_name(f"{stem}{_MARK}-{times}{file.suffix}")
    return path


def rejected_rows(table: Table) -> Callable[[Mapping[int, str]], str]:
    """Return what makes a CSV of the rows at some lines, each after what is wrong with it."""

    def text(problems: Mapping[int, str]) -> str:
        rows = [row_text((PROBLEM, *table.header))]
        rows += [
            row_text((problems[record.line], *record.cells, *record.extra))
            for record in table.records()
            if record.line in problems
        ]
        return "\r\n".join(rows) + "\r\n"

    return text


def rejected_lines(source: Source) -> Callable[[Mapping[int, str]], str]:
    """Return what makes a text of some lines of a file."""

    def text(problems: Mapping[int, str]) -> str:
        lines = source.lines()
        return "".join(f"{lines[line - 1]}\n" for line in sorted(problems) if line <= len(lines))

    return text
