"""What everybody wrote: each value with what it replaced, so that in the end none of them may be missing.

Every value is used once. An edit is not lost if its value stands, or was replaced by somebody who saw it, or was
thrown away with the event or task that it stood on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import count

Value = date | str
FIRST_DAY = date(2027, 2, 1)


class Tally:
    """All edits of tasks by field, whoever made them."""

    def __init__(self) -> None:
        self._parents: dict[Value, set[Value]] = defaultdict(set)
        self._edits: dict[tuple[int, str], set[Value]] = defaultdict(set)
        self._chosen: dict[Value, set[Value]] = defaultdict(set)
        self._thrown: set[Value] = set()
        self._again: set[Value] = set()
        self._days = (FIRST_DAY + timedelta(days=n) for n in count())
        self._titles = (f"Title {n}" for n in count(1))

    def day(self) -> date:
        """Return a day that nobody has used."""
        return next(self._days)

    def title(self) -> str:
        """Return a title that nobody has used."""
        return next(self._titles)

    def edited(self, task_id: int, field: str, before: Value | None, after: Value | None) -> None:
        """Note that somebody who saw one value replaced it by another. None is no value."""
        if before == after:
            return
        if after is None:
            self.thrown([before])
            return
        if after in self._edits[task_id, field] and before is not None:
            self.preferred(after, before)
        elif before is not None:
            self._parents[after].add(before)
        self._edits[task_id, field].add(after)

    def preferred(self, kept: Value, left: Value) -> None:
        """Note that somebody chose one of two values that were there already, such as by an undo."""
        self._chosen[kept].add(left)
        self._again.add(kept)

    def returned(self, value: Value) -> None:
        """Note that a value is back that had been replaced or thrown away."""
        self._again.add(value)

    def groundless(self, ours: Value, theirs: Value) -> bool:
        """Whether nobody need be asked to choose: who wrote one of two values had seen the other.

        Values that came back, such as by an undo, may have been seen before and after; and what somebody left for
        another value may be asked about once more.
        """
        if {ours, theirs} & self._again:
            return False
        return ours in self._before(theirs) or theirs in self._before(ours)

    def thrown(self, values: Iterable[Value | None]) -> None:
        """Note that values were thrown away, with all that they had replaced."""
        for value in values:
            if value is not None:
                self._thrown |= self.ancestors(value)

    def ancestors(self, value: Value) -> set[Value]:
        """Return a value and all that it replaced, or was chosen over."""
        return self._before(value, self._chosen)

    def _before(self, value: Value, *more: dict[Value, set[Value]]) -> set[Value]:
        found: set[Value] = set()
        todo = [value]
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += (before for edges in (self._parents, *more) for before in edges.get(one, ()))
        return found

    def lost(self, standing: dict[tuple[int, str], set[Value]]) -> Iterator[str]:
        """Yield each edit that is lost, given all values that stand anywhere, by task and field."""
        for (task_id, field), edits in self._edits.items():
            values = standing.get((task_id, field), set())
            known = self._thrown.union(*(self.ancestors(value) for value in values))
            missing = edits - known
            if missing:
                said = sorted(map(str, missing))
                yield f"{field} of task {task_id}: {said} lost; {sorted(map(str, values))} stand"
