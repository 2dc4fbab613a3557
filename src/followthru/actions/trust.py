"""Whether a reader gets anything by itself: who trusts us with it, and who is to hear nothing just now."""

from __future__ import annotations

from datetime import datetime

from followthru.actions.context import Context
from followthru.actions.hours import hours_of, silence
from followthru.domain.clock import today_in
from followthru.domain.people import Member, Practice
from followthru.store import mail_state, practices, updates
from followthru.store.updates import UpdateRow


def silent_now(ctx: Context, row: UpdateRow, member: Member, at: Practice) -> str | None:
    """Return, as a sentence, why the reader of an update gets none at its hour by now; None: they do."""
    hours = hours_of(member, at, practices.work_calendar(ctx.read, at.id), ctx.store.clock.now())
    due = None if hours is None else hours.of(row.period)
    return None if due is None else silence(ctx.read, member, due)


def distrust(ctx: Context, member: Member) -> str | None:
    """Return why nothing goes to a person by itself, as a sentence; None where it may."""
    if member.review:
        return f"You read every update to {member.name} first."
    restored = mail_state.restored(ctx.read)
    begun = None if restored is None else restored.at
    if not updates.trusted(ctx.read, member.person_id, member.practice_id, member.role_id, since=begun):
        if restored is not None and updates.trusted(ctx.read, member.person_id, member.practice_id, member.role_id):
            day = today_in(ctx.zone, datetime.fromisoformat(restored.taken_at))
            return f"The store was put back from a backup of {day}; what {member.name} got since is not in it."
        return f"No update to {member.name} here has been approved yet, at this address and in this role."
    return None
