"""Set-up against a real Radicale: what is there, a calendar of our own, and whom not to trust."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest

from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.discovery import (
    FoundCalendar,
    calendars_of,
    count_objects,
    find_calendars,
    make_calendar,
    make_in_home,
    same_place,
)
from followthru.calendars.errors import (
    AuthRefusedError,
    BadAnswerError,
    CalendarError,
    ForbiddenError,
    UnreachableError,
)
from followthru.demo.radicale import Radicale
from tests.calendars.conftest import PASSWORD
from tests.calendars.test_cycle_radicale import FOREIGN


async def test_a_calendar_is_made_found_by_name_and_counted(radicale: Radicale, client: DavClient) -> None:
    account = Account("home", radicale.url, "pm", PASSWORD)
    made = await asyncio.to_thread(make_calendar, account, "Promises\r\nX: and \x1b[31mmore", ("VEVENT",))
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


def test_looking_logs_nothing_secret(radicale: Radicale, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    find_calendars(Account("home", radicale.url, "pm", PASSWORD))
    assert PASSWORD not in caplog.text


class Scripted(httpx.AsyncBaseTransport):
    """A server that knows a few addresses; what it does not know is not there. `log` holds what was asked of it."""

    def __init__(self, pages: dict[str, httpx.Response]) -> None:
        self.pages = pages
        self.log: list[tuple[str, str]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer from the script."""
        self.log.append((request.method, request.url.path))
        known = self.pages.get(f"{request.method} {request.url.path}") or self.pages.get(request.url.path)
        return known or httpx.Response(404)


ORIGIN = "http://127.0.0.1:5232"
_NAMES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'


def page(*responses: tuple[str, str]) -> httpx.Response:
    """Return a multistatus of hrefs and their properties."""
    every = "".join(
        f"<response><href>{href}</href><propstat><prop>{props}</prop>"
        "<status>HTTP/1.1 200 OK</status></propstat></response>"
        for href, props in responses
    )
    return httpx.Response(207, content=f"<multistatus {_NAMES}>{every}</multistatus>".encode())


PRINCIPAL = "<current-user-principal><href>{}</href></current-user-principal>"
HOME = "<C:calendar-home-set><href>{}</href></C:calendar-home-set>"
CALENDAR = "<resourcetype><collection/><C:calendar/></resourcetype><displayname>Promises</displayname>"
INBOX = "<resourcetype><collection/><C:schedule-inbox/></resourcetype>"
LISTED = page(("/dav/cal/pm/", "<resourcetype><collection/></resourcetype>"), ("one/", CALENDAR), ("inbox/", INBOX))


def server(**more: httpx.Response) -> Scripted:
    """Return a server whose principal is at /dav/p/pm/ and whose home is elsewhere; hrefs are relative."""
    pages = {"/dav/p/pm/": page(("/dav/p/pm/", HOME.format("../../cal/pm"))), "/dav/cal/pm/": LISTED}
    return Scripted(pages | {key.replace("_", "/"): value for key, value in more.items()})


@pytest.mark.parametrize(
    ("start", "pages"),
    [
        ("/", {"/": page(("/", PRINCIPAL.format("/dav/p/pm")))}),
        ("/", {"/.well-known/caldav": httpx.Response(301, headers={"Location": "/dav"}),
               "/dav": httpx.Response(301, headers={"Location": "/dav/"}),
               "/dav/": page(("/dav/", PRINCIPAL.format("p/pm/")))}),
        ("/", {"/": httpx.Response(200, text="<html>"),
               "/.well-known/caldav": page(("/", PRINCIPAL.format("/dav/p/pm/")))}),
        ("/", {"/": httpx.Response(500), "/.well-known/caldav": page(("/", PRINCIPAL.format("/dav/p/pm/")))}),
        ("/deep/er/", {"/": page(("/", PRINCIPAL.format("/dav/p/pm/")))}),
        ("/dav/p/pm/", {}),
        ("/dav/cal/pm/", {}),
        ("/dav/cal/pm/one/", {"/dav/cal/pm/one/": page(("/dav/cal/pm/one/", CALENDAR))}),
        ("/dav/cal/pm/one/", {"/dav/cal/pm/one/": page(("x", CALENDAR + "<owner><href>/dav/p/pm/</href></owner>"))}),
    ],
)  # fmt: skip
async def test_every_kind_of_address_leads_to_the_home(start: str, pages: dict[str, httpx.Response]) -> None:
    script = server(**pages)
    for path, answer in list(script.pages.items()):
        if path == "/dav/p/pm/":
            script.pages["/dav/p/pm"] = answer
    async with DavClient(Account("home", ORIGIN + start, "pm", "x"), transport=script) as client:
        [found] = await calendars_of(client)
    assert found == FoundCalendar(f"{ORIGIN}/dav/cal/pm/one/", "Promises", ())
    assert {method for method, _ in script.log} == {"PROPFIND"}


