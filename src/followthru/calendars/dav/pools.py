"""Connections: at most four to a host in one process, however many accounts are on it.

Accounts that trust the same authorities share the connections to a host; who signs in is said in each request.
Connections belong to the event loop that opened them, and are closed when the last account lets go.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import NamedTuple, Self, cast
from weakref import WeakKeyDictionary

import httpx

from followthru.calendars.errors import CertificateError, TooLargeError
from followthru.web.trust import BadAuthorityError, refusal, trusting

CONNECTIONS = 4
"""Most connections to one host at a time."""
_LIMITS = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=30.0)
_PIECE = 8192


class Peer(NamedTuple):
    """Whom connections lead to, and the file of the private authority that vouches for it, if any."""

    host: str
    ca_file: str | None
    tls: bool


class _Pool:
    """The connections to one peer, and how many accounts hold them."""

    def __init__(self, peer: Peer) -> None:
        try:
            verify = trusting(peer.ca_file) if peer.tls else False
        except BadAuthorityError as error:
            words = f"the file of its authority cannot be used: {error}"
            raise CertificateError(peer.host, words, peer.ca_file) from error
        self.transport = httpx.AsyncHTTPTransport(verify=verify, limits=_LIMITS, trust_env=False)
        self.holders = 0


_POOLS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Peer, _Pool]] = WeakKeyDictionary()


class SharedTransport(httpx.AsyncBaseTransport):
    """One account's hold on the connections to its peer. An answer of more than `limit` bytes is cut off."""

    def __init__(self, peer: Peer, limit: int) -> None:
        self._peer = peer
        self._limit = limit
        self._pool: _Pool | None = None

    async def __aenter__(self) -> Self:
        self._held()
        return self

    def _held(self) -> _Pool:
        """Return the connections, taking hold of them if that was not done yet. Raises CertificateError."""
        if self._pool is None:
            pools = _POOLS.setdefault(asyncio.get_running_loop(), {})
            self._pool = pools.get(self._peer) or pools.setdefault(self._peer, _Pool(self._peer))
            self._pool.holders += 1
        return self._pool

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let go; whoever is last closes the connections."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        pool.holders -= 1
        if not pool.holders:
            del _POOLS[asyncio.get_running_loop()][self._peer]
            await pool.transport.aclose()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises TooLargeError, also while the answer is read, and CertificateError."""
        try:
            response = await self._held().transport.handle_async_request(request)
        except httpx.ConnectError as error:
            if (refused := refusal(error)) is not None:
                raise CertificateError(self._peer.host, refused, self._peer.ca_file) from error
            raise
        response.stream = _Metered(cast("httpx.AsyncByteStream", response.stream), self._peer.host, self._limit)
        return response


class _Metered(httpx.AsyncByteStream):
    """An answer's bytes as they came, in small pieces, so that none of them can unfold into very many."""

    def __init__(self, stream: httpx.AsyncByteStream, host: str, limit: int) -> None:
        self._stream = stream
        self._host = host
        self._limit = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        came = 0
        async for chunk in self._stream:
            came += len(chunk)
            if came > self._limit:
                raise TooLargeError(f"The answer of {self._host}", self._limit)
            for at in range(0, len(chunk), _PIECE):
                yield chunk[at : at + _PIECE]

    async def aclose(self) -> None:
        await self._stream.aclose()
