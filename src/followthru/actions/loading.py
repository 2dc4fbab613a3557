"""The load of the weeks to come, as things stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from followthru.actions.agenda import both
from followthru.actions.context import Context
from followthru.domain.absences import MY_LEAVE, Absence
from followthru.domain.load import FARTHEST, Load, Terms, monday_of, my_terms
from followthru.domain.workdays import WEEK
from followthru.store import load as stored
from followthru.store import practices
from followthru.store.absences import absences
from followthru.store.store import Reader
from followthru.store.tasks import Query


def load_if_told(ctx: Context, read: Reader, away: Iterable[Absence]) -> Load | None:
    """Return the load where somebody said how much time there is; nothing is counted where nobody did."""
    told = ctx.capacity is not None or any(one.capacity_minutes for one in practices.all_practices(read))
    return load(ctx, read, away) if told else None


def load(ctx: Context, read: Reader, away: Iterable[Absence] | None = None) -> Load:
    """Return the load against the PM's capacity and each practice's; `away` are absences that were read already."""
    today = ctx.today()
    monday = monday_of(today)
    terms: dict[str | None, Terms] = {}
    if ctx.capacity is not None:
        found = absences(read, monday) if away is None else away
        leave = [(one.first_on, one.last_on) for one in found if one.handle == MY_LEAVE]
        terms[None] = my_terms(ctx.capacity, leave)
    for one in practices.all_practices(read):
        if one.capacity_minutes is not None:
            terms[one.slug] = Terms(one.capacity_minutes, practices.work_calendar(read, one.id))
    # Farther weeks than those that are looked through are not told of.
    end = monday + timedelta(days=WEEK * (2 * FARTHEST + 2))
    return Load(stored.promised_work(read, end), terms, today)


def work_of(ctx: Context, slug: str | None, monday: date) -> Query:
    """Return which tasks a week's load counts: promised in it, without a promise with their deadline in it.

    Of the PM's week all practices' count; what is overdue counts in the present week.
    """
    first = date.min if monday == monday_of(ctx.today()) else monday
    days = (first.isoformat(), (monday + timedelta(days=WEEK - 1)).isoformat())
    dated = Query("coalesce(promised_on, deadline_on) BETWEEN ? AND ?", days)
    if slug is None:
        return dated
    return both(dated, Query("practice = ?", (slug,)))
