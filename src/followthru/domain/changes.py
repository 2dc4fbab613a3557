"""Actions and changes: the only shape in which user state moves.

An action is one user-level verb, one transaction and one undo step. It consists of changes, each of
them one field of one entity before and after. A change of the whole entity (`field == WHOLE`) creates
it (`before is None`) or deletes it (`after is None`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

Scalar = str | int | None
Row = Mapping[str, Scalar]
WHOLE = "*"


class Actor(StrEnum):
    """Who acted. Undo passes over what the daemon did."""

    ME = "me"
    CALENDAR = "calendar"
    DAEMON = "daemon"


class Change(NamedTuple):
    """One field (or, with `WHOLE`, one entity) before and after.

    Values are as stored: ISO text for dates, 0 or 1 for flags, ids for references.
    """

    entity: str
    id: int
    field: str
    before: Scalar | Row
    after: Scalar | Row


class Action(NamedTuple):
    """One user-level verb. `words` names it to its user: `Moved promise of 12 to Fri 15 Jan`."""

    verb: str
    words: str
    changes: tuple[Change, ...]
    actor: Actor = Actor.ME
    because: str | None = None


def create(entity: str, id: int, row: Row) -> Change:
    """Return the change that creates an entity."""
    return Change(entity, id, WHOLE, None, row)


def delete(entity: str, id: int, row: Row) -> Change:
    """Return the change that deletes an entity whose row is known."""
    return Change(entity, id, WHOLE, row, None)


def differences(entity: str, id: int, before: Row, after: Row) -> tuple[Change, ...]:
    """Return one change for each field of `after` whose value differs from `before`."""
    return tuple(
        Change(entity, id, name, before[name], value) for name, value in after.items() if before[name] != value
    )
