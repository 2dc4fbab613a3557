"""What goes out by itself: the clean digest of a reader who trusts us, at its hour. All else waits, and says why.

It has to have been there to be read before its hour came, and only then does it go: what lets its hour pass waits for
the PM for good, so that no single key, an undo or a reason given late, ever sends a mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from followthru.actions import edits
from followthru.actions.came_back import held_words
from followthru.actions.context import Context
from followthru.actions.desk import Desk
from followthru.actions.drafting import raise_all, reader, refresh, view
from followthru.actions.readers import last_known, stated
from followthru.actions.same_machine import is_elsewhere
from followthru.actions.trust import distrust, silent_now
from followthru.actions.update_rows import LookAgainError, due_words, find, seen
from followthru.actions.updates import approve
from followthru.actions.wording import points_of
from followthru.domain.changes import Actor, differences
from followthru.domain.people import Member, PracticeStatus
from followthru.errors import FollowthruError, RefusedError
from followthru.store import journal, mail_state, practices, updates
from followthru.store.updates import UpdateRow
from followthru.updates import checks
from followthru.updates.aftermath import untrue
from followthru.updates.checks import Flag, FlagName
from followthru.updates.outbox import OLD_AFTER, TO_REVIEW, UpdateKind, UpdateStatus

READABLE = timedelta(hours=1)
"""For how long at least a digest was there to be read before its hour, where it goes by itself.

