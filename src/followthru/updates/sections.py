"""What is news for a reader: each task's place in the four sections of an update.

The difference is net: it compares what the reader may see now with what they know from the last confirmed
update and from what they were told since. How often a date moved in between does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from followthru.updates import decided
from followthru.updates.facts import Facts, Known, State
from followthru.updates.results import Result, news
from followthru.updates.view import ReaderTask, ReaderView, Standing

SECTION_LINES = 7


class Turn(StrEnum):
    """What a line says of its task."""

    NEED = "need"
    MOVED = "moved"
    UNDATED = "undated"
    REOPENED = "reopened"
    DROPPED = "dropped"
    DONE = "done"
    AHEAD = "ahead"
    OVERDUE = "overdue"


class Item(NamedTuple):
    """One line to be: the task, its turn, whether it is news, and the promise as the reader knew it."""

    task: ReaderTask
    turn: Turn
    new: bool
    before: Known | None
    was_on: date | None = None
    was_time: str | None = None


class Section(NamedTuple):
    """The lines that are shown, in reading order, and those that are only counted."""

    shown: tuple[Item, ...]
    rest: tuple[Item, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Return every item, shown or counted."""
        return self.shown + self.rest


class Sections(NamedTuple):
    """An update's four sections, and what the reader knew of that they may no longer see.

    `joined` are dates ahead that the lines of `needs` state: they have no line of their own. `results` are the readings
    of goals that are news, and `more_results` how many did not fit; `decisions` is what is news of what was decided.
    """

    needs: Section
    moved: Section
    done: Section
    next: Section
    hidden: tuple[Known, ...]
    joined: tuple[Item, ...] = ()
    results: tuple[Result, ...] = ()
    more_results: int = 0
    decisions: decided.News = decided.News()

    @property
    def news(self) -> bool:
        """Whether anything in it is new to the reader."""
        if self.results or self.decisions.shown:
            return True
        sections = (self.needs, self.moved, self.done, self.next)
        return any(item.new for section in sections for item in section.items) or any(item.new for item in self.joined)

    @property
    def stated(self) -> tuple[Item, ...]:
        """Return what the update spells out besides needs: nothing where nothing is new."""
        return (*self.moved.shown, *self.done.shown, *self.next.shown, *self.joined) if self.news else ()

    @property
    def ahead(self) -> tuple[Item, ...]:
        """Return every date to come that has not moved, stated or counted."""
        return (*self.joined, *self.next.items)

    @property
    def counted(self) -> tuple[Item, ...]:
        """Return what the update only counts and never spells out."""
        return (*self.done.rest, *self.next.rest) if self.news else ()

    @property
    def shown(self) -> tuple[Item, ...]:
        """Return every line of the update."""
        return (*self.needs.shown, *self.stated)


def sort_out(view: ReaderView, last: Facts | None, since: date) -> Sections:
    """Return the sections of the next update.

    `last` is the snapshot of the last confirmed update, None before the first. A task that the reader never
    heard of counts as done or dropped news only if it was done on or after `since`.
    """
    known: Mapping[str, Known] = last.known if last else {}
    needs, moved, done, ahead = (list[Item]() for _ in range(4))
    for task in view.tasks:
        before = known.get(task.uid)
        if task.standing != Standing.OPEN:
            done.extend(_finished(task, before, since))
            moved.extend(_given_up(task, before))
            continue
        needs.extend(_needed(task, before))
        move = _move(task, before, last)
        if move:
            moved.append(move)
        elif task.promised_on is not None:
            ahead.append(_ahead(task, before))
    asked = _section(needs, _by_need)
    results = news(view.goals, last.results if last else {}, view.today)
    dated = {item.task.uid for item in asked.shown if holds_up(item.task)}
    return Sections(
        needs=asked,
        moved=_section(moved, _by_date),
        done=_section(done, _by_done),
        next=_section([item for item in ahead if item.task.uid not in dated], _by_date),
        hidden=_hidden(view, known),
        joined=tuple(item for item in ahead if item.task.uid in dated),
        results=results[:SECTION_LINES],
        more_results=len(results[SECTION_LINES:]),
        decisions=decided.news(view.decisions, last.decisions if last else {}, since, SECTION_LINES),
    )


