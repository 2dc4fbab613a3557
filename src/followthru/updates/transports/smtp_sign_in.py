"""Signing in to a mail server: with a password, or with a token that a provider gave.

One mechanism is tried, once: trying one after another would hide a refusal behind a closed connection.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable, Callable

import aiosmtplib

from followthru.errors import FollowthruError
from followthru.updates.transports.answers import Stage, Stopped, answered, lost, paused, said
from followthru.updates.transports.sasl import GIVE_UP, Mechanism, chosen, initial_response
from followthru.updates.transports.smtp_steps import step
from followthru.web.errors import AwayError
from followthru.web.tokens import Tokens

_CONTINUE, _WELCOME = 334, 235
_REFUSED = frozenset({530, 534, 535})
"""Answers to a token that say that it, and not this mail, is at fault (RFC 4954 section 6)."""


class TokenRefusedError(Exception):
    """The server does not take this token; another one may do. The words hold no part of it."""

    def __init__(self, token: str) -> None:
        super().__init__("the token was refused")
        self.token = token


async def with_password(client: aiosmtplib.SMTP, username: str, secret: Callable[[], Awaitable[str]] | None) -> str:
    """Sign in with a password and return how. Raises Stopped."""
    if secret is None:
        raise Stopped(paused("This mail account has a username and no password."))
    methods = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
    method = next((name for name in methods if name in client.server_auth_methods), None)
    if method is None:
        raise Stopped(paused(f"The server does not offer to sign in with a password. {_only_tokens(client)}".rstrip()))
    try:
        password = await secret()
    except FollowthruError as fault:
        raise Stopped(paused(fault.sentences())) from fault
    shown = (password, *(b64encode(words.encode()).decode() for words in (password, f"\0{username}\0{password}")))
    await step(Stage.AUTH, _quietly(methods[method](username, password), shown))
    return method


async def _quietly(signing_in: Awaitable[aiosmtplib.SMTPResponse], shown: tuple[str, ...]) -> aiosmtplib.SMTPResponse:
    """Sign in; of a refusal keep no word that was shown at the door, which a server may repeat."""
    try:
        return await signing_in
    except aiosmtplib.SMTPResponseException as fault:
        raise aiosmtplib.SMTPResponseException(fault.code, _without(fault.message, shown)) from None


def _without(words: str, shown: tuple[str, ...]) -> str:
    for secret in shown:
        words = words.replace(secret, "…")
    return words


async def with_token(client: aiosmtplib.SMTP, username: str, tokens: Tokens, refused: str | None) -> str:
    """Sign in with a token, another one than `refused`, and return how.

    Raises Stopped, and TokenRefusedError for the first refusal.
    """
    mechanism = chosen(client.server_auth_methods)
    if mechanism is None:
        words = "The server does not offer to sign in with a provider's token (XOAUTH2 or OAUTHBEARER)."
        raise Stopped(paused(words))
    token = await _token(tokens, refused)
    try:
        first = initial_response(mechanism, username, token, client.hostname or "", client.port or 0)
    except ValueError as fault:
        raise Stopped(paused(f"This account cannot sign in: {fault}.")) from fault
    answer = await _presented(client, mechanism, first)
    if answer.code == _WELCOME:
        return mechanism
    if answer.code in _REFUSED and refused is None:
        raise TokenRefusedError(token)
    words = said(_without(answer.message, (token, first.decode())))
    if answer.code in _REFUSED:
        which = f"the sign-in of {username}, not even a fresh one ({answer.code} {words})"
        raise Stopped(paused(f"The server does not take {which}: {_LOOK}")._replace(code=answer.code))
    raise Stopped(answered(Stage.AUTH, answer.code, words))


_LOOK = (
    "check that this is the mailbox that was signed in to, and that it may send by SMTP (Microsoft 365 calls that "
    "Authenticated SMTP); then sign in again with `followthru mailbox login`."
)


async def _token(tokens: Tokens, refused: str | None) -> str:
    try:
        return await tokens.token(refused)
    except AwayError as fault:
        raise Stopped(lost(Stage.AUTH, fault.message)) from fault
    except FollowthruError as fault:
        raise Stopped(paused(fault.sentences())) from fault


async def _presented(client: aiosmtplib.SMTP, mechanism: Mechanism, first: bytes) -> aiosmtplib.SMTPResponse:
    """Present a token and return the last answer. A server that says why it does not take it waits to be answered."""
    command = (b"AUTH", mechanism.upper().encode(), first)
    answer = await step(Stage.AUTH, client.execute_command(*command))
    if answer.code == _CONTINUE:
        answer = await step(Stage.AUTH, client.execute_command(GIVE_UP[mechanism]))
    return answer


def _only_tokens(client: aiosmtplib.SMTP) -> str:
    if chosen(client.server_auth_methods) is None:
        return ""
    return "It wants a sign-in through a provider: set oauth for this account in config.toml."
