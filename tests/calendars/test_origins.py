"""Where a password goes and where it does not, over real sockets: redirects, homes elsewhere, caps, connections."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable

import pytest

from followthru.calendars.dav import client as client_module
from followthru.calendars.dav import requests
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.pools import CONNECTIONS
from followthru.calendars.discovery import find_calendars
from followthru.calendars.errors import (
    AuthRefusedError,
    CalendarError,
    ElsewhereError,
    TooLargeError,
    UnreachableError,
)
from tests.calendars.conftest import PASSWORD
from tests.loopback import Asked, Loopback, Said, serving

MULTISTATUS = b'<?xml version="1.0"?><multistatus xmlns="DAV:"/>'
OK = Said(207, {"Content-Type": "application/xml"}, MULTISTATUS)


def account(server: Loopback, name: str = "home", url: str = "") -> Account:
    return Account(name, url or server.url, "pm", PASSWORD)


async def ask(
    signed: Account, *, max_body: int = 1_000_000, patience: client_module.Patience = client_module.PATIENCE
) -> client_module.Answer:
    async with DavClient(signed, max_body=max_body, patience=patience) as client:
        return await client.send(requests.check("/c/"))


def never(asked: Asked) -> Said:
    raise AssertionError(f"asked for {asked.path}")


def test_a_redirect_to_another_origin_is_named_and_never_followed() -> None:
    with serving(never) as other, serving(lambda _: Said(301, {"Location": f"{other.url}c/"})) as server:
        with pytest.raises(ElsewhereError, match="another origin") as caught:
            asyncio.run(ask(account(server)))
        assert other.log == []
    said = caught.value.sentences()
    assert other.url.rstrip("/") in said
    assert "account's url" in said
    assert PASSWORD not in said


@pytest.mark.parametrize(
    "target",
    [
        "http://calendar.example.com/c/",
        "http://pm:word@127.0.0.1/c/",
        "ftp://127.0.0.1/c/",
        "https://127.0.0.1/c/",
        "//evil.example/c/",
        "https://[::1/",
        "javascript:alert(1)",
    ],
)
def test_hostile_redirects_end_there(target: str) -> None:
    with serving(lambda _: Said(307, {"Location": target})) as server:
        with pytest.raises(CalendarError):
            asyncio.run(ask(account(server)))
        assert len(server.log) == 1


def _home_elsewhere(there: str, asked: Asked) -> Said:
    """Answer as a provider whose calendars live at another host."""
    props = (
        "<current-user-principal><href>/p/</href></current-user-principal>"
        '<C:calendar-home-set xmlns:C="urn:ietf:params:xml:ns:caldav">'
        f"<href>{there}home/</href></C:calendar-home-set>"
    )
    body = (
        f'<?xml version="1.0"?><multistatus xmlns="DAV:"><response><href>{asked.path}</href><propstat>'
        f"<prop>{props}</prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"
    )
    return Said(207, {"Content-Type": "application/xml"}, body.encode())


def test_a_home_at_another_origin_is_named_and_the_password_stays_here() -> None:
    with serving(never) as other, serving(lambda asked: _home_elsewhere(other.url, asked)) as server:
        with pytest.raises(ElsewhereError) as caught:
            find_calendars(account(server))
        assert server.log
        assert other.log == []
        assert caught.value.there == other.url.rstrip("/")


def _unfolds(_: Asked) -> Said:
    return Said(207, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 50_000_000))


def _plain(_: Asked) -> Said:
    return Said(207, {}, b"x" * 3_000_000)


def _endless(_: Asked) -> Said:
    """Answer with what unfolds to nothing: no cap on the unfolded bytes ever sees it."""
    return Said(207, {"Content-Encoding": "deflate"}, zlib.compress(b"") + b"\0" * 3_000_000)


@pytest.mark.parametrize("answer", [_unfolds, _plain, _endless])
def test_an_answer_is_cut_off_before_it_fills_the_memory(answer: Callable[[Asked], Said]) -> None:
    with serving(answer) as server, pytest.raises(TooLargeError):
        asyncio.run(ask(account(server)))


def test_an_answer_that_trickles_for_ever_ends() -> None:
    slow = Said(207, {"Content-Length": "1000"}, b"x")
    with serving(lambda _: slow) as server, pytest.raises(UnreachableError, match="no whole answer"):
        asyncio.run(ask(account(server), patience=client_module.Patience(whole=0.2)))


async def test_two_accounts_on_one_host_share_its_connections() -> None:
    waiting = asyncio.Semaphore(0)
    loop = asyncio.get_running_loop()
    seen: list[int] = []

    def slow(_: Asked) -> Said:
        loop.call_soon_threadsafe(waiting.release)
        asyncio.run_coroutine_threadsafe(_arrived(waiting, seen), loop).result(5)
        return OK

    with serving(slow) as server:
        async with DavClient(account(server, "one")) as one, DavClient(account(server, "two")) as two:
            await asyncio.gather(*(client.send(requests.check("/c/")) for client in (one, two) * 8))
        assert len(server.log) == 16
        assert 1 < server.most <= CONNECTIONS
        assert {asked.signed for asked in server.log} != {""}


async def _arrived(waiting: asyncio.Semaphore, seen: list[int]) -> None:
    """Let a request wait until the loop has had its chance to send more."""
    await waiting.acquire()
    seen.append(1)
    await asyncio.sleep(0)


@pytest.mark.parametrize(("offer", "word"), [("Digest realm=x", "digest"), ("Bearer", "oauth")])
def test_a_server_that_wants_another_sign_in_is_quoted(offer: str, word: str) -> None:
    refused = Said(401, {"WWW-Authenticate": offer})
    with serving(lambda _: refused) as server, pytest.raises(AuthRefusedError, match=word):
        asyncio.run(ask(account(server)))


async def test_nobody_signs_in_to_an_account_without_a_name() -> None:
    with serving(lambda _: OK) as server:
        await ask(Account("open", server.url, "", ""))
        assert [asked.signed for asked in server.log] == [""]
