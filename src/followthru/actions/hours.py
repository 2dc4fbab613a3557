"""Whose hour has come: which reader's next update is to be written now, by their cadence, once a period.

A digest is written one working day before its hour, so that it can be read, and a call script at its hour. While a
person is away or paused nothing is due; the first hour after it covers what they missed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from followthru.actions import edits
from followthru.actions.context import Context
from followthru.actions.drafting import Slot, check_free, kind_for, raise_all, write
from followthru.actions.readers import is_withdrawn
from followthru.domain.changes import Actor, Scalar, differences
from followthru.domain.people import Channel, Member, Practice, PracticeStatus
from followthru.domain.sample import is_sample
from followthru.domain.saying import day_words
from followthru.domain.workdays import WorkCalendar
from followthru.errors import FollowthruError, RefusedError
from followthru.store import absences, journal, practices, updates
from followthru.store.store import Reader
from followthru.store.updates import UpdateRow
from followthru.updates.cadence import Due, last_due, next_due, parse
from followthru.updates.outbox import TELL_AFTER, TO_REVIEW, Phase, UpdateKind, UpdateStatus


def draft_due(ctx: Context) -> datetime | None:
    """Write every update whose time has come; return the next such time (aware, UTC), None without any cadence.

    A period is written once; those that were missed are one. Nothing is written for an hour before the
    cadence was set, nor while an update to the same reader is edited or under way. Raises DraftingError, once
    all others are done, for those that cannot be written.
    """
    upcoming: list[datetime] = []
    days: dict[int, WorkCalendar] = {}
    every = {one.id: one for one in practices.all_practices(ctx.read)}
    faults: list[FollowthruError] = []
    for member in practices.everybody(ctx.read):
        try:
            at = every[member.practice_id]
            if at.id not in days:
                days[at.id] = practices.work_calendar(ctx.read, at.id)
            hours = hours_of(member, at, days[at.id], ctx.store.clock.now())
            if at.status == PracticeStatus.ACTIVE and not is_sample(at.slug):
                _see_to(ctx, at, member, hours)
            if hours is not None:
                upcoming.append(hours.next_look)
        except FollowthruError as fault:
            faults.append(fault)
    raise_all(faults)
    return min(upcoming, default=None)


class Hours(NamedTuple):
    """A person's hours as of `now` (aware, UTC): the last that has come, and the one that comes next."""

    now: datetime
    last: Due
    coming: Due

    @property
    def next_look(self) -> datetime:
        """When there is something to write next: at the coming hour, or when its draft is to be there."""
        return self.coming.opens if self.coming.opens > self.now else self.coming.at

    def of(self, period: str | None) -> Due | None:
        """Return the hour of a period, None if it is neither of the two."""
        return next((due for due in (self.coming, self.last) if due.period == period), None)


def hours_of(member: Member, at: Practice, days: WorkCalendar, now: datetime) -> Hours | None:
    """Return the hours of a person at a practice with these working days, None for who hears at none.

    An hour is one of the person's own zone, else of the practice's. Raises UsageError for a stored cadence that
    cannot be read, or where no working day comes any more.
    """
    if not member.cadence or not (member.channel == Channel.CALL or (member.channel == Channel.MAIL and member.email)):
        return None
    cadence, zone = parse(member.cadence), member.timezone or at.timezone
    return Hours(now, last_due(cadence, now, zone, days), next_due(cadence, now, zone, days))


def silence(read: Reader, member: Member, due: Due) -> str | None:
    """Return, as a sentence, why a person gets no update at an hour: they are away then, or paused. None: they do."""
    for one in absences.absences(read, due.on):
        if one.handle == member.handle and one.first_on <= due.on:
            return f"{member.name} is away until {day_words(one.last_on)}."
    if not member.paused(due.on):
        return None
    until = f" until {day_words(member.paused_until)}" if member.paused_until else ""
    return f"Updates to {member.name} at {member.practice} are paused{until}."


