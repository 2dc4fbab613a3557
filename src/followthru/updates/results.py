"""The readings of goals that one reader may see, and which of them are news.

A `ReaderGoal` is built here and nowhere else, from the fields in `GOAL_SOURCES`; its notes, those of its readings and
whatever was written for fewer people never leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from followthru.domain.audience import AUDIENCE_ROLES
from followthru.domain.figures import figure_text, figure_words
from followthru.domain.goals import Direction, Goal, Reading, aim_words, reaches, spoken_unit
from followthru.domain.people import Member
from followthru.domain.saying import day_words
from followthru.updates.words import clean

GOAL_SOURCES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": (),
        "uid": (),
        "words": ("goal.title",),
        "unit": ("goal.unit",),
        "direction": ("goal.direction",),
        "aim": ("goal.aim",),
        "aim_to": ("goal.aim_to",),
        "by_on": ("goal.by_on",),
        "readings": ("reading.read_on", "reading.value"),
    }
)
FRESH = timedelta(days=7)
"""How old a reading may be to be told without its day."""
STALE = timedelta(days=100)
"""From which age on a reading is no news to somebody who never heard of the goal: a quarter and some days."""


class GoalFacts(NamedTuple):
    """One goal with its readings by day, as the store hands them over."""

    goal: Goal
    readings: tuple[Reading, ...] = ()


class ReaderReading(NamedTuple):
    """What a measure was on a day."""

    on: date
    value: Decimal


class ReaderGoal(NamedTuple):
    """One goal in a reader's words, with those of its readings that they may see. `id` and `uid` are never written."""

    id: int
    uid: str
    words: str
    unit: str | None
    direction: Direction
    aim: Decimal | None
    aim_to: Decimal | None
    by_on: date | None
    readings: tuple[ReaderReading, ...]

    @property
    def newest(self) -> ReaderReading | None:
        """Return the last reading, None without any."""
        return self.readings[-1] if self.readings else None

    def on(self, day: date) -> ReaderReading | None:
        """Return the reading of a day, None without one."""
        return next((one for one in self.readings if one.on == day), None)

    def figure(self, value: Decimal) -> str:
        """Return a value as a sentence says it that begins with the goal's name."""
        return figure_words(value, spoken_unit(self.words, self.unit))

    @property
    def aimed(self) -> str:
        """Return the aim in words, empty without one."""
        return aim_words(self.direction, self.aim, self.aim_to, spoken_unit(self.words, self.unit))

    def met(self, value: Decimal) -> bool:
        """Whether a value is what is aimed at; not without an aim."""
        return self.aim is not None and reaches(self.direction, self.aim, self.aim_to, value)


def goals_for(goals: Iterable[GoalFacts], reader: Member) -> tuple[ReaderGoal, ...]:
    """Return the goals that a reader may see, each with the readings that were written for them too."""
    return tuple(_shown(one, reader) for one in goals if may_see_goal(one.goal, reader))


def may_see_goal(goal: Goal, reader: Member) -> bool:
    """Whether a reader may see a goal now: one of their practice, not retired, of an audience they are in."""
    here = goal.practice_id == reader.practice_id and goal.retired_on is None
    return here and reader.role in AUDIENCE_ROLES[goal.audience]


def _shown(one: GoalFacts, reader: Member) -> ReaderGoal:
    goal = one.goal
    seen = (each for each in one.readings if reader.role in AUDIENCE_ROLES[each.audience])
    return ReaderGoal(
        id=goal.id,
        uid=goal.uid,
        words=clean(goal.title).rstrip(" .;,:"),
        unit=None if goal.unit is None else clean(goal.unit),
        direction=goal.direction,
        aim=goal.aim,
        aim_to=goal.aim_to,
        by_on=goal.by_on,
        readings=tuple(sorted(ReaderReading(each.on, each.value) for each in seen)),
    )


class KnownResult(NamedTuple):
    """What a reader was last told of a goal: its name, the reading's day and value, and how its text states that.

    `said` is empty where an update only carries on what an earlier one stated.
    """

    id: int
    words: str
    on: date
    value: Decimal
    said: str = ""


