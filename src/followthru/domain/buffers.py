"""Buffers: the wiggle room between the PM's own target and the promise, in working days."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from followthru.domain.saying import day_words
from followthru.domain.task import TargetSource
from followthru.domain.workdays import WorkCalendar
from followthru.errors import RefusedError, UsageError


class Way(StrEnum):
    """How a practice's buffers are sized."""

    FIXED = "fixed"
    SHARE = "share"
    FORECAST = "forecast"


class Basis(NamedTuple):
    """What a buffer is sized by: the day from which the work has time, and what history says of such work."""

    since: date | None = None
    learnt: int | None = None


NO_BASIS = Basis()


class Policy(NamedTuple):
    """How much buffer a practice's promises get.

    `days` working days; or `percent` of the working days from when it was captured (or may start) to the promise; or
    what history says, and `days` where it says nothing yet.
    """

    days: int
    way: Way = Way.FIXED
    percent: int = 0

    def __str__(self) -> str:
        """Return the policy as it is stored and typed."""
        if self.way is Way.SHARE:
            return f"share:{self.percent}%"
        if self.way is Way.FORECAST:
            return f"forecast:{self.days}" if self.days else "forecast"
        return f"fixed:{self.days}"

    @property
    def words(self) -> str:
        """The policy as a sentence names it."""
        days = "no wiggle room" if not self.days else f"{self.days} working day{'' if self.days == 1 else 's'}"
        if self.way is Way.SHARE:
            return f"{self.percent} % of the time there is"
        return f"{days} where history says nothing" if self.way is Way.FORECAST else days

    def room(self, promised_on: date, calendar: WorkCalendar, basis: Basis) -> int:
        """Return the working days of buffer for a promise."""
        if self.way is Way.SHARE:
            span = 0 if basis.since is None else calendar.working_days_between(basis.since, promised_on)
            return max(0, -(-span * self.percent // 100))
        learnt = basis.learnt if self.way is Way.FORECAST else None
        return self.days if learnt is None else learnt


NO_BUFFER = Policy(0)


class Target(NamedTuple):
    """The PM's own date and where it came from."""

    target_on: date
    source: TargetSource


def parse_policy(text: str) -> Policy:
    """Read `fixed:3`, `share:25%`, `forecast` or `forecast:3` (spaces allowed). Raises UsageError for anything else."""
    found = re.fullmatch(r"(fixed|forecast):\s*([0-9]{1,5})|(forecast)|share:\s*([0-9]{1,2})\s*%", text.strip())
    if not found:
        raise UsageError(
            f"“{text}” is not a buffer policy.",
            remedy="Use fixed:3 (working days), share:25% (of the time there is), or forecast:3 (what history says, "
            "and 3 working days while it says too little).",
        )
    if found[4]:
        return Policy(0, Way.SHARE, int(found[4]))
    return Policy(int(found[2] or 0), Way(found[1] or found[3]))


def target_for(
    promised_on: date, buffer_set_days: int | None, policy: Policy, calendar: WorkCalendar, basis: Basis = NO_BASIS
) -> Target:
    """Return the target of a promise.

    With N days it is the latest working day that leaves N working days in (target, promise]; with 0 it is
    the promise itself, working day or not. `buffer_set_days` are the days set on the task (`~5d`); None
    means the practice's policy. Either way the target follows when the promise moves, so its source is
    `policy`, or `forecast` where history sized it; `hand` is kept for a target whose date was given. Raises
    UsageError for a negative buffer or one that reaches before year 1.
    """
    days = policy.room(promised_on, calendar, basis) if buffer_set_days is None else buffer_set_days
    learnt = buffer_set_days is None and policy.way is Way.FORECAST and basis.learnt is not None
    source = TargetSource.FORECAST if learnt else TargetSource.POLICY
    return Target(calendar.latest_working_day_leaving(promised_on, days), source)


def buffer_days(target_on: date | None, promised_on: date | None, calendar: WorkCalendar) -> int:
    """Return the working days in (target, promise]; 0 without both dates."""
    if target_on is None or promised_on is None:
        return 0
    return max(0, calendar.working_days_between(target_on, promised_on))


def check_target(target_on: date | None, promised_on: date | None) -> None:
    """Raise RefusedError if the target comes after its promise."""
    if target_on is not None and promised_on is not None and target_on > promised_on:
        raise RefusedError(
            f"The target {day_words(target_on)} comes after the promise {day_words(promised_on)}.",
            safe="Nothing was changed.",
            remedy="Choose a target on or before the promise, or move the promise first.",
        )
