"""What is wrong with lines that are to be imported, by file, line and key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from followthru.errors import FollowthruError, RefusedError

MOST_TOLD = 20


class Fault(NamedTuple):
    """One thing that is wrong. `line` counts from 1; `key` is empty for the line as a whole."""

    line: int
    key: str
    words: str


class LinesError(FollowthruError):
    """Lines cannot be imported; nothing was."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(_told(name, faults), safe="Nothing was imported.", remedy="Correct the lines and try again.")


class ClashError(RefusedError):
    """Lines name what is in the store already; nothing was imported."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            _told(name, faults),
            safe="Nothing was imported.",
            remedy="A whole export goes into an empty store; lines without id and uid may be added to any.",
        )


def _told(name: str, faults: Sequence[Fault]) -> str:
    told = [f"{name}:{fault.line}: {f'{fault.key}: ' if fault.key else ''}{fault.words}" for fault in faults]
    if len(told) > MOST_TOLD:
        told[MOST_TOLD:] = [f"and {len(told) - MOST_TOLD} more."]
    return "\n".join(told)
