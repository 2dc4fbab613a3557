"""The log of a promise: what was promised, told, moved and why, in the order in which it happened. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from followthru.domain.task import Status, Telling
from followthru.domain.workdays import WorkCalendar


class What(StrEnum):
    """What happened to a promise."""

    PROMISED = "promised"
    MOVED = "moved"
    CLEARED = "cleared"
    TOLD = "told"
    DONE = "done"
    DROPPED = "dropped"
    REOPENED = "reopened"


class Step(NamedTuple):
    """What one action left of a task, as far as its promise goes. `at` is UTC ISO text; `on` the practice's date then.

    `action` is its number in the journal; `by` is who acted: me, calendar, daemon, or undo for an undo or a redo.
    """

    action: int
    at: str
    on: date
    by: str
    because: str | None
    promised_on: date | None
    status: Status
    waiting_on: int | None


class Entry(NamedTuple):
    """One line of the log. `date` is the date promised or told, `before` the one it took the place of.

    `retracted` is a telling that was taken back.
    """

    at: str
    on: date
    what: What
    date: date | None = None
    before: date | None = None
    person: str | None = None
    how: str | None = None
    because: str | None = None
    by: str = "me"
    retracted: bool = False


def entries(steps: Sequence[Step], tellings: Iterable[tuple[int, Telling]]) -> list[Entry]:
    """Return the log, oldest first. Each telling comes with the number of the action that recorded it."""
    found: list[tuple[tuple[str, int], Entry]] = []
    before: Step | None = None
    for step in steps:
        found += [((step.at, step.action), entry) for entry in _changed(before, step)]
        before = step
    for action, one in tellings:
        said = Entry(one.told_at, one.told_on, What.TOLD, one.promised_on, None, one.person, one.how)
        found.append(((one.told_at, action), said._replace(retracted=one.retracted)))
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]


def _changed(before: Step | None, step: Step) -> list[Entry]:
    found: list[Entry] = []
    old = None if before is None else before.promised_on
    if step.promised_on != old:
        what = What.PROMISED if old is None else What.CLEARED if step.promised_on is None else What.MOVED
        found.append(Entry(step.at, step.on, what, step.promised_on, old, because=step.because, by=step.by))
    was = Status.OPEN if before is None else before.status
    if step.status is not was:
        if step.status in _ENDS:
            found.append(Entry(step.at, step.on, _ENDS[step.status], by=step.by))
        elif was in _ENDS:
            found.append(Entry(step.at, step.on, What.REOPENED, by=step.by))
    return found


_ENDS = {Status.DONE: What.DONE, Status.DROPPED: What.DROPPED}


def out_of_step(tellings: Iterable[Telling], promised_on: date | None) -> dict[str, date]:
    """Return who was last told another date than the promised one, and which, by handle."""
    newest = {one.person: one.promised_on for one in tellings if not one.retracted}
    return {person: on for person, on in newest.items() if on != promised_on}


def waited(steps: Sequence[Step], clients: frozenset[int], since: date, until: date, calendar: WorkCalendar) -> int:
    """Return the working days in (since, until] on which the task waited on one of these persons."""
    days = 0
    ends = [step.on for step in steps[1:]]
    for step, end in zip(steps, [*ends, until], strict=False):
        if step.status is Status.WAITING and step.waiting_on in clients:
            first, last = max(step.on, since), min(end, until)
            days += max(0, calendar.working_days_between(first, last))
    return days


def moves(log: Iterable[Entry]) -> int:
    """Return how often a promised date was moved or cleared."""
    return sum(entry.what in (What.MOVED, What.CLEARED) for entry in log)
