"""The mailboxes that answers come back to: how to sign in to them, and looking through them now."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from followthru.actions.context import Context
from followthru.actions.desk import Desk
from followthru.actions.incoming import Looked, Wanted, look
from followthru.actions.lookout import Lookout
from followthru.actions.transports import tokens_of
from followthru.config.values import Incoming, MailAccount
from followthru.domain.nearest import did_you_mean
from followthru.errors import FollowthruError, NotFoundError
from followthru.secrets import SecretError, resolve
from followthru.store import outbox
from followthru.updates.incoming.mailbox import Mailbox, Settings, SignIn
from followthru.updates.incoming.sent import SentMail
from followthru.updates.transports.smtp import Security


class Seen(NamedTuple):
    """How one account's mailbox came out: what was found and which uncertain updates were settled, or the fault."""

    account: str
    found: Looked
    settled: tuple[int, ...] = ()
    unsure: tuple[int, ...] = ()
    fault: FollowthruError | None = None


def with_mailbox(desk: Desk) -> list[MailAccount]:
    """Return the mail accounts that a mailbox is configured for."""
    return [account for account in desk.config.mail if account.incoming is not None]


def settings_of(desk: Desk, account: MailAccount, incoming: Incoming) -> Settings:
    """Return how to sign in to an account's mailbox: as for sending, unless it says otherwise."""
    reference = incoming.password or account.password

    def sign_in(refused: str | None) -> SignIn:
        # In a thread that no loop runs in: IMAP blocks.
        tokens = tokens_of(desk, account) if incoming.password is None else None
        if tokens is not None:
            return SignIn(asyncio.run(tokens.token(refused)), is_token=True)
        if reference is None:
            raise SecretError(f"Mail account {account.name} has no password.", remedy="Name one in config.toml.")
        return SignIn(resolve(reference, desk.home.config).reveal())

    username = incoming.username or account.username or ""
    return Settings(incoming.host, incoming.port, Security(incoming.security), username, sign_in, incoming.ca_file)


def sent_mail(desk: Desk, account: MailAccount) -> SentMail | None:
    """Return what looks among an account's sent mail for what may have arrived, None without a mailbox."""
    incoming = account.incoming
    return None if incoming is None else SentMail(settings_of(desk, account, incoming), incoming.sent)


def look_through(ctx: Context, settings: Settings, account: MailAccount, incoming: Incoming) -> Looked:
    """Look once through an account's mailbox. Blocking. Raises MailboxError, StoreError, and what signs in raises."""
    with Mailbox(settings) as mailbox:
        return look(ctx, Wanted(account.name, incoming.tasks), mailbox)


def look_now(desk: Desk, name: str | None) -> list[Seen]:
    """Look through the mailbox of an account, or of all, one after the other. Blocking. Raises NotFoundError."""
    return [_look(desk, account) for account in _accounts(desk, name)]


def _accounts(desk: Desk, name: str | None) -> list[MailAccount]:
    every = with_mailbox(desk)
    found = [account for account in every if name in (None, account.name)]
    if not found:
        which = f"Mail account {name} has no mailbox" if name else "No mail account has a mailbox"
        hint = did_you_mean(name, [account.name for account in every]) if name else ""
        raise NotFoundError(
            f"{which} to look through. {hint}".rstrip(), remedy="Name one with incoming in config.toml."
        )
    return found


def _look(desk: Desk, account: MailAccount) -> Seen:
    incoming = account.incoming
    if incoming is None:
        return Seen(account.name, Looked())
    try:
        settings = settings_of(desk, account, incoming)
        settled, unsure = _settle(desk, account, SentMail(settings, incoming.sent))
        return Seen(account.name, look_through(desk.ctx, settings, account, incoming), settled, unsure)
    except FollowthruError as fault:
        return Seen(account.name, Looked(), fault=fault)


def _settle(desk: Desk, account: MailAccount, finder: SentMail) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Look among sent mail for what may have arrived; return what is settled by that, and what is not."""
    before = {one.frozen.update_id for one in outbox.uncertain(desk.ctx.read, account.name)}
    if before:
        asyncio.run(Lookout(desk.ctx, account.name, finder).look())
    left = {one.frozen.update_id for one in outbox.uncertain(desk.ctx.read, account.name)}
    return tuple(sorted(before - left)), tuple(sorted(before & left))
