"""What follows once an update has arrived, or must not go out as it is."""

from __future__ import annotations

from followthru.actions import edits
from followthru.actions.context import Context
from followthru.actions.readers import stated
from followthru.actions.tellings import Days, telling_row
from followthru.actions.update_rows import UNAPPROVED, can, change, named
from followthru.domain.changes import Actor, Change, create
from followthru.domain.task import How
from followthru.store import incoming, journal, outbox, updates
from followthru.store.store import Writer
from followthru.store.updates import UpdateRow
from followthru.updates import checks
from followthru.updates.checks import FlagName
from followthru.updates.outbox import Phase, UpdateStatus


def record_arrival(tx: Writer, ctx: Context, row: UpdateRow, *, actor: Actor, status: UpdateStatus) -> int | None:
    """Record that an update arrived: its status, and a telling for every date that its text states.

    What has been returned by then, because the report overtook the outcome, told nobody anything.
    """
    words = f"Told {row.person} by mail: {row.subject}"
    changes = [Change("update", row.id, "status", row.status, str(status))] if row.status != status else []
    told_on, days = ctx.today_for(tx, row.practice_id), Days(tx)
    for said in () if incoming.returned(tx, row.id) else stated(row).said:
        task = journal.row_of(tx, "task", said.id)
        if task is None or updates.stands_told(tx, said.id, row.person_id, said.on.isoformat()):
            continue
        telling = telling_row(tx, said.id, task, row.person_id, said.on, told_on, How.MAIL, days)
        changes.append(create("telling", tx.new_id("telling"), {**telling, "update_id": row.id}))
    return edits.record(tx, "update settle" if actor is Actor.ME else "update sent", words, changes, actor=actor)


def send_back(ctx: Context, row: UpdateRow, reason: str) -> None:
    """Bring an approved update back to review because it must not go out as it is, saying why.

    One that may have left once is not written anew: other words under its Message-ID would look like the same mail.
    """
    flags = dict.fromkeys((*checks.load(row.flags), checks.Flag(FlagName.UNTRUE, reason)))
    with ctx.acting() as tx:
        if not can(tx, row, Phase.IN_REVIEW):
            return
        if outbox.may_have_left(tx, row.id):
            outbox.doubt(tx, row.id, f"It may have arrived, and cannot be sent again as it is: {reason}")
            return
        after = {**UNAPPROVED, "flags": checks.dump(flags)}
        change(tx, "update held back", f"Held back {named(row)}: {reason}", row, after, Actor.DAEMON)
