"""Details of the task under the cursor and its neighbours, so that the next key finds its detail loaded. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from followthru_tui.feed import TaskDetail

REACH = 4
_KEPT = 64


class Nearby:
    """Remembers details of one version of the store."""

    def __init__(self) -> None:
        self._version = 0
        self._details: dict[int, TaskDetail] = {}
        self._asked: set[int] = set()

    def at(self, version: int) -> None:
        """Forget everything if the store is at another version now."""
        if version != self._version:
            self._version = version
            self._details.clear()
            self._asked.clear()

    def get(self, id: int) -> TaskDetail | None:
        """Return a detail if it is here."""
        return self._details.get(id)

    def wanted(self, entries: Sequence[int], index: int) -> list[int]:
        """Return the ids to ask for so that those within `REACH` lines of `index` are here; often none.

        Nothing is asked until half of the reach is used up.
        """
        near = self._missing(entries, index, REACH // 2)
        if not near:
            return []
        missing = self._missing(entries, index, REACH)
        self._asked = set(missing)
        return missing

    def _missing(self, entries: Sequence[int], index: int, reach: int) -> list[int]:
        around = entries[max(0, index - reach) : index + reach + 1]
        return [id for id in around if id > 0 and id not in self._details and id not in self._asked]

    def take(self, version: int, details: Iterable[TaskDetail]) -> None:
        """Take details that were read at `version`; those of another version are dropped."""
        self._asked.clear()
        if version != self._version:
            return
        if len(self._details) > _KEPT:
            self._details.clear()
        self._details.update((detail.row.id, detail) for detail in details)
