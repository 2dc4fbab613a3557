"""Where a calendar's collection is and what it is called, as that changes: renamed, moved, gone, named otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from followthru.actions.context import Context
from followthru.actions.desk import Desk, reconfigured
from followthru.calendars.dav.client import Account as SignIn
from followthru.calendars.dav.client import DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import CollectionGoneError, CollectionMovedError, MissingError, WrongKindError
from followthru.calendars.ical.clean import squash
from followthru.config.change import set_collection
from followthru.config.values import Calendar
from followthru.errors import FollowthruError, RefusedError
from followthru.store import calendar_books, links
from followthru.store.calendar_books import BookRow
from followthru.store.store import Writer


def removed_here(name: str) -> str:
    """Return the name of the fact that a calendar was taken away: no sync publishes to it any more."""
    return f"removed {name}"


def follow(desk: Desk, calendar: Calendar, url: str) -> None:
    """Let the books follow what the configuration says by now. Raises RefusedError for a calendar taken away here.

    Another collection under a calendar's name is begun anew, and the books of the one before are kept under a name of
    their own, until its user says what becomes of its events. A calendar that only got another name keeps its books.
    """
    read, name = desk.ctx.read, calendar.name
    if links.fact(read, removed_here(name)) is not None:
        raise RefusedError(
            f"Calendar {name} was taken away with `calendar remove`.",
            safe="Nothing was published.",
            remedy=f"`followthru calendar setup {name}` takes it up again.",
        )
    at = calendar_books.place(read, name)
    if at is not None and (at.url, at.account) == (url, calendar.account):
        return
    known = calendar_books.book(read, name)
    every = calendar_books.books(read)
    renamed = _renamed(desk, every, url)
    with desk.ctx.store.writing() as tx:
        if known is not None and known.url != url:
            set_aside(tx, name, known, (one.calendar for one in every))
            known = None
        if known is None and renamed is not None:
            calendar_books.forget(tx, name)
            calendar_books.rename(tx, renamed.calendar, name)
        calendar_books.belongs_to(tx, name, calendar.account)


def as_known(desk: Desk, calendar: Calendar, url: str) -> Calendar:
    """Return a calendar under the name under which its books still are, where it only got another name."""
    read = desk.ctx.read
    renamed = _renamed(desk, calendar_books.books(read), url)
    if renamed is None or calendar_books.place(read, calendar.name) is not None:
        return calendar
    return calendar._replace(name=renamed.calendar)


def _renamed(desk: Desk, every: Iterable[BookRow], url: str) -> BookRow | None:
    """Return the books of a collection that the configuration knows under another name by now."""
    configured = {one.name for one in desk.config.calendars}
    return next((one for one in every if one.url == url and one.calendar not in configured), None)


def set_aside(tx: Writer, name: str, known: BookRow, taken: Iterable[str]) -> None:
    """Keep the books of a calendar that has begun anew elsewhere under a name of their own; forget empty ones."""
    if not known.objects:
        calendar_books.forget(tx, name)
        return
    others = set(taken)
    number, other = 1, f"{name}-before"
    while other in others:
        number += 1
        other = f"{name}-before-{number}"
    calendar_books.rename(tx, name, other)


def titled(desk: Desk, name: str, title: str | None) -> str | None:
    """Note what a collection is called on its server; return words if that has changed."""
    row = calendar_books.place(desk.ctx.read, name)
    clean = squash(title or "", 120) or None
    if row is None or clean is None or clean == row.title:
        return None
    with desk.ctx.store.writing() as tx:
        calendar_books.called(tx, name, clean)
    return None if row.title is None else f"It is called “{clean}” on its server now, and was “{row.title}”."


def explained(calendar: str, url: str, error: FollowthruError) -> FollowthruError:
    """Return the error for a collection that is gone, moved or of the wrong kind with words on how to go on."""
    if isinstance(error, MissingError) and not isinstance(error, CollectionGoneError):
        return CollectionGoneError(calendar, url)
    if isinstance(error, CollectionMovedError | WrongKindError):
        return error.of(calendar)
    return error


def find_again(desk: Desk, signed: SignIn, calendar: Calendar, url: str) -> tuple[Desk, str]:
    """Return the desk and the address at which a known collection is: where it was, or where its server says it went.

    Raises CollectionGoneError, CalendarError. Blocking.
    """
    try:
        asyncio.run(_head(signed, url))
    except CollectionMovedError as moved:
        with desk.ctx.store.writing() as tx:
            calendar_books.relocate(tx, calendar.name, moved.url)
        return at_address(desk, calendar, moved.url), moved.url
    except MissingError as error:
        raise CollectionGoneError(calendar.name, url) from error
    return desk, url


def at_address(desk: Desk, calendar: Calendar, url: str) -> Desk:
    """Write a collection's new address into the configuration where that names one."""
    if calendar.collection is None or "://" not in calendar.collection:
        return desk
    return reconfigured(desk, set_collection(desk.home.config, calendar.name, url))


def take_up(ctx: Context, name: str) -> None:
    """Let a calendar be synced that was taken away before."""
    if links.fact(ctx.read, removed_here(name)) is not None:
        with ctx.store.writing() as tx:
            links.note(tx, removed_here(name), None)


async def _head(signed: SignIn, url: str) -> None:
    async with DavClient(signed) as client:
        await Collection(client, url).head()