def _see_to(ctx: Context, at: Practice, member: Member, hours: Hours | None) -> None:
    """Write what is due to a person; put right, or withdraw, a draft whose hour is another by now, or none."""
    for kind in (UpdateKind.DIGEST, UpdateKind.CALL):
        pending = updates.pending(ctx.read, member.person_id, at.id, kind)
        if pending is not None and pending.status in TO_REVIEW and pending.due_at is not None:
            _keep_hour(ctx, member, pending, hours if kind is kind_for(member) else None)
    if hours is None:
        return
    pending = updates.pending(ctx.read, member.person_id, at.id, kind_for(member))
    try:
        # What was late and became the coming period's is not the last one's again.
        if _is_due(ctx.read, member, hours.last) and not _is_written(ctx.read, member, hours.coming):
            if not _is_late(ctx, pending):
                check_free(member, pending)
            _write(ctx, at, member, pending, hours.last)
        elif _opens(ctx.read, member, pending, hours):
            _write(ctx, at, member, pending, hours.coming)
    except RefusedError:
        return  # What is new is not lost: it waits for that other update's end.


def _write(ctx: Context, at: Practice, member: Member, pending: UpdateRow | None, due: Due) -> None:
    write(ctx, at, member, pending, Slot(due.period, _text(due.at), due.covers), actor=Actor.DAEMON)


def _opens(read: Reader, member: Member, pending: UpdateRow | None, hours: Hours) -> bool:
    """Return whether the draft for the coming hour is to be there by now. It takes no place from one that is late."""
    coming = hours.coming
    if kind_for(member) is not UpdateKind.DIGEST or coming.opens > hours.now or not _is_due(read, member, coming):
        return False
    if pending is None:
        return True
    free = pending.status in TO_REVIEW and not pending.edited
    return free and (pending.due_at is None or datetime.fromisoformat(pending.due_at) < coming.opens)


def _keep_hour(ctx: Context, member: Member, row: UpdateRow, hours: Hours | None) -> None:
    """Let a draft have the hour that its period has now; without one it is withdrawn."""
    due = None if hours is None else hours.of(row.period)
    if hours is None:
        return _withdraw(ctx, row, f"{member.name} is written to at no hour any more.")
    if due is None:
        passed = row.due_at is not None and datetime.fromisoformat(row.due_at) <= hours.now
        return None if passed else _set(ctx, row, {"due_at": None}, f"Update {row.id} is due at no hour any more")
    why = silence(ctx.read, member, due)
    if why is not None:
        return _withdraw(ctx, row, why)
    at = None if _cadence_since(ctx.read, member) > due.at else _text(due.at)
    return _set(ctx, row, {"due_at": at}, f"The hour of update {row.id} has changed")


def _withdraw(ctx: Context, row: UpdateRow, why: str) -> None:
    """Withdraw a draft; one that holds the PM's own words stays, without an hour."""
    if row.edited:
        return _set(ctx, row, {"due_at": None}, f"Kept update {row.id}, with your words, for no hour: {why}")
    return _set(ctx, row, {"status": str(UpdateStatus.DISCARDED)}, f"Withdrew update {row.id} to {row.person}: {why}")


def _set(ctx: Context, row: UpdateRow, values: dict[str, Scalar], words: str) -> None:
    """Change a draft that is as it was read; the next look does it otherwise."""
    if all(getattr(row, name) == value for name, value in values.items()):
        return
    with ctx.acting() as tx:
        before = journal.row_of(tx, "update", row.id) or {}
        if before.get("status") == row.status and before.get("edited") == int(row.edited):
            edits.record(tx, "update draft", words, differences("update", row.id, before, values), actor=Actor.DAEMON)


def _is_due(read: Reader, member: Member, due: Due) -> bool:
    if _is_written(read, member, due):
        return False
    return _cadence_since(read, member) <= due.at and silence(read, member, due) is None


def _is_written(read: Reader, member: Member, due: Due) -> bool:
    """Return whether there is an update for an hour, whatever became of it; one that we withdrew is none."""
    known = updates.of_period(read, member.person_id, member.practice_id, due.period)
    return known is not None and not is_withdrawn(read, known)


def _cadence_since(read_: Reader, member: Member) -> datetime:
    """Return when the cadence was set: with the role, or since."""
    for field in ("cadence", "*"):
        entry = journal.last_change(read_, "role", member.role_id, field)
        if entry is not None:
            return datetime.fromisoformat(entry.at)
    raise AssertionError("a role is made by an action")


def _is_late(ctx: Context, pending: UpdateRow | None) -> bool:
    """Return whether an approved update should have left by now, so that the next period's takes its place."""
    if pending is None or pending.phase not in _WAITS or pending.status != UpdateStatus.APPROVED:
        return False
    return ctx.store.clock.now() - datetime.fromisoformat(pending.send_after or pending.drafted_at) > TELL_AFTER


_WAITS = frozenset({Phase.APPROVED, Phase.DEFERRED})


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
