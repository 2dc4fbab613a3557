"""What one's own history says: a date to promise, and whether stated chances came true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from followthru.actions.context import Context
from followthru.domain.forecast import CLIENT, Case, Forecast, History, Reference, forecast, replay
from followthru.domain.people import Practice
from followthru.domain.reliability import Reliability, reliability
from followthru.domain.workdays import WorkCalendar
from followthru.store import cases, practices

STATED = tuple(Fraction(n, 100) for n in (50, 60, 70, 80, 90, 95))
"""The chances of the reliability table."""


class Foretold(NamedTuple):
    """The forecast for a kind of work, or the reference that is too short for one, and the rule that holds then."""

    found: Forecast | Reference
    rule: str | None


class Replayed(NamedTuple):
    """A replayed history: what each case would have been promised at the chosen chance, and what came of it."""

    promised: tuple[tuple[Case, date], ...]
    table: Reliability


def foretell(ctx: Context, kind: str, practice: Practice | None, p: Fraction = CLIENT) -> Foretold:
    """Return the date that history supports for something told today."""
    slug = None if practice is None else practice.slug
    history = History(cases.like(ctx.read, slug, kind), calendars(ctx, practices.all_practices(ctx.read)))
    found = forecast(history, slug, kind, ctx.today(practice), p)
    return Foretold(found, None if practice is None else practice.buffer_policy)


def calendars(ctx: Context, every: Sequence[Practice]) -> dict[str, WorkCalendar]:
    """Return the working days of practices by slug."""
    return {one.slug: practices.work_calendar(ctx.read, one.id) for one in every}


def replay_history(ctx: Context, told: Sequence[Case], p: Fraction, last: date | None = None) -> Replayed:
    """Replay cases in the order of telling, each from what was finished before its day.

    `last` is the last day that the history knows of; without it, the latest date among the cases.
    """
    chances = (p, *(one for one in STATED if one != p))
    walked = list(replay(History(told, calendars(ctx, practices.all_practices(ctx.read))), chances))
    until = last or max((max(one.told_on, one.done_on or one.told_on) for one in told), default=date.min)
    promised = tuple((case, found[0].promised_on) for case, found in walked if found[0] is not None)
    return Replayed(promised, reliability(walked, chances, until))


def own_history(ctx: Context, p: Fraction) -> Replayed:
    """Replay what was told and done here. Raises StoreError."""
    return replay_history(ctx, cases.told(ctx.read), p, ctx.today())
