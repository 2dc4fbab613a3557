"""Goals: what a practice wants to reach, by its measure; readings of it, and what they add up to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from followthru.domain.figures import figure_words
from followthru.domain.task import Audience

SHOWN = 12
"""How many readings a sparkline and a report show."""
_SIDE = 3
ENOUGH = 2 * _SIDE
"""From how many readings on a trend is named."""
_BLOCKS = "▁▂▃▄▅▆▇█"


class Direction(StrEnum):
    """Which way a measure is meant to go; `within` is a range that it should be in."""

    UP = "up"
    DOWN = "down"
    WITHIN = "within"


class GoalKind(NamedTuple):
    """A sort of goal as shipped: what is measured, how, and what is usual.

    `title` names it to its readers, `how` says how the figure is worked out, `every` how often it is usually read,
    `aim` and `aim_to` are usual figures (None: every practice has its own). `source` is where they come from.
    """

    name: str
    title: str
    words: str
    unit: str | None
    direction: Direction
    aim: Decimal | None
    aim_to: Decimal | None
    every: str
    how: str
    source: str


class Reading(NamedTuple):
    """What the measure was on a day. `audience` is that of the goal when it was written."""

    id: int
    goal_id: int
    on: date
    value: Decimal
    audience: Audience
    note: str | None


class Goal(NamedTuple):
    """One goal. `aim` is what to reach or, within a range, its lower end, and `aim_to` then its upper one.

    `open_tasks` is how many open tasks serve it.
    """

    id: int
    uid: str
    practice_id: int
    practice: str
    kind: str | None
    title: str
    unit: str | None
    direction: Direction
    aim: Decimal | None
    aim_to: Decimal | None
    by_on: date | None
    audience: Audience
    notes: str | None
    retired_on: date | None
    open_tasks: int


class Standing(StrEnum):
    """Where a goal stands by its newest reading."""

    UNREAD = "no reading yet"
    NO_AIM = "no aim"
    MET = "met"
    NOT_MET = "not met yet"
    MISSED = "not met in time"


class Trend(StrEnum):
    """Where readings go, with the aim in mind."""

    BETTER = "getting better"
    WORSE = "getting worse"
    LEVEL = "level"


def meets(goal: Goal, value: Decimal) -> bool | None:
    """Return whether a value is what the goal aims at; None without an aim."""
    return None if goal.aim is None else reaches(goal.direction, goal.aim, goal.aim_to, value)


def reaches(direction: Direction, aim: Decimal, aim_to: Decimal | None, value: Decimal) -> bool:
    """Whether a value is what is aimed at; the edge of the aim is."""
    return _distance(direction, aim, aim_to, value) == 0


def _distance(direction: Direction, aim: Decimal, aim_to: Decimal | None, value: Decimal) -> Decimal:
    """Return how far a value is from the aim, 0 once it is met."""
    match direction:
        case Direction.UP:
            return max(Decimal(0), aim - value)
        case Direction.DOWN:
            return max(Decimal(0), value - aim)
        case Direction.WITHIN:
            return max(Decimal(0), aim - value, value - (aim if aim_to is None else aim_to))


def standing(goal: Goal, readings: Sequence[Reading], today: date) -> Standing:
    """Return where a goal stands; `readings` by day, the newest last."""
    if not readings:
        return Standing.UNREAD
    met = meets(goal, readings[-1].value)
    if met is None:
        return Standing.NO_AIM
    if met:
        return Standing.MET
    return Standing.MISSED if goal.by_on is not None and goal.by_on < today else Standing.NOT_MET


def trend(goal: Goal, readings: Sequence[Reading]) -> Trend | None:
    """Return where the readings go: the middle of the last three against the middle of the three before.

    Only a change of more than the usual step from one reading to the next counts; None with fewer than six readings,
    and where it cannot be said which way is better.
    """
    if len(readings) < ENOUGH:
        return None
    values = [one.value for one in readings[-ENOUGH:]]
    before, after = median(values[:_SIDE]), median(values[_SIDE:])
    usual = median([abs(b - a) for a, b in pairwise(values)])
    if abs(after - before) <= usual:
        return Trend.LEVEL
    if goal.direction is Direction.WITHIN:
        if goal.aim is None:
            return None
        far, near = (_distance(goal.direction, goal.aim, goal.aim_to, each) for each in (before, after))
        return Trend.LEVEL if far == near else Trend.BETTER if near < far else Trend.WORSE
    return Trend.BETTER if (after > before) is (goal.direction is Direction.UP) else Trend.WORSE


def trend_words(goal: Goal, readings: Sequence[Reading]) -> str:
    """Return the trend with what it rests on; empty where none is named."""
    found = trend(goal, readings)
    if found is None:
        return ""
    before, after = (median([one.value for one in part]) for part in (readings[-ENOUGH:-_SIDE], readings[-_SIDE:]))
    if found is Trend.LEVEL:
        return f"level over the last {ENOUGH} readings"
    middles = f"{figure_words(before)} to {figure_words(after)}"
    return f"{found}: the middle of {_SIDE} went from {middles}"


def sparkline(readings: Sequence[Reading]) -> str:
    """Return the last readings as a row of blocks, low to high; never the only thing that says it."""
    values = [one.value for one in readings[-SHOWN:]]
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    if low == high:
        return _BLOCKS[3] * len(values)
    return "".join(_BLOCKS[int((value - low) / (high - low) * (len(_BLOCKS) - 1) + Decimal("0.5"))] for value in values)


def aim_words(direction: Direction, aim: Decimal | None, aim_to: Decimal | None, unit: str | None) -> str:
    """Return the aim as words: `35 days or less`, `95% or more`, `80% to 90%`; empty without one."""
    if aim is None:
        return ""
    match direction:
        case Direction.UP:
            return f"{figure_words(aim, unit)} or more"
        case Direction.DOWN:
            return f"{figure_words(aim, unit)} or less"
        case Direction.WITHIN:
            if aim_to is None or aim_to == aim:
                return figure_words(aim, unit)
            from_ = figure_words(aim) if unit and unit.isalpha() else figure_words(aim, unit)
            return f"{from_} to {figure_words(aim_to, unit)}"


def spoken_unit(title: str, unit: str | None) -> str | None:
    """Return the unit as a sentence needs it that begins with the title: none where the title has said it."""
    if unit is None or not unit.isalpha():
        return unit
    said = {word.casefold().rstrip("s") for word in title.split()}
    return None if unit.casefold().rstrip("s") in said else unit
