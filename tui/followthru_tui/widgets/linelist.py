"""A list that paints line by line: a cursor, its own scrolling, and nothing that grows with its length.

It keeps its own first visible line instead of deriving from ScrollView: one number to reason about and to
test, no layout pass when the length changes, and the scroll bar is a column of the line instead of two
more widgets in the first frame.
"""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from followthru_tui.cells import fit, wrap
from followthru_tui.palette import Tone
from followthru_tui.parts import Part
from followthru_tui.widgets import window
from followthru_tui.widgets.painted import Painted
from followthru_tui.widgets.rowpaint import strip

GUTTER = 2
_KEPT = 2000


class LineList(Painted, can_focus=True):
    """Base of all our lists. Subclasses say how many lines there are and what a line holds."""

    DEFAULT_CSS = "LineList { height: 1fr; width: 1fr; }"

    class Moved(Message):
        """The cursor stands on another line."""

        def __init__(self, source: LineList) -> None:
            super().__init__()
            self.source = source

        @property
        def control(self) -> LineList:
            """The list."""
            return self.source

    class Opened(Message):
        """A line was clicked while the cursor stood on it."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.cursor = 0
        self.top = 0
        self.moves = 0
        self._strips: dict[tuple[int, str, bool], Strip] = {}

    def count(self) -> int:
        """Return how many lines there are."""
        raise NotImplementedError

    def selectable(self, index: int) -> bool:
        """Whether the cursor may stand on a line."""
        raise NotImplementedError

    def parts(self, index: int, width: int) -> list[Part]:
        """Return what a line holds, as parts of `width` cells in all."""
        raise NotImplementedError

    def words_when_empty(self) -> str:
        """Return what is painted when there are no lines."""
        return ""

    def lead(self, index: int) -> int:
        """Return how many lines above this one belong to it (its heading)."""
        return 0

    def trail(self, index: int) -> int:
        """Return how many lines below this one belong to it."""
        return 0

    def on_top_changed(self) -> None:
        """Other lines are on screen now."""

    def lines_changed(self) -> None:
        """Paint every line anew: what they hold has changed."""
        self.forget_strips()
        self.refresh()

    def forget_strips(self) -> None:
        """Let every line be made anew when it is painted next."""
        self._strips.clear()

    def repaint_in_new_theme(self) -> None:
        """Paint every line in other colours."""
        self._strips.clear()
        super().repaint_in_new_theme()

    @property
    def lines_high(self) -> int:
        """How many lines are on screen."""
        return max(1, self.size.height)

    def on_resize(self) -> None:
        """Keep the cursor on screen, and paint no line as it was painted for another width."""
        self.lines_changed()
        self._show_from(self._following(self.cursor))
        self.on_top_changed()

    def move(self, by: int) -> None:
        """Move the cursor by so many selectable lines, as far as there are any."""
        step = 1 if by > 0 else -1
        index = self.cursor
        for _ in range(abs(by)):
            following = self._selectable_from(index + step, step)
            if following is None:
                break
            index = following
        self.go(index)

    def jump(self, by: int) -> None:
        """Move the cursor by so many lines of any kind, to the nearest selectable one."""
        self.go(max(0, min(self.count() - 1, self.cursor + by)), -1 if by < 0 else 1)

    def go(self, index: int, step: int = 1) -> None:
        """Put the cursor on a line, or on the next selectable one in the direction of `step`, or the other."""
        found = self._selectable_from(index, step)
        if found is None:
            found = self._selectable_from(index, -step)
        if found is None or found == self.cursor:
            return
        before, self.cursor = self.cursor, found
        top = self._following(found)
        if top == self.top:
            self._refresh_lines(before, found)
        else:
            self._show_from(top)
        self.tell_moved()

    def tell_moved(self) -> None:
        """Tell that the cursor stands on another line, or that its line is another; `moves` counts how often it was."""
        self.moves += 1
        self.post_message(self.Moved(self))

    def _following(self, cursor: int) -> int:
        """Return the first visible line once this one is shown with what belongs to it."""
        return window.follow(self.top, self.lines_high, self.count(), cursor, self.lead(cursor), self.trail(cursor))

    def _selectable_from(self, index: int, step: int) -> int | None:
        while 0 <= index < self.count():
            if self.selectable(index):
                return index
            index += step
        return None

    def _show_from(self, top: int) -> None:
        if top != self.top:
            self.top = top
            self.refresh()
            self.on_top_changed()

    def _refresh_lines(self, *indices: int) -> None:
        width = self.size.width
        self.refresh(
            *(
                Region(0, index - self.top, width, 1)
                for index in indices
                if self.top <= index < self.top + self.lines_high
            )
        )

    def render_line(self, y: int) -> Strip:
        """Paint one line of the viewport. Lines are kept as painted, so that scrolling costs only the new ones."""
        index = self.top + y
        if index >= self.count() or self.size.width <= GUTTER + 1:
            return self._blank(y)
        here = index == self.cursor and self.selectable(index)
        kept = (index, self._bar(y), here)
        found = self._strips.get(kept)
        if found is None:
            if len(self._strips) > _KEPT:
                self._strips.clear()
            found = self._strips[kept] = self._painted(*kept)
        return found

    def _painted(self, index: int, bar: str, here: bool) -> Strip:
        width, palette = self.size.width, self.inks
        parts = self.parts(index, width - GUTTER - 1)
        line = strip([(self.margin_of(index, here), Tone.STRONG), *parts], width - 1, palette, here)
        return Strip([*line, Segment(bar, palette.tones[Tone.DIM])], width)

    def _blank(self, y: int) -> Strip:
        """Return a line below the last one, or of what is said when there are none."""
        width = self.size.width
        if not self.count() and width > GUTTER + 1:
            return strip([(fit(f"  {self._empty_line(y)}", width), Tone.DIM)], width, self.inks, False)
        return strip([(" " * (width - 1), Tone.PLAIN), (self._bar(y), Tone.DIM)], width, self.inks, False)

    def _empty_line(self, y: int) -> str:
        lines = wrap(self.words_when_empty(), max(8, min(self.size.width - 4, 72)))
        return lines[y - 1] if 1 <= y <= len(lines) else ""

    def margin_of(self, index: int, here: bool) -> str:
        """Return the two cells before a line."""
        return "> " if here else "  "

    def _bar(self, y: int) -> str:
        thumb = window.thumb(self.top, self.lines_high, self.count())
        return "┃" if y in thumb else "│" if thumb else " "

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._wheel(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._wheel(-3)

    def _wheel(self, by: int) -> None:
        """Scroll the viewport; the cursor is carried along only as far as it has to be."""
        top = window.clamp_top(self.top + by, self.lines_high, self.count())
        if top == self.top:
            return
        self._show_from(top)
        last = top + self.lines_high - 1
        if not top <= self.cursor <= last:
            self.go(max(top, min(self.cursor, last)), 1 if by > 0 else -1)

    def on_click(self, event: events.Click) -> None:
        index = self.top + event.y
        if index == self.cursor:
            self.post_message(self.Opened())
        elif index < self.count() and self.selectable(index):
            self.go(index)
