"""When a server is left alone: it refused to let us in, asked for patience, or failed. Kept over restarts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from followthru.actions.desk import Desk
from followthru.calendars.dav.client import DavClient
from followthru.calendars.errors import (
    AuthRefusedError,
    BadAnswerError,
    BusyError,
    ServerFaultError,
    SignInEndedError,
    TokenRefusedError,
    UnreachableError,
)
from followthru.config.values import Account, Calendar, Config
from followthru.errors import FollowthruError
from followthru.store import links
from followthru.web.patience import LONGEST_PATIENCE

TROUBLE = (UnreachableError, ServerFaultError, BadAnswerError, BusyError)
"""What passes by itself."""
FIRST, LONGEST, LONGEST_OUTAGE = 5.0, 300.0, 120.0
"""Seconds for which a server is left alone after its first failure and at most, at most when it is not reached at all:
a laptop that is online again is not to wait long."""
LOCKED_OUT = timedelta(days=1)
"""How long a refused password is not tried again by itself: repeated, it could lock the account."""

FARTHEST = timedelta(seconds=LONGEST_PATIENCE) + timedelta(days=1)
"""Nothing rests for longer, whatever was written down when the clock showed another year."""


def calendars_of(config: Config, account: Account) -> list[Calendar]:
    """Return the configured calendars of an account."""
    return [one for one in config.calendars if one.account == account.name]


def awake(desk: Desk, account: Account, calendars: Sequence[Calendar]) -> list[Calendar]:
    """Return those calendars that may be synced now: all, once how the account signs in was changed."""
    now = desk.ctx.store.now()
    if links.fact(desk.ctx.read, _name(account)) not in (None, _mark(account)):
        lift_rest(desk, account)
    known = {one.name: links.standing(desk.ctx.read, one.name) for one in calendars}
    return [one for one in calendars if (at := known[one.name]) is None or not rests(desk, at.backoff_until, now)]


def rests(desk: Desk, until: str | None, now: str) -> bool:
    """Whether that instant is still to come. None is further away than a server may ask for: then the clock was set."""
    return now < (until or "") <= _text(desk.ctx.store.clock.now() + FARTHEST)


def failures(desk: Desk, calendar: Calendar) -> int:
    """Return how many syncs of a calendar have failed in a row."""
    known = links.standing(desk.ctx.read, calendar.name)
    return 0 if known is None else known.failures


def rest_until(desk: Desk, ended: object, failures: int) -> str | None:
    """Return until when the calendar of a sync that ended so is left alone, None if it may be tried again.

    `failures` counts it and those before it in a row: each doubles the time, some of which is left to chance, so
    that many clients of one server do not come back all at once. What a server asks for is the least.
    """
    now = desk.ctx.store.clock.now()
    if isinstance(ended, AuthRefusedError):
        return _text(now + LOCKED_OUT)
    if not isinstance(ended, TROUBLE):
        return None
    longest = LONGEST_OUTAGE if isinstance(ended, UnreachableError) else LONGEST
    most = min(longest, FIRST * 2.0 ** min(20, failures - 1))
    asked = ended.retry_after if isinstance(ended, BusyError) else None
    return _text(now + timedelta(seconds=max(asked or 0.0, most * (0.5 + random.random() / 2))))  # noqa: S311 -- jitter


def all_rest_until(desk: Desk, client: DavClient, fault: FollowthruError, failures: int) -> str | None:
    """Return until when every calendar of an account is left alone, None if a fault is one calendar's own.

    A password that the server took elsewhere is right: then a refusal concerns one calendar, and its others go on.
    So does a failure over one of them.
    """
    ended = isinstance(fault, SignInEndedError | TokenRefusedError)
    if isinstance(fault, AuthRefusedError) and client.welcome and not ended:
        return None
    if isinstance(fault, ServerFaultError | BadAnswerError):
        return None
    return rest_until(desk, fault, failures)


def rested_at(desk: Desk, account: Account) -> datetime | None:
    """Return when the first of an account's calendars that are left alone may be tried again, None if none is."""
    now = desk.ctx.store.now()
    known = (links.standing(desk.ctx.read, one.name) for one in calendars_of(desk.config, account))
    waits = [one.backoff_until for one in known if one is not None and rests(desk, one.backoff_until, now)]
    found = min((one for one in waits if one), default=None)
    return None if found is None else datetime.fromisoformat(found).astimezone(UTC)


def trouble_of(desk: Desk, account: Account) -> str:
    """Return the words of what went wrong with an account's calendars."""
    known = (links.standing(desk.ctx.read, one.name) for one in calendars_of(desk.config, account))
    return " ".join(dict.fromkeys(one.last_error for one in known if one is not None and one.last_error))


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
