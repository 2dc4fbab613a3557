"""The keys for hours: log time on what is under the cursor, correct an entry, take it away."""

from __future__ import annotations

from typing import NamedTuple

from followthru.domain.spans import exact_words, minutes
from followthru.errors import FollowthruError
from followthru_tui import linewords, verbs
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.hands.lines import do, number
from followthru_tui.hands.main import Main
from followthru_tui.palette import Tone
from followthru_tui.previewwords import Preview

_HINT = "45m or 1h30m; after it the day, if it is not today; after a ; a note for you alone"


class Span(NamedTuple):
    """Time as it is typed: how long, on which day (empty: today), a note."""

    time: str
    on: str
    note: str | None


class HourHands:
    """Logs time."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "log": self._log,
            "hours edit": self._edit,
            "hours remove": lambda: do(self._main, verbs.remove_hours),
        }

    def _log(self) -> None:
        selected = self._main.selected()
        slug = (selected.line or "").partition(":")[2]
        what = f"@{slug}" if selected.row is None else str(selected.row.id)
        name = slug if selected.row is None else selected.row.title

        def enter(line: str) -> None:
            one = read_span(line)
            minutes(one.time)
            self._main.act(lambda desk: verbs.log_hours(desk, what, one.time, one.on or None, one.note))

        self._main.ask(Question(f"log {what}", "Time", lambda line: _words(line, name), enter, placeholder="45m"))

    def _edit(self) -> None:
        id = number(self._main)

        def enter(line: str) -> None:
            given = linewords.fields(line)
            self._main.act(lambda desk: verbs.edit_hours(desk, id, given))

        hint = words("Write field=value, one after the other.", "time on note task")
        self._main.ask(Question(f"hours {id}", "field=value", lambda _: hint, enter, placeholder="time=1h30m"))


def read_span(line: str) -> Span:
    """Read `45m`, `1h30m yesterday` or `2h mon; the bank`."""
    said, _, note = line.partition(";")
    time, _, on = said.strip().partition(" ")
    return Span(time, on.strip(), note.strip() or None)


def _words(line: str, name: str) -> Preview:
    one = read_span(line)
    if not one.time:
        return words(name, _HINT)
    try:
        return words(f"{exact_words(minutes(one.time))} {one.on or 'today'}: {name}", _HINT)
    except FollowthruError as error:
        return words(error.message, _HINT, tone=Tone.RISK)
