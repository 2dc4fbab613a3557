"""What was found out about objects while others are on their way, kept until it is committed together."""

from __future__ import annotations

from followthru.calendars.links import Link, Operation
from followthru.calendars.ports import Ledger
from followthru.calendars.strides import LONGEST


class Findings:
    """Links and ended operations that the ledger is to be told of, in the order in which they came."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._links: list[Link] = []
        self._ended: list[tuple[Operation, Link]] = []
        self.unheard: set[int] = set()
        """Ids of the links that may have been written since the collection was asked for its token."""

    def record(self, link: Link) -> None:
        """Take note of a link as it is now."""
        self._links.append(link)
        if len(self._links) >= LONGEST:
            self.commit()

    def finish(self, operation: Operation, link: Link) -> None:
        """Take note of what became of a link; its operation may not have been begun."""
        if operation.id:
            self._ended.append((operation, link))
            self.unheard.add(link.id)
        else:
            self.record(link)

    def landed(self, operation: Operation) -> bool:
        """Whether an operation ended, since the last commit, with its text being agreed on."""
        return any(one.id == operation.id and link.base == one.body for one, link in self._ended)

    def commit(self) -> None:
        """Commit what was found out since the last time."""
        if self._links:
            self._ledger.record(self._links)
            self._links = []
        if self._ended:
            self._ledger.finish(self._ended)
            self._ended = []
