"""The verbs on a practice's seasons: spans in which it is closed or works fewer days."""

from __future__ import annotations

from datetime import date, timedelta

from followthru.actions import lookup
from followthru.actions.context import Context, Outcome
from followthru.actions.practices import apply_with_targets
from followthru.domain.changes import Scalar, create, delete
from followthru.domain.saying import day_words
from followthru.domain.seasons import LONGEST
from followthru.domain.workdays import parse_half_weekdays, parse_weekdays, weekdays_text
from followthru.errors import NotFoundError, UsageError
from followthru.store import journal, practices


def season(
    ctx: Context, given: str, span: tuple[date, date], *, weekdays: str | None = None, yearly: bool = False
) -> Outcome:
    """Note a season of a practice: the weekdays that it works then, none if it is closed.

    Raises UsageError for a span that ends before it begins or is longer than a year, NotFoundError.
    """
    first, last = span
    if not timedelta() <= last - first <= LONGEST:
        raise UsageError(
            f"A season runs to a later day within a year, not from {day_words(first)} to {day_words(last)}.",
            safe="Nothing was changed.",
        )
    week = None if weekdays is None else weekdays_text(parse_weekdays(weekdays), parse_half_weekdays(weekdays))
    with ctx.acting() as tx:
        practice = lookup.practice(tx, given)
        row: dict[str, Scalar] = {
            "practice_id": practice.id,
            "first_on": first.isoformat(),
            "last_on": last.isoformat(),
            "weekdays": week,
            "yearly": int(yearly) or None,
        }
        how = "closed" if week is None else f"works {week}"
        words = f"{practice.slug} {how} {day_words(first)} to {day_words(last)}{', every year' if yearly else ''}"
        changes = (create("season", tx.new_id("season"), row),)
        return Outcome(apply_with_targets(tx, practice.id, "practice season", words, changes), (), words)


def end_season(ctx: Context, given: str, span: tuple[date, date]) -> Outcome:
    """Take a practice's season away again, named by its days. Raises NotFoundError."""
    with ctx.acting() as tx:
        practice = lookup.practice(tx, given)
        found = [one for one in practices.seasons(tx, practice.id) if (one.first_on, one.last_on) == span]
        if not found:
            raise NotFoundError(
                f"{practice.slug} has no season from {day_words(span[0])} to {day_words(span[1])}.",
                remedy=f"`followthru practice show {practice.slug}` lists them.",
            )
        changes = tuple(delete("season", one.id, journal.row_of(tx, "season", one.id) or {}) for one in found)
        words = f"{practice.slug} has no season any more from {day_words(span[0])} to {day_words(span[1])}"
        return Outcome(apply_with_targets(tx, practice.id, "practice season", words, changes), (), words)
