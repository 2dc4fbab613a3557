"""Filters resolved against the store: which practice, person and day their words mean."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.actions import lookup
from followthru.actions.agenda import Days
from followthru.actions.context import Context
from followthru.domain.filter import ANY, NONE, Term, date_keys, parse_filter
from followthru.store import filtering
from followthru.store.filtering import Condition
from followthru.store.store import Reader
from followthru.store.tasks import OPEN, Query

_PEOPLE = frozenset(("assignee", "waiting_on", "told"))


def query_for(ctx: Context, read: Reader, words: Sequence[str]) -> Query:
    """Return the query that a filter's words ask for; no words are all open tasks.

    Raises UsageError for words that cannot be read, NotFoundError for a practice or person that is not known.
    """
    if not words:
        return OPEN
    wanted = parse_filter(words)
    conditions = [_resolved(ctx, read, term) for term in wanted.terms]
    return filtering.query(conditions, lambda condition: Days(ctx, read).where(condition), closed=wanted.closed)


def _resolved(ctx: Context, read: Reader, term: Term) -> Condition:
    key, value, negated = term
    if key not in ("word", "title", "tag", "is") and value.casefold() in (NONE, ANY):
        return Condition(key, value.casefold(), negated)
    if key == "practice":
        return Condition(key, lookup.practice(read, value).id, negated)
    if key == "goal":
        from followthru.actions import goals

        return Condition(key, goals.find(read, value).id, negated)
    if key in _PEOPLE:
        return Condition(key, lookup.anybody(read, value), negated)
    if key in date_keys():
        from followthru.domain.dateword import read_date

        return Condition(key, read_date(value, ctx.today(), ctx.order).on.isoformat(), negated)
    return Condition(key, value, negated)
