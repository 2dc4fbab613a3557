"""Health: how a task stands against its dates on a given day.

The rule is written twice. `health_by_rule` reads it off for one day; `thresholds` turns it round into the
first day from which each word holds, which is what is stored, so that reading a list compares dates and
nothing more. Both agree on every day. Days are civil dates of the practice; clock times never matter.

`waiting` and `blocked` are flags beside health and never change it.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from followthru.domain.buffers import buffer_days
from followthru.domain.task import Status
from followthru.domain.workdays import WorkCalendar

if TYPE_CHECKING:
    from fractions import Fraction

NOT_STARTED = frozenset({Status.INBOX, Status.OPEN})


class Health(StrEnum):
    """The words of health; the first that holds wins, from `done` down to `on track`."""

    DONE = "done"
    DROPPED = "dropped"
    LATE = "late"
    AT_RISK = "at risk"
    IN_BUFFER = "in buffer"
    ON_TRACK = "on track"


class HealthFacts(NamedTuple):
    """What health is judged by. `start_by` is the last day to begin in good time; None for no such day."""

    status: Status
    promised_on: date | None
    target_on: date | None
    deadline_on: date | None
    start_by: date | None = None


class Thresholds(NamedTuple):
    """The first day from which each word holds, None for never. An earlier word of `Health` wins."""

    in_buffer_from: date | None
    at_risk_from: date | None
    late_from: date | None


def done_share(done: int, total: int) -> Fraction:
    """Return the share of the checklist or subtasks that is done, from 0 to 1; 0 without any."""
    from fractions import Fraction

    return Fraction(done, total) if total else Fraction(0)


def health_by_rule(facts: HealthFacts, share: Fraction | int, calendar: WorkCalendar, today: date) -> Health:
    """Return a task's health on one day, straight from the rule. `share` is the done share, from 0 to 1."""
    if facts.status is Status.DONE:
        return Health.DONE
    if facts.status is Status.DROPPED:
        return Health.DROPPED
    if _is_late(facts, today):
        return Health.LATE
    if _is_at_risk(facts, share, calendar, today):
        return Health.AT_RISK
    if facts.target_on is not None and today > facts.target_on:
        return Health.IN_BUFFER
    return Health.ON_TRACK


def thresholds(facts: HealthFacts, share: Fraction | int, calendar: WorkCalendar) -> Thresholds:
    """Return the first days from which each word holds while these facts and the done share stay as they are."""
    own = facts.promised_on or facts.target_on
    return Thresholds(
        in_buffer_from=_day_after(facts.target_on),
        at_risk_from=_earliest(
            _risk_from_buffer(facts, share, calendar),
            _day_after(facts.start_by) if facts.status in NOT_STARTED else None,
        ),
        late_from=_earliest(_day_after(own), _day_after(facts.deadline_on)),
    )


def health_on(status: Status, holds: Thresholds, today: date) -> Health:
    """Return a task's health on a day from its stored thresholds."""
    if status is Status.DONE:
        return Health.DONE
    if status is Status.DROPPED:
        return Health.DROPPED
    if _reached(holds.late_from, today):
        return Health.LATE
    if _reached(holds.at_risk_from, today):
        return Health.AT_RISK
    if _reached(holds.in_buffer_from, today):
        return Health.IN_BUFFER
    return Health.ON_TRACK


def _is_late(facts: HealthFacts, today: date) -> bool:
    """Past the promise, without one past the target; past a deadline always."""
    if facts.deadline_on is not None and today > facts.deadline_on:
        return True
    own = facts.promised_on or facts.target_on
    return own is not None and today > own


def _is_at_risk(facts: HealthFacts, share: Fraction | int, calendar: WorkCalendar, today: date) -> bool:
    """Buffer used up faster than work got done, no buffer on the promised day, or begun too late."""
    from fractions import Fraction

    if facts.start_by is not None and facts.status in NOT_STARTED and today > facts.start_by:
        return True
    if facts.promised_on is None:
        return False
    buffer = buffer_days(facts.target_on, facts.promised_on, calendar)
    if buffer == 0 or facts.target_on is None:
        return today == facts.promised_on
    used = Fraction(calendar.working_days_between(facts.target_on, today), buffer)
    return used > share + Fraction(2, 3)


def _risk_from_buffer(facts: HealthFacts, share: Fraction | int, calendar: WorkCalendar) -> date | None:
    """Return the first day on which the buffer puts the promise at risk.

    That is the first whole number of working days past the target above buffer * (done share + 2/3). A
    number above the buffer is not reached by the promised day, and past that day the task is late.
    """
    if facts.promised_on is None:
        return None
    buffer = buffer_days(facts.target_on, facts.promised_on, calendar)
    if buffer == 0 or facts.target_on is None:
        return facts.promised_on
    # In whole numbers, so that a task without a checklist does not load fractions.
    done, total = share.numerator, share.denominator
    needed = buffer * (3 * done + 2 * total) // (3 * total) + 1
    return calendar.add(facts.target_on, needed) if needed <= buffer else None


def _day_after(day: date | None) -> date | None:
    """Return the next day; None for no day, and after the last day there is."""
    return None if day is None or day == date.max else day + timedelta(days=1)


def _earliest(*days: date | None) -> date | None:
    """Return the earliest of the days that exist."""
    return min((day for day in days if day is not None), default=None)


def _reached(first: date | None, today: date) -> bool:
    """Return whether a threshold exists and has come."""
    return first is not None and first <= today
