"""Accounts that sign in through a provider: begun in a browser, kept in the keyring or a file, refreshed when needed.

What is kept is the refresh token and what it is for: a client, a token endpoint and a server. It is sent nowhere
else, whatever the configuration says later.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, NamedTuple, cast

from followthru import durable
from followthru.actions.desk import Desk
from followthru.actions.doors import Door, door_of
from followthru.config.values import Account, MailAccount
from followthru.errors import FollowthruError, RefusedError
from followthru.secrets import Secret, SecretError, forget, keep, recall, resolve
from followthru.store import outbox
from followthru.web import oauth
from followthru.web.errors import OAuthError

EARLY = timedelta(seconds=60)
"""How long before its end a token is not used any more: a request takes its time."""


class NotSignedInError(RefusedError):
    """Nobody has signed in to this account yet, or not as it is configured now."""

    def __init__(self, door: Door) -> None:
        super().__init__(
            f"{door.words[0].upper()}{door.words[1:]} is not signed in.",
            safe="Nothing was sent.",
            remedy=f"Run `{door.login}`",
        )


class Kept(NamedTuple):
    """A sign-in that outlives the program, and what it is bound to."""

    refresh_token: str
    client_id: str
    token_endpoint: str
    server: str

    def __repr__(self) -> str:
        return f"Kept({self.client_id!r}, {self.server!r})"


class TokenSource:
    """Tokens for one account's server (`web.tokens.Tokens`)."""

    def __init__(self, desk: Desk, account: Account | MailAccount) -> None:
        self._desk = desk
        self._account = account
        self._door = door_of(account)
        self._one = asyncio.Lock()

    async def token(self, refused: str | None = None) -> str:
        """Return a token that holds: the one in memory, or a fresh one.

        Raises NotSignedInError, SecretError; CalendarError for a calendar's account, OAuthError for a mail account.
        """
        async with self._one, _alone(self._desk, self._door):
            now = self._desk.ctx.store.clock.now()
            token, until = self._desk.tokens.get(self._door.entry, ("", now))
            if token and token != refused and now < until:
                return token
            kept = await asyncio.to_thread(_kept_for, self._desk, self._door)
            client = await asyncio.to_thread(client_of, self._desk, self._account)
            grant = await _refreshed(self._account, client, kept.refresh_token)
            if grant.refresh is not None and grant.refresh != kept.refresh_token:
                await asyncio.to_thread(_keep, self._desk, self._door, kept._replace(refresh_token=grant.refresh))
            return hold(self._desk, self._door, grant)


LOOK_AGAIN = 0.05
"""Seconds until it is looked again whether another has refreshed its token."""


@asynccontextmanager
async def _alone(desk: Desk, door: Door) -> AsyncGenerator[None]:
    """Be the only one that refreshes an account's token, in whatever thread or process; the lock dies with its holder.

    A provider may end a sign-in whose refresh token comes twice (RFC 9700 section 4.14.2), as it does where mail is
    sent and the mailbox is read at once.
    """
    desk.home.prepare()
    path = desk.home.run / f"sign-in-{door.file.replace('/', '-')}.lock"
    held = await asyncio.to_thread(_locked, path)
    while held is None:
        await asyncio.sleep(LOOK_AGAIN)
        held = await asyncio.to_thread(_locked, path)
    with held:
        yield


def _locked(path: Path) -> IO[str] | None:
    """Return the file with its lock held, None while another has it."""
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


async def _refreshed(account: Account | MailAccount, client: oauth.Client, refresh_token: str) -> oauth.Grant:
    if isinstance(account, MailAccount):
        return await oauth.refresh(client, refresh_token)
    from followthru.calendars.oauth import refresh

    return await refresh(client, account.name, refresh_token)


def token_source(desk: Desk, account: Account) -> TokenSource:
    """Return where the tokens of an account come from. Raises NotSignedInError before the first sign-in."""
    _kept_for(desk, door_of(account))
    return TokenSource(desk, account)


