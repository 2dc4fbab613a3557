"""Set-up: which calendars does this account have, and make one. Never used by the sync itself.

Everything goes through the account's own client, so credentials, redirects and origins are treated here as in
every sync (docs/decisions/0007). What is tried is tried in the order of RFC 6764 section 6: the address as given,
then the well-known one, then the root; from there to the principal (RFC 5397) and its calendar homes (RFC 4791
section 6.2.1).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeVar
from urllib.parse import unquote, urljoin, urlsplit
from uuid import uuid4

from followthru.calendars.dav import requests
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.dav.multistatus import BadXmlError, Member, parse
from followthru.calendars.dav.origin import origin_of, resolve
from followthru.calendars.errors import BadAnswerError, ElsewhereError, ForbiddenError, MissingError, ServerFaultError
from followthru.calendars.ical.clean import squash

_WHERE = ("current-user-principal", "C:calendar-home-set", "resourcetype", "owner")
_WHAT = ("resourcetype", "C:supported-calendar-component-set", "displayname", "current-user-privilege-set")
_WRITES = frozenset({"all", "write", "write-content", "bind"})
"""Rights of which one is needed to put an object into a collection (RFC 3744 section 3)."""
_NOT_OURS = frozenset({"schedule-inbox", "schedule-outbox", "subscribed", "notification"})
_CANNOT = frozenset({501, 505})
_PATIENCE = (0.0, 0.3, 1.0, 3.0)
"""Seconds between looks for a collection that was just made: some servers need a moment."""

T = TypeVar("T")


class FoundCalendar(NamedTuple):
    """A calendar collection. `components` is what it takes (VEVENT, VTODO); empty if the server does not say.

    `read_only` is whether the server says that whoever signed in may write nothing there.
    """

    url: str
    name: str
    components: tuple[str, ...]
    read_only: bool = False


class Found(NamedTuple):
    """An answer's members and the address that gave it, after redirects."""

    url: str
    members: tuple[Member, ...]

    @property
    def own(self) -> Member:
        """The member that stands for the address itself."""
        path = urlsplit(self.url).path.rstrip("/")
        exact = (one for one in self.members if urlsplit(urljoin(self.url, one.href)).path.rstrip("/") == path)
        return next(exact, self.members[0] if self.members else Member("", 404))


def find_calendars(account: Account) -> tuple[FoundCalendar, ...]:
    """Return the account's calendars. Blocking: run it where waiting is allowed.

    Raises AuthRefusedError, UnreachableError, MissingError (no calendars behind this address) and
    ElsewhereError (they live at another origin, which the message names), BadAnswerError (this is no calendar server).
    """
    return _run(account, calendars_of)


def make_calendar(account: Account, title: str, components: Sequence[str]) -> FoundCalendar:
    """Make a calendar in the account's home and return it. Raises as `find_calendars` does, and ForbiddenError."""
    return _run(account, lambda client: make_in_home(client, title, components))


async def count_objects(client: DavClient, url: str) -> int:
    """Return how many objects a collection holds: by address and etag, none of them read."""
    return (await Collection(client, url).listing()).present()


async def calendars_of(client: DavClient) -> tuple[FoundCalendar, ...]:
    """Return the calendars in all homes of whom `client` signs in as. Raises as `find_calendars` does."""
    found: dict[str, FoundCalendar] = {}
    for home in await homes(client):
        for one in await _calendars_in(client, home):
            found[one.url] = one
    return tuple(found.values())


async def homes(client: DavClient) -> tuple[str, ...]:
    """Return the addresses of the calendar homes, at least one. Raises as `find_calendars` does."""
    first: Exception | None = None
    for start in _starts(client.url):
        try:
            found = await _homes_from(client, start)
        except (MissingError, ForbiddenError, BadAnswerError, ServerFaultError) as error:
            first = first or error
        else:
            if found:
                return found
    if isinstance(first, (BadAnswerError, ServerFaultError)):
        raise first
    raise MissingError("calendars behind this address") from first


async def make_in_home(
    client: DavClient, title: str, components: Sequence[str], home: str | None = None
) -> FoundCalendar:
    """Make a calendar with MKCALENDAR, or where that is not known with extended MKCOL (RFC 5689).

    Raises ForbiddenError where neither is allowed; else as `find_calendars` does.
    """
    home = home or (await homes(client))[0]
    name, url = squash(title, 120), urljoin(home, f"followthru-{uuid4()}/")
    for request in (requests.make_calendar(url, name, components), requests.make_collection(url, name, components)):
        if await _made(client, request):
            return await _confirmed(client, home, FoundCalendar(url, name, tuple(components)))
    raise ForbiddenError("making a calendar here")


