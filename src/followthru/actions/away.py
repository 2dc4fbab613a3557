"""The verbs on days away: of a person, with somebody who covers, and of the PM."""

from __future__ import annotations

from datetime import date

from followthru.actions import edits, lookup
from followthru.actions.context import Context, Outcome
from followthru.domain.absences import MY_LEAVE
from followthru.domain.changes import Scalar, create, delete
from followthru.domain.people import Member
from followthru.domain.saying import day_words
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.store import absences, journal, practices
from followthru.store.store import Reader, Writer

Span = tuple[date, date]


def away(ctx: Context, given: str, span: Span, *, cover: str | None = None) -> Outcome:
    """Note that a person (`me`: the PM) is away from one day through another, and who covers.

    Raises UsageError for a span that ends before it begins, NotFoundError, RefusedError for an overlap.
    """
    first, last = span
    if last < first:
        raise UsageError(f"{day_words(last)} is before {day_words(first)}.", safe="Nothing was changed.")
    with ctx.acting() as tx:
        who = None if given.casefold() == MY_LEAVE else _person(tx, given)
        _check_free(tx, who, span)
        by = None if cover is None else _cover(tx, who, cover)
        row: dict[str, Scalar] = {
            "person_id": None if who is None else who.person_id,
            "first_on": first.isoformat(),
            "last_on": last.isoformat(),
            "cover_id": None if by is None else by.person_id,
        }
        covered = "" if by is None else f", {by.name} covers"
        name = "You are" if who is None else f"{who.name} is"
        words = f"{name} away {_span_words(span)}{covered}"
        action_id = edits.record(tx, "person away", words, [create("absence", tx.new_id("absence"), row)])
    return Outcome(action_id, (), words)


def back(ctx: Context, given: str, span: Span) -> Outcome:
    """Take back that a person is away, as far as it was noted within these days. Raises NotFoundError."""
    with ctx.acting() as tx:
        who = None if given.casefold() == MY_LEAVE else _person(tx, given)
        gone = [delete("absence", id, journal.row_of(tx, "absence", id) or {}) for id in _ids(tx, who, span)]
        name = "You are" if who is None else f"{who.name} is"
        if not gone:
            raise NotFoundError(f"{name} not noted to be away {_span_words(span)}.")
        words = f"{name} not away {_span_words(span)}"
        action_id = edits.record(tx, "person away", words, gone)
    return Outcome(action_id, (), words)


def _person(read: Reader, given: str) -> Member:
    """Return the one person whom a handle, an e-mail or the beginning of one names, in any of their roles."""
    handle = lookup.anybody(read, given)
    return next(one for one in practices.everybody(read) if one.handle == handle)


def _cover(read: Reader, who: Member | None, given: str) -> Member:
    by = _person(read, given)
    if who is not None and by.person_id == who.person_id:
        raise UsageError(f"{by.name} cannot cover for themselves.", safe="Nothing was changed.")
    return by


def _ids(read: Reader, who: Member | None, span: Span) -> list[int]:
    return absences.ids_within(read, None if who is None else who.person_id, *span)


def _check_free(tx: Writer, who: Member | None, span: Span) -> None:
    if _ids(tx, who, span):
        name = "You are" if who is None else f"{who.name} is"
        given = MY_LEAVE if who is None else who.handle
        raise RefusedError(
            f"{name} noted to be away on some of these days already.",
            safe="Nothing was changed.",
            remedy=f"`followthru person away {given} FROM..UNTIL --back` takes it back.",
        )


def _span_words(span: Span) -> str:
    first, last = span
    return day_words(first) if first == last else f"{day_words(first)} to {day_words(last)}"
