"""A call: what is open with one person, and the keys for what is said on the phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult

from followthru.actions.registry import Selected
from followthru.errors import UsageError
from followthru_tui import callverbs, callwords, verbs
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.feed import Aids, Pulse, Said
from followthru_tui.hands.calls import call_picks, called
from followthru_tui.previewwords import Preview, completed, preview_of
from followthru_tui.screens.work import WorkScreen
from followthru_tui.shellwords import ONE_MOMENT
from followthru_tui.widgets.calllist import CallList
from followthru_tui.widgets.linelist import LineList
from followthru_tui.widgets.painted import app_of

if TYPE_CHECKING:
    from followthru.actions.call_sheet import Sheet
    from followthru.actions.desk import Desk
    from followthru_tui.notebook import Notebook
    from followthru_tui.reader import Reader
    from followthru_tui.widgets.picklist import Pick


class CallScreen(WorkScreen):
    """Shows what is open with one person until Esc. `practice` is a slug, `person` a handle."""

    def __init__(self, reader: Reader, notebook: Notebook, practice: str, person: str) -> None:
        super().__init__(reader, notebook)
        self.practice = practice
        self.person = person
        self.list = CallList(id="call")
        self._version: int | None = None
        self._selecting: str | None = None
        self.opens()

    def compose(self) -> ComposeResult:
        """Lay out header, lines, status line and keys."""
        yield self.header_line
        yield self.list
        yield self.status_line
        yield self.footer_line

    def on_mount(self) -> None:
        """Read what is open, and follow what changes."""
        # Asked before what is shown, so that nothing that changes in between is missed.
        self.look_for_changes()
        self.reload()
        self._ask_aids()
        self.set_interval(1.0, self.look_for_changes)

    def on_resize(self, _: events.Resize) -> None:
        """Fit the keys."""
        self.paint_footer()

    def take_focus(self) -> None:
        """Nothing here needs the focus."""
        self.set_focus(None)

    # What is shown

    def reload(self, select: int | None = None) -> None:
        """Read anew what is open with them."""
        if select is not None:
            self._selecting = f"task:{select}"
        practice, person = self.practice, self.person
        self.reader.ask(
            "call", lambda feed: feed.look(lambda desk: callverbs.sheet(desk, practice, person)), self._take, self.fail
        )

    def _take(self, sheet: Sheet) -> None:
        selecting, self._selecting = self._selecting, None
        self.list.empty_words = callwords.empty(sheet)
        self.list.show(callwords.entries(sheet), selecting)
        self.header_line.put(callwords.heading(sheet))
        self.paint_footer()

    def _ask_aids(self) -> None:
        self.reader.ask("aids", lambda feed: feed.aids(), self._take_aids)

    def _take_aids(self, aids: Aids) -> None:
        self.aids = aids

    def look_for_changes(self) -> None:
        """Look whether anybody changed the store."""
        self.reader.ask("call pulse", lambda feed: feed.pulse(), self._take_pulse)

    def _take_pulse(self, pulse: Pulse) -> None:
        if self._version not in (None, pulse.version):
            self.reload()
            self._ask_aids()
        self._version = pulse.version

    def selected(self) -> Selected:
        """Return what is under the cursor: a task, or a note or decision by its key."""
        entry = self.list.entry
        if entry is None:
            return Selected()
        return Selected(entry.row, None if entry.row is not None else entry.key)

    @on(LineList.Moved)
    def _moved(self) -> None:
        self.paint_footer()

    # Keys

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command that can be had here."""
        return {
            **super().handlers(),
            "back": self._back,
            "call": self._another,
            "add": self._capture,
            "tell": self._told,
            "done": lambda: self._with_task(lambda desk, id: verbs.done(desk, [id])),
            "answered": self._answered,
            "raise add": self._note,
            "raise done": self._raised,
            "raise edit": self._reword,
            "undo": lambda: self.act(verbs.undo),
            "redo": lambda: self.act(verbs.redo),
            "down": lambda: self.list.move(1),
            "up": lambda: self.list.move(-1),
            "page-down": lambda: self.list.jump(max(1, self.list.size.height - 1)),
            "page-up": lambda: self.list.jump(-max(1, self.list.size.height - 1)),
            "first": lambda: self.list.go(0),
            "last": lambda: self.list.go(self.list.count() - 1, -1),
            "quit": lambda: app_of(self).exit(),
        }

    def _back(self) -> None:
        self.dismiss(None)

    # Somebody else on the line

    def more_picks(self) -> Sequence[Pick]:
        """Return whom else to call: `call oak +dana` is the same as on the main screen."""
        return call_picks(self.aids)

    def run(self, id: str) -> None:
        """Run a command, or go over to a call with somebody else."""
        whom = called(id)
        if whom is None:
            super().run(id)
            return
        self.practice, self.person = whom
        self.hint("")
        self.reload()

    def _another(self) -> None:
        self.pick("Who is on the line?", call_picks(self.aids), self.run)

    def _with_task(self, verb: Callable[[Desk, int], Said]) -> None:
        row = self.selected().row
        if row is not None:
            id = row.id
            self.act(lambda desk: verb(desk, id))

    def _told(self) -> None:
        """Note that the date under the cursor was told on this call."""
        person = self.person
        self._with_task(lambda desk, id: callverbs.told(desk, id, person))

    def _capture(self) -> None:
        practice, person = self.practice, self.person

        def enter(line: str) -> None:
            if line.strip():
                self.act(lambda desk: callverbs.capture(desk, line, practice, person))

        self.ask(
            Question(
                f"call add {practice} {person}",
                f"@{practice} >",
                self._preview,
                enter,
                placeholder="Send the lease by fri",
                lines=3,
                more=3,
                complete=self._completed,
            )
        )

    def _completed(self, line: str) -> str | None:
        return None if self.aids is None else completed(line, self.aids)

    def _preview(self, line: str) -> Preview:
        from followthru.actions.call_sheet import read_line

        aids = self.aids
        if aids is None:
            return words(ONE_MOMENT)
        if not line.strip():
            return words(f"A date (by fri) is told to {self.person} on this call, unless the task is *private.")
        return preview_of(read_line(line, aids.known, self.practice, self.person), aids)

    def _answered(self) -> None:
        row = self.selected().row
        if row is None:
            return
        id, waited = row.id, f"{row.waiting_on or self.person} was asked for {row.waiting_for or 'an answer'}."

        def enter(line: str) -> None:
            if not line.strip():
                raise UsageError("Say what came back, in a word or two.")
            self.act(lambda desk: verbs.answered(desk, id, line.strip()))

        self.ask(Question(f"answered:{id}", "What do they say?", lambda _: words(waited), enter, lines=1))

    # To raise

    def _note(self) -> None:
        practice, person = self.practice, self.person

        def enter(line: str) -> None:
            self.act(lambda desk: callverbs.note(desk, line, practice, person))

        said = f"For you alone, to raise with {person} the next time."
        self.ask(Question(f"raise {practice} {person}", "Raise next", lambda _: words(said), enter, lines=1))

    def _raised(self) -> None:
        id = self._note_id()
        self.act(lambda desk: callverbs.raised(desk, [id]))

    def _reword(self) -> None:
        id, entry = self._note_id(), self.list.entry
        text = "" if entry is None else entry.title

        def enter(line: str) -> None:
            self.act(lambda desk: callverbs.reword(desk, id, line))

        self.ask(Question(f"raise edit {id}", "To raise", lambda _: words("In other words."), enter, text, lines=1))

    def _note_id(self) -> int:
        return int((self.selected().line or "").partition(":")[2] or 0)
