"""Requests to one web service: nothing followed, nothing taken from the environment, no answer without end.

What matters to a caller that changes something is told apart: whether a request whose answer never came can have
reached its server.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple, cast

import httpx

from followthru.domain.plain import one_line
from followthru.web.origin import NoOriginError, origin_of
from followthru.web.trust import BadAuthorityError, refusal, trusting

MAX_ANSWER = 4 * 1024 * 1024
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class LostError(Exception):
    """No whole answer came. `place` is whom it was to come from, `left` whether the request may have reached it."""

    def __init__(self, place: str, reason: str, *, left: bool, untrusted: bool = False) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = one_line(reason)[:200]
        self.left = left
        self.untrusted = untrusted


class Answer(NamedTuple):
    """One whole answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def said(self) -> dict[str, object]:
        """Return the JSON object that it holds; empty if it holds none."""
        try:
            read: object = json.loads(self.body)
        except (ValueError, RecursionError):
            read = None
        return cast("dict[str, object]", read) if isinstance(read, dict) else {}


class Http:
    """The connections to one origin, kept until `aclose`. `timeout` is in seconds, for each step of a request.

    With `anybody` whoever answers is taken for the origin: for what is worth nothing to a stranger.
    """

    def __init__(self, ca_file: str | None = None, *, timeout: float = 60, anybody: bool = False) -> None:
        self._ca_file = ca_file
        self._anybody = anybody
        self._timeout = httpx.Timeout(timeout, connect=min(timeout, 15), pool=None)
        self._client: httpx.AsyncClient | None = None

    async def ask(
        self, method: str, url: str, *, headers: Mapping[str, str] = {}, body: bytes | Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request, a mapping as a form, and return the whole answer. Raises LostError."""
        try:
            where = origin_of(url)
        except NoOriginError as error:
            raise LostError(error.host, error.reason, left=False) from error
        place = f"{where.host}:{where.port}"
        form = dict(body) if isinstance(body, Mapping) else None
        content = body if isinstance(body, bytes) else None
        try:
            async with self._connected(tls=where.scheme == "https").stream(
                method, url, headers=dict(headers), content=content, data=form
            ) as got:
                read = bytearray()
                async for chunk in got.aiter_bytes():
                    read += chunk
                    if len(read) > MAX_ANSWER:
                        raise LostError(place, "its answer has no end", left=True)
                return Answer(got.status_code, {name.lower(): word for name, word in got.headers.items()}, bytes(read))
        except BadAuthorityError as error:
            words = f"the file of its authority cannot be used: {error}"
            raise LostError(place, words, left=False, untrusted=True) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            untrusted = refusal(error)
            words = f"its certificate is not trusted: {untrusted}" if untrusted else str(error) or type(error).__name__
            left = not isinstance(error, _NEVER_LEFT)
            raise LostError(place, words, left=left, untrusted=untrusted is not None) from error

    async def aclose(self) -> None:
        """Close what is open."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _connected(self, *, tls: bool) -> httpx.AsyncClient:
        if self._client is None:
            # The authorities take long to read, and nobody needs them on this machine.
            verify = trusting(self._ca_file) if tls and not self._anybody else False
            transport = httpx.AsyncHTTPTransport(verify=verify, trust_env=False)
            self._client = httpx.AsyncClient(
                transport=transport, timeout=self._timeout, trust_env=False, follow_redirects=False
            )
        return self._client
