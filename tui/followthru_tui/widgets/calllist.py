"""The lines of a call, with a cursor on what can be acted on."""

from __future__ import annotations

from collections.abc import Sequence

from followthru_tui.callwords import Entry, entry_parts
from followthru_tui.parts import Part
from followthru_tui.widgets.linelist import LineList


class CallList(LineList, can_focus=False):
    """Shows entries; headings are not selected."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.entries: Sequence[Entry] = ()
        self.empty_words = ""

    def show(self, entries: Sequence[Entry], select: str | None = None) -> None:
        """Show these entries. The cursor goes to what `select` names, or stays on what it stands on, or near."""
        wanted = select or (None if self.entry is None else self.entry.key)
        self.entries = entries
        found = [at for at, entry in enumerate(entries) if entry.key is not None and entry.key == wanted]
        near = min(found, key=lambda at: abs(at - self.cursor), default=max(0, min(self.cursor, len(entries) - 1)))
        # Even where the cursor has the same place, another line may stand there now.
        self.cursor = -1
        self.lines_changed()
        self.go(near)
        self.cursor = max(0, self.cursor)

    @property
    def entry(self) -> Entry | None:
        """What is under the cursor."""
        here = self.entries[self.cursor] if 0 <= self.cursor < len(self.entries) else None
        return None if here is None or here.key is None else here

    def count(self) -> int:
        """Return how many lines there are."""
        return len(self.entries)

    def selectable(self, index: int) -> bool:
        """Whether a line is no heading."""
        return self.entries[index].key is not None

    def parts(self, index: int, width: int) -> list[Part]:
        """Return what a line holds."""
        return entry_parts(self.entries[index], width)

    def lead(self, index: int) -> int:
        """Return 1 for the first line under a heading."""
        return int(0 < index < len(self.entries) and self.entries[index - 1].key is None)

    def words_when_empty(self) -> str:
        """Return what is painted when nothing is open."""
        return self.empty_words
