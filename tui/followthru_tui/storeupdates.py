"""An update as it is reviewed."""

from __future__ import annotations

from datetime import datetime

from followthru.actions.automatic import at_hour
from followthru.actions.clean import sort_out
from followthru.actions.desk import Desk
from followthru.actions.drafting import notes_of, reader
from followthru.actions.looking import against
from followthru.actions.update_rows import find, seen
from followthru.actions.wording import book_remarks, points_of
from followthru.store import updates
from followthru.updates.checks import FlagName, load
from followthru.updates.outbox import KIND_WORDS, UpdateKind
from followthru_tui.feed import CleanShown, UpdateShown
from followthru_tui.storelines import standing_of


def shown(desk: Desk, id: int) -> UpdateShown:
    """Return an update with what tells whether it may go. Raises NotFoundError."""
    read = desk.ctx.read
    row = find(read, id)
    member = reader(read, row)
    account = desk.config.mail_for(row.practice)
    heard = updates.confirmed(read, row.person_id, row.practice_id)
    found = against(read, row)
    hour = at_hour(desk, row)
    reasons = tuple(notes_of(row))
    tone = points_of(desk.ctx, row)
    said = " ".join((*reasons, *(point.words for point in tone)))
    goes_at = row.next_at or row.send_after if row.status == "approved" and row.phase is not None else None
    now = desk.ctx.store.clock.now()
    return UpdateShown(
        id=row.id,
        person=row.person,
        recipient=member.name if row.kind == UpdateKind.CALL else f"{member.name} <{row.email or 'no address'}>",
        practice=row.practice,
        subject=row.subject,
        body=row.body,
        reasons=reasons,
        status=row.status,
        standing=standing_of(row),
        mark=seen(row),
        first=heard is None or any(flag.name == FlagName.FIRST_MAIL for flag in load(row.flags)),
        through=None if account is None else f"{account.name} ({account.from_.address})",
        before=None if found.before is None else found.before.body,
        goes_at=goes_at,
        left=0 if goes_at is None else int((datetime.fromisoformat(goes_at) - now).total_seconds()),
        answer=row.answer,
        tone=tone,
        book=book_remarks(desk.ctx, row),
        hour="" if hour is None else hour.short,
        turned=found.turned,
        against=found.words,
        waits=() if hour is None else tuple(why for why in hour.why if why not in said),
        kind=KIND_WORDS[UpdateKind(row.kind)][0],
    )


def clean(desk: Desk, id: int) -> CleanShown:
    """Return the clean updates of the practice of an update. Raises NotFoundError."""
    row = find(desk.ctx.read, id)
    found = sort_out(desk.ctx, row.practice_id)
    lines = tuple(f"{one.row.id:>4}  to {one.row.person}: {one.row.subject}" for one in found.clean)
    return CleanShown(row.practice, tuple((one.row.id, one.mark) for one in found.clean), lines, len(found.left))
