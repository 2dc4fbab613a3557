"""Batches of names that grow while what is asked for comes back quickly and is small.

Some servers do much for each request, however little is asked for: Radicale lists the whole folder, and reads 10,000
objects in 200 requests in nearly twice the time that it takes for 20. Another one may need seconds for fifty. What is
on its way is lost with a kill, and stands in memory: so the batches stay some hundred objects, and small ones where
objects are large.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from time import monotonic

from followthru.calendars.dav.requests import BATCH
from followthru.calendars.sight import Body

LONGEST = 10 * BATCH
"""Most objects asked for at once."""
_QUICK = 1.0
"""Seconds within which an answer must come for the next to be larger."""
_SMALL = 512 * 1024
"""Characters that an answer may have for the next to be larger."""

Found = tuple[Mapping[str, Body | None], Mapping[str, str]]


class Strides:
    """The batches of some names, each as long as the answers so far allow. Iterating takes the next one."""

    def __init__(
        self,
        names: Sequence[str],
        read: Callable[[Sequence[str], int], Awaitable[Found]],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._names = names
        self._read = read
        self._clock = clock
        self._size = BATCH

    def __iter__(self) -> Iterator[Sequence[str]]:
        at = 0
        while at < len(self._names):
            some = self._names[at : at + self._size]
            at += len(some)
            yield some

    async def read(self, names: Sequence[str]) -> Found:
        """Read a batch in one request, and learn from how that went."""
        began = self._clock()
        bodies, faults = await self._read(names, len(names))
        quick = self._clock() - began <= _QUICK
        small = sum(len(body.text) for body in bodies.values() if body is not None) <= _SMALL
        grown = min(LONGEST, max(self._size, 2 * len(names)))
        self._size = grown if quick and small and not faults else BATCH
        return bodies, faults
