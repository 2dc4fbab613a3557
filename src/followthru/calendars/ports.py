"""What the cycle needs from whoever keeps the books. `actions.sync` implements it over the store.

Every method is one committed transaction that returns before anything is sent; none may wait for a
network. The order of calls is the order in which facts become true: what is written survives a kill.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from followthru.calendars.links import Link, Memory, Operation, Resting, Snapshot
from followthru.calendars.merge import Move, Question


class Ledger(Protocol):
    """The books of one calendar."""

    def snapshot(self) -> Snapshot:
        """Read memory, links, what is to be shown and unfinished operations, at one instant."""
        ...

    def whole(self, resting: Sequence[Resting]) -> tuple[Link, ...]:
        """Read objects whole that were at rest."""
        ...

    def is_fresh(self) -> bool:
        """Whether what is to be shown is as it was at the last snapshot, and nobody else wrote since."""
        ...

    def in_step(self) -> Memory | None:
        """Return the memory if nothing was to be done about our side at the last look, and nothing came since.

        Whatever can make work ends that: an action, another day, another view, a link or an operation stored, an
        answer, a confirmation. None otherwise.
        """
        ...

    def record(self, links: Sequence[Link]) -> tuple[Link, ...]:
        """Store links; those with id 0 are new. Return them with their ids."""
        ...

    def begin(self, operations: Sequence[Operation]) -> tuple[Operation, ...]:
        """Store operations with their links as `waiting to be sent`; return all with their ids."""
        ...

    def finish(self, ended: Sequence[tuple[Operation, Link]]) -> None:
        """Store what became of the links and forget the operations."""
        ...

    def pull(self, link: Link, moves: Sequence[Move]) -> bool:
        """Apply `moves` to the link's task as one action by the calendar, and store the link with it.

        Change nothing and return False if a field no longer says `before` (titles compared as shown), or if
        a guard refuses: the next cycle merges again.
        """
        ...

    def ask(self, link: Link, questions: Sequence[Question]) -> None:
        """Store the link, and put the questions before the user."""
        ...

    def remember(self, memory: Memory, still: str | None = None) -> None:
        """Store token, ctag and counts of the collection. Called last; clears the confirmation.

        `still` is the edition of our side about which nothing is to be done, None if something may be.
        """
        ...
