"""The tour of the sandbox: the whole road on real servers, as a new user's first command walks it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.long
def test_the_tour_walks_the_road_and_leaves_nothing(tmp_path: Path) -> None:
    env = {**os.environ, "FOLLOWTHRU_HOME": str(tmp_path / "own")}
    command = [sys.executable, "-m", "followthru", "demo"]
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    road = (
        "told dana",
        "BEGIN:VCALENDAR",
        "reason missing: True",
        "Undone: Calendar moved",
        "followthru now has it done",
        "Undone: Calendar ticked",
        "NEEDS-ACTION again",
        "moving it needs a reason",
        "the mail server answered: 250",
        "because the",
        "by mail",
        "last good sync",
    )
    rest = done.stdout
    for step in road:
        assert step in rest, f"{step!r} is missing from here on:\n{rest}"
        rest = rest.split(step, 1)[1]
    assert not (tmp_path / "own").exists(), "the sandbox touches nothing of its user's"
