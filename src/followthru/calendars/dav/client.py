"""The one way to a calendar server: a pooled client per account, with every limit set by us.

Redirects are followed by hand with the same method and body, at most five, never to another origin;
the environment's proxies and netrc are not read; an answer is capped as it comes and after decompression, and in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import NamedTuple, Self

import httpx

from followthru.calendars.dav.origin import origin_of, resolve
from followthru.calendars.dav.pools import Peer, SharedTransport
from followthru.calendars.dav.requests import Request
from followthru.calendars.dav.signing import auth_of, offered
from followthru.calendars.errors import (
    AuthRefusedError,
    BadAnswerError,
    BusyError,
    ServerFaultError,
    TokenRefusedError,
    TooLargeError,
    UnreachableError,
)
from followthru.web.patience import retry_after
from followthru.web.tokens import Tokens

MAX_BODY = 64 * 1024 * 1024
"""Largest answer taken, in bytes: as it comes, and after decompression."""
MAX_REDIRECTS = 5
_CUT = (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
_SAME_METHOD = frozenset({301, 302, 307, 308})
_BUSY = frozenset({429, 503})
_NO_FAULT = frozenset({501, 507})
"""Not implemented, and no room: refusals, which do not go away by waiting."""


class Account(NamedTuple):
    """How to sign in. `scheme` is `basic` (sent unasked) or `digest`; `ca_file` adds a private authority.

    With `tokens`, a bearer token is sent in the place of a name and password.
    """

    name: str
    url: str
    username: str
    password: str
    scheme: str = "basic"
    ca_file: str | None = None
    tokens: Tokens | None = None

    def __repr__(self) -> str:
        return f"Account({self.name!r}, {self.url!r}, {self.username!r})"


class Patience(NamedTuple):
    """How long is waited, in seconds: for a connection, for the next piece, and for a whole answer.

    The last one counts however steadily an answer trickles.
    """

    connect: float = 10.0
    piece: float = 60.0
    whole: float = 15 * 60.0


PATIENCE = Patience()
"""What holds outside of tests."""


class Answer(NamedTuple):
    """What came back: the status, headers that matter, and the whole body."""

    status: int
    url: str
    etag: str | None
    content_type: str
    body: bytes


class DavClient:
    """Sends requests for one account. Use as an async context manager.

    Raises, from `send`: UnreachableError, AuthRefusedError (401), BusyError (429, 503), ServerFaultError
    (other 5xx but 501 and 507), TooLargeError, CertificateError, ElsewhereError (a redirect to another origin),
    BadAnswerError. Any other status comes back as an Answer.
    """

    def __init__(
        self,
        account: Account,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        max_body: int = MAX_BODY,
        patience: Patience = PATIENCE,
    ) -> None:
        self._account = account
        self._origin = origin_of(account.url)
        self._now = now
        self._max_body = max_body
        self._patience = patience
        self._keeps = True
        self.url = account.url
        self.place = f"{self._origin.host}:{self._origin.port}"
        self.requests = 0
        self.welcome = False
        """Whether the server has answered anything but a refusal to sign in."""
        tls = self._origin.scheme == "https"
        peer = Peer(self._origin.host, account.ca_file if tls else None, tls)
        self._http = httpx.AsyncClient(
            auth=auth_of(account.scheme, account.username, account.password, account.tokens),
            timeout=httpx.Timeout(connect=patience.connect, read=patience.piece, write=patience.piece, pool=None),
            follow_redirects=False,
            trust_env=False,
            transport=transport or SharedTransport(peer, max_body),
            headers={"User-Agent": "followthru", "Accept-Encoding": "gzip, deflate"},
        )

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self._http.__aexit__(kind, error, trace)

    async def send(self, request: Request) -> Answer:
        """Send one request, following redirects on the same origin; see the class for what is raised."""
        url = resolve(self._account.url, request.url)
        for _ in range(MAX_REDIRECTS + 1):
            response, body = await self._exchange(request, url)
            target = response.headers.get("Location")
            if response.status_code not in _SAME_METHOD or target is None:
                return self._judge(response, url, body)
            url = resolve(url, target)
        raise BadAnswerError(self.place, f"more than {MAX_REDIRECTS} redirects")

    async def _exchange(self, request: Request, url: str) -> tuple[httpx.Response, bytes]:
        """Send one request. One that changes nothing is repeated if it met a connection that was not kept.

        Some servers and balancers forget connections that they promised to keep. From then on each request of
        this client has a connection of its own.
        """
        kept, self.requests = self._keeps, self.requests + 1
        try:
            return await self._once(request, url)
        except UnreachableError as error:
            cut = error.__cause__
            # What httpx itself makes of an answer that did come, such as a redirect to no address, has no cause.
            if not isinstance(cut, _CUT) or cut.__cause__ is None:
                raise
            self._keeps = False
            if request.changes or not kept:
                raise
        self.requests += 1
        return await self._once(request, url)

    async def _once(self, request: Request, url: str) -> tuple[httpx.Response, bytes]:
        headers = dict(request.headers) | ({} if self._keeps else {"Connection": "close"})
        try:
            async with (
                asyncio.timeout(self._patience.whole),
                self._http.stream(request.method, url, headers=headers, content=request.body) as response,
            ):
                return response, await self._body(response)
        except TimeoutError as error:
            raise UnreachableError(self.place, f"no whole answer in {self._patience.whole:g} seconds") from error
        except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError) as error:
            raise UnreachableError(self.place, str(error) or type(error).__name__) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise BadAnswerError(self.place, str(error) or type(error).__name__) from error

    async def _body(self, response: httpx.Response) -> bytes:
        chunks = bytearray()
        async for chunk in response.aiter_bytes():
            chunks += chunk
            if len(chunks) > self._max_body:
                raise TooLargeError(f"The answer of {self.place}", self._max_body)
        return bytes(chunks)

    def _judge(self, response: httpx.Response, url: str, body: bytes) -> Answer:
        status = response.status_code
        if status == 401:
            raise self._refusal(response)
        self.welcome = True
        if status in _BUSY:
            raise BusyError(self.place, retry_after(response.headers.get("Retry-After"), self._now()))
        if status >= 500 and status not in _NO_FAULT:
            raise ServerFaultError(self.place, status)
        if status < 200 or 300 <= status < 400:
            raise BadAnswerError(self.place, f"status {status}")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Answer(status, url, response.headers.get("ETag"), kind, body)

    def _refusal(self, response: httpx.Response) -> AuthRefusedError:
        """Return why we are not let in, naming what the server asks for instead of what was tried."""
        if self._account.tokens is not None:
            return TokenRefusedError(self._account.name, self.place)
        offers = offered(response)
        wanted = None if not offers or self._account.scheme in offers else offers[0]
        return AuthRefusedError(self._account.name, self.place, wanted)
