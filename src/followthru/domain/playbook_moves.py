"""Where the dates of a run's task go when its anchor moves. Pure.

They are counted anew, never pushed along: a step is where the playbook puts it for the new anchor, and a date that was
set by hand keeps its working days from there. They are counted from the dates that the task had when it was last
touched by anything but a move of the anchor, its *home*; so an anchor that comes back brings back every date.
"""

from __future__ import annotations

import json
from datetime import date
from typing import NamedTuple, cast

from followthru.domain.workdays import WorkCalendar
from followthru.errors import UsageError


class Dates(NamedTuple):
    """The dates of a task that move with its anchor; `target_on` only where it was set by hand."""

    promised_on: date | None = None
    target_on: date | None = None
    starts_on: date | None = None
    deadline_on: date | None = None


class Home(NamedTuple):
    """From where a task is counted: its dates then, for which anchor, and the day that the playbook gave its step."""

    anchor: date
    step_on: date
    dates: Dates


class Moved(NamedTuple):
    """What a task moved from, and the dates that the last move of the anchor gave it."""

    home: Home
    given: Dates

    def __str__(self) -> str:
        """Return it as it is stored."""
        return json.dumps(
            {
                "anchor": self.home.anchor.isoformat(),
                "step_on": self.home.step_on.isoformat(),
                "dates": [_text(on) for on in self.home.dates],
                "given": [_text(on) for on in self.given],
            },
            separators=(",", ":"),
        )


def read(text: str) -> Moved | None:
    """Return what is stored; None for what is none of ours."""
    try:
        said = cast("dict[str, str]", json.loads(text))
        home = Home(date.fromisoformat(said["anchor"]), date.fromisoformat(said["step_on"]), _dates(said["dates"]))
        return Moved(home, _dates(said["given"]))
    except (ValueError, TypeError, KeyError):
        return None


def home_of(now: Home, stored: str | None) -> Home:
    """Return from where a task is counted: what is stored, unless its dates were touched since."""
    before = None if stored is None else read(stored)
    return before.home if before is not None and before.given == now.dates else now


def moved_to(home: Home, anchor: date, step_on: date, calendar: WorkCalendar) -> Dates:
    """Return the dates of a task for another anchor, on which the playbook gives its step `step_on`.

    Raises UsageError for one that would lie outside the years 1 to 9999.
    """
    if anchor == home.anchor:
        return home.dates
    then = home.dates
    promised = _carried(then.promised_on, home.step_on, step_on, calendar)
    base, to = (home.step_on, step_on) if then.promised_on is None else (then.promised_on, promised)
    return Dates(
        promised,
        _no_later(_carried(then.target_on, base, to, calendar), promised),
        _no_later(_carried(then.starts_on, home.step_on, step_on, calendar), promised),
        anchor if then.deadline_on == home.anchor else then.deadline_on,
    )


def _carried(on: date | None, base: date, to: date | None, calendar: WorkCalendar) -> date | None:
    """Return the day that is as many working days from `to` as `on` is from `base`, and as many days off on."""
    if on is None or to is None:
        return None
    count = calendar.working_days_between(base, on)
    rest = on - calendar.add(base, count)
    try:
        return calendar.add(to, count) + rest
    except OverflowError:
        raise UsageError(
            f"With that anchor a step would lie outside the years 1 to 9999: {on.isoformat()} has no day to go to.",
            safe="Nothing was changed.",
            remedy="Use another anchor.",
        ) from None


def _no_later(on: date | None, promised: date | None) -> date | None:
    return on if on is None or promised is None else min(on, promised)


def _dates(said: object) -> Dates:
    return Dates(*(None if one is None else date.fromisoformat(one) for one in cast("list[str | None]", said)))


def _text(on: date | None) -> str | None:
    return None if on is None else on.isoformat()
