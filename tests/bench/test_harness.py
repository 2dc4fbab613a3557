"""The measuring tools measure what they say."""

from __future__ import annotations

import os
import sys
import time

import pytest

from tests.bench.screens import FullScreen, cpu_ms, first_frame, keys_in_turns, memory_mib, press
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


LATE = """
import os, time, tty
tty.setraw(0)
os.write(1, b'READY')
while (key := os.read(0, 1)) != b'q':
    os.write(1, b'<' + key + b'>')
    time.sleep(0.2)
    os.write(1, b'.')
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


def echo(*keys: str) -> FullScreen:
    return FullScreen("echo", program(ECHO), os.environ, "READY", "q", keys=keys)


def test_screens_are_timed() -> None:
    frame = first_frame(echo())
    assert 0 < frame.cpu < frame.wall
    [keys, others] = keys_in_turns([echo("a", "-", "b"), echo("c")], presses=9)
    assert (len(keys.wall), keys.pressed, len(others.wall)) == (6, 9, 9)
    assert 0 < keys.p50 <= keys.p95
    assert 0 < keys.cpu_p50 <= keys.cpu_p95


def test_a_program_whose_keys_paint_nothing_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="echo: 3 keys painted 0 times"):
        keys_in_turns([echo("-")], presses=3)


def test_a_key_is_painted_once_what_it_changes_has_changed() -> None:
    """What is written after it, about something else, is not counted to it."""
    with Terminal(program(LATE), os.environ, columns=20, rows=3) as terminal:
        terminal.wait_for("READY")
        cursor = press(terminal, "a", 0.5, lambda text: "<" in text)
        assert cursor is not None
        assert cursor.painted == next(chunk.at for chunk in terminal.chunks if b"<a>" in chunk.data)
        whole = press(terminal, "b", 0.5, None)
        assert whole is not None
        assert whole.painted == terminal.chunks[-1].at
        assert whole.ms >= 200
        assert press(terminal, "c", 0.3, lambda text: "never" in text) is None
        terminal.send("q")


def test_cpu_and_memory_are_those_of_the_process() -> None:
    busy = "x = bytearray(50 << 20)\nimport os, time\nend = time.process_time() + 0.3\n"
    with Terminal(program(f"{busy}while time.process_time() < end: pass\nprint('READY'); input()"), os.environ) as it:
        it.wait_for("READY")
        assert 300 <= cpu_ms(it.pid) < 3000
        held, most = memory_mib(it.pid)
        assert 50 < held <= most < 150
