"""One store and one scripted server, for tests that tell a single story."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

import httpx

from followthru.calendars.caps import STANDARD, Caps
from followthru.calendars.cycle import Cycle, Report
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.shown import View
from followthru.calendars.steps import Place
from tests.calendars.fake import COLLECTION, ORIGIN, FakeServer, faultless
from tests.calendars.memory import MemoryLedger, task
from tests.calendars.quirks import Quirk

FRIDAY = date(2027, 1, 15)
URL = ORIGIN + COLLECTION


class KilledError(Exception):
    """The process ended here."""


class Story:
    """One store and one scripted server."""

    def __init__(self, quirks: Iterable[Quirk] = ()) -> None:
        self.server = FakeServer(quirks)
        self.time = datetime(2027, 1, 4, 15, tzinfo=UTC)
        view = View("promises", practices=("oak-street",))
        self.place = Place("store-1", view, URL)
        self.ledger = MemoryLedger(view, lambda: self.time)

    def cycle(self, client: DavClient, caps: Caps = STANDARD) -> Cycle:
        return Cycle(self.place, Collection(client, URL), self.ledger, lambda: self.time, caps)

    async def sync(self, caps: Caps = STANDARD) -> Report:
        async with DavClient(Account("home", ORIGIN, "pm", "x"), transport=self.server) as client:
            return await self.cycle(client, caps).run()

    async def published(self, *numbers: int) -> None:
        for number in numbers:
            self.ledger.put(task(number, promised_on=FRIDAY))
        await self.sync()

    def promise(self, number: int, on: date) -> None:
        self.ledger.put(self.ledger.tasks[number]._replace(promised_on=on))

    def edit(self, number: int, old: str, new: str) -> None:
        name = self.ledger.link_of(number).name
        text = self.server.objects[name].text
        assert old in text
        self.server.put(name, text.replace(old, new))

    def after_next(self, method: str, then: Callable[[], httpx.Response]) -> None:
        """Forward the next request of that method; answer it with what `then` returns or raises."""

        def stand_between(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
            if request.method != method:
                return forward()
            self.server.fault = faultless
            forward()
            return then()

        self.server.fault = stand_between

    def instead_of(self, method: str, answer: Callable[[], httpx.Response]) -> None:
        """Answer every request of that method without forwarding it."""

        def stand_between(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
            return answer() if request.method == method else forward()

        self.server.fault = stand_between


def lost() -> httpx.Response:
    raise httpx.ReadError("connection reset")


def killed() -> httpx.Response:
    raise KilledError
