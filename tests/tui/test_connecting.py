"""Connecting a calendar and a mail account from the screen, with real servers: what is wrong is said, nothing is lost,
nothing is written before it was shown, and no secret is anywhere but where it belongs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import keyring
import pytest
from keyring.backend import KeyringBackend

from followthru.actions.presence import DaemonLock
from followthru.actions.syncing import sync_now
from followthru.config.reading import load
from followthru.demo.mailsink import MailSink
from followthru.demo.radicale import Radicale
from followthru.store import links
from tests.calendarkit import PASSWORD, make_collection
from tests.storekit import add_person, add_practice, add_task
from tests.tui.desks import Office
from tests.tui.driver import Driver, running
from tests.tui.story import Story

SECRET = PASSWORD


class Remembering(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # pyright: ignore[reportAssignmentType]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture
def ring() -> Iterator[Remembering]:
    """A system that has a keyring."""
    before, mine = keyring.get_keyring(), Remembering()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Radicale]:
    with Radicale(tmp_path / "radicale", {"robin": SECRET}) as started:
        yield started


def _nowhere(office: Office, ui: Driver) -> None:
    """The secret is in no file of the home, and in nothing that the screen remembers."""
    for file in (one for one in office.home.config.parent.rglob("*") if one.is_file()):
        assert SECRET.encode() not in file.read_bytes(), file
    book = ui.main.notebook
    remembered = [*book.said, *book.drafts.values(), *book.answers.values(), *book.in_full, ui.text()]
    assert not any(SECRET in one for one in remembered)


def _command(ui: Driver, words: str) -> Story:
    return Story(ui).press(":").enter(words)


async def test_a_calendar_is_connected_step_by_step_and_nothing_is_written_before_it_was_shown(
    office: Office, server: Radicale, ring: Remembering
) -> None:
    add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    before = office.home.config.read_text()
    async with running(office.feed, (100, 30)) as ui:
        await (
            _command(ui, "connect a cal")
            .see("Calendar server", "nothing is written before you have seen what")
            .enter("not a server")
            .says("That is no address of a server.")
            .see("not a server")
            .press("escape")
        )
        await _command(ui, "connect a cal").see("not a server").press("ctrl+u").enter(server.url)
        await (
            Story(ui)
            .see("User name", "Step 2 of 5")
            .enter("robin")
            .see("Step 3 of 5: where is the password for robin?")
            .press("enter")
            .see("It is not shown, and kept in the keyring.")
            .type("wrong")
            .miss("wrong")
            .press("enter")
            .says("The same command goes through the steps again, with what you typed in them.")
        )
        assert office.home.config.read_text() == before
        await _command(ui, "connect a cal").see(server.url).press("enter").see("robin").press("enter", "enter")
        await Story(ui).type(SECRET).press("escape")
        _nowhere(office, ui)
        await _command(ui, "connect a cal").press("enter", "enter", "enter")
        assert ui.main.panel is not None
        assert ui.main.panel.line == "", "a secret is typed anew"
        await Story(ui).type(SECRET).miss(SECRET).press("enter").see("Signed in. Step 4 of 5", "Make a new one")
        await (
            Story(ui)
            .press("enter")
            .see("Step 5 of 5: creates 1 event, changes 0, deletes 0", "+ Wed 15 Jul oak-street: Renew cover")
            .type("not now")
            .press("enter")
            .says("Nothing was written.")
        )
        assert office.home.config.read_text() == before
        _nowhere(office, ui)
        await _command(ui, "connect a cal").press("enter", "enter", "enter").enter(SECRET)
        await Story(ui).press("enter", "enter").says("Calendar promises is made at").says("filled in the background")
        _nowhere(office, ui)
    config = load(office.home.config)
    assert [one.name for one in config.calendars] == ["promises"]
    assert ring.held["followthru", f"calendar account {config.accounts[0].name}"] == SECRET


async def test_a_calendar_that_holds_other_things_is_shared_only_when_that_is_said(
    office: Office, server: Radicale, tmp_path: Path
) -> None:
    add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    password = tmp_path / "password"
    password.write_text(SECRET)
    password.chmod(0o600)
    url = await asyncio.to_thread(make_collection, server, "robin", "family")
    event = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:u{0}\r\nDTSTAMP:20260701T120000Z\r\n"
    event += "DTSTART;VALUE=DATE:20260702\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    async with httpx.AsyncClient(auth=("robin", SECRET)) as phone:
        for number in (1, 2):
            (await phone.put(f"{url}u{number}.ics", content=event.format(number))).raise_for_status()
    async with running(office.feed, (100, 30)) as ui:
        await _command(ui, "connect a cal").enter(server.url).enter("robin").type("only i").press("enter")
        await Story(ui).enter(str(password)).see("family").type("family").press("enter")
        await Story(ui).see("= 2 other things there: left alone", "Yes: share it, and leave the others alone")
        await Story(ui).press("enter").says("Calendar promises is used at")
    calendar = load(office.home.config).calendars[0]
    assert calendar.share_existing
    assert calendar.collection == url
    assert SECRET not in office.home.config.read_text()


async def test_a_calendar_server_that_is_gone_is_said_with_the_last_good_time_and_its_return_too(
    office: Office, server: Radicale, ring: Remembering
) -> None:
    add_task(office.ctx, "Renew cover by 15 Jul @oak-street")

    async def synced() -> None:
        desk = office.desk._replace(config=load(office.home.config))
        await asyncio.to_thread(sync_now, desk)

    served = DaemonLock.take(office.home.database)
    async with running(office.feed, (120, 30)) as ui:
        await _command(ui, "connect a cal").enter(server.url).enter("robin").press("enter").enter(SECRET)
        await Story(ui).press("enter", "enter").says("Calendar promises is made")
        await synced()
        await Story(ui).meanwhile(lambda: None).miss("calendar promises:")
        office.clock.advance(hours=3)
        server.stop()
        await synced()
        await (
            Story(ui)
            .meanwhile(lambda: None)
            .see("calendar promises: no sync for 3 hours")
            .press("m")
            .see("Calendar promises (last good sync 3 hours ago)", "cannot be reached")
            .press("escape", "a")
            .enter("Order paper by 16 Jul @oak-street")
            .says("Added 2")
        )
        server.start()
        office.clock.advance(hours=1)
        await synced()
        await Story(ui).meanwhile(lambda: None).miss("calendar promises:")
        assert len(links.links(office.ctx.read, "promises")) == 2, "what was done meanwhile is there"
    served.release()


async def test_a_mail_account_is_tried_on_oneself_before_it_is_added(
    blank_office: Office, tmp_path: Path, ring: Remembering
) -> None:
    add_practice(blank_office.ctx, "birch-lane")
    add_person(blank_office.ctx, practice="birch-lane")
    before = blank_office.home.config.read_text()
    async with MailSink(tmp_path / "sink") as sink, running(blank_office.feed, (100, 30)) as ui:
        await (
            _command(ui, "connect a mail")
            .see("Step 1 of 7: whose updates are to go out?", "birch-lane")
            .press("enter")
            .see("Step 2 of 7")
            .enter("Robin Vale <robin@birch.example>")
            .see("Step 3 of 7")
            .enter("smtp.example.com 25 tls plain")
            .says("That is no mail server.")
            .press("ctrl+u")
            .enter(f"127.0.0.1:{sink.port} plain")
            .see("Step 4 of 7")
            .miss("That is no mail server.")
            .press("escape")
        )
        await _command(ui, "connect a mail").press("enter", "enter").see(f"127.0.0.1:{sink.port} plain")
        await (
            Story(ui)
            .press("enter", "enter")
            .see("Step 6 of 7", "nothing is kept of it")
            .enter("nobody")
            .says("Say your own address")
            .press("ctrl+u")
            .enter("robin@example.com")
            .see("A test was sent to robin@example.com and accepted.")
        )
        assert blank_office.home.config.read_text() == before
        assert [mail.recipients for mail in sink.received] == [("robin@example.com",)]
        await Story(ui).press("enter").says("Updates of birch-lane go out through")
    account = load(blank_office.home.config).mail_for("birch-lane")
    assert account is not None
    assert account.from_.address == "robin@birch.example"


async def test_a_mail_server_that_is_not_there_is_said_and_no_account_is_added(blank_office: Office) -> None:
    add_practice(blank_office.ctx, "birch-lane")
    before = blank_office.home.config.read_text()
    async with running(blank_office.feed, (100, 30)) as ui:
        await _command(ui, "connect a mail").press("enter").enter("robin@birch.example").enter("127.0.0.1:1 plain")
        await Story(ui).press("enter").enter("robin@example.com").says("The test was not accepted").says("no account")
    assert blank_office.home.config.read_text() == before
