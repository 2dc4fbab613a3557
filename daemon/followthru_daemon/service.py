"""The systemd user unit that starts the daemon at login and again after a fault."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from followthru.config.places import Home
from followthru.errors import FollowthruError

NAME = "followthru.service"
WATCHDOG_SECONDS = 300


def unit_path() -> Path:
    """Return where systemd looks for a user's own units."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "systemd" / "user" / NAME


def unit_text(home: Home, python: Path) -> str:
    """Return the unit: notified start, watchdog, restart after faults, and no right that it does not need."""
    writable = dict.fromkeys((home.config.parent, home.database.parent, home.logs.parent, home.run.parent))
    given = os.environ.get("FOLLOWTHRU_HOME")
    own_home = f"Environment={_quoted(f'FOLLOWTHRU_HOME={home.config.parent}')}\n" if given else ""
    return f"""\
[Unit]
Description=followthru: keeps calendars and updates in step with your promises
After=network-online.target

[Service]
Type=notify
ExecStart={_quoted(str(python))} -m followthru daemon run
{own_home}Restart=on-failure
RestartSec=10
WatchdogSec={WATCHDOG_SECONDS}
NoNewPrivileges=yes
LockPersonality=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
ProtectSystem=strict
ReadWritePaths={" ".join(_quoted(str(folder)) for folder in writable)}
PrivateTmp=yes
UMask=0077

[Install]
WantedBy=default.target
"""


def _quoted(text: str) -> str:
    """Quote a word for a unit file; `%` begins a specifier there and `$` a variable."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def install(home: Home) -> str:
    """Write the unit, start it and have it start at login; return words. Raises FollowthruError."""
    path = unit_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(unit_text(home, Path(sys.executable)), encoding="utf-8")
    _systemctl("daemon-reload")
    _systemctl("enable", "--now", NAME)
    return f"The daemon runs now and at every login ({path}). `loginctl enable-linger` keeps it after you log out."


def uninstall() -> str:
    """Stop the service and remove its unit; return words. Raises FollowthruError."""
    path = unit_path()
    if not path.exists():
        return "No service is installed."
    _systemctl("disable", "--now", NAME)
    path.unlink()
    _systemctl("daemon-reload")
    return f"The daemon is stopped and its unit {path} removed. The store is untouched."


def _systemctl(*words: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 -- fixed words, no shell
            ["systemctl", "--user", *words],  # noqa: S607 -- wherever the system keeps it
            capture_output=True,
            text=True,
            check=False,
        )
        problem = done.stderr.strip() if done.returncode else ""
    except FileNotFoundError:
        problem = "there is no systemctl on this machine"
    if problem:
        raise FollowthruError(
            f"systemd did not do it: {problem}.",
            safe="The store is untouched.",
            remedy="Without systemd, keep `followthru daemon run` open in a terminal; the screen starts one itself.",
        )
