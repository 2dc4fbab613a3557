"""Many values in statements: some hundred in each, fewer than any SQLite takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

AT_ONCE = 500

T = TypeVar("T")


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield values some hundred at a time, in their order."""
    every = list(values)
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))


def slots(values: Sized) -> str:
    """Return the places of so many values in a statement: `?,?,?`."""
    return ",".join("?" * len(values))
