"""What this machine says about itself: the timezone used where [me] names none."""

from __future__ import annotations

import os
from pathlib import Path

from followthru.domain.clock import check_timezone
from followthru.errors import UsageError

LOCALTIME = Path("/etc/localtime")
TIMEZONE = Path("/etc/timezone")


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
