"""Days and ids as the fields of a stored row hold them, and back."""

from __future__ import annotations

from datetime import date

from followthru.domain.changes import Scalar


def day(value: Scalar) -> date | None:
    """Return the civil day of a field, None for an empty one."""
    return None if value is None else date.fromisoformat(str(value))


def iso(on: date | None) -> str | None:
    """Return a civil day as it is stored."""
    return None if on is None else on.isoformat()


def whole(value: Scalar) -> int | None:
    """Return the number of a field, such as an id, None for an empty one."""
    return None if value is None else int(value)
