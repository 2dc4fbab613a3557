"""What is said to the service manager that started the daemon, where it listens: systemd's sd_notify(3)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Protocol

_MICROSECONDS = 1_000_000


class Notifier(Protocol):
    """Whatever takes a message."""

    def notify(self, state: str) -> None:
        """Send it."""
        ...


class Manager:
    """A service manager, or nobody."""

    def __init__(self) -> None:
        self._notifier: Notifier | None = None
        self._every: float | None = None
        self._fed = float("-inf")
        self._status = ""
        if os.environ.get("NOTIFY_SOCKET"):
            import sdnotify

            self._notifier = sdnotify.SystemdNotifier()
            self._every = _interval(os.environ)

    def ready(self) -> None:
        """Say that the daemon serves."""
        self._say("READY=1")

    def stopping(self) -> None:
        """Say that it ends; nobody waits for a sign of life any more."""
        self._every = None
        self._say("STOPPING=1")

    def alive(self, now: float) -> None:
        """Say that it lives, as often as that is waited for. `now`: seconds of a clock that stands still in sleep."""
        if self._every is not None and now - self._fed >= self._every:
            self._fed = now
            self._say("WATCHDOG=1")

    def status(self, words: str) -> None:
        """Say in one line how it does."""
        line = words.splitlines()[0] if words else ""
        if line != self._status:
            self._status = line
            self._say(f"STATUS={line}")

    def _say(self, state: str) -> None:
        if self._notifier is not None:
            # The library writes Latin-1, and systemd reads UTF-8.
            self._notifier.notify(state.encode().decode("latin-1"))


def _interval(environment: Mapping[str, str]) -> float | None:
    """Return how often the watchdog wants a sign of life, in seconds with half the time to spare; None: it does not."""
    given, whose = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not given.isdecimal() or int(given) == 0 or (whose and whose != str(os.getpid())):
        return None
    return int(given) / _MICROSECONDS / 3
