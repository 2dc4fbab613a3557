"""Tests, collected once and run once unharmed; then once more for each mutant, in a fork of that process."""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
import time
from collections import defaultdict
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

import pytest
from hypothesis import Phase, settings

from tests.mutants.codes import Cache

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from _typeshed import TraceFunction

Verdict = Literal["killed", "survived", "endless", "not reached", "explained"]
MEMORY = 3 << 30

# When a test counts as one that never ends: CPU seconds, and so many times what it cost unharmed and traced; where it
# waits for ever, seconds on the wall, with room for a busy machine.
PATIENCE, GRACE, WALL = 2.0, 3.0, 90.0

# What the tests of one mutant may have cost unharmed (traced, which is about three times as slow).
MOST = 6.0

# How many tests are asked beside those, because they noticed other mutants.
DEAR = 3


class Seen(NamedTuple):
    """An unharmed test: CPU seconds, and the lines that it ran by file."""

    seconds: float
    lines: dict[str, frozenset[int]]


class Trial:
    """A pytest plugin. `work` is called in place of the run, when every test was seen to pass."""

    def __init__(self, paths: Sequence[str], work: Callable[[Trial], None]) -> None:
        self._paths = frozenset(paths)
        self._work = work
        self._failed = False
        self._lines: dict[str, set[int]] = defaultdict(set)
        self._items: dict[str, pytest.Item] = {}
        self._session: pytest.Session | None = None
        self._killers: list[str] = []
        self.seen: dict[str, Seen] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """The same examples each time; a failing one is enough, the smallest is not wanted."""
        settings.register_profile(
            "mutants",
            settings(),
            phases=(Phase.explicit, Phase.generate),
            derandomize=True,
            database=None,
            max_examples=30,
        )
        settings.load_profile("mutants")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep that a test failed, in whichever step."""
        self._failed = self._failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """See each test pass, then hand over. A test that fails or skips unharmed takes no part."""
        self._session = session
        for item in session.items:
            self._lines.clear()
            self._empty_caches()
            self._failed = False
            began = time.process_time()
            threading.settrace(self._trace)
            sys.settrace(self._trace)
            try:
                self._one(item)
            finally:
                lost = sys.gettrace() is None
                sys.settrace(None)
                threading.settrace(cast("TraceFunction", None))
            if self._failed:
                sys.stderr.write(f"left out, fails unharmed: {item.nodeid}\n")
                continue
            # Where the stack was full the interpreter has ceased to trace: any line may have been run.
            lines = {path: _every_line(path) if lost else frozenset(found) for path, found in self._lines.items()}
            if lines:
                self._items[item.nodeid] = item
                self.seen[item.nodeid] = Seen(time.process_time() - began, lines)
        self._work(self)
        return True

    def _empty_caches(self) -> None:
        """Let each test run what it relies on, also where an earlier one has had it kept."""
        for module in list(sys.modules.values()):
            if getattr(module, "__file__", None) in self._paths:
                for value in vars(module).values():
                    if isinstance(value, Cache):
                        value.cache_clear()

    def _one(self, item: pytest.Item) -> None:
        # What belongs to the whole session stays: a fork goes on from there.
        item.ihook.pytest_runtest_protocol(item=item, nextitem=self._session)

    def _trace(self, frame: FrameType, _event: str, _arg: object) -> TraceFunction | None:
        path = frame.f_code.co_filename
        if path not in self._paths:
            return None
        add = self._lines[path].add
        add(frame.f_lineno)

        def line(frame: FrameType, _event: str, _arg: object) -> TraceFunction:
            add(frame.f_lineno)
            return line

        return line

    def tests(self, path: str, lines: range | None) -> list[str]:
        """Tests that ran one of the lines (None: any of the file): the newest killers first, then the quick ones.

        As many as MOST allows, those of a test file named for the module before all others. A few killers that cost
        more come last, where they take the place of none.
        """
        wanted = None if lines is None else set(lines)
        own = f"/test_{Path(path).stem}.py"
        reached = sorted(
            (
                name
                for name, seen in self.seen.items()
                if path in seen.lines and (wanted is None or not wanted.isdisjoint(seen.lines[path]))
            ),
            key=lambda name: (own not in name, self.seen[name].seconds),
        )
        spent = accumulate(self.seen[name].seconds for name in reached)
        asked = [name for at, (name, cost) in enumerate(zip(reached, spent, strict=True)) if cost <= MOST or not at]
        rank = {name: place for place, name in enumerate(self._killers)}
        dear = sorted((name for name in reached if name in rank and name not in asked), key=lambda name: -rank[name])
        return [*sorted(asked, key=lambda name: -rank.get(name, -1)), *dear[:DEAR]]

    def try_on(self, names: Sequence[str], put: Callable[[], None]) -> Verdict:
        """Run the tests in a fork in which `put` was done, until one fails."""
        if not names:
            return "not reached"
        reading, writing = os.pipe()
        budgets = [PATIENCE + GRACE * self.seen[name].seconds for name in names]

        def child() -> int:
            put()
            for name, budget in zip(names, budgets, strict=True):
                self._failed = False
                # Nothing handles its signal, which ends the process.
                signal.setitimer(signal.ITIMER_PROF, budget)
                self._one(self._items[name])
                if self._failed:
                    os.write(writing, name.encode())
                    return 1
            return 0

        verdict = forked(child, sum(budgets))
        os.close(writing)
        with os.fdopen(reading) as pipe:
            self._remember(pipe.read())
        return verdict

    def _remember(self, killer: str) -> None:
        if killer in self._killers:
            self._killers.remove(killer)
        if killer:
            self._killers = [*self._killers[-20:], killer]


def _every_line(path: str) -> frozenset[int]:
    return frozenset(range(1, len(Path(path).read_text().splitlines()) + 1))


def forked(child: Callable[[], int], cpu: float) -> Verdict:
    """Run `child` in a process group of its own, silenced; 0 means that the mutant survived."""
    pid = os.fork()
    if not pid:
        code = 2
        try:
            os.setpgid(0, 0)
            null = os.open(os.devnull, os.O_RDWR)
            for stream in range(3):
                os.dup2(null, stream)
            used = int(time.process_time()) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (used + int(cpu), used + int(cpu)))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            code = child()
        finally:
            os._exit(code)
    status = _waited(pid, WALL + 4 * cpu)
    return "endless" if status is None or os.WIFSIGNALED(status) else "killed" if os.WEXITSTATUS(status) else "survived"


def _waited(pid: int, wall: float) -> int | None:
    end = time.monotonic() + wall
    pause = 0.002
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(pause)
        pause = min(pause * 1.3, 0.05)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None
