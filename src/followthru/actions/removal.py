"""Taking calendars and accounts away, and what becomes of the objects they have on a server.

A calendar leaves the configuration first; what is to be deleted there is then deleted object by object, by its etag,
each written down before. Whatever stops that, the rest is known and can be deleted later. What others put there is
never touched.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple
from urllib.parse import urlsplit

from followthru.actions.calendar_rest import calendars_of
from followthru.actions.desk import Desk, reconfigured
from followthru.actions.ledger import StoreLedger
from followthru.actions.lookup_config import account_named
from followthru.actions.same_machine import check_place
from followthru.actions.sign_in import sign_out
from followthru.actions.sync import account_lock, sign_in, sync_account
from followthru.actions.syncing import when_free
from followthru.actions.whereabouts import removed_here
from followthru.calendars.apply import Applier
from followthru.calendars.dav import requests
from followthru.calendars.dav.client import DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.dav.origin import origin_of
from followthru.calendars.errors import (
    BadAnswerError,
    ForeignItemsError,
    LossGuardError,
    MissingError,
    ServerFaultError,
)
from followthru.calendars.links import EXPECTED, Link
from followthru.calendars.settle import gone
from followthru.calendars.shown import View
from followthru.calendars.steps import Item, Place, Plan, Problem, Remove
from followthru.config.change import remove_account as out_of_accounts
from followthru.config.change import remove_calendar as out_of_calendars
from followthru.config.values import Account
from followthru.domain.nearest import did_you_mean
from followthru.domain.task import Audience
from followthru.errors import FollowthruError, NotFoundError, RefusedError
from followthru.secrets import SecretKind, SecretRef, forget
from followthru.store import calendar_books, links
from followthru.store.calendar_books import BookRow

_TRIES = 2
"""An object that changed since it was last seen is looked at and deleted as it is then."""


class Removed(NamedTuple):
    """How a calendar was taken away. `left` counts objects of ours that are still there, at `url`.

    `deleted` counts those that were deleted; `whole` says whether the collection itself was, and `others` what is in
    it besides ours, None where nobody looked.
    """

    calendar: str
    url: str | None
    deleted: int = 0
    left: int = 0
    whole: bool = False
    others: int | None = None
    problems: tuple[Problem, ...] = ()


def leave_calendar(desk: Desk, name: str) -> tuple[Desk, Removed]:
    """Take a calendar out of the configuration and forget what is on it; its objects stay where they are.

    Raises NotFoundError, RefusedError, ConfigError.
    """
    known = known_calendar(desk, name)
    desk = _out_of_configuration(desk, name)
    with desk.ctx.store.writing() as tx:
        calendar_books.give_up(tx, name)
    return desk, Removed(name, known.url or None, left=known.objects)


def delete_calendar(desk: Desk, name: str, *, whole: bool = False) -> tuple[Desk, Removed]:
    """Take a calendar out of the configuration and delete our objects on its server; can be repeated to resume.

    With `whole`, delete the collection too if we made it and nothing else is in it. Raises NotFoundError,
    RefusedError, ConfigError and, before anything is changed, CalendarError and SecretError. Blocking.
    """
    known = known_calendar(desk, name)
    if whole and not known.made:
        raise RefusedError(
            f"The collection of calendar {name} was not made by followthru.",
            safe="Nothing was changed.",
            remedy=f"`followthru calendar remove {name} --delete` deletes what is followthru's in it.",
        )
    if not known.url:
        return leave_calendar(desk, name)
    account = _account_of(desk, known)
    check_place(desk)
    _refuse_twins(desk, known)
    _last_sync(desk, account, name)
    desk = _out_of_configuration(desk, name)
    removed = asyncio.run(when_free(lambda: _delete(desk, account, known, whole=whole)))
    if not removed.left:
        with desk.ctx.store.writing() as tx:
            calendar_books.forget(tx, name)
    return desk, removed


def remove_account(desk: Desk, name: str, *, delete: bool, whole: bool = False) -> tuple[Desk, list[Removed]]:
    """Take an account and all its calendars away. One whose objects are not all deleted keeps its account.

    Raises as `delete_calendar` does. Blocking.
    """
    account = account_named(desk.config, name)
    here = [one.name for one in calendars_of(desk.config, account)]
    done: list[Removed] = []
    for calendar in (*here, *(one.calendar for one in left_over(desk) if _is_on(one, account))):
        made = bool(known_calendar(desk, calendar).made)
        desk, removed = (
            delete_calendar(desk, calendar, whole=whole and made) if delete else leave_calendar(desk, calendar)
        )
        done.append(removed)
    if delete and any(one.left for one in done):
        return desk, done
    desk = reconfigured(desk, out_of_accounts(desk.home.config, name))
    if account.oauth is not None:
        sign_out(desk, account)
    if account.password == SecretRef(SecretKind.KEYRING, (f"calendar account {name}",)):
        forget(f"calendar account {name}")  # it was put there by `account add`
    return desk, done


def left_over(desk: Desk) -> list[BookRow]:
    """Return the calendars that the configuration names no more and that still have objects of ours somewhere."""
    named = {one.name for one in desk.config.calendars}
    return [one for one in calendar_books.books(desk.ctx.read) if one.calendar not in named and one.objects]


def known_calendar(desk: Desk, name: str) -> BookRow:
    """Return what is known of a calendar that is configured or was. Raises NotFoundError."""
    row = calendar_books.book(desk.ctx.read, name)
    calendar = next((one for one in desk.config.calendars if one.name == name), None)
    if calendar is not None:
        row = row or BookRow(name, calendar.account, "", None, None, 0, 0)
        return row._replace(account=calendar.account)
    if row is None or not row.objects:
        every = [*(one.name for one in desk.config.calendars), *(one.calendar for one in left_over(desk))]
        raise NotFoundError(
            f"There is no calendar {name}. {did_you_mean(name, every)}".rstrip(),
            safe="Nothing was changed.",
            remedy="`followthru calendar list` and `followthru sync status` show them.",
        )
    return row


def _out_of_configuration(desk: Desk, name: str) -> Desk:
    """Take a calendar out of the configuration, if it is there, after noting that no sync may publish to it."""
    with desk.ctx.store.writing() as tx:
        links.note(tx, removed_here(name), desk.ctx.store.now())
    if all(one.name != name for one in desk.config.calendars):
        return desk
    try:
        return reconfigured(desk, out_of_calendars(desk.home.config, name))
    except FollowthruError:
        with desk.ctx.store.writing() as tx:
            links.note(tx, removed_here(name), None)
        raise


def _refuse_twins(desk: Desk, known: BookRow) -> None:
    """Raise RefusedError where another calendar shows the very same events, under another address of their server."""
    read = desk.ctx.read
    other = calendar_books.twin(read, known.calendar)
    at = None if other is None else calendar_books.place(read, other)
    if at is not None and urlsplit(at.url).path == urlsplit(known.url).path:
        raise RefusedError(
            f"Calendar {other} has events of the same names: it may be the same collection under another address.",
            safe="Nothing was changed.",
            remedy=f"`followthru calendar remove {known.calendar} --leave` forgets this one.",
        )


def _is_on(row: BookRow, account: Account) -> bool:
    """Whether a calendar that is not configured belongs to an account: by name, or by its server's address."""
    if row.account is not None:
        return row.account == account.name
    return origin_of(row.url) == origin_of(account.url)


