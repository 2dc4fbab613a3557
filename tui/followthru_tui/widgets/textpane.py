"""Painted lines of text, laid out for the width there is; scrolls by lines."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.geometry import Region
from textual.strip import Strip

from followthru_tui.cells import width
from followthru_tui.palette import Tone
from followthru_tui.parts import Lines
from followthru_tui.widgets import window
from followthru_tui.widgets.painted import Painted
from followthru_tui.widgets.rowpaint import strip


class TextPane(Painted):
    """Shows what `lay_out` returns for a width in cells. `show` asks it again."""

    DEFAULT_CSS = "TextPane { height: 1fr; }"

    def __init__(self, lay_out: Callable[[int], Lines], *, id: str) -> None:
        super().__init__(id=id)
        self._lay_out = lay_out
        self._lines: Lines = []
        self._top = 0

    @property
    def text(self) -> str:
        """All lines, whether on screen or not."""
        return "\n".join("".join(text for text, _ in line).rstrip() for line in self._lines)

    def show(self, *, from_top: bool = False) -> None:
        """Lay the text out anew; only the lines that differ are painted again."""
        if not self.size.width:
            return
        before = self._on_screen()
        self._lines = self._lay_out(max(10, self.size.width - 2))
        self._top = 0 if from_top else window.clamp_top(self._top, max(1, self.size.height), len(self._lines))
        changed = [y for y, pair in enumerate(zip(before, self._on_screen(), strict=True)) if pair[0] != pair[1]]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def on_resize(self) -> None:
        """Lay the text out for the new width."""
        self.show()
        self.refresh()

    def _on_screen(self) -> Lines:
        shown = self._lines[self._top : self._top + self.size.height]
        return shown + [[]] * (self.size.height - len(shown))

    def scroll_lines(self, by: int) -> None:
        """Scroll by so many lines, as far as there are any."""
        top = window.clamp_top(self._top + by, max(1, self.size.height), len(self._lines))
        if top != self._top:
            self._top = top
            self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll with the wheel."""
        event.stop()
        self.scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll with the wheel."""
        event.stop()
        self.scroll_lines(-3)

    def render_line(self, y: int) -> Strip:
        """Paint one line of the viewport."""
        index = self._top + y
        parts = self._lines[index] if index < len(self._lines) else []
        spare = max(0, self.size.width - 1 - sum(width(text) for text, _ in parts))
        return strip([(" ", Tone.PLAIN), *parts, (" " * spare, Tone.PLAIN)], self.size.width, self.inks, False)
