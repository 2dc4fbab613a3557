"""Try a mail account out: one mail to the PM, and what was learnt of the server on the way. Nothing is recorded."""

from __future__ import annotations

from typing import NamedTuple
from uuid import uuid4

from followthru.actions.desk import Desk
from followthru.actions.mail_hold import MailHeldError
from followthru.actions.transports import own_transport
from followthru.config.values import MailAccount
from followthru.errors import RefusedError
from followthru.store import mail_state
from followthru.updates.finish import Envelope, finished
from followthru.updates.message import Mailbox, message_id
from followthru.updates.outbox import Outcome, Phase
from followthru.updates.transports.base import Learner, Learnt


class Tried(NamedTuple):
    """How a try-out went: whom it was sent to under which Message-ID, what came of it, what was learnt."""

    account: str
    to: str
    message_id: str
    outcome: Outcome
    learnt: tuple[Learnt, ...]


async def try_out(desk: Desk, account: MailAccount) -> Tried:
    """Send one mail to the PM's own address through an account. Network faults are outcomes.

    Raises RefusedError where no address of the PM is configured, MailHeldError while all mail is held, MessageError.
    """
    to = desk.config.me.email
    if to is None:
        raise RefusedError(
            "There is no address of yours to send a test to.",
            safe="Nothing was sent.",
            remedy='Put email = "…" under [me] in config.toml.',
        )
    held = mail_state.held(desk.ctx.read)
    if held is not None:
        raise MailHeldError(held, desk.ctx.zone)
    name, payload = _mail(desk, account, to)
    transport = own_transport(desk, account)
    try:
        outcome = await transport.send(payload, account.from_.address, to, _nothing)
        learnt = await transport.learn() if isinstance(transport, Learner) else ()
    finally:
        await transport.aclose()
    return Tried(account.name, to, name, outcome, learnt)


def _mail(desk: Desk, account: MailAccount, to: str) -> tuple[str, bytes]:
    """Return a new Message-ID and the bytes of a test mail."""
    me, sender = desk.config.me, account.from_.address
    name = message_id(f"test-{uuid4()}", to, sender)
    practices = ", ".join(account.practices) or "no practice yet"
    body = (
        f"Hello {me.name or to},\n\nthis is a test of the mail account {account.name}. That you can read it means that "
        f"updates can leave through it. It is set up for: {practices}.\n\nfollowthru\n"
    )
    envelope = Envelope(
        name,
        Mailbox(account.from_.name or desk.ctx.my_name, sender),
        Mailbox(me.name, to),
        account.reply_to,
        desk.ctx.store.clock.now(),
    )
    return name, finished(envelope, f"followthru: a test of mail account {account.name}", body)


async def _nothing(_: Phase) -> None:
    """A test has no ledger to write its phases to."""
