"""A store that was copied is not synced twice: noticed before anything is sent, and its twin's traces told."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from followthru.actions import edit
from followthru.actions.calendar_details import details
from followthru.actions.desk import Desk, open_desk
from followthru.actions.removal import delete_calendar
from followthru.actions.same_machine import OtherMachineError, is_elsewhere, take_over
from followthru.actions.sync import CalendarReport, sync_account
from followthru.calendars.ical.mark import written_beside
from followthru.config import machine
from followthru.config.places import home_in
from followthru.config.reading import load
from followthru.store import links
from tests.calendarkit import Booked
from tests.storekit import add_task


def sync(desk: Desk) -> CalendarReport:
    """Sync the one calendar of a desk."""
    [report] = asyncio.run(sync_account(desk, desk.config.accounts[0], asked=True))
    return report


def on_machine(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Be another machine."""
    monkeypatch.setenv("FOLLOWTHRU_MACHINE", name)
    machine.machine_id.cache_clear()


@pytest.fixture(autouse=True)
def _first(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    on_machine(monkeypatch, "the first")
    yield
    machine.machine_id.cache_clear()


@pytest.fixture
def number(booked: Booked) -> int:
    """A promise that is on the calendar."""
    number = add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    assert booked.sync().created == 1
    return number


@pytest.fixture
def copy(booked: Booked, number: int, tmp_path: Path) -> Iterator[Desk]:
    """The whole home copied to another folder."""
    home = home_in(tmp_path / "copy")
    shutil.copytree(booked.home.config.parent, home.config.parent)
    desk = open_desk(home, load(home.config), booked.clock)
    yield desk
    desk.ctx.store.close()


def test_another_machine_sends_nothing(booked: Booked, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    on_machine(monkeypatch, "the second")
    before = booked.phone.events()
    edit.edit(booked.desk.ctx, number, {"title": "Renew all cover"})
    with pytest.raises(OtherMachineError) as caught:
        booked.reports()
    assert "sync --here" in caught.value.remedy
    assert is_elsewhere(booked.desk)
    with pytest.raises(OtherMachineError):
        delete_calendar(booked.desk, "promises")
    assert booked.phone.events() == before
    assert [one.name for one in booked.desk.config.calendars] == ["promises"]
    [one] = details(booked.desk)
    assert "another machine" in (one.standing.fault or "")


def test_it_goes_on_here_once_that_is_said(booked: Booked, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    on_machine(monkeypatch, "the second")
    take_over(booked.desk)
    edit.edit(booked.desk.ctx, number, {"title": "Renew all cover"})
    assert booked.sync().updated == 1
    assert booked.sync().quiet
    on_machine(monkeypatch, "the first")
    with pytest.raises(OtherMachineError):
        booked.reports()


def test_a_copy_in_another_folder_is_one_too(copy: Desk) -> None:
    with pytest.raises(OtherMachineError):
        sync(copy)


def test_the_same_place_is_never_asked(booked: Booked, number: int) -> None:
    desk = open_desk(booked.home, load(booked.home.config), booked.clock)
    assert sync(desk).fault is None
    desk.ctx.store.close()
    assert not is_elsewhere(booked.desk)


def test_what_is_kept_tells_neither_machine_nor_folder(booked: Booked, number: int) -> None:
    assert len(links.fact(booked.desk.ctx.read, "place") or "") == 64
    assert b"the first" not in booked.home.database.read_bytes()


def test_a_twin_that_wrote_is_told_until_it_is_settled(booked: Booked, number: int, copy: Desk) -> None:
    take_over(copy)
    edit.edit(copy.ctx, number, {"promised_on": "2026-07-14"})
    assert sync(copy).fault is None
    assert booked.phone.days() == {"oak-street: Renew cover": "20260714"}
    report = sync(booked.desk)
    assert report.note is not None
    assert "another copy of this store" in report.note
    [one] = details(booked.desk)
    assert one.other_copy is not None
    assert sync(booked.desk).note is None, "said once, shown until it is settled"
    assert details(booked.desk)[0].other_copy == one.other_copy
    take_over(booked.desk)
    assert details(booked.desk)[0].other_copy is None


def test_what_others_added_is_still_left_alone_where_it_goes_on(booked: Booked, number: int) -> None:
    booked.phone.add(2, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT")
    assert booked.sync().foreign == 1
    take_over(booked.desk)
    edit.edit(booked.desk.ctx, number, {"title": "Renew all cover"})
    report = sync(booked.desk)
    assert report.fault is None, "a calendar of its own is not taken for somebody's diary"
    assert booked.sync().foreign == 1
    assert "oak-street: Renew all cover" in booked.phone.days()


def test_a_phone_and_our_own_writes_are_no_twin(booked: Booked, number: int) -> None:
    for day in range(11, 15):
        booked.phone.move("oak-street: Renew cover", date(2026, 7, day))
        assert sync(booked.desk).note is None
        edit.edit(booked.desk.ctx, number, {"promised_on": f"2026-07-{day + 5}"})
        assert sync(booked.desk).note is None
    assert details(booked.desk)[0].other_copy is None


@pytest.mark.parametrize(
    ("base", "there", "beside"),
    [
        ("aa_00_t", "bb_aa_d", True),
        ("aa_00_t", "aa_00_t", False),
        ("aa_00_t", "00", False),
        ("aa", "bb_aa_t", True),
        ("aa_00_t", "cc_bb_t", False),
        ("aa_00_t", None, False),
        (None, "bb_aa_t", False),
    ],
)
def test_a_mark_says_who_wrote(base: str | None, there: str | None, beside: bool) -> None:
    def text(mark: str | None) -> str:
        return "BEGIN:VEVENT\r\n" + ("" if mark is None else f"X-FOLLOWTHRU-REVISION:{mark}\r\n") + "END:VEVENT\r\n"

    assert written_beside(text(base), text(there)) is beside


class TestIdentity:
    def test_a_short_machine_id_is_none(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("FOLLOWTHRU_MACHINE")
        machine.machine_id.cache_clear()
        short = tmp_path / "machine-id"
        short.write_text("uninitialized\n", encoding="ascii")
        whole = tmp_path / "other"
        whole.write_text(f"{'a' * 32}\n", encoding="ascii")
        monkeypatch.setattr(machine, "MACHINE_IDS", (tmp_path / "none", short, whole))
        assert machine.machine_id() == "a" * 32

    def test_without_any_one_is_made_and_kept(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("FOLLOWTHRU_MACHINE")
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        monkeypatch.setattr(machine, "MACHINE_IDS", ())
        monkeypatch.setattr(machine.sys, "platform", "linux")
        machine.machine_id.cache_clear()
        made = machine.machine_id()
        machine.machine_id.cache_clear()
        assert machine.machine_id() == made != "unknown"
