"""A read-only look into a mailbox over IMAP (RFC 3501, RFC 9051). Blocking: for a thread of its own.

Folders are opened with EXAMINE and mail is read with BODY.PEEK: nothing is marked, moved, written or deleted. What the
server sends is bounded, in bytes and in time.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from imaplib import IMAP4
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, cast

from followthru.errors import FollowthruError, RefusedError
from followthru.updates.incoming import structure
from followthru.updates.incoming.headers import LARGEST, message_ids, parsed
from followthru.updates.incoming.searching import Search
from followthru.updates.transports.smtp import Security, is_loopback
from followthru.updates.words import clean, crop

log = logging.getLogger(__name__)

TIMEOUT = 30.0
"""Seconds that any one answer may take."""
MOST_BYTES = 8 * 1024 * 1024
"""The most bytes that are taken from a server in one step; beyond that it is hung up on."""
MOST_SECONDS = 300.0
"""How long one step may take, however busily a server goes on."""
AT_ONCE = 50
"""Mails whose headers are asked for in one step."""
_SENT = b"\\Sent"
_SAFE = "Nothing in the mailbox was changed."


class MailboxError(FollowthruError):
    """The mailbox could not be looked at."""


class UnreadableError(MailboxError):
    """What the server says of one mail makes no sense; the connection still does, and other mail can be read."""


class TooMuchError(MailboxError):
    """An answer is larger than any that is read; the rest of it is still to come, so the connection was ended."""


class SignInRefusedError(MailboxError):
    """The mailbox does not let us in; trying again soon could lock the account."""


class SignIn(NamedTuple):
    """What is shown at the door: a password or, with `is_token`, a bearer token (SASL XOAUTH2)."""

    words: str
    is_token: bool = False

    def __repr__(self) -> str:
        return "SignIn(******)"


class Settings(NamedTuple):
    """One mailbox. `sign_in` gives what signs in when it is needed, and another token than one that was refused.

    `ca_file` trusts one more authority.
    """

    host: str
    port: int
    security: Security
    username: str
    sign_in: Callable[[str | None], SignIn]
    ca_file: Path | None = None
    timeout: float = TIMEOUT


class Examined(NamedTuple):
    """A folder as it is now: what its UIDs are valid with, and the UID that comes next."""

    validity: int
    next_uid: int


_SENSELESS = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


class Mailbox:
    """One signed-in connection; a context manager.

    Raises MailboxError, SignInRefusedError, and what `sign_in` raises where there is nothing to sign in with.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.security == Security.PLAIN and not is_loopback(settings.host):
            raise RefusedError(
                f"The mailbox at {settings.host} would be read unencrypted.",
                safe="Nothing was sent.",
                remedy='Set security = "tls" (port 993) or "starttls" (port 143) under incoming.',
            )
        self._settings = settings
        self._client: Any = None  # an IMAPClient, which has types for half of what it does
        self._budget = _Budget()
        self._folder, self._now, self._count = "", Examined(0, 1), 0

    def __enter__(self) -> Self:
        sign_in = self._settings.sign_in(None)
        with self._words("connecting"):
            self._client = self._connected()
        try:
            self._enter(sign_in)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and self._client is not None:
            with contextlib.suppress(Exception):
                self._client.logout()
                self._client = None
        self._close()

    def sent_folder(self) -> str | None:
        """Return the folder that the server says sent mail is in (RFC 6154), None where it does not say."""
        with self._words("listing folders"):
            found = cast("Sequence[tuple[Sequence[bytes], bytes, str]]", self._open.list_folders())
        return next((str(name) for flags, _, name in found if _SENT in flags), None)

    def has(self, folder: str) -> bool:
        """Return whether there is a folder of this name."""
        with self._words("looking for a folder"):
            return bool(self._open.folder_exists(folder))

    def examine(self, folder: str) -> Examined:
        """Open a folder for reading alone."""
        with self._words(f"opening {clean(folder)}"):
            found = cast("Mapping[bytes, Any]", self._open.select_folder(folder, readonly=True))
            validity, upcoming = int(found[b"UIDVALIDITY"]), found.get(b"UIDNEXT")
            self._count = int(found.get(b"EXISTS", 1))
            if upcoming is None:  # a server may leave it out of its answer
                upcoming = max(self._search("UID", "*"), default=0) + 1 if self._count else 1
            self._folder, self._now = folder, Examined(validity, int(upcoming))
        return self._now

    def reopen(self) -> None:
        """Connect anew after TooMuchError, and open the same folder. Raises MailboxError where it is another now."""
        before = self._now
        self._close()
        self.__enter__()
        if self.examine(self._folder).validity != before.validity:
            raise MailboxError(
                f"{clean(self._folder)} was made anew on the server meanwhile.",
                safe=_SAFE,
                remedy="It is looked at again by itself.",
            )

    def since(self, uid: int) -> list[int]:
        """Return the first UIDs of the open folder from one on, in their order: no more than one answer can hold.

        What is left, or comes meanwhile, is for the next look. However far the UIDs lie apart, it takes a few requests.
        """
        return Search(self._new, self._count, self._now.next_uid).since(uid)

    def headers(self, uids: Sequence[int], names: Sequence[str]) -> dict[int, bytes]:
        """Return some headers of mails of the open folder, at most `LARGEST` bytes each; without those gone."""
        found: dict[int, bytes] = {}
        for start in range(0, len(uids), AT_ONCE):
            part = f"BODY.PEEK[HEADER.FIELDS ({' '.join(names)})]<0.{LARGEST}>"
            found |= self._fetched(uids[start : start + AT_ONCE], part)
        return found

    def report(self, uid: int) -> tuple[bytes, bytes]:
        """Return a delivery report's own part, and the headers of the mail that it returns; nothing else of it."""
        parts = structure.report_parts(self._structure(uid))
        status = self._part(uid, parts.status, "")
        returned = self._part(uid, parts.returned, parts.returned_section)
        return structure.decoded(status, parts.status), structure.decoded(returned, parts.returned)

    def first_line(self, uid: int) -> str:
        """Return the first line of a mail's plain text that is not quoted; empty where there is none."""
        part = structure.text_part(self._structure(uid))
        return "" if part is None else structure.first_line(self._part(uid, part, ""), part)

    def holds(self, message_id: str) -> bool:
        """Return whether the open folder has a mail of exactly this Message-ID."""
        with self._words("looking for a mail"):
            found = self._search("HEADER", "Message-ID", message_id)
        # SEARCH finds parts of a header, and a server may take quite other mail for found.
        every = self.headers(found[-AT_ONCE:], ("MESSAGE-ID",)).values()
        return any(message_id in message_ids(parsed(data), "Message-ID") for data in every)

    @property
    def _open(self) -> Any:  # noqa: ANN401
        if self._client is None:
            raise MailboxError("The mailbox is not open.", safe=_SAFE)
        return self._client

    def _connected(self) -> Any:  # noqa: ANN401
        from imapclient import IMAPClient

        settings = self._settings
        tls = None if settings.security == Security.PLAIN else _tls(settings.ca_file)
        over_tls = settings.security == Security.TLS
        client: Any = IMAPClient(settings.host, settings.port, ssl=over_tls, ssl_context=tls, timeout=settings.timeout)
        try:
            if settings.security == Security.STARTTLS:
                client.starttls(tls)
            self._budget.hold(client)
        except BaseException:
            with contextlib.suppress(Exception):
                client.shutdown()
            raise
        return client

    def _enter(self, sign_in: SignIn) -> None:
        """Sign in; a token that holds no more, whatever its provider said, is tried anew once."""
        try:
            self._sign_in(sign_in)
        except SignInRefusedError:
            if not sign_in.is_token:
                raise
            self._sign_in(self._settings.sign_in(sign_in.words))

    def _sign_in(self, sign_in: SignIn) -> None:
        from imapclient.exceptions import LoginError

        with self._words("signing in"):
            try:
                if sign_in.is_token:
                    self._open.oauth2_login(self._settings.username, sign_in.words)
                else:
                    self._open.login(self._settings.username, sign_in.words)
            except LoginError as fault:
                if isinstance(fault.__context__, IMAP4.abort) or "[UNAVAILABLE]" in str(fault):
                    raise MailboxError(
                        f"The mailbox at {self._settings.host} let nobody in just now.",
                        safe=_SAFE,
                        remedy="It is tried again by itself.",
                    ) from None
                # What the server says at the door may repeat what was shown there.
                raise SignInRefusedError(
                    f"The mailbox at {self._settings.host} did not let {self._settings.username} in.",
                    safe=_SAFE,
                    remedy="Check username and password under incoming in config.toml, or sign in again.",
                ) from None

    def _search(self, *criteria: str) -> list[int]:
        return [int(uid) for uid in cast("Sequence[int]", self._open.search(list(criteria)))]

    def _new(self, *criteria: str) -> list[int]:
        with self._words("looking for new mail"):
            return self._search(*criteria)

    def _structure(self, uid: int) -> structure.Part:
        with self._words("reading a mail"):
            found = cast("Mapping[int, Mapping[bytes, Any]]", self._open.fetch([uid], ["BODYSTRUCTURE"]))
        return structure.read(found.get(uid, {}).get(b"BODYSTRUCTURE"))

    def _part(self, uid: int, part: structure.Part | None, section: str) -> bytes:
        if part is None:
            return b""
        return self._fetched([uid], f"BODY.PEEK[{part.number}{section}]<0.{LARGEST}>").get(uid, b"")

    def _fetched(self, uids: Sequence[int], what: str) -> dict[int, bytes]:
        if not uids:
            return {}
        with self._words("reading mail"):
            answer = cast("Mapping[int, Mapping[bytes, Any]]", self._open.fetch(list(uids), [what]))
        found: dict[int, bytes] = {}
        for uid, items in answer.items():
            text = next((value for key, value in items.items() if key.startswith(b"BODY[")), None)
            if uid in uids and isinstance(text, bytes):
                found[uid] = text[:LARGEST]
        return found

    @contextmanager
    def _words(self, doing: str) -> Generator[None]:
        """Do one step on the network within its budget; whatever goes wrong there becomes words."""
        from imapclient.exceptions import IMAPClientError

        self._budget.renew()
        try:
            yield
        except TooMuchError:
            self._close()
            raise
        except FollowthruError:
            raise
        # A server's answer that has no sense comes out of imaplib and imapclient as any of these.
        except (OSError, EOFError, IMAPClientError, *_SENSELESS) as fault:
            log.info("mailbox=failed fault=%s", type(fault).__name__)
            lost = isinstance(fault, OSError | EOFError | IMAP4.abort)
            raise (MailboxError if lost else UnreadableError)(
                f"The mailbox at {self._settings.host} failed while {doing}: {_reason(fault)}.",
                safe=_SAFE,
                remedy="It is tried again by itself.",
            ) from None

    def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                client.shutdown()


