"""The Textual application: opens the reader, shows the main screen, and turns failures into words."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable
from threading import Lock
from typing import ClassVar

from textual.app import App
from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen

from followthru_tui.feed import Feed
from followthru_tui.notebook import Notebook
from followthru_tui.reader import Failure, Reader, failure
from followthru_tui.screens.main import MainScreen
from followthru_tui.terminal import Terminal


class FollowthruApp(App[None], inherit_bindings=False):
    """followthru in the terminal. `open_feed` is called once, on the reader thread."""

    TITLE = "followthru"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #body { height: 1fr; }
    DetailPane { display: none; width: 45; border-left: vkey $surface-lighten-2; }
    .-wide DetailPane { display: block; }
    .-detail DetailPane { display: block; width: 1fr; border-left: none; }
    .-detail TaskList { display: none; }
    .-wide.-detail DetailPane { width: 45; border-left: vkey $accent; }
    .-wide.-detail TaskList { display: block; }
    """
    BINDINGS: ClassVar = [Binding("ctrl+q", "quit", "Quit", priority=True, show=False)]

    class Answered(Message):
        """The reader has an answer; it is taken on the thread that paints."""

        bubble = False

        def __init__(self, take: Callable[[], None]) -> None:
            super().__init__()
            self.take = take

    def __init__(self, open_feed: Callable[[], Feed]) -> None:
        super().__init__(driver_class=Terminal)
        self._starting = Lock()
        self._early: list[FollowthruApp.Answered] | None = []
        self.reader = Reader(open_feed, self._deliver, self._failed)
        self.reader.start()
        self.broken: Failure | None = None

    def get_default_screen(self) -> Screen[None]:
        """Start with the main screen: one screen fewer to make."""
        return self.main

    @property
    def main(self) -> MainScreen:
        """The main screen."""
        if self._main is None:
            self._main = MainScreen(self.reader, Notebook())
        return self._main

    _main: MainScreen | None = None

    def _deliver(self, take: Callable[[], None]) -> None:
        """Send the painting thread an answer.

        Until the app runs, answers are kept: its queue is made by whichever thread is the first to ask for it, and by
        both at once where Python has no lock for that (3.12 and later). Messages would then go to the one that is lost.
        """
        answered = self.Answered(take)
        with self._starting:
            if self._early is not None:
                self._early.append(answered)
                return
        self.post_message(answered)

    def on_load(self) -> None:
        """Take what was answered before the app ran."""
        with self._starting:
            early, self._early = self._early or [], None
        for answered in early:
            self.post_message(answered)

    def on_ready(self) -> None:
        """Collect garbage from now on, and only what is made from now on; end in order when told to."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit)
        gc.freeze()
        gc.enable()

    def on_followthru_app_answered(self, answered: Answered) -> None:
        answered.take()

    def _failed(self, failed: Failure) -> None:
        self.main.fail(failed)

    def on_unmount(self) -> None:
        self.reader.close()

    def _fatal_error(self) -> None:
        """End with words where Textual would print a traceback with the values of local variables."""
        self.broken = failure(self._exception) if self._exception is not None else None
        self._close_messages_no_wait()
