"""Playbooks: a named set of steps, each on a day counted in working days from an anchor or from another step. Pure."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from followthru.domain.task import Area, Audience

FORMAT = 1
"""The version of the schema that files say in `playbook`."""
ANCHOR = "anchor"


class Question(NamedTuple):
    """What is asked before a run, its answers, and the one that holds where none is given."""

    key: str
    ask: str
    answers: tuple[str, ...]
    usual: str


class When(NamedTuple):
    """The answer to a question with which a step is there."""

    question: str
    answer: str


class Step(NamedTuple):
    """One step. It falls `days` working days after `origin` (before it if negative): the anchor or another step's key.

    `needs` are the keys of steps that come first; the one it is counted from is among them. `role` names who does it,
    None the practice manager. `buffer_days` None leaves the buffer to the practice. `start_days` are working days
    before its day on which it may begin. With `deadline` the anchor is a date that the outside sets for it.
    `per_person` makes a copy for each person that a run is for. `goal` is the kind of goal that it serves.
    """

    key: str
    title: str
    public: str | None
    role: str | None
    area: Area
    kind: str
    origin: str
    days: int
    needs: tuple[str, ...]
    when: When | None
    buffer_days: int | None
    start_days: int | None
    minutes: int | None
    audience: Audience | None
    deadline: bool
    evidence: bool
    per_person: bool
    note: str | None
    checklist: tuple[str, ...]
    goal: str | None


class Playbook(NamedTuple):
    """A playbook. `anchor` says which date is meant, `roles` are words by name, `own` tells it from shipped ones.

    `source` is where its rules come from and `check_your_state` what differs from state to state or payer to payer;
    `every` is the rule by which it usually comes back, None where it does not.
    """

    name: str
    version: int
    title: str
    source: str
    check_your_state: str
    anchor: str
    roles: dict[str, str]
    questions: tuple[Question, ...]
    steps: tuple[Step, ...]
    own: bool
    every: str | None


def offsets(steps: tuple[Step, ...]) -> dict[str, int]:
    """Return each step's working days from the anchor, by key. The steps have no circle and name only each other."""
    by_key = {step.key: step for step in steps}
    found: dict[str, int] = {}
    for step in steps:
        chain = [step]
        while chain[-1].origin != ANCHOR:
            chain.append(by_key[chain[-1].origin])
        found[step.key] = sum(one.days for one in chain)
    return found


def circle(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Return the keys of steps that wait for each other, each for the next, the first at both ends; empty without."""
    try:
        TopologicalSorter({step.key: step.needs for step in steps}).prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()


def day_words_of(step: Step) -> str:
    """Return when a step is, in words: `5 working days after offer`."""
    if step.days == 0:
        return f"on the day of {step.origin}" if step.origin != ANCHOR else "on the anchor"
    side = "after" if step.days > 0 else "before"
    count = abs(step.days)
    origin = "the anchor" if step.origin == ANCHOR else step.origin
    return f"{count} working day{'' if count == 1 else 's'} {side} {origin}"
