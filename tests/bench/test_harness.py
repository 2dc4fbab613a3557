"""The measuring tools measure what they say."""

from __future__ import annotations

import os
import sys
import time

import pytest

from tests.bench.screens import FullScreen, first_frame, key_to_paint
from tests.bench.timing import Command, interleave, run_once
from tests.terminal import Screen, Terminal

ECHO = """
import os, sys, tty
tty.setraw(0)
os.write(1, b'READY')
while (key := os.read(0, 1)) != b'q':
    if key != b'-':
        os.write(1, b'\\x1b[2J\\x1b[H<' + key + b'>')
"""


def program(code: str) -> list[str]:
    return [sys.executable, "-S", "-E", "-c", code]


def test_ratios_are_to_the_reference_of_the_same_round() -> None:
    slow = Command("slow", program("import time; time.sleep(0.1)"), os.environ, budget=1)
    bare, cost = interleave([slow], rounds=2)
    assert set(bare.ratios) == set(bare.cpu_ratios) == {1.0}
    assert len(cost.runs) == len(cost.ratios) == 2
    assert all(run.wall >= 100 and run.cpu < run.wall and run.rss > 1 for run in cost.runs)
    assert min(cost.ratios) > 1


def test_a_failing_command_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="no such practice"):
        run_once(Command("fails", program("import sys; sys.exit('no such practice')"), os.environ))


def test_a_terminal_shows_what_a_program_paints() -> None:
    with Terminal(program(ECHO), os.environ, columns=20, rows=3) as terminal:
        shown = terminal.wait_for("READY")
        assert terminal.began < shown <= time.perf_counter()
        terminal.send("x")
        terminal.wait_for("<x>")
        assert "READY" not in terminal.screen.text()
        terminal.send("q")
        assert terminal.wait_end() == 0


def test_a_terminal_says_what_it_saw_instead() -> None:
    with Terminal(program("print('something else')"), os.environ) as terminal, pytest.raises(TimeoutError) as error:
        terminal.wait_for("READY")
    assert "something else" in str(error.value)


def test_a_cut_sequence_is_not_painted() -> None:
    screen = Screen(20, 2)
    for part in (b"a\x1b", b"[31", b"mb\x1b[?2026", b"$pc\x1b]0;title", b"\x07d\x1b[<u\x1b[>1u"):
        screen.feed(part)
    assert screen.text().strip() == "abcd"


def test_screens_are_timed() -> None:
    echo = FullScreen("echo", program(ECHO), os.environ, "READY", "q")
    assert first_frame(echo) > 0
    keys = key_to_paint(echo, ["a", "-", "b"], presses=9)
    assert (keys.painted, keys.pressed) == (6, 9)
    assert 0 < keys.p50 <= keys.p95
