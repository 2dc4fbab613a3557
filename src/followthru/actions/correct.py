"""Correct an update that has left: a draft to the same reader, in the thread of the mail that it corrects."""

from __future__ import annotations

from followthru.actions import edits, readers
from followthru.actions.context import Context
from followthru.actions.corrections import composed
from followthru.actions.drafting import UpdateOutcome, notes_of, reader
from followthru.actions.update_rows import find, named
from followthru.domain.changes import Change, create, differences
from followthru.domain.plain import one_line
from followthru.errors import RefusedError
from followthru.store import journal, updates
from followthru.store.updates import UpdateRow
from followthru.updates.outbox import LEFT, TO_REVIEW, Phase, UpdateKind, UpdateStatus, standing


def correct(ctx: Context, update_id: int, because: str | None = None) -> UpdateOutcome:
    """Draft a correction of an update that has left, or write the untouched draft of one anew.

    `because` is read by the client. Raises NotFoundError; RefusedError for one that has not left, or while a
    correction of it holds the PM's own words or is on its way.
    """
    row = find(ctx.read, update_id)
    _check_left(row)
    before = updates.following(ctx.read, row.id, UpdateKind.CORRECTION)
    pending = next((one for one in before if one.status in TO_REVIEW), None)
    _check_free(before, pending)
    values = composed(ctx, row, reader(ctx.read, row), one_line(because or ""))
    words = f"Drafted a correction of {named(row)}"
    with ctx.acting() as tx:
        if pending is None:
            id = tx.new_id("update")
            values["period"] = f"{UpdateKind.CORRECTION}:{row.uid}:{len(before) + 1}"
            new = readers.new_row(tx, reader(tx, row), values)
            changes: tuple[Change, ...] = (create("update", id, new),)
        else:
            id, values["period"] = pending.id, pending.period
            changes = differences("update", id, journal.row_of(tx, "update", id) or {}, values)
        action_id = edits.record(tx, "update correct", words, changes)
    made = find(ctx.read, id)
    return UpdateOutcome(action_id, id, words, tuple(notes_of(made)))


def _check_left(row: UpdateRow) -> None:
    now = standing(row.status, row.phase)
    if now in LEFT:
        return
    if row.status in TO_REVIEW:
        remedy = f"`followthru update edit {row.id}` changes its words."
    elif row.status == UpdateStatus.APPROVED and now in (Phase.APPROVED, Phase.DEFERRED):
        remedy = f"`followthru update recall {row.id}` brings it back to review."
    else:
        remedy = f"`followthru update draft {row.person} --practice {row.practice}` writes what is so now."
    raise RefusedError(f"Update {row.id} to {row.person} is {now}: nothing of it has arrived.", remedy=remedy)


def _check_free(before: list[UpdateRow], pending: UpdateRow | None) -> None:
    if pending is not None and pending.edited:
        raise RefusedError(
            f"Update {pending.id} corrects it already, and has your edits.",
            safe="Nothing was written.",
            remedy=f"`followthru update redraft {pending.id}` writes it anew around them.",
        )
    for one in before:
        now = standing(one.status, one.phase)
        if now in (Phase.APPROVED, Phase.DEFERRED):
            raise RefusedError(
                f"Update {one.id}, which corrects it, is {now}.",
                safe="Nothing was written.",
                remedy=f"Let it go out, or `followthru update recall {one.id}`.",
            )
