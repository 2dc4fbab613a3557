"""HTTP/1.1 on loopback, by hand, so that a test may do to a connection what networks and balancers do to it.

Behind a `Front` stands the scripted server or a real one; between them a fault may be set on any request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import NamedTuple, Self

from tests.calendars.answers import Asked
from tests.calendars.quirks import Quirk
from tests.calendars.server import Server


class Wire(NamedTuple):
    """One request as it came over a connection. `turn` counts the requests on that connection, from 1."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    turn: int

    def raw(self) -> bytes:
        """Return the request to be passed on over a connection of its own."""
        kept = {name: value for name, value in self.headers.items() if name not in ("connection", "content-length")}
        kept |= {"connection": "close", "content-length": str(len(self.body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in kept.items())
        return f"{self.method} {self.target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + self.body


Behind = Callable[[Wire], Awaitable[bytes]]
"""Gives the raw answer to a request."""


class Turn(NamedTuple):
    """One request, what stands behind the front, and the connection to the client."""

    wire: Wire
    forward: Callable[[], Awaitable[bytes]]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Send bytes to the client as they are."""
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Cut the connection without a word."""
        self.writer.transport.abort()

    async def until_given_up(self) -> None:
        """Wait until the client hangs up."""
        while await self.reader.read(4096):
            pass


Fault = Callable[[Turn], Awaitable[bool]]
"""Answers a request, well or badly; returns whether the connection is still good."""


async def passed_on(turn: Turn) -> bool:
    """Answer as what stands behind does."""
    await turn.send(await turn.forward())
    return turn.wire.headers.get("connection", "").lower() != "close"


def undisturbed(wire: Wire) -> Fault:
    """Set no fault."""
    return passed_on


class Front:
    """A server on loopback. `fault` is asked for every request; `log` holds what came, `trusted` who signed in."""

    def __init__(self, behind: Behind, quirks: frozenset[Quirk] = frozenset()) -> None:
        self._behind = behind
        self._quirks = quirks
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.choose: Callable[[Wire], Fault] = undisturbed
        self.log: list[Wire] = []
        self.connections = 0
        self.port = 0

    @property
    def url(self) -> str:
        """Where it is, with a slash at its end."""
        return f"http://127.0.0.1:{self.port}/"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client hung up
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        turn = 0
        while (wire := await read_request(reader, turn := turn + 1)) is not None:
            self.log.append(wire)
            if turn > 1 and Quirk.DROPS_KEPT in self._quirks:
                writer.transport.abort()
                return

            async def forward(wire: Wire = wire) -> bytes:
                return await self._behind(wire)

            good = await self.choose(wire)(Turn(wire, forward, reader, writer))
            if not good or Quirk.DROPS_IDLE in self._quirks:
                return


async def read_request(reader: asyncio.StreamReader, turn: int) -> Wire | None:
    """Read one request, None if the client is done."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Wire(method, target, headers, body, turn)


def raw_answer(status: int, headers: Mapping[str, bytes] | None = None, body: bytes = b"") -> bytes:
    """Return a whole answer as bytes."""
    fields = {"Content-Length": str(len(body)).encode(), **(headers or {})}
    reason = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Quirk"
    head = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} {reason}\r\n".encode() + head + b"\r\n" + body


def scripted(server: Server) -> Behind:
    """Stand the scripted server behind a front."""

    async def answer(wire: Wire) -> bytes:
        said = server.answer(Asked(wire.method, wire.target, wire.headers, wire.body.decode()))
        return raw_answer(said.status, said.headers, said.body.encode())

    return answer


def real(port: int) -> Behind:
    """Stand a real server on loopback behind a front; each request gets a connection of its own."""

    async def answer(wire: Wire) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(wire.raw())
            await writer.drain()
            return await _whole(reader)
        finally:
            writer.close()

    return answer


async def _whole(reader: asyncio.StreamReader) -> bytes:
    """Read an answer up to its end, and return it with its length said and the connection kept."""
    raw = await reader.read(-1)
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    chunked = any(name.lower() == "transfer-encoding" for name in fields)
    dropped = ("connection", "content-length", "transfer-encoding", "keep-alive")
    kept = {name: value.encode("latin-1") for name, value in fields.items() if name.lower() not in dropped}
    return raw_answer(int(first.split(" ")[1]), kept, _unchunked(body) if chunked else body)


def _unchunked(body: bytes) -> bytes:
    found = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if not length:
            break
        found, body = found + rest[:length], rest[length + 2 :]
    return found
