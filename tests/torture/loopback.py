"""Scripted calendar servers on one loopback port, as a process of its own: `python -m tests.torture.loopback`.

The port is printed once it is open. Each collection is a server of its own with the quirks that MKCALENDAR names;
what other programs do there comes through a back door, past all quirks and without a sign-in.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from hashlib import blake2b
from http import HTTPStatus

from tests.calendars.answers import Answer, Asked
from tests.calendars.quirks import Quirk
from tests.calendars.server import Server

HERE = "/pm/"
QUIRKS = "x-quirks"
BACK_DOOR = "/back-door/"
WAS = "x-was"
"""With a write through the back door: what the object must say until then, by its print."""


def print_of(text: str | None) -> str:
    """Return what tells one text of an object from another; None is no object."""
    return "none" if text is None else blake2b(text.encode(), digest_size=8).hexdigest()


class Collections:
    """Every collection's server by the first segment of its path."""

    def __init__(self) -> None:
        self._servers: dict[str, Server] = {}

    def answer(self, method: str, target: str, headers: dict[str, str], body: str) -> Answer:
        """Answer one request."""
        if target.startswith(BACK_DOOR):
            collection, _, name = target.removeprefix(BACK_DOOR).partition("/")
            return self._behind(method, collection, name, body, headers.get(WAS))
        name = target.split("/")[1]
        if method == "MKCALENDAR":
            self._servers[name] = Server(Quirk(one) for one in headers.get(QUIRKS, "").split())
            return Answer(201)
        server = self._servers.get(name)
        if server is None:
            return Answer(404)
        there = f"/{name}/"
        asked = Asked(method, target.replace(there, HERE, 1), headers, body.replace(there, HERE))
        answer = server.answer(asked)
        return answer._replace(body=answer.body.replace(HERE, there))

    def _behind(self, method: str, collection: str, name: str, body: str, was: str | None) -> Answer:
        server = self._servers[collection]
        there = server.objects.get(name)
        if was is not None and was != print_of(None if there is None else there.text):
            return Answer(412)
        match method:
            case "PUT":
                server.put(name, body)
            case "DELETE":
                server.delete(name)
            case _:
                return Answer(200, json.dumps({name: one.text for name, one in server.objects.items()}))
        return Answer(204)


async def serve(collections: Collections, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection; one that is cut off is as if it had never come."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip().split("\r\n")
            method, target, _ = first.split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body = (await reader.readexactly(int(headers.get("content-length", 0)))).decode()
            writer.write(raw(collections.answer(method, target, headers, body)))
            await writer.drain()
    writer.close()


def raw(answer: Answer) -> bytes:
    """Return an answer as it goes over the wire."""
    body = answer.body.encode()
    head = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n".encode()
    fields = {**answer.headers, "Content-Length": str(len(body)).encode()}
    return head + b"".join(f"{name}: ".encode() + value + b"\r\n" for name, value in fields.items()) + b"\r\n" + body


async def main() -> None:
    """Serve until stdin is closed."""
    collections = Collections()
    server = await asyncio.start_server(lambda r, w: serve(collections, r, w), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
