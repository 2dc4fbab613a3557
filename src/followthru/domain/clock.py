"""The clock that is handed in, and the civil day it shows in a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Protocol

from followthru.domain.nearest import did_you_mean
from followthru.errors import UsageError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that shows less has lost the time: there was no followthru then."""


class Clock(Protocol):
    """Where the time comes from; handed in by whoever starts things."""

    def now(self) -> datetime:
        """Return the current instant, aware and in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    __slots__ = ()

    def now(self) -> datetime:
        """Return the current instant, aware and in UTC."""
        return datetime.now(UTC)


def today_in(zone_name: str, now: datetime) -> date:
    """Return the civil date that an aware instant has in a zone.

    Raises UsageError for an unknown zone, and ValueError for an instant without one.
    """
    if now.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return now.astimezone(zone(zone_name)).date()


def check_timezone(name: str) -> str:
    """Return a zone's name if it is known. Raises UsageError naming the nearest if it is not."""
    zone(name)
    return name


def zone(name: str) -> ZoneInfo:
    """Return a zone by its IANA name such as `America/New_York`. Raises UsageError if it is not known."""
    from zoneinfo import ZoneInfo, available_timezones

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # The documented ZoneInfoNotFoundError is a KeyError; a folder's name or a path end in the others.
        raise UsageError(
            f"There is no timezone “{name}”.",
            remedy=did_you_mean(name, available_timezones()) or "Use a name such as America/New_York.",
        ) from None
