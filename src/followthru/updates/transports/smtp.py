"""SMTP submission, driven step by step so that every fault says how far the mail had come.

aiosmtplib's own `send` reports a connection lost before and after the final dot in the same way, and a
partly refused mail not at all. Retry safety: none; nothing in SMTP removes duplicates (RFC 1047).
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import ssl
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import NamedTuple

import aiosmtplib

from followthru.errors import FollowthruError, RefusedError
from followthru.updates.outbox import Outcome, Phase, State
from followthru.updates.transports.answers import Stage, answered, lost, paused, said
from followthru.updates.transports.base import OnPhase

_DOT_AT_START = re.compile(rb"(?m)^\.")


class Security(StrEnum):
    """How the connection is secured: TLS from the start (RFC 8314), STARTTLS, or not at all on loopback."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


class SmtpSettings(NamedTuple):
    """One submission server.

    `secret` gives the password when it is needed; both it and `username` are None where the server asks for
    no sign-in. `ca_file` trusts one more certificate authority; `copy_to` gets a blind copy of every mail. Timeouts
    are in seconds: `timeout` for every answer, `dot_timeout` for the one after the final dot (RFC 5321 section
    4.5.3.2.6 asks for ten minutes).
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


class _Stopped(Exception):  # noqa: N818
    """The conversation ended early with this outcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.text)
        self.outcome = outcome


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

    async def send(self, payload: bytes, sender: str, recipient: str, on_phase: OnPhase) -> Outcome:
        """Try once to hand the mail over; see Transport.send."""
        try:
            client = await self._ready()
            _check_size(client, payload)
            await self._step(Stage.MAIL, client.mail(sender))
            await self._step(Stage.RCPT, client.rcpt(recipient))
            missing = await self._copy(client, recipient)
            await on_phase(Phase.DATA_STARTED)
            outcome = await self._hand_over(client, payload)
            if outcome.state == State.ACCEPTED and missing:
                outcome = outcome._replace(text=said(f"{outcome.text}; {missing}"))
        except _Stopped as stopped:
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
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=min(5, self._settings.timeout))
        client.close()

    async def _ready(self) -> aiosmtplib.SMTP:
        """Return a connection that answers: the one kept open if it still does, else a new one."""
        if self._client is not None:
            try:
                await self._client.rset()
            except (aiosmtplib.SMTPException, OSError):
                self._drop()
            else:
                return self._client
        self._client = await self._connected()
        return self._client

    async def _connected(self) -> aiosmtplib.SMTP:
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
            await self._step(Stage.CONNECT, client.connect())
            await self._step(Stage.CONNECT, client.ehlo())
            if settings.security == Security.STARTTLS:
                await self._secure(client)
            if settings.username is not None:
                await self._sign_in(client, settings.username)
        except BaseException:
            client.close()
            raise
        return client

    async def _secure(self, client: aiosmtplib.SMTP) -> None:
        """Turn the connection into TLS, or stop: nothing is said in the clear."""
        if not client.supports_extension("starttls"):
            raise _Stopped(lost(Stage.TLS, "the server does not offer STARTTLS"))
        await self._step(Stage.TLS, client.starttls())
        await self._step(Stage.TLS, client.ehlo())

    async def _sign_in(self, client: aiosmtplib.SMTP, username: str) -> None:
        """Sign in once. Trying one method after another would hide a refusal behind a closed connection."""
        if self._settings.secret is None:
            raise _Stopped(paused("This mail account has a username and no password."))
        methods = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
        method = next((name for name in methods if name in client.server_auth_methods), None)
        if method is None:
            raise _Stopped(paused("The server does not offer to sign in with a password."))
        try:
            password = await self._settings.secret()
        except FollowthruError as fault:
            raise _Stopped(paused(fault.sentences())) from fault
        await self._step(Stage.AUTH, methods[method](username, password))

    async def _copy(self, client: aiosmtplib.SMTP, recipient: str) -> str | None:
        """Name the PM for a blind copy; return words when the server refuses that, which holds no mail up."""
        to = self._settings.copy_to
        if to is None or to.casefold() == recipient.casefold():
            return None
        try:
            await client.rcpt(to)
        except aiosmtplib.SMTPRecipientRefused as fault:
            return f"no copy to {to}: {fault.code} {fault.message}"
        except (aiosmtplib.SMTPException, OSError) as fault:
            raise _Stopped(_failed(Stage.COPY, fault)) from fault
        return None

    async def _step(self, stage: Stage, step: Awaitable[aiosmtplib.SMTPResponse]) -> None:
        """Do one step, or stop with what its failure means."""
        try:
            await step
        except aiosmtplib.SMTPResponseException as fault:
            raise _Stopped(answered(stage, fault.code, fault.message)) from fault
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError, ValueError, UnicodeError) as fault:
            raise _Stopped(_failed(stage, fault)) from fault

    async def _hand_over(self, client: aiosmtplib.SMTP, payload: bytes) -> Outcome:
        """Send DATA, then the text. Until the server asks for the text, none of it has left."""
        settings = self._settings
        try:
            start = await client.execute_command(b"DATA")
        except (aiosmtplib.SMTPException, OSError) as fault:
            return _failed(Stage.DATA, fault)
        if start.code != 354:
            return answered(Stage.DATA, start.code, start.message)
        try:
            if client.protocol is None:
                return lost(Stage.DATA, "the server closed the connection")
            client.protocol.write(stuffed(payload))
        except aiosmtplib.SMTPServerDisconnected as fault:
            return _failed(Stage.DATA, fault)
        try:
            end = await client.protocol.read_response(timeout=settings.dot_timeout)
        except aiosmtplib.SMTPResponseException as fault:
            return answered(Stage.DOT, fault.code, fault.message)
        except (aiosmtplib.SMTPException, OSError) as fault:
            return _failed(Stage.DOT, fault)
        return answered(Stage.DOT, end.code, end.message)

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def stuffed(payload: bytes) -> bytes:
    """Return the mail as DATA sends it: leading dots doubled, closed by the final dot (RFC 5321 4.5.2).

    `payload` has CRLF line ends and nothing else, which `message.verify_frozen` has checked.
    """
    ended = payload if payload.endswith(b"\r\n") else payload + b"\r\n"
    return _DOT_AT_START.sub(b"..", ended) + b".\r\n"


def is_loopback(host: str) -> bool:
    """Return whether a host name or address can only mean this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _check_size(client: aiosmtplib.SMTP, payload: bytes) -> None:
    """Stop before a mail that is larger than the server says it takes (RFC 1870)."""
    said_size = client.esmtp_extensions.get("size", "").strip()
    if said_size.isdecimal() and 0 < int(said_size) < len(payload):
        words = f"The server takes mails of at most {said_size} bytes, and this one has {len(payload)}."
        raise _Stopped(Outcome(State.REFUSED, None, "5.3.4", words))


def _tls(ca_file: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as fault:
            raise _Stopped(paused(f"{ca_file} holds no certificates that can be read: {fault}")) from fault
    return context


def _failed(stage: Stage, fault: Exception) -> Outcome:
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return lost(Stage.TLS, f"the server's certificate is not trusted ({cause.verify_message})")
        cause = cause.__cause__ or cause.__context__
    return lost(stage, str(fault) or type(fault).__name__)
