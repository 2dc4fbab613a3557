"""Set calendars up: found or made on their server, looked at, measured, and written into the configuration."""

from __future__ import annotations

import asyncio

from followthru.actions.calendar_rest import lift_rest
from followthru.actions.desk import Desk, reconfigured
from followthru.actions.ledger import view_of
from followthru.actions.lookup_config import account_named
from followthru.actions.losses import note_loss
from followthru.actions.probing import measure_asked, measure_new
from followthru.actions.sync import cycle_of, held_patiently, sign_in, url_of
from followthru.actions.whereabouts import find_again, follow, take_up
from followthru.calendars.caps import Caps
from followthru.calendars.dav.client import Account as SignIn
from followthru.calendars.dav.client import DavClient
from followthru.calendars.discovery import FoundCalendar, count_objects, find_calendars, make_calendar, same_place
from followthru.calendars.errors import ReadOnlyError
from followthru.calendars.ical.form import RULES
from followthru.config.change import set_collection
from followthru.config.edit import add_calendar
from followthru.config.reading import load
from followthru.config.values import Account, Calendar, Config
from followthru.domain.task import Audience
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.store import calendar_books, links
from followthru.store.links import CalendarRow


def add(desk: Desk, calendar: Calendar) -> tuple[Desk, str]:
    """Set a calendar up on its server, then write it into the configuration; return the new desk and its address.

    Raises UsageError for what no calendar of its audience may be, RefusedError for a collection that holds foreign
    items or may only be read, NotFoundError, ConfigError, CalendarError. The configuration is not touched unless all
    went well. Blocking: for commands only.
    """
    _check_free(desk.config, calendar.name)
    _check_audience(calendar)
    with held_patiently(desk, account_named(desk.config, calendar.account)):
        _check_free(load(desk.home.config), calendar.name)  # as it is by now: another command may have been first
        url = _look_up(desk, calendar)
        config = _written(desk, calendar, url)
    return reconfigured(desk, config), url


def _check_free(config: Config, name: str) -> None:
    if any(one.name == name for one in config.calendars):
        raise RefusedError(f"There is a calendar {name} already.", safe="Nothing was changed.")


def _written(desk: Desk, calendar: Calendar, url: str) -> Config:
    return add_calendar(
        desk.home.config,
        account=calendar.account,
        collection=url,
        name=calendar.name,
        practices=calendar.practices,
        audience=calendar.audience,
        as_=calendar.as_,
        targets=calendar.targets,
        share_existing=calendar.share_existing,
    )


def _check_audience(calendar: Calendar) -> None:
    """Refuse what the configuration would refuse, before anything is made on a server."""
    if calendar.audience == Audience.ME:
        return
    if len(calendar.practices) != 1:
        raise UsageError(
            f"A calendar for {calendar.audience} shows exactly one practice.",
            safe="Nothing was changed.",
            remedy="Name it with --practice SLUG.",
        )
    if calendar.targets:
        raise UsageError("Targets are yours alone; they need --audience me.", safe="Nothing was changed.")


def set_up(desk: Desk, calendar: Calendar, *, new: bool = False) -> str:
    """Find or make a calendar's collection, check that it may be used, remember its address and return it.

    One that was found before is looked for there, and followed where its server says it has moved to. With `new`,
    another is made in its place. Raises ForeignItemsError, NotFoundError, CalendarError. Blocking:
    for commands only. Raises BeingSyncedError while the account is being synced.
    """
    account = account_named(desk.config, calendar.account)
    with held_patiently(desk, account):
        return _set_up(desk, account, calendar, new=new)


def _set_up(desk: Desk, account: Account, calendar: Calendar, *, new: bool) -> str:
    take_up(desk.ctx, calendar.name)
    known = calendar_books.place(desk.ctx.read, calendar.name)
    if new:
        url = _look_up(desk, calendar._replace(create=True, collection=None))
        if calendar.collection is not None:
            reconfigured(desk, set_collection(desk.home.config, calendar.name, url))
        return url
    if known is None:
        return _look_up(desk, calendar)
    return find_again(desk, sign_in(desk, account), calendar, known.url)[1]


