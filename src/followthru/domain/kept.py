"""Whether promises are kept: one case for each task ever told, judged on the first date that was told. Pure.

A date that was moved in time, and told to the same person well before the first one, is neither kept nor broken:
it is counted apart, by the last date that was told.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from followthru.domain.frozen import thaw
from followthru.domain.reliability import NONE, Share
from followthru.domain.workdays import WorkCalendar


class Verdict(StrEnum):
    """What became of a promise. `open` until its day has passed, `left out` where its end was told in time."""

    KEPT = "kept"
    MISSED = "missed"
    KEPT_AFTER_MOVE = "kept after a move"
    MISSED_AFTER_MOVE = "missed after a move"
    OPEN = "open"
    LEFT_OUT = "left out"


class Told(NamedTuple):
    """A person was told a date on a day. `place` orders the tellings of one day."""

    person: str
    on: date
    told_on: date
    place: int


class Promised(NamedTuple):
    """A task that was told at least once: its tellings in order, retracted ones left out, and how it ended.

    `buffer` is the wiggle room in working days when it was first told; `drop_told_on` the day on which somebody
    was told that it was dropped. `days` are the working days as they stood at the first telling, frozen as text;
    None for days as they are now.
    """

    task_id: int
    practice: str | None
    tellings: tuple[Told, ...]
    buffer: int
    done_on: date | None
    dropped: bool
    drop_told_on: date | None = None
    days: str | None = None

    @property
    def first(self) -> Told:
        """The earliest telling, whose date is the one that is judged."""
        return self.tellings[0]

    def counted_in(self, now: WorkCalendar) -> WorkCalendar:
        """Return the working days that it was told in: what closes later makes no notice too short."""
        return now if self.days is None else thaw(self.days, now)


def verdict(case: Promised, today: date, calendar: WorkCalendar) -> Verdict:
    """Return what became of a promise as of `today`; `calendar` are the practice's working days as they are now."""
    first = case.first
    if case.done_on is not None and case.done_on <= first.on:
        return Verdict.KEPT
    if _drop_told(case, first.on):
        return Verdict.LEFT_OUT
    if case.done_on is None and today <= first.on:
        return Verdict.OPEN
    if not moved_in_time(case, calendar):
        return Verdict.MISSED
    last = case.tellings[-1].on
    if case.done_on is not None:
        return Verdict.KEPT_AFTER_MOVE if case.done_on <= last else Verdict.MISSED_AFTER_MOVE
    if _drop_told(case, last):
        return Verdict.LEFT_OUT
    return Verdict.OPEN if today <= last else Verdict.MISSED_AFTER_MOVE


def _drop_told(case: Promised, on: date) -> bool:
    return case.dropped and case.drop_told_on is not None and case.drop_told_on <= on


def moved_in_time(case: Promised, calendar: WorkCalendar) -> bool:
    """Whether a later date was told to the same person early enough: half the buffer before, at least a working day."""
    first, notice = case.first, _notice(case)
    days = case.counted_in(calendar)
    return any(
        told.person == first.person
        and told.on > first.on
        and days.working_days_between(told.told_on, first.on) >= notice
        for told in case.tellings
    )


def _notice(case: Promised) -> int:
    """Return how many working days before the first date a move has to be told: half the buffer, at least one."""
    return max(1, -(-case.buffer // 2))


def last_day_in_time(case: Promised, calendar: WorkCalendar) -> date:
    """Return the last day on which a later date can be told in time. Raises UsageError before the year 1."""
    on, notice = case.first.on, _notice(case)
    days = case.counted_in(calendar)
    day = days.latest_working_day_leaving(on, notice)
    # A day off after it leaves as many working days.
    while days.working_days_between(day + timedelta(days=1), on) >= notice:
        day += timedelta(days=1)
    return day


class Record(NamedTuple):
    """How often promises were kept. `kept` is the rate; moved ones are counted beside it."""

    kept: Share = NONE
    moved: Share = NONE
    open: int = 0
    left_out: int = 0

    def plus(self, found: Verdict) -> Record:
        """Return the record with one case more."""
        match found:
            case Verdict.KEPT | Verdict.MISSED:
                return self._replace(kept=self.kept.plus(found is Verdict.KEPT))
            case Verdict.KEPT_AFTER_MOVE | Verdict.MISSED_AFTER_MOVE:
                return self._replace(moved=self.moved.plus(found is Verdict.KEPT_AFTER_MOVE))
            case Verdict.OPEN:
                return self._replace(open=self.open + 1)
            case Verdict.LEFT_OUT:
                return self._replace(left_out=self.left_out + 1)


def record(verdicts: Iterable[Verdict]) -> Record:
    """Sum verdicts up."""
    total = Record()
    for one in verdicts:
        total = total.plus(one)
    return total
