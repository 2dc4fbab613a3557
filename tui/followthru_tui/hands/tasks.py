"""The keys that act on tasks: capture, done, start, reopen, drop, wait, answered, edit, undo, redo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from followthru.domain.people import Member
from followthru.domain.saying import count_words
from followthru.domain.task import TaskRow
from followthru.errors import UsageError
from followthru_tui import linewords, rowstate, verbs
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.feed import Aids, Said
from followthru_tui.hands.main import Main
from followthru_tui.hands.people import nobody, person_picks
from followthru_tui.palette import Tone
from followthru_tui.previewwords import Preview, completed, preview
from followthru_tui.shellwords import ONE_MOMENT

if TYPE_CHECKING:
    from followthru.actions.desk import Desk

_CAPTURE = "add"


class TaskHands:
    """Acts on the tasks that are chosen on the main screen."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "add": self._capture,
            "done": lambda: self._all(verbs.done),
            "start": lambda: self._all(verbs.start),
            "drop": lambda: self._all(verbs.drop),
            "reopen": lambda: self._all(verbs.reopen),
            "wait": self._wait,
            "answered": self._answered,
            "undo": lambda: self._main.act(verbs.undo),
            "redo": lambda: self._main.act(verbs.redo),
        }

    def _all(self, verb: Callable[[Desk, Sequence[int]], Said]) -> None:
        """Do one thing to all chosen tasks, as one step."""
        ids = self._main.chosen()
        self._main.act(lambda desk: verb(desk, ids), lambda _: self._main.list.unmark())

    # Capture

    def _capture(self) -> None:
        if self._main.panel is None:
            self._main.ask(
                Question(
                    _CAPTURE,
                    ">",
                    self._read,
                    self._store,
                    placeholder="Renew malpractice cover by 15 Jan to dana @oak-street ~5d",
                    lines=3,
                    more=5,
                    pasted=self._pasted,
                    complete=self._completed,
                    rest=self._rest,
                    enter_rest=self._store_all,
                )
            )

    def _read(self, line: str) -> Preview:
        """Say what a line means; one that is typed before anything can be known is stored all the same."""
        return words(ONE_MOMENT) if self._main.aids is None else preview(line, self._main.aids)

    def _completed(self, line: str) -> str | None:
        return None if self._main.aids is None else completed(line, self._main.aids)

    def _store(self, line: str) -> None:
        if line.strip():
            self._main.act(lambda desk: verbs.capture(desk, line), lambda _: self._next_pasted())

    def _pasted(self, lines: list[str]) -> None:
        """Put the first pasted line before the user, and the others after it, one by one."""
        panel = self._main.panel
        if panel is None:
            return
        first, *rest = linewords.unlisted(lines)
        self._main.notebook.pasted += rest
        panel.put(f"{panel.line} {first}".strip())
        count = count_words(len(self._main.notebook.pasted), "more line")
        one = "Enter stores this one and shows the next"
        self._main.say(f"{count} pasted: {one}, ↓ stores all of them, Esc keeps them for later.")
        self._main.paint_footer()

    def _rest(self) -> str:
        """Return what Down does while pasted lines wait."""
        left = len(self._main.notebook.pasted)
        return f"store all {left + 1}" if left else ""

    def _store_all(self, line: str) -> None:
        """Store the line and all that were pasted after it, as one step; with a fault in one, none of them."""
        pasted = self._main.notebook.pasted
        lines, waited = [one for one in (line, *pasted) if one.strip()], len(pasted)

        def stored(_: Said) -> None:
            # What is pasted while these are being stored waits on.
            del pasted[:waited]

        self._main.act(lambda desk: verbs.capture_all(desk, lines), stored)

    def _next_pasted(self) -> None:
        left = self._main.notebook.pasted
        if left:
            self._main.notebook.drafts[_CAPTURE] = left.pop(0)
            self._capture()
            after = f"{count_words(len(left), 'more line')} after this one." if left else "This is the last line."
            self._main.hint(f"{self._main.last_words} {after}")

    # Waiting

    def _wait(self) -> None:
        row = self._row()
        if row is not None:
            self._main.look_first("members", lambda feed: feed.members(), lambda all_: self._wait_on(row, all_))

    def _wait_on(self, row: TaskRow, members: Sequence[Member]) -> None:
        picks = person_picks(row, members)
        if picks:
            self._main.pick(f"Who does “{row.title}” wait on?", picks, lambda handle: self._wait_for(row, handle))
        else:
            self._main.say(nobody(row))

    def _wait_for(self, row: TaskRow, handle: str) -> None:
        aids = needs_aids(self._main)
        if aids is None:
            return

        def read(line: str) -> Preview:
            found = linewords.wait(line, row, aids)
            day = linewords.today(row, aids)
            said = [f"waits on {handle}" + (f" for {found.what}" if found.what else "")]
            if found.by:
                said.append(f"needed by {rowstate.day(found.by, day)}")
            if found.follow_up:
                said.append(f"follow up {rowstate.day(found.follow_up, day)}")
            said += aids.outlook.away(row.practice, [handle], found.by or found.follow_up or day)
            return words(" · ".join(said), tone=Tone.PLAIN)

        def enter(line: str) -> None:
            found = linewords.wait(line, row, aids)
            self._main.act(lambda desk: verbs.wait(desk, row.id, handle, found.what, found.by, found.follow_up))

        sign = f"{handle} is to give"
        place = "the signed form by fri follow-up thu"
        self._main.ask(Question(f"wait:{row.id}", sign, read, enter, placeholder=place, lines=1, more=2))

    def _answered(self) -> None:
        row = self._row()
        if row is None:
            return

        def enter(line: str) -> None:
            if not line.strip():
                raise UsageError("Say what came back, in a word or two.")
            self._main.act(lambda desk: verbs.answered(desk, row.id, line.strip()))

        waited = f"{row.waiting_on or 'Somebody'} was asked for {row.waiting_for or 'an answer'}."
        self._main.ask(Question(f"answered:{row.id}", "What came back?", lambda _: words(waited), enter, lines=1))

    def _row(self) -> TaskRow | None:
        return one_row(self._main)


def one_row(main: Main) -> TaskRow | None:
    """Return the task under the cursor for what is done to one at a time; several marked are refused in words."""
    if main.list.marked:
        main.say("This is done to one task at a time: Esc takes the marks away.")
        return None
    return main.list.selected_row


def needs_aids(main: Main) -> Aids | None:
    """Return what lines are read with; without it yet say so."""
    if main.aids is None:
        main.hint(ONE_MOMENT)
    return main.aids
