"""The command line on a home that may only be read: every question answered, every change refused in words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from followthru.config.places import home
from followthru.store import damage
from tests.clikit import Cli
from tests.smalldisk import heed_permissions

ROOT = Path(__file__).parents[2]
READING = (
    "today", "list", "list --json", "week", "show 1", "show 1 --json", "history", "history 1", "search Order",
    "practice list", "person list", "calibration", "duty list", "register list", "goal list",
    "meeting list", "playbook list", "playbook runs", "update list", "calendar list", "sync status",
    "daemon status", "daemon status --json", "backup list", "config check", "export --json",
    "report oak-street --month", "hours", "evidence check", "brief", "promises", "load", "review", "review --json",
)  # fmt: skip
SCRIPT = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from followthru.cli.main import run
from followthru.launch import Fronts
from followthru.domain.clock import SystemClock
for line in sys.stdin.read().splitlines():
    words = line.split("|")
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(words, Fronts(), SystemClock())
    print(json.dumps([words, code, out.getvalue(), err.getvalue()]))
"""


def unprivileged(folder: Path, *lines: str) -> list[tuple[list[str], int, str, str]]:
    """Run commands in a process that permissions hold for; return each with its exit code, output and words."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input="\n".join(lines),
        env={**os.environ, "FOLLOWTHRU_HOME": str(folder)},
        preexec_fn=heed_permissions,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return [(words, code, out, err) for words, code, out, err in map(json.loads, done.stdout.splitlines())]


@pytest.fixture
def folder(office: Cli) -> Path:
    """A home with a practice and a task."""
    office.ok("add", "Order gloves by in 4 weeks to dana @oak-street")
    return Path(os.environ["FOLLOWTHRU_HOME"])


def read_only(folder: Path, *, on: bool = True) -> None:
    """Let nobody write a home, or let its owner again."""
    for path in (*folder.rglob("*"), folder):
        path.chmod((0o500 if on else 0o700) if path.is_dir() else (0o400 if on else 0o600))


def test_a_home_that_may_only_be_read_answers_every_question(folder: Path) -> None:
    read_only(folder)
    try:
        before = (folder / "followthru.db").read_bytes()
        answers = unprivileged(folder, *(line.replace(" ", "|") for line in READING))
        for words, code, out, err in answers:
            assert code == 0, (words, out, err)
            assert "Traceback" not in err
        assert all("cannot be written" in err for words, _, _, err in answers if words[0] in ("today", "list", "show"))
        status = json.loads(next(out for words, _, out, _ in answers if words == ["daemon", "status", "--json"]))
        assert not status["writable"]
        assert status["unwritable"]["trouble"] == "read-only"
        assert "Give yourself the right" in status["unwritable"]["words"]
        begun = json.loads(next(out for words, _, out, _ in answers if words == ["review", "--json"]))
        assert (begun["stop"], begun["kept"]) == ("inbox", False)
        assert (folder / "followthru.db").read_bytes() == before
    finally:
        read_only(folder, on=False)


def test_a_home_that_may_only_be_read_refuses_every_change_in_words(folder: Path) -> None:
    changes = ("add|Order paper", "done|1", "promise|1|in 3 weeks|--because|x", "undo", "edit|1|title=Other", "drop|1")
    read_only(folder)
    try:
        for words, code, out, err in unprivileged(folder, *changes):
            assert (code, out) == (1, ""), words
            assert "cannot be written" in err
            assert "Nothing of this step was saved" in err
            assert "Give yourself the right" in err
        words, code, out, _ = unprivileged(folder, "doctor")[0]
        assert (words, code) == (["doctor"], 1)
        assert "!!  changes: The store followthru.db cannot be written" in out
    finally:
        read_only(folder, on=False)
    assert unprivileged(folder, "add|Order paper")[0][1] == 0
    assert "cannot be written" not in unprivileged(folder, "list")[0][3]


def test_a_note_of_damage_is_taken_away_by_the_doctor_once_all_is_whole(office: Cli) -> None:
    damage.note(home().database, "page 7 is never used")
    answer = office("add", "Order paper")
    assert answer.code == 1
    assert "it is damaged (page 7 is never used)" in answer.err
    assert "Nothing is written to it until it is mended" in office("list").err
    assert "!!  changes: " in office("doctor").out
    assert "it takes changes again" in office("doctor", "--fix").err
    office.ok("add", "Order paper")
