"""What can go wrong on the way, one function each. Used before a scripted server and before real ones."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime
from email.utils import format_datetime

from tests.calendars.wire import Fault, Turn, Wire, passed_on, raw_answer

PACE = 0.03
"""Seconds between two bytes of an answer that trickles."""
STATUSES = (401, 403, 404, 409, 412, 423, 429, 500, 501, 502, 503, 507)


async def dropped_before(turn: Turn) -> bool:
    """The request never arrives."""
    turn.reset()
    return False


async def dropped_after(turn: Turn) -> bool:
    """The request arrives, its answer does not."""
    await turn.forward()
    turn.reset()
    return False


async def cut(turn: Turn) -> bool:
    """Half of the answer comes."""
    answer = await turn.forward()
    head = answer.index(b"\r\n\r\n") + 4
    await turn.send(answer[: head + (len(answer) - head) // 2] if len(answer) > head else answer[: head // 2])
    turn.reset()
    return False


async def garbled(turn: Turn) -> bool:
    """The answer says that it comes in chunks, and they are none."""
    await turn.forward()
    await turn.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nnothing of the kind\r\n")
    return False


async def silent(turn: Turn) -> bool:
    """The request arrives, and no answer comes until the client gives up."""
    await turn.forward()
    await turn.until_given_up()
    return False


async def trickling(turn: Turn) -> bool:
    """The answer comes byte by byte and never ends."""
    await turn.forward()
    await turn.send(b"HTTP/1.1 207 Multi-Status\r\nContent-Length: 1000000\r\n\r\n")
    while not turn.writer.transport.is_closing():
        await turn.send(b" ")
        await asyncio.sleep(PACE)
    return False


async def bomb(turn: Turn) -> bool:
    """A small answer that unfolds into very much."""
    await turn.forward()
    await turn.send(raw_answer(200, {"Content-Encoding": b"gzip", "Content-Type": b"text/xml"}, _BOMB))
    return True


_BOMB = gzip.compress(bytes(30_000_000))


async def huge_header(turn: Turn) -> bool:
    """A header that does not end."""
    await turn.forward()
    await turn.send(raw_answer(200, {"X-Long": b"x" * 300_000}))
    return False


async def web_page(turn: Turn) -> bool:
    """A portal answers in the server's place."""
    await turn.send(raw_answer(200, {"Content-Type": b"text/html"}, b"<html>Please sign in</html>"))
    return True


async def elsewhere_same(turn: Turn) -> bool:
    """A redirect to the same place, which then answers."""
    await turn.send(raw_answer(307, {"Location": turn.wire.target.encode()}))
    return True


async def gateway_lost(turn: Turn) -> bool:
    """The request arrives, and a gateway says that it failed."""
    await turn.forward()
    await turn.send(raw_answer(502))
    return True


def answered(status: int) -> Fault:
    """Return the fault that answers in the server's place."""

    async def answer(turn: Turn) -> bool:
        dated = status == 503
        later = format_datetime(datetime.now(UTC)).replace("+0000", "GMT").encode() if dated else b"0"
        headers = {"Retry-After": later} if status in (429, 503) else {}
        await turn.send(raw_answer(status, headers))
        return True

    return answer


def sent_to(address: str) -> Fault:
    """Return the fault that redirects to another origin."""

    async def redirect(turn: Turn) -> bool:
        await turn.send(raw_answer(302, {"Location": address.encode()}))
        return True

    return redirect


FAULTS: dict[str, Fault] = {
    "dropped before": dropped_before,
    "dropped after": dropped_after,
    "cut": cut,
    "garbled": garbled,
    "silent": silent,
    "trickling": trickling,
    "bomb": bomb,
    "huge header": huge_header,
    "web page": web_page,
    "same host": elsewhere_same,
    "502 after": gateway_lost,
    **{str(status): answered(status) for status in STATUSES},
}
"""All but those that need to know another address."""


class Chooser:
    """Sets one fault on one request. `met` says whether that request came."""

    def __init__(self, method: str, at: int, fault: Fault) -> None:
        self._method = method
        self._left = at
        self._fault = fault
        self.met = False

    def __call__(self, wire: Wire) -> Fault:
        if wire.method != self._method or self.met:
            return passed_on
        self._left -= 1
        if self._left:
            return passed_on
        self.met = True
        return self._fault
