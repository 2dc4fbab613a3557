"""An approval is taken back by another process than the one that gave it, while a real background process counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from followthru.actions.wake import wake
from tests.program import settings
from tests.program.clock import SleepingClock
from tests.program.commands import Program
from tests.program.daemon import end, end_all, wait_for
from tests.storekit import copy_database

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Office:
    """A home whose practice has a reader, and a send delay of an hour on a clock that the test moves."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._clock = SleepingClock(home.with_name("slept"))
        self._clock.sleep_until(NOON)
        self.program = Program(home, self._clock)
        settings.write(home, settings.me(), settings.mail_into("mails"), settings.updates("1h"))
        self.program.run("practice", "add", "oak-street", "--name", "Oak Street", "--timezone", "UTC")
        self.reads("Dana Reyes", "dana@oak.example")

    def reads(self, name: str, email: str) -> None:
        """Add a reader."""
        self.program.run("person", "add", name, email, "--practice", "oak-street", "--role", "owner")

    def approves(self, who: str, id: int) -> None:
        """Draft an update to somebody and approve it."""
        self.program.run("update", "draft", who)
        self.program.run("update", "approve", str(id), "--yes")

    def sleep_until(self, instant: datetime) -> None:
        """Let the machine sleep until then."""
        self._clock.sleep_until(instant)
        wake(self.home / "run")

    def update(self, id: int) -> Any:  # noqa: ANN401 -- the command decides
        """Return an update as `--json` shows it."""
        return self.program.json("update", "show", str(id))

    def mails(self) -> list[Path]:
        """Return what has left."""
        return list((self.home / "mails").rglob("*.eml"))


@pytest.fixture
def office(tmp_path: Path, blank_database: Path) -> Iterator[Office]:
    copy_database(blank_database, tmp_path / "desk" / "followthru.db")
    yield Office(tmp_path / "desk")
    end_all()


def test_recalled_from_another_process_nothing_leaves_and_later_a_correction_is_offered(office: Office) -> None:
    daemon, program = office.program.daemon(), office.program
    office.approves("dana", 1)
    assert 0 < office.update(1)["seconds_left"] <= 3600
    program.run("update", "recall", "1")
    # The next one leaves at an hour after that of the one that was recalled.
    office.reads("Jo Ito", "jo@oak.example")
    office.approves("jo", 2)
    office.sleep_until(NOON + timedelta(hours=2))
    wait_for(lambda: office.update(2)["phase"] == "accepted", daemon)
    assert office.update(1)["status"] == "in review"
    [mail] = office.mails()
    assert b"jo@oak.example" in mail.read_bytes()
    late = program.run("update", "recall", "2", code=4)
    assert "It is too late" in late
    assert "`followthru update correct 2` drafts a correction" in late
    program.run("update", "correct", "2", "--because", "it named the wrong day")
    correction = office.update(3)
    assert (correction["kind"], correction["status"]) == ("correction", "in review")
    code, _ = end(daemon)
    assert code == 0
    assert len(office.mails()) == 1
