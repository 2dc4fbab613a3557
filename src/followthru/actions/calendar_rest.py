"""When a server is left alone: it refused to let us in, or asked for patience. Kept in the store, so over restarts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from followthru.actions.desk import Desk
from followthru.calendars.dav.client import DavClient
from followthru.calendars.errors import AuthRefusedError, BusyError
from followthru.config.values import Account, Calendar, Config
from followthru.errors import FollowthruError
from followthru.store import links

LOCKED_OUT = timedelta(days=1)
"""How long a refused password is not tried again by itself: repeated, it could lock the account."""


def calendars_of(config: Config, account: Account) -> list[Calendar]:
    """Return the configured calendars of an account."""
    return [one for one in config.calendars if one.account == account.name]


def awake(desk: Desk, account: Account, calendars: Sequence[Calendar]) -> list[Calendar]:
    """Return those calendars that may be synced now: all, once how the account signs in was changed."""
    now = desk.ctx.store.now()
    if links.fact(desk.ctx.read, _name(account)) not in (None, _mark(account)):
        lift_rest(desk, account)
    known = {one.name: links.standing(desk.ctx.read, one.name) for one in calendars}
    return [one for one in calendars if (at := known[one.name]) is None or (at.backoff_until or "") <= now]


def rest_until(desk: Desk, ended: object) -> str | None:
    """Return until when the calendar of a sync that ended so is left alone, None if it may be tried again."""
    if isinstance(ended, AuthRefusedError):
        return _text(desk.ctx.store.clock.now() + LOCKED_OUT)
    if isinstance(ended, BusyError) and ended.retry_after is not None:
        return _text(desk.ctx.store.clock.now() + timedelta(seconds=ended.retry_after))
    return None


def all_rest_until(desk: Desk, client: DavClient, fault: FollowthruError) -> str | None:
    """Return until when every calendar of an account is left alone, None if a fault is one calendar's own.

    A password that the server took elsewhere is right: then a refusal concerns one calendar, and its others go on.
    """
    if isinstance(fault, AuthRefusedError) and client.welcome:
        return None
    return rest_until(desk, fault)


def rest(desk: Desk, account: Account, until: str) -> None:
    """Leave all calendars of an account alone, until then or until how it signs in is changed."""
    with desk.ctx.store.writing() as tx:
        for calendar in calendars_of(desk.config, account):
            links.rest(tx, calendar.name, until)


def note_refusal(desk: Desk, account: Account) -> None:
    """Note how an account signed in when it was refused, so that a correction is seen."""
    if links.fact(desk.ctx.read, _name(account)) != _mark(account):
        with desk.ctx.store.writing() as tx:
            links.note(tx, _name(account), _mark(account))


def lift_rest(desk: Desk, account: Account) -> None:
    """Let an account be tried again at once: its password or address was corrected."""
    with desk.ctx.store.writing() as tx:
        links.note(tx, _name(account), None)
        for calendar in calendars_of(desk.config, account):
            links.rest(tx, calendar.name, None)


def _name(account: Account) -> str:
    return f"resting {account.name}"


def _mark(account: Account) -> str:
    """Return what tells one way to sign in from another; where a password is kept is in it, none of the password."""
    return sha256(repr(tuple(account)).encode()).hexdigest()


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
