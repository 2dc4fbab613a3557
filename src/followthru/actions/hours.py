"""Whose hour has come: which reader's next update is to be written now, by their cadence, once a period."""

from __future__ import annotations

from datetime import datetime

from followthru.actions.context import Context
from followthru.actions.drafting import check_free, raise_all, write
from followthru.domain.changes import Actor
from followthru.domain.people import Channel, Member, Practice, PracticeStatus
from followthru.errors import FollowthruError, RefusedError
from followthru.store import journal, practices, updates
from followthru.store.store import Reader
from followthru.store.updates import UpdateRow
from followthru.updates.cadence import Due, last_due, next_due, parse, period_words
from followthru.updates.outbox import TELL_AFTER, Phase, UpdateStatus


def draft_due(ctx: Context) -> datetime | None:
    """Write every update whose hour has come; return the next hour (aware, UTC), None without any cadence.

    A period is written once; those that were missed are one. Nothing is written for an hour before the
    cadence was set, nor while an update to the same reader is edited or under way. Raises DraftingError, once
    all others are done, for those that cannot be written.
    """
    now = ctx.store.clock.now()
    upcoming: list[datetime] = []
    every = {one.id: one for one in practices.all_practices(ctx.read)}
    faults: list[FollowthruError] = []
    for member in practices.everybody(ctx.read):
        at = every[member.practice_id]
        if not member.cadence or not member.email or member.channel != Channel.MAIL:
            continue
        try:
            cadence, zone = parse(member.cadence), member.timezone or at.timezone
            upcoming.append(next_due(cadence, now, zone).at)
            due = last_due(cadence, now, zone)
            if at.status == PracticeStatus.ACTIVE and _is_due(ctx.read, member, due):
                _draft_period(ctx, at, member, due, period_words(cadence, due.on))
        except FollowthruError as fault:
            faults.append(fault)
    raise_all(faults)
    return min(upcoming, default=None)


def _is_due(read_: Reader, member: Member, due: Due) -> bool:
    if updates.of_period(read_, member.person_id, member.practice_id, due.period) is not None:
        return False
    return _cadence_since(read_, member) <= due.at


def _cadence_since(read_: Reader, member: Member) -> datetime:
    """Return when the cadence was set: with the role, or since."""
    for field in ("cadence", "*"):
        entry = journal.last_change(read_, "role", member.role_id, field)
        if entry is not None:
            return datetime.fromisoformat(entry.at)
    raise AssertionError("a role is made by an action")


def _draft_period(ctx: Context, at: Practice, member: Member, due: Due, words: str) -> None:
    pending = updates.pending(ctx.read, member.person_id, at.id)
    try:
        if not _is_late(ctx, pending):
            check_free(member, pending)
        write(ctx, at, member, pending, period=due.period, words=words, actor=Actor.DAEMON)
    except RefusedError:
        return  # What is new is not lost: it waits for that other update's end.


def _is_late(ctx: Context, pending: UpdateRow | None) -> bool:
    """Return whether an approved update should have left by now, so that the next period's takes its place."""
    if pending is None or pending.phase not in _WAITS or pending.status != UpdateStatus.APPROVED:
        return False
    return ctx.store.clock.now() - datetime.fromisoformat(pending.send_after or pending.drafted_at) > TELL_AFTER


_WAITS = frozenset({Phase.APPROVED, Phase.DEFERRED})
