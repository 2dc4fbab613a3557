"""The main screen: header, list, detail beside or instead of it, what just happened, and the keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from followthru.actions.registry import COMMANDS, Selected
from followthru.domain.people import Practice
from followthru_tui import shellwords
from followthru_tui.dispatch import Dispatcher, Handler, stroke
from followthru_tui.feed import TODAY, Aids, Outcome, Place, TaskDetail, View, Where
from followthru_tui.footer import fitting
from followthru_tui.navigation import Navigation
from followthru_tui.nearby import Nearby
from followthru_tui.offers import key_picks, palette_picks
from followthru_tui.previewwords import preview
from followthru_tui.screens.picker import Picker
from followthru_tui.widgets.capturepanel import CapturePanel
from followthru_tui.widgets.detail import DetailPane
from followthru_tui.widgets.linelist import LineList
from followthru_tui.widgets.model import MarkKind
from followthru_tui.widgets.oneline import OneLine
from followthru_tui.widgets.painted import app_of
from followthru_tui.widgets.picklist import Pick
from followthru_tui.widgets.prompt import Prompt
from followthru_tui.widgets.tasklist import TaskList

if TYPE_CHECKING:
    from followthru_tui.reader import Reader

WIDE = 110


class MainScreen(Screen[None]):
    """Paints one list at a time and the task under its cursor."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader
        self.navigation = Navigation()
        self.list = TaskList(self.press, id="list")
        self.detail = DetailPane(id="detail")
        self.header_line = OneLine(id="header")
        self.status_line = OneLine(id="status")
        self.footer_line = OneLine(id="footer")
        self.said: list[str] = []
        self.nearby = Nearby()
        self.aids: Aids | None = None
        self.draft = ""
        self._selecting: int | None = None
        self.view: View | None = None
        self.dispatcher = Dispatcher(COMMANDS, self._handlers(), self.selected, self.say)

    def compose(self) -> ComposeResult:
        yield self.header_line
        with Horizontal(id="body"):
            yield self.list
            yield self.detail
        yield self.status_line
        yield self.footer_line

    def on_mount(self) -> None:
        self.list.focus()
        self.set_interval(1.0, self._look_for_changes)
        self.ask_view()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width >= WIDE, "-wide")
        self._paint_lines()
        self._ask_detail()

    # What is shown

    def ask_view(self) -> None:
        """Ask for the list on screen as it stands now."""
        where, matching = self.navigation.where, self.navigation.matching
        self.reader.ask("view", lambda feed: feed.view(where, matching), self._take_view)

    def _take_view(self, view: View) -> None:
        if view.where != self.navigation.where:
            return
        same = self.view is not None and self.view.where == view.where
        if self.view is None or self.view.version != view.version:
            self.reader.ask("aids", lambda feed: feed.aids(), self._take_aids)
        self.view = view
        selecting, self._selecting = self._selecting, None
        self.list.empty_words = shellwords.empty(view, self.navigation.matching)
        self.list.show(view, selecting or (None if same else self.navigation.remembered()))
        self._paint_lines()

    def _take_aids(self, aids: Aids) -> None:
        self.aids = aids

    def _look_for_changes(self) -> None:
        if self.view is not None:
            self.reader.ask("version", lambda feed: feed.version(), self._take_version)

    def _take_version(self, version: int) -> None:
        if self.view is not None and version != self.view.version:
            self.ask_view()

    @on(TaskList.RowsWanted)
    def _ask_rows(self, wanted: TaskList.RowsWanted) -> None:
        self.reader.ask(
            "rows",
            lambda feed: feed.rows(wanted.ids),
            lambda rows: self.list.take_rows(wanted.model, wanted.span, rows),
        )

    @on(LineList.Moved)
    def _moved(self, moved: LineList.Moved) -> None:
        if moved.source is self.list:
            self._follow_selection()

    def _follow_selection(self) -> None:
        """Paint what depends on the selection, in the same frame as the list; idempotent."""
        self.navigation.remember(self.list.selected)
        self._paint_lines()
        self._ask_detail()

    @property
    def detail_visible(self) -> bool:
        """Whether the detail is on screen, beside the list or instead of it."""
        return self.has_class("-wide") or self.in_detail

    @property
    def in_detail(self) -> bool:
        """Whether the keys that move go to the detail."""
        return self.has_class("-detail")

    def _ask_detail(self) -> None:
        """Show the detail of the selection if it is here, and see to it that its neighbours' are."""
        model = self.list.model
        if not self.detail_visible or self.view is None or model is None:
            return
        version = self.view.version
        self.nearby.at(version)
        self._show_detail()
        if wanted := self.nearby.wanted(model.entries, self.list.cursor):
            self.reader.ask("detail", lambda feed: feed.details(wanted), lambda got: self._take_details(version, got))

    def _take_details(self, version: int, details: Sequence[TaskDetail]) -> None:
        self.nearby.take(version, details)
        self._show_detail()

    def _show_detail(self) -> None:
        selected = self.list.selected
        detail = self.nearby.get(selected) if isinstance(selected, int) else None
        if detail is not None and self.view is not None:
            todays = self.view.todays
            self.detail.show(detail, todays.get(detail.row.practice) or todays[None])
        elif not isinstance(selected, int):
            self.detail.clear()

    def selected(self) -> Selected:
        """Return what is under the cursor."""
        mark = self.list.selected_mark
        return Selected(self.list.selected_row, mark.key if mark is not None else None)

    def _paint_lines(self) -> None:
        if self.view is not None:
            self.header_line.put(
                shellwords.heading(self.view, self.navigation.matching),
                shellwords.position(self.list.cursor, self.view),
            )
        self.footer_line.put(shellwords.keys(fitting(self.dispatcher.offers(), self.size.width)))

    # What is said

    def say(self, words: str) -> None:
        """Put words into the status line and the messages."""
        self.said.append(words)
        self.status_line.put(shellwords.status(words))

    # Keys

    def press(self, key: str) -> bool:
        """Run the command of a key pressed in the list; False if there is none."""
        known = self.dispatcher.press(key)
        self._follow_selection()
        return known

    def on_key(self, event: events.Key) -> None:
        """Take keys while the list is hidden by the detail: a hidden widget has no focus."""
        if self.focused is None and self.press(stroke(event)):
            event.stop()

    def _handlers(self) -> dict[str, Handler]:
        return {
            "down": lambda: self._move(1),
            "up": lambda: self._move(-1),
            "page-down": lambda: self._page(1),
            "page-up": lambda: self._page(-1),
            "first": lambda: self._end(first=True),
            "last": lambda: self._end(first=False),
            "show": self._open,
            "back": self._back,
            "today": lambda: self.visit(TODAY),
            "list": lambda: self.visit(Where(Place.ALL)),
            "search": self._filter,
            "quit": self._quit,
            "add": self._capture,
            "help": self._help,
            "palette": self._palette,
            "practice list": self._practices,
            "daemon logs": self._messages,
        }

    def _move(self, by: int) -> None:
        if self.in_detail:
            self.detail.scroll_lines(by)
        else:
            self.list.move(by)

    def _page(self, pages: int) -> None:
        target = self.detail if self.in_detail else self.list
        by = pages * max(1, target.size.height - 1)
        if self.in_detail:
            self.detail.scroll_lines(by)
        else:
            self.list.jump(by)

    def _end(self, *, first: bool) -> None:
        if self.in_detail:
            self.detail.scroll_lines(-(10**6) if first else 10**6)
        else:
            self.list.go(0 if first else self.list.count() - 1, 1 if first else -1)

    def _open(self) -> None:
        mark = self.list.selected_mark
        if mark is not None and mark.kind is MarkKind.MORE:
            self.visit(Where(Place.SECTION, mark.key.removeprefix("more:")), deeper=True)
        elif mark is not None:
            self.say("Updates are opened from here once they can be reviewed.")
        else:
            self.add_class("-detail")
            self._paint_lines()
            self._ask_detail()

    def _back(self) -> None:
        if self.in_detail:
            self.remove_class("-detail")
            self.call_after_refresh(self.list.focus)
        elif self.navigation.matching:
            self.navigation.narrow("")
            self.ask_view()
        elif self.navigation.back():
            self.ask_view()
        else:
            self.say("This is the top: q quits.")
        self._paint_lines()

    def visit(self, where: Where, *, deeper: bool = False) -> None:
        """Show another list."""
        if self.in_detail:
            self.remove_class("-detail")
            self.call_after_refresh(self.list.focus)
        if deeper:
            self.navigation.enter(where)
        else:
            self.navigation.restart(where)
        self.ask_view()

    def _filter(self) -> None:
        self.mount(Prompt("/", self.navigation.matching, id="filter"), before=self.status_line)

    @on(Prompt.Changed, "#filter")
    def _narrow(self, changed: Prompt.Changed) -> None:
        self.navigation.narrow(changed.text.strip())
        self.ask_view()

    @on(Prompt.Closed)
    def _prompt_closed(self, closed: Prompt.Closed) -> None:
        closed.prompt.remove()
        self.list.focus()

    def _help(self) -> None:
        self._pick_command("Keys", key_picks(self.dispatcher.offers()))

    def _palette(self) -> None:
        self._pick_command("Commands", palette_picks(self.dispatcher.offers()))

    def _pick_command(self, title: str, picks: Sequence[Pick]) -> None:
        def run(id: str | None) -> None:
            if id is not None:
                self.dispatcher.run(id)
                self._follow_selection()

        app_of(self).push_screen(Picker(title, picks), run)

    def _practices(self) -> None:
        self.reader.ask("practices", lambda feed: feed.practices(), self._pick_practice)

    def _pick_practice(self, practices: Sequence[Practice]) -> None:
        picks = [Pick(one.slug, "", one.slug, one.name) for one in practices]

        def visit(slug: str | None) -> None:
            if slug is not None:
                self.visit(Where(Place.PRACTICE, slug))

        if picks:
            app_of(self).push_screen(Picker("Practices", picks), visit)
        else:
            self.say("There is no practice yet: followthru practice add SLUG --timezone Z makes one.")

    def _messages(self) -> None:
        picks = [Pick(str(number), "", words) for number, words in enumerate(reversed(self.said))]
        app_of(self).push_screen(Picker("Messages, newest first", picks))

    def _capture(self) -> None:
        aids = self.aids
        if aids is None:
            self.say("One moment: practices and people are being read.")
        elif not self.query(CapturePanel):
            self.mount(CapturePanel(lambda line: preview(line, aids), self.draft), before=self.status_line)

    @on(CapturePanel.Left)
    def _leave_capture(self, left: CapturePanel.Left) -> None:
        self.draft = left.line
        self._close_capture()
        if left.line.strip():
            self.say("The line is kept: a goes on with it.")

    @on(CapturePanel.Entered)
    def _enter_capture(self, entered: CapturePanel.Entered) -> None:
        line = entered.line
        # Kept until it is stored: a refusal must not cost what was typed.
        self.draft = line
        if line.strip():
            self.reader.ask("act", lambda feed: feed.capture(line), self._captured)

    def _captured(self, outcome: Outcome) -> None:
        self.draft = ""
        self._close_capture()
        self.say(outcome.words)
        self._selecting = outcome.select
        self.ask_view()

    def _close_capture(self) -> None:
        self.query(CapturePanel).remove()
        self.list.focus()

    def _quit(self) -> None:
        app_of(self).exit()
