"""The clock that is handed in, and the civil day it shows in a zone."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from followthru.domain.nearest import did_you_mean
from followthru.errors import UsageError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

LOCALTIME = Path("/etc/localtime")
TIMEZONE = Path("/etc/timezone")


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
            f"There is no timezone {name!r}.",
            remedy=did_you_mean(name, available_timezones()) or "Use a name such as America/New_York.",
        ) from None


def system_zone() -> str:
    """Return the IANA name of the machine's zone: from TZ, else from /etc/localtime, else UTC.

    Raises UsageError if the machine has a zone whose name cannot be told.
    """
    named = os.environ.get("TZ", "").removeprefix(":")
    if named:
        return _named(_after_zoneinfo(named) or named)
    if not LOCALTIME.exists():
        return "UTC"
    linked = _after_zoneinfo(str(LOCALTIME.resolve()))
    if linked:
        return _named(linked)
    if TIMEZONE.exists():
        return _named(TIMEZONE.read_text(encoding="ascii", errors="replace").strip())
    return _same_rules(LOCALTIME.read_bytes())


def _after_zoneinfo(path: str) -> str:
    """Return the zone's name in a path of the zone database, or an empty text."""
    name = path.partition("zoneinfo/")[2]
    return name.removeprefix("posix/").removeprefix("right/")


def _named(name: str) -> str:
    """Return the machine's zone name if it is known; otherwise raise with what the user can set."""
    try:
        return check_timezone(name)
    except UsageError as error:
        raise UsageError(
            f"The timezone of this machine, {name!r}, has no known name.",
            remedy=f"{error.remedy} Set timezone under [me] in config.toml.",
        ) from None


def _same_rules(rules: bytes) -> str:
    """Return the first zone, in order of name, whose file equals a copied /etc/localtime."""
    from zoneinfo import TZPATH, available_timezones

    for name in sorted(available_timezones()):
        for folder in TZPATH:
            file = Path(folder, name)
            if file.is_file() and file.stat().st_size == len(rules) and file.read_bytes() == rules:
                return name
    raise UsageError(
        "The timezone of this machine has no known name.",
        remedy="Set timezone under [me] in config.toml, for instance America/New_York.",
    )
