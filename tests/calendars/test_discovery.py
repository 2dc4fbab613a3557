"""Set-up against a real Radicale: what is there, a calendar of our own, and whom not to trust."""

from __future__ import annotations

import asyncio
import logging

import pytest

from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.discovery import count_objects, find_calendars, make_calendar
from followthru.calendars.errors import AuthRefusedError, CalendarError, UnreachableError
from followthru.demo.radicale import Radicale
from tests.calendars.conftest import PASSWORD
from tests.calendars.test_cycle_radicale import FOREIGN


async def test_a_calendar_is_made_found_by_name_and_counted(radicale: Radicale, client: DavClient) -> None:
    account = Account("home", radicale.url, "pm", PASSWORD)
    made = await asyncio.to_thread(make_calendar, account, "Promises\r\nX: and \x1b[31mmore")
    assert made.name == "Promises X: and [31mmore"
    found = {one.url: one for one in await asyncio.to_thread(find_calendars, account)}
    assert found[made.url] == made
    assert await count_objects(client, made.url) == 0
    await Collection(client, made.url).create("foreign-1.ics", FOREIGN.format(n=1))
    assert await count_objects(client, made.url) == 1


def test_wrong_password_and_nobody_there_are_told_apart(radicale: Radicale) -> None:
    with pytest.raises(AuthRefusedError, match="account home"):
        find_calendars(Account("home", radicale.url, "pm", "wrong"))
    with pytest.raises(UnreachableError, match="cannot be reached"):
        find_calendars(Account("home", "http://127.0.0.1:9/", "pm", "x"))
    with pytest.raises(CalendarError, match="plain http"):
        find_calendars(Account("home", "http://calendar.example.com/", "pm", "x"))


def test_the_library_logs_nothing(radicale: Radicale, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    find_calendars(Account("home", radicale.url, "pm", PASSWORD))
    assert not [record for record in caplog.records if record.name.startswith("caldav")]
    assert PASSWORD not in caplog.text
