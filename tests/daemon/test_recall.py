"""An approval is taken back by another process than the one that gave it, while a real background process counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.program.daemon import end, end_all, start, wait_for


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home with a practice, a reader, a mail account that writes files, and a send delay of five seconds."""
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "config.toml").write_text(
        '[me]\nname = "Robin Vale"\n[[mail]]\nname = "oak"\npractices = ["oak-street"]\n'
        'from = "Robin Vale <robin@oak.example>"\ntransport = "file"\nfolder = "mails"\n[updates]\nsend_delay = "5s"\n'
    )
    run(folder, "practice", "add", "oak-street", "--name", "Oak Street", "--timezone", "UTC")
    run(folder, "person", "add", "Dana Reyes", "dana@oak.example", "--practice", "oak-street", "--role", "owner")
    yield folder
    end_all()


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own."""
    environment = {**os.environ, "FOLLOWTHRU_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "followthru", *words], env=environment, capture_output=True, text=True, check=False
    )


def update(home: Path, id: int) -> Any:  # noqa: ANN401
    return json.loads(run(home, "update", "show", str(id), "--json").stdout)


def mails(home: Path) -> list[Path]:
    return list((home / "mails").rglob("*.eml"))


def test_recalled_from_another_process_nothing_leaves_and_later_a_correction_is_offered(home: Path) -> None:
    daemon = start(home)
    assert run(home, "update", "draft", "dana").returncode == 0
    assert run(home, "update", "approve", "1", "--yes").returncode == 0
    assert 0 < update(home, 1)["seconds_left"] <= 5
    recalled = run(home, "update", "recall", "1")
    assert recalled.returncode == 0, recalled.stderr
    # The next one leaves at an hour after that of the one that was recalled.
    run(home, "person", "add", "Jo Ito", "jo@oak.example", "--practice", "oak-street", "--role", "owner")
    run(home, "update", "draft", "jo")
    assert run(home, "update", "approve", "2", "--yes").returncode == 0
    wait_for(lambda: update(home, 2)["phase"] == "accepted", daemon)
    assert update(home, 1)["status"] == "in review"
    [mail] = mails(home)
    assert b"jo@oak.example" in mail.read_bytes()
    late = run(home, "update", "recall", "2")
    assert late.returncode == 4
    assert "It is too late" in late.stderr
    assert "`followthru update correct 2` drafts a correction" in late.stderr
    assert run(home, "update", "correct", "2", "--because", "it named the wrong day").returncode == 0
    assert update(home, 3)["kind"] == "correction"
    assert update(home, 3)["status"] == "in review"
    code, _ = end(daemon)
    assert code == 0
    assert len(mails(home)) == 1
