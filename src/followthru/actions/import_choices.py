"""What is said about an import, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from followthru.domain.dateword import DateOrder
from followthru.exchange.columns import Column
from followthru.exchange.faults import Fault

LEFT_OUT = "-"
INBOX = "inbox"
SHOWN = 25
"""How many rows a preview shows."""


class Choices(NamedTuple):
    """What is said about files that are to be imported.

    `format` None is found from each file. `kind` is what rows of a CSV are, `columns` which column is what, `given`
    what every row has. `practices` are slugs by names that stand in the files, `inbox`, or `-` for what is left out.
    """

    format: str | None = None
    kind: str = "tasks"
    columns: Mapping[str, str] = {}
    given: Mapping[str, str] = {}
    practices: Mapping[str, str] = {}
    dates: DateOrder | None = None
    delimiter: str | None = None


class Seen(NamedTuple):
    """One row as it will be, for a preview: its line, its title, and what else it says by name."""

    line: int
    title: str
    says: Mapping[str, object]


class FileReport(NamedTuple):
    """What became of one file: rows that are new, those that are here already, left out on purpose, or bad.

    `projects` are the practices that its names were taken for, None for the inbox, with how many rows each has.
    `order_because` is a date that decided the order of the others. `rejects` makes a file of the bad rows.
    """

    name: str
    format: str
    encoding: str
    delimiter: str | None
    columns: Sequence[Column]
    order: str | None
    order_because: str | None
    warnings: Sequence[str]
    notes: Sequence[str]
    projects: Mapping[str, tuple[str | None, int]]
    new: int
    known: int
    left_out: int
    faults: Sequence[Fault]
    rows: Sequence[Seen]
    rejects: Callable[[Mapping[int, str]], str] | None = None

    @property
    def bad(self) -> dict[int, str]:
        """What is wrong with each bad row, by line."""
        found: dict[int, list[str]] = {}
        for fault in self.faults:
            found.setdefault(fault.line, []).append(f"{fault.key}: {fault.words}" if fault.key else fault.words)
        return {line: "; ".join(words) for line, words in sorted(found.items())}


class Brought(NamedTuple):
    """What an import did: its step in the journal (None where nothing was new, or for a preview), and every file."""

    action_id: int | None
    words: str
    files: Sequence[FileReport]

    @property
    def bad(self) -> int:
        """How many rows were bad."""
        return sum(len(one.bad) for one in self.files)
