"""Calendars as files: what they say, when they are written, and what is never overwritten."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol, cast

import icalendar
import pytest

from followthru.actions import edit, promises, tasks
from followthru.actions.calendar_files import FileReport, write_files
from followthru.actions.desk import Desk, open_desk, reconfigured
from followthru.actions.promises import NewPromise
from followthru.calendars.identity import object_uid
from followthru.config.places import home
from followthru.config.reading import load
from followthru.domain.task import How
from followthru.errors import NotFoundError, RefusedError
from followthru.store import links
from followthru_daemon.build import build_jobs
from tests.storekit import FixedClock, add_person, add_practice, add_task, copy_database, task

SEEN = "Malpractice cover renewed"


class Filed:
    """A desk without any account, and one file for the owners of oak-street."""

    def __init__(self, desk: Desk, folder: Path, clock: FixedClock) -> None:
        self.desk = desk
        self.folder = folder
        self.path = folder / "owners.ics"
        self.clock = clock
        self.configure()

    def configure(self, more: str = "", audience: str = "owners", practice: str = 'practice = "oak-street"') -> None:
        """Write the configuration with one file."""
        table = f'[[calendar_files]]\npath = "{self.path}"\n{practice}\naudience = "{audience}"\n{more}\n'
        self.desk.home.config.write_text(table, encoding="utf-8")
        self.desk = reconfigured(self.desk, load(self.desk.home.config))

    def write(self) -> FileReport:
        """Write the one file, which must go well."""
        [report] = write_files(self.desk)
        if report.fault is not None:
            raise report.fault
        return report

    def add(self, line: str = "Renew cover by 2026-07-10 to dana @oak-street", title: str = SEEN) -> int:
        """Add a task that Dana was told of, with a public title."""
        number = add_task(self.desk.ctx, line)
        edit.edit(self.desk.ctx, number, {"public_title": title})
        return number

    def events(self) -> list[icalendar.Event]:
        """Return the file's events as another program reads them."""
        return list(icalendar.Calendar.from_ical(self.path.read_bytes()).events)


class _Dated(Protocol):
    """As much of the library's values as is used here."""

    @property
    def dt(self) -> object: ...


def moment(component: icalendar.Component, name: str) -> object:
    """Return the date, instant or span that a property says."""
    return cast("_Dated", component[name]).dt


@pytest.fixture
def filed(blank_database: Path, clock: FixedClock, tmp_path: Path) -> Iterator[Filed]:
    """The desk, and nothing written yet."""
    place = home()
    place.prepare()
    copy_database(blank_database, place.database)
    place.config.parent.mkdir(parents=True, exist_ok=True)
    place.config.write_text("", encoding="utf-8")
    desk = open_desk(place, load(place.config), clock)
    add_practice(desk.ctx)
    add_person(desk.ctx)
    shared = tmp_path / "cloud"
    shared.mkdir()
    yield Filed(desk, shared, clock)
    desk.ctx.store.close()


def test_another_program_reads_what_the_owners_were_told(filed: Filed) -> None:
    filed.add()
    filed.add("Pay the rent by 2026-07-13 14:00 to dana @oak-street", "Rent paid; 2, 3")
    report = filed.write()
    assert (report.events, report.written, report.practice, report.audience) == (2, True, "oak-street", "owners")
    found = {str(one["SUMMARY"]): (moment(one, "DTSTART"), moment(one, "DTEND")) for one in filed.events()}
    assert found == {
        SEEN: (date(2026, 7, 10), date(2026, 7, 11)),
        "Rent paid; 2, 3 (14:00)": (
            datetime(2026, 7, 13, 14, tzinfo=UTC), datetime(2026, 7, 13, 14, 30, tzinfo=UTC),
        ),
    }  # fmt: skip


def test_the_whole_is_a_snapshot_that_asks_to_be_read_again(filed: Filed) -> None:
    filed.add()
    filed.write()
    calendar = icalendar.Calendar.from_ical(filed.path.read_bytes())
    assert not calendar.errors
    assert (str(calendar["VERSION"]), moment(calendar, "REFRESH-INTERVAL")) == ("2.0", timedelta(hours=1))
    assert str(calendar["X-PUBLISHED-TTL"]) == "PT1H"
    assert "METHOD" not in calendar
    [event] = filed.events()
    assert {"UID", "DTSTAMP"} <= set(event)
    assert not {"ORGANIZER", "ATTENDEE", "DESCRIPTION"} & set(event)
    lines = filed.path.read_bytes().split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)


def test_an_event_has_the_uid_that_a_calendar_of_that_name_would_give_it(filed: Filed) -> None:
    number = filed.add()
    filed.write()
    uid = links.store_uid(filed.desk.ctx.read)
    assert uid is not None
    expected = object_uid(uid, task(filed.desk.ctx, number).uid, "promise", "oak-street-owners", 1)
    assert [str(one["UID"]) for one in filed.events()] == [expected]


def test_what_has_not_changed_is_not_written_again(filed: Filed) -> None:
    filed.add()
    filed.write()
    before, stood = filed.path.read_bytes(), filed.path.stat()
    filed.clock.advance(hours=5)
    tasks.start(filed.desk.ctx, filed.add("Something else by 2026-07-20 @oak-street", "Not told to anybody"))
    assert not filed.write().written
    assert filed.path.read_bytes() == before
    assert (filed.path.stat().st_mtime_ns, filed.path.stat().st_ino) == (stood.st_mtime_ns, stood.st_ino)


