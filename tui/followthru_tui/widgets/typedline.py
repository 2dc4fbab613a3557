"""An input that takes every key in the order in which it was typed, also what was typed before it was there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.highlighter import Highlighter
from textual import events
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

Typed = events.Key | events.Paste


class TypedLine(Input):
    """One line of text. `takes` is asked first for every key that is no character; True if it took the key.

    With `hands_over` several pasted lines become a message, otherwise one line.

    Textual hands keys like Backspace or Ctrl+A to an input only after they went up through all that it stands in, so
    that characters typed behind them overtake them. Here each key is done before the next. Until `release` keys are
    held: what was typed ahead of the line comes before them.
    """

    class Pasted(Message):
        """More than one line was pasted."""

        def __init__(self, lines: list[str]) -> None:
            super().__init__()
            self.lines = lines

    class _Released(Message):
        def __init__(self, ahead: Sequence[Typed]) -> None:
            super().__init__()
            self.ahead = ahead

    def __init__(
        self,
        value: str = "",
        *,
        takes: Callable[[str], bool],
        hands_over: bool = False,
        password: bool = False,
        placeholder: str = "",
        select_on_focus: bool = False,
        highlighter: Highlighter | None = None,
        suggester: Suggester | None = None,
    ) -> None:
        super().__init__(
            value,
            compact=True,
            password=password,
            placeholder=placeholder,
            select_on_focus=select_on_focus,
            highlighter=highlighter,
            suggester=suggester,
        )
        # Nothing moves by itself: a blink is two paints a second, over every line between here and the terminal.
        self.cursor_blink = False
        self._takes = takes
        self._hands_over = hands_over
        self._held: list[Typed] | None = []
        self._behind: Callable[[Typed], None] | None = None

    def hand_on(self, to: Callable[[Typed], None]) -> None:
        """Hand all that comes from now on to what comes after this line."""
        self._behind = to

    def release(self, ahead: Sequence[Typed]) -> None:
        """Type what came ahead of this line, then what came since."""
        self.post_message(self._Released(ahead))

    async def on_typed_line__released(self, released: TypedLine._Released) -> None:
        """Type what is held, in order; nothing else is taken meanwhile."""
        released.stop()
        held, self._held = self._held or [], None
        for typed in (*released.ahead, *held):
            if isinstance(typed, events.Key):
                await self._type(typed)
            else:
                self._put(typed)

    async def on_key(self, event: events.Key) -> None:
        """Do what a key does at once."""
        if self._held is not None:
            self._held.append(event)
            event.stop()
            event.prevent_default()
        elif await self._type(event):
            event.stop()
            event.prevent_default()

    async def _type(self, event: events.Key) -> bool:
        """Do what a key does; False if it does nothing here."""
        if self._behind is not None:
            self._behind(event)
            return True
        if event.is_printable and event.character is not None:
            self.replace(event.character, *self.selection)
            return True
        if self._takes(event.key):
            return True
        bound = self._bindings.key_to_bindings.get(event.key, [])
        for binding in bound:
            await self.run_action(binding.action)
        return bool(bound)

    def on_paste(self, event: events.Paste) -> None:
        """Put what was pasted where the cursor is, or hand it over."""
        event.stop()
        event.prevent_default()
        if self._held is not None:
            self._held.append(event)
        else:
            self._put(event)

    def _put(self, event: events.Paste) -> None:
        if self._behind is not None:
            self._behind(event)
            return
        lines = [line.strip() for line in event.text.splitlines() if line.strip()]
        if len(lines) > 1 and self._hands_over:
            self.post_message(self.Pasted(lines))
        elif event.text:
            self.replace(" ".join(lines) if len(lines) > 1 else event.text.splitlines()[0], *self.selection)
