"""From an old computer to a new one with a backup alone, in the words of the page: what is asked, held and sent."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.docs.pages import ROOT
from tests.program import settings
from tests.program.daemon import EAGER, end, end_all, said, start, wait_for
from tests.terminal import Terminal

PAGE = (ROOT / "docs" / "how-to" / "move-to-a-new-computer.md").read_text("utf-8")


class Answer(NamedTuple):
    """How a command ended, and all that it said."""

    code: int
    said: str


class Computer:
    """A machine with a home of its own, on which followthru is installed and nothing else was done."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700)
        self.own = {"FOLLOWTHRU_HOME": str(folder), "FOLLOWTHRU_MACHINE": f"the machine of {folder.name}", "TZ": "UTC"}
        self.env = {**os.environ, **self.own}

    def __call__(self, line: str) -> Answer:
        argv = [sys.executable, "-m", "followthru", *line.split()]
        done = subprocess.run(argv, cwd=self.folder, env=self.env, capture_output=True, text=True, check=False)
        return Answer(done.returncode, done.stdout + done.stderr)

    def ok(self, line: str) -> str:
        answer = self(line)
        assert answer.code == 0, answer
        return answer.said

    def type(self, line: str, word: str) -> str:
        """Run a command in a terminal and type the word that it asks for; return all that it said."""
        argv = [sys.executable, "-m", "followthru", *line.split()]
        argv[-1] = str(self.folder / argv[-1])
        with Terminal(argv, self.env, 200, 40) as terminal:
            terminal.wait_for(f"Type {word} to confirm")
            terminal.send(f"{word}\r")
            terminal.wait_for("waits for you")
            assert terminal.wait_end(30) == 0
            return terminal.screen.text()


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Computer]:
    """The old computer: a promise that was told, an update that is approved and has not left."""
    made = Computer(tmp_path / "old")
    secret = tmp_path / "old" / "secret"
    secret.write_text("typed once")
    secret.chmod(0o600)
    Path(made.ok("config path").strip()).write_text(
        settings.text(
            settings.me(timezone="America/Los_Angeles"),
            settings.account("http://127.0.0.1:9/", {"file": str(secret)}),
            settings.calendar("http://127.0.0.1:9/promises/"),
            settings.mail_into(str(tmp_path / "out")),
            settings.updates("0s"),
            settings.daemon(backups=0),
        )
    )
    made.ok("practice add oak-street --timezone America/Los_Angeles")
    made.ok("person add Dana dana@oak.example --practice oak-street --role owner")
    made.ok("add Renew cover by in 3 weeks to dana @oak-street")
    made.ok("update draft dana")
    made.ok("update approve 1 --yes")
    made("sync")  # it reaches nobody, and is synced from there from then on
    yield made
    end_all()


def commands(heading: str) -> list[str]:
    """Return what a section of the page has its reader type."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\$ followthru (.*)$", section, re.MULTILINE)


def test_a_backup_alone_is_enough_and_nothing_is_sent_twice(old: Computer, tmp_path: Path) -> None:
    for line in commands("What to copy"):
        old.ok(line)
    new = Computer(tmp_path / "new")
    usb = new.folder / "usb"
    usb.mkdir()
    [backup] = (old.folder / "backups").glob("*.db")
    shutil.copy(backup, usb / "20260303T020000Z.db")
    kept = Path(old.ok("config path").strip()).read_text()
    (old.folder / "secret").unlink()
    restore, doctor, here, settle, resume, install = commands("On the new computer")

    assert "There is no store here yet; nothing is lost." in new.ok(f"{restore} --dry-run")
    said = new.type(restore, "restore")
    assert "All mail is held" in said
    assert "1 update may have arrived" in said
    assert "told dana" in new.ok("list")

    Path(new.ok("config path").strip()).write_text(kept)
    asked = new(doctor)
    assert asked.code == 1
    for words in ("secret cannot be read", "last synced on another machine", "All mail is held", "may have arrived"):
        assert words in asked.said
    assert new("sync").code == 4, "not from here before that is said"
    live(new)
    assert not (tmp_path / "out").exists(), "no mail leaves"

    assert "synced from here from now on" in new(f"{here} --yes").said
    new.ok(settle.replace("arrived", "resend"))
    live(new)
    assert not (tmp_path / "out").exists(), "nor now"
    new.ok(resume)
    live(new, until=lambda: any((tmp_path / "out").glob("*")))
    assert len(list((tmp_path / "out").glob("*.eml"))) == 1
    assert install == "daemon install"


def live(computer: Computer, until: Callable[[], bool] = lambda: True) -> None:
    """Let the background process of a computer run until it has come to its mail, and something is so."""
    before = mail_at(computer)
    process = start(computer.folder, EAGER, **computer.own)
    wait_for(lambda: mail_at(computer) != before and until(), process)
    assert end(process)[0] == 0


def mail_at(computer: Computer) -> int:
    """Return how often the background process has said how its mail went: its instants are of whole seconds."""
    return said(computer.folder).count("job=mail oak")
