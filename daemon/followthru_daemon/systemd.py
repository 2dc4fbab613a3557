"""The systemd user unit (systemd.service(5), systemd.exec(5)).

It has no right that it does not need, but every folder that its user may write: calendars, backups and mails may go to
any of them, and programs that give passwords keep files of their own.
"""

from __future__ import annotations

import os
from pathlib import Path

from followthru_daemon.program import Program, refused, told, write

NAME = "followthru.service"
WATCHDOG_SECONDS, STOP_SECONDS, RESTART_SECONDS = 300, 15, 30
NO_WALLS = frozenset({"217", "226", "218"})
"""Exit codes of a start that failed over users, namespaces or capabilities: some systems allow users none."""

_WALLS = """\
ProtectSystem=full
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
PrivateDevices=yes
PrivateTmp=yes
"""
"""What needs namespaces."""


class Systemd:
    """Keeps the daemon running through `systemctl --user`."""

    def __init__(self) -> None:
        base = os.environ.get("XDG_CONFIG_HOME")
        self.path = (Path(base) if base else Path.home() / ".config") / "systemd" / "user" / NAME

    def text(self, program: Program, *, walls: bool = True) -> bytes:
        """Return the unit: notified start, watchdog, restart after faults, and walls around it."""
        first, *rest = program.words
        command = " ".join((_quoted(first), *(_quoted(word).replace("$", "$$") for word in rest)))
        environment = "".join(
            f"Environment={_quoted(f'{name}={value}')}\n" for name, value in program.environment.items()
        )
        return f"""\
[Unit]
Description=followthru: keeps calendars and updates in step with your promises
Documentation=man:followthru(1)
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={command}
{environment}Restart=on-failure
RestartSec={RESTART_SECONDS}
WatchdogSec={WATCHDOG_SECONDS}
TimeoutStartSec=15min
TimeoutStopSec={STOP_SECONDS}
Nice=5
UMask=0077
LimitCORE=0
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
{_WALLS if walls else ""}
[Install]
WantedBy=default.target
""".encode()

    def fits(self, written: bytes, program: Program) -> bool:
        """Return whether a file says what it would say now."""
        return written in {self.text(program), self.text(program, walls=False)}

    def start(self, program: Program) -> str:
        """Take the unit up and start it, anew if it runs: it may be another program by now."""
        self._systemctl("daemon-reload")
        self._systemctl("enable", NAME)
        lighter = ""
        code, problem = told("systemctl", "--user", "restart", NAME)
        if code and self._was_over_walls():
            write(self.path, self.text(program, walls=False))
            self._systemctl("daemon-reload")
            lighter = (
                " This system gives users no namespaces, so it runs without walls between it and your other files."
            )
            code, problem = told("systemctl", "--user", "restart", NAME)
        if code:
            raise refused("systemd", problem)
        return f"`loginctl enable-linger` keeps it after you log out.{lighter}"

    def stop(self) -> None:
        """Stop the unit and start it no more."""
        self._systemctl("disable", "--now", NAME)

    def forgotten(self) -> None:
        """Let the unit go."""
        self._systemctl("daemon-reload")
        told("systemctl", "--user", "reset-failed", NAME)

    @staticmethod
    def _was_over_walls() -> bool:
        _, status = told("systemctl", "--user", "show", "--value", "--property=ExecMainStatus", NAME)
        return status in NO_WALLS

    @staticmethod
    def _systemctl(*words: str) -> None:
        code, problem = told("systemctl", "--user", *words)
        if code:
            raise refused("systemd", problem)


def _quoted(text: str) -> str:
    """Quote a word for a unit file, where `%` begins a specifier."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("\n", "\\n")
    return f'"{escaped}"'
