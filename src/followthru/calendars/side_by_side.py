"""A few workers side by side, of which none outlives the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine


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
