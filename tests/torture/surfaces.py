"""The command line, the daemon and the terminal UI as processes that die: forked, and on the road from `launch` on.

Each is the program itself, from its entry point to its end, on a home of its own; only its clock begins where the
torture's stands, and the failpoints are watched from outside.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, NoReturn

from followthru import launch
from followthru.domain.clock import SystemClock
from followthru_daemon import build
from followthru_tui.background import Background
from tests.terminal import Terminal, resize
from tests.torture.boundaries import Target
from tests.torture.failpoints import Failpoints
from tests.torture.forks import Tell, ended, forked

ANY_MOMENT = "any moment"
CLI, DAEMON, TUI = "cli", "daemon", "tui"
COLUMNS, ROWS = 80, 24
SETTLE = 0.05
"""Seconds that the daemon waits for more changes before it does what takes long; it is a second where people work."""
PATIENCE = 60.0
"""Seconds after which what was waited for never comes, also on a machine that does much else."""
_PASSED = "+ "

Breach = Callable[[Sequence[str]], object]
"""What breaks a guarantee on purpose, in the process with these words that is to be caught at it."""


class End(NamedTuple):
    """How a process ended: its exit code, None if it was killed; where; the failpoints it passed; what it wrote."""

    code: int | None
    kind: str | None
    passed: set[str]
    out: str


NO_END = End(None, ANY_MOMENT, set(), "")
"""That of a process which had to be killed because it never ended."""


class Telling(Failpoints):
    """Failpoints that tell each kind when it is first passed, because nobody asks the dead."""

    def is_last(self, kind: str) -> bool:
        """See `Boundaries.is_last`."""
        if kind not in self.passed:
            self._tell(f"{_PASSED}{kind}")
        return super().is_last(kind)


class Home(NamedTuple):
    """Where the processes live: the folder, when their clocks begin, and what is broken in them on purpose."""

    folder: Path
    began: datetime
    breach: Breach | None = None

    def walk(self, words: Sequence[str], target: Target, tell: Tell) -> NoReturn:
        """Be the program with these words, from its entry point on; die at the target."""
        os.environ["FOLLOWTHRU_HOME"] = str(self.folder)
        sys.argv = ["followthru", *words]
        sys.stdin, sys.stdout, sys.stderr = (open(n, "w" if n else "r", closefd=False) for n in range(3))  # noqa: SIM115
        _start_clock(self.began)
        _hurry()
        if self.breach is not None:
            self.breach(words)
        Telling(target, tell).watch()
        try:
            launch.main()
        except SystemExit as end:
            os._exit(int(end.code or 0))
        os._exit(1)


def _start_clock(began: datetime) -> None:
    """Let the machine's clock begin at an instant and go on from there."""
    at = time.monotonic()

    def now(self: SystemClock) -> datetime:
        return began + timedelta(seconds=time.monotonic() - at)

    SystemClock.now = now


def _hurry() -> None:
    """Let the daemon wait less; and no terminal UI start another one, which nobody would watch."""
    for owner, name, value in ((build, "SETTLE", SETTLE), (Background, "see_to_it", lambda *_: "")):  # pyright: ignore[reportUnknownLambdaType, reportUnknownVariableType]
        setattr(owner, name, value)


class Process:
    """A command or a daemon under way; what it writes goes to a file."""

    def __init__(self, surface: str, home: Home, words: Sequence[str], target: Target, out: Path) -> None:
        self.surface = surface
        self._out = out
        sys.stdout.flush()
        self.pid, self._reading = forked(lambda tell: self._begin(home, words, target, tell))

    def _begin(self, home: Home, words: Sequence[str], target: Target, tell: Tell) -> None:
        to = os.open(self._out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        nowhere = os.open(os.devnull, os.O_RDONLY)
        for number, handle in enumerate((nowhere, to, to)):
            os.dup2(handle, number)
        home.walk(words, target, tell)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal. Nobody has waited for it, so that the id is still its own."""
        os.kill(self.pid, number)

    def ended(self) -> bool:
        """Whether it has ended."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def wait(self) -> End:
        """Wait for the end. Raises TimeoutError, with the process killed."""
        end = time.monotonic() + PATIENCE
        while not self.ended():
            time.sleep(0.003)
            if time.monotonic() > end:
                self.kill()
                self.wait()
                raise TimeoutError(f"{self.surface} never ended: {self._out.read_text('utf-8', 'replace')}")
        code, lines = ended(self.pid, self._reading)
        return _end(code, lines, self._out.read_text("utf-8", "replace"))


def passed_of(lines: Sequence[str]) -> tuple[set[str], list[str]]:
    """Return of what a process told the failpoints that it passed, and all else."""
    passed = {line.removeprefix(_PASSED) for line in lines if line.startswith(_PASSED)}
    return passed, [line for line in lines if not line.startswith(_PASSED)]


def _end(code: int | None, lines: list[str], out: str) -> End:
    passed, told = passed_of(lines)
    kind = None if code is not None else told[-1] if told else ANY_MOMENT
    return End(code, kind, passed, out)


class Screen(Terminal):
    """A terminal UI under way on a pty of its own."""

    def __init__(self, home: Home, target: Target) -> None:
        self.surface = TUI
        self._home, self._target = home, target
        self._told, self._telling = os.pipe()
        sys.stdout.flush()
        super().__init__(["followthru"], {}, COLUMNS, ROWS)
        os.close(self._telling)

    def begin(self, argv: Sequence[str], env: Mapping[str, str], columns: int, rows: int) -> None:
        """See `Terminal.begin`."""
        try:
            os.close(self._told)
            resize(1, columns, rows)
            os.environ.update(env)
            telling = self._telling
            self._home.walk([], self._target, lambda words: os.write(telling, f"{words}\n".encode()))
        finally:
            os._exit(1)

    def typed(self, keys: str) -> bool:
        """Type; return whether anybody was there."""
        try:
            self.send(keys)
        except OSError:
            return False
        return True

    def shows(self, pattern: str) -> bool:
        """Wait until the screen shows what a pattern matches at a line's begin; false if it ended before.

        Raises TimeoutError with the screen as it is.
        """
        return self._finds(rf"(?m)^ {pattern}")

    def marks(self, title: str) -> bool:
        """Wait until the row that keys go to is this task's; false if it ended before. Raises TimeoutError."""
        return self._finds(rf"(?m)^> .*\b{title}\b")

    def _finds(self, pattern: str) -> bool:
        wanted = re.compile(pattern)
        try:
            self.wait_for(lambda text: wanted.search(text) is not None, PATIENCE)
        except OSError:  # a TimeoutError is one, and so is a question of one that is dead by now
            if self.ended():
                return False
            raise
        return True

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def wait(self) -> End:
        """Wait for the end."""
        how = self.wait_end(30)
        killed = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        with os.fdopen(self._told, encoding="utf-8") as told:
            lines = told.read().splitlines()
        self.close()
        code = None if killed is not None and killed.si_code == os.CLD_KILLED else how
        return _end(code, lines, self.screen.text())
