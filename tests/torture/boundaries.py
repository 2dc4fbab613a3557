"""The boundaries of a sync at which a process may die, and dying there: SIGKILL, nothing is tidied up.

Of each transaction: before it is committed, and after. Of each request: before it is sent, half-way through its
body, once it is sent, and once its answer has come but was not read.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import httpcore

from followthru.actions.ledger import StoreLedger

Read = Callable[..., Any]


class Target(NamedTuple):
    """Where to die: at the n-th boundary of this kind, counted from 1. Kind None is nowhere."""

    kind: str | None
    nth: int = 1


class Boundaries:
    """Counts the boundaries that a process passes, and lets it die at one."""

    def __init__(self, target: Target, tell: Callable[[str], object]) -> None:
        self.passed: Counter[str] = Counter()
        self._target = target
        self._tell = tell
        self._doing: list[str] = []

    def is_last(self, kind: str) -> bool:
        """Pass a boundary; return whether it is the one to die at."""
        self.passed[kind] += 1
        return (kind, self.passed[kind]) == self._target

    def die(self, kind: str) -> None:
        """Say where, and die."""
        self._tell(kind)
        os.kill(os.getpid(), signal.SIGKILL)

    def cross(self, kind: str) -> None:
        """Pass a boundary, or die at it."""
        if self.is_last(kind):
            self.die(kind)

    def commit(self, when: str) -> None:
        """Pass the boundary before or after a commit."""
        self.cross(f"{when}: {self._doing[-1] if self._doing else 'note'}")

    def watch(self) -> None:
        """Watch every commit of a ledger by its name, and every connection, in this process from now on."""
        for name, call in list(vars(StoreLedger).items()):
            if callable(call) and not name.startswith("_"):
                setattr(StoreLedger, name, self._named(name, call))
        self.watch_connections()

    def request(self, head: bytes, body: bytes) -> str:
        """Return what the boundaries of a request are named for: its verb."""
        return head.partition(b" ")[0].decode("ascii")

    def watch_connections(self) -> None:
        """Watch every request over HTTP, in this process from now on."""
        backend: Any = vars(httpcore)["AnyIOBackend"]
        connect = backend.connect_tcp

        async def connected(*words: object, **named: object) -> httpcore.AsyncNetworkStream:
            return WatchedStream(await connect(*words, **named), self)

        backend.connect_tcp = connected

    def _named(self, name: str, call: Read) -> Read:
        def named(*words: object, **more: object) -> object:
            self._doing.append(name)
            try:
                return call(*words, **more)
            finally:
                self._doing.pop()

        return named


class WatchedStream(httpcore.AsyncNetworkStream):
    """A connection whose every request passes the boundaries."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, boundaries: Boundaries) -> None:
        self._stream = stream
        self._at = boundaries
        self._doing = ""
        self._head: bytes | None = None
        self._waits = False

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 -- httpcore's name
        """Send; the first piece of a request is its head, which is kept until its body is here."""
        if not buffer:
            return
        if self._head is None and _has_body(buffer):
            self._head = buffer
            return
        head, body = (buffer, b"") if self._head is None else (self._head, buffer)
        self._head = None
        self._doing = self._at.request(head, body)
        self._at.cross(f"before sending: {self._doing}")
        if body and self._at.is_last(half := f"half sent: {self._doing}"):
            await self._stream.write(head + body[: len(body) // 2], timeout)
            self._at.die(half)
        await self._stream.write(head + body, timeout)
        self._waits = True
        self._at.cross(f"sent: {self._doing}")

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Receive; what comes first after a request is its answer."""
        data = await self._stream.read(max_bytes, timeout)
        if self._waits:
            self._waits = False
            self._at.cross(f"answered, unread: {self._doing}")
        return data

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 -- what is asked decides
        """Return what is known of the connection."""
        return self._stream.get_extra_info(info)


def _has_body(head: bytes) -> bool:
    lower = head.lower()
    return b"content-length:" in lower and b"content-length: 0\r\n" not in lower
