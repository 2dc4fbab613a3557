"""Whether a list has to be read anew, told by a number of its own sort: none is for what it does not show."""

from __future__ import annotations

from typing import NamedTuple

from followthru.store.stamp import Shows, Stamp, stamp
from followthru.store.store import Reader
from followthru_tui.feed import Place, Where

_TASKS_ALONE = frozenset((Place.SECTION, Place.ALL, Place.WEEK, Place.LOADED, Place.TIMELINE, Place.SAVED))
"""Lists in which no update, no mail and no calendar has a line, or a word of one."""


def shows(where: Where) -> Shows:
    """Return what a list shows besides tasks."""
    if where.place in _TASKS_ALONE:
        return Shows.TASKS
    return Shows.CALENDARS if where.place is Place.CALENDARS else Shows.QUESTIONS


class _Seen(NamedTuple):
    """When it was looked last, what stood beside the store then, what was found in it, and the number for all that."""

    at: tuple[int, int]
    beside: object
    found: Stamp
    number: int


class Versions:
    """Numbers of what lists show. None is given twice, for lists of one sort or of two."""

    def __init__(self) -> None:
        self._seen: dict[Shows, _Seen] = {}
        self._given = 0

    def of(self, what: Shows, read: Reader, commits: int, beside: object) -> int:
        """Return a number that rises when something that such lists show has changed, or what stands `beside`.

        `commits` counts those over the connection of `read`, of which its data_version does not tell.
        """
        before = self._seen.get(what)
        at = (read.data_version(), commits)
        found = before.found if before is not None and before.at == at else stamp(read, what)
        if before is not None and (before.found, before.beside) == (found, beside):
            number = before.number
        else:
            self._given = number = self._given + 1
        self._seen[what] = _Seen(at, beside, found, number)
        return number
