"""What wakes the daemon: a datagram from whoever changed the store, the store's data version, the configuration."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from followthru.actions.wake import SOCKET
from followthru.actions.watching import looks
from followthru.store.faults import StoreError, Trouble

if TYPE_CHECKING:
    from socket import socket

POLL_SECONDS = 1.0
LONGEST_NAME = 103
"""Longest name of a socket in bytes: 107 on Linux (unix(7)), 103 on macOS."""

log = logging.getLogger(__name__)


class Versioned(Protocol):
    """Whatever can tell that another connection has committed."""

    def data_version(self) -> int:
        """Return a number that changes with every foreign commit."""
        ...


class Datagrams(asyncio.DatagramProtocol):
    """Calls back for every datagram; what it holds does not matter."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Note a change."""
        self._changed()


async def listen(run_dir: Path, changed: Callable[[], None]) -> asyncio.DatagramTransport | None:
    """Listen for datagrams at the run folder's socket, taking the place of one that a dead daemon left.

    None where no socket can be there, in a folder too deep or on a disk that knows none: then changes are noticed a
    second later.
    """
    try:
        receiver = _receiver(run_dir / SOCKET)
    except OSError as error:
        log.warning("socket=none reason=%s", error.strerror)
        return None
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Datagrams(changed), sock=receiver)
    return transport


def _receiver(path: Path) -> socket:
    from socket import AF_UNIX, SOCK_DGRAM, socket

    if len(os.fsencode(path)) > LONGEST_NAME:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
    path.unlink(missing_ok=True)
    receiver = socket(AF_UNIX, SOCK_DGRAM)
    try:
        receiver.setblocking(False)
        receiver.bind(os.fspath(path))
        path.chmod(0o600)
    except OSError:
        receiver.close()
        raise
    return receiver


class VersionWatch:
    """Notices commits of other connections, whose writers may not have been able to send a datagram."""

    def __init__(self, store: Versioned, changed: Callable[[], None]) -> None:
        self._store = store
        self._changed = changed
        self._seen = store.data_version()

    def heard(self) -> None:
        """Take a datagram: what was committed until now is known with it, and not noticed a second time."""
        self._look()
        self._changed()

    async def forever(self) -> None:
        """Look every second. Raises StoreError once the store cannot be read at all."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            if self._look():
                self._changed()

    def _look(self) -> bool:
        """Return whether anybody has committed since the last look; while another program holds the store, False.

        What is committed meanwhile is noticed by the look after it lets go.
        """
        try:
            now = self._store.data_version()
        except StoreError as error:
            if error.trouble is not Trouble.LOCKED:
                raise
            log.info("store=held")
            return False
        seen, self._seen = self._seen, now
        return now != seen


Stamp = tuple[int, int, int]


def stamp(path: Path) -> Stamp | None:
    """Return what changes whenever a file is written or replaced; None while it is not there."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


async def watch_config(path: Path, read: Stamp | None, stopping: asyncio.Event, changed: Callable[[], None]) -> None:
    """Call back when the configuration file is not the one that was `read` any more: written, replaced, removed."""
    async for _ in looks(path.parent, stopping, settle=200):
        now = stamp(path)
        if now != read:
            read = now
            log.info("config=changed")
            changed()


async def watch_playbooks(folder: Path, stopping: asyncio.Event, changed: Callable[[], None]) -> None:
    """Call back when a playbook in the user's folder is written, replaced or removed."""
    from followthru.actions.playbook_watch import changes, stamps

    async for _ in changes(folder, stopping, stamps(folder)):
        log.info("playbooks=changed")
        changed()
