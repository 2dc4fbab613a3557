"""Which tasks of a list are marked: one by one, a range that follows the cursor, or all. Pure."""

from __future__ import annotations

from collections.abc import Sequence, Set


class Marks:
    """Marked task ids. Entries of a list are task ids above 0, anything else is no task and never marked."""

    def __init__(self) -> None:
        self.ids: set[int] = set()
        self._anchor: int | None = None
        self._before: set[int] = set()

    @property
    def ranging(self) -> bool:
        """Whether a range follows the cursor."""
        return self._anchor is not None

    def toggle(self, id: int) -> None:
        """Mark a task, or take its mark away."""
        self.ids ^= {id}

    def begin(self, id: int) -> None:
        """Begin a range at a task."""
        self._anchor, self._before = id, set(self.ids)
        self.ids |= {id}

    def end(self) -> None:
        """Let the range stand as it is."""
        self._anchor = None

    def follow(self, entries: Sequence[int], cursor: int) -> bool:
        """Let the range reach to the cursor; True if other tasks are marked now."""
        if self._anchor is None:
            return False
        try:
            anchor = entries.index(self._anchor)
        except ValueError:
            # The task is in this list no more: what was marked stays.
            self._anchor = None
            return False
        first, last = sorted((anchor, cursor))
        before, self.ids = self.ids, self._before | {id for id in entries[first : last + 1] if id > 0}
        return before != self.ids

    def all(self, entries: Sequence[int]) -> None:
        """Mark every task of the list, or, if every one is marked, none."""
        self._anchor = None
        every = {id for id in entries if id > 0}
        self.ids = self.ids - every if every <= self.ids else self.ids | every

    def only(self, ids: Set[int]) -> None:
        """Leave marks on these alone, of those that have one."""
        self._anchor = None
        self.ids = self.ids & ids

    def clear(self) -> bool:
        """Take every mark away; True if there was one."""
        self._anchor = None
        had = bool(self.ids)
        self.ids = set()
        return had
