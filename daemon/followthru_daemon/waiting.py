"""Settings that cannot be read when the system starts the daemon: they are waited for.

Ended, it would be started again every half minute for ever, or, where the system is told to let it be, not even once
the settings are right.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import suppress
from typing import NamedTuple

from followthru.config.places import Home
from followthru.config.reading import load
from followthru.config.values import Config
from followthru.errors import FollowthruError
from followthru_daemon import triggers
from followthru_daemon.manager import Manager
from followthru_daemon.triggers import Stamp

SIGN_SECONDS = 20.0
"""How often the service manager is told that it lives; it waits for longer."""

log = logging.getLogger(__name__)


class Settings(NamedTuple):
    """A configuration, and what its file was when it was read."""

    config: Config
    read: Stamp | None


def settings(home: Home) -> Settings:
    """Read the configuration as it is. Raises ConfigError."""
    read = triggers.stamp(home.config)
    return Settings(load(home.config), read)


async def settings_once_right(home: Home, manager: Manager, stopping: asyncio.Event) -> Settings | None:
    """Return the configuration as soon as it can be read, None if the daemon is told to end before.

    Why it cannot is said on standard error, which the system keeps, and as the service's state.
    """
    while not stopping.is_set():
        before = triggers.stamp(home.config)
        try:
            return settings(home)
        except FollowthruError as fault:
            log.warning("config=refused")
            words = f"{fault.sentences()} The background process waits until that is put right."
            sys.stderr.write(f"{words}\n")
            manager.ready()
            manager.status(words)
        await _changed(home, before, manager, stopping)
    return None


async def _changed(home: Home, before: Stamp | None, manager: Manager, stopping: asyncio.Event) -> None:
    """Wait until the file of settings is another one, or the daemon is told to end."""
    changed, loop = asyncio.Event(), asyncio.get_running_loop()
    # A watch that is cancelled sets the event by which it can be stopped.
    watch = asyncio.create_task(triggers.watch_config(home.config, before, asyncio.Event(), changed.set))
    told = asyncio.create_task(stopping.wait())
    look = asyncio.create_task(changed.wait())
    try:
        while not (changed.is_set() or stopping.is_set() or watch.done()):
            manager.alive(loop.time())
            await asyncio.wait({told, look, watch}, timeout=SIGN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (watch, told, look):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
