"""The weeks above the bars of the timeline."""

from __future__ import annotations

from collections.abc import Callable

from followthru_tui.feed import Place, View
from followthru_tui.widgets.linelist import GUTTER
from followthru_tui.widgets.oneline import OneLine
from followthru_tui.widgets.statusbar import Lasts
from followthru_tui.widgets.tasklist import TaskList
from followthru_tui.widgets.timebars import LEGEND, axis


class Axis:
    """A line that is made when a timeline is shown first, and goes where another list is.

    `mount` puts the line above the list, `hint` says what the bars mean for as long as they are there.
    """

    def __init__(
        self, tasks: TaskList, mount: Callable[[OneLine], object], hint: Callable[[str, Lasts], object]
    ) -> None:
        self._list = tasks
        self._mount = mount
        self._hint = hint
        self._line: OneLine | None = None

    def paint(self, view: View | None) -> None:
        """Show the weeks of a timeline, and none above another list."""
        on = view is not None and view.where.place is Place.TIMELINE
        if self._line is None and on:
            self._line = OneLine(id="axis")
            self._line.display = False
            self._mount(self._line)
        if self._line is not None and self._line.display != on:
            self._line.display = on
            self._hint(LEGEND if on else "", Lasts.LIST)
        week = self._list.first_week
        if self._line is not None and on and week is not None:
            cells = self._list.size.width - GUTTER - 1
            self._line.put(axis(cells, week))
