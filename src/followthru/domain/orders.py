"""In which order a list of tasks stands, and in which groups: the one table of both, and how they are said.

`sort:-title group:practice` means the same on the screen, on the command line and in a saved view.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from followthru.errors import UsageError

DATE = "date"
"""The order in which lists stand by themselves."""
NO_GROUP = "none"

SORTS: Mapping[str, str] = {
    DATE: "by what comes first: promise, deadline or target",
    "promise": "by the promised date",
    "target": "by the target",
    "deadline": "by the deadline",
    "title": "from a to z",
    "age": "the oldest first",
    "practice": "by practice",
    "person": "by whom it lies with: who is waited on, or who does it; yours first",
    "health": "late, at risk, in buffer, on track",
    "priority": "high first",
}
"""What lists are sorted by, and what that means."""
GROUPS: Mapping[str, str] = {
    NO_GROUP: "one list",
    "practice": "a part for each practice",
    "person": "a part for each person it lies with; yours first",
    "day": "a part for each day",
    "health": "late, at risk, in buffer, on track",
}
"""What lists are grouped by, and what that means."""


class Order(NamedTuple):
    """A key of `SORTS`, whether it is turned round, and a key of `GROUPS`; empty for what stands by itself."""

    sort: str = ""
    down: bool = False
    group: str = ""

    @property
    def plain(self) -> bool:
        """Whether a list stands as it does by itself."""
        return self == PLAIN

    @property
    def words(self) -> tuple[str, ...]:
        """How it is typed, as `sort:-title`; nothing for what stands by itself."""
        sort = self.sort or (DATE if self.down else "")
        parts = [f"sort:{'-' if self.down else ''}{sort}"] if sort else []
        return (*parts, f"group:{self.group}") if self.group else tuple(parts)

    def sorted_by(self, text: str) -> Order:
        """Return it sorted by a key, turned round with `-` before it. Raises UsageError naming the nearest."""
        key = _known(text.removeprefix("-"), SORTS, "sort")
        return self._replace(sort="" if key == DATE else key, down=text.startswith("-"))

    def grouped_by(self, text: str) -> Order:
        """Return it grouped by a key. Raises UsageError naming the nearest."""
        key = _known(text, GROUPS, "group")
        return self._replace(group="" if key == NO_GROUP else key)


PLAIN = Order()


def taken(words: Iterable[str], order: Order = PLAIN) -> tuple[list[str], Order]:
    """Take `sort:` and `group:` out of the words of a filter; return the others, and the order changed by them.

    One without a key is still being typed and changes nothing. Raises UsageError for a key that is not known.
    """
    rest: list[str] = []
    for word in words:
        name, _, key = word.casefold().partition(":")
        if name == "sort" and ":" in word:
            order = order.sorted_by(key) if key.strip("-") else order
        elif name == "group" and ":" in word:
            order = order.grouped_by(key) if key else order
        else:
            rest.append(word)
    return rest, order


def _known(text: str, table: Mapping[str, str], verb: str) -> str:
    key = text.casefold()
    if key in table:
        return key
    from followthru.domain.nearest import did_you_mean

    near = did_you_mean(key, table)
    raise UsageError(f"There is no “{text}” to {verb} by. {near}".rstrip(), remedy=f"One of: {', '.join(table)}.")
