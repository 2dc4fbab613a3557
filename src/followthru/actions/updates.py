"""The PM's verbs on an update: read, edit, approve, hold, recall, discard, settle."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from followthru.actions import edits
from followthru.actions.context import Context
from followthru.actions.drafting import UpdateOutcome, notes_of, reader, refresh, view
from followthru.actions.notices import check_complete
from followthru.actions.readers import last_known, stated
from followthru.actions.tellings import telling_row
from followthru.actions.wording import points_in, points_of
from followthru.domain.changes import Actor, Change, Scalar, create, differences
from followthru.domain.people import Channel, Member
from followthru.domain.saying import count_words
from followthru.domain.task import How
from followthru.errors import NotFoundError, RefusedError
from followthru.store import journal, outbox, updates
from followthru.store.store import Reader, Writer
from followthru.store.updates import UpdateRow
from followthru.updates import checks, review_text
from followthru.updates.aftermath import untrue
from followthru.updates.checks import FlagName
from followthru.updates.outbox import MOVES, TO_REVIEW, Phase, UpdateStatus, standing
from followthru.updates.review_text import approval_hash

if TYPE_CHECKING:
    from followthru.config.values import Config, MailAccount
    from followthru.store.outbox import Frozen


def find(read: Reader, given: str | int) -> UpdateRow:
    """Return the update with this number. Raises NotFoundError."""
    text = str(given)
    row = updates.one(read, int(text)) if text.isdecimal() and len(text) < 18 else None
    if row is None:
        raise NotFoundError(f"There is no update {given}.", remedy="`followthru update list` shows them.")
    return row


def to_edit(ctx: Context, row: UpdateRow) -> str:
    """Return the text that the PM edits: why it waits, to whom it goes, its subject and body."""
    remarks = [point.words for point in points_of(ctx, row)]
    return review_text.write(_recipient(ctx.read, row), row.subject, row.body, notes_of(row), remarks)


def seen(row: UpdateRow) -> str:
    """Return the mark of what an update says now; `approve` takes it and refuses other words."""
    return approval_hash(row.email or "", row.subject, row.body)


def edit(ctx: Context, update_id: int, text: str) -> UpdateOutcome:
    """Take over an edited text; unchanged, nothing happens.

    Raises ReviewTextError when it cannot be read, RefusedError when the update is no longer to be edited.
    """
    row = _to_review(ctx.read, update_id, "be edited")
    edited = review_text.read(text, _recipient(ctx.read, row))
    if (edited.subject, edited.body.rstrip()) == (row.subject, row.body.rstrip()):
        return UpdateOutcome(None, update_id, "Nothing was edited.")
    kept = tuple(flag for flag in checks.load(row.flags) if flag.name != FlagName.PRIVATE_DATA)
    flags = (*kept, *checks.scan(f"{edited.subject}\n{edited.body}"))
    after: dict[str, Scalar] = {
        "subject": edited.subject,
        "body": edited.body,
        "flags": checks.dump(flags),
        "edited": 1,
        "status": str(UpdateStatus.IN_REVIEW),
    }
    words = f"Edited {_named(row)}"
    with ctx.acting() as tx:
        action_id = _change(tx, "update edit", words, row, after)
    remarks = points_in(ctx, row, edited.subject, edited.body)
    return UpdateOutcome(action_id, update_id, words, tuple(each.words for each in (*flags, *remarks)))


def approve(ctx: Context, config: Config, update_id: int, *, seen_mark: str | None = None) -> UpdateOutcome:
    """Freeze an update's bytes and let it go after the send delay.

    `seen_mark` is `seen` of what the PM looked at. Raises RefusedError when it says something else by now,
    states what is no longer true, has a blank, has nobody to go to or no mail account to go through; MessageError.
    """
    row = _to_review(ctx.read, update_id, "be approved")
    if seen_mark is not None and seen_mark != seen(row):
        raise _look_again(row)
    account, member = _account(config, row), reader(ctx.read, row)
    _check_true(ctx, row, member)
    check_complete(row)
    frozen = _frozen(ctx, row, member, account)
    words = f"Approved {_named(row)}"
    with ctx.acting() as tx:
        delay = timedelta(seconds=config.updates.send_delay)
        send_after = (ctx.store.clock.now() + delay).strftime("%Y-%m-%dT%H:%M:%SZ")
        after: dict[str, Scalar] = {
            "status": str(UpdateStatus.APPROVED),
            "approved_at": tx.now,
            "approved_by": str(Actor.ME),
            "approved_hash": seen(row),
            "send_after": send_after,
        }
        action_id = _change(tx, "update approve", words, row, after)
        if not outbox.freeze(tx, frozen):
            raise RefusedError(f"Update {row.id} has been under way already.", safe="Nothing was changed.")
    delay_words = count_words(config.updates.send_delay, "second")
    return UpdateOutcome(action_id, update_id, words, (f"It goes out in {delay_words}.",))


def hold(ctx: Context, update_id: int) -> UpdateOutcome:
    """Keep an update back until it is approved. Raises RefusedError."""
    row = _to_review(ctx.read, update_id, "be held")
    return _set_status(ctx, "update hold", f"Held {_named(row)}", row, UpdateStatus.HELD)


def recall(ctx: Context, update_id: int) -> UpdateOutcome:
    """Bring an approved update back to review while none of it has left. Raises RefusedError.

    One that may have left, and was to be sent again, is to be settled again instead.
    """
    row = find(ctx.read, update_id)
    words = f"Recalled {_named(row)}"
    with ctx.acting() as tx:
        if row.status != UpdateStatus.APPROVED or not _can(tx, row, Phase.IN_REVIEW):
            raise _too_late(row, "be recalled")
        if outbox.may_have_left(tx, row.id):
            outbox.doubt(tx, row.id, "You had it sent again, and then not after all.")
            return UpdateOutcome(None, row.id, f"{words}; it may have arrived, and is yours to settle")
        action_id = _change(tx, "update recall", words, row, _UNAPPROVED)
    return UpdateOutcome(action_id, update_id, words)


def discard(ctx: Context, update_id: int) -> UpdateOutcome:
    """Give an update up; what it said is news again in the next one. Raises RefusedError."""
    row = find(ctx.read, update_id)
    words = f"Discarded {_named(row)}"
    with ctx.acting() as tx:
        if not _can(tx, row, Phase.CANCELLED):
            raise _too_late(row, "be discarded")
        action_id = _change(tx, "update discard", words, row, {"status": str(UpdateStatus.DISCARDED)})
    return UpdateOutcome(action_id, update_id, words)


def settle(ctx: Context, update_id: int, *, arrived: bool) -> UpdateOutcome:
    """Say of an uncertain update that it arrived, or have the same bytes sent again.

    `arrived=False` also lets an account that was paused try again. Raises RefusedError.
    """
    row = find(ctx.read, update_id)
    now = standing(row.status, row.phase)
    paused = now == Phase.DEFERRED and row.next_at is None
    if now != Phase.UNCERTAIN and not (paused and not arrived):
        raise _too_late(row, "be settled")
    return _arrived(ctx, row) if arrived else _send_again(ctx, row, paused)


def record_arrival(tx: Writer, ctx: Context, row: UpdateRow, *, actor: Actor, status: UpdateStatus) -> int | None:
    """Record that an update arrived: its status, and a telling for every date that its text states."""
    words = f"Told {row.person} by mail: {row.subject}"
    changes = [Change("update", row.id, "status", row.status, str(status))] if row.status != status else []
    told_on = ctx.today_for(tx, row.practice_id)
    for said in stated(row).said:
        task = journal.row_of(tx, "task", said.id)
        if task is None or _stands_told(tx, row, said.id, said.on.isoformat()):
            continue
        telling = telling_row(tx, said.id, task, row.person_id, said.on, told_on, How.MAIL)
        changes.append(create("telling", tx.new_id("telling"), {**telling, "update_id": row.id}))
    return edits.record(tx, "update settle" if actor is Actor.ME else "update sent", words, changes, actor=actor)


def send_back(ctx: Context, row: UpdateRow, reason: str) -> None:
    """Bring an approved update back to review because it must not go out as it is, saying why.

    One that may have left once is not written anew: other words under its Message-ID would look like the same mail.
    """
    flags = dict.fromkeys((*checks.load(row.flags), checks.Flag(FlagName.UNTRUE, reason)))
    with ctx.acting() as tx:
        if not _can(tx, row, Phase.IN_REVIEW):
            return
        if outbox.may_have_left(tx, row.id):
            outbox.doubt(tx, row.id, f"It may have arrived, and cannot be sent again as it is: {reason}")
            return
        after = {**_UNAPPROVED, "flags": checks.dump(flags)}
        _change(tx, "update held back", f"Held back {_named(row)}: {reason}", row, after, Actor.DAEMON)


_UNAPPROVED: dict[str, Scalar] = {
    "status": str(UpdateStatus.IN_REVIEW),
    "approved_at": None,
    "approved_by": None,
    "approved_hash": None,
    "send_after": None,
}


def _can(tx: Reader, row: UpdateRow, after: Phase) -> bool:
    """Return whether an update may move so, judged by where it stands inside this transaction."""
    now = updates.one(tx, row.id)
    return now is not None and now.status == row.status and after in MOVES[standing(now.status, now.phase)]


def _arrived(ctx: Context, row: UpdateRow) -> UpdateOutcome:
    with ctx.acting() as tx:
        if not outbox.advance(tx, row.id, Phase.UNCERTAIN, Phase.ACCEPTED):
            raise _too_late(row, "be settled")
        action_id = record_arrival(tx, ctx, row, actor=Actor.ME, status=UpdateStatus.SETTLED)
    return UpdateOutcome(action_id, row.id, f"{_named(row)} counts as arrived.")


def _send_again(ctx: Context, row: UpdateRow, paused: bool) -> UpdateOutcome:
    if not paused:
        _check_still_true(ctx, row)
    words = f"Sending {_named(row)} again"
    with ctx.acting() as tx:
        delivery = outbox.one(tx, row.id)
        if paused and delivery is not None:
            outbox.resume(tx, delivery.frozen.account)
        elif not outbox.advance(tx, row.id, Phase.UNCERTAIN, Phase.APPROVED):
            raise _too_late(row, "be sent again")
        action_id = _change(tx, "update settle", words, row, {"send_after": tx.now})
    return UpdateOutcome(action_id, row.id, words)


def _stands_told(tx: Reader, row: UpdateRow, task_id: int, on: str) -> bool:
    """Return whether the person's newest telling is this very date and an update has stated it before."""
    newest = tx.value(
        "SELECT promised_on FROM telling WHERE task_id = ? AND person_id = ? AND retracted = 0 "
        "ORDER BY id DESC LIMIT 1",
        task_id,
        row.person_id,
    )
    by_mail = tx.value(
        "SELECT 1 FROM telling WHERE task_id = ? AND person_id = ? AND promised_on = ? AND retracted = 0 "
        "AND update_id IS NOT NULL LIMIT 1",
        task_id,
        row.person_id,
        on,
    )
    return newest == on and by_mail is not None