class _Budget:
    """Bounds what a server may send in one step, and for how long; imaplib itself takes a literal of any size."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Begin a step."""
        self._left = MOST_BYTES
        self._until = time.monotonic() + MOST_SECONDS

    def hold(self, client: Any) -> None:  # noqa: ANN401
        """Count every byte that this connection reads from now on."""
        imap = client._imap
        read: Callable[[int], bytes] = imap.read
        readline: Callable[[], bytes] = imap.readline

        def counted_read(size: int) -> bytes:
            self._count(size)
            return read(size)

        def counted_line() -> bytes:
            try:
                line = readline()
            except IMAP4.error:  # imaplib reads a line up to a million bytes, and leaves the rest of it
                raise _too_much() from None
            self._count(len(line))
            return line

        imap.read, imap.readline = counted_read, counted_line

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise _too_much()
        if time.monotonic() > self._until:
            raise MailboxError(
                "The mail server never ends with its answer.", safe=_SAFE, remedy="It is tried again by itself."
            )


def _too_much() -> TooMuchError:
    return TooMuchError(
        "The mail server sends more than it was asked for.", safe=_SAFE, remedy="It is tried again by itself."
    )


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


def _reason(fault: Exception) -> str:
    """Return why, without a word of what a server said of a mail."""
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({crop(clean(cause.verify_message), 120)})"
        if isinstance(cause, TimeoutError):
            return "it did not answer in time"
        if isinstance(cause, socket.gaierror):
            return "there is no server of this name"
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    if isinstance(fault, IMAP4.abort | EOFError):
        return "it hung up, or said what makes no sense"
    return f"its answer was not understood ({type(fault).__name__})"