def _starts(url: str) -> tuple[str, ...]:
    """Return where to begin: as given, the well-known address (RFC 6764 section 5), the root."""
    root = f"{origin_of(url)}/"
    return tuple(dict.fromkeys((url, urljoin(root, "/.well-known/caldav"), root)))


async def _homes_from(client: DavClient, start: str) -> tuple[str, ...]:
    """Return the homes that an address leads to, itself included if calendars are directly in it."""
    here = await _ask(client, start, _WHERE, depth=0)
    if here.own.homes:
        return _absolute(client, here.url, here.own.homes)
    for principal in filter(None, (here.own.principal, here.own.owner)):
        there = await _ask(client, _absolute(client, here.url, (principal,))[0], _WHERE, depth=0)
        if there.own.homes:
            return _absolute(client, there.url, there.own.homes)
    if not here.own.collection:
        return ()
    home = urljoin(here.url, "../") if "calendar" in here.own.types else here.url
    return (home,) if await _calendars_in(client, home) else ()


def _absolute(client: DavClient, base: str, hrefs: Sequence[str]) -> tuple[str, ...]:
    """Return hrefs as addresses of the account's own origin: its password goes nowhere else.

    Raises ElsewhereError that names the other origin.
    """
    found: list[str] = []
    for href in hrefs:
        url = urljoin(base, href)
        here, there = origin_of(client.url), origin_of(url)
        if here != there:
            raise ElsewhereError(client.place, str(there), "its calendars are at")
        found.append(f"{url.rstrip('/')}/")
    return tuple(found)


async def _calendars_in(client: DavClient, home: str) -> tuple[FoundCalendar, ...]:
    found = await _ask(client, home, _WHAT, depth=1)
    return tuple(
        FoundCalendar(
            f"{resolve(found.url, one.href).rstrip('/')}/",
            squash(one.title or "", 120),
            tuple(sorted(one.components or ())),
            bool(one.privileges) and not one.privileges & _WRITES,
        )
        for one in found.members
        if "calendar" in one.types and not one.types & _NOT_OURS
    )


async def _ask(client: DavClient, url: str, props: Sequence[str], *, depth: int) -> Found:
    """Send one PROPFIND. Raises MissingError, ForbiddenError, BadAnswerError."""
    answer = await client.send(requests.propfind(url, props, depth=depth))
    if answer.status in (404, 410):
        raise MissingError("calendars behind this address")
    if answer.status in (403, 405):
        raise ForbiddenError("looking for calendars")
    if answer.status != 207:
        raise BadAnswerError(client.place, f"status {answer.status} instead of 207")
    try:
        return Found(answer.url, parse(answer.body).members)
    except BadXmlError as error:
        raise BadAnswerError(client.place, str(error)) from error


async def _made(client: DavClient, request: requests.Request) -> bool:
    try:
        return (await client.send(request)).status in (200, 201, 204, 207)
    except ServerFaultError as error:
        if error.status not in _CANNOT:
            raise
        return False


async def _confirmed(client: DavClient, home: str, made: FoundCalendar) -> FoundCalendar:
    """Return the new calendar as its server lists it, waiting a moment where it needs one.

    Some list it later still; then it says itself what it is. Raises MissingError if it does not appear at all.
    """
    for wait in _PATIENCE:
        await asyncio.sleep(wait)
        with suppress(ServerFaultError):
            for one in await _calendars_in(client, home):
                if same_place(one.url, made.url):
                    return one._replace(name=made.name, components=one.components or made.components)
    head = await Collection(client, made.url).head()
    if not head.calendar:
        raise MissingError("calendar of the address under which it said to have made one")
    return made._replace(components=tuple(sorted(head.components or made.components)))


def same_place(one: str, other: str) -> bool:
    """Whether two addresses are one, however their characters are escaped: servers spell one address in many ways."""
    return unquote(one).rstrip("/") == unquote(other).rstrip("/")


def _run(account: Account, work: Callable[[DavClient], Awaitable[T]]) -> T:
    async def signed_in() -> T:
        async with DavClient(account) as client:
            return await work(client)

    return asyncio.run(signed_in())