def _account_of(desk: Desk, row: BookRow) -> Account:
    for account in desk.config.accounts:
        if _is_on(row, account):
            return account
    raise NotFoundError(
        f"The configuration has no account for {row.url} any more.",
        safe="Nothing was changed.",
        remedy=f"Add {row.account or 'it'} again with `followthru account add`, or say --leave.",
    )


def _last_sync(desk: Desk, account: Account, name: str) -> None:
    """Take over what was moved on a calendar before it goes. Raises what shows that its server cannot be asked."""
    if all(one.name != name for one in desk.config.calendars):
        return
    reports = asyncio.run(when_free(lambda: sync_account(desk, account, asked=True, only={name})))
    fault = next((one.fault for one in reports if one.calendar == name), None)
    if fault is not None and not isinstance(fault, LossGuardError | ForeignItemsError | MissingError | RefusedError):
        raise fault


async def _delete(desk: Desk, account: Account, known: BookRow, *, whole: bool) -> Removed:
    with account_lock(desk, account):
        signed = await asyncio.to_thread(sign_in, desk, account)
        async with DavClient(signed, now=desk.ctx.store.clock.now) as client:
            collection = Collection(client, known.url)
            ledger, place = StoreLedger(desk.ctx, View(known.calendar, Audience.ME)), _place_of(desk, known)
            applier = Applier(collection, ledger)
            await applier.settle(ledger.snapshot().unfinished)
            for number in range(_TRIES):
                applier.problems.clear()
                ours = [link for link in _every(ledger) if _is_ours(place, link)]
                if number:
                    ours = [await _as_it_is(collection, ledger, link) for link in ours]
                items = [Item((one.task_uid, one.role), (Remove(one),)) for one in ours if one.state in EXPECTED]
                await applier.carry_out(Plan(tuple(items), ()))
            left = sum(_is_ours(place, link) for link in _every(ledger))
            others = await _others(collection)
            went = whole and not left and others == 0 and await deleted(client, collection.url)
            return Removed(
                known.calendar,
                known.url,
                applier.removed,
                left,
                went,
                None if others is None else others - left,
                tuple(applier.problems),
            )


async def deleted(client: DavClient, url: str) -> bool:
    """Delete a collection; return whether its server does that. What it refuses to delete stays, empty."""
    try:
        return (await client.send(requests.delete(url, None))).status in (200, 202, 204, 404, 410)
    except (ServerFaultError, BadAnswerError):
        return False


def _every(ledger: StoreLedger) -> list[Link]:
    snapshot = ledger.snapshot()
    return [*snapshot.links, *ledger.whole(snapshot.resting)]


def _place_of(desk: Desk, known: BookRow) -> Place:
    """Return where a calendar's objects were made: what their UIDs follow from."""
    read = desk.ctx.read
    before = calendar_books.names_before(read, known.calendar)
    return Place(links.store_uid(read) or "", View(known.calendar, Audience.ME), known.url, before=before)


def _is_ours(place: Place, link: Link) -> bool:
    """Whether an object is there and was made by us: one that somebody added there by hand is theirs to delete.

    Its UID tells, whatever name the server gave it since.
    """
    return link.state in EXPECTED and place.makes(link.uid, link.task_uid, link.role, link.generation)


async def _as_it_is(collection: Collection, ledger: StoreLedger, link: Link) -> Link:
    """Return a link that says what is there now; a name that holds another's object by now is let go."""
    body = await collection.get(link.name)
    if body is None or link.uid not in body.text:
        return ledger.record([gone(link)])[0]
    return link._replace(etag=body.etag, base=body.text, theirs=None, theirs_etag=None)


async def _others(collection: Collection) -> int | None:
    try:
        return (await collection.listing()).present()
    except MissingError:
        return None
