"""The keys for goals: a reading, its fields, retire; and a new goal."""

from __future__ import annotations

from typing import NamedTuple

from followthru.domain.dateword import read_past
from followthru.domain.saying import day_words
from followthru.errors import FollowthruError, UsageError
from followthru_tui import goalverbs, linewords
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.goalverbs import Measure
from followthru_tui.hands.lines import do, look, number
from followthru_tui.hands.main import Main
from followthru_tui.palette import Tone
from followthru_tui.previewwords import Preview

_FIELDS = "title unit direction aim by audience notes"
_HINT = "After the figure its day, if it is not of today; after a ; a note for you alone"


class Read(NamedTuple):
    """A reading as it is typed: the figure, its day (empty: today), a note."""

    value: str
    on: str
    note: str | None


class GoalHands:
    """Acts on the goal under the cursor."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "goal read": lambda: look(self._main, goalverbs.measure, self._ask_reading),
            "goal edit": self._edit,
            "goal retire": lambda: do(self._main, goalverbs.retire),
            "goal add": self._add,
        }

    def _ask_reading(self, id: int, measure: Measure) -> None:
        def enter(line: str) -> None:
            one = read_reading(line)
            _checked(one, measure)
            self._main.act(lambda desk: goalverbs.read(desk, id, one.value, one.on or None, one.note))

        self._main.ask(
            Question(f"read {id}", "Reading", lambda line: _words(line, measure), enter, placeholder="41 31 oct; why")
        )

    def _edit(self) -> None:
        id = number(self._main)

        def enter(line: str) -> None:
            values = linewords.fields(line)
            self._main.act(lambda desk: goalverbs.edit(desk, id, values))

        hint = words("Write field=value, one after the other.", _FIELDS)
        self._main.ask(Question(f"goal {id}", "field=value", lambda _: hint, enter, placeholder="aim=35 by=31 mar"))

    def _add(self) -> None:
        def enter(line: str) -> None:
            found = linewords.fields(line)
            missing = [name for name in ("what", "practice") if not found.get(name)]
            if missing:
                raise UsageError(f"The {' and the '.join(missing)} is missing.", remedy="what= practice=")
            self._main.act(lambda desk: goalverbs.add(desk, found))

        hint = words("what is a kind of goal, such as ar-days, or a measure of your own.", _FIELDS)
        place = "what=ar-days practice=oak-street aim=35 by=31 mar"
        self._main.ask(Question("goal add", "Add a goal", lambda _: hint, enter, placeholder=place))


def read_reading(line: str) -> Read:
    """Read `41`, `41 31 oct` or `$12,400 yesterday; a late remittance`."""
    said, _, note = line.partition(";")
    value, _, on = said.strip().partition(" ")
    return Read(value, on.strip(), note.strip() or None)


def _checked(one: Read, measure: Measure) -> str:
    """Return a reading in words. Raises UsageError where it cannot be read."""
    # Loaded by the first reading, so that the first frame does not wait for it.
    from followthru.domain.figures import figure_words, read_figure

    value = figure_words(read_figure(one.value, measure.unit), measure.unit)
    on = read_past(one.on, measure.today, measure.order) if one.on else measure.today
    return f"{measure.title}: {value} on {day_words(on, measure.today)}"


def _words(line: str, measure: Measure) -> Preview:
    one = read_reading(line)
    if not one.value:
        return words(measure.title, _HINT)
    try:
        return words(_checked(one, measure), _HINT)
    except FollowthruError as error:
        return words(error.message, _HINT, tone=Tone.RISK)
