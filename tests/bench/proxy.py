"""A proxy on loopback that counts requests and bytes, and can stand for a far server by waiting with each request."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import NamedTuple, Self


class Counts(NamedTuple):
    """What went through: requests, connections, bytes to the server and back."""

    requests: int = 0
    connections: int = 0
    up: int = 0
    down: int = 0


class Proxy:
    """Forwards connections to a port of this machine, from a thread of its own. `delay` is seconds for each request."""

    def __init__(self, port: int, delay: float = 0.0) -> None:
        self._upstream = port
        self.delay = delay
        self._counts = Counts()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        starting = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._client, "127.0.0.1", 0), self._loop)
        self._server = starting.result()
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def take(self) -> Counts:
        """Return the counts since the last time."""
        counts, self._counts = self._counts, Counts()
        return counts

    def _add(self, counts: Counts) -> None:
        self._counts = Counts(*(a + b for a, b in zip(self._counts, counts, strict=True)))

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._add(Counts(connections=1))
        back, forth = await asyncio.open_connection("127.0.0.1", self._upstream)
        copying = asyncio.ensure_future(self._answers(back, writer))
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(_length(head))
                self._add(Counts(requests=1, up=len(head) + len(body)))
                await asyncio.sleep(self.delay)
                forth.write(head + body)
                await forth.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            copying.cancel()
            forth.close()
            writer.close()

    async def _answers(self, back: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await back.read(65536):
            self._add(Counts(down=len(data)))
            writer.write(data)
            await writer.drain()
        writer.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0
