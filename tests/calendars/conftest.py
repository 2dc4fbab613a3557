"""A real Radicale for the session, and a fresh collection on it for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import count

import pytest

from followthru.calendars.cycle import Cycle, Report
from followthru.calendars.dav import requests
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.shown import View
from followthru.calendars.steps import Place
from followthru.demo.radicale import Radicale
from tests.calendars.memory import MemoryLedger

PASSWORD = "loopback only"
_numbers = count(1)


@pytest.fixture(scope="session")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    """One server for all tests; each test makes its own collection."""
    with Radicale(tmp_path_factory.mktemp("radicale"), {"pm": PASSWORD}) as server:
        yield server


class Desk:
    """One store, one calendar, one server; and `other`, a second calendar program on the same collection."""

    def __init__(self, client: DavClient, url: str, view: View) -> None:
        self.time = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
        self.client = client
        self.url = url
        self.place = Place("store-1", view, url)
        self.ledger = MemoryLedger(view, lambda: self.time)
        self.other = Collection(client, url)

    async def sync(self) -> Report:
        """Run one cycle."""
        return await Cycle(self.place, Collection(self.client, self.url), self.ledger, lambda: self.time).run()

    async def texts(self) -> dict[str, str]:
        """Return every object on the server by name."""
        names = list((await self.other.listing()).etags)
        bodies, _ = await self.other.bodies(names)
        return {name: body.text for name, body in bodies.items() if body is not None}

    async def rewrite(self, name: str, old: str, new: str) -> None:
        """Edit an object as another program would."""
        body = await self.other.get(name)
        assert body is not None
        assert old in body.text
        await self.other.replace(name, body.text.replace(old, new), body.etag)


@pytest.fixture
async def client(radicale: Radicale) -> AsyncIterator[DavClient]:
    """Signed in to the server."""
    async with DavClient(Account("home", radicale.url, "pm", PASSWORD)) as client:
        yield client


@pytest.fixture
async def collection_url(radicale: Radicale, client: DavClient) -> str:
    """A new and empty calendar on the server."""
    url = f"{radicale.url}pm/c{next(_numbers)}/"
    assert (await client.send(requests.make_calendar(url, "Promises", ("VEVENT",)))).status == 201
    return url


@pytest.fixture
def desk(client: DavClient, collection_url: str) -> Desk:
    """A store with a calendar of its own on the server."""
    return Desk(client, collection_url, View("promises", practices=("oak-street",)))
