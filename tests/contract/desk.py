"""One store, one calendar on the server under test, another program on it, and a wire that can lose answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from uuid import uuid4

import httpx

from followthru.calendars.caps import Caps
from followthru.calendars.cycle import Cycle, Report
from followthru.calendars.dav.client import DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.ical.form import Form
from followthru.calendars.ical.read import Remote, read
from followthru.calendars.shown import View
from followthru.calendars.sight import Body
from followthru.calendars.steps import Place
from tests.calendars.memory import MemoryLedger, task
from tests.contract.ground import Beside, dropped, until

FRIDAY = date(2027, 1, 15)
_WRITES = ("PUT", "DELETE")
_NOTHING = Report(0, 0, 0, 0, 0, (), 0, 0)

Before = Callable[[], Awaitable[None]]


class KilledError(Exception):
    """The process ended here."""


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the server; `log` holds each method and path.

    `lose` names a method whose next answer is lost after the server has acted on it, `kill` one at which the
    process ends then. `before` is run once, just before the next request of `before_method`.
    """

    def __init__(self) -> None:
        self._real = httpx.AsyncHTTPTransport()
        self.log: list[tuple[str, str]] = []
        self.lose = self.kill = self.before_method = ""
        self.before: Before | None = None

    def writes(self) -> int:
        """Return how many writing requests went out."""
        return sum(method in _WRITES for method, _ in self.log)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Forward one request, and lose its answer if it is the one."""
        self.log.append((request.method, request.url.path))
        if self.before is not None and request.method == self.before_method:
            before, self.before = self.before, None
            await before()
        response = await self._real.handle_async_request(request)
        if request.method in (self.lose, self.kill):
            killed, self.lose, self.kill = request.method == self.kill, "", ""
            await response.aread()
            await response.aclose()
            raise KilledError if killed else httpx.ReadError("connection reset")
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        await self._real.aclose()


class Desk:
    """One store with one calendar. `other` is another calendar program on the same collection."""

    def __init__(
        self,
        client: DavClient,
        other: DavClient,
        url: str,
        caps: Caps,
        wire: Wire,
        form: Form = Form.EVENT,
        theirs: frozenset[str] | None = None,
    ) -> None:
        self.time = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
        self.url, self.wire, self.caps, self.client = url, wire, caps, client
        self.beside = len(theirs or ())
        """How many things of others are in the calendar all the time."""
        self.other = Beside(other, url, theirs or frozenset())
        view = View("promises", practices=("oak-street",), form=form, shares=theirs is not None)
        self.place = Place(str(uuid4()), view, url)
        self.ledger = MemoryLedger(self.place.view, lambda: self.time)

    def promise(self, *numbers: int, on: date = FRIDAY, title: str | None = None, time: str | None = None) -> None:
        """Promise tasks for a day."""
        for number in numbers:
            row = self.ledger.tasks.get(number) or task(number, title or f"Renew cover {number}", on)
            row = row._replace(promised_on=on, title=title or row.title, promised_time=time or row.promised_time)
            self.ledger.put(row)

    async def sync(self) -> Report:
        """Run one cycle."""
        collection = Collection(self.client, self.url)
        return await Cycle(self.place, collection, self.ledger, lambda: self.time, self.caps).run()

    async def settled(self, done: Callable[[Report], bool] = lambda _: True) -> Report:
        """Sync until `done` with the sum of all reports, then until nothing more happens; return that sum."""
        sums: list[Report] = []

        async def once() -> Report:
            sums.append(await self.sync())
            return reduce(_added, sums, _NOTHING)

        await until(once, done)
        return await until(once, lambda _: sums[-1].quiet)

    async def published(self, *numbers: int) -> None:
        """Promise tasks for Friday and have them all on the calendar."""
        self.promise(*numbers)
        report = await self.settled(lambda sums: sums.created >= len(numbers))
        assert (report.created, report.problems) == (len(numbers), ())

    async def texts(self, count: int | None = None) -> dict[str, str]:
        """Return every object on the server by name, as soon as there are `count`."""

        async def look() -> dict[str, str]:
            bodies, _ = await self.other.bodies(list((await self.other.listing()).etags))
            return {name: body.text for name, body in bodies.items() if body is not None}

        return await until(look, lambda found: count is None or len(found) == count)

    async def text(self, holds: str = "") -> str:
        """Return the one object on the server, as soon as its text holds something."""

        async def look() -> str:
            return "".join((await self.texts(1)).values()).replace("\r\n ", "")

        found = await until(look, lambda text: holds in text)
        assert holds in found
        return found

    async def shows(self, day: date) -> str:
        """Return the one object on the server, as soon as it is on that whole day."""

        async def look() -> str:
            return "".join((await self.texts(1)).values())

        found = await until(look, lambda text: on_day(text, day))
        assert on_day(found, day), found
        return found.replace("\r\n ", "")

    async def body(self, number: int, holds: str = "") -> Body:
        """Return what the server has of a task's object."""
        name = self.ledger.link_of(number).name
        found = await until(lambda: self.other.get(name), lambda one: one is not None and holds in one.text)
        assert found is not None
        assert holds in found.text
        return found

    async def edit(self, number: int, change: Callable[[str], str], shows: str = "", *, lacks: str = "\0") -> None:
        """Edit an object as another program would, and wait until the server shows it."""
        body = await self.body(number)
        text = change(body.text.replace("\r\n ", ""))
        await self.other.replace(self.ledger.link_of(number).name, text, strong(body))
        there = await until(lambda: self.body(number, shows), lambda one: lacks not in one.text)
        assert lacks not in there.text

    async def move(self, number: int, to: date, was: date = FRIDAY) -> None:
        """Move an all-day event as another program would."""

        def moved(text: str) -> str:
            assert f"{was:%Y%m%d}" in text
            text = text.replace(f"{was + timedelta(1):%Y%m%d}", "END-OF-IT").replace(f"{was:%Y%m%d}", f"{to:%Y%m%d}")
            return text.replace("END-OF-IT", f"{to + timedelta(1):%Y%m%d}")

        await self.body(number, f"{was:%Y%m%d}")
        await self.edit(number, moved, f"{to:%Y%m%d}")

    async def delete(self, number: int) -> None:
        """Delete an object as another program would."""
        name = self.ledger.link_of(number).name
        await dropped(self.other, name)
        assert await until(lambda: self.other.get(name), lambda body: body is None) is None


def on_day(text: str, day: date) -> bool:
    """Whether an object is an event of that whole day, however a server spells its length."""
    there = read(text)
    return isinstance(there, Remote) and there.start == day and there.span in (None, timedelta(days=1))


def strong(body: Body) -> str | None:
    """Return an etag of which a condition can be made, None for a weak one."""
    return body.etag if body.etag and not body.etag.startswith("W/") else None


def without(text: str, name: str) -> str:
    """Return a text without the lines of one property."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith((f"{name}:", f"{name};")))


def _added(one: Report, other: Report) -> Report:
    return other._replace(
        created=one.created + other.created,
        updated=one.updated + other.updated,
        removed=one.removed + other.removed,
        pulled=one.pulled + other.pulled,
        asked=one.asked + other.asked,
    )
