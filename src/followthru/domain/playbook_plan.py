"""What a playbook comes to at one practice: which steps there are, for whom, and on which of its working days. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from graphlib import TopologicalSorter
from typing import NamedTuple

from followthru.domain.nearest import did_you_mean
from followthru.domain.playbooks import ANCHOR, Playbook, Step
from followthru.domain.workdays import Roll, WorkCalendar
from followthru.errors import UsageError

Place = tuple[str, str | None]
"""A step's key and the person whom its copy is for."""


class Planned(NamedTuple):
    """One task to come. `hurried` says that its own day has passed, so that it is on the first working day there is."""

    step: Step
    person: str | None
    on: date
    starts_on: date | None
    needs: tuple[Place, ...]
    hurried: bool

    @property
    def place(self) -> Place:
        """What it is known by in the plan."""
        return self.step.key, self.person


class Plan(NamedTuple):
    """The tasks to come by date, and the working day that the anchor stands for."""

    anchor_on: date
    tasks: tuple[Planned, ...]


class Terms(NamedTuple):
    """What dates depend on: the practice's working days, where it rolls closed days (None is before them), today."""

    calendar: WorkCalendar
    roll: str | None
    today: date


def answers(book: Playbook, given: Mapping[str, str]) -> dict[str, str]:
    """Return the answer to each question, the usual one where none is given. Raises UsageError naming what there is."""
    questions = {one.key: one for one in book.questions}
    for key, answer in given.items():
        if key not in questions:
            raise _unknown(book, "question", key, questions)
        if answer not in questions[key].answers:
            raise UsageError(
                f"{answer} is no answer to {key}: {questions[key].ask}",
                safe="Nothing was changed.",
                remedy=f"Answer with {' or '.join(questions[key].answers)}.",
            )
    return {key: given.get(key, one.usual) for key, one in questions.items()}


def check_roles(book: Playbook, given: Iterable[str]) -> None:
    """Raise UsageError for a role that the playbook has not."""
    for role in given:
        if role not in book.roles:
            raise _unknown(book, "role", role, book.roles)


def plan(book: Playbook, anchor: date, terms: Terms, given: Mapping[str, str], people: Sequence[str] = ()) -> Plan:
    """Return the tasks that a playbook comes to. `given` are answers, `people` those for whom there are copies.

    Every date is a working day, not before today and not before that of a step that it needs. A step that is left out
    is passed over: what needs it needs what that needed. Raises UsageError for an answer that there is not.
    """
    said = answers(book, given)
    base = terms.calendar.roll(anchor, Roll(terms.roll) if terms.roll in (Roll.BEFORE, Roll.AFTER) else Roll.BEFORE)
    first = terms.calendar.roll(terms.today, Roll.AFTER)
    by_key = {step.key: step for step in book.steps}
    own: dict[str, date] = {ANCHOR: base}
    final: dict[str, date] = {}
    for key in TopologicalSorter({step.key: step.needs for step in book.steps}).static_order():
        step = by_key[key]
        own[key] = terms.calendar.add(own[step.origin], step.days)
        # Half days may bring a step's own day before that of what it needs.
        final[key] = max([own[key], first, *(final[need] for need in step.needs)])
    there = {step.key: _copies(step, people) for step in book.steps if _wanted(step, said)}
    found = [
        Planned(
            step := by_key[key],
            person,
            final[key],
            None if step.start_days is None else terms.calendar.subtract(final[key], step.start_days),
            _needed(step, person, by_key, there),
            own[key] < first,
        )
        for key, copies in there.items()
        for person in copies
    ]
    return Plan(base, tuple(sorted(found, key=lambda one: one.on)))


def _wanted(step: Step, said: Mapping[str, str]) -> bool:
    return step.when is None or said[step.when.question] == step.when.answer


def _copies(step: Step, people: Sequence[str]) -> tuple[str | None, ...]:
    return tuple(people) or (None,) if step.per_person else (None,)


def _needed(
    step: Step, person: str | None, steps: Mapping[str, Step], there: Mapping[str, tuple[str | None, ...]]
) -> tuple[Place, ...]:
    """Return which tasks a task needs: of a step with copies its own person's, or all where it is for nobody alone."""
    found: dict[Place, None] = {}
    todo, seen = list(step.needs), set[str]()
    while todo:
        key = todo.pop(0)
        if key in seen:
            continue
        seen.add(key)
        if key not in there:
            todo += steps[key].needs
            continue
        copies = there[key]
        found |= dict.fromkeys((key, one) for one in ((person,) if person in copies else copies))
    return tuple(found)


def _unknown(book: Playbook, what: str, said: str, known: Mapping[str, object]) -> UsageError:
    has = ", ".join(known) or "none"
    return UsageError(
        f"{book.name} has no {what} {said}. {did_you_mean(said, known)}".rstrip(),
        safe="Nothing was changed.",
        remedy=f"There are {has}." if known else f"It has no {what} at all.",
    )
