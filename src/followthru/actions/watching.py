"""A folder that is looked at when the system says that something changed in it, and every so often."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

LOOK = 2.0
"""Seconds after which a folder is looked at even without a notice: some folders send none."""

log = logging.getLogger(__name__)


async def looks(folder: Path, stopping: asyncio.Event, *, settle: int) -> AsyncGenerator[None]:
    """Yield whenever a folder is to be looked at, until it is to stop; a burst of notices counts as one.

    `settle` is milliseconds for which a file that is being written is waited for. A system has only so many watches to
    give (inotify(7), ENOSPC and EMFILE); where none is left the folder is looked at every so often all the same.
    """
    from watchfiles import awatch  # pyright: ignore[reportUnknownVariableType] -- its filters are untyped

    watching = awatch(
        folder, stop_event=stopping, recursive=False, step=settle, rust_timeout=int(1000 * LOOK), yield_on_timeout=True
    )
    try:
        async for _ in watching:
            yield
    except (OSError, RuntimeError) as error:
        log.warning("watch=none fault=%s", type(error).__name__)
    while not stopping.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), LOOK)
        yield
