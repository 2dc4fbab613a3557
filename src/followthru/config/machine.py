"""What this machine says about itself: the timezone used where [me] names none, and what tells it from others."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from followthru.domain.clock import check_timezone
from followthru.errors import UsageError

LOCALTIME = Path("/etc/localtime")
TIMEZONE = Path("/etc/timezone")
MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
_LEAST_ID = 32
"""Characters of a machine-id; a shorter one says that there is none yet."""


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


@cache
def machine_id() -> str:
    """Return what tells this machine from others: not a secret, and not to be shown or sent (machine-id(5)).

    `FOLLOWTHRU_MACHINE` names it where a machine has no identity that lasts, as in containers. Where the system has
    none, one is made and kept in this user's state folder.
    """
    named = os.environ.get("FOLLOWTHRU_MACHINE", "").strip()
    if named:
        return named
    for path in MACHINE_IDS:
        try:
            found = path.read_text(encoding="ascii", errors="replace").strip()
        except OSError:
            continue
        if len(found) >= _LEAST_ID:
            return found
    return _hardware_id() or _made_id()


def _hardware_id() -> str | None:
    """Return the identity of a Mac."""
    if sys.platform != "darwin":
        return None
    import subprocess

    command = ["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return said.partition('"IOPlatformUUID" = "')[2].partition('"')[0] or None


def _made_id() -> str:
    from uuid import uuid4

    from platformdirs import PlatformDirs

    path = PlatformDirs("followthru", appauthor=False).user_state_path / "machine"
    try:
        return path.read_text(encoding="ascii").strip() or "unknown"
    except OSError:
        made = str(uuid4())
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(made, encoding="ascii")
    except OSError:
        return "unknown"
    return made


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
            f"The timezone of this machine, “{name}”, has no known name.",
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
