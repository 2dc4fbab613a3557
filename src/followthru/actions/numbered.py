"""Find what a number on the command line names, for records that are known by their number alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from followthru.errors import NotFoundError
from followthru.store.store import Reader

Record = TypeVar("Record")

_LONGEST = 15  # digits; more need not fit SQLite's integers


def numbered(
    read: Reader, given: str | int, one: Callable[[Reader, int], Record | None], what: str, listing: str
) -> Record:
    """Return the record with this number. Raises NotFoundError.

    `what` is its sort, `listing` the command that shows what there is.
    """
    text = str(given)
    found = one(read, int(text)) if text.isdecimal() and len(text) <= _LONGEST else None
    if found is None:
        raise NotFoundError(f"There is no {what} {given}.", remedy=f"`followthru {listing}` shows what there is.")
    return found
