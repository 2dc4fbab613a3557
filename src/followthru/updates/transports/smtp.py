"""SMTP submission, driven step by step so that every fault says how far the mail had come.

aiosmtplib's own `send` reports a connection lost before and after the final dot in the same way, and a
partly refused mail not at all. Retry safety: none; nothing in SMTP removes duplicates (RFC 1047).
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import NamedTuple

import aiosmtplib

from followthru.errors import RefusedError
from followthru.updates.outbox import Outcome, Phase, State
from followthru.updates.transports.answers import Stage, Stopped, answered, id_of, lost, paused, said
from followthru.updates.transports.base import Learnt, OnPhase
from followthru.updates.transports.dsn import QUIET, recipient_options, sender_options
from followthru.updates.transports.smtp_facts import Facts, seen, told
from followthru.updates.transports.smtp_sign_in import TokenRefusedError, with_password, with_token
from followthru.updates.transports.smtp_steps import failed, step
from followthru.web.origin import is_loopback
from followthru.web.tokens import Tokens
from followthru.web.trust import BadAuthorityError, trusting

_DOT_AT_START = re.compile(rb"(?m)^\.")


class Security(StrEnum):
    """How the connection is secured: TLS from the start (RFC 8314), STARTTLS, or not at all on loopback."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


class SmtpSettings(NamedTuple):
    """One submission server.

    `secret` gives the password when it is needed, or `tokens` what stands in for one; both and `username` are None
    where the server asks for no sign-in. `ca_file` trusts one more certificate authority; `copy_to` gets a blind copy
    of every mail. Timeouts are in seconds: `timeout` for every answer, `dot_timeout` for the one after the final dot
    (RFC 5321 section 4.5.3.2.6 asks for ten minutes).
    """

    host: str
    port: int
    security: Security
    username: str | None = None
    secret: Callable[[], Awaitable[str]] | None = None
    ca_file: str | None = None
    timeout: float = 60
    dot_timeout: float = 600
    copy_to: str | None = None
    tokens: Tokens | None = None


