"""How a task stands, as a glyph, a word and a tone; and its date with the wiggle room in it. Pure."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from followthru.domain.health import Health, Thresholds, health_on
from followthru.domain.task import Status, TaskRow
from followthru_tui.palette import Tone

_FAR_DAYS = 300


class State(NamedTuple):
    """`glyph` and `words` tell it without colour."""

    glyph: str
    words: str
    tone: Tone

    @property
    def text(self) -> str:
        """Glyph and words as painted."""
        return f"{self.glyph} {self.words}"


def state(row: TaskRow, today: date) -> State:
    """Return the one state a row shows: closed first, then danger, then waiting, then what it is."""
    match health_on(row.status, Thresholds(row.in_buffer_from, row.at_risk_from, row.late_from), today):
        case Health.DONE:
            return State("x", "done", Tone.DONE)
        case Health.DROPPED:
            return State("-", "dropped", Tone.DIM)
        case Health.LATE:
            return State("!", f"late {_days_late(row, today)}d", Tone.LATE)
        case Health.AT_RISK:
            return State("!", "at risk", Tone.RISK)
        case Health.IN_BUFFER:
            return State("~", "in buffer", Tone.BUFFER)
        case Health.ON_TRACK:
            return _calm(row, today)


def _days_late(row: TaskRow, today: date) -> int:
    """Return for how many calendar days it has been late, today included."""
    return (today - (row.late_from or today)).days + 1


def _calm(row: TaskRow, today: date) -> State:
    if row.status is Status.WAITING:
        return State("?", f"waiting {row.waiting_on or ''}".rstrip(), Tone.WAITING)
    if row.blocked:
        return State("?", "blocked", Tone.WAITING)
    if row.stalled(today):
        return State("=", "stalled", Tone.BUFFER)
    if row.status is Status.INBOX:
        return State("*", "inbox", Tone.KEY)
    if row.status is Status.STARTED:
        return State("+", "started", Tone.PLAIN)
    return State(".", "ok", Tone.DIM)


def day(on: date, today: date) -> str:
    """Return a date as people write it: `Fri 15 Jan`, with the year in place of the weekday if it is far."""
    if abs((on - today).days) > _FAR_DAYS:
        return f"{on.day} {on:%b %Y}"
    return f"{on:%a} {on.day} {on:%b}"


def room(days: int) -> str:
    """Return wiggle room in working days, as `5d room`."""
    return f"{days}d room"


def when(row: TaskRow, today: date, *, short: bool = False) -> str:
    """Return the date that matters most, and the wiggle room before a promise: `Fri 15 Jan · 5d room`.

    In short the room is `5d`, and a date that is no promise goes without its weekday.
    """
    if row.promised_on is not None:
        clock = f" {row.promised_time}" if row.promised_time else ""
        spare = f"{row.buffer_days}d" if short else room(row.buffer_days)
        return f"{day(row.promised_on, today)}{clock}{f' · {spare}' if row.buffer_days else ''}"
    for name, on in (("deadline", row.deadline_on), ("target", row.target_on)):
        if on is not None:
            return f"{name} {day(on, today).split(maxsplit=1)[1] if short else day(on, today)}"
    return ""


def told(row: TaskRow) -> str:
    """Return whether the promise has been told: `told`, `untold`, `out of step`, or nothing to tell."""
    if row.promised_on is None:
        return ""
    if row.out_of_step:
        return "out of step"
    return "told" if row.told else "untold"
