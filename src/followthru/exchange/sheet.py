"""A table whose columns are known: its rows as fields with dates read, and everything that is wrong by line.

This is the one way in for CSV, whatever its rows are: a `Shape` says what they are made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from followthru.domain.dateword import DateOrder
from followthru.domain.plain import one_line, several_lines
from followthru.exchange.columns import NOTES, Shape, checked, columns
from followthru.exchange.csv_table import IGNORED, Record, Table
from followthru.exchange.days import Order, read_day, settled
from followthru.exchange.faults import Fault
from followthru.exchange.values import WrongValueError

PROBLEM = f"{IGNORED}problem"


class Row(NamedTuple):
    """One row. `texts` and `days` are by target; empty cells are left out. `faults` are by column.

    `notes` are the lines of what is kept as a note, `cells` all of it as it stood.
    """

    line: int
    texts: Mapping[str, str]
    days: Mapping[str, date]
    notes: tuple[str, ...]
    faults: tuple[Fault, ...]
    cells: tuple[str, ...]


class Sheet:
    """A table whose columns are known. `order` is how its dates are read, `because` the date that says so, if one."""

    def __init__(
        self,
        table: Table,
        shape: Shape,
        said: Mapping[str, str] | None = None,
        dates: DateOrder | None = None,
        given: Mapping[str, str] | None = None,
    ) -> None:
        """Settle the columns and the order of dates. `given` is what every row has whose own cell is empty.

        Raises UsageError where a column is missing or nobody can say which of two numbers is the day, UnreadableError.
        """
        self.table, self.shape = table, shape
        self.columns = columns(table.header, shape, said or {})
        self._given = {checked(shape, name): one_line(text) for name, text in (given or {}).items()}
        self._read = tuple(one for one in self.columns if one.to)
        self._days = frozenset(one.at for one in self._read if shape.target(one.to).is_day)
        found = Order(dates) if dates is not None else self._order()
        self.order, self.because = found.order or DateOrder.DMY, found.because

    def rows(self) -> Iterator[Row]:
        """Yield every row. Raises UnreadableError for what is no row at all."""
        for record in self.table.records():
            yield self._row(record)

    def _order(self) -> Order:
        if not self._days:
            return Order(DateOrder.DMY)
        cells = (record.cells[at] for record in self.table.records() for at in self._days)
        return settled(self.table.name, (cell for cell in cells if cell))

    def _row(self, record: Record) -> Row:
        texts: dict[str, str] = {}
        days: dict[str, date] = {}
        notes: list[str] = []
        faults = [
            Fault(record.line, "", f"has more cells than the header: “{extra[:40]}”") for extra in record.extra[:1]
        ]
        for column in self._read:
            text = record.cells[column.at].strip()
            if not text:
                continue
            if column.to == NOTES:
                notes.append(_note(column.header if column.named else "", text))
            elif column.at in self._days:
                try:
                    days[column.to] = read_day(text, self.order)
                except WrongValueError as error:
                    faults.append(Fault(record.line, column.header, str(error)))
            else:
                read = one_line(text)
                texts[column.to] = f"{texts[column.to]}, {read}" if column.to in texts else read
        texts = {**self._given, **texts}
        return Row(record.line, texts, days, tuple(notes), tuple(faults), record.cells)


def _note(name: str, text: str) -> str:
    said = several_lines(text)
    return f"{name}: {said}" if name else said
