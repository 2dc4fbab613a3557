"""One task in full: its dates, who was told what, notes and history; or a line that is no task, in full."""

from __future__ import annotations

from datetime import date

from followthru_tui.detailwords import detail_lines, line_lines
from followthru_tui.feed import Line, TaskDetail
from followthru_tui.parts import Lines
from followthru_tui.widgets.textpane import TextPane


class DetailPane(TextPane):
    """Shows a `TaskDetail`; another task starts at its top."""

    DEFAULT_CSS = "DetailPane { height: 1fr; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(self._detail_lines, id=id)
        self._shown: tuple[TaskDetail, date] | Line | None = None

    def _detail_lines(self, cells: int) -> Lines:
        if isinstance(self._shown, Line):
            return line_lines(self._shown, cells)
        return [] if self._shown is None else detail_lines(*self._shown, cells)

    def put(self, detail: TaskDetail, today: date) -> None:
        """Show a task."""
        if self._shown == (detail, today):
            return
        before = self._shown
        other = before is None or isinstance(before, Line) or before[0].row.id != detail.row.id
        self._shown = (detail, today)
        self.show(from_top=other)

    def put_line(self, line: Line) -> None:
        """Show a line that is no task."""
        if self._shown != line:
            self._shown = line
            self.show(from_top=True)

    def clear(self) -> None:
        """Show nothing."""
        if self._shown is not None:
            self._shown = None
            self.show(from_top=True)
