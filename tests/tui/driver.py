"""Drives the terminal UI by keys and reads its screen as text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import cast

from textual import events
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen

from followthru_tui.app import FollowthruApp
from followthru_tui.feed import Feed
from followthru_tui.reader import Job
from followthru_tui.screens.main import MainScreen
from followthru_tui.screens.work import WorkScreen

_NAMES = {
    "*": "asterisk",
    "#": "number_sign",
    "!": "exclamation_mark",
    "~": "tilde",
    "@": "at",
    "|": "vertical_line",
    "/": "slash",
    "?": "question_mark",
    ":": "colon",
    " ": "space",
    "+": "plus",
    "-": "minus",
    ".": "full_stop",
}
_PATIENCE = 60  # seconds: a machine with more to do than this suite is no failure
_CHARACTERS = {"enter": "\r", "escape": "\x1b", "slash": "/", "question_mark": "?", "colon": ":", "space": " "}


class Driver:
    """What a person does and sees. Every step waits until the reader has answered and the screen is painted."""

    def __init__(self, app: FollowthruApp, pilot: Pilot[None]) -> None:
        self.app = app
        self._pilot = pilot
        self._questions = 0
        put = app.reader._put  # pyright: ignore[reportPrivateUsage]

        def counted(group: str, job: Job) -> None:
            self._questions += 1
            put(group, job)

        app.reader._put = counted  # pyright: ignore[reportPrivateUsage]

    @property
    def main(self) -> MainScreen:
        return self.app.main

    async def settled(self) -> Driver:
        """Wait until the reader has answered what it was asked, and what it was asked thereupon, and all is painted."""
        quiet = 0
        while quiet < 2:
            before = self._questions
            answered = asyncio.Event()

            def done(_: object, event: asyncio.Event = answered) -> None:
                event.set()

            self.app.reader.ask("settled", lambda feed: None, done, done)
            await asyncio.wait_for(answered.wait(), _PATIENCE)
            await self._painted()
            quiet = quiet + 1 if self._questions == before + 1 else 0
        return self

    async def _painted(self) -> None:
        """Wait until whoever has the keys, the screen and the app have handled what they were sent.

        Who is asked may be taken off the screen meanwhile, and calls nobody back then: its successor is asked instead.
        """
        for who in (self._keys_go_to, self._screen, lambda: self.app, self._screen):
            painted = asyncio.Event()
            async with asyncio.timeout(_PATIENCE):
                while not painted.is_set():
                    who().call_after_refresh(painted.set)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(painted.wait(), 0.1)

    def _screen(self) -> Screen[None]:
        return cast("Screen[None]", self.app.screen)

    def _keys_go_to(self) -> MessagePump:
        return self._screen().focused or self._screen()

    async def press(self, *keys: str) -> Driver:
        """Press keys by their characters or Textual's names; each is taken before the next is pressed."""
        for key in keys:
            await self.settled_after(key)
        return self

    async def settled_after(self, *keys: str) -> Driver:
        """Press keys at once, as fast as a terminal delivers them, and wait."""
        for key in keys:
            self.app.post_message(
                events.Key(_NAMES.get(key, key), _CHARACTERS.get(key, key if len(key) == 1 else None))
            )
        return await self.settled()

    async def type(self, text: str) -> Driver:
        """Put text where the cursor is: all at once but for its last character, which is typed."""
        self.app.post_message(events.Paste(text[:-1]))
        await self.settled()
        return await self.press(text[-1])

    async def resize(self, columns: int, rows: int) -> Driver:
        """Resize the terminal."""
        await self._pilot.resize_terminal(columns, rows)
        return await self.settled()

    def lines(self) -> list[str]:
        """Return the screen as painted, line by line."""
        screen = self._screen()
        width, height = screen.size
        strips = screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
        assert len(strips) == height
        assert all(strip.cell_length == width for strip in strips)
        return [strip.text.rstrip() for strip in strips]

    def text(self) -> str:
        """Return the screen as one text."""
        return "\n".join(self.lines())

    def selected(self) -> str:
        """Return the line under the cursor."""
        return next((line for line in self.lines() if line.startswith("> ")), "")

    def status(self) -> str:
        """Return what the status line says."""
        screen = self._screen()
        return (screen if isinstance(screen, WorkScreen) else self.main).status_line.text.strip()

    def footer(self) -> str:
        """Return the footer as painted."""
        return self.lines()[-1]


@asynccontextmanager
async def running(open_feed: Callable[[], Feed], size: tuple[int, int] = (80, 24)) -> AsyncGenerator[Driver]:
    """Run the app on a feed, without a terminal."""
    app = FollowthruApp(open_feed)
    async with app.run_test(size=size) as pilot:
        yield await Driver(app, pilot).settled()
