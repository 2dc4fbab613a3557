"""What a task list shows: entries in order, and the rows that happen to be loaded. No widget, no I/O."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from followthru.domain.task import TaskRow
from followthru_tui.feed import Line, View, Where


class MarkKind(StrEnum):
    """The entries that are no tasks."""

    HEADING = "heading"
    BLANK = "blank"
    MORE = "more"
    LINE = "line"
    NOTE = "note"


class Mark(NamedTuple):
    """An entry that is no task. `key` names a section (`late`) or a line (`update:12`), `whole` the list to open."""

    kind: MarkKind
    words: str
    key: str
    line: Line | None = None
    whole: Where | None = None


Key = int | str
"""What an entry is recognised by after a refresh: a task's id, or a mark's key."""


class ListModel:
    """The entries of one view.

    `entries` holds task ids (above 0) and marks as `-1 - position in marks`. A view of one unheaded
    section keeps that section's own array, however long, uncopied.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self.marks: list[Mark] = []
        self.entries: Sequence[int] = self._entries(view)
        self.loaded = range(0)
        self.rows: dict[int, TaskRow] = {row.id: row for row in view.rows}
        behind = {mark.line.task for mark in self.marks if mark.line is not None and mark.line.task is not None}
        self._behind = {id: self.rows[id] for id in behind if id in self.rows}

    def __len__(self) -> int:
        return len(self.entries)

    def _entries(self, view: View) -> Sequence[int]:
        if len(view.sections) == 1 and not view.sections[0].words and not view.sections[0].lines:
            return view.sections[0].ids
        entries = array("q")
        for section in view.sections:
            if section.words:
                if entries:
                    entries.append(self._mark(Mark(MarkKind.BLANK, "", "")))
                entries.append(self._mark(Mark(MarkKind.HEADING, f"{section.words} ({section.total:,})", section.key)))
            if section.note:
                entries.append(self._mark(Mark(MarkKind.NOTE, section.note, "")))
            entries.extend(section.ids)
            for line in section.lines:
                entries.append(self._mark(Mark(MarkKind.LINE, line.title, line.key, line)))
                entries.extend(self._mark(Mark(MarkKind.NOTE, words, "")) for words in line.under)
            missing = section.total - len(section.ids) - len(section.lines)
            if missing > 0:
                words = section.more or f"and {missing:,} more"
                entries.append(self._mark(Mark(MarkKind.MORE, words, f"more:{section.key}", None, section.whole)))
        return entries

    def _mark(self, mark: Mark) -> int:
        self.marks.append(mark)
        return -len(self.marks)

    def mark(self, index: int) -> Mark | None:
        """Return the mark at an index, or None if a task is there."""
        entry = self.entries[index]
        return self.marks[-1 - entry] if entry < 0 else None

    def selectable(self, index: int) -> bool:
        """Whether the cursor may stand there: on tasks, lines and `and 120 more`."""
        mark = self.mark(index)
        return mark is None or mark.kind in (MarkKind.MORE, MarkKind.LINE)

    def row(self, index: int) -> TaskRow | None:
        """Return the row at an index if a task is there, or behind the line there, and it is loaded."""
        mark = self.mark(index)
        if mark is None:
            return self.rows.get(self.entries[index])
        return None if mark.line is None or mark.line.task is None else self._behind.get(mark.line.task)

    def key(self, index: int) -> Key | None:
        """Return what the entry at an index is recognised by; None outside the list."""
        if not 0 <= index < len(self.entries):
            return None
        mark = self.mark(index)
        return self.entries[index] if mark is None else mark.key

    def notes_below(self, index: int) -> int:
        """Return how many lines below this one belong to it."""
        count = 0
        while index + count + 1 < len(self.entries):
            mark = self.mark(index + count + 1)
            if mark is None or mark.kind is not MarkKind.NOTE:
                break
            count += 1
        return count

    def index_of(self, key: Key | None) -> int | None:
        """Return where an entry stands now. Costs a search: for refreshes, not for key presses."""
        if isinstance(key, int):
            try:
                return self.entries.index(key)
            except ValueError:
                return self._index_of_line(lambda line: line.task == key)
        for position, mark in enumerate(self.marks):
            if key is not None and mark.key == key:
                return self.entries.index(-1 - position)
        return None

    def _index_of_line(self, wanted: Callable[[Line], bool]) -> int | None:
        for position, mark in enumerate(self.marks):
            if mark.line is not None and wanted(mark.line):
                return self.entries.index(-1 - position)
        return None

    def near(self, index: int, reach: int) -> tuple[list[int], int]:
        """Return the tasks at or behind the lines around an index (0 for none), and where in them it stands."""
        first = max(0, index - reach)
        return [self._task_at(at) for at in range(first, min(len(self.entries), index + reach + 1))], index - first

    def _task_at(self, index: int) -> int:
        mark = self.mark(index)
        if mark is None:
            return self.entries[index]
        return 0 if mark.line is None or mark.line.facts else mark.line.task or 0

    def missing(self, span: range) -> array[int]:
        """Return the ids within a span of lines whose rows are not loaded."""
        rows = self.rows
        return array("q", (id for id in self.entries[span.start : span.stop] if id > 0 and id not in rows))

    def holds(self, view: View) -> bool:
        """Whether a view has the same lines in the same order on the same days, and brings no row that differs."""
        old = self.view
        return (
            (view.where, view.todays, view.remark, view.order) == (old.where, old.todays, old.remark, old.order)
            and view.sections == old.sections
            and all(self.rows.get(row.id, row) == row for row in view.rows)
        )

    def load(self, span: range, rows: Iterable[TaskRow]) -> None:
        """Take rows for a span of lines and forget those far outside it."""
        fresh = {row.id: row for row in rows}
        self.rows = {
            id: row for id in self.entries[span.start : span.stop] if (row := fresh.get(id) or self.rows.get(id))
        }
        self.loaded = span