def _to_review(read: Reader, update_id: int, verb: str) -> UpdateRow:
    row = find(read, update_id)
    if row.status not in TO_REVIEW:
        raise _too_late(row, verb)
    return row


def _change(
    tx: Writer, verb: str, words: str, row: UpdateRow, after: dict[str, Scalar], actor: Actor = Actor.ME
) -> int | None:
    """Change an update that still says what `row` says. Raises RefusedError when it does not."""
    before = journal.row_of(tx, "update", row.id) or {}
    if any(before.get(name) != getattr(row, name) for name in ("status", "subject", "body")):
        raise _look_again(row)
    return edits.record(tx, verb, words, differences("update", row.id, before, after), actor=actor)


def _set_status(ctx: Context, verb: str, words: str, row: UpdateRow, status: UpdateStatus) -> UpdateOutcome:
    with ctx.acting() as tx:
        return UpdateOutcome(_change(tx, verb, words, row, {"status": str(status)}), row.id, words)


def _account(config: Config, row: UpdateRow) -> MailAccount:
    account = config.mail_for(row.practice)
    if account is None:
        raise RefusedError(
            f"{row.practice} has no mail account, so nothing is sent for it.",
            safe="The update stays in review.",
            remedy=f'Add a [[mail]] table with practices = ["{row.practice}"] to config.toml.',
        )
    return account