def test_only_the_event_that_changed_gets_a_new_stamp(filed: Filed) -> None:
    number = filed.add()
    filed.add("Pay the rent by 2026-07-13 to dana @oak-street", "Rent paid")
    filed.write()
    before = {str(one["SUMMARY"]): one.to_ical() for one in filed.events()}
    filed.clock.advance(hours=1)
    promises.promise(filed.desk.ctx, number, NewPromise(date(2026, 7, 17)), because="The insurer is late")
    assert not filed.write().written, "nobody was told yet"
    promises.tell(filed.desk.ctx, number, "dana", how=How.CALL)
    assert filed.write().written
    after = {str(one["SUMMARY"]): one for one in filed.events()}
    assert after["Rent paid"].to_ical() == before["Rent paid"]
    moved = after[SEEN]
    assert (moment(moved, "DTSTART"), str(moved["SEQUENCE"])) == (date(2026, 7, 17), "1")
    assert moment(moved, "DTSTAMP") == filed.clock.now() == moment(moved, "LAST-MODIFIED")
    assert moment(moved, "CREATED") == filed.clock.now() - timedelta(hours=1)


def test_what_may_not_be_seen_any_more_is_gone_from_it(filed: Filed) -> None:
    number = filed.add()
    filed.write()
    assert SEEN.encode() in filed.path.read_bytes()
    edit.edit(filed.desk.ctx, number, {"audience": "me"})
    assert filed.write().events == 0
    assert not icalendar.Calendar.from_ical(filed.path.read_bytes()).errors
    assert b"BEGIN:VTIMEZONE" in filed.path.read_bytes(), "a calendar has at least one component"
    assert SEEN.encode() not in filed.path.read_bytes()
    assert list(filed.folder.iterdir()) == [filed.path]


def test_nothing_private_is_in_it(filed: Filed) -> None:
    number = filed.add("CANARY-title by 2026-07-10 to dana deadline 2031-03-17 #CANARY-tag @oak-street")
    values = {"notes": "CANARY-notes", "kind": "CANARY-kind", "waiting_for": "CANARY-for", "checklist": "+CANARY-step"}
    edit.edit(filed.desk.ctx, number, values)
    filed.write()
    text = filed.path.read_text(encoding="utf-8")
    assert SEEN in text
    for word in ("CANARY", "2031", "oak-street", "dana", task(filed.desk.ctx, number).uid):
        assert word not in text


def test_promises_without_a_public_title_are_counted(filed: Filed) -> None:
    number = add_task(filed.desk.ctx, "Renew cover by 2026-07-10 to dana @oak-street")
    report = filed.write()
    assert (report.events, report.untitled) == (0, (number,))


def test_a_file_of_ones_own_shows_everything(filed: Filed) -> None:
    filed.configure(audience="me", practice="")
    add_task(filed.desk.ctx, "Renew cover by 2026-07-10 deadline 2026-07-20 @oak-street")
    assert filed.write().events == 2
    assert sorted(str(one["SUMMARY"]) for one in filed.events()) == [
        "oak-street: Renew cover",
        "oak-street: deadline: Renew cover",
    ]
    assert {str(one["CLASS"]) for one in filed.events()} == {"PRIVATE"}


@pytest.mark.parametrize(("more", "mode"), [("", 0o600), ("group_readable = true", 0o640)])
def test_others_read_it_only_where_it_is_said(filed: Filed, more: str, mode: int) -> None:
    old = os.umask(0)
    try:
        filed.write()
        filed.configure(more)
        filed.write()
    finally:
        os.umask(old)
    assert filed.path.stat().st_mode & 0o777 == mode


def test_a_file_that_is_not_ours_is_not_touched(filed: Filed) -> None:
    theirs = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\nEND:VCALENDAR\r\n"
    filed.path.write_bytes(theirs)
    [report] = write_files(filed.desk)
    assert isinstance(report.fault, RefusedError)
    assert "not a calendar that followthru wrote" in report.fault.message
    assert filed.path.read_bytes() == theirs


def test_a_folder_that_is_not_there_is_not_made_and_stops_no_other_file(filed: Filed) -> None:
    gone = filed.folder / "not-mounted" / "team.ics"
    filed.configure(f'[[calendar_files]]\npath = "{gone}"\npractice = "oak-street"\naudience = "team"')
    first, second = write_files(filed.desk)
    assert (first.fault, first.written) == (None, True)
    assert second.fault is not None
    assert "its folder is not there" in second.fault.message
    assert not gone.parent.exists()


def test_a_practice_that_is_not_known_empties_no_file(filed: Filed) -> None:
    filed.add()
    filed.write()
    before = filed.path.read_bytes()
    filed.configure(practice='practice = "oak-stret"')
    [report] = write_files(filed.desk)
    assert isinstance(report.fault, NotFoundError)
    assert filed.path.read_bytes() == before


def test_what_was_there_stays_whole_when_writing_fails(filed: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    number = filed.add()
    filed.write()
    before = filed.path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    edit.edit(filed.desk.ctx, number, {"public_title": "Cover renewed"})
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        [report] = write_files(filed.desk)
    assert report.fault is not None
    assert "No space left" in report.fault.message
    assert filed.path.read_bytes() == before
    assert filed.write().written
    assert list(filed.folder.iterdir()) == [filed.path]


async def test_the_daemon_writes_it_with_every_change(filed: Filed) -> None:
    filed.add()
    [job] = [one for one in build_jobs(filed.desk) if one.name == "calendar files"]
    assert job.on_change
    await job.run()
    assert [str(one["SUMMARY"]) for one in filed.events()] == [SEEN]