It is written a whole working day before; this is for a machine that slept through most of that day.
"""


def approve_due(desk: Desk) -> datetime | None:
    """Approve every digest that goes by itself and whose hour has come, and note of the others that they are late.

    Return the next hour of one that is there (aware, UTC), None without any. In a copy of a store that is used
    elsewhere nothing is approved. Raises DraftingError, once all others are done, for those that cannot be looked at.
    """
    ctx, elsewhere = desk.ctx, is_elsewhere(desk)
    upcoming: list[datetime] = []
    faults: list[FollowthruError] = []
    for row in updates.with_an_hour(ctx.read):
        due = datetime.fromisoformat(row.due_at or ctx.store.now())
        if due > ctx.store.clock.now():
            upcoming.append(due)
        elif not _noted_late(row) and not elsewhere:
            try:
                _at_its_hour(desk, row)
            except FollowthruError as fault:
                faults.append(fault)
    raise_all(faults)
    return min(upcoming, default=None)


def hour(row: UpdateRow) -> datetime | None:
    """Return the hour at which an update to be reviewed is due (aware, UTC), None without one."""
    if row.due_at is None or row.status not in TO_REVIEW or row.kind != UpdateKind.DIGEST:
        return None
    return datetime.fromisoformat(row.due_at)


def _noted_late(row: UpdateRow) -> bool:
    return any(flag.name == FlagName.LATE for flag in checks.load(row.flags))


def _at_its_hour(desk: Desk, row: UpdateRow) -> None:
    ctx = desk.ctx
    try:
        if not row.edited:
            refresh(ctx, row, leaves=True)
        row = find(ctx.read, row.id)
        why = tuple(why_it_waits(desk, row))
        if not why:
            approve(ctx, desk.config, row.id, seen_mark=seen(row), actor=Actor.DAEMON)
            return
    except LookAgainError:
        return  # It was changed this very moment, which wakes us again.
    except RefusedError as fault:
        why = (fault.message,)
    _note_late(ctx, row, why)


def _note_late(ctx: Context, row: UpdateRow, why: tuple[str, ...]) -> None:
    """Note with a draft that its hour has passed, and what kept it besides its flags."""
    said = {flag.words for flag in checks.load(row.flags)}
    besides = [one for one in why if one not in said]
    due = datetime.fromisoformat(row.due_at or ctx.store.now())
    words = " ".join((f"It was due {due_words(ctx, due)} and waits for you.", *besides))
    flags = (*checks.load(row.flags), Flag(FlagName.LATE, words))
    with ctx.acting() as tx:
        before = journal.row_of(tx, "update", row.id) or {}
        if before.get("status") == row.status and before.get("flags") == row.flags:
            changes = differences("update", row.id, before, {"flags": checks.dump(flags)})
            said_ = f"Update {row.id} to {row.person} was not sent at its hour"
            edits.record(tx, "update late", said_, changes, actor=Actor.DAEMON)


def why_it_waits(desk: Desk, row: UpdateRow) -> Iterator[str]:
    """Yield, as sentences, why a digest with an hour does not go out by itself; nothing where it does."""
    ctx = desk.ctx
    member = reader(ctx.read, row)
    if row.status == UpdateStatus.HELD:
        yield "You hold it."
    yield from (flag.words for flag in checks.load(row.flags) if flag.name != FlagName.LATE)
    yield from (point.words for point in points_of(ctx, row))
    yield from _of_the_reader(ctx, row, member)
    yield from _of_its_past(ctx, row)
    if desk.config.mail_for(row.practice) is None:
        yield f"{row.practice} has no mail account."
    held = mail_state.held(ctx.read)
    if held is not None:
        yield f"All mail is held: {held.why}"
    if is_elsewhere(desk):
        yield "This store is a copy of one that is used elsewhere."
    if row.edited:
        yield from (flag.words for flag in untrue(stated(row), view(ctx, member, last_known(ctx.read, member))))


def _of_the_reader(ctx: Context, row: UpdateRow, member: Member) -> Iterator[str]:
    first = any(flag.name == FlagName.FIRST_MAIL for flag in checks.load(row.flags))
    reason = distrust(ctx, member)
    if reason is not None and not (first and not member.review):
        yield reason
    at = practices.practice(ctx.read, row.practice_id)
    if at.status != PracticeStatus.ACTIVE:
        yield f"{row.practice} is paused."
    yield from filter(None, (held_words(ctx, row.person_id), silent_now(ctx, row, member, at)))


def _of_its_past(ctx: Context, row: UpdateRow) -> Iterator[str]:
    """Yield what happened to a draft so far that leaves it to the PM."""
    due, now = datetime.fromisoformat(row.due_at or ctx.store.now()), ctx.store.clock.now()
    settled = journal.last_change(ctx.read, "update", row.id, "status")
    if updates.came_back(ctx.read, row.id):
        yield "It was approved before, and came back."
    elif settled is not None and datetime.fromisoformat(settled.at) > due:
        yield "You took it up again after its hour."
    written = next(
        filter(None, (journal.last_change(ctx.read, "update", row.id, name) for name in ("period", "*"))), None
    )
    if written is not None and due - datetime.fromisoformat(written.at) < READABLE:
        yield "It was not there to be read before its hour."
    if now - due > OLD_AFTER:
        yield "Its hour is days ago."


class AtHour(NamedTuple):
    """How a digest stands to its hour: when that is (aware, UTC; and in words where the PM is), whether it has passed,
    and why it waits for the PM, as sentences; none of a digest that goes out by itself.
    """

    due: datetime
    words: str
    late: bool
    why: tuple[str, ...]

    @property
    def short(self) -> str:
        """Return it as a part of a line: `goes out by itself Fri 16 Jan at 16:00`."""
        if not self.why:
            return f"was due {self.words}, goes out now" if self.late else f"goes out by itself {self.words}"
        return f"late since {self.words}" if self.late else f"due {self.words}"


def at_hour(desk: Desk, row: UpdateRow) -> AtHour | None:
    """Return how an update stands to its hour, None for one that has none or is no longer to be reviewed."""
    due = hour(row)
    if due is None:
        return None
    late = due <= desk.ctx.store.clock.now()
    why = tuple(dict.fromkeys(why_it_waits(desk, row)))
    if _noted_late(row) and not why:
        why = ("Its hour passed while it waited.",)
    return AtHour(due, due_words(desk.ctx, due), late, why)


def late_words(row: UpdateRow, stands: AtHour) -> str:
    """Return the sentence that says of a digest that its hour has passed, and what keeps it."""
    who = f"The update to {row.person} at {row.practice} was due {stands.words}"
    if not stands.why:
        return f"{who} and goes out once the background process runs."
    return f"{who} and waits for you: {stands.why[0]}"