class How(StrEnum):
    """What a line says of a reading beside what was known."""

    FIRST = "first"
    UP = "up"
    DOWN = "down"
    SAME = "same"
    CORRECTED = "corrected"


class Result(NamedTuple):
    """One line to be: a goal, its newest reading, and what it is held against."""

    goal: ReaderGoal
    reading: ReaderReading
    how: How
    before: Decimal | None

    def value(self, today: date) -> str:
        """Return the value as its line states it: with its day where it is not of these days."""
        words = self.goal.figure(self.reading.value)
        return words if today - self.reading.on <= FRESH else f"{words} on {day_words(self.reading.on, today)}"


def news(goals: Iterable[ReaderGoal], known: Mapping[str, KnownResult], today: date) -> tuple[Result, ...]:
    """Return the readings that a reader does not know yet, one for each goal: its newest.

    It is held against what they were told last; where they never heard of the goal, against the reading before it.
    """
    return tuple(found for goal in goals if (found := _result(goal, known.get(goal.uid), today)) is not None)


def _result(goal: ReaderGoal, known: KnownResult | None, today: date) -> Result | None:
    newest = goal.newest
    if newest is None or (known is not None and (known.on, known.value) == (newest.on, newest.value)):
        return None
    if known is None:
        if today - newest.on > STALE:
            return None
        before = goal.readings[-2].value if len(goal.readings) > 1 else None
        return Result(goal, newest, way(newest.value, before), before)
    how = How.CORRECTED if known.on >= newest.on else way(newest.value, known.value)
    return Result(goal, newest, how, known.value)


def way(value: Decimal, before: Decimal | None) -> How:
    """Return which way a value went from the one before it."""
    if before is None:
        return How.FIRST
    return How.SAME if value == before else How.UP if value > before else How.DOWN


def known_after(
    goals: Iterable[ReaderGoal], known: Mapping[str, KnownResult], stated: Iterable[Result], today: date
) -> dict[str, KnownResult]:
    """Return what a reader knows of results once these are stated; what they may no longer see is forgotten."""
    after = {one.uid: known[one.uid]._replace(said="") for one in goals if one.uid in known}
    for one in stated:
        reading = one.reading
        said = one.value(today)
        after[one.goal.uid] = KnownResult(one.goal.id, one.goal.words, reading.on, reading.value, said)
    return after


class WrongResult(NamedTuple):
    """A reading that an update states and that is not so; `goal` is None where it is hidden now."""

    known: KnownResult
    goal: ReaderGoal | None
    reading: ReaderReading | None
    reason: str


def wrong_results(stated: Mapping[str, KnownResult], goals: Iterable[ReaderGoal]) -> Iterator[WrongResult]:
    """Yield the readings that an update states and that are not so (any more): corrected, taken away or hidden.

    A newer reading makes no older one wrong.
    """
    now = {goal.uid: goal for goal in goals}
    for uid, known in sorted(stated.items()):
        goal = now.get(uid)
        reading = None if goal is None else goal.on(known.on)
        if not known.said:
            continue
        if goal is None:
            yield WrongResult(known, None, None, "the reader may no longer see it")
        elif reading is None:
            yield WrongResult(known, goal, None, "that reading is gone")
        elif reading.value != known.value:
            yield WrongResult(known, goal, reading, f"it is {goal.figure(reading.value)} by now")
        elif goal.words != known.words:
            yield WrongResult(known, goal, reading, "its words have been changed since")


def result_out(known: KnownResult) -> dict[str, object]:
    """Return what is known of a result as a snapshot keeps it."""
    return {**known._asdict(), "on": known.on.isoformat(), "value": figure_text(known.value)}


def result_in(content: Mapping[str, object]) -> KnownResult:
    """Return what `result_out` kept. Raises ValueError, KeyError for anything else."""
    return KnownResult(
        id=int(str(content["id"])),
        words=str(content["words"]),
        on=date.fromisoformat(str(content["on"])),
        value=_figure(str(content["value"])),
        said=str(content["said"]),
    )


def _figure(text: str) -> Decimal:
    value = Decimal(text) if text.lstrip("-").replace(".", "", 1).isdecimal() else None
    if value is None:
        raise ValueError(f"{text} is no figure")
    return value
