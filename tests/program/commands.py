"""The program as whoever uses it has it: each command, the screen and the daemon a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.program import daemon
from tests.program.clock import SleepingClock
from tests.terminal import Terminal


class Program:
    """followthru on one home, all of its processes on one clock. `breach` is Python that breaks each of them first."""

    def __init__(self, home: Path, clock: SleepingClock, breach: str = "") -> None:
        self.home = home
        self._clock = clock
        self._breach = breach

    @property
    def environment(self) -> dict[str, str]:
        """What every process is started with."""
        return {**os.environ, "FOLLOWTHRU_HOME": str(self.home)}

    def run(self, *words: str, code: int = 0) -> str:
        """Run a command that must end with this code; return all that it said."""
        done = self._run(*words)
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def json(self, *words: str) -> Any:  # noqa: ANN401 -- the command decides
        """Run a command that must end well with `--json` and return what it answered."""
        done = self._run(*words, "--json")
        assert done.returncode == 0, (words, done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = self._argv(self._clock.program, *words)
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    def screen(self, columns: int = 100, rows: int = 30) -> Terminal:
        """Open the terminal screen."""
        return Terminal(self._argv(self._clock.program), self.environment, columns, rows)

    def daemon(self) -> subprocess.Popen[str]:
        """Start the daemon and wait until it is ready."""
        return daemon.start(self.home, f"{self._clock.daemon}{daemon.EAGER}{self._breach}")

    def _argv(self, setup: str, *words: str) -> list[str]:
        return [sys.executable, "-c", f"{setup}{self._breach}\n{daemon.PROGRAM}", *words]
