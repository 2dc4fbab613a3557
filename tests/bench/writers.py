"""Fifty commands that write at once while the screen is open, beside one that writes alone."""

from __future__ import annotations

import math
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tests.bench.stores import FOLLOWTHRU
from tests.terminal import Terminal

HEAD = ("commands", "p50 ms", "p99 ms", "x p50 of one alone", "x p99 of one alone")


class Times(NamedTuple):
    """How long each of some commands took, from its start to its end, in milliseconds."""

    name: str
    took: Sequence[float]

    def share(self, of: float) -> float:
        """Return the time within which so many of them were done, 0 < of <= 1."""
        return sorted(self.took)[math.ceil(len(self.took) * of) - 1]

    def row(self, alone: Times) -> tuple[str, ...]:
        """Return the table row, in the order of HEAD."""
        half, most = self.share(0.5), self.share(0.99)
        ratios = (half / alone.share(0.5), most / alone.share(0.99))
        return self.name, f"{half:.0f}", f"{most:.0f}", *(f"{ratio:.1f}" for ratio in ratios)


def figures(env: Mapping[str, str], count: int) -> list[Times]:
    """Time `count` commands one after the other, as many at once, and as many at once that only read.

    What those at once cost beyond the readers, they cost by waiting for each other's commits.
    """
    with Terminal([FOLLOWTHRU], env) as screen:
        screen.wait_for("Today")
        alone = Times("one after the other", [_took(env, [("add", f"Alone {n}")])[0] for n in range(count)])
        reading = Times(f"{count} that read, at once", _took(env, [("list", "--limit", "1")] * count))
        at_once = Times(f"{count} that write, at once", _took(env, [("add", f"Writer {n}") for n in range(count)]))
        screen.settle(0.5)
    return [alone, reading, at_once]


def _took(env: Mapping[str, str], commands: Sequence[Sequence[str]]) -> list[float]:
    """Start commands at once; return how long each took. Raises RuntimeError when one fails."""
    began = time.perf_counter()
    left = {_started(env, words): time.perf_counter() for words in commands}
    took: list[float] = []
    while left:
        for process in [one for one in left if one.poll() is not None]:
            took.append((time.perf_counter() - left.pop(process)) * 1000)
            if process.returncode:
                raise RuntimeError(f"a command ended with {process.returncode}")
        if time.perf_counter() - began > 300:
            raise RuntimeError("some command never ended")
        time.sleep(0.001)
    return took


def _started(env: Mapping[str, str], words: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([FOLLOWTHRU, *words], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
