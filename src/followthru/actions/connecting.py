"""Connecting a calendar or a mail account step by step: look first, show what would be written, then write.

Nothing of it is a second way: what is found, checked and written here is what `account`, `calendar` and `mailbox` do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from followthru.actions.desk import Desk, reconfigured
from followthru.actions.ledger import view_of, wanted
from followthru.config.edit import add_account, add_mail
from followthru.config.values import Account, Calendar, MailAccount
from followthru.domain.saying import count_words, day_words
from followthru.errors import UsageError
from followthru.secrets import SecretRef, check_file

if TYPE_CHECKING:
    from followthru.calendars.discovery import FoundCalendar

_SHOWN = 12
"""Lines of a preview that are said one by one."""


class Server(NamedTuple):
    """A calendar server as somebody types it: its address, who signs in (empty for nobody), where the password is."""

    url: str
    username: str
    password: SecretRef | None


class Preview(NamedTuple):
    """What a first sync would write, a line for each of the first few; and how many other things are there already."""

    creates: int
    lines: tuple[str, ...]
    others: int

    @property
    def words(self) -> str:
        """The preview in a few words."""
        return f"creates {count_words(self.creates, 'event')}, changes 0, deletes 0"


class Sender(NamedTuple):
    """A mail account as somebody types it: whose updates it sends, from whom, through which server, and how."""

    practices: tuple[str, ...]
    from_: str
    host: str
    port: int | None
    security: str | None
    username: str
    password: SecretRef | None


def name_for(address: str, taken: Sequence[str]) -> str:
    """Return a short free name for a server: what stands before the last dot of its host, numbered where taken."""
    host = (urlsplit(address if "//" in address else f"//{address}").hostname or "server").split(".")
    base = host[-2] if len(host) > 1 and not host[-1].isdecimal() else "calendar"
    names = (base, *(f"{base}-{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken)


def checked_url(text: str) -> str:
    """Return the address of a server; `https://` goes without saying. Raises UsageError."""
    said = text.strip()
    url = said if "://" in said else f"https://{said}"
    if not said or " " in said or not urlsplit(url).hostname:
        raise UsageError("That is no address of a server.", remedy="It looks like https://dav.example.com.")
    return url


def account_of(desk: Desk, server: Server, *, keep: bool = False) -> tuple[Desk, Account]:
    """Return a server as an account, and a desk that knows it; with `keep` it is written into the configuration.

    Raises UsageError, ConfigError, SecretError.
    """
    if server.password is not None:
        check_file(server.password, desk.home.config)
    name = name_for(server.url, [one.name for one in desk.config.accounts])
    config = add_account(
        desk.home.config,
        name=name,
        url=server.url,
        username=server.username or None,
        password=server.password,
        keep=keep,
    )
    return reconfigured(desk, config), config.account(name)


def discover(desk: Desk, account: Account) -> tuple[FoundCalendar, ...]:
    """Sign in, and return the calendars there. Raises CalendarError, SecretError. Blocking."""
    from followthru.actions.calendars import collections

    return collections(desk, account)


def preview(desk: Desk, account: Account, calendar: Calendar) -> Preview:
    """Return what a first sync of a calendar would write; nothing is written anywhere. Blocking.

    Raises CalendarError, SecretError.
    """
    with desk.ctx.store.snapshot() as read:
        shown = sorted(wanted(desk.ctx, read, view_of(calendar)), key=lambda one: one.on)
    today = desk.ctx.today()
    lines = tuple(f"{day_words(one.on, today)}  {one.summary}" for one in shown[:_SHOWN])
    others = 0 if calendar.collection is None else asyncio.run(_count(desk, account, calendar.collection))
    return Preview(len(shown), lines, others)


async def _count(desk: Desk, account: Account, url: str) -> int:
    from followthru.actions.sync import sign_in
    from followthru.calendars.dav.client import DavClient
    from followthru.calendars.discovery import count_objects

    async with DavClient(sign_in(desk, account), now=desk.ctx.store.clock.now) as client:
        return await count_objects(client, url)


def calendar_of(desk: Desk, account: Account, found: FoundCalendar | None) -> Calendar:
    """Return a calendar for the PM's own eyes, in a collection that was found or in one to be made."""
    taken = {one.name for one in desk.config.calendars}
    name = next(one for one in ("promises", *(f"promises-{n}" for n in range(2, 1000))) if one not in taken)
    url = None if found is None else f"{found.url.rstrip('/')}/"
    return Calendar(name, account.name, url, found is None, (), "me", "events", False, False)


def connect_calendar(desk: Desk, server: Server | None, calendar: Calendar, *, shares: bool) -> str:
    """Write a server, unless it is known, and a calendar on it into the configuration; return words.

    The collection is made or looked at first; a server that was written stays, so that the next try begins there.
    Raises CalendarError, RefusedError, SecretError, ConfigError. Blocking.
    """
    from followthru.actions import calendars

    if server is not None:
        desk, account = account_of(desk, server, keep=True)
        calendar = calendar._replace(account=account.name)
    desk, url = calendars.add(desk, calendar._replace(share_existing=shares))
    made = "is made" if calendar.create else "is used"
    return f"Calendar {calendar.name} {made} at {url}. It is filled in the background from now on."


def mail_of(desk: Desk, sender: Sender, *, keep: bool = False) -> tuple[Desk, MailAccount]:
    """Return a mail account, and a desk that knows it; with `keep` it is written into the configuration.

    Raises UsageError, ConfigError, SecretError.
    """
    if sender.password is not None:
        check_file(sender.password, desk.home.config)
    name = name_for(sender.host, [one.name for one in desk.config.mail])
    config = add_mail(
        desk.home.config,
        name=name,
        practices=sender.practices,
        from_=sender.from_,
        host=sender.host,
        port=sender.port,
        security=sender.security,
        username=sender.username or None,
        password=sender.password,
        keep=keep,
    )
    return reconfigured(desk, config), next(one for one in config.mail if one.name == name)


def server_words(text: str) -> tuple[str, int | None, str | None]:
    """Read `HOST[:PORT] [tls|starttls|plain]`. Raises UsageError."""
    words = text.split()
    host, _, port = (words[0] if words else "").partition(":")
    security = words[1] if len(words) == 2 else None
    known = security in (None, "tls", "starttls", "plain")
    if not host or len(words) > 2 or not known or (port and not port.isdecimal()):
        raise UsageError(
            "That is no mail server.", remedy="It looks like smtp.example.com, or smtp.example.com:587 starttls."
        )
    return host, int(port) if port else None, security


def send_test(desk: Desk, sender: Sender, to: str) -> str:
    """Send a mail to oneself through a mail account that is not written down yet; return what came of it. Blocking.

    Raises UsageError, ConfigError, SecretError, MailHeldError, MessageError; FollowthruError where it was not accepted.
    """
    from followthru.actions.trying_out import try_out
    from followthru.errors import FollowthruError
    from followthru.updates.outbox import State

    tried_desk, account = mail_of(desk, sender)
    config = tried_desk.config._replace(me=tried_desk.config.me._replace(email=to))
    tried = asyncio.run(try_out(tried_desk._replace(config=config), account))
    if tried.outcome.state != State.ACCEPTED:
        raise FollowthruError(
            f"The test was not accepted ({tried.outcome.state}): {tried.outcome.text}",
            safe="Nothing is kept of it, and no account was added.",
            remedy="The same command goes through the steps again, with what you typed in them.",
        )
    return f"A test was sent to {to} and accepted. Look whether it is in your inbox."
