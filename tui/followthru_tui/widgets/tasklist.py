"""The main list: any number of tasks, of which only those around the viewport are in memory."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence, Set
from datetime import date, timedelta

from textual import events
from textual.message import Message

from followthru.domain.task import TaskRow
from followthru_tui.cells import fit
from followthru_tui.dispatch import stroke
from followthru_tui.feed import View
from followthru_tui.palette import Tone
from followthru_tui.parts import Part
from followthru_tui.widgets import window
from followthru_tui.widgets.linelist import LineList
from followthru_tui.widgets.marks import Marks
from followthru_tui.widgets.model import Key, ListModel, Mark, MarkKind
from followthru_tui.widgets.rowpaint import columns, line_parts, row_parts
from followthru_tui.widgets.timebars import bar_parts


class TaskList(LineList):
    """Shows a `View`. Asks for rows by `RowsWanted` and is given them by `take_rows`."""

    class RowsWanted(Message):
        """Rows of these ids are needed for the lines of `span` of the model."""

        def __init__(self, model: ListModel, span: range, ids: array[int]) -> None:
            super().__init__()
            self.model = model
            self.span = span
            self.ids = ids

    def __init__(
        self, press: Callable[[str], bool], paste: Callable[[events.Paste], None], *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._press = press
        self._paste = paste
        self.model: ListModel | None = None
        self.with_practice = True
        self.empty_words = ""
        self.marks = Marks()
        self._asked = range(0)
        self._weeks_on = -1

    def count(self) -> int:
        """Return how many lines there are."""
        return 0 if self.model is None else len(self.model)

    def selectable(self, index: int) -> bool:
        """Whether the cursor may stand on a line."""
        return self.model is not None and 0 <= index < len(self.model) and self.model.selectable(index)

    def lead(self, index: int) -> int:
        """Return 2 under a heading (it and the blank line above) and its note, so that scrolling up reveals them."""
        if self.model is None or not 0 < index < len(self.model):
            return 0
        lines = 1
        while (above := self.model.mark(index - lines)) is not None and above.kind is MarkKind.NOTE and lines < index:
            lines += 1
        return min(index, lines + 1) if above is not None and above.kind is MarkKind.HEADING else 0

    def trail(self, index: int) -> int:
        """Return how many lines below are what a line says of itself."""
        return 0 if self.model is None or not 0 <= index < len(self.model) else self.model.notes_below(index)

    @property
    def selected(self) -> Key | None:
        """The task id or mark key under the cursor."""
        return None if self.model is None else self.model.key(self.cursor)

    @property
    def selected_row(self) -> TaskRow | None:
        """The task under the cursor, if its row is loaded."""
        if self.model is None or not self.selectable(self.cursor):
            return None
        return self.model.row(self.cursor)

    @property
    def selected_mark(self) -> Mark | None:
        """The mark under the cursor."""
        return self.model.mark(self.cursor) if self.model is not None and self.selectable(self.cursor) else None

    @property
    def marked(self) -> set[int]:
        """The tasks that are marked, whether this list shows them or not."""
        return self.marks.ids

    def toggle_mark(self) -> bool:
        """Mark the task under the cursor, or take its mark away; False without a task there."""
        row = self.selected_row
        if row is None:
            return False
        self.marks.toggle(row.id)
        self.lines_changed()
        return True

    def mark_range(self) -> None:
        """Begin a range at the task under the cursor, which the cursor then draws along; or let it stand."""
        row = self.selected_row
        if self.marks.ranging:
            self.marks.end()
        elif row is not None:
            self.marks.begin(row.id)
            self.lines_changed()

    def mark_all(self) -> int:
        """Mark every task of the list, or none if all are; return how many belong to it and are not in it."""
        if self.model is None:
            return 0
        self.marks.all(self.model.entries)
        self.lines_changed()
        return sum(section.total - len(section.ids) - len(section.lines) for section in self.model.view.sections)

    def unmark(self) -> None:
        """Take all marks away."""
        if self.marks.clear():
            self.lines_changed()

    def leave(self, ids: Set[int]) -> None:
        """Leave marks on these alone."""
        self.marks.only(ids)
        self.lines_changed()

    def go(self, index: int, step: int = 1) -> None:
        """Put the cursor on a line; a range that is being marked follows."""
        super().go(index, step)
        if self.marks.ranging and self.model is not None and self.marks.follow(self.model.entries, self.cursor):
            self.lines_changed()

    def margin_of(self, index: int, here: bool) -> str:
        """Return the cursor and the mark of a line."""
        row = self.model.row(index) if self.marked and self.model is not None else None
        marked = row is not None and row.id in self.marked
        return (">" if here else " ") + ("*" if marked else " ")

    def show(self, view: View, select: Key | None = None, *, fresh: bool = False) -> None:
        """Show a view. The cursor stays on the same task, on the same screen row, where both are still there.

        `select` puts it on a certain task or line instead, without holding its screen row; `fresh` is set for another
        view than before, which begins at its top.
        """
        if self._stands(view, select, fresh):
            return
        model = ListModel(view)
        key = self.selected if select is None and not fresh else select
        kept = model.index_of(key)
        before, old_top = (0, 0) if fresh else (self.cursor, self.top)
        arranged = self.model is not None and self.model.view.order != view.order
        self.model, self._asked = model, range(0)
        self.with_practice = view.where.place not in ("practice", "practice tasks")
        self.cursor = self._nearest(before if kept is None else kept)
        if kept is not None and select is None:
            self.top = window.hold(old_top, before, self.cursor, self.lines_high, len(model))
        else:
            self.top = old_top
        if kept is None or select is not None or arranged:
            # In another order, what matters is the heading under which the task stands now.
            self.top = self._following(self.cursor)
        self.lines_changed()
        self.on_top_changed()
        self.tell_moved()

    def _stands(self, view: View, select: Key | None, fresh: bool) -> bool:
        """Whether a view is what is painted already, as it is each second while a calendar is synced.

        Rows that did not come with it are asked for anew, and painted if they differ.
        """
        model = self.model
        if model is None or fresh or select is not None or not model.holds(view):
            return False
        model.view = view
        self._asked = span = window.wanted(self.top, self.lines_high, len(model))
        known = {row.id for row in view.rows}
        ids = array("q", (id for id in model.entries[span.start : span.stop] if id > 0 and id not in known))
        if ids:
            self.post_message(self.RowsWanted(model, span, ids))
        self.tell_moved()
        return True

    def _nearest(self, index: int) -> int:
        index = max(0, min(index, self.count() - 1))
        for step in (1, -1):
            found = self._selectable_from(index, step)
            if found is not None:
                return found
        return 0

    def take_rows(self, model: ListModel, span: range, rows: Sequence[TaskRow]) -> None:
        """Take the rows that were asked for; an answer about an older model is dropped."""
        if model is not self.model:
            return
        before = self._rows_on_screen(model)
        model.load(span, rows)
        self.forget_strips()
        if self._rows_on_screen(model) == before:
            return
        self.refresh()
        self.on_top_changed()
        if self.cursor in span:
            self.tell_moved()

    def _rows_on_screen(self, model: ListModel) -> list[TaskRow | None]:
        return [model.row(index) for index in window.visible(self.top, self.lines_high, len(model))]

    def on_top_changed(self) -> None:
        """Ask for rows once fewer than a few screenfuls are left on a side."""
        model = self.model
        if model is None or not window.runs_short(self._asked, self.top, self.lines_high, len(model)):
            return
        self._asked = span = window.wanted(self.top, self.lines_high, len(model))
        ids = model.missing(span)
        if ids:
            self.post_message(self.RowsWanted(model, span, ids))
        else:
            model.load(span, ())

    def words_when_empty(self) -> str:
        """Return what to do next when there is nothing to show."""
        return self.empty_words if self.model is not None else ""

    def parts(self, index: int, width: int) -> list[Part]:
        """Return what a line holds: a task, a mark, or an ellipsis until its row is here."""
        model = self.model
        if model is None:
            return []
        mark = model.mark(index)
        if mark is not None:
            return self._mark_parts(mark, width)
        row = model.row(index)
        if row is None:
            return [(fit("…", width), Tone.DIM)]
        todays = model.view.todays
        today = todays.get(row.practice) or todays[None]
        if model.view.where.place == "timeline":
            return bar_parts(row, today, self._week_of(todays[None]), width)
        return row_parts(row, today, columns(width, self.with_practice))

    @property
    def first_week(self) -> date | None:
        """The Monday of the first week of the timeline, None while no list has come."""
        return None if self.model is None else self._week_of(self.model.view.todays[None])

    def _week_of(self, today: date) -> date:
        return today + timedelta(days=7 * self._weeks_on - today.weekday())

    def scroll_weeks(self, by: int) -> None:
        """Show the timeline from so many weeks later."""
        self._weeks_on += by
        self.lines_changed()

    def _mark_parts(self, mark: Mark, width: int) -> list[Part]:
        if mark.line is not None and self.model is not None:
            todays = self.model.view.todays
            today = todays.get(mark.line.practice) or todays[None]
            return line_parts(mark.line, today, columns(width, self.with_practice))
        tone = Tone.HEADING if mark.kind is MarkKind.HEADING else Tone.DIM
        return [(fit(mark.words, width), tone)]

    def on_key(self, event: events.Key) -> None:
        """Hand the key to the dispatcher at once; a bubble through the tree would cost two more turns of the loop."""
        if self._press(stroke(event)):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Hand over what is pasted at once, so that it keeps its place among the keys."""
        event.stop()
        self._paste(event)
