"""A screen that keeps the keys that come before what they are meant for is there: as commands they would do harm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from textual import events, on
from textual.screen import Screen

from followthru_tui.dispatch import stroke, typed
from followthru_tui.feed import Feed
from followthru_tui.reader import Failure
from followthru_tui.widgets.linelist import LineList
from followthru_tui.widgets.painted import app_of
from followthru_tui.widgets.statusbar import Lasts
from followthru_tui.widgets.typedline import Typed, TypedLine

if TYPE_CHECKING:
    from followthru_tui.reader import Reader
    from followthru_tui.screens.notes import NotesScreen

T = TypeVar("T")

PATIENCE = 1.5
"""Seconds that something may take before it is said that it is still at work."""


class AheadScreen(Screen[None]):
    """Hands what was typed ahead to the line, the list or the screen that it was meant for, in order."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader
        self._opening = False
        self._ahead: list[Typed] = []
        self._opened_times = 0
        self._looking = False
        self._keys_from: LineList | None = None
        self.begins: Callable[[], None] | None = None
        """Called once this screen is there, where another opened it."""

    def press(self, key: str) -> bool:
        """Do what a key does; False if it does nothing."""
        raise NotImplementedError

    def hint(self, words: str, lasts: Lasts = Lasts.KEY) -> None:
        """Say words that are not worth remembering."""
        raise NotImplementedError

    def fail(self, failed: Failure) -> None:
        """Say what could not be done."""
        raise NotImplementedError

    def keeps(self, key: str) -> bool:
        """Whether a key is kept for what is being opened; Esc gives up what is still being looked up."""
        if self._opening and self._looking and key == "escape":
            self._shut()
            return True
        if self._opening:
            self._ahead.append(typed(key))
        return self._opening

    def opens(self) -> None:
        """Keep the keys that come before what they are meant for is there: as commands they would do harm."""
        self._opening = True
        self._opened_times += 1
        self._keys_from = self.focused if isinstance(self.focused, LineList) else None

    def say_if_late(self, words: str) -> None:
        """Hint after a while that what keys are kept for is still on its way, if it is."""
        opened = self._opened_times

        def look() -> None:
            if self._opening and self._opened_times == opened:
                self.hint(words)

        self.set_timer(PATIENCE, look)

    def look_first(self, group: str, question: Callable[[Feed], T], then: Callable[[T], None]) -> None:
        """Find out what a line or a list needs before it opens; what is typed meanwhile goes there, Esc gives it up.

        Where `then` opens nothing it is forgotten: it was meant for what did not open, and as commands it would do
        harm.
        """
        self.opens()
        self._looking, opened = True, self._opened_times

        def wanted() -> bool:
            return self._looking and self._opened_times == opened

        def take(found: T) -> None:
            if wanted():
                self._looking = False
                then(found)
                if self._opened_times == opened:
                    self._shut()

        def fail(failed: Failure) -> None:
            if wanted():
                self._shut()
            self.fail(failed)

        # A group of its own: what a screen asks by itself each second would take the place of what keys wait for.
        self.reader.ask(f"first {group}", question, take, fail)

    def _shut(self) -> None:
        """Let keys be commands again: nothing opens."""
        self._looking = self._opening = False
        self._ahead = []

    @on(events.DescendantFocus)
    def _opened(self, event: events.DescendantFocus) -> None:
        """Give a line what was typed ahead of it."""
        if self._opening and isinstance(event.widget, TypedLine):
            self._give_ahead(event.widget.release)

    def _give_ahead(self, give: Callable[[Sequence[Typed]], None]) -> None:
        """Hand over what was typed ahead, once whoever had the keys before has handled all of its own."""

        def hand_over() -> None:
            self._opening = False
            ahead, self._ahead = self._ahead, []
            give(ahead)

        (self._keys_from or self).call_later(hand_over)

    def open_screen(self, screen: AheadScreen | NotesScreen, then: Callable[[], None]) -> None:
        """Show another screen, which gets what was typed ahead of it; `then` is called once it is left."""
        self.opens()
        screen.begins = lambda: self._give_ahead(screen.release)
        app_of(self).push_screen(screen, lambda _: then())

    @on(events.Mount)
    def _begin(self) -> None:
        """Ask for what was typed ahead: nothing can open on a screen that has nothing on it yet."""
        if self.begins is not None:
            self.begins()

    def release(self, ahead: Sequence[Typed]) -> None:
        """Do what was typed ahead of this screen, key by key; what comes behind the one that leaves it is forgotten."""
        self._opening = False
        came, self._ahead = self._ahead, []
        for one in (*ahead, *came):
            self.take(one)

    def take(self, one: Typed) -> None:
        """Do what was typed, unless this screen was left by what was typed before."""
        if self not in app_of(self).screen_stack:
            return
        if isinstance(one, events.Key):
            self.press(stroke(one))
        else:
            self.paste(one)

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted where nothing has the keys."""
        self.paste(event)

    def paste(self, event: events.Paste) -> None:
        """Keep what is pasted ahead of a line; without one say what to do."""
        if self._opening:
            self._ahead.append(event)
        elif event.text.strip():
            self.hint("What was pasted went nowhere: open a line first (a captures a task), then paste.")

    def _typed_behind(self, key: Typed) -> None:
        """Keep what was typed behind a choice for what it opens; where it opens nothing, it was meant for nothing."""
        if self._opening:
            self._ahead.append(key)
        elif isinstance(opened := app_of(self).screen, AheadScreen) and opened is not self:
            opened.take(key)