@pytest.mark.parametrize(
    ("rights", "read_only"),
    [
        (None, False), ("", False), ("<privilege><read/></privilege>", True),
        ("<privilege><read/></privilege><privilege><write-properties/></privilege>", True),
        ("<privilege><read/><write-content/></privilege>", False), ("<privilege><all/></privilege>", False),
        ("<privilege><bind/></privilege>", False), ("<privilege><write/></privilege>", False),
    ],
)  # fmt: skip
async def test_a_calendar_that_may_only_be_read_is_known_by_what_its_server_says(
    rights: str | None, read_only: bool
) -> None:
    said = "" if rights is None else f"<current-user-privilege-set>{rights}</current-user-privilege-set>"
    script = server(**{"/dav/cal/pm/": page(("one/", CALENDAR + said))})
    async with DavClient(Account("home", f"{ORIGIN}/dav/p/pm/", "pm", "x"), transport=script) as client:
        [found] = await calendars_of(client)
    assert found.read_only is read_only


async def test_a_home_at_another_origin_is_named_and_not_asked() -> None:
    script = Scripted({"/": page(("/", HOME.format("https://p01.example.com/pm/")))})
    async with DavClient(Account("home", f"{ORIGIN}/", "pm", "x"), transport=script) as client:
        with pytest.raises(BadAnswerError, match=r"its calendars are at https://p01\.example\.com:443"):
            await calendars_of(client)
    assert {path for _, path in script.log} == {"/", "/.well-known/caldav"}


async def test_where_mkcalendar_is_not_known_extended_mkcol_makes_the_calendar() -> None:
    class Making(Scripted):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "MKCALENDAR":
                self.log.append((request.method, request.url.path))
                return httpx.Response(501)
            if request.method == "MKCOL":
                assert b"<resourcetype><collection/><C:calendar/></resourcetype>" in await request.aread()
                self.pages["/dav/cal/pm/"] = page((request.url.path, CALENDAR))
                return httpx.Response(201)
            return await super().handle_async_request(request)

    script = Making(server().pages)
    async with DavClient(Account("home", f"{ORIGIN}/dav/cal/pm/", "pm", "x"), transport=script) as client:
        made = await make_in_home(client, "Promises", ("VEVENT",))
    assert made.url.startswith(f"{ORIGIN}/dav/cal/pm/followthru-")
    assert [method for method, _ in script.log].count("MKCALENDAR") == 1


async def test_a_home_that_lets_nobody_make_calendars_says_so() -> None:
    script = server(**{"/dav/cal/pm/": LISTED})
    async with DavClient(Account("home", f"{ORIGIN}/dav/cal/pm/", "pm", "x"), transport=script) as client:
        with pytest.raises(ForbiddenError, match="making a calendar"):
            await make_in_home(client, "Promises", ("VEVENT",))


class Maker(Scripted):
    """A server that makes one calendar, and then answers its address and lists its home as it is told to."""

    def __init__(self, *, lists: bool, escapes: bool) -> None:
        super().__init__({"/dav/": page(("/dav/", HOME.format("/dav/cal/pm%40here/")))})
        self._lists, self._escapes = lists, escapes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer from the script."""
        if request.method == "MKCALENDAR":
            path = request.url.path if self._escapes else request.url.path.replace("%40", "@")
            kept = page((path, CALENDAR))
            self.pages |= {request.url.path: kept, request.url.path.replace("%40", "@"): kept}
            here = (("/dav/cal/pm@here/", "<resourcetype><collection/></resourcetype>"),)
            home = page(*here, *(((path, CALENDAR),) if self._lists else ()))
            self.pages |= {"/dav/cal/pm@here/": home, "/dav/cal/pm%40here/": home}
            return httpx.Response(201)
        return await super().handle_async_request(request)


@pytest.mark.parametrize("escapes", [True, False])
@pytest.mark.parametrize("lists", [True, False])
async def test_a_new_calendar_is_known_however_its_server_spells_it_and_if_it_is_listed_later(
    monkeypatch: pytest.MonkeyPatch, lists: bool, escapes: bool
) -> None:
    monkeypatch.setattr("followthru.calendars.discovery._PATIENCE", (0.0, 0.0))
    script = Maker(lists=lists, escapes=escapes)
    async with DavClient(Account("home", f"{ORIGIN}/dav/", "pm@here", "x"), transport=script) as client:
        made = await make_in_home(client, "Promises", ("VEVENT",))
    assert same_place(made.url.rpartition("/followthru-")[0], f"{ORIGIN}/dav/cal/pm@here")
    assert made.name == "Promises"
