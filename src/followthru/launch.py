"""The entry point: reads the words of the command line, and alone knows every front end."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from followthru.config.places import Home

INTERRUPTED = 130
COMPLETING = "_FOLLOWTHRU_COMPLETE"
"""The variable in which click is asked for completions."""


class Fronts:
    """The other front ends, each loaded when it is asked for. Every method returns an exit code."""

    def __init__(self) -> None:
        self.used = False

    def _use(self) -> None:
        """What runs for long wants what a single command does without: collected garbage, an orderly end."""
        gc.enable()
        self.used = True

    def tui(self, home: Home) -> int:
        """Run the terminal UI."""
        self._use()
        from followthru_tui.run import main as run

        return run(home)

    def daemon(self, home: Home, *, to_stderr: bool = True, service: bool = False) -> int:
        """Run the background process until a signal ends it; as a service it waits for settings that are right."""
        self._use()
        from followthru_daemon.run import main as run

        return run(home, to_stderr=to_stderr, service=service)

    def service(self, home: Home, *, installed: bool) -> str:
        """Install or remove the service that runs the background process; return words."""
        from followthru_daemon import service

        return service.install(home) if installed else service.uninstall()

    def service_standing(self, home: Home) -> str | None:
        """Return in words whether that service is there and fits, None where there is none."""
        from followthru_daemon import service

        return service.standing(home)

    def demo(self, *, tour: bool) -> int:
        """Run the sandbox; with `tour` walk its road as text."""
        self._use()
        from followthru.demo.run import main as run

        return run(tour=tour, tui=self.tui)


def main() -> None:
    """Run the command line of this process and end with its exit code.

    A command that ends here has committed, closed and written everything itself: looking for garbage while
    modules load, and taking the interpreter down in order, would cost it a quarter of its time.
    """
    gc.disable()
    fronts = Fronts()
    try:
        code = _run(fronts, sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    if fronts.used:
        raise SystemExit(code)
    os._exit(code)


def _run(fronts: Fronts, words: list[str]) -> int:
    """Run what the words name. Without any it is the terminal UI, whose first frame waits for no command line.

    A shell that asks what may stand behind Tab asks in a variable.
    """
    if not words and COMPLETING not in os.environ:
        from followthru.config.places import home

        return fronts.tui(home())
    from followthru.cli.main import run
    from followthru.domain.clock import SystemClock

    return run(words, fronts, SystemClock())
