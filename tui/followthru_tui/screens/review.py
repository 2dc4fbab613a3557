"""One update under review: the text exactly as it goes, and the keys that let it go or keep it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult

from followthru.actions.selection import Selected
from followthru.errors import RefusedError, UsageError
from followthru_tui import updateverbs, verbs
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.editing import edit_file, editor
from followthru_tui.feed import Said, UpdateShown, Verb
from followthru_tui.hands.clean import approve_clean
from followthru_tui.palette import Tone
from followthru_tui.parts import Lines
from followthru_tui.reviewwords import difference_lines, news, review_lines, standing_words
from followthru_tui.screens.work import WorkScreen
from followthru_tui.screenwords import shown_on_screen
from followthru_tui.widgets.painted import app_of
from followthru_tui.widgets.picklist import Pick
from followthru_tui.widgets.textpane import TextPane

if TYPE_CHECKING:
    from pathlib import Path

    from followthru_tui.notebook import Notebook
    from followthru_tui.reader import Reader


class ReviewScreen(WorkScreen):
    """Shows one update until Esc."""

    def __init__(self, reader: Reader, notebook: Notebook, shown: UpdateShown) -> None:
        super().__init__(reader, notebook)
        self.shown = shown_on_screen(shown, notebook.commands)
        self.differs = False
        self.pane = TextPane(self._lines, id="review")
        self.opens()

    def compose(self) -> ComposeResult:
        """Lay out header, text, status line and keys."""
        yield self.header_line
        yield self.pane
        yield self.status_line
        yield self.footer_line

    def _lines(self, cells: int) -> Lines:
        return difference_lines(self.shown, cells) if self.differs else review_lines(self.shown, cells)

    def on_mount(self) -> None:
        """Follow the time that is left, and what the background process does."""
        self._paint()
        self.set_interval(1.0, self.reload)

    def on_resize(self, _: events.Resize) -> None:
        """Fit the keys."""
        self.paint_footer()

    def selected(self) -> Selected:
        """Return this update."""
        return Selected(None, f"update:{self.shown.id}", self.shown.standing)

    def reload(self, select: int | None = None) -> None:
        """Read the update anew."""
        self.reader.ask("update", lambda feed: feed.update(self.shown.id), self._take, self.fail)

    def take_focus(self) -> None:
        """Nothing here needs the focus."""
        self.set_focus(None)

    def _take(self, shown: UpdateShown) -> None:
        said = news(self.shown, shown)
        self.shown = shown_on_screen(shown, self.notebook.commands)
        if said:
            self.say(said)
        self._paint()

    def _paint(self) -> None:
        stands = standing_words(self.shown)
        self.header_line.put(
            [(f" {self.shown.kind.capitalize()} to {self.shown.person}", Tone.STRONG), (f"  {stands}", Tone.KEY)]
        )
        self.pane.show()
        self.paint_footer()

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command that can be had here."""
        return {
            **super().handlers(),
            "back": self._back,
            "update approve": self._approve,
            "update edit": self._edit,
            "update hold": lambda: self._simple(updateverbs.hold),
            "update recall": lambda: self._simple(updateverbs.recall),
            "update discard": lambda: self._simple(updateverbs.discard),
            "update settle": self._settle,
            "update told": self._told,
            "update html": lambda: self._simple(updateverbs.open_html),
            "update page": lambda: self._simple(updateverbs.open_beside),
            "update diff": self._differ,
            "update approve clean": lambda: approve_clean(self, self.shown.id),
            "update redraft": lambda: self._simple(updateverbs.redraft),
            "update correct": self._correct,
            "undo": lambda: self.act(verbs.undo),
            "redo": lambda: self.act(verbs.redo),
            "down": lambda: self.pane.scroll_lines(1),
            "up": lambda: self.pane.scroll_lines(-1),
            "page-down": lambda: self.pane.scroll_lines(self.pane.size.height - 1),
            "page-up": lambda: self.pane.scroll_lines(1 - self.pane.size.height),
            "first": lambda: self.pane.scroll_lines(-(10**6)),
            "last": lambda: self.pane.scroll_lines(10**6),
            "quit": lambda: app_of(self).exit(),
        }

    def _differ(self) -> None:
        """Show what is new and what fell away, or all of it again."""
        self.differs = not self.differs
        self.pane.scroll_lines(-(10**6))
        self._paint()

    def _back(self) -> None:
        self.dismiss(None)

    def _simple(self, verb: Callable[..., Said]) -> None:
        id = self.shown.id
        do: Verb = lambda desk: verb(desk, id)  # noqa: E731 -- typed, and as short as what it stands for
        self.act(do)

    # Approve

    def _approve(self) -> None:
        """Ask for more than a key: nothing is ever sent by one."""
        shown = self.shown
        if shown.through is None:
            self.say(f"{shown.practice} has no mail account, so nothing is sent for it: add a [[mail]] table.")
            return
        wanted = shown.person if shown.first else "yes"
        sign = f"Type {wanted} to send it" if shown.first else "Type yes to let it go"
        why = f"No regular update to {shown.recipient} yet." if shown.first else f"To {shown.recipient}."

        def enter(line: str) -> None:
            if line.strip().casefold() != wanted.casefold():
                raise RefusedError(f"Not sent: {wanted} was to be typed.")
            self.act(lambda desk: updateverbs.approve(desk, shown.id, shown.mark))

        self.notebook.drafts.pop("approve", None)
        self.ask(Question("approve", sign, lambda _: words(f"{why} Through {shown.through}."), enter, lines=1))

    def _told(self) -> None:
        id, mark = self.shown.id, self.shown.mark
        self.act(lambda desk: updateverbs.told(desk, id, mark))

    def _settle(self) -> None:
        id = self.shown.id
        picks = [
            Pick("arrived", "", "it arrived", "what it states counts as told"),
            Pick("resend", "", "send the same text again", "if it did arrive, they get it twice"),
        ]
        self.pick(
            "What became of it?",
            picks if self.shown.standing == "uncertain" else picks[1:],
            lambda one: self.act(lambda desk: updateverbs.settle(desk, id, one == "arrived")),
        )

    def _correct(self) -> None:
        """Ask how it came about, which may stay empty; what is drafted waits for review."""
        id = self.shown.id

        def enter(line: str) -> None:
            self.act(lambda desk: updateverbs.correct(desk, id, line))

        said = words(
            "To the same person, in the same thread. It says what you wrote and what holds instead, from facts."
        )
        self.ask(
            Question(
                "correct", "How it came about, for the client to read (or nothing)", lambda _: said, enter, lines=1
            )
        )

    # Edit

    def _edit(self) -> None:
        if editor() is None:
            self.say("No editor was found: set EDITOR, for instance to nano.")
            return
        self.look_first("edit", lambda feed: feed.to_edit(self.shown.id), self._open_editor)

    def _open_editor(self, laid_out: tuple[Path, bool]) -> None:
        file, left = laid_out
        if left:
            self.say("This is your edit from before, which was not taken over yet.")
        try:
            edit_file(app_of(self), file)
        except UsageError as error:
            self.say(error.sentences())
            return
        id = self.shown.id
        self.act(lambda desk: updateverbs.take_over(desk, id, file))
