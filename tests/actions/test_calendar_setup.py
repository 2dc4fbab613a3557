"""Setting a calendar up: one collection, whoever else is at it at the same moment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from followthru.actions import sync
from followthru.actions.calendars import add, collections, set_up
from followthru.actions.sync import BeingSyncedError
from followthru.calendars.dav.client import Account
from followthru.calendars.discovery import find_calendars, make_calendar
from followthru.calendars.errors import ReadOnlyError
from followthru.config.values import Calendar
from followthru.demo.radicale import Radicale
from tests.calendarkit import PASSWORD, Booked, another_process_syncing, booking
from tests.storekit import FixedClock


def test_two_commands_at_once_make_one_collection(booked: Booked) -> None:
    words = [sys.executable, "-m", "followthru", "calendar", "add", "mine", "--account", "home"]
    both = [
        subprocess.Popen(words, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [one.communicate(timeout=60) for one in both]
    assert sorted(one.returncode for one in both) == [0, 4], said
    assert any("There is a calendar mine already." in err for _, err in said)
    found = find_calendars(Account("home", booked.server, booked.user, PASSWORD))
    assert [one.name for one in found].count("followthru mine") == 1
    assert booked.home.config.read_text(encoding="utf-8").count('name = "mine"') == 1


def test_a_set_up_waits_for_the_sync_of_its_account(booked: Booked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "PATIENCE", 0.0)
    calendar = booked.desk.config.calendar("promises")
    database = booked.home.database.resolve()
    with another_process_syncing(database.with_name(f"{database.name}.sync-home")), pytest.raises(BeingSyncedError):
        set_up(booked.desk, calendar)
    assert set_up(booked.desk, calendar) == booked.url


class Shared(Radicale):
    """A server on which somebody may be left only the right to read a calendar."""

    _allowed = "rw"

    def _write_config(self) -> Path:
        config = super()._write_config()
        rights = config.with_name("rights")
        rules = enumerate({"": "R", "{user}": "RW", "{user}/[^/]+": self._allowed}.items())
        rights.write_text(
            "".join(f"[{at}]\nuser: .+\ncollection: {place}\npermissions: {may}\n" for at, (place, may) in rules)
        )
        text = config.read_text(encoding="utf-8")
        config.write_text(text.replace("owner_only", f"from_file\nfile = {rights}"), encoding="utf-8")
        return config

    def allow(self, what: str) -> None:
        """Let everybody do this with what is in their own calendars: `rw`, or `r` for reading only."""
        self._allowed = what
        self.stop()
        self.start()


def test_a_calendar_that_may_only_be_read_is_refused_and_nothing_is_written(
    tmp_path: Path, blank_database: Path, clock: FixedClock
) -> None:
    with (
        Shared(tmp_path / "shared", {"pm": PASSWORD}) as server,
        booking(server.url, "pm", blank_database, clock) as pm,
    ):
        make_calendar(Account("home", server.url, "pm", PASSWORD), "Team", ("VEVENT",))
        before = pm.home.config.read_text(encoding="utf-8")
        team = Calendar("team", "home", "Team", False, (), "me", "events", False, False)
        server.allow("r")
        assert [one.read_only for one in collections(pm.desk, pm.desk.config.accounts[0])] == [True, True]
        with pytest.raises(ReadOnlyError, match="Team may only be read"):
            add(pm.desk, team)
        assert pm.home.config.read_text(encoding="utf-8") == before
        server.allow("rw")
        assert add(pm.desk, team)[0].config.calendar("team").account == "home"
