"""Which modules a running followthru has really loaded: a static graph cannot see whether a lazy import is lazy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from signal import SIGUSR1

# Runs followthru as `python -m` does; on SIGUSR1 the names of all loaded modules are written to a file.
WITNESS = """
import os, runpy, signal, sys
def tell(*_):
    names = list(sys.modules)
    with open(path + ".part", "w") as file:
        file.write("\\n".join(names))
    os.rename(path + ".part", path)
path, sys.argv = sys.argv[1], sys.argv[2:]
signal.signal(signal.SIGUSR1, tell)
runpy.run_module("followthru", run_name="__main__", alter_sys=True)
"""
IMPORTED = re.compile(r"^import time:\s+\d+ \|\s+\d+ \|\s+(\S+)$\n?", re.MULTILINE)


def by_command(*words: str) -> set[str]:
    """Run one command to its end and return every module that was imported on the way.

    Raises AssertionError with what it said when it does not exit with 0.
    """
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "followthru", *words], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, IMPORTED.sub("", run.stderr) + run.stdout
    return set(IMPORTED.findall(run.stderr))


def witnessed(report: Path, *words: str) -> list[str]:
    """Return the argv of a followthru that answers `ask`."""
    return [sys.executable, "-c", WITNESS, str(report), "followthru", *words]


def ask(pid: int, report: Path, wait: Callable[[], object]) -> set[str]:
    """Ask a witnessed process what it has loaded; `wait` is called until the answer is there."""
    os.kill(pid, SIGUSR1)
    while not report.exists():
        wait()
    return set(report.read_text().split())


def among(modules: Iterable[str], packages: Iterable[str]) -> set[str]:
    """Return which of `packages` (dotted names) are loaded, wholly or in part."""
    return {name for name in packages if any(f"{module}.".startswith(f"{name}.") for module in modules)}
