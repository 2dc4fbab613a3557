"""Readings of a table made readings of goals here, by the same rules as `goal read`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from followthru.actions import goals
from followthru.actions.bringing_rows import Built, Made, built
from followthru.actions.context import Context
from followthru.actions.import_choices import Choices
from followthru.actions.placing import Places
from followthru.domain.changes import Scalar
from followthru.domain.figures import figure_text, figure_words, read_figure
from followthru.domain.goals import Goal
from followthru.domain.saying import day_words
from followthru.exchange.reading import Entity
from followthru.exchange.sheet import Row, Sheet
from followthru.exchange.values import WrongValueError
from followthru.store import goals as stored
from followthru.store.store import Writer


class ReadingBuilder:
    """Makes readings of rows. One of the same goal, day and value is known; another value of that day is refused."""

    def __init__(self, ctx: Context, tx: Writer, choices: Choices) -> None:
        """Read what is there. Raises NotFoundError, UsageError."""
        self._ctx, self._tx = ctx, tx
        self._places = Places(tx, choices.practices)
        every = stored.goals(tx, retired=True)
        known = stored.readings(tx, [one.id for one in every])
        self._there: dict[tuple[int, date], Decimal] = {
            (id, one.on): one.value for id, readings in known.items() for one in readings
        }
        self._goals: dict[tuple[str, str], Goal] = {}

    def build(self, sheet: Sheet) -> Built:
        """Return what a table adds."""
        return built(sheet, self._made)

    def _made(self, row: Row) -> Made:
        """Return a reading; nothing for one that is there. Raises WrongValueError, UsageError, NotFoundError."""
        if "read_on" not in row.days or "value" not in row.texts:
            raise WrongValueError("has no day" if "read_on" not in row.days else "has no value")
        goal = self._goal(row.texts.get("goal", ""), row.texts.get("practice", ""))
        on, value = row.days["read_on"], read_figure(row.texts["value"], goal.unit)
        if on > self._ctx.today_for(self._tx, goal.practice_id):
            raise WrongValueError(f"{day_words(on)} is still to come")
        if (goal.id, on) in self._there:
            there = self._there[goal.id, on]
            if there == value:
                return Made()
            said = f"{goal.title} @{goal.practice} is {figure_words(there, goal.unit)} on {day_words(on)} already"
            raise WrongValueError(f"{said}: `goal read` corrects it")
        self._there[goal.id, on] = value
        values: dict[str, Scalar] = {
            "goal_id": goal.id,
            "read_on": on.isoformat(),
            "value": figure_text(value),
            "audience": str(goal.audience),
        }
        if row.texts.get("note"):
            values["note"] = row.texts["note"]
        title = f"{goal.title} @{goal.practice} {figure_words(value, goal.unit)} on {day_words(on)}"
        return Made((Entity(row.line, "reading", None, values),), title, dict(values))

    def _goal(self, name: str, practice: str) -> Goal:
        """Return the goal that a row names. Raises WrongValueError, NotFoundError, UsageError, LeftOutError."""
        if not name:
            raise WrongValueError("names no goal: say --goal for all rows")
        if (name, practice) not in self._goals:
            at = self._places.needed(practice).id if practice else None
            goal = goals.find(self._tx, name, at)
            if goal.retired_on is not None:
                raise WrongValueError(f"{goal.title} is retired")
            self._goals[name, practice] = goal
        return self._goals[name, practice]
