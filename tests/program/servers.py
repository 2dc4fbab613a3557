"""Servers beside a test that waits: on an event loop of a thread of its own, and behind a valve that can be shut."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from tests.updates.scripted import Fault

T = TypeVar("T")
PATIENCE = 60
"""Seconds within which a server starts or ends."""
BUSY = b"HTTP/1.1 503 Busy\r\nRetry-After: 900\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Beside:
    """A thread with a loop, on which servers run until the end of the block."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._pool = ThreadPoolExecutor(1)
        self._stack = AsyncExitStack()

    def __enter__(self) -> Self:
        self._pool.submit(self._loop.run_forever)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stack.aclose(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._pool.shutdown()
        self._loop.close()

    def run(self, server: AbstractAsyncContextManager[T]) -> T:
        """Start a server, and return it."""
        return asyncio.run_coroutine_threadsafe(self._stack.enter_async_context(server), self._loop).result(PATIENCE)


class Valve:
    """A port before a server: it lets everything through, or does as it is told.

    `how` is what new connections meet: "well", "refuse", "hang" or "busy" (a web server that asks to come later).
    """

    def __init__(self, to: int) -> None:
        self._to = to
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.how = "well"
        self.port = 0

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        await self._cut()

    def lose(self) -> None:
        """From another thread: let the network be gone, for who is connected as well."""
        assert self._loop is not None
        self.how = "refuse"
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(PATIENCE)

    async def _cut(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await self._treat(reader, writer)
        except OSError:
            pass
        finally:
            _let_go(writer)

    async def _treat(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        match self.how:
            case "refuse":
                writer.transport.abort()
            case "hang":
                while await reader.read(65_536):
                    pass
            case "busy":
                await reader.read(65_536)
                writer.write(BUSY)
                await writer.drain()
            case _:
                there, back = await asyncio.open_connection("127.0.0.1", self._to)
                await asyncio.gather(_pour(reader, back), _pour(there, writer))


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with suppress(OSError):
            while some := await reader.read(65_536):
                writer.write(some)
                await writer.drain()
    finally:
        _let_go(writer)


def _let_go(writer: asyncio.StreamWriter) -> None:
    """Close a connection; one that is cut does not wait until the other side has read everything."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        writer.transport.abort()
    else:
        writer.close()


@contextmanager
def mail_server(log: Path, *faults: Fault) -> Generator[int]:
    """Run a mail server of a process of its own that misbehaves so; give its port."""
    command = [sys.executable, "-m", "tests.updates.scripted", str(log)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None
    assert server.stdout is not None
    port = int(server.stdout.readline())
    server.stdin.write(json.dumps(faults) + "\n")
    server.stdin.flush()
    server.stdout.readline()
    yield port
    server.communicate()
