"""Time whole commands side by side: each round runs every one once, so drift hits all alike."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

REFERENCE = "python -S -E -c pass"


class Command(NamedTuple):
    """What to run: the words, and the environment it runs in. `budget` is the ratio it should stay under."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    budget: float | None = None


class Run(NamedTuple):
    """One run: wall and CPU time in milliseconds, peak memory of its largest process in MiB."""

    wall: float
    cpu: float
    rss: float


class Cost(NamedTuple):
    """All runs of one command, with the ratio of each to the reference of its round."""

    name: str
    runs: Sequence[Run]
    ratios: Sequence[float]
    cpu_ratios: Sequence[float]
    budget: float | None = None

    def row(self) -> tuple[str, ...]:
        """Return the table row, in the order of HEAD: medians, and the range of the wall time."""
        walls = [run.wall for run in self.runs]
        return (
            self.name,
            f"{median(walls):.1f}",
            f"{min(walls):.1f}-{max(walls):.1f}",
            f"{median(run.cpu for run in self.runs):.1f}",
            f"{median(self.ratios):.1f}",
            f"{median(self.cpu_ratios):.1f}",
            "" if self.budget is None else f"{self.budget:g}",
            f"{median(run.rss for run in self.runs):.0f}",
        )


# Where the machine is busy with other things, the ratio of CPU times says more than that of wall times. Peak memory is
# never below that of the process that measures.
HEAD = ("command", "median ms", "range ms", "cpu ms", "x reference", "x in cpu", "budget x", "peak MiB")


def reference() -> Command:
    """Return the bare start of the interpreter that runs this: no site, no environment, nothing to do."""
    return Command(REFERENCE, (str(Path(sys.executable).resolve()), "-S", "-E", "-c", "pass"), os.environ)


def run_once(command: Command) -> Run:
    """Run one command to its end, its output thrown away.

    Raises RuntimeError with the end of its stderr when it fails: a failed run has no meaningful cost.
    """
    began = time.perf_counter()
    child = subprocess.Popen(
        command.argv, env=command.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert child.stderr is not None
    with child.stderr:
        words = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{command.name} ended with {child.returncode}: {words.decode(errors='replace')[-800:]}")
    return Run(wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000, _mebibytes(usage))


def _mebibytes(usage: resource.struct_rusage) -> float:
    unit = 1024 if sys.platform == "darwin" else 1
    return usage.ru_maxrss / unit / 1024


def interleave(commands: Sequence[Command], rounds: int) -> list[Cost]:
    """Run the reference and every command once a round, after one round that does not count."""
    ours = [reference(), *commands]
    taken: list[list[Run]] = [[] for _ in ours]
    for number in range(rounds + 1):
        for runs, command in zip(taken, ours, strict=True):
            run = run_once(command)
            if number:
                runs.append(run)
    return [_cost(command, runs, taken[0]) for command, runs in zip(ours, taken, strict=True)]


def _cost(command: Command, runs: Sequence[Run], bare: Sequence[Run]) -> Cost:
    rounds = list(zip(runs, bare, strict=True))
    walls = [run.wall / base.wall for run, base in rounds]
    return Cost(command.name, runs, walls, [run.cpu / base.cpu for run, base in rounds], command.budget)
