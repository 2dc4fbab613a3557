"""Rows that could not be taken, as a file of their own: mended there, it is imported like the first one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from followthru.exchange.csv_table import Table, row_text
from followthru.exchange.sheet import PROBLEM
from followthru.exchange.sources import Source

REJECTS = ".rejects"
"""What stands in the name of such a file before its suffix."""


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
