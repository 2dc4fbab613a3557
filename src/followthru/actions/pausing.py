"""Pause the updates to one person at one practice: what they miss is in the first update after it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from followthru.actions import edits, lookup
from followthru.actions.context import Context, Outcome
from followthru.domain.changes import Scalar, differences
from followthru.domain.people import Member
from followthru.domain.saying import day_words
from followthru.errors import UsageError
from followthru.store import journal, updates
from followthru.updates.outbox import UpdateStatus


def pause(ctx: Context, practice: str, person: str, until: date | None = None) -> tuple[Outcome, Member]:
    """Pause a person's updates, until a day on which they hear again or (None) until `resume`.

    Warnings before a date breaks are drafted for the PM all the same. Raises UsageError for a day that is not ahead,
    NotFoundError.
    """
    at = lookup.practice(ctx.read, practice)
    today = ctx.today(at)
    if until is not None and until <= today:
        raise UsageError(f"{day_words(until, today)} is not ahead.", safe="Nothing was changed.")
    end = "until you resume them" if until is None else f"until {day_words(until, today)}"
    return _set(ctx, at.slug, person, _Verb("person pause", f"Paused updates to {{}} {end}.", paused=True, until=until))


def resume(ctx: Context, practice: str, person: str) -> tuple[Outcome, Member]:
    """Let a person's updates go on from today: the next one says what was missed. Raises NotFoundError."""
    return _set(ctx, practice, person, _Verb("person resume", "Updates to {} go on.", paused=False, until=None))


class _Verb(NamedTuple):
    name: str
    words: str
    paused: bool
    until: date | None


def _set(ctx: Context, practice: str, person: str, verb: _Verb) -> tuple[Outcome, Member]:
    with ctx.acting() as tx:
        at = lookup.practice(tx, practice)
        member = lookup.member(tx, at.id, person)
        said = verb.words.format(f"{member.name} at {at.name}")
        before = journal.row_of(tx, "role", member.role_id) or {}
        changes = differences("role", member.role_id, before, _fields(member, ctx.today(at), verb))
        action_id = edits.record(tx, verb.name, said, changes)
        after = lookup.member(tx, at.id, member.handle)
    return Outcome(action_id, (), said, _under_way(ctx, after) if verb.paused else ()), after


def _fields(member: Member, today: date, verb: _Verb) -> dict[str, Scalar]:
    """Return the days of a person's pause. One that ends is kept: an hour that fell into it stays nobody's."""
    paused = member.paused(today)
    since, until = member.paused_on if paused else today, verb.until
    if not verb.paused:
        if not paused:
            return {}
        until = today
    if since == until:
        since, until = None, None
    return {"paused_on": since and since.isoformat(), "paused_until": until and until.isoformat()}


def _under_way(ctx: Context, member: Member) -> tuple[str, ...]:
    """Return a note where an approved update still goes out."""
    row = updates.pending(ctx.read, member.person_id, member.practice_id)
    if row is None or row.status != UpdateStatus.APPROVED or row.approved_by != "me":
        return ()
    return (f"Update {row.id} is approved and goes out all the same; `followthru update recall {row.id}` holds it.",)
