"""How the daemon's process ends: soon, whatever it is about.

A signal is heard on a thread of its own, because a loop that waits for a locked store hears nothing. What is not done
when the time is over is left as it stands, like after a kill: it is in the store, and the next daemon settles it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from socket import socket, socketpair
from threading import Lock, Thread, Timer
from types import FrameType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

LAST_SECONDS = 4.5
"""How long the process may live on once it is told to end; a person, systemd and launchd wait longer."""
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""What tells it to end; the last one comes when the terminal is closed in which it was started."""

log = logging.getLogger(__name__)


class Ending:
    """Hears the signals that end this process and passes them on. Made on the main thread, once."""

    def __init__(self, last_seconds: float = LAST_SECONDS) -> None:
        self._last_seconds = last_seconds
        self._lock = Lock()
        self._heard = False
        self._pass_on: Callable[[], None] | None = None
        self._timer: Timer | None = None
        reading, self._writing = socketpair()
        self._writing.setblocking(False)
        for number in SIGNALS:
            # As `nohup` has it: whoever wants it to outlive the terminal has that signal ignored.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, _hear)
        signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        Thread(target=self._listen, args=(reading,), name="signals", daemon=True).start()

    def tell(self, loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
        """Have `stop` called on a loop by the first signal; at once if it has come already."""

        def pass_on() -> None:
            with suppress(RuntimeError):  # the loop has ended: told twice, it does so all the same
                loop.call_soon_threadsafe(stop)

        with self._lock:
            self._pass_on = pass_on
            heard = self._heard
        if heard:
            pass_on()

    def begin(self, code: int = 0) -> None:
        """Count down: what still hangs when the time is over ends with the process, with this exit code."""
        with self._lock:
            if self._timer is None:
                self._timer = Timer(self._last_seconds, self._cut_off, (code,))
                self._timer.daemon = True
                self._timer.start()

    def _listen(self, reading: socket) -> None:
        while numbers := reading.recv(64):
            if set(SIGNALS) & set(numbers):
                self.begin()
                with self._lock:
                    self._heard, pass_on = True, self._pass_on
                if pass_on is not None:
                    pass_on()

    @staticmethod
    def _cut_off(code: int) -> None:
        log.warning("daemon=cut off")
        leave(code)


def _hear(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: without anything to call, a signal ends the process there and then."""


def leave(code: int) -> None:
    """End the process now, without waiting for any thread."""
    sys.stderr.flush()
    os._exit(code)


class Aside(ThreadPoolExecutor):
    """What blocks, each on a thread of its own that keeps no process from ending.

    The threads of an ordinary executor are waited for when the interpreter ends: a mailbox or a name server that
    never answers would hold the daemon for as long.
    """

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self._under_way: set[Thread] = set()

    @property
    def busy(self) -> bool:
        """Whether something is still under way."""
        return any(thread.is_alive() for thread in tuple(self._under_way))

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Begin a call and return its future."""
        future: Future[T] = Future()

        def work() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(fn(*args, **kwargs))
                except BaseException as fault:  # noqa: BLE001 -- whoever waits gets it
                    future.set_exception(fault)

        self._under_way = {thread for thread in self._under_way if thread.is_alive()}
        thread = Thread(target=work, name="aside", daemon=True)
        self._under_way.add(thread)
        thread.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more; wait for nobody."""
