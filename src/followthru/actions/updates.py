"""The PM's verbs on an update: read, edit, approve, hold, recall, discard, settle."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from followthru.actions import freezing
from followthru.actions.context import Context
from followthru.actions.drafting import UpdateOutcome, notes_of, reader
from followthru.actions.notices import check_complete
from followthru.actions.outcomes import record_arrival
from followthru.actions.update_rows import (
    UNAPPROVED,
    can,
    change,
    check_mail,
    due_words,
    find,
    look_again,
    named,
    recipient,
    seen,
    to_review,
    too_late,
)
from followthru.actions.wording import points_in, points_of
from followthru.domain.changes import Actor, Scalar
from followthru.domain.saying import count_words
from followthru.errors import RefusedError
from followthru.store import outbox
from followthru.store.updates import UpdateRow
from followthru.updates import checks, review_text
from followthru.updates.checks import FlagName
from followthru.updates.outbox import Phase, UpdateStatus, standing
from followthru.updates.phrases import BLANK

if TYPE_CHECKING:
    from followthru.config.values import Config


def to_edit(ctx: Context, row: UpdateRow) -> str:
    """Return the text that the PM edits: why it waits, to whom it goes, its subject and body."""
    remarks = [point.words for point in points_of(ctx, row)]
    to = recipient(ctx.read, row)
    return review_text.write(to, row.subject, row.body, notes_of(row), remarks, former=row.former)


def edit(ctx: Context, update_id: int, text: str) -> UpdateOutcome:
    """Take over an edited text; unchanged, nothing happens.

    Raises ReviewTextError when it cannot be read, RefusedError when the update is no longer to be edited.
    """
    row = to_review(ctx.read, update_id, "be edited")
    edited = review_text.read(text, recipient(ctx.read, row))
    if (edited.subject, edited.body.rstrip()) == (row.subject, row.body.rstrip()):
        return UpdateOutcome(None, update_id, "Nothing was edited.")
    over = {FlagName.PRIVATE_DATA, FlagName.WRITTEN_ANEW, *([] if BLANK in edited.body else [FlagName.TO_FILL_IN])}
    kept = tuple(flag for flag in checks.load(row.flags) if flag.name not in over)
    flags = (*kept, *checks.scan(f"{edited.subject}\n{edited.body}", ctx.today_for(ctx.read, row.practice_id)))
    after: dict[str, Scalar] = {
        "subject": edited.subject,
        "body": edited.body,
        "flags": checks.dump(flags),
        "edited": 1,
        "composed": row.composed if row.edited else review_text.joined(row.subject, row.body),
        "status": str(UpdateStatus.IN_REVIEW),
    }
    words = f"Edited {named(row)}"
    with ctx.acting() as tx:
        action_id = change(tx, "update edit", words, row, after)
    remarks = points_in(ctx, row, edited.subject, edited.body)
    return UpdateOutcome(action_id, update_id, words, tuple(each.words for each in (*flags, *remarks)))


def approve(
    ctx: Context,
    config: Config,
    update_id: int,
    *,
    seen_mark: str | None = None,
    at_once: bool = False,
    actor: Actor = Actor.ME,
) -> UpdateOutcome:
    """Freeze an update's bytes and let it go after the send delay, and not before its hour unless `at_once`.

    `seen_mark` is `seen` of what the PM looked at; the daemon approves what goes by itself. Raises LookAgainError
    when it says something else by now, RefusedError when it states what is no longer true, has a blank, has nobody to
    go to or no mail account to go through, or is what to say in a call; MessageError.
    """
    row = to_review(ctx.read, update_id, "be approved")
    check_mail(row)
    if seen_mark is not None and seen_mark != seen(row):
        raise look_again(row)
    account, member = freezing.account(config, row), reader(ctx.read, row)
    freezing.check_true(ctx, row, member)
    check_complete(row)
    frozen = freezing.frozen(ctx, row, member, account, automatic=actor is Actor.DAEMON)
    words = f"Approved {named(row)}"
    with ctx.acting() as tx:
        delay = timedelta(seconds=config.updates.send_delay)
        soonest = (ctx.store.clock.now() + delay).strftime("%Y-%m-%dT%H:%M:%SZ")
        send_after = soonest if at_once else max(soonest, row.due_at or soonest)
        after: dict[str, Scalar] = {
            "status": str(UpdateStatus.APPROVED),
            "approved_at": tx.now,
            "approved_by": str(actor),
            "approved_hash": seen(row),
            "send_after": send_after,
        }
        action_id = change(tx, "update approve", words, row, after, actor)
        if not outbox.freeze(tx, frozen):
            raise RefusedError(f"Update {row.id} has been under way already.", safe="Nothing was changed.")
    if send_after != soonest:
        when = due_words(ctx, datetime.fromisoformat(send_after))
        return UpdateOutcome(action_id, update_id, words, (f"It goes out at its hour, {when}.",))
    delay_words = count_words(config.updates.send_delay, "second")
    return UpdateOutcome(action_id, update_id, words, (f"It goes out in {delay_words}.",))


def hold(ctx: Context, update_id: int) -> UpdateOutcome:
    """Keep an update back until it is approved. Raises RefusedError."""
    row = to_review(ctx.read, update_id, "be held")
    return _set_status(ctx, "update hold", f"Held {named(row)}", row, UpdateStatus.HELD)


def recall(ctx: Context, update_id: int) -> UpdateOutcome:
    """Bring an approved update back to review while none of it has left. Raises RefusedError.

    One that may have left, and was to be sent again, is to be settled again instead.
    """
    row = find(ctx.read, update_id)
    words = f"Recalled {named(row)}"
    with ctx.acting() as tx:
        if row.status != UpdateStatus.APPROVED or not can(tx, row, Phase.IN_REVIEW):
            raise too_late(find(tx, row.id), "be recalled")
        if outbox.may_have_left(tx, row.id):
            outbox.doubt(tx, row.id, "You had it sent again, and then not after all.")
            return UpdateOutcome(None, row.id, f"{words}; it may have arrived, and is yours to settle")
        action_id = change(tx, "update recall", words, row, UNAPPROVED)
    return UpdateOutcome(action_id, update_id, words)


def discard(ctx: Context, update_id: int) -> UpdateOutcome:
    """Give an update up; what it said is news again in the next one. Raises RefusedError."""
    row = find(ctx.read, update_id)
    words = f"Discarded {named(row)}"
    with ctx.acting() as tx:
        if not can(tx, row, Phase.CANCELLED):
            raise too_late(row, "be discarded")
        action_id = change(tx, "update discard", words, row, {"status": str(UpdateStatus.DISCARDED)})
    return UpdateOutcome(action_id, update_id, words)


def settle(ctx: Context, update_id: int, *, arrived: bool) -> UpdateOutcome:
    """Say of an uncertain update that it arrived, or have the same bytes sent again.

    `arrived=False` also lets an account that was paused try again. Raises RefusedError.
    """
    row = find(ctx.read, update_id)
    now = standing(row.status, row.phase)
    paused = now == Phase.DEFERRED and row.next_at is None
    if now != Phase.UNCERTAIN and not (paused and not arrived):
        raise too_late(row, "be settled")
    return _arrived(ctx, row) if arrived else _send_again(ctx, row, paused)


def _arrived(ctx: Context, row: UpdateRow) -> UpdateOutcome:
    with ctx.acting() as tx:
        if not outbox.advance(tx, row.id, Phase.UNCERTAIN, Phase.ACCEPTED):
            raise too_late(row, "be settled")
        action_id = record_arrival(tx, ctx, row, actor=Actor.ME, status=UpdateStatus.SETTLED)
    return UpdateOutcome(action_id, row.id, f"{named(row)} counts as arrived.")


def _send_again(ctx: Context, row: UpdateRow, paused: bool) -> UpdateOutcome:
    if not paused:
        _check_again(ctx, row)
    words = f"Sending {named(row)} again"
    with ctx.acting() as tx:
        delivery = outbox.one(tx, row.id)
        if paused and delivery is not None:
            outbox.resume(tx, delivery.frozen.account)
        elif not outbox.advance(tx, row.id, Phase.UNCERTAIN, Phase.APPROVED):
            raise too_late(row, "be sent again")
        action_id = change(tx, "update settle", words, row, {"send_after": tx.now})
    return UpdateOutcome(action_id, row.id, words)


def _check_again(ctx: Context, row: UpdateRow) -> None:
    """Raise RefusedError when the very words that may have arrived cannot be sent again: the sender would not let them.

    To say that they are being sent, and to ask about them anew in place of that, would never end.
    """
    from followthru.actions.gate import why_not_again

    delivery = outbox.one(ctx.read, row.id)
    reason = None if delivery is None else why_not_again(ctx, delivery, row)
    if reason is not None:
        raise RefusedError(
            f"Update {row.id} cannot be sent again as it is: {reason}",
            safe="Nothing was sent; it may have arrived before.",
            remedy=f"`followthru update discard {row.id}`, then draft a new one, which says what is so now; or "
            f"`followthru update settle {row.id} arrived` if it did.",
        )


def _set_status(ctx: Context, verb: str, words: str, row: UpdateRow, status: UpdateStatus) -> UpdateOutcome:
    with ctx.acting() as tx:
        return UpdateOutcome(change(tx, verb, words, row, {"status": str(status)}), row.id, words)
