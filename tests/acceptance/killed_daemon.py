"""A real daemon that is killed at a chosen step: before or after any commit, and around any word to a server.

Run as a process: `python -m tests.acceptance.killed_daemon HOME STEP REPORT`. Step 0 kills nowhere; the report
then names all steps that there were when SIGTERM came.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiosmtplib
import httpx

from followthru.config.places import home_in
from followthru.store.store import Store, Writer
from followthru_daemon.run import Daemon, main


class Steps:
    """Counts the steps of a daemon and kills it at one of them."""

    def __init__(self, at: int, report: Path) -> None:
        self.names: list[str] = []
        self.over = False
        self._at = at
        self._report = report

    def take(self, name: str) -> None:
        """Take one step; the chosen one is the last. What comes once the end was asked for is none."""
        if self.over:
            return
        self.names.append(name)
        if len(self.names) == self._at:
            self._report.write_text(f"{self._at} {name}\n")
            os.kill(os.getpid(), signal.SIGKILL)


def watch(steps: Steps) -> None:
    """Make every commit and every request a step, before and after."""
    writing = Store.writing

    @contextmanager
    def watched(self: Store) -> Generator[Writer]:
        with writing(self) as tx:
            yield tx
            steps.take("before commit")
        steps.take("after commit")

    Store.writing = watched
    stop = Daemon.stop

    def stopped(self: Daemon) -> None:
        steps.over = True
        stop(self)

    Daemon.stop = stopped
    calls = [(httpx.AsyncHTTPTransport, "handle_async_request")]
    calls += [(aiosmtplib.SMTP, word) for word in ("connect", "mail", "rcpt", "data", "execute_command")]
    for owner, name in calls:
        setattr(owner, name, _around(steps, name, getattr(owner, name)))


def _around(steps: Steps, name: str, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def around(*words: object, **named: object) -> object:
        steps.take(f"before {name}")
        answer = await call(*words, **named)
        steps.take(f"after {name}")
        return answer

    return around


if __name__ == "__main__":
    folder, step, report = sys.argv[1:]
    counted = Steps(int(step), Path(report))
    watch(counted)
    code = main(home_in(Path(folder)), to_stderr=False)
    Path(report).write_text("".join(f"{name}\n" for name in counted.names))
    sys.exit(code)
