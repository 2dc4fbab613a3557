"""A real daemon that is killed at a chosen failpoint, counted from its start.

Run as a process: `python -m tests.acceptance.killed_daemon HOME STEP REPORT`. Step 0 kills nowhere; the report
then names all failpoints that were passed until SIGTERM came.
"""

from __future__ import annotations

import sys
from pathlib import Path

from followthru.config.places import home_in
from followthru_daemon.run import Daemon, main
from tests.torture.boundaries import Target
from tests.torture.failpoints import Failpoints


class Steps(Failpoints):
    """Counts the failpoints that a daemon passes, of whatever kind, and kills it at one of them."""

    def __init__(self, at: int, report: Path) -> None:
        super().__init__(Target(None), lambda kind: report.write_text(f"{at} {kind}\n"))
        self.names: list[str] = []
        self._over = False
        self._at = at

    def is_last(self, kind: str) -> bool:
        """See `Boundaries.is_last`. What comes once the end was asked for is no step."""
        if self._over:
            return False
        self.names.append(kind)
        return len(self.names) == self._at

    def watch(self) -> None:
        """Watch everything that the daemon does until it is told to end."""
        super().watch()
        steps, stop = self, Daemon.stop

        def stopped(self: Daemon) -> None:
            steps._over = True
            stop(self)

        Daemon.stop = stopped


if __name__ == "__main__":
    folder, step, report = sys.argv[1:]
    counted = Steps(int(step), Path(report))
    counted.watch()
    code = main(home_in(Path(folder)), to_stderr=False)
    Path(report).write_text("".join(f"{name}\n" for name in counted.names))
    sys.exit(code)
