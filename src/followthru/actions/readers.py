"""What a reader may see and knows already, and the row of an update to them: every sort of update begins here."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.actions.context import Context
from followthru.domain.changes import Actor, Row, Scalar
from followthru.domain.people import Member, Practice
from followthru.domain.task import Audience, TaskRow
from followthru.store import journal, tasks, updates
from followthru.store.store import Reader, Writer
from followthru.store.updates import UpdateRow
from followthru.updates import facts
from followthru.updates.facts import Facts
from followthru.updates.outbox import Phase, UpdateStatus
from followthru.updates.view import ReaderView, TaskFacts, read

_JUDGED_THEN = ("because", "waiting_for", "status")


def view_of(ctx: Context, member: Member, at: Practice, rows: Sequence[TaskRow]) -> ReaderView:
    """Return what a person may see of these tasks now."""
    read_, ids = ctx.read, [row.id for row in rows]
    tellings = tasks.tellings(read_, ids)
    about = updates.persons_about(read_, ids)
    then = updates.audiences_then(read_, ids, _JUDGED_THEN)
    return read(
        (
            TaskFacts(
                row,
                tuple(tellings[row.id]),
                about.get(row.id, frozenset()),
                {name: Audience(found or Audience.OWNERS) for name, found in then.get(row.id, {}).items()},
            )
            for row in rows
        ),
        member,
        at,
        ctx.today(at),
    )


def last_known(read_: Reader, member: Member) -> Facts | None:
    """Return what a person knows from their last update that arrived, None before the first."""
    row = updates.confirmed(read_, member.person_id, member.practice_id)
    return None if row is None else stated(row)


def stated(row: UpdateRow) -> Facts:
    """Return the facts that an update's text really states, the PM's edits taken into account."""
    found = facts.load(row.facts)
    return facts.after_edit(found, row.body) if row.edited else found


def is_withdrawn(read_: Reader, row: UpdateRow) -> bool:
    """Whether an update was withdrawn by us, and not given up by the PM; none of it has left."""
    if row.status != UpdateStatus.DISCARDED or row.phase not in (None, Phase.APPROVED):
        return False
    entry = journal.last_change(read_, "update", row.id, "status")
    return entry is not None and entry.actor == Actor.DAEMON


def new_row(tx: Writer, member: Member, values: Row) -> dict[str, Scalar]:
    """Return the row of a new update to a person at the practice of this role."""
    from uuid import uuid4

    return {
        "uid": str(uuid4()),
        "practice_id": member.practice_id,
        "person_id": member.person_id,
        "edited": 0,
        "drafted_at": tx.now,
        **values,
    }
