"""Real processes, killed at every boundary of a sync and working side by side; the long form is `make torture-sync`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHERE = ("before commit", "after commit", "before sending", "half sent", "sent", "answered, unread")
"""Where something dies in every run; that it does at any moment is a matter of luck, and counted in the long form."""


def run(*words: str) -> str:
    """Run a module that tortures, which must end well; return what it printed."""
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
    return done.stdout


@pytest.mark.long
def test_syncs_that_are_killed_lose_double_and_resurrect_nothing() -> None:
    said = run("tests.torture.rounds", "--kills", "30")
    kills = {kind: int(count) for kind, count in re.findall(r"(?m)^(\S.*?) {2,}(\d+)$", said)}
    for where in WHERE:
        assert sum(count for kind, count in kills.items() if kind.startswith(where)), f"nothing died {where}"
    assert kills["on radicale"]
    assert kills["on scripted"]
    assert kills["violations"] == 0


@pytest.mark.torture
def test_a_thousand_syncs_that_are_killed_lose_double_and_resurrect_nothing() -> None:
    kills = os.environ.get("TORTURE_KILLS", "1100")
    subprocess.run([sys.executable, "-m", "tests.torture.rounds", "--kills", kills], cwd=ROOT, check=True)


def test_what_is_edited_during_a_sync_is_neither_lost_nor_pushed_half_way() -> None:
    run("tests.torture.together", "editing")


def test_of_two_syncs_at_once_one_is_refused_and_one_that_dies_holds_nobody_up() -> None:
    run("tests.torture.together", "twice")
