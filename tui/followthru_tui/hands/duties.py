"""The keys for work that comes back: move, leave one out, pause and resume, end."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from followthru.domain.dateword import DateOrder, read_date
from followthru.domain.saying import day_words
from followthru.errors import FollowthruError
from followthru_tui import dutyverbs
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.dutyverbs import Comes
from followthru_tui.hands.lines import do, look
from followthru_tui.hands.main import Main
from followthru_tui.palette import Tone
from followthru_tui.previewwords import Preview

_ALL = "all"


class Move(NamedTuple):
    """Where an occurrence goes, whether all after it follow, and why."""

    to: str
    series: bool
    because: str | None


class DutyHands:
    """Acts on the duty under the cursor."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "duty skip": lambda: do(self._main, dutyverbs.skip),
            "duty move": lambda: look(self._main, dutyverbs.comes, self._ask_move),
            "duty pause": lambda: do(self._main, dutyverbs.pause_or_resume),
            "duty resume": lambda: do(self._main, dutyverbs.pause_or_resume),
            "duty end": lambda: do(self._main, dutyverbs.end),
        }

    def _ask_move(self, id: int, comes: Comes) -> None:
        def enter(line: str) -> None:
            move = read_move(line)
            _day(move.to, comes.today, comes.order)
            self._main.act(
                lambda desk: dutyverbs.move(desk, id, move.to, all_to_come=move.series, because=move.because)
            )

        self._main.ask(
            Question(
                f"move {id}", "Move to", lambda line: _words(line, comes), enter, placeholder="fri, or: fri all; why"
            )
        )


def read_move(line: str) -> Move:
    """Read `fri`, `fri all` or `fri all; the office is closed`."""
    said, _, why = line.partition(";")
    given = said.split()
    series = len(given) > 1 and given[-1].casefold() == _ALL
    return Move(" ".join(given[:-1] if series else given), series, why.strip() or None)


def _day(text: str, today: date, order: DateOrder) -> date:
    return read_date(text, today, order).on


def _words(line: str, comes: Comes) -> Preview:
    move = read_move(line)
    hint = "all at the end moves those after it too; after a ; why, which who was told may read"
    if not move.to:
        return words(f"{comes.title}, every {comes.rule}", hint)
    try:
        on = day_words(_day(move.to, comes.today, comes.order), comes.today)
    except FollowthruError as error:
        return words(error.message, hint, tone=Tone.RISK)
    how = "this one and all after it" if move.series else "this one; the next comes where it would have"
    return words(f"{comes.title} to {on}: {how}", hint)
