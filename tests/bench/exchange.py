"""What it costs to bring a long table in and to take that back, beside the least that it can cost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench.stores import FOLLOWTHRU, environment, run

HERE = Path(__file__).parent
HEAD = ("what", "s", "x bare", "cpu s", "x bare cpu", "peak MiB")
_LINE = "Renew the permit {n},2027-{month:02}-{day:02},oak-street,dana,city;site,They called about {n},T-{n}\n"


class Cost(NamedTuple):
    """What one process cost: seconds by the clock and of the processor, and MiB at its peak."""

    what: str
    seconds: float
    cpu: float
    peak: float

    def row(self, bare: Cost) -> tuple[str, ...]:
        """Return a row of the table."""
        times = (f"{self.seconds:.2f}", f"{self.seconds / bare.seconds:.1f}")
        return self.what, *times, f"{self.cpu:.2f}", f"{self.cpu / bare.cpu:.1f}", f"{self.peak:.0f}"


def costs(folder: Path, count: int) -> Iterator[Cost]:
    """Yield the costs of a bare import, then of ours of a tenth and of all of as many rows, again, and of its undo."""
    folder.mkdir(parents=True)
    env = environment(folder / "home")
    run(env, "practice", "add", "oak-street", "--timezone", "America/New_York", "--holidays", "US")
    run(env, "person", "add", "Dana Reyes", "dana@oak.example", "--practice", "oak-street", "--role", "owner")
    whole, tenth = _table(folder / "whole.csv", count), _table(folder / "tenth.csv", count // 10)
    bare = (sys.executable, "-S", "-E", str(HERE / "bare_import.py"), str(whole), str(folder / "bare.db"))
    yield _cost(f"csv + sqlite3 bare, {count:,} rows", bare, env)
    yield _cost(f"import, {count // 10:,} rows", (FOLLOWTHRU, "import", str(tenth)), env)
    run(env, "undo")
    yield _cost(f"import, {count:,} rows", (FOLLOWTHRU, "import", str(whole)), env)
    yield _cost("import again: nothing new", (FOLLOWTHRU, "import", str(whole)), env)
    yield _cost(f"undo of {count:,} rows", (FOLLOWTHRU, "undo"), env)


def _table(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.write("Task,Due Date,Client,Who,Labels,Notes,ID\n")
        file.writelines(_LINE.format(n=n, month=n % 12 + 1, day=n % 28 + 1) for n in range(count))
    return path


def _cost(what: str, command: Sequence[str], env: Mapping[str, str]) -> Cost:
    """Run a process to its end. Raises RuntimeError when it fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{what} ended with {process.returncode}")
    return Cost(what, seconds, used.ru_utime + used.ru_stime, _mebibytes(used))


def _mebibytes(used: resource.struct_rusage) -> float:
    """Return the peak of memory; macOS counts bytes, Linux kibibytes."""
    return used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
