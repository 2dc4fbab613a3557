"""Stories: what somebody presses and sees, one after the other, as one sentence.

    await Story(ui).press("a").type("Order paper").see("inbox").press("enter").says("Added 1: Order paper")

Nothing happens before the story is awaited. A step that fails shows the screen as it was then.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Generator

from textual import events

from followthru_tui.dispatch import key_words
from tests.tui.driver import Driver

Step = Callable[[], Awaitable[None]]


class Story:
    """Steps that are gone through once the story is awaited; it counts the keys that are pressed."""

    def __init__(self, ui: Driver, *, only_visible: bool = False) -> None:
        """Tell a story; with `only_visible` every key has to stand on the screen when it is pressed."""
        self.ui = ui
        self.keys = 0
        self._only_visible = only_visible
        self._steps: list[Step] = []

    def __await__(self) -> Generator[object, None, Story]:
        return self._go_through().__await__()

    async def _go_through(self) -> Story:
        steps, self._steps = self._steps, []
        for step in steps:
            await step()
        return self

    def _then(self, step: Step) -> Story:
        self._steps.append(step)
        return self

    # What is done

    def press(self, *keys: str) -> Story:
        """Press keys, each after what the one before did is on the screen."""

        async def step() -> None:
            for key in keys:
                if self._only_visible:
                    assert self.shown(key), f"{key_words(key)!r} is not on the screen:\n{self.ui.text()}"
                self.keys += 1
                await self.ui.press(key)

        return self._then(step)

    def type(self, text: str) -> Story:
        """Type text, and count its keys."""

        async def step() -> None:
            self.keys += len(text)
            await self.ui.type(text)

        return self._then(step)

    def enter(self, text: str) -> Story:
        """Type text and press Enter."""
        return self.type(text).press("enter")

    def paste(self, text: str) -> Story:
        """Paste text, as a terminal with bracketed paste hands it over."""

        async def step() -> None:
            self.ui.app.post_message(events.Paste(text))
            await self.ui.settled()

        return self._then(step)

    def resize(self, columns: int, rows: int) -> Story:
        """Resize the terminal."""

        async def step() -> None:
            await self.ui.resize(columns, rows)

        return self._then(step)

    def meanwhile(self, do: Callable[[], object]) -> Story:
        """Let something happen elsewhere, and the screen look for it."""

        async def step() -> None:
            do()
            self.ui.main.look_for_changes()
            await self.ui.settled()

        return self._then(step)

    # What is seen

    def see(self, *words: str) -> Story:
        """Expect words on the screen, wherever a line ends."""
        return self._holds(lambda: [word for word in words if word not in self._words()], "not on the screen")

    def miss(self, *words: str) -> Story:
        """Expect words not to be on the screen."""
        return self._holds(lambda: [word for word in words if word in self._words()], "on the screen")

    def _words(self) -> str:
        return " ".join(self.ui.text().split())

    def says(self, words: str) -> Story:
        """Expect words in the status line."""
        return self._holds(lambda: [] if words in self.ui.status() else [words], "not said")

    def heads(self, words: str) -> Story:
        """Expect words in the first line."""
        return self._holds(lambda: [] if words in self.ui.lines()[0] else [words], "not in the heading")

    def on(self, words: str) -> Story:
        """Expect words in the line under the cursor."""
        return self._holds(lambda: [] if words in self.ui.selected() else [words], "not under the cursor")

    def holds(self, check: Callable[[], object], about: str = "") -> Story:
        """Expect something of the store."""
        return self._holds(lambda: [] if check() else [about or "what was expected"], "does not hold")

    def _holds(self, wrong: Callable[[], list[str]], how: str) -> Story:
        async def step() -> None:
            found = wrong()
            assert not found, f"{found} {how}:\n{self.ui.text()}"

        return self._then(step)

    def shown(self, key: str) -> bool:
        """Whether a key stands on the screen before a word that says what it does."""
        return re.search(rf"(?:^|\s){re.escape(key_words(key))} \w", self.ui.text(), re.MULTILINE) is not None
