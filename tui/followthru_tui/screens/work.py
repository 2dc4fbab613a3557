"""What every screen with keys shares: commands, a line to type on, lists to pick from, and what is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import events

from followthru.actions.selection import Selected
from followthru.errors import FollowthruError
from followthru_tui import shellwords
from followthru_tui.dispatch import MOVES, Dispatcher, Handler, stroke
from followthru_tui.feed import Aids, Said, Verb
from followthru_tui.footer import fitting
from followthru_tui.hands import roster
from followthru_tui.notebook import Notebook
from followthru_tui.parts import Part
from followthru_tui.reader import Failure
from followthru_tui.screens.ahead import PATIENCE, AheadScreen
from followthru_tui.screenwords import on_screen
from followthru_tui.widgets.oneline import OneLine
from followthru_tui.widgets.painted import app_of
from followthru_tui.widgets.statusbar import Lasts, StatusBar

if TYPE_CHECKING:
    from followthru_tui.asking import Question
    from followthru_tui.reader import Reader
    from followthru_tui.widgets.linepanel import LinePanel
    from followthru_tui.widgets.picklist import Pick

LEAST = (60, 15)
"""Columns and rows below which the screen says that it is small."""


class WorkScreen(AheadScreen):
    """A screen that runs commands. Subclasses say what is selected and what runs each, and refresh themselves."""

    BLANK = True  # it is covered: nothing of its own is to be made for each frame

    def __init__(self, reader: Reader, notebook: Notebook) -> None:
        super().__init__(reader)
        self.notebook = notebook
        self.header_line = OneLine(id="header")
        self.status_line = StatusBar(id="status")
        self.footer_line = OneLine(id="footer")
        self.aids: Aids | None = None
        self._asked: list[str] = []
        self._acting = 0
        self.panel: LinePanel | None = None
        self._entered_line: str | None = None
        self._entering: tuple[str, str] | None = None
        self._refused = ""
        self._dispatcher: Dispatcher | None = None
        self._footer_for: object = None
        self._footer_parts: list[Part] = []

    @property
    def dispatcher(self) -> Dispatcher:
        """What runs the commands."""
        if self._dispatcher is None:
            self._dispatcher = Dispatcher(
                self.notebook.commands, self.handlers(), self.selected, self.hint, roster.COMMANDS
            )
        return self._dispatcher

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command that can be had here."""
        return {"help": self._help, "palette": self._palette, "daemon logs": self._messages}

    def selected(self) -> Selected:
        """Return what is under the cursor."""
        raise NotImplementedError

    def reload(self, select: int | None = None) -> None:
        """Read anew what is shown, and select a task."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Take the keys back after a line was typed."""
        raise NotImplementedError

    # What is said

    def say(self, words: str) -> None:
        """Put words into the status line and the messages; a command that they name is said by its key."""
        words = on_screen(words, self.notebook.commands)
        self.notebook.said.append(words)
        self.status_line.put(words)

    def hint(self, words: str, lasts: Lasts = Lasts.KEY) -> None:
        """Put words into the status line that are not worth remembering."""
        self.status_line.put(words, lasts)

    def fail(self, failed: Failure) -> None:
        """Say what could not be done, and by which key to go on."""
        failed = failed._replace(words=on_screen(failed.words, self.notebook.commands))
        if failed.place:
            self.notebook.said.append(f"The fault is at {failed.place}.")
        if failed.words not in list(self.notebook.said)[-1:]:
            self.notebook.said.append(failed.words)
        self.status_line.put(failed.words, Lasts.STEP)

    def paint_footer(self) -> None:
        """Paint the keys that can be had now."""
        if typing := self.typing_keys():
            self.footer_line.put(shellwords.typing(typing))
        else:
            offers = self.dispatcher.for_footer()
            had = (self.dispatcher, self.size.width, tuple(one.why_not is None for one in offers))
            if had != self._footer_for:
                self._footer_for = had
                self._footer_parts = shellwords.keys(fitting(offers, self.size.width))
            self.footer_line.put(self._footer_parts)

    def typing_keys(self) -> Sequence[tuple[str, str]]:
        """Return the keys of the line that is typed on, with what each does; nothing while none is."""
        if self.panel is None:
            return ()
        completes = (("Tab", "complete"),) if self.panel.question.complete is not None else ()
        rest = self.panel.question.rest()
        more = (("↓", rest),) if rest else ()
        return (("Enter", "take it"), *more, ("Esc", "back, keeps it"), *completes)

    # Keys

    def press(self, key: str) -> bool:
        """Run the command of a key; False if there is none. What is typed ahead of a line goes to the line."""
        if self.keeps(key):
            return True
        command = self.dispatcher.command_of(key)
        if command is None or command.id != "back":  # which takes words away itself, where it does nothing else
            self.status_line.passes(Lasts.KEY if command is None or command.id in MOVES else Lasts.STEP)
        if command is not None:
            self.dispatcher.run(command.id)
        elif len(key) == 1:
            self.hint(f"{key} does nothing here: ? shows the keys.")
        elif key == "ctrl+c":
            self.hint("q quits; Esc goes back.")
        self.after_key()
        return command is not None

    def after_key(self) -> None:
        """Paint what a key may have changed."""
        self.paint_footer()

    def on_key(self, event: events.Key) -> None:
        """Take keys that nothing focused has taken, and those that were sent here before a line had the keys."""
        if (self.focused is None or self._opening) and self.press(stroke(event)):
            event.stop()

    # Acting

    def act(self, verb: Verb, then: Callable[[Said], None] | None = None) -> None:
        """Have a verb done; say what it did, forget what was typed for it, and show what is true now."""

        self._acting += 1
        panel, entering = self.panel, self._entering
        waiting = self.set_timer(PATIENCE, self._say_that_it_waits)

        def fail(failed: Failure) -> None:
            waiting.stop()
            self._acting -= 1
            self.fail(failed)
            self._refused = self.status_line.text

        def take(said: Said) -> None:
            waiting.stop()
            self._acting -= 1
            if panel is not None and self.panel is panel:
                # A line that was opened since is of another command, and is typed on.
                self.close_line()
            elif entering is not None and self.notebook.drafts.get(entering[0]) == entering[1]:
                # It was left while it was being done: kept, it would be done twice.
                del self.notebook.drafts[entering[0]]
            self.say(said.words)
            self.reload(said.select)
            if then is not None:
                then(said)

        self.reader.act(verb, take, fail)

    def _say_that_it_waits(self) -> None:
        self.hint("Still at work: a server or another program keeps it waiting. What you typed is kept.")

    # A line to type on

    def ask(self, question: Question) -> None:
        """Ask a question on one line; one that is open gives way, what was typed is kept."""
        if self.panel is not None:
            self._keep(self.panel.question, self.panel.line)
            self.panel.remove()
        from followthru_tui.widgets.linepanel import LinePanel

        self._asked.append(question.key)
        self._entered_line = None
        self.opens()
        self.panel = LinePanel(question, self.notebook.drafts.get(question.key, ""))
        self.mount(self.panel, before=self.status_line)
        self.paint_footer()

    def _keep(self, question: Question, line: str) -> None:
        """Remember what was typed for a question, unless it is a secret."""
        if not question.secret:
            self.notebook.drafts[question.key] = line

    def close_line(self) -> None:
        """Close the line and forget what was typed for this command, but for what was typed since Enter."""
        for key in self._asked:
            self.notebook.drafts.pop(key, None)
        entered, panel = self._entered_line, self.panel
        if panel is not None and entered is not None and panel.line != entered:
            self._keep(panel.question, panel.line.removeprefix(entered))
        self._leave_line()

    def _leave_line(self) -> None:
        self._asked.clear()
        self._opening = False
        self._looking = False
        if self.panel is not None:
            self.panel.remove()
            self.panel = None
            self.take_focus()
            self.paint_footer()

    def on_line_panel_left(self, left: LinePanel.Left) -> None:
        kept = left.line.strip() != left.panel.question.text.strip()
        if left.panel.question.secret:
            kept = False
        if kept:
            self._keep(left.panel.question, left.line)
        else:
            self.notebook.drafts.pop(left.panel.question.key, None)
        self._leave_line()
        self.hint("What you typed is kept: the same key goes on with it." if kept and left.line.strip() else "")

    def on_line_panel_entered(self, entered: LinePanel.Entered) -> None:
        if self._acting:
            return  # A second Enter while the first is at work is not a second task.
        # Kept until it is taken: a refusal must not cost what was typed.
        self._entered_line = entered.line
        self._keep(entered.panel.question, entered.line)
        self.hint("")  # What was wrong with the line before is not said of this one, or under the next question.
        question = entered.panel.question
        enter = question.enter_rest if entered.rest and question.enter_rest else question.enter
        self._entering = (question.key, entered.line)
        try:
            enter(entered.line)
        except FollowthruError as error:
            self.say(error.sentences())
            self._refused = self.status_line.text
        finally:
            self._entering = None

    def on_line_panel_changed(self) -> None:
        """Say of a line no more what was wrong with it before it was mended."""
        self.status_line.heal(self._refused)

    # Lists to pick from

    def pick(self, title: str, picks: Sequence[Pick], then: Callable[[str], None] | None = None) -> None:
        """Show a list over the screen; `then` gets the id of what was chosen."""

        from followthru_tui.screens.picker import Picker

        def take(id: str | None) -> None:
            if id is not None and then is not None:
                then(id)
                picker.hand_on(self._typed_behind)
                self.after_key()

        self.opens()
        picker = Picker(title, picks, self._give_ahead)
        app_of(self).push_screen(picker, take)

    def _help(self) -> None:
        from followthru_tui.offers import key_picks

        self.pick("Keys", key_picks(self.dispatcher.offers()), self.dispatcher.run)

    def _palette(self) -> None:
        from followthru_tui.offers import palette_picks

        picks = [*palette_picks(self.dispatcher.offers()), *self.more_picks()]
        self.pick("Commands", picks, self.run)

    def run(self, id: str) -> None:
        """Run a command that was picked."""
        self.dispatcher.run(id)

    def more_picks(self) -> Sequence[Pick]:
        """Return what the palette offers besides commands."""
        return ()

    def _messages(self) -> None:
        said = [*self.notebook.in_full, *reversed(self.notebook.said)]
        from followthru_tui.widgets.picklist import Pick

        picks = [Pick(str(number), "", words) for number, words in enumerate(said)]
        self.pick("Messages, newest first", picks, lambda chosen: self.hint(said[int(chosen)]))
