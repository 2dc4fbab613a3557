"""What every test stands on: a home of its own, no network, no keyring, one clock zone."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.network import block_outside

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ("tests.storekit",)

FOREIGN = ("FOLLOWTHRU_", "XDG_", "DBUS_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
WIDTHS = ("COLUMNS", "LINES")
EDITORS = ("EDITOR", "VISUAL", "PAGER")

# No deadlines: on two busy cores a slow example says nothing about the code.
settings.register_profile("dev", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
# More examples, the same in every run: red means a change and not chance. New ones are met by every other run of the
# tests and by the torture.
settings.register_profile("ci", settings.get_profile("dev"), max_examples=200, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


MEMORY = Path("/dev/shm")  # noqa: S108 -- pytest makes a folder of its own in it
ENOUGH = 4 << 30
"""Bytes that must be free in a file system in memory before the tests' homes are kept there."""


def _is_roomy(folder: Path) -> bool:
    """Whether scripts may be run from a folder, and there is room in it for the suite."""
    if not os.access(folder, os.W_OK) or not hasattr(os, "ST_NOEXEC"):
        return False
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC and shutil.disk_usage(folder).free >= ENOUGH


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path) -> Iterator[None]:
    """Give the test an empty home, and nothing of the person who runs it.

    The zone is UTC unless the suite is run with TEST_TZ set. A test that sets TZ itself calls
    `time.tzset`; the process's own zone comes back afterwards.
    """
    home = tmp_path / "home"
    home.mkdir()
    with pytest.MonkeyPatch.context() as own:
        for name in list(os.environ):
            if name.upper().startswith(FOREIGN) or name in (*EDITORS, *WIDTHS):
                own.delenv(name)
        own.setenv("HOME", str(home))
        own.setenv("FOLLOWTHRU_HOME", str(tmp_path / "followthru"))
        own.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        own.setenv("TZ", os.environ.get("TEST_TZ", "UTC"))
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    block_outside(monkeypatch)


class _RoomDurations:
    """Adds up what the tests of each room cost."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.tests: dict[str, set[str]] = defaultdict(set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        folder = report.nodeid.partition("::")[0].removeprefix("tests/")
        room = folder.partition("/")[0]
        self.seconds[room] += report.duration
        self.tests[room].add(report.nodeid)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("seconds by room")
        for room, seconds in sorted(self.seconds.items(), key=lambda item: -item[1]):
            terminalreporter.write_line(f"{seconds:8.2f}  {room} ({len(self.tests[room])} tests)")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each of several workers begin with its share of the long tests: none waits for the other's in the end.

    Each is given one run of tests (`worksteal`), cut as it is here.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0"))
    rest = [item for item in items if item.get_closest_marker("long") is None]
    long = [item for item in items if item.get_closest_marker("long") is not None]
    left, dealt = len(items), list[pytest.Item]()
    for worker in range(workers):
        share = long[worker::workers]
        of_rest = left // (workers - worker) - len(share)
        dealt += [*share, *rest[:of_rest]]
        rest, left = rest[of_rest:], left - len(share) - of_rest
    if workers:
        items[:] = dealt


def pytest_configure(config: pytest.Config) -> None:
    """Report durations by room at the end of a run, and keep the tests' homes in memory where that is possible.

    Much of the suite's time was waiting for the disk. What tortures a store stays there, as all does if TMPDIR is set.
    """
    if "TMPDIR" not in os.environ and config.option.markexpr == "not torture" and _is_roomy(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
    config.pluginmanager.register(_RoomDurations(), "room-durations")
