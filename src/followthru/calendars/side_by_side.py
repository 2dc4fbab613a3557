"""A few workers side by side, of which none outlives the others."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from itertools import islice
from typing import TypeVar

from followthru.calendars.errors import CalendarError

TURNS = 16
"""Turns of the event loop until what was begun has said all that it has to say and waits for an answer: a request over
a connection that is open takes five, over a new one thirteen."""

G = TypeVar("G")
R = TypeVar("R")


async def side_by_side(work: Callable[[], Coroutine[None, None, None]], count: int) -> None:
    """Run `count` workers until all have ended. The first exception ends the others and is raised once they have."""
    if count == 1:
        await work()
        return
    tasks = [asyncio.ensure_future(work()) for _ in range(count)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def worked_off(
    take: Callable[[], G | None], do: Callable[[G], Coroutine[None, None, None]], count: int
) -> list[CalendarError]:
    """Do all work, `count` at a time, and return what stopped it; then the others have ended what they had begun."""
    stopped: list[CalendarError] = []

    async def worker() -> None:
        while not stopped and (one := take()) is not None:
            try:
                await do(one)
            except CalendarError as error:
                stopped.append(error)

    await side_by_side(worker, count)
    return stopped


async def in_order(
    work: Callable[[G], Coroutine[None, None, R]], given: Iterable[G], ahead: int
) -> AsyncGenerator[R, None]:
    """Yield what comes of each thing given, in order, while the next few are under way. Close it to end those.

    Whoever works on what is yielded holds up the event loop; so the next ones are given the turns to get under way
    before. Without, a result that is there already is yielded while nothing new has been asked for.
    """
    rest = iter(given)
    waiting = deque(asyncio.ensure_future(work(one)) for one in islice(rest, ahead))
    try:
        while waiting:
            found = await waiting.popleft()
            waiting.extend(asyncio.ensure_future(work(one)) for one in islice(rest, 1))
            for _ in range(TURNS if waiting else 0):
                await asyncio.sleep(0)
            yield found
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
