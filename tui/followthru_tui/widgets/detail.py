"""One task in full: its dates, who was told what, notes and history."""

from __future__ import annotations

from datetime import date

from textual.geometry import Region
from textual.strip import Strip

from followthru_tui.cells import width
from followthru_tui.detailwords import detail_lines
from followthru_tui.feed import TaskDetail
from followthru_tui.palette import Tone
from followthru_tui.widgets import window
from followthru_tui.widgets.painted import Painted
from followthru_tui.widgets.rowpaint import Part, strip


class DetailPane(Painted):
    """Paints a `TaskDetail`, wrapped to its width; scrolls by lines."""

    DEFAULT_CSS = "DetailPane { height: 1fr; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._shown: tuple[TaskDetail, date] | None = None
        self._lines: list[list[Part]] = []
        self._top = 0

    @property
    def text(self) -> str:
        """All lines, whether on screen or not."""
        return "\n".join("".join(text for text, _ in line).rstrip() for line in self._lines)

    def show(self, detail: TaskDetail, today: date) -> None:
        """Show a task; another task starts at its top."""
        if self._shown == (detail, today):
            return
        if self._shown is None or self._shown[0].row.id != detail.row.id:
            self._top = 0
        self._shown = (detail, today)
        self._lay_out()

    def clear(self) -> None:
        """Show nothing."""
        if self._shown is not None:
            self._shown, self._lines, self._top = None, [], 0
            self.refresh()

    def on_resize(self) -> None:
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        if self._shown is None:
            return
        detail, today = self._shown
        before = self._on_screen()
        self._lines = detail_lines(detail, today, max(10, self.size.width - 2))
        self._top = window.clamp_top(self._top, self.size.height, len(self._lines))
        # Neighbouring tasks share most of their lines: only those that differ are painted again.
        changed = [y for y, pair in enumerate(zip(before, self._on_screen(), strict=True)) if pair[0] != pair[1]]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def _on_screen(self) -> list[list[Part]]:
        shown = self._lines[self._top : self._top + self.size.height]
        return shown + [[]] * (self.size.height - len(shown))

    def scroll_lines(self, by: int) -> None:
        """Scroll by so many lines, as far as there are any."""
        top = window.clamp_top(self._top + by, max(1, self.size.height), len(self._lines))
        if top != self._top:
            self._top = top
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Paint one line of the viewport."""
        index = self._top + y
        parts = self._lines[index] if index < len(self._lines) else []
        spare = self.size.width - 1 - sum(width(text) for text, _ in parts)
        return strip([(" ", Tone.PLAIN), *parts, (" " * spare, Tone.PLAIN)], self.size.width, self.inks, False)
