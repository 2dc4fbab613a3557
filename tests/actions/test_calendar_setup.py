"""Setting a calendar up: one collection, whoever else is at it at the same moment."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from followthru.actions import sync
from followthru.actions.calendars import set_up
from followthru.actions.sync import BeingSyncedError
from followthru.calendars.dav.client import Account
from followthru.calendars.discovery import find_calendars
from tests.calendarkit import PASSWORD, Booked, another_process_syncing


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