class SmtpTransport:
    """Sends over one connection, which stays open from mail to mail until a fault or `aclose`.

    Raises RefusedError when made with settings that would send in the clear beyond this machine.
    """

    repeats_safely = False

    def __init__(self, settings: SmtpSettings) -> None:
        if settings.security == Security.PLAIN and not is_loopback(settings.host):
            raise RefusedError(
                f"Mail to {settings.host} would leave unencrypted.",
                safe="Nothing was sent.",
                remedy='Set security = "tls" (port 465) or "starttls" (port 587) for this mail account.',
            )
        self._settings = settings
        self._client: aiosmtplib.SMTP | None = None
        self._facts: Facts | None = None

    async def send(self, payload: bytes, sender: str, recipient: str, on_phase: OnPhase) -> Outcome:
        """Try once to hand the mail over; see Transport.send."""
        try:
            client = await self._ready()
            _check_size(client, payload)
            reports = client.supports_extension("dsn")
            await step(Stage.MAIL, client.mail(sender, options=sender_options(id_of(payload)) if reports else ()))
            await step(Stage.RCPT, client.rcpt(recipient, options=recipient_options(recipient) if reports else ()))
            missing = await self._copy(client, recipient)
            await on_phase(Phase.DATA_STARTED)
            outcome = await self._hand_over(client, payload)
            if outcome.state == State.ACCEPTED and missing:
                outcome = outcome._replace(text=said(f"{outcome.text}; {missing}"))
        except Stopped as stopped:
            outcome = stopped.outcome
        except BaseException:
            self._drop()
            raise
        if outcome.state != State.ACCEPTED:
            self._drop()
        return outcome

    async def aclose(self) -> None:
        """Say goodbye to the server; its answer no longer matters."""
        client, self._client = self._client, None
        if client is None:
            return
        connection = client.transport
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=min(5, self._settings.timeout))
        _cut(client, connection)

    async def learn(self) -> tuple[Learnt, ...]:
        """Return what the last connection told; nothing before the first. See Learner.learn."""
        return () if self._facts is None else told(self._facts)

    async def _ready(self) -> aiosmtplib.SMTP:
        """Return a connection that answers: the one kept open if it still does, else a new one."""
        if self._client is not None:
            try:
                await self._client.rset()
            except (aiosmtplib.SMTPException, OSError):
                self._drop()
            else:
                return self._client
        try:
            self._client = await self._connected()
        except TokenRefusedError as refused:
            # It may have been taken back before its time; a fresh one on a new connection says whether that was all.
            self._client = await self._connected(refused.token)
        return self._client

    async def _connected(self, refused: str | None = None) -> aiosmtplib.SMTP:
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            local_hostname="localhost",
            use_tls=settings.security == Security.TLS,
            start_tls=False,
            tls_context=None if settings.security == Security.PLAIN else _tls(settings.ca_file),
            timeout=settings.timeout,
        )
        try:
            await step(Stage.CONNECT, client.connect())
            await step(Stage.CONNECT, client.ehlo())
            if settings.security == Security.STARTTLS:
                await self._secure(client)
            self._facts = seen(client)
            way = None
            if settings.username is not None and settings.tokens is not None:
                way = await with_token(client, settings.username, settings.tokens, refused)
            elif settings.username is not None:
                way = await with_password(client, settings.username, settings.secret)
        except BaseException:
            _cut(client)
            raise
        self._facts = self._facts._replace(way=way)
        return client

    async def _secure(self, client: aiosmtplib.SMTP) -> None:
        """Turn the connection into TLS, or stop: nothing is said in the clear."""
        if not client.supports_extension("starttls"):
            raise Stopped(lost(Stage.TLS, "the server does not offer STARTTLS"))
        await step(Stage.TLS, client.starttls())
        await step(Stage.TLS, client.ehlo())

    async def _copy(self, client: aiosmtplib.SMTP, recipient: str) -> str | None:
        """Name the PM for a blind copy; return words when the server refuses that, which holds no mail up."""
        to = self._settings.copy_to
        if to is None or to.casefold() == recipient.casefold():
            return None
        try:
            await client.rcpt(to, options=QUIET if client.supports_extension("dsn") else ())
        except aiosmtplib.SMTPRecipientRefused as fault:
            return f"no copy to {to}: {fault.code} {fault.message}"
        except (aiosmtplib.SMTPException, OSError) as fault:
            raise Stopped(failed(Stage.COPY, fault)) from fault
        return None

    async def _hand_over(self, client: aiosmtplib.SMTP, payload: bytes) -> Outcome:
        """Send DATA, then the text. Until the server asks for the text, none of it has left."""
        settings = self._settings
        try:
            start = await client.execute_command(b"DATA")
        except (aiosmtplib.SMTPException, OSError) as fault:
            return failed(Stage.DATA, fault)
        if start.code != 354:
            return answered(Stage.DATA, start.code, start.message)
        try:
            if client.protocol is None:
                return lost(Stage.DATA, "the server closed the connection")
            client.protocol.write(stuffed(payload))
        except aiosmtplib.SMTPServerDisconnected as fault:
            return failed(Stage.DATA, fault)
        try:
            end = await client.protocol.read_response(timeout=settings.dot_timeout)
        except aiosmtplib.SMTPResponseException as fault:
            return answered(Stage.DOT, fault.code, fault.message)
        except (aiosmtplib.SMTPException, OSError) as fault:
            return failed(Stage.DOT, fault)
        return answered(Stage.DOT, end.code, end.message)

    def _drop(self) -> None:
        if self._client is not None:
            _cut(self._client)
            self._client = None


def _cut(client: aiosmtplib.SMTP, connection: asyncio.BaseTransport | None = None) -> None:
    """End a connection at once. TLS's own goodbye waits for the server, longer than a short command lives."""
    connection = connection or client.transport
    if isinstance(connection, asyncio.WriteTransport):
        connection.abort()
    client.close()


def stuffed(payload: bytes) -> bytes:
    """Return the mail as DATA sends it: leading dots doubled, closed by the final dot (RFC 5321 4.5.2).

    `payload` has CRLF line ends and nothing else, which `message.verify_frozen` has checked.
    """
    ended = payload if payload.endswith(b"\r\n") else payload + b"\r\n"
    return _DOT_AT_START.sub(b"..", ended) + b".\r\n"


def _check_size(client: aiosmtplib.SMTP, payload: bytes) -> None:
    """Stop before a mail that is larger than the server says it takes (RFC 1870)."""
    said_size = client.esmtp_extensions.get("size", "").strip()
    if said_size.isdecimal() and 0 < int(said_size) < len(payload):
        words = f"The server takes mails of at most {said_size} bytes, and this one has {len(payload)}."
        raise Stopped(Outcome(State.REFUSED, None, words))


def _tls(ca_file: str | None) -> ssl.SSLContext:
    try:
        return trusting(ca_file)
    except BadAuthorityError as fault:
        raise Stopped(paused(f"{ca_file} holds no certificates that can be read: {fault}")) from fault
