"""The command line for tests: run in this process, on a store copied for the test, on a clock that stands still."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from followthru.cli.main import run
from followthru.config.places import Home, home
from tests.storekit import FixedClock, copy_database


class Fronts:
    """Front ends that only note that they were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def tui(self, home: Home) -> int:
        """Note the terminal UI."""
        self.asked.append("tui")
        return 0

    def daemon(self, home: Home, *, to_stderr: bool = True, service: bool = False) -> int:
        """Note the daemon."""
        self.asked.append("daemon")
        return 0

    def service(self, home: Home, *, installed: bool) -> str:
        """Note the service."""
        self.asked.append("service")
        return ""

    def service_standing(self, home: Home) -> str | None:
        return None

    def demo(self, *, tour: bool) -> int:
        """Note the sandbox."""
        self.asked.append("demo")
        return 0


class Answer(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


class Cli:
    """Runs commands on the home in FOLLOWTHRU_HOME."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.fronts = Fronts()

    def __call__(self, *words: str, stdin: str = "") -> Answer:
        """Run one command to its end."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            code = run(words, self.fronts, self.clock)
        return Answer(code, out.getvalue(), err.getvalue())

    def ok(self, *words: str) -> str:
        """Run a command that must end well and return its standard output."""
        answer = self(*words)
        assert answer.code == 0, answer
        return answer.out

    def json(self, *words: str) -> Any:  # noqa: ANN401 -- the command decides
        """Run a command that must end well with `--json` and return what it answered."""
        return json.loads(self.ok(*words, "--json"))


@pytest.fixture
def cli(blank_database: Path, clock: FixedClock) -> Cli:
    """The command line on an empty store of this test's own."""
    copy_database(blank_database, home().database)
    return Cli(clock)


@pytest.fixture
def office(cli: Cli) -> Cli:
    """The command line with a practice oak-street in UTC, its owner Dana Reyes and Marisol Vega on its staff."""
    cli.ok("practice", "add", "oak-street", "--timezone", "UTC", "--buffer-policy", "fixed:2")
    cli.ok("person", "add", "Dana Reyes", "dana@oak.example", "--practice", "oak", "--role", "owner")
    cli.ok("person", "add", "Marisol Vega", "marisol@oak.example", "--practice", "oak", "--role", "staff")
    return cli
