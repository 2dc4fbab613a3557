"""The entry point: reads the words of the command line, and alone knows every front end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from followthru.config.places import Home


class Fronts:
    """The other front ends, each loaded when it is asked for. Every method returns an exit code."""

    __slots__ = ()

    def tui(self, home: Home) -> int:
        """Run the terminal UI."""
        from followthru_tui.run import main as run

        return run(home)

    def daemon(self, home: Home, *, to_stderr: bool = True) -> int:
        """Run the background process until a signal ends it."""
        from followthru_daemon.run import main as run

        return run(home, to_stderr=to_stderr)

    def demo(self, *, tour: bool) -> int:
        """Run the sandbox; with `tour` walk its road as text."""
        from followthru.demo.run import main as run

        return run(tour=tour)


def main() -> None:
    """Run the command line of this process and end with its exit code."""
    from followthru.cli.main import run
    from followthru.domain.clock import SystemClock

    raise SystemExit(run(sys.argv[1:], Fronts(), SystemClock()))
