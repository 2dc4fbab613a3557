"""Pause the updates to one person at one practice: what they miss is in the first update after it."""

from __future__ import annotations

from datetime import date

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
    values: dict[str, Scalar] = {"paused_on": today.isoformat(), "paused_until": until and until.isoformat()}
    end = "until you resume them" if until is None else f"until {day_words(until, today)}"
    return _set(ctx, at.slug, person, values, f"Paused updates to {{}} {end}.")


def resume(ctx: Context, practice: str, person: str) -> tuple[Outcome, Member]:
    """Let a person's updates go on: the next one says what was missed. Raises NotFoundError."""
    return _set(ctx, practice, person, {"paused_on": None, "paused_until": None}, "Updates to {} go on.")


def _set(ctx: Context, practice: str, person: str, values: dict[str, Scalar], words: str) -> tuple[Outcome, Member]:
    with ctx.acting() as tx:
        at = lookup.practice(tx, practice)
        member = lookup.member(tx, at.id, person)
        before = journal.row_of(tx, "role", member.role_id) or {}
        if before["paused_on"] is not None and values["paused_on"] is not None:
            # It goes on since the day on which it began.
            values = {**values, "paused_on": before["paused_on"]}
        said = words.format(f"{member.name} at {at.name}")
        changes = differences("role", member.role_id, before, values)
        action_id = edits.record(tx, f"person {'resume' if values['paused_on'] is None else 'pause'}", said, changes)
        after = lookup.member(tx, at.id, member.handle)
    return Outcome(action_id, (), said, _under_way(ctx, after)), after


def _under_way(ctx: Context, member: Member) -> tuple[str, ...]:
    """Return a note where an approved update still goes out."""
    row = updates.pending(ctx.read, member.person_id, member.practice_id)
    if member.paused_on is None or row is None or row.status != UpdateStatus.APPROVED or row.approved_by != "me":
        return ()
    return (f"Update {row.id} is approved and goes out all the same; `followthru update recall {row.id}` holds it.",)