def _frozen(ctx: Context, row: UpdateRow, member: Member, account: MailAccount) -> Frozen:
    """Return an update's final bytes. Raises MessageError, RefusedError."""
    from followthru.store.outbox import Frozen
    from followthru.updates.finish import Envelope, finished
    from followthru.updates.message import Mailbox, message_id, sha256

    if member.channel != Channel.MAIL or not member.email:
        raise RefusedError(
            f"{member.name} gets no mail.", safe="Nothing was sent.", remedy="`followthru person edit` changes that."
        )
    sender = account.from_.address
    envelope = Envelope(
        message_id(row.uid, member.email, sender),
        Mailbox(account.from_.name or ctx.my_name, sender),
        Mailbox(member.name, member.email),
        account.reply_to,
        ctx.store.clock.now(),
    )
    payload = finished(envelope, row.subject, row.body)
    return Frozen(row.id, envelope.message_id, member.email, account.name, payload, sha256(payload))


def _check_true(ctx: Context, row: UpdateRow, member: Member) -> None:
    """Raise RefusedError when the text states what is no longer so; an untouched one is written anew."""
    faults = untrue(stated(row), view(ctx, member, last_known(ctx.read, member)))
    if not faults:
        return
    if not row.edited and refresh(ctx, row):
        raise _look_again(row)
    raise RefusedError(
        "Something it states is no longer true: " + " ".join(fault.words for fault in faults),
        safe="Nothing was sent.",
        remedy=f"Keep what you wrote with `followthru update edit {row.id} --print`. After `followthru update discard "
        f"{row.id}`, `followthru update draft {row.person} --practice {row.practice}` writes what is so now.",
    )


