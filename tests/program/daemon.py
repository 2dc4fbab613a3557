"""A real daemon process, watched through what it writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 60.0
"""Seconds after which what was waited for never comes, also on a machine that does much else."""
STARTED: list[subprocess.Popen[str]] = []
PROGRAM = "from followthru.launch import main; main()"
EAGER = """
from followthru_daemon import build, run, supervise
build.SETTLE, run.TICK_SECONDS, supervise.LONGEST_WAIT = 0.05, 0.05, 0.05
"""
"""What lets a daemon wait less, so that a test need not."""


def start(home: Path, setup: str = "", **environment: str) -> subprocess.Popen[str]:
    """Start the daemon of a home and wait until it is ready."""
    before = said(home).count("daemon=ready")
    process = launch(home, setup, (), **environment)
    wait_for(lambda: said(home).count("daemon=ready") > before or process.poll() is not None, process)
    return process


def launch(home: Path, setup: str = "", words: tuple[str, ...] = (), **environment: str) -> subprocess.Popen[str]:
    """Start the daemon of a home. `setup` is Python that it runs first, such as what makes a part of it hang."""
    process = subprocess.Popen(
        [sys.executable, "-c", f"{setup}\n{PROGRAM}", "daemon", "run", *words],
        env={**os.environ, "FOLLOWTHRU_HOME": str(home), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    STARTED.append(process)
    return process


def end_all() -> None:
    """End whatever a failed test left running."""
    while STARTED:
        process = STARTED.pop()
        process.kill()
        process.communicate()


def said(home: Path) -> str:
    """Return the daemon's log."""
    return "".join(path.read_text() for path in sorted((home / "logs").glob("*.log")))


def wait_for(
    condition: Callable[[], bool], process: subprocess.Popen[str] | None = None, seconds: float = PATIENCE
) -> None:
    """Wait until a condition that another process brings about holds."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            words = process.stderr.read() if process and process.poll() is not None and process.stderr else ""
            raise AssertionError(f"it did not happen within {seconds} s {words}")
        time.sleep(0.02)


def end(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
    """End a daemon by a signal; return its exit code and what it said on standard error."""
    process.send_signal(number)
    _, words = process.communicate(timeout=PATIENCE)
    return process.returncode, words
