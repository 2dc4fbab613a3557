"""From a reviewed update to its final bytes, and whether what it states still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from followthru.actions.asking import overtaken
from followthru.actions.context import Context
from followthru.actions.drafting import refresh
from followthru.actions.readers import stated, view_of_stated
from followthru.actions.update_rows import look_again
from followthru.domain.people import Channel, Member
from followthru.domain.sample import is_sample
from followthru.errors import RefusedError
from followthru.store import outbox
from followthru.store.store import Reader
from followthru.store.updates import UpdateRow
from followthru.updates.aftermath import untrue

if TYPE_CHECKING:
    from followthru.config.values import Config, MailAccount
    from followthru.store.outbox import Frozen


def account(config: Config, row: UpdateRow) -> MailAccount:
    account = config.mail_for(row.practice)
    if is_sample(row.practice):
        raise RefusedError(
            f"{row.practice} is sample data: nothing of it is ever sent.",
            safe="The update stays in review, to be looked at.",
            remedy="Add a practice of your own, and draft an update there.",
        )
    if account is None:
        raise RefusedError(
            f"{row.practice} has no mail account, so nothing is sent for it.",
            safe="The update stays in review.",
            remedy=f'Add a [[mail]] table with practices = ["{row.practice}"] to config.toml.',
        )
    return account


def frozen(ctx: Context, row: UpdateRow, member: Member, account: MailAccount, *, automatic: bool = False) -> Frozen:
    """Return an update's final bytes; one that goes by itself says where to write for fewer.

    Raises MessageError, RefusedError.
    """
    from followthru.actions.report_writing import page_of
    from followthru.store.outbox import Frozen
    from followthru.updates.finish import Envelope, finished
    from followthru.updates.message import Mailbox, fewer, message_id, sha256

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
        thread_of(ctx.read, row),
        fewer(account.reply_to or sender) if automatic else None,
    )
    payload = finished(envelope, row.subject, row.body, page_of(row))
    return Frozen(row.id, envelope.message_id, member.email, account.name, payload, sha256(payload))


def thread_of(read: Reader, row: UpdateRow) -> str | None:
    """Return the Message-ID of the update in whose thread this one goes; None for one that begins its own."""
    before = None if row.follows_id is None else outbox.one(read, row.follows_id)
    return None if before is None else before.frozen.message_id


def check_true(ctx: Context, row: UpdateRow, member: Member) -> None:
    """Raise RefusedError when the text states or asks for what is no longer so; an untouched one is written anew."""
    states = stated(row)
    faults = [fault.words for fault in untrue(states, view_of_stated(ctx, member, states))]
    if not faults and row.edited:
        # The sender holds it against all that was asked, whatever words of it were taken out by hand.
        faults = [*filter(None, [overtaken(ctx, row)])]
    if not faults:
        return
    if not row.edited and refresh(ctx, row):
        raise look_again(row)
    raise RefusedError(
        "Something it states is no longer true: " + " ".join(faults),
        safe="Nothing was sent.",
        remedy=f"`followthru update redraft {row.id}` writes what is so now around your words; none of them is lost.",
    )
