"""`playbook check --watch`: what is wrong in one's own playbooks, at once, each time that one is saved."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from followthru.actions.playbook_watch import Stamp, changes, stamps
from followthru.cli import out, terminal
from followthru.domain.saying import count_words
from followthru.errors import Exit
from followthru.exchange.playbooks import from_file

SAFE = "What has begun goes on with the edition that it began with."


def watch_folder(folder: Path) -> int:
    """Say what is wrong in each playbook of a folder, and again for each that is saved, until it is interrupted."""
    seen = stamps(folder)
    _say(seen)
    out.words(f"Watching {folder}; Ctrl-C ends it.")
    with suppress(KeyboardInterrupt):  # before the watch had begun
        asyncio.run(_follow(folder, seen))
    out.words("Interrupted.")
    return Exit.INTERRUPTED


async def _follow(folder: Path, seen: Mapping[Path, Stamp]) -> None:
    # The watch waits in a thread, which an interrupt alone need not end.
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stopping.set)
    async for files in changes(folder, stopping, seen):
        _say(files)


def _say(files: Iterable[Path]) -> None:
    """Write a line for each file that is in order or gone, and its problems for each that is not."""
    for file in files:
        if not file.exists():
            out.data(terminal.clean(f"{file}: it is gone. {SAFE}"))
            continue
        found = from_file(file)
        if found.playbook is not None:
            steps = count_words(len(found.playbook.steps), "step")
            out.data(terminal.clean(f"{file}: in order, version {found.playbook.version}, {steps}."))
        for line in found.lines():
            out.data(terminal.clean(line))
        if found.playbook is None:
            out.data(terminal.clean(f"{file}: not used. {SAFE}"))
    out.flush()
