"""Days and months of a daemon in which everything goes wrong; the long form is `make torture-daemon`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.torture.month import ROOT, lived

SEED, KILLED = 211, 0.12
"""A calendar server that refuses, one for mail that drops the connection, twenty hours asleep, and a kill."""


@pytest.mark.long
def test_some_days_of_a_daemon_lose_nothing_and_say_nothing_twice(tmp_path: Path) -> None:
    month = lived(tmp_path / "desk", 3, 5, SEED, kills=KILLED)
    assert month.faults() == []
    assert len(month.done) == 3
    assert month.lives > 1, "it was killed"
    assert month.turned.total(), "servers went wrong"


@pytest.mark.torture
@pytest.mark.parametrize("kills", ["0", "0.1"], ids=["one process", "killed"])
def test_a_month_of_a_daemon(kills: str) -> None:
    words = ("--days", os.environ.get("TORTURE_DAYS", "30"), "--seed", os.environ.get("TORTURE_SEED", "1"))
    subprocess.run([sys.executable, "-m", "tests.torture.month", *words, "--kills", kills], cwd=ROOT, check=True)
