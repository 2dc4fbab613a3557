"""The fake server as a transport: in memory, instant, with faults at any request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import httpx

from tests.calendars.answers import Asked
from tests.calendars.quirks import Quirk
from tests.calendars.server import COLLECTION, Server, Stored

__all__ = ["COLLECTION", "ORIGIN", "FakeServer", "Fault", "Quirk", "Stored", "faultless"]

ORIGIN = "http://127.0.0.1:5232"

Fault = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]


def faultless(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
    """Forward and answer."""
    return forward()


class FakeServer(Server, httpx.AsyncBaseTransport):
    """One collection. `fault` stands between client and server; `log` holds method and path of each request."""

    def __init__(self, quirks: Iterable[Quirk] = ()) -> None:
        super().__init__(quirks)
        self.fault: Fault = faultless
        self.open = self.most_open = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, or fail as scripted."""
        await request.aread()
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            # Others are on their way too: each request arrives, and each answer comes back, in turn with theirs.
            await asyncio.sleep(0)
            answer = self._answered(request)
            await asyncio.sleep(0)
        finally:
            self.open -= 1
        return answer

    def _answered(self, request: httpx.Request) -> httpx.Response:
        seen = len(self.log)
        try:
            return self.fault(request, lambda: self._forwarded(request))
        finally:
            if len(self.log) == seen:
                self.log.append((request.method, request.url.path))

    def _forwarded(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode("ascii").partition("?")[0]
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = self.answer(Asked(request.method, path, headers, request.content.decode()))
        fields = [(name.encode(), value) for name, value in answer.headers.items()]
        return httpx.Response(answer.status, headers=fields, text=answer.body or None)
