"""Collections on a server to test in: few, used again, and nothing that was there before is ever touched."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import TypeVar
from uuid import uuid4

import httpx
import pytest

from followthru.calendars.caps import CAREFUL, Caps
from followthru.calendars.dav import requests
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.discovery import calendars_of, homes, make_in_home
from followthru.calendars.errors import (
    BadAnswerError,
    CalendarError,
    ForbiddenError,
    MissingError,
    PreconditionError,
    ServerFaultError,
)
from followthru.calendars.probe import probe
from followthru.calendars.sight import Delta
from tests.contract.servers import Target

FAR = 0.03
"""Seconds for one request from which on a server counts as far away: what is repeated is repeated less often there."""
PATIENCE = 20.0
"""Seconds after which a server that shows what was written a little later than at once is given up."""

T = TypeVar("T")


async def until(look: Callable[[], Awaitable[T]], good: Callable[[T], bool], seconds: float = PATIENCE) -> T:
    """Look until it is good: no event of a server that we do not know can be awaited. Return what was seen last."""
    ends, wait = monotonic() + seconds, 0.02
    while True:
        seen = await look()
        if good(seen) or monotonic() > ends:
            return seen
        await asyncio.sleep(wait)
        wait = min(1.0, wait * 2)


class Ground:
    """What one server offers to test in, and how it was measured."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.home = ""
        self.caps = Caps()
        self.can_make = True
        self.far = False
        """Whether each request takes so long that a test should make few."""
        self.theirs: frozenset[str] | None = None
        """The objects beside which is tested, in a calendar that holds other things; None where it is empty."""
        self._made: list[str] = []
        self._free: list[str] = []
        self._borrowed: list[str] = []
        self._measured = False

    @property
    def account(self) -> Account:
        """How to sign in."""
        return Account("contract", self.target.url, self.target.user, self.target.password)

    def client(self, transport: httpx.AsyncBaseTransport | None = None) -> DavClient:
        """Return a client that signs in."""
        return DavClient(self.account, transport=transport)

    async def collection(self) -> str:
        """Return an empty calendar that nobody else uses, measured once. Skips where there is none to be had."""
        async with self.client() as client:
            if not self.home:
                self.home = (await homes(client))[0]
            url = await (self._shared(client) if self.target.calendar else self._empty(client))
            if not self._measured:
                self.far = await _seconds(Collection(client, url)) > FAR
                try:
                    self.caps = await probe(Collection(client, url))
                except CalendarError:
                    self.caps = CAREFUL  # as a sync would go on
                self._measured = True
            return url

    async def make(self, components: tuple[str, ...] = ("VEVENT",)) -> str:
        """Make a calendar. Raises ForbiddenError where that is not allowed."""
        async with self.client() as client:
            made = await make_in_home(client, f"followthru contract {uuid4()}", components, self.home or None)
            self._made.append(made.url)
            return made.url

    def free(self, url: str) -> None:
        """Give a calendar back; it is emptied before it is used again, unless there were other things in it."""
        if url not in self._free and self.theirs is None:
            self._free.append(url)

    async def remove(self, url: str) -> bool:
        """Delete a calendar that was made; return whether the server does that."""
        async with self.client() as client:
            answer = await client.send(requests.delete(url, None))
            if answer.status not in (200, 202, 204, 404, 410):
                return False
            self._made.remove(url)
            return True

    async def leave(self) -> None:
        """Remove what was made, and empty what was borrowed."""
        async with self.client() as client:
            if self.theirs is not None:
                await self._shared(client)
            for url in [*self._borrowed, *self._made]:
                with suppress(CalendarError):
                    await _emptied(Collection(client, url, scratch=True))
            for url in list(self._made):
                with suppress(CalendarError):
                    await self.remove(url)

    async def _shared(self, client: DavClient) -> str:
        """Return the calendar that was named, with nothing of ours in it. Nothing that was there is ever touched."""
        collection = Collection(client, self.target.calendar, scratch=True)
        there = frozenset((await collection.listing()).etags)
        if self.theirs is None:
            self.theirs = there
        for name in there - self.theirs:
            await dropped(collection, name)
        return collection.url

    async def _empty(self, client: DavClient) -> str:
        while self._free:
            url = self._free.pop()
            with suppress(CalendarError):
                if await _emptied(Collection(client, url, scratch=True)):
                    return url
        if self.can_make:
            try:
                return await self.make()
            except (ForbiddenError, MissingError, BadAnswerError, ServerFaultError):
                self.can_make = False
        for one in await calendars_of(client):
            takes = not one.components or "VEVENT" in one.components
            if takes and one.url not in self._borrowed and await _is_empty(client, one.url):
                self._borrowed.append(one.url)
                return one.url
        pytest.skip(
            "MKCALENDAR and MKCOL are refused, and no calendar of the home is empty: with "
            "FOLLOWTHRU_TEST_CALDAV_CALENDAR=URL the core runs beside what is in that one"
        )


async def _seconds(collection: Collection) -> float:
    """Return how long the quickest of a few small requests takes."""
    took: list[float] = []
    for _ in range(3):
        began = monotonic()
        await collection.head()
        took.append(monotonic() - began)
    return min(took)


class Beside(Collection):
    """A collection as if what was there before were not."""

    def __init__(self, client: DavClient, url: str, theirs: frozenset[str], *, scratch: bool = False) -> None:
        super().__init__(client, url, scratch=scratch)
        self._theirs = theirs

    def with_scratch(self) -> Beside:
        """Return it as a probe sees it."""
        return Beside(self._client, self.url, self._theirs, scratch=True)

    async def listing(self) -> Delta:
        """Return every member's etag but theirs."""
        delta = await super().listing()
        etags = {name: etag for name, etag in delta.etags.items() if name not in self._theirs}
        faults = {name: why for name, why in delta.faults.items() if name not in self._theirs}
        return delta._replace(etags=etags, faults=faults)


async def _is_empty(client: DavClient, url: str) -> bool:
    try:
        return not (await Collection(client, url, scratch=True).listing()).present()
    except CalendarError:
        return False  # somebody else's, and not to be read


async def _emptied(collection: Collection) -> bool:
    """Delete everything in a collection in which everything is ours; return whether it is empty by then."""
    for name in (await collection.listing()).etags:
        await dropped(collection, name)
    left = await until(collection.listing, lambda delta: delta.present() == 0, seconds=5.0)
    return left.present() == 0


async def dropped(collection: Collection, name: str) -> None:
    """Delete an object as another program: some servers want its etag for that, others give none."""
    try:
        await collection.delete(name, None)
    except MissingError:
        return
    except PreconditionError:
        body = await collection.get(name)
        if body is not None:
            await collection.delete(name, body.etag)
    except BadAnswerError:
        assert await collection.get(name) is None, "a web page, and nothing deleted"