def _look_up(desk: Desk, calendar: Calendar) -> str:
    signed = sign_in(desk, account_named(desk.config, calendar.account))
    found = _made(signed, calendar) if calendar.create else _found(signed, calendar)
    url = f"{found.url.rstrip('/')}/"
    take_up(desk.ctx, calendar.name)
    follow(desk, calendar, url)
    asyncio.run(_check(desk, signed, calendar._replace(collection=url)))
    with desk.ctx.store.writing() as tx:
        links.remember(tx, calendar.name, CalendarRow(url, None, None, None, 0, 0, 0))
        calendar_books.belongs_to(tx, calendar.name, calendar.account)
        calendar_books.called(tx, calendar.name, found.name or None)
        note_loss(tx, calendar.name, None)
        if calendar.create:
            calendar_books.made_by_us(tx, calendar.name)
    asyncio.run(_measure(desk, signed, calendar, url))
    return url


async def _measure(desk: Desk, signed: SignIn, calendar: Calendar, url: str) -> None:
    async with DavClient(signed, now=desk.ctx.store.clock.now) as client:
        await measure_new(desk, client, calendar, url)


def probe_now(desk: Desk, calendar: Calendar, *, allowed: bool) -> tuple[str, Caps]:
    """Measure what a calendar's server does; return its address and what was seen.

    Writes a scratch object and removes it: in a calendar that is shared with other things only if `allowed`. Raises
    RefusedError, CalendarError, SecretError, BeingSyncedError. Blocking: for commands only.
    """
    if calendar.share_existing and not allowed:
        raise RefusedError(
            f"Calendar {calendar.name} is shared with other things; a measurement puts an object into it for a moment.",
            safe="Nothing was written.",
            remedy="Say --yes if that is fine.",
        )
    url, account = url_of(desk, calendar), account_named(desk.config, calendar.account)

    async def signed_in() -> Caps:
        async with DavClient(sign_in(desk, account), now=desk.ctx.store.clock.now) as client:
            return await measure_asked(desk, client, calendar, url)

    with held_patiently(desk, account):
        return url, asyncio.run(signed_in())


def _made(signed: SignIn, calendar: Calendar) -> FoundCalendar:
    """Return a new collection, or an empty one of our name that an interrupted set-up left behind."""
    title = f"followthru {calendar.name}"
    kind = RULES[view_of(calendar).form].component
    for one in find_calendars(signed):
        takes = not one.components or kind in one.components
        if one.name == title and takes and not one.read_only and asyncio.run(_is_empty(signed, one.url)):
            return one
    return make_calendar(signed, title, (kind,))


async def _is_empty(signed: SignIn, url: str) -> bool:
    async with DavClient(signed) as client:
        return await count_objects(client, url) == 0


def _found(signed: SignIn, calendar: Calendar) -> FoundCalendar:
    every = find_calendars(signed)
    wanted = (calendar.collection or "").rstrip("/")
    fitting = [one for one in every if wanted == one.name or same_place(wanted, one.url)]
    if len(fitting) != 1:
        names = ", ".join(sorted(f"“{one.name}”" for one in every)) or "none"
        problem = "There is no calendar" if not fitting else "More than one calendar is named"
        raise NotFoundError(
            f"{problem} “{calendar.collection}” on account {calendar.account}; it has {names}.",
            safe="Nothing was changed.",
            remedy="Name one of them, or leave the name out to have one made.",
        )
    if fitting[0].read_only:
        raise ReadOnlyError(fitting[0].name or fitting[0].url)
    return fitting[0]


async def _check(desk: Desk, signed: SignIn, calendar: Calendar) -> None:
    """Look once, changing nothing; foreign items and missing rights show here."""
    async with DavClient(signed, now=desk.ctx.store.clock.now) as client:
        await cycle_of(desk, client, calendar).rehearse()


def collections(desk: Desk, account: Account) -> tuple[FoundCalendar, ...]:
    """Return the calendars that an account has on its server; one that lets us in is left alone no longer.

    Raises CalendarError, SecretError. Blocking.
    """
    found = find_calendars(sign_in(desk, account))
    lift_rest(desk, account)
    return found
