"""Lists of tasks that were read stay at hand while nobody writes: what is asked again, or of a part, is not read again.

Who types a filter asks for one list after another: each narrower than the one before, and each again as letters are
taken back. Of 100,000 tasks the longest lists take tens of milliseconds to read in their order, and a few to sieve.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict

from followthru.store import tasks
from followthru.store.store import Reader
from followthru.store.tasks import Query, Sieve

MOST = 1_000_000
"""Ids in all lists together: 8 MB."""

_Asked = tuple[str, tuple[object, ...]]


class Lists:
    """Ids of tasks by query, as they are in one state of the store. The lists are shared: nobody changes them."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._stand: tuple[int, int] | None = None
        self._kept: OrderedDict[_Asked, array[int]] = OrderedDict()

    def ids(self, read: Reader, query: Query) -> array[int]:
        """Return the ids of tasks in order of their next date, `read` within a snapshot: no one writes meanwhile."""
        stand = read.stand()
        if stand != self._stand:
            self._kept.clear()
            self._stand = stand
        return self._list(read, query)

    def _list(self, read: Reader, query: Query) -> array[int]:
        asked = (query.where, query.values)
        found = self._kept.get(asked)
        if found is None:
            found = self._sieved(read, query.sieve) if query.sieve else array("q", tasks.ids(read, query))
            self._kept[asked] = found
            self._make_room()
        else:
            self._kept.move_to_end(asked)
        return found

    def _sieved(self, read: Reader, sieve: Sieve) -> array[int]:
        """Return what is left of a wider list; that is read first where it is not at hand: the next letter uses it."""
        left = self._list(read, sieve.wider)
        for within in sieve.sets:
            found = tasks.among(read, within)
            left = array("q", [id for id in left if (id in found) != within.negated])
        return left

    def _make_room(self) -> None:
        """Forget what was not asked for the longest, but never the newest."""
        held = sum(map(len, self._kept.values()))
        while held > self._most and len(self._kept) > 1:
            held -= len(self._kept.popitem(last=False)[1])
