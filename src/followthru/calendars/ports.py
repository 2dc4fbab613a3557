"""What the cycle needs from whoever keeps the books. `actions.sync` implements it over the store.

Every method is one committed transaction that returns before anything is sent; none may wait for a
network. The order of calls is the order in which facts become true: what is written survives a kill.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from followthru.calendars.links import Link, Memory, Operation, Resting, Snapshot
from followthru.calendars.merge import Move, Question
from followthru.calendars.newcomers import Known, Other, Take


class Others(Protocol):
    """What is remembered of objects on one calendar that are not ours."""

    def met(self) -> Mapping[str, Other]:
        """Return what is left alone, by name."""
        ...

    def unwanted(self) -> Sequence[Other]:
        """Return what the user wants removed."""
        ...

    def known(self, uids: Collection[str], task_uids: Collection[str]) -> Known:
        """Return what the store knows of these UIDs and tasks, on this calendar and on others."""
        ...

    def note(self, met: Sequence[Other], forgotten: Collection[str]) -> None:
        """Remember what is left alone, and forget what is not there any more."""
        ...

    def take_over(self, item: Take) -> str | None:
        """Make an item a task, as one action by the calendar, with the item as its promise; return why not, if so."""
        ...

    def release(self, link: Link) -> bool:
        """Leave the object of a task that is no more where it is, and return True; False while there is the task."""
        ...

    def rejoin(self, link: Link) -> None:
        """Store the link of an item whose task is back, and forget that the item was left alone."""
        ...


class Ledger(Protocol):
    """The books of one calendar."""

    @property
    def others(self) -> Others:
        """What is remembered of objects that are not ours."""
        ...

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
        """Store what became of the links, note them as unheard, and forget the operations."""
        ...

    def pull(self, link: Link, moves: Sequence[Move]) -> str | None:
        """Apply `moves` to the link's task as one action by the calendar, and store the link with it.

        Change nothing and return why not if a field no longer says `before` (titles compared as shown), or, in its
        own words, if a guard refuses: the next cycle merges again.
        """
        ...

    def salvage(self, link: Link, moves: Sequence[Move]) -> int | None:
        """Apply `moves` made on an object that is about to go, as `pull` does; return how many were applied.

        0 for a task that is dropped or no more, whose dates matter to nobody; None where `pull` would refuse.
        """
        ...

    def ask(self, link: Link, questions: Sequence[Question]) -> None:
        """Store the link, and put the questions before the user."""
        ...

    def remember(self, memory: Memory, still: str | None = None, unheard: Collection[int] = ()) -> None:
        """Store token, ctag and counts of the collection. Called last; clears the confirmation.

        `still` is the edition of our side about which nothing is to be done, None if something may be. `unheard` are
        the ids of links written since the token was read; the others are so no more.
        """
        ...
