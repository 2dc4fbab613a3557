"""Quirks that only a real connection shows, through the real client on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from followthru.calendars.dav import requests
from followthru.calendars.dav.client import PATIENCE, Account, DavClient, Patience
from followthru.calendars.errors import AuthRefusedError, CalendarError, TooLargeError, UnreachableError
from followthru.calendars.shown import View
from tests.calendars.conftest import PASSWORD, Desk
from tests.calendars.faults import FAULTS, Chooser
from tests.calendars.memory import task
from tests.calendars.quirks import Quirk
from tests.calendars.server import COLLECTION, Server
from tests.calendars.wire import Front, scripted

FRIDAY = date(2027, 1, 15)


def signed_in(front: Front, password: str = PASSWORD, patience: Patience = PATIENCE) -> DavClient:
    """Return a client of the front's server."""
    return DavClient(Account("home", front.url, "pm", password), patience=patience, max_body=1_000_000)


def desk_of(client: DavClient, front: Front) -> Desk:
    """Return a store with a calendar of its own on the scripted server."""
    return Desk(client, front.url.rstrip("/") + COLLECTION, View("promises", practices=("oak-street",)))


@pytest.fixture
async def front() -> AsyncIterator[Front]:
    """A scripted server without quirks, on a real connection."""
    async with Front(scripted(Server())) as front:
        yield front


@pytest.mark.parametrize("quirk", [Quirk.DROPS_IDLE, Quirk.DROPS_KEPT])
async def test_a_server_that_drops_its_connections_costs_no_object_and_no_cycle(quirk: Quirk) -> None:
    server = Server()
    async with Front(scripted(server), frozenset({quirk})) as front, signed_in(front) as client:
        desk = desk_of(client, front)
        for number in range(1, 8):
            desk.ledger.put(task(number, f"Task {number}", FRIDAY))
        report = await desk.sync()
        assert (report.created, report.problems) == (7, ())
        desk.ledger.put(task(3, "Other words", FRIDAY))
        assert (await desk.sync()).updated == 1
        for _ in range(3):
            desk.time += timedelta(days=2)
            assert (await desk.sync()).quiet
    assert len(server.objects) == 7
    assert sum("Other words" in one.text for one in server.objects.values()) == 1


async def test_connections_are_kept_where_the_server_keeps_them(front: Front) -> None:
    async with signed_in(front) as client:
        desk = desk_of(client, front)
        for number in range(1, 30):
            desk.ledger.put(task(number, f"Task {number}", FRIDAY))
        assert (await desk.sync()).created == 29
    assert front.connections <= 4


async def test_forty_requests_at_once_share_four_connections(front: Front) -> None:
    async with signed_in(front) as client:
        url = front.url.rstrip("/") + COLLECTION
        await asyncio.gather(*(client.send(requests.check(url)) for _ in range(40)))
    assert front.connections <= 4
    assert len(front.log) == 40


@pytest.mark.parametrize("quirk", [Quirk.ANONYMOUS_ROOT, Quirk.NO_CHALLENGE])
async def test_a_wrong_password_is_refused_whatever_the_root_says_and_without_a_challenge(quirk: Quirk) -> None:
    server = Server([quirk])
    server.sign_in = f"pm:{PASSWORD}"
    async with Front(scripted(server)) as front:
        async with signed_in(front, "wrong") as client:
            desk = desk_of(client, front)
            desk.ledger.put(task(1, promised_on=FRIDAY))
            with pytest.raises(AuthRefusedError):
                await desk.sync()
        assert server.objects == {}
        async with signed_in(front) as client:
            desk.client = client
            assert (await desk.sync()).created == 1


async def test_a_calendar_made_again_fails_for_a_second_and_nothing_is_lost_or_doubled() -> None:
    server = Server([Quirk.RECREATED_500])
    async with Front(scripted(server)) as front, signed_in(front) as client:
        desk = desk_of(client, front)
        desk.ledger.put(task(1, "One", FRIDAY))
        await desk.sync()
        server.recreate()
        while server.failing:
            with pytest.raises(CalendarError):
                await desk.sync()
        await desk.sync()
        assert desk.ledger.questions, "what went with the calendar is asked about"
        desk.ledger.put(task(2, "Two", FRIDAY))
        assert (await desk.sync()).created == 1
        assert len(server.objects) == 1


@pytest.mark.parametrize(
    ("fault", "patience", "expected"),
    [
        ("silent", Patience(piece=0.3), UnreachableError),
        ("trickling", Patience(whole=0.4), UnreachableError),
        ("bomb", PATIENCE, TooLargeError),
        ("huge header", PATIENCE, UnreachableError),
        ("garbled", PATIENCE, UnreachableError),
    ],
)
async def test_what_never_ends_is_ended_by_us(
    front: Front, fault: str, patience: Patience, expected: type[CalendarError]
) -> None:
    front.choose = lambda wire: FAULTS[fault]
    async with signed_in(front, patience=patience) as client:
        with pytest.raises(expected):
            await client.send(requests.check(front.url + "pm/promises/"))


async def test_a_read_is_repeated_once_and_a_write_never_blindly(front: Front) -> None:
    async with signed_in(front) as client:
        desk = desk_of(client, front)
        desk.ledger.put(task(1, promised_on=FRIDAY))
        front.choose = Chooser("PUT", 1, FAULTS["dropped before"])
        assert (await desk.sync()).created == 1
        assert [wire.method for wire in front.log if wire.method in ("PUT", "GET")] == ["PUT", "GET", "PUT"]
    async with signed_in(front) as client:
        desk.client = client
        front.choose = Chooser("PROPFIND", 1, FAULTS["dropped before"])
        assert (await desk.sync()).quiet
