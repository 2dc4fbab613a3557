"""What one's own history says: a date to promise, and whether stated chances came true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from followthru.actions.context import Context
from followthru.actions.foretelling import Calendars
from followthru.domain.buffers import parse_policy
from followthru.domain.forecast import CLIENT, Case, Forecast, History, Pair, Reference, forecast, replay
from followthru.domain.overrides import Versus, versus
from followthru.domain.people import Practice
from followthru.domain.reliability import Reliability, reliability
from followthru.domain.sample import is_sample
from followthru.domain.workdays import WorkCalendar
from followthru.store import cases, practices

STATED = tuple(Fraction(n, 100) for n in (50, 60, 70, 80, 90, 95))
"""The chances of the reliability table."""


class Foretold(NamedTuple):
    """The forecast for a kind of work, or the reference that is too short for one, and the rule that holds then.

    `cases` are the finished ones that it rests on with their working days, longest first.
    """

    found: Forecast | Reference
    rule: str | None
    cases: tuple[tuple[Case, int], ...] = ()


class Replayed(NamedTuple):
    """A replayed history: what each case would have been promised at the chosen chance, and what came of it."""

    promised: tuple[tuple[Case, date], ...]
    table: Reliability


def foretell(ctx: Context, kind: str | None, practice: Practice | None, p: Fraction = CLIENT) -> Foretold:
    """Return the date that history supports for something told today."""
    slug, today = None if practice is None else practice.slug, ctx.today(practice)
    history = History(cases.like(ctx.read, slug, kind), Calendars(ctx.read))
    found = forecast(history, slug, kind, today, p)
    rests_on = sorted(((one, history.days(one)) for one in history.newest(slug, kind, today)[0]), key=_longest)
    return Foretold(found, None if practice is None else parse_policy(practice.buffer_policy).words, tuple(rests_on))


def _longest(case: tuple[Case, int]) -> tuple[int, date, int]:
    return -case[1], case[0].told_on, case[0].place


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


def told_or_model(ctx: Context) -> tuple[Versus, dict[Pair, Versus]]:
    """Return how often told dates were kept, and how often those that history supported would have been.

    What sample data told counts for neither.
    """
    todays = {one.slug: ctx.today(one) for one in practices.all_practices(ctx.read)}
    mine = ctx.today()
    real = (one for one in cases.told_both(ctx.read) if not is_sample(one.practice))
    return versus((one, todays.get(one.practice or "", mine)) for one in real)


def own_history(ctx: Context, p: Fraction) -> Replayed:
    """Replay what was told and done here, sample data left aside. Raises StoreError."""
    return replay_history(ctx, [one for one in cases.told(ctx.read) if not is_sample(one.practice)], p, ctx.today())