def client_of(desk: Desk, account: Account | MailAccount) -> oauth.Client:
    """Return the client of an account, its secret resolved. Raises RefusedError without oauth, SecretError."""
    given, door = account.oauth, door_of(account)
    if given is None:
        raise RefusedError(
            f"{door.words[0].upper()}{door.words[1:]} does not sign in through a provider.",
            safe="Nothing was changed.",
            remedy="Its password is named in config.toml; oauth there would take its place.",
        )
    secret = "" if given.client_secret is None else resolve(given.client_secret, desk.home.config).reveal()
    return oauth.Client(
        given.client_id,
        secret,
        given.authorization_endpoint,
        given.token_endpoint,
        given.scope,
        None if account.ca_file is None else str(account.ca_file),
        given.device_authorization_endpoint,
        door.words,
        door.login,
    )


def signed_in(desk: Desk, account: Account | MailAccount, grant: oauth.Grant) -> str:
    """Keep a new sign-in and return where: `keyring` or `file`. Raises OAuthError if it would end with its token.

    An account that was paused or left alone because nobody was signed in is tried again.
    """
    if grant.refresh is None or account.oauth is None:
        raise OAuthError(
            "The provider let followthru in for a moment only: it gave no refresh token.",
            safe="Nothing was kept.",
            remedy="Check the scope under oauth in config.toml; some providers want offline_access in it.",
        )
    door = door_of(account)
    kept = Kept(grant.refresh, account.oauth.client_id, account.oauth.token_endpoint, door.server)
    where = _keep(desk, door, kept)
    hold(desk, door, grant)
    if isinstance(account, MailAccount):
        _let_send(desk, account)
    else:
        from followthru.actions.calendar_rest import lift_rest

        lift_rest(desk, account)
    return where


def hold(desk: Desk, door: Door, grant: oauth.Grant) -> str:
    """Hold a token in memory for as long as it is good, and return it."""
    until = (
        desk.ctx.store.clock.now() + timedelta(seconds=grant.seconds) - min(EARLY, timedelta(seconds=grant.seconds / 2))
    )
    desk.tokens[door.entry] = (grant.token, until)
    return grant.token


def sign_out(desk: Desk, account: Account | MailAccount) -> bool:
    """Forget a sign-in, and return whether there was one. Raises RefusedError, SecretError, FollowthruError."""
    door = door_of(account)
    had = _read(desk, door) is not None
    desk.tokens.pop(door.entry, None)
    forget(door.entry)
    _file(desk, door).unlink(missing_ok=True)
    return had


def _let_send(desk: Desk, account: MailAccount) -> None:
    """Let a mail account that was paused try again."""
    if outbox.paused_by(desk.ctx.read, account.name) is not None:
        with desk.ctx.acting() as tx:
            outbox.resume(tx, account.name)


def _kept_for(desk: Desk, door: Door) -> Kept:
    """Return the sign-in that belongs to an account as configured. Raises NotSignedInError, SecretError."""
    kept = _read(desk, door)
    wanted = door.oauth
    if kept is None or wanted is None:
        raise NotSignedInError(door)
    here = (wanted.client_id, wanted.token_endpoint, door.server)
    if (kept.client_id, kept.token_endpoint, kept.server) != here:
        raise NotSignedInError(door)
    return kept


def _keep(desk: Desk, door: Door, kept: Kept) -> str:
    words = json.dumps(kept._asdict())
    file = _file(desk, door)
    try:
        keep(door.entry, Secret(words))
    except SecretError:
        _write(file, words)
        return "file"
    file.unlink(missing_ok=True)
    return "keyring"


def _read(desk: Desk, door: Door) -> Kept | None:
    """Return what is kept for an account: in its file, else in the keyring. Raises SecretError, FollowthruError."""
    file = _file(desk, door)
    try:
        words: str | None = _read_own(file)
    except FileNotFoundError:
        found = recall(door.entry)
        words = None if found is None else found.reveal()
    if words is None:
        return None
    try:
        return Kept(**cast("dict[str, str]", json.loads(words)))
    except (ValueError, TypeError):
        return None  # cut off or from elsewhere: signing in again writes it anew


def _read_own(file: Path) -> str:
    if file.stat().st_mode & 0o077:
        raise SecretError(f"Others may read the sign-in in {file}.", remedy=f"Run: chmod 600 {file}")
    return file.read_text(encoding="utf-8")


def _write(file: Path, words: str) -> None:
    """Put a file in place whole, open to its owner alone. Raises FollowthruError."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        durable.write(file, words.encode())
    except OSError as error:
        raise FollowthruError(f"The sign-in cannot be kept in {file}: {error.strerror}.") from error


def _file(desk: Desk, door: Door) -> Path:
    return desk.home.config.parent / "sign-ins" / door.file
