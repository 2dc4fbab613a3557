"""Which mails of a folder are new: found with few requests, however many there are, each with a bounded answer."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

IN_ONE_ANSWER = 50_000
"""The most mails that one search may find: the answer is one line, which is read up to a million bytes."""


class Search(NamedTuple):
    """A folder that can be searched: `ask` takes what a SEARCH asks for and gives UIDs.

    `mails` is how many it has, `next_uid` the UID that comes next, both as it was opened.
    """

    ask: Callable[..., Sequence[int]]
    mails: int
    next_uid: int

    def since(self, uid: int) -> list[int]:
        """Return the first UIDs from one on, in their order: no more than one answer can hold."""
        found = self._between(uid, uid + IN_ONE_ANSWER - 1)
        if found or uid + IN_ONE_ANSWER >= self.next_uid:
            return found
        found = self._farther(uid)
        # Mail that is taken away meanwhile moves what follows into a part that was searched already.
        return self._between(uid, found[0] - 1) or found if found else []

    def _farther(self, uid: int) -> list[int]:
        """Return the first UIDs from one on by what always lies close together: the numbers of the mails.

        UIDs ascend with them (RFC 3501 section 2.3.1.1), so that the first part with new mail is found by halving.
        """
        parts = range(1, self.mails + 1, IN_ONE_ANSWER)
        if not parts:
            return []
        return self._numbered(parts[bisect_left(parts[:-1], True, key=lambda at: bool(self._numbered(at, uid)))], uid)

    def _numbered(self, start: int, uid: int) -> list[int]:
        """Return the UIDs from one on among the mails of one part, which begins with mail number `start`."""
        last = start + IN_ONE_ANSWER - 1
        numbers = f"{start}:{last if last < self.mails else '*'}"
        return sorted(one for one in self.ask(numbers, "UID", f"{uid}:*") if one >= uid)

    def _between(self, first: int, last: int) -> list[int]:
        return sorted(one for one in self.ask("UID", f"{first}:{last}") if first <= one <= last)
