"""The main screen: header, list, detail beside or instead of it, what just happened, and the keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult

from followthru.actions.registry import COMMANDS
from followthru.actions.selection import FIRST_RUN, Selected
from followthru_tui import emptywords, shellwords, themes
from followthru_tui.dispatch import Handler
from followthru_tui.feed import RECALLS, TODAY, Aids, Place, Pulse, UpdateShown, View, Where
from followthru_tui.hands import roster
from followthru_tui.keymap import Own, mapped, own
from followthru_tui.navigation import Navigation
from followthru_tui.notebook import Notebook
from followthru_tui.reader import Failure
from followthru_tui.screens.ahead import PATIENCE
from followthru_tui.screens.along import Along
from followthru_tui.screens.work import LEAST, WorkScreen
from followthru_tui.screenwords import on_screen, view_on_screen
from followthru_tui.widgets.axis import Axis
from followthru_tui.widgets.detail import DetailPane
from followthru_tui.widgets.linelist import LineList
from followthru_tui.widgets.painted import Beside, app_of
from followthru_tui.widgets.prompt import Prompt
from followthru_tui.widgets.statusbar import Lasts
from followthru_tui.widgets.tasklist import TaskList

if TYPE_CHECKING:
    from followthru_tui.hands.choices import Choices
    from followthru_tui.reader import Reader
    from followthru_tui.widgets.picklist import Pick

WIDE = 110
_PARTIAL = (Place.TODAY, Place.SECTION, Place.WEEK, Place.PRACTICE, Place.SAVED, Place.REVIEW)
"""Lists that an open task need not be in."""


class MainScreen(WorkScreen):
    """Paints one list at a time and the task under its cursor."""

    def __init__(self, reader: Reader, notebook: Notebook) -> None:
        super().__init__(reader, notebook)
        self.navigation = Navigation()
        self.list = TaskList(self.press, self.paste, id="list")
        self.detail = DetailPane(id="detail")
        self._along = Along(reader, self.list, self.detail)
        self._choices: Choices | None = None
        self.view: View | None = None
        self._selecting: int | None = None
        self._coming: int | None = None
        self._small = False
        self.axis = Axis(self.list, lambda line: self.mount(line, before="#body"), self.hint)
        self._filtering = False
        self._own: Own | None = None
        self._unread = ""
        self._blind = ""
        self._painted = 0

    def compose(self) -> ComposeResult:
        yield self.header_line
        with Beside(id="body"):
            yield self.list
            yield self.detail
        yield self.status_line
        yield self.footer_line

    def on_mount(self) -> None:
        self.list.focus()
        self.set_interval(1.0, self.look_for_changes)
        self.set_timer(PATIENCE, self._say_opening)
        self.ask_view()

    def _say_opening(self) -> None:
        if self.view is None and not self.status_line.text:
            self.hint(shellwords.OPENING, Lasts.LIST)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width >= WIDE, "-wide")
        small = event.size.width < LEAST[0] or event.size.height < LEAST[1]
        if small and not self._small:
            self.hint(shellwords.small(LEAST), Lasts.LIST)
        elif not small:
            self.status_line.heal(shellwords.small(LEAST))
        self._small = small
        self._paint_lines()
        self.call_after_refresh(self._paint_axis)
        self._ask_detail()

    # What is shown

    def reload(self, select: int | None = None) -> None:
        """Read the list anew."""
        if select is not None:
            self._selecting = select
        self.ask_view()

    def ask_view(self) -> None:
        """Ask for the list on screen as it stands now; keys that come before another one is there are meant for it."""
        if self.navigation.where != (TODAY if self.view is None else self.view.where):
            self.opens()
            self._coming = self._opened_times
            if self.view is not None:
                self.say_if_late(shellwords.COMING)
        self._read_view()

    def _read_view(self) -> None:
        where, matching, order = self.navigation.where, self.navigation.matching, self.navigation.order
        self.reader.ask("view", lambda feed: feed.view(where, matching, order), self._take_view, self._no_view)

    def _take_view(self, view: View) -> None:
        if view.where != self.navigation.where:
            return
        view = view_on_screen(view, self.notebook.commands)
        same = self.view is not None and self.view.where == view.where
        self.status_line.heal(self._unread)
        for over in (shellwords.OPENING, shellwords.COMING):
            self.status_line.heal(over)
        self._unread = ""
        if not same and self.view is not None:
            self.status_line.passes(Lasts.LIST)
        if self.view is None or self.view.version != view.version:
            self.reader.ask("own", lambda feed: feed.look(own), self._take_own, lambda _: None)
            self.reader.ask("aids", lambda feed: feed.aids(), self._take_aids)
        if self.view is None:
            self.reader.ask("hands", lambda _: roster.load(), lambda _: None)
        self.view = view
        self.navigation.fault = ""
        selecting, self._selecting = self._selecting, None
        self.list.empty_words = emptywords.of(view, self.navigation.matching)
        self.navigation.call(shellwords.crumb(view))
        self._paint_axis()
        self.list.show(view, selecting or (None if same else self.navigation.remembered()), fresh=not same)
        row = self.list.selected_row
        at = self.list.selected if row is None else row.id
        if selecting is not None and view.where.place in _PARTIAL and at != selecting:
            self.hint(f"{self.last_words} It is not in this list: 3 shows all.".strip(), Lasts.LIST)
        self._paint_lines()
        self._came()

    def _came(self) -> None:
        """Do what was typed while another list was on its way."""
        if self._coming == self._opened_times:
            self._give_ahead(self.release)
        self._coming = None

    def _paint_axis(self) -> None:
        self.axis.paint(self.view)

    def _no_view(self, failed: Failure) -> None:
        """Say why a list cannot be had; what is on screen stays. While one types a filter it is a hint only."""
        self.navigation.fault = self._unread = failed.words
        if self.view is None:
            self.list.empty_words = failed.words
            self.list.lines_changed()
        if self.navigation.matching and not failed.place:
            self.hint(failed.words)
        elif self.view is not None or failed.words not in self.notebook.said:
            self.fail(failed)
        if self._coming == self._opened_times:
            # What was typed for the list that did not come would be done to the one before.
            self._shut()
        self._coming = None

    def _take_own(self, found: Own) -> None:
        """Use the theme and the keys that the user set; say once what cannot be used."""
        if found == self._own:
            return
        self._own = found
        themes.wear(app_of(self), found.theme)
        self.notebook.commands, problems = mapped(COMMANDS, found.keys, found.places)
        self._dispatcher = None
        self.paint_footer()
        for words in problems:
            self.say(words)

    def _take_aids(self, aids: Aids) -> None:
        self.aids = aids
        if self.status_line.text == shellwords.ONE_MOMENT:
            self.hint(shellwords.MOMENT_OVER)

    def look_for_changes(self) -> None:
        """Look whether the store changed, and what is degraded; without a list yet, try again to get one."""
        if self.view is None:
            # Nobody pressed a key for it: where no list can be had, keys stay commands, so that q quits.
            self._read_view()
        else:
            where = self.view.where
            self.reader.ask(
                "pulse", lambda feed: feed.pulse(where), lambda pulse: self._take_pulse(pulse, where), self._no_pulse
            )

    def _no_pulse(self, failed: Failure) -> None:
        """Say once that it cannot be seen how things stand, and show it for as long as that lasts."""
        if failed.words != self._blind:
            self._blind = failed.words
            self.fail(failed)
        self.notebook.in_full = (failed.words,)
        self.status_line.warn("the store cannot be looked at: m says why")

    def _take_pulse(self, pulse: Pulse, where: Where) -> None:
        self.status_line.heal(self._blind)
        self._blind = ""
        self.notebook.in_full = tuple(on_screen(full, self.notebook.commands) for _, full in pulse.troubles)
        self.status_line.warn(shellwords.troubles([short for short, _ in pulse.troubles]))
        if pulse.news:
            self.say(pulse.news)
        view = self.view
        if view is not None and view.where == where and (pulse.version != view.version or self._counts_down()):
            self.ask_view()

    def _counts_down(self) -> bool:
        """Whether a line says for how many seconds an update can still be recalled."""
        sections = () if self.view is None else self.view.sections
        return any(line.state.endswith(RECALLS) for section in sections for line in section.lines)

    @on(TaskList.RowsWanted)
    def _ask_rows(self, wanted: TaskList.RowsWanted) -> None:
        self.reader.ask(
            "rows",
            lambda feed: feed.rows(wanted.ids),
            lambda rows: self.list.take_rows(wanted.model, wanted.span, rows),
        )

    @on(LineList.Moved)
    def _moved(self, moved: LineList.Moved) -> None:
        if moved.source is self.list and self.list.moves != self._painted:  # what a key moved is painted by then
            self.after_key()

    def after_key(self) -> None:
        """Paint what depends on the selection, in the same frame as the list; idempotent."""
        self._painted = self.list.moves
        # While another list is on its way, what is selected belongs to the one before.
        if self.view is not None and self.view.where == self.navigation.where:
            self.navigation.remember(self.list.selected)
        self._paint_axis()
        self._paint_lines()
        self._ask_detail()

    # The filter

    def type_filter(self) -> None:
        """Let the list be narrowed by what is typed."""
        if not self.query(Prompt):
            # What is narrowed has to be seen: on a narrow screen the detail would hide it.
            self.remove_class("-detail")
            self.opens()
            self.mount(Prompt("/", self.navigation.matching, id="filter"), before=self.status_line)
            sent = self.navigation.where.place is Place.UPDATES
            words = "Words of the title, or @practice #tag +person health:late is:untold by:fri -not"
            self.hint("Words of subject and text, or @practice +person" if sent else words)
            self._filtering = True
            self.paint_footer()

    def typing_keys(self) -> Sequence[tuple[str, str]]:
        """Return the keys of the line that is typed on."""
        return (("Enter", "use it"), ("Esc", "to the list")) if self._filtering else super().typing_keys()

    @on(Prompt.Changed, "#filter")
    def _narrow(self, changed: Prompt.Changed) -> None:
        self.navigation.narrow(changed.text.strip())
        self.ask_view()

    @on(Prompt.Closed)
    def _prompt_closed(self, closed: Prompt.Closed) -> None:
        """Leave the filter; one that cannot be read stays to be mended."""
        if closed.entered and self.navigation.fault:
            self.hint(self.navigation.fault)
            return
        if self.navigation.fault:
            self.navigation.narrow("")
            self.ask_view()
        closed.prompt.remove()
        self._filtering = False
        self.list.focus()
        self.hint("")
        self.paint_footer()

    # The detail

    @property
    def detail_visible(self) -> bool:
        """Whether the detail is on screen, beside the list or instead of it."""
        return self.has_class("-wide") or self.in_detail

    @property
    def in_detail(self) -> bool:
        """Whether the keys that move go to the detail."""
        return self.has_class("-detail")

    def enter_detail(self) -> None:
        """Let the keys that move go to the detail."""
        self.add_class("-detail")
        self._paint_lines()
        self._ask_detail()

    def leave_detail(self) -> None:
        """Let the keys that move go to the list."""
        if self.in_detail:
            self.remove_class("-detail")
            self.call_after_refresh(self.list.focus)

    def _ask_detail(self) -> None:
        if self.detail_visible and self.view is not None:
            self._along.follow(self.view)

    # What is selected

    def selected(self) -> Selected:
        """Return what is under the cursor."""
        mark = self.list.selected_mark
        row = self.list.selected_row
        if row is None and self.list.model is not None:
            # The cursor may stand on a line that is no task: what is marked is acted on all the same.
            row = next((one for id, one in self.list.model.rows.items() if id in self.list.marked), None)
        line = None if mark is None else mark.line
        nothing = FIRST_RUN if self.view is not None and self.view.first_run else None
        return Selected(
            row,
            mark.key if mark is not None else nothing,
            None if line is None else line.standing,
            reviewing=self.navigation.where.place is Place.REVIEW,
        )

    def chosen(self) -> Sequence[int]:
        """Return the tasks that a verb is for: those marked, else the one under the cursor."""
        row = self.list.selected_row
        return sorted(self.list.marked) or ([] if row is None else [row.id])

    def take_focus(self) -> None:
        """Let the list have the keys."""
        self.list.focus()

    def _paint_lines(self) -> None:
        if self.view is not None:
            self.header_line.put(
                shellwords.heading(
                    self.view,
                    self.navigation.matching,
                    len(self.list.marked),
                    self.navigation.crumbs(),
                    self.size.width,
                ),
                shellwords.position(self.list.cursor, self.view),
            )
        self.paint_footer()

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command."""
        return {**super().handlers(), "quit": self._quit, **roster.handlers(self)}

    @property
    def last_words(self) -> str:
        """What the status line says."""
        return self.status_line.text

    def run(self, id: str) -> None:
        """Run a command, or do what another choice of the palette says."""
        if not self.choices.take(id):
            self.dispatcher.run(id)

    @property
    def choices(self) -> Choices:
        """What the palette offers besides commands."""
        from followthru_tui.hands.choices import Choices

        self._choices = self._choices or Choices(self)
        return self._choices

    def more_picks(self) -> Sequence[Pick]:
        """Return what the palette offers besides commands."""
        return self.choices.picks()

    def call(self, slug: str, handle: str) -> None:
        """Open a call with somebody."""
        from followthru_tui.screens.call import CallScreen

        self.open_screen(CallScreen(self.reader, self.notebook, slug, handle), self.reload)

    def review(self, shown: UpdateShown) -> None:
        """Open an update for review."""
        from followthru_tui.screens.review import ReviewScreen

        self.open_screen(ReviewScreen(self.reader, self.notebook, shown), self.reload)

    def write_here(self, title: str, file: Path, then: Callable[[], None]) -> None:
        """Let a file be written on the screen itself."""
        from followthru_tui.screens.notes import NotesScreen

        self.open_screen(NotesScreen(title, file), then)

    def _quit(self) -> None:
        app_of(self).exit()
