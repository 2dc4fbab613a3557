"""The one thread that asks the feed, so that no question is ever answered on the thread that paints."""

from __future__ import annotations

import errno
import logging
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Condition, Thread
from typing import NamedTuple, TypeVar

from followthru.errors import FollowthruError
from followthru_tui.feed import Feed, Said, Verb

T = TypeVar("T")

log = logging.getLogger(__name__)


_OUTSIDE = frozenset(
    {
        errno.EACCES,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.EMFILE,
        errno.ENOENT,
        errno.ENOSPC,
        errno.EPERM,
        errno.EROFS,
    }
)
"""What a disk or its rights refuse: no defect of this program."""


class Failure(NamedTuple):
    """A question that could not be answered, in words; `place` names the line of code if it is a defect."""

    words: str
    place: str = ""


Failed = Callable[[Failure], None]


class Job(NamedTuple):
    """A question or a verb that waits for its turn. `keep` is set for what must not be forgotten."""

    run: Callable[[Feed], Callable[[], None]]
    fail: Failed
    keep: bool = False


class Reader:
    """Answers questions in the order they were put; a newer one of the same group replaces an older.

    `deliver` is called on the reader thread with a callable to be run on the thread that paints. While the feed
    cannot be opened every question fails with the reason, and the next one tries again.
    """

    def __init__(
        self,
        open_feed: Callable[[], Feed],
        deliver: Callable[[Callable[[], None]], None],
        fail: Failed,
    ) -> None:
        self._open_feed = open_feed
        self._deliver = deliver
        self._fail = fail
        self._waiting: OrderedDict[str, Job] = OrderedDict()
        self._changed = Condition()
        self._closing = False
        self._verbs = 0
        self._thread = Thread(target=self._run, name="reader", daemon=True)

    def start(self) -> None:
        """Start the thread, which opens the feed at once: before anything is asked there is time for it."""
        self.ask("open", lambda _: None, lambda _: None)
        self._thread.start()

    def ask(self, group: str, ask: Callable[[Feed], T], then: Callable[[T], None], fail: Failed | None = None) -> None:
        """Put a question; it replaces one of the same group that still waits.

        `then` runs with the answer, or `fail` with the reason, on the thread that paints.
        """
        self._put(group, Job(_job(ask, then), fail or self._fail))

    def act(self, verb: Verb, then: Callable[[Said], None], fail: Failed | None = None) -> None:
        """Have a verb done. Verbs are never replaced or forgotten: those that wait are done before the thread ends."""
        self._verbs += 1
        self._put(f"verb {self._verbs}", Job(_job(lambda feed: feed.do(verb), then), fail or self._fail, keep=True))

    def _put(self, group: str, job: Job) -> None:
        with self._changed:
            self._waiting.pop(group, None)
            self._waiting[group] = job
            self._changed.notify()

    def close(self) -> None:
        """Finish what is at hand and the verbs that wait, forget the rest and close the feed."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _next(self) -> Job | None:
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            while self._waiting:
                job = self._waiting.popitem(last=False)[1]
                if job.keep or not self._closing:
                    return job
            return None

    def _run(self) -> None:
        feed: Feed | None = None
        try:
            while (job := self._next()) is not None:
                feed = self._answer(feed, job)
        finally:
            if feed is not None:
                feed.close()

    def _answer(self, feed: Feed | None, job: Job) -> Feed | None:
        try:
            feed = feed or self._open_feed()
            reply = job.run(feed)
        except Exception as error:
            # The thread's outermost edge: the words reach the screen, a defect's place the log.
            failed = failure(error)
            if failed.place:
                log.exception("defect")
            self._deliver(lambda: job.fail(failed))
        else:
            self._deliver(reply)
        return feed


def _job(ask: Callable[[Feed], T], then: Callable[[T], None]) -> Callable[[Feed], Callable[[], None]]:
    def run(feed: Feed) -> Callable[[], None]:
        value = ask(feed)
        return lambda: then(value)

    return run


def failure(error: Exception) -> Failure:
    """Return what to tell the user about an error: its own sentences, or that it is a defect and where."""
    if isinstance(error, FollowthruError):
        return Failure(error.sentences())
    if isinstance(error, OSError) and error.errno in _OUTSIDE:
        return Failure(
            f"{error.filename or 'A file'} cannot be used: {error.strerror}. What was saved is safe, and what you "
            "typed is kept. Make room on its disk, or give yourself the right to it, and press the key again."
        )
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    return Failure(
        f"Something in followthru broke ({type(error).__name__}). What was saved is safe; m says where.",
        place or "an unknown place",
    )
