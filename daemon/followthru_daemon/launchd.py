"""The launchd agent of macOS (launchd.plist(5), launchctl(1))."""

from __future__ import annotations

import os
import plistlib
import time
from pathlib import Path

from followthru_daemon.program import Program, refused, told

LABEL = "org.followthru.daemon"
RESTART_SECONDS, STOP_SECONDS = 30, 15
LOOKS, LOOK_AGAIN = 20, 0.25


class Launchd:
    """Keeps the daemon running through `launchctl`, in the session of the user's desktop."""

    def __init__(self) -> None:
        self.path = Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
        self._domain = f"gui/{os.getuid()}"

    def text(self, program: Program) -> bytes:
        """Return the agent: started at login, and again after a fault but not once it was told to end."""
        return plistlib.dumps(
            {
                "Label": LABEL,
                "ProgramArguments": list(program.words),
                "EnvironmentVariables": dict(program.environment),
                "RunAtLoad": True,
                "KeepAlive": {"SuccessfulExit": False},
                "ThrottleInterval": RESTART_SECONDS,
                "ExitTimeOut": STOP_SECONDS,
                "ProcessType": "Background",
                "LowPriorityIO": True,
                "Nice": 5,
                "Umask": 0o077,
                "HardResourceLimits": {"Core": 0},
                "StandardOutPath": str(program.output),
                "StandardErrorPath": str(program.output),
            },
            sort_keys=False,
        )

    def fits(self, written: bytes, program: Program) -> bool:
        """Return whether a file says what it would say now."""
        return written == self.text(program)

    def start(self, program: Program) -> str:
        """Take the agent up and start it, anew if it runs."""
        told("launchctl", "bootout", f"{self._domain}/{LABEL}")  # it may not be there yet
        self._launchctl("enable", f"{self._domain}/{LABEL}")
        problem = ""
        for _ in range(LOOKS):
            code, problem = told("launchctl", "bootstrap", self._domain, str(self.path))
            if code == 0:
                return ""
            time.sleep(LOOK_AGAIN)  # booting out goes on for a moment after the command has ended
        raise refused("launchd", problem)

    def stop(self) -> None:
        """End the agent and start it no more."""
        code, problem = told("launchctl", "bootout", f"{self._domain}/{LABEL}")
        if code and self._is_there():
            raise refused("launchd", problem)

    def forgotten(self) -> None:
        """Nothing is left of an agent that was booted out."""

    def _is_there(self) -> bool:
        return told("launchctl", "print", f"{self._domain}/{LABEL}")[0] == 0

    @staticmethod
    def _launchctl(*words: str) -> None:
        code, problem = told("launchctl", *words)
        if code:
            raise refused("launchd", problem)
