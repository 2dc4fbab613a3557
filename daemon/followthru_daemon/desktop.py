"""Show a notification on the desktop, where there is one.

A process of its own shows it and ends: what a desktop's library keeps open, or breaks, stays out of the daemon.
"""

from __future__ import annotations

import asyncio
import json
import sys

SECONDS = 10.0
"""For how long a desktop may think."""


async def show(title: str, words: str) -> str | None:
    """Show a title and words; return why that could not be done, None if it was.

    A machine without a desktop is no fault: the brief stands in `followthru brief` as well.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        # A folder named like one of our libraries, where the daemon happens to be started, is none of them.
        "-P",
        "-m",
        "followthru_daemon.desktop",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        out, _ = await asyncio.wait_for(child.communicate(json.dumps([title, words]).encode()), SECONDS)
    except TimeoutError:
        return "the desktop does not answer"
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return out.decode().strip() or (None if child.returncode == 0 else "notifications do not work here")


async def _show(title: str, words: str) -> str:
    """Show it, in the process that does; return why not, empty if it was."""
    try:
        from desktop_notifier import DesktopNotifier
    except ImportError:
        return "nothing that shows notifications is installed: followthru[desktop] brings it"
    notifier = DesktopNotifier(app_name="followthru")
    await notifier.send(title=title, message=words)
    return "" if await notifier.get_current_notifications() else "there is no desktop"


if __name__ == "__main__":
    print(asyncio.run(_show(*json.load(sys.stdin))))  # noqa: T201 -- what the parent reads
