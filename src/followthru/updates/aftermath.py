"""What a reader knows once an update has arrived, and whether what it states is still true."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from followthru.updates import decided
from followthru.updates.checks import Flag, FlagName
from followthru.updates.facts import Facts, Known, Said, State
from followthru.updates.figures import wrong_points
from followthru.updates.results import KnownResult, known_after, wrong_results
from followthru.updates.sections import Item, Sections, Turn
from followthru.updates.view import ReaderTask, ReaderView, Standing

_CLOSED = {Standing.DONE: State.DONE, Standing.DROPPED: State.DROPPED}


def facts_after(
    view: ReaderView, last: Facts | None, sections: Sections, at: str, day: Callable[[ReaderTask], str]
) -> Facts:
    """Return the snapshot of an update with these sections, composed at the instant `at` (ISO, `Z`).

    Lines of `done` and `next` that are only counted are known as such and are no news again; moves and needs
    that did not fit stay unknown, so the next update says them. `day` gives a promise's date in words.
    """
    before = dict(last.known) if last else {}
    stated = {item.task.uid: item for item in sections.stated}
    counted = {item.task.uid: item for item in sections.counted}
    asked = {item.task.uid for item in sections.needs.shown}
    known: dict[str, Known] = {}
    for task in view.tasks:
        fact = _known(task, before.get(task.uid), stated.get(task.uid), counted.get(task.uid))
        fact = _with_need(task, fact, before.get(task.uid), task.uid in asked)
        if fact is not None:
            known[task.uid] = fact
    said = tuple(found for item in stated.values() for found in said_of(item.task, day))
    known_results: Mapping[str, KnownResult] = last.results if last else {}
    results = known_after(view.goals, known_results, sections.results, view.today)
    known_decisions: Mapping[str, decided.KnownDecision] = last.decisions if last else {}
    return Facts(
        at,
        view.today,
        known,
        said,
        before,
        results=results,
        results_before=known_results,
        decisions=decided.known_after(view.decisions, known_decisions, sections.decisions.shown),
        decisions_before=known_decisions,
    )


def said_of(task: ReaderTask, day: Callable[[ReaderTask], str]) -> Iterator[Said]:
    """Yield the date a stated line promises; a date that has passed is not promised anew."""
    if task.standing == Standing.OPEN and task.promised_on is not None and not task.overdue:
        yield Said(task.uid, task.id, task.promised_on, task.words, day(task))


def _known(task: ReaderTask, before: Known | None, stated: Item | None, counted: Item | None) -> Known | None:
    if stated is not None:
        return known_of(task)
    if counted is not None and counted.turn == Turn.DONE:
        return Known(task.id, task.words, State.DONE)
    if counted is not None and (before is None or before.state == State.ASKED):
        return Known(task.id, task.words, State.COUNTED)
    return before


def known_of(task: ReaderTask) -> Known:
    """Return what a reader knows of a task once a line has said how it stands."""
    if task.standing != Standing.OPEN:
        return Known(task.id, task.words, _CLOSED[task.standing])
    if task.promised_on is None:
        return Known(task.id, task.words, State.UNDATED)
    slip = task.overdue or task.may_slip
    return Known(task.id, task.words, State.AHEAD, task.promised_on, task.promised_time, slip)


def _with_need(task: ReaderTask, fact: Known | None, before: Known | None, asked: bool) -> Known | None:
    if asked:
        fact = fact or Known(task.id, task.words, State.ASKED)
        return fact._replace(need=task.needs, need_by=task.needs_by)
    if task.needs is None or before is None:
        return None if fact is None or fact.state == State.ASKED else fact._replace(need=None, need_by=None)
    return fact and fact._replace(need=before.need, need_by=before.need_by)


class Fault(NamedTuple):
    """Something that an update states of a task and that is no longer so; `task` is None where it is hidden now."""

    fact: Known
    task: ReaderTask | None
    reasons: tuple[str, ...]


def faults(facts: Facts, view: ReaderView) -> tuple[Fault, ...]:
    """Return what an update states that is no longer so, by task.

    Only what this update itself states counts; other news waits for the next one.
    """
    now = {task.uid: task for task in view.tasks}
    dated = {said.uid for said in facts.said}
    stated = (
        Fault(
            fact, now.get(uid), (*_faults(fact, now.get(uid)), *_moved_need(fact, facts.before.get(uid), now.get(uid)))
        )
        for uid, fact in sorted(facts.known.items())
        if fact != facts.before.get(uid) or uid in dated or fact.need
    )
    return tuple(one for one in stated if one.reasons)


def untrue(facts: Facts, view: ReaderView) -> tuple[Flag, ...]:
    """Return a flag for each thing an update states that is no longer so."""
    results = (
        Flag(FlagName.UNTRUE, f"“{one.known.words}”: {one.reason}.") for one in wrong_results(facts.results, view.goals)
    )
    tasks = (
        Flag(FlagName.UNTRUE, f"“{one.fact.words}”: {reason}.", one.fact.id)
        for one in faults(facts, view)
        for reason in one.reasons
    )
    charts = (
        Flag(FlagName.UNTRUE, f"“{words}”: a reading in its chart has changed since.")
        for words in wrong_points(facts.figures, view.goals)
    )
    decisions = (
        Flag(FlagName.UNTRUE, f"“{one.known.words}”: {one.reason}.")
        for one in decided.wrong_decisions(facts.decisions, view.decisions)
    )
    return (*results, *decisions, *tasks, *charts)


def _moved_need(fact: Known, before: Known | None, task: ReaderTask | None) -> Iterator[str]:
    """Yield that a day by which this update is the first to ask for something is another one by now."""
    asks = fact.need is not None and (before is None or (before.need, before.need_by) != (fact.need, fact.need_by))
    if asks and task is not None and task.needs == fact.need and task.needs_by != fact.need_by:
        yield "the day by which it is needed has changed since"


def _faults(fact: Known, task: ReaderTask | None) -> Iterator[str]:
    if task is None:
        yield "the reader may no longer see it"
        return
    if fact.state == State.AHEAD and task.standing != Standing.OPEN:
        yield f"it is {task.standing} by now"
    elif fact.state == State.AHEAD and (task.promised_on, task.promised_time) != (fact.on, fact.time):
        yield "its date has changed since"
    elif fact.state == State.UNDATED and task.promised_on is not None:
        yield "it has a date by now"
    elif fact.state in _CLOSED.values() and _CLOSED.get(task.standing) != fact.state:
        yield f"it is {task.standing} by now"
    if fact.state != State.COUNTED and task.words != fact.words:
        yield "its words have been changed since"
    if fact.assigned and task.standing != Standing.OPEN and fact.state != State.AHEAD:
        yield f"it is {task.standing} by now"
    elif fact.assigned and not task.assigned:
        yield "it is with somebody else by now"
    if fact.need and (task.standing != Standing.OPEN or task.needs != fact.need):
        yield "what it asks for is no longer needed"
