"""Time full-screen programs through a pty: start to a wanted text, and key to the painted screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles
from typing import NamedTuple

from tests.terminal import Terminal

# Seconds: no output for so long is the end of a paint; a key that has painted nothing by then paints nothing.
QUIET = 0.06
PATIENCE = 0.5


class FullScreen(NamedTuple):
    """A program, the text (or the test of one) that shows it is usable, and the keys that leave it."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    expect: str | Callable[[str], bool]
    leave: str


class Keys(NamedTuple):
    """Key to the last write before silence, milliseconds, for presses that painted something."""

    p50: float
    p95: float
    painted: int
    pressed: int


def first_frame(program: FullScreen) -> float:
    """Return the milliseconds from the start to the output that completes the wanted text."""
    with Terminal(program.argv, program.env) as terminal:
        shown = terminal.wait_for(program.expect)
        terminal.send(program.leave)
        terminal.settle(0.2)
        return (shown - terminal.began) * 1000


def first_frames(programs: Sequence[FullScreen], rounds: int) -> list[list[float]]:
    """Start every program once a round, after one round that does not count; times by program."""
    taken: list[list[float]] = [[] for _ in programs]
    for number in range(rounds + 1):
        for times, program in zip(taken, programs, strict=True):
            took = first_frame(program)
            if number:
                times.append(took)
    return taken


def key_to_paint(program: FullScreen, keys: Sequence[str], presses: int) -> Keys:
    """Press keys one after the other, each after the last has been painted.

    Starts after a second of silence: what a program does in its first seconds is not what a key costs.
    """
    with Terminal(program.argv, program.env) as terminal:
        terminal.wait_for(program.expect)
        terminal.settle(1, timeout=10)
        took: list[float] = []
        for number in range(presses):
            sent = terminal.send(keys[number % len(keys)])
            first = terminal.read(PATIENCE)
            if first is not None:
                painted = terminal.settle(QUIET) or first.at
                took.append((painted - sent) * 1000)
        terminal.send(program.leave)
        terminal.settle(0.2)
    if len(took) < 2:
        raise RuntimeError(f"{program.name}: {presses} keys painted {len(took)} times; nothing to measure")
    return Keys(median(took), quantiles(took, n=20)[-1], len(took), presses)