def holds_up(task: ReaderTask) -> bool:
    """Return whether a promised date depends on what is needed for it: one to come, not before that is needed."""
    if task.needs is None or task.promised_on is None or task.overdue:
        return False
    return task.needs_by is None or task.needs_by <= task.promised_on


def _needed(task: ReaderTask, before: Known | None) -> list[Item]:
    if task.needs is None:
        return []
    same = task.asked or (before is not None and (before.need, before.need_by) == (task.needs, task.needs_by))
    return [Item(task, Turn.NEED, not same, before)]


def _finished(task: ReaderTask, before: Known | None, since: date) -> list[Item]:
    if task.standing != Standing.DONE or (before and before.state == State.DONE):
        return []
    if before is None and (task.done_on is None or task.done_on < since):
        return []
    return [Item(task, Turn.DONE, True, before)]


def _given_up(task: ReaderTask, before: Known | None) -> list[Item]:
    """A dropped task is news to whoever was given a date for it."""
    if task.standing != Standing.DROPPED or (before and before.state == State.DROPPED):
        return []
    heard = task.last_told is not None or (before is not None and before.state != State.COUNTED)
    return [Item(task, Turn.DROPPED, True, before)] if heard else []


def _move(task: ReaderTask, before: Known | None, last: Facts | None) -> Item | None:
    if before and before.state in {State.DONE, State.DROPPED}:
        return Item(task, Turn.REOPENED, True, before)
    was_on, was_time = _baseline(task, before, last)
    if was_on is None or (was_on, was_time) == (task.promised_on, task.promised_time):
        return None
    if task.promised_on is None:
        if before and before.state == State.UNDATED:
            return None
        return Item(task, Turn.UNDATED, True, before, was_on, was_time)
    return Item(task, Turn.MOVED, True, before, was_on, was_time)


def _baseline(task: ReaderTask, before: Known | None, last: Facts | None) -> tuple[date | None, str | None]:
    """Return the promise as the reader knows it: what they heard last, in an update or otherwise.

    A move they were told of since the last update is still confirmed in writing, from the date which that
    update stated. Only an update states a clock time; whoever heard a date otherwise heard none.
    """
    told = task.last_told
    heard = told.promised_on if told else None
    if before and last and before.state == State.AHEAD and before.on is not None:
        confirms = heard in {None, before.on, task.promised_on}
        if confirms or (told and _instant(told.at) <= _instant(last.at)):
            return before.on, before.time
    return heard, task.promised_time if heard == task.promised_on else None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _ahead(task: ReaderTask, before: Known | None) -> Item:
    if before is None:
        new = True
    elif before.state == State.COUNTED:
        new = task.overdue
    else:
        new = before.state != State.AHEAD or before.slip != (task.overdue or task.may_slip)
    return Item(task, Turn.OVERDUE if task.overdue else Turn.AHEAD, new, before)


def _hidden(view: ReaderView, known: Mapping[str, Known]) -> tuple[Known, ...]:
    """Return what the reader was given a date or a question for and may no longer see."""
    seen = {task.uid for task in view.tasks}
    pending = {State.AHEAD, State.UNDATED, State.ASKED}
    return tuple(fact for uid, fact in sorted(known.items()) if uid not in seen and fact.state in pending)


def _section(items: list[Item], order: Callable[[Item], tuple[date, int]]) -> Section:
    """Show what matters most, in order: late things, then changes, then what this reader was told of."""

    def weight(item: Item) -> tuple[bool, bool, bool, tuple[date, int]]:
        told = item.task.last_told is not None
        changed = item.new and item.before is not None and item.before.state != State.COUNTED
        return (not item.task.overdue, not changed, not told, order(item))

    by_weight = sorted(items, key=weight)
    return Section(
        tuple(sorted(by_weight[:SECTION_LINES], key=order)), tuple(sorted(by_weight[SECTION_LINES:], key=order))
    )


def _by_need(item: Item) -> tuple[date, int]:
    return (item.task.needs_by or date.max, item.task.id)


def _by_date(item: Item) -> tuple[date, int]:
    return (item.task.promised_on or date.min, item.task.id)


def _by_done(item: Item) -> tuple[date, int]:
    return (item.task.done_on or date.min, item.task.id)
