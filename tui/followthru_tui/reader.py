"""The one thread that asks the feed, so that no question is ever answered on the thread that paints."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Condition, Thread
from typing import NamedTuple, TypeVar

from followthru.errors import FollowthruError
from followthru_tui.feed import Feed

T = TypeVar("T")


class Failure(NamedTuple):
    """A question that could not be answered, in words; `place` names the line of code if it is a defect."""

    words: str
    place: str = ""


Job = Callable[[Feed], Callable[[], None]]


class Reader:
    """Answers questions in the order they were put; a newer one of the same group replaces an older.

    `deliver` is called on the reader thread with a callable to be run on the thread that paints.
    """

    def __init__(
        self,
        open_feed: Callable[[], Feed],
        deliver: Callable[[Callable[[], None]], None],
        fail: Callable[[Failure], None],
    ) -> None:
        self._open_feed = open_feed
        self._deliver = deliver
        self._fail = fail
        self._waiting: OrderedDict[str, Job] = OrderedDict()
        self._changed = Condition()
        self._closing = False
        self._thread = Thread(target=self._run, name="reader", daemon=True)

    def start(self) -> None:
        """Start the thread; the feed is opened on it."""
        self._thread.start()

    def ask(self, group: str, ask: Callable[[Feed], T], then: Callable[[T], None]) -> None:
        """Put a question; it replaces one of the same group that still waits.

        `then` runs with the answer on the thread that paints.
        """

        def job(feed: Feed) -> Callable[[], None]:
            value = ask(feed)
            return lambda: then(value)

        with self._changed:
            self._waiting.pop(group, None)
            self._waiting[group] = job
            self._changed.notify()

    def close(self) -> None:
        """Finish the question at hand, forget the rest and close the feed."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def _next(self) -> Job | None:
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            return None if self._closing else self._waiting.popitem(last=False)[1]

    def _run(self) -> None:
        feed = self._opened()
        if feed is None:
            return
        try:
            while (question := self._next()) is not None:
                self._answer(feed, question)
        finally:
            feed.close()

    def _opened(self) -> Feed | None:
        try:
            return self._open_feed()
        except Exception as error:  # noqa: BLE001 - the thread's outermost edge: the words reach the screen
            self._failed(error)
            return None

    def _answer(self, feed: Feed, question: Job) -> None:
        try:
            reply = question(feed)
        except Exception as error:  # noqa: BLE001 - the thread's outermost edge: the words reach the screen
            self._failed(error)
        else:
            self._deliver(reply)

    def _failed(self, error: Exception) -> None:
        self._deliver(lambda: self._fail(failure(error)))


def failure(error: Exception) -> Failure:
    """Return what to tell the user about an error: its own sentences, or that it is a defect and where."""
    if isinstance(error, FollowthruError):
        return Failure(error.sentences())
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    return Failure(
        f"Something in followthru broke ({type(error).__name__}). Your data is safe; :messages says where.",
        place,
    )