def _check_still_true(ctx: Context, row: UpdateRow) -> None:
    """Raise RefusedError when the very words that may have arrived cannot be sent again, because they became false."""
    member = reader(ctx.read, row)
    faults = untrue(stated(row), view(ctx, member, last_known(ctx.read, member)))
    if faults:
        raise RefusedError(
            "Something it states is no longer true: " + " ".join(fault.words for fault in faults),
            safe="Nothing was sent; it may have arrived before.",
            remedy=f"`followthru update discard {row.id}`, then draft a new one, which says what is so now.",
        )


def _look_again(row: UpdateRow) -> RefusedError:
    return RefusedError(
        f"Update {row.id} says something else by now.",
        safe="Nothing was sent.",
        remedy=f"Look at it again: `followthru update show {row.id}`.",
    )


def _too_late(row: UpdateRow, verb: str) -> RefusedError:
    return RefusedError(
        f"Update {row.id} to {row.person} is {standing(row.status, row.phase)}; it cannot {verb}.",
        safe="Nothing was changed.",
        remedy=f"`followthru update show {row.id}` shows where it stands.",
    )


def _recipient(read: Reader, row: UpdateRow) -> str:
    return f"{reader(read, row).name} <{row.email or 'no address'}>"


def _named(row: UpdateRow) -> str:
    return f"update {row.id} to {row.person} at {row.practice}"
