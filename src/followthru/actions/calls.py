"""Calls: what to say to somebody who is not written to, and that it was said."""

from __future__ import annotations

from followthru.actions import edits
from followthru.actions.context import Context
from followthru.actions.drafting import UpdateOutcome, reader
from followthru.actions.freezing import check_true
from followthru.actions.readers import stated
from followthru.actions.tellings import telling_row
from followthru.actions.update_rows import find, look_again, seen
from followthru.domain.changes import Change, create, differences
from followthru.domain.task import How
from followthru.errors import RefusedError
from followthru.store import journal, tasks, updates
from followthru.store.store import Writer
from followthru.store.updates import UpdateRow
from followthru.updates.facts import Said
from followthru.updates.outbox import TO_REVIEW, UpdateKind, UpdateStatus


def told(ctx: Context, update_id: int, *, seen_mark: str | None = None) -> UpdateOutcome:
    """Note that a person was told in a call what an update says: every date that it states is a telling.

    What was told is what they know from then on. `seen_mark` is `seen` of what was read out. Raises LookAgainError
    where it says something else by now, RefusedError where it is no call or states what is no longer true.
    """
    row = find(ctx.read, update_id)
    _check_call(row)
    if seen_mark is not None and seen_mark != seen(row):
        raise look_again(row)
    check_true(ctx, row, reader(ctx.read, row))
    words = f"Told {row.person} at {row.practice} in a call"
    with ctx.acting() as tx:
        now = updates.one(tx, row.id)
        if now != row:
            raise look_again(row)
        changes = [
            *_settled(tx, row),
            *(change for said in stated(row).said for change in _telling(ctx, tx, row, said)),
        ]
        action_id = edits.record(tx, "update told", words, changes)
    return UpdateOutcome(action_id, row.id, words)


def _check_call(row: UpdateRow) -> None:
    if row.kind != UpdateKind.CALL:
        lets_go = f"`followthru update approve {row.id}` lets it go; " if row.status in TO_REVIEW else ""
        raise RefusedError(
            f"Update {row.id} to {row.person} is a mail.",
            safe="Nothing was changed.",
            remedy=f"{lets_go}{'a' if lets_go else 'A'} date that was told is noted with `tell`.",
        )
    if row.status not in TO_REVIEW:
        done = "told" if row.status == UpdateStatus.SETTLED else row.status
        raise RefusedError(f"Update {row.id} to {row.person} is {done} already.", safe="Nothing was changed.")


def _settled(tx: Writer, row: UpdateRow) -> tuple[Change, ...]:
    before = journal.row_of(tx, "update", row.id) or {}
    return differences("update", row.id, before, {"status": str(UpdateStatus.SETTLED)})


def _telling(ctx: Context, tx: Writer, row: UpdateRow, said: Said) -> tuple[Change, ...]:
    """Return the telling of a date, unless the person was told the very same in the last call as well."""
    task = journal.row_of(tx, "task", said.id)
    told_so_far = [one for one in tasks.tellings(tx, [said.id])[said.id] if one.person_id == row.person_id]
    newest = next((one for one in reversed(told_so_far) if not one.retracted), None)
    if task is None or (newest is not None and (newest.promised_on, newest.how) == (said.on, How.CALL)):
        return ()
    told_on = ctx.today_for(tx, row.practice_id)
    telling = telling_row(tx, said.id, task, row.person_id, said.on, told_on, How.CALL)
    return (create("telling", tx.new_id("telling"), telling),)
