"""The folder of the user's own playbooks, watched: which files changed, and what is wrong in them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from followthru.actions.watching import LOOK, looks
from followthru.errors import FollowthruError
from followthru.exchange.playbooks import Found, from_file

_SETTLE = 100
"""Milliseconds for which a file that is being written is waited for."""
_MOST_TOLD = 3

Stamp = tuple[int, int, int]


class PlaybooksError(FollowthruError):
    """Some of the user's own playbooks have errors."""

    def __init__(self, wrong: Sequence[Found]) -> None:
        lines = [line for one in wrong for line in one.lines()]
        more = f" And {len(lines) - _MOST_TOLD} more." if len(lines) > _MOST_TOLD else ""
        super().__init__(
            " ".join(f"{line}." if not line.endswith(".") else line for line in lines[:_MOST_TOLD]) + more,
            safe="What has begun goes on with the edition that it began with.",
            remedy="`followthru playbook check` names everything that is wrong.",
        )


def check(folder: Path) -> None:
    """Read the user's own playbooks. Raises PlaybooksError naming what is wrong by file, line and key."""
    wrong = [one for file in stamps(folder) if (one := from_file(file)).playbook is None]
    if wrong:
        raise PlaybooksError(wrong)


def stamps(folder: Path) -> dict[Path, Stamp]:
    """Return the playbook files of a folder, each with what changes whenever it is written or replaced."""
    found: dict[Path, Stamp] = {}
    for file in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        with suppress(OSError):  # it went between being listed and being looked at
            status = file.stat()
            found[file] = status.st_ino, status.st_size, status.st_mtime_ns
    return found


async def changes(
    folder: Path, stopping: asyncio.Event, seen: Mapping[Path, Stamp]
) -> AsyncGenerator[tuple[Path, ...]]:
    """Yield the files that were written, replaced or removed, each time that some were, until it is to stop.

    `seen` is what was there when it was last looked at. The folder may come and go meanwhile.
    """
    while not stopping.is_set():
        async for now in _looks(folder, stopping):
            changed = tuple(sorted(file for file in now.keys() | seen.keys() if now.get(file) != seen.get(file)))
            seen = now
            if changed:
                yield changed
            if not _there(folder):
                break


async def _looks(folder: Path, stopping: asyncio.Event) -> AsyncGenerator[dict[Path, Stamp]]:
    """Yield what is in the folder when the system says that it changed, and every so often."""
    if not _there(folder):
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), LOOK)
        yield stamps(folder)
        return
    async for _ in looks(folder, stopping, settle=_SETTLE):
        yield stamps(folder)


def _there(folder: Path) -> bool:
    return folder.is_dir()
