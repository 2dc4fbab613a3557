"""Lists of tasks stay at hand while no task changes: what is asked again, or of a part of it, is not read again.

Who types a filter asks for one list after another: each narrower than the one before, and each again as letters are
taken back. Of 100,000 tasks the longest lists take tens of milliseconds to read in their order, and a few to sieve.
A sync that sends a thousand events commits several thousand times, and changes no task: the lists outlive that.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence

from followthru.domain.orders import Order
from followthru.store import arranging, tasks
from followthru.store.arranging import Alike, ByDay
from followthru.store.stamp import Shows, Stamp, stamp
from followthru.store.store import Reader
from followthru.store.tasks import Query, Sieve

MOST = 1_000_000
"""Ids in all lists together: 8 MB."""

_Asked = tuple[object, ...]


class Lists:
    """Ids of tasks by query and order, as they are in one state of all tasks. They are shared: nobody changes them."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._stand: tuple[int, int] | None = None
        self._tasks: Stamp = ()
        self._kept: OrderedDict[_Asked, Sequence[Alike]] = OrderedDict()

    def ids(self, read: Reader, query: Query) -> Sequence[int]:
        """Return the ids of tasks in order of their next date, `read` within a snapshot: nobody writes meanwhile."""
        found = self._list(read, query, (), lambda asked: [Alike(None, tasks.ids(read, asked))])
        return found[0].ids if found else array("q")

    def grouped(self, read: Reader, query: Query, order: Order, by_day: ByDay) -> Sequence[Alike]:
        """Return tasks in an order and in its groups, `read` within a snapshot."""
        # What belongs to a day is another list on the next, although nobody wrote.
        kind = (order, by_day("?"))
        return self._list(read, query, kind, lambda asked: arranging.grouped(read, asked, order, by_day))

    def _list(
        self, read: Reader, query: Query, kind: _Asked, from_store: Callable[[Query], Sequence[Alike]]
    ) -> Sequence[Alike]:
        self._forget_what_changed(read)
        asked = (query.where, query.values, *kind)
        found = self._kept.get(asked)
        if found is None:
            if query.sieve is None:
                found = [Alike(part.value, array("q", part.ids)) for part in from_store(query)]
            else:
                # The wider list is read first where it is not at hand: the next letter uses it.
                found = _sieved(read, query.sieve, self._list(read, query.sieve.wider, kind, from_store))
            self._kept[asked] = found
            self._make_room()
        else:
            self._kept.move_to_end(asked)
        return found

    def _forget_what_changed(self, read: Reader) -> None:
        """Forget all lists once a task has changed, whoever did it, and none for what machines note beside tasks."""
        if (stand := read.stand()) == self._stand:
            return
        if (found := stamp(read, Shows.TASKS)) != self._tasks:
            self._kept.clear()
            self._tasks = found
        self._stand = stand

    def _make_room(self) -> None:
        """Forget what was not asked for the longest, but never the newest."""
        held = sum(map(_length, self._kept.values()))
        while held > self._most and len(self._kept) > 1:
            held -= _length(self._kept.popitem(last=False)[1])


def _length(parts: Sequence[Alike]) -> int:
    return sum(len(part.ids) for part in parts)


def _sieved(read: Reader, sieve: Sieve, wider: Sequence[Alike]) -> Sequence[Alike]:
    """Return what is left of a wider list, in its order."""
    left = wider
    for within in sieve.sets:
        found = tasks.among(read, within)
        left = [
            Alike(part.value, array("q", [id for id in part.ids if (id in found) != within.negated])) for part in left
        ]
    return [part for part in left if part.ids]
