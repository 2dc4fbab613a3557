"""The keys for playbooks and their runs: run one after its dates and load were seen, move an anchor, answer later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from followthru.errors import UsageError
from followthru_tui import playbookverbs
from followthru_tui.asking import Question, words
from followthru_tui.cells import width, wrap
from followthru_tui.dispatch import Handler
from followthru_tui.feed import Verb
from followthru_tui.hands.lines import number
from followthru_tui.hands.main import Main
from followthru_tui.playbookverbs import Answerable, Asked, Seen
from followthru_tui.widgets.picklist import Pick

if TYPE_CHECKING:
    from followthru.actions.desk import Desk

_DO = "do"
_LEAST, _MARGIN, _SET_IN = 40, 4, 4
"""Cells: the least for a line, what stands beside it, and by how much what goes on is set in."""
_RUN = "Where (or all-active), the anchor's day, then role=person question=answer; for dana,priya"


class PlaybookHands:
    """Acts on the playbook or the run under the cursor."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {"playbook run": self._ask_run, "playbook move": self._ask_move, "playbook answer": self._ask_answer}

    def _ask_run(self) -> None:
        name = (self._main.selected().line or "").partition(":")[2]

        def enter(line: str) -> None:
            asked = read_run(line)
            self._see(
                lambda desk: playbookverbs.preview(desk, name, asked),
                lambda desk: playbookverbs.run(desk, name, asked),
                "Run it: all of this as one step",
            )

        def ask(needs: str) -> None:
            hint = words(_RUN, needs, "Enter shows dates and load first; nothing is made before you say so.")
            self._main.ask(
                Question(
                    f"run {name}", f"Run {name}", lambda _: hint, enter, "", "oak-street,harbor 30 nov", lines=2, more=4
                )
            )

        self._main.look_first("needs", lambda feed: feed.look(lambda desk: playbookverbs.needs(desk, name)), ask)

    def _ask_move(self) -> None:
        id = number(self._main)

        def enter(line: str) -> None:
            anchor, _, why = line.partition(";")
            because = why.strip() or None
            if not anchor.strip():
                raise UsageError("Give the day to which the anchor moves.")
            self._see(
                lambda desk: playbookverbs.preview_move(desk, id, anchor.strip(), because),
                lambda desk: playbookverbs.move(desk, id, anchor.strip(), because),
                "Move it: all of this as one step",
            )

        hint = words(
            "Open steps move along in working days; what somebody was told stays, unless after a ; you say why."
        )
        self._main.ask(Question(f"anchor {id}", "Move the anchor to", lambda _: hint, enter, placeholder="15 jan; why"))

    def _ask_answer(self) -> None:
        id = number(self._main)
        self._main.look_first(
            "questions", lambda feed: feed.look(lambda desk: playbookverbs.questions(desk, id)), self._choices(id)
        )

    def _choices(self, id: int) -> Callable[[Sequence[Answerable]], None]:
        """Return what lists the answers that do not hold now, each with its question."""

        def choose(found: Sequence[Answerable]) -> None:
            if not found:
                self._main.say("This playbook asks nothing: no step of it hangs on an answer.")
                return
            picks = [Pick(one.pair, "", f"{one.pair}  {one.ask} (now {one.now})") for one in found]
            self._main.pick("Which answer is another one now?", picks, answer)

        def answer(pair: str) -> None:
            key, _, said = pair.partition("=")
            given = {key: said}
            self._see(
                lambda desk: playbookverbs.preview_answer(desk, id, given),
                lambda desk: playbookverbs.answer(desk, id, given),
                "Answer it: all of this as one step",
            )

        return choose

    def _see(self, look: Callable[[Desk], Seen], verb: Verb, words: str) -> None:
        """Show what a step would do, and do it once its first line is chosen; a long line is shown whole."""

        def show(seen: Seen) -> None:
            cells = max(_LEAST, self._main.list.size.width - _MARGIN)
            lines = [part for line in seen.lines for part in _hung(line, cells)]
            picks = [Pick(_DO, "", words), *(Pick("", "", line) for line in lines)]
            self._main.pick(seen.words, picks, lambda chosen: self._main.act(verb) if chosen == _DO else show(seen))

        self._main.look_first("see", lambda feed: feed.look(look), show)


def _hung(line: str, cells: int) -> list[str]:
    """Return a line in as many as it takes, those after the first set in."""
    if width(line) <= cells:
        return [line]
    first, *rest = wrap(line, cells - _SET_IN)
    return [first, *(" " * _SET_IN + part for part in rest)]


def read_run(line: str) -> Asked:
    """Read `oak-street,harbor 30 nov biller=marisol for dana`. Raises UsageError without a practice and a day."""
    said, _, people = f"{line} ".partition(" for ")
    given = said.split()
    pairs = dict(word.split("=", 1) for word in given if "=" in word)
    plain = [word for word in given if "=" not in word]
    if len(plain) < 2:
        raise UsageError("Give where it is run and the anchor's day.", remedy="Such as: oak-street 30 nov")
    slugs = tuple(slug.lstrip("@") for slug in plain[0].split(",") if slug)
    return Asked(slugs, " ".join(plain[1:]), pairs, tuple(one.strip() for one in people.split(",") if one.strip()))
