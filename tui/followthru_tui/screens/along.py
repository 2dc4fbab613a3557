"""The detail beside a list, or instead of it, that goes along with the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from followthru_tui.feed import TaskDetail, View
from followthru_tui.nearby import REACH, Nearby

if TYPE_CHECKING:
    from followthru_tui.reader import Reader
    from followthru_tui.widgets.detail import DetailPane
    from followthru_tui.widgets.tasklist import TaskList


class Along:
    """Shows in `pane` what the cursor of `tasks` stands on, and has the details of its neighbours read ahead."""

    def __init__(self, reader: Reader, tasks: TaskList, pane: DetailPane) -> None:
        self._reader = reader
        self._list = tasks
        self._pane = pane
        self._nearby = Nearby()

    def follow(self, view: View) -> None:
        """Show the detail of the selection if it is here, and see to it that its neighbours' are."""
        model = self._list.model
        if model is None:
            return
        self._nearby.at(view.version)
        self._show(view)
        if wanted := self._nearby.wanted(*model.near(self._list.cursor, REACH)):
            self._reader.ask("detail", lambda feed: feed.details(wanted), lambda got: self._take(view, got))

    def _take(self, view: View, details: Sequence[TaskDetail]) -> None:
        self._nearby.take(view.version, details)
        self._show(view)

    def _show(self, view: View) -> None:
        line = None if (mark := self._list.selected_mark) is None else mark.line
        if line is not None and (line.facts or line.task is None):
            self._pane.put_line(line)
            return
        selected = self._list.selected if line is None else line.task
        detail = self._nearby.get(selected) if isinstance(selected, int) else None
        if detail is not None:
            self._pane.put(detail, view.todays.get(detail.row.practice) or view.todays[None])
        elif not isinstance(selected, int):
            self._pane.clear()
