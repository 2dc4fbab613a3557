"""Processes of their own, forked: ready to work at once, and killed at will."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

Tell = Callable[[str], object]


def forked(work: Callable[[Tell], object]) -> tuple[int, int]:
    """Let a process of its own work; return its id and where what it tells is read. Call `ended`."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _live(work, writing)
    os.close(writing)
    return pid, reading


def ended(pid: int, reading: int) -> tuple[int | None, list[str]]:
    """Wait for a process; return its exit code, None if it was killed, and what it told."""
    with os.fdopen(reading, encoding="utf-8") as told:
        lines = told.read().splitlines()
    _, status = os.waitpid(pid, 0)
    killed = os.WIFSIGNALED(status)
    # Who is asked to end before it listens for that dies of it.
    assert not killed or os.WTERMSIG(status) in (signal.SIGKILL, signal.SIGTERM)
    return None if killed else os.WEXITSTATUS(status), lines


def _live(work: Callable[[Tell], object], writing: int) -> NoReturn:
    """Work, and end without any of the parent's tidying up."""
    code = 1
    try:
        work(lambda words: os.write(writing, f"{words}\n".encode()))
        code = 0
    except BaseException:  # noqa: BLE001 -- the process ends here, with its trace
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)
