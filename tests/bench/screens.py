"""Time full-screen programs on ptys: start to a wanted text, key to the painted screen, and what it took of a CPU."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from tests.terminal import Terminal

# Seconds: no output for so long is the end of a paint; a key that has painted nothing by then paints nothing.
QUIET = 0.06
PATIENCE = 0.5


class FullScreen(NamedTuple):
    """A program, the text (or the test of one) that shows it is usable, and the keys that leave it.

    `before` leads to the list in which `keys` are pressed, over and over. `turns` reads off the screen what a key
    changes: with it a key is painted once that has changed; without, with the last write before silence.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    expect: str | Callable[[str], bool]
    leave: str
    before: str = ""
    keys: Sequence[str] = ("j", "k")
    turns: Callable[[str], object] | None = None


class Frame(NamedTuple):
    """Milliseconds from the start to the output that completes the wanted text, and of CPU until it was read."""

    wall: float
    cpu: float


class Pressed(NamedTuple):
    """When a key was sent, and when its screen was whole (seconds, `time.perf_counter`)."""

    sent: float
    painted: float

    @property
    def ms(self) -> float:
        """What lies between, in milliseconds."""
        return (self.painted - self.sent) * 1000


class Keys(NamedTuple):
    """Key to the painted screen and the CPU it took, in milliseconds, for presses that painted something."""

    wall: Sequence[float]
    cpu: Sequence[float]
    pressed: int

    @property
    def p50(self) -> float:
        """The middle."""
        return median(self.wall)

    @property
    def p95(self) -> float:
        """What nineteen of twenty stay under."""
        return quantiles(self.wall, n=20)[-1]

    @property
    def cpu_p50(self) -> float:
        """The middle of the CPU."""
        return median(self.cpu)

    @property
    def cpu_p95(self) -> float:
        """What nineteen of twenty stay under of the CPU."""
        return quantiles(self.cpu, n=20)[-1]


def cpu_ms(pid: int) -> float:
    """Return the milliseconds of CPU that a process has used, to the microsecond; 0 where the system does not say."""
    if sys.platform != "linux":
        return 0.0
    # The clock of another process, as clock_getcpuclockid(3) makes it of the process's number.
    return time.clock_gettime((~pid << 3) | 2) * 1000


def memory_mib(pid: int) -> tuple[float, float]:
    """Return how much memory a process holds, and the most that it ever held; zeros where there is no /proc."""
    told = Path(f"/proc/{pid}/status")
    text = told.read_text() if told.exists() else ""
    held, most = (re.search(rf"{name}:\s+(\d+)", text) for name in ("VmRSS", "VmHWM"))
    return (int(held[1]) / 1024, int(most[1]) / 1024) if held and most else (0.0, 0.0)


def first_frame(program: FullScreen) -> Frame:
    """Start a program, wait for the wanted text, and leave it."""
    with Terminal(program.argv, program.env) as terminal:
        shown = terminal.wait_for(program.expect)
        used = cpu_ms(terminal.pid)
        terminal.send(program.leave)
        terminal.settle(0.2)
        return Frame((shown - terminal.began) * 1000, used)


def first_frames(programs: Sequence[FullScreen], rounds: int) -> list[list[Frame]]:
    """Start every program once a round, after one round that does not count; frames by program."""
    taken: list[list[Frame]] = [[] for _ in programs]
    for number in range(rounds + 1):
        for frames, program in zip(taken, programs, strict=True):
            frame = first_frame(program)
            if number:
                frames.append(frame)
    return taken


def arrive(terminal: Terminal, program: FullScreen) -> None:
    """Wait until a program is usable, go to the list its keys are for, and wait for a second of silence.

    What a program does in its first seconds is not what a key costs.
    """
    terminal.wait_for(program.expect)
    terminal.settle(1, timeout=10)
    for key in program.before:
        terminal.send(key)
        terminal.settle(0.5, timeout=20)


def press(terminal: Terminal, key: str, quiet: float, turns: Callable[[str], object] | None) -> Pressed | None:
    """Press a key; return when it was painted, None if it painted nothing. `turns` is as in FullScreen."""
    before = None if turns is None else turns(terminal.screen.text())
    sent = terminal.send(key)
    first = terminal.read(PATIENCE)
    if first is None:
        return None
    last = terminal.settle(quiet) or first.at
    painted = last if turns is None else terminal.first_showing(lambda text: turns(text) != before)
    return None if painted is None else Pressed(sent, painted)


def keys_in_turns(
    programs: Sequence[FullScreen], presses: int, quiet: float = QUIET, arrived: Callable[[], None] | None = None
) -> list[Keys]:
    """Run programs side by side and press one key in each at a time, each after the last has been painted.

    Whatever else the machine does hits all alike. `arrived` is called once all are usable, and returns when the keys
    may come. Raises RuntimeError for a program whose keys paint nothing.
    """
    taken: list[list[tuple[float, float]]] = [[] for _ in programs]
    with ExitStack() as stack:
        terminals = [stack.enter_context(Terminal(program.argv, program.env)) for program in programs]
        for terminal, program in zip(terminals, programs, strict=True):
            arrive(terminal, program)
        if arrived is not None:
            arrived()
        for number in range(presses):
            for found, terminal, program in zip(taken, terminals, programs, strict=True):
                used = cpu_ms(terminal.pid)
                took = press(terminal, program.keys[number % len(program.keys)], quiet, program.turns)
                if took is not None:
                    found.append((took.ms, cpu_ms(terminal.pid) - used))
        for terminal, program in zip(terminals, programs, strict=True):
            terminal.send(program.leave)
            terminal.settle(0.2)
    return [_keys(program, found, presses) for program, found in zip(programs, taken, strict=True)]


def _keys(program: FullScreen, found: Sequence[tuple[float, float]], presses: int) -> Keys:
    if len(found) < 2:
        raise RuntimeError(f"{program.name}: {presses} keys painted {len(found)} times; nothing to measure")
    return Keys([wall for wall, _ in found], [cpu for _, cpu in found], presses)
