"""Buffers: the wiggle room between the PM's own target and the promise, in working days."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from followthru.domain.task import TargetSource
from followthru.domain.workdays import WorkCalendar
from followthru.errors import RefusedError, UsageError


class Policy(NamedTuple):
    """How much buffer a practice's promises get: `fixed` working days."""

    days: int

    def __str__(self) -> str:
        """Return the policy as it is stored and typed."""
        return f"fixed:{self.days}"


NO_BUFFER = Policy(0)


class Target(NamedTuple):
    """The PM's own date and where it came from."""

    target_on: date
    source: TargetSource


def parse_policy(text: str) -> Policy:
    """Read `fixed:3` (spaces allowed). Raises UsageError for anything else."""
    found = re.fullmatch(r"fixed:\s*([0-9]{1,5})", text.strip())
    if not found:
        raise UsageError(
            f"{text!r} is not a buffer policy.",
            remedy="Use fixed:N, with N working days, for instance fixed:3.",
        )
    return Policy(int(found[1]))


def target_for(promised_on: date, buffer_set_days: int | None, policy: Policy, calendar: WorkCalendar) -> Target:
    """Return the target of a promise.

    With N days it is the latest working day that leaves N working days in (target, promise]; with 0 it is
    the promise itself, working day or not. `buffer_set_days` are the days set on the task (`~5d`); None
    means the practice's policy. Either way the target follows when the promise moves, so its source is
    `policy`; `hand` is kept for a target whose date was given. Raises UsageError for a negative buffer or
    one that reaches before year 1.
    """
    days = policy.days if buffer_set_days is None else buffer_set_days
    return Target(calendar.latest_working_day_leaving(promised_on, days), TargetSource.POLICY)


def buffer_days(target_on: date | None, promised_on: date | None, calendar: WorkCalendar) -> int:
    """Return the working days in (target, promise]; 0 without both dates."""
    if target_on is None or promised_on is None:
        return 0
    return max(0, calendar.working_days_between(target_on, promised_on))


def check_target(target_on: date | None, promised_on: date | None) -> None:
    """Raise RefusedError if the target comes after its promise."""
    if target_on is not None and promised_on is not None and target_on > promised_on:
        raise RefusedError(
            f"The target {target_on.isoformat()} comes after the promise {promised_on.isoformat()}.",
            safe="Nothing was changed.",
            remedy="Choose a target on or before the promise, or move the promise first.",
        )
