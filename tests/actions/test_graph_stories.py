"""A sender over a mailbox at Microsoft: what a lost answer to sending comes to, with the mailbox as the judge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from followthru.actions.context import Context
from followthru.actions.deliver import Sender
from followthru.store import outbox
from followthru.updates.transports.graph import GraphSettings, GraphTransport
from tests.actions.mailkit import ACCOUNT, approved, oak_street, phase
from tests.loopback import Loopback, serving
from tests.storekit import FixedClock, add_task
from tests.updates.graphserver import Cut, Fault, GraphMailbox, Step, refusal
from tests.updates.test_smtp_tokens import Tokens


@pytest.fixture
def mailbox() -> GraphMailbox:
    return GraphMailbox()


@pytest.fixture
def server(mailbox: GraphMailbox) -> Iterator[Loopback]:
    with serving(mailbox) as running:
        yield running


def sender(ctx: Context, server: Loopback, holder: str = "one") -> Sender:
    transport = GraphTransport(GraphSettings(Tokens("good"), server.url, timeout=5))
    return Sender(ctx, ACCOUNT, transport, holder, finder=transport, jitter=lambda: 0.5)


async def test_a_draft_that_was_not_sent_is_sent_once_by_itself(
    ctx: Context, clock: FixedClock, mailbox: GraphMailbox, server: Loopback
) -> None:
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    row = approved(ctx)
    mailbox.faults.append(Fault(Step.SEND, Cut.BEFORE, 1))
    sending = sender(ctx, server)
    due = await sending.run()
    assert phase(ctx, row.id) == ("approved", "uncertain")
    while due is not None:
        assert mailbox.sent == []
        clock.at = due
        due = await sending.run()
    assert phase(ctx, row.id) == ("approved", "accepted")
    assert len(mailbox.sent) == 1
    assert mailbox.drafts == []
    assert [each.phase for each in outbox.attempts(ctx.read, row.id)] == ["uncertain", "approved", "accepted"]


async def test_a_mail_that_was_sent_while_nobody_could_look_is_found_later(
    ctx: Context, clock: FixedClock, mailbox: GraphMailbox, server: Loopback
) -> None:
    oak_street(ctx)
    row = approved(ctx)
    mailbox.faults.append(Fault(Step.SEND, Cut.AFTER, 1))
    sending = sender(ctx, server)
    away = refusal(503, "ServiceUnavailable")

    def only_the_first_look(step: Step) -> None:
        if step == Step.SEND:
            mailbox.faults.append(Fault(Step.LOOK, away, 2))

    mailbox.noted = only_the_first_look
    due = await sending.run()
    assert phase(ctx, row.id) == ("approved", "uncertain")
    assert due is not None
    clock.at = due
    await sending.run()
    assert phase(ctx, row.id) == ("approved", "accepted")
    assert len(mailbox.sent) == 1


async def test_a_draft_that_somebody_deleted_stays_the_managers(
    ctx: Context, clock: FixedClock, mailbox: GraphMailbox, server: Loopback
) -> None:
    oak_street(ctx)
    row = approved(ctx)
    mailbox.faults.append(Fault(Step.SEND, Cut.BEFORE, 1))
    sending = sender(ctx, server)
    await sending.run()
    mailbox.items.clear()
    clock.advance(hours=2)
    await sending.run()
    assert phase(ctx, row.id) == ("approved", "uncertain")
    assert mailbox.sent == []


async def test_patience_that_is_asked_for_is_the_least(
    ctx: Context, clock: FixedClock, mailbox: GraphMailbox, server: Loopback
) -> None:
    oak_street(ctx)
    approved(ctx)
    mailbox.faults.append(Fault(Step.SEND, refusal(429, "ApplicationThrottled", **{"Retry-After": "1800"}), 1))
    due = await sender(ctx, server).run()
    assert due is not None
    assert (due - clock.at).total_seconds() == 1800
