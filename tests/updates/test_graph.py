"""Microsoft Graph over real HTTP: a draft, its sending, every fault at every step, and what is looked up afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from followthru.updates.outbox import Outcome, Phase, State
from followthru.updates.transports.base import Absent, Finder, Found, Unknown
from followthru.updates.transports.graph import GraphSettings, GraphTransport
from followthru.web.errors import AwayError, EndedError
from tests.loopback import Loopback, Said, serving
from tests.updates.graphserver import Cut, Fault, GraphMailbox, Step, refusal
from tests.updates.test_smtp import DANA, ME, PAYLOAD, Phases
from tests.updates.test_smtp_tokens import Tokens
from tests.updates.values import mail

MESSAGE_ID = mail().message_id


@pytest.fixture
def mailbox() -> GraphMailbox:
    return GraphMailbox()


@pytest.fixture
def server(mailbox: GraphMailbox) -> Iterator[Loopback]:
    with serving(mailbox) as running:
        yield running


def transport(server: Loopback, tokens: Tokens | None = None) -> GraphTransport:
    return GraphTransport(GraphSettings(tokens or Tokens("good"), server.url, timeout=5))


async def once(server: Loopback, phases: Phases | None = None, tokens: Tokens | None = None) -> Outcome:
    sending = transport(server, tokens)
    try:
        return await sending.send(PAYLOAD, ME, DANA, (Phases() if phases is None else phases).note)
    finally:
        await sending.aclose()


async def test_a_mail_is_a_draft_and_then_sent_byte_for_byte(mailbox: GraphMailbox, server: Loopback) -> None:
    phases = Phases()
    outcome = await once(server, phases)
    assert (outcome.state, outcome.code) == (State.ACCEPTED, 202)
    assert mailbox.sent == [PAYLOAD]
    assert mailbox.steps == [Step.LOOK, Step.DRAFT, Step.SEND]
    assert phases == [Phase.DATA_STARTED]
    assert isinstance(transport(server), Finder)


async def test_nothing_is_sent_before_the_phase_is_kept(mailbox: GraphMailbox, server: Loopback) -> None:
    async def stop(_: Phase) -> None:
        assert mailbox.sent == []
        raise RuntimeError("another sender took over")

    sending = transport(server)
    with pytest.raises(RuntimeError):
        await sending.send(PAYLOAD, ME, DANA, stop)
    await sending.aclose()
    assert (mailbox.sent, mailbox.drafts) == ([], []), "not even a draft that somebody could send by hand"


BUSY = refusal(429, "ApplicationThrottled", **{"Retry-After": "600"})
FAILED = refusal(500, "InternalServerError")
GATEWAY = Said(504, {}, b"<html>")
DENIED = refusal(403, "ErrorAccessDenied")
SEND_AS = refusal(403, "ErrorSendAsDenied")
BAD = refusal(400, "ErrorInvalidRecipients")
LARGE = refusal(413, "RequestEntityTooLarge")
D, P, R, U, A = State.DEFERRED, State.ACCOUNT_PAUSED, State.REFUSED, State.UNCERTAIN, State.ACCEPTED

MATRIX = [
    (Step.LOOK, BUSY, D, 0), (Step.LOOK, FAILED, D, 0), (Step.LOOK, DENIED, P, 0), (Step.LOOK, Cut.BEFORE, D, 0),
    (Step.LOOK, Cut.AFTER, D, 0), (Step.LOOK, Said(200, {}, b"<html>"), A, 1),
    (Step.DRAFT, BUSY, D, 0), (Step.DRAFT, FAILED, D, 0), (Step.DRAFT, GATEWAY, D, 0), (Step.DRAFT, DENIED, P, 0),
    (Step.DRAFT, BAD, R, 0), (Step.DRAFT, LARGE, R, 0), (Step.DRAFT, Cut.BEFORE, D, 0), (Step.DRAFT, Cut.AFTER, D, 0),
    (Step.DRAFT, Said(201, {}, b"{}"), D, 0), (Step.DRAFT, Said(302, {"Location": "https://x.example"}), D, 0),
    (Step.SEND, BUSY, D, 0), (Step.SEND, SEND_AS, P, 0), (Step.SEND, BAD, R, 0), (Step.SEND, FAILED, U, 0),
    (Step.SEND, GATEWAY, U, 0), (Step.SEND, Cut.BEFORE, U, 0), (Step.SEND, Cut.AFTER, A, 1),
    (Step.SEND, refusal(404, "ErrorItemNotFound"), U, 0),
]  # fmt: skip
"""A step, what it meets, what comes of the mail, and how many have left."""


@pytest.mark.parametrize(("step", "what", "state", "left"), MATRIX)
async def test_a_fault_at_each_step(
    mailbox: GraphMailbox, server: Loopback, step: Step, what: Said | Cut, state: State, left: int
) -> None:
    mailbox.faults.append(Fault(step, what))
    phases = Phases()
    outcome = await once(server, phases)
    assert (outcome.state, len(mailbox.sent)) == (state, left)
    assert (phases == []) is (step != Step.SEND and left == 0)
    if state in (State.DEFERRED, State.REFUSED, State.ACCOUNT_PAUSED) and step == Step.SEND:
        assert mailbox.drafts == [], "no draft stays that could be sent by hand"


@pytest.mark.parametrize("step", [Step.LOOK, Step.DRAFT, Step.SEND])
async def test_a_server_that_asks_for_patience_gets_it(mailbox: GraphMailbox, server: Loopback, step: Step) -> None:
    mailbox.faults.append(Fault(step, BUSY))
    outcome = await once(server)
    assert (outcome.after, outcome.unreachable) == (600, True)


async def test_a_draft_whose_answer_was_lost_is_not_there_twice(mailbox: GraphMailbox, server: Loopback) -> None:
    mailbox.faults.append(Fault(Step.DRAFT, Cut.AFTER, 1))
    assert (await once(server)).state == State.DEFERRED
    assert len(mailbox.drafts) == 1
    assert (await once(server)).state == State.ACCEPTED
    assert (len(mailbox.sent), mailbox.drafts) == (1, [])


async def test_what_is_in_the_mailbox_as_sent_by_then_is_not_sent_again(
    mailbox: GraphMailbox, server: Loopback
) -> None:
    await once(server)
    phases = Phases()
    outcome = await once(server, phases)
    assert (outcome.state, phases, len(mailbox.sent)) == (State.ACCEPTED, [Phase.DATA_STARTED], 1)
    assert "in the mailbox as sent" in outcome.text


async def test_drafts_that_cannot_be_taken_away_let_nothing_go(mailbox: GraphMailbox, server: Loopback) -> None:
    mailbox.faults += [Fault(Step.DRAFT, Cut.AFTER, 1), Fault(Step.REMOVE, FAILED, 1)]
    await once(server)
    assert (await once(server)).state == State.DEFERRED
    assert mailbox.sent == []
    assert (await once(server)).state == State.ACCEPTED


async def test_a_lost_answer_to_sending_is_looked_up_at_once(mailbox: GraphMailbox, server: Loopback) -> None:
    mailbox.faults.append(Fault(Step.SEND, Cut.AFTER))
    outcome = await once(server)
    assert outcome.state == State.ACCEPTED
    assert "in the mailbox as sent" in outcome.text


async def test_what_is_found_absent_or_unknown(mailbox: GraphMailbox, server: Loopback) -> None:
    sending = transport(server)
    assert isinstance(await sending.find(MESSAGE_ID), Unknown), "neither draft nor sent proves nothing"
    mailbox.faults.append(Fault(Step.SEND, Cut.BEFORE, 1))
    await sending.send(PAYLOAD, ME, DANA, Phases().note)
    assert isinstance(await sending.find(MESSAGE_ID), Absent)
    await sending.send(PAYLOAD, ME, DANA, Phases().note)
    assert isinstance(await sending.find(MESSAGE_ID), Found)
    mailbox.faults.append(Fault(Step.LOOK, FAILED))
    assert isinstance(await sending.find(MESSAGE_ID), Unknown)
    await sending.aclose()
    assert len(mailbox.sent) == 1


async def test_a_message_id_that_microsoft_changes_is_told_and_still_looked_up() -> None:
    mailbox = GraphMailbox(renames=True)
    with serving(mailbox) as server:
        sending = transport(server)
        outcome = await sending.send(PAYLOAD, ME, DANA, Phases().note)
        assert "under another Message-ID: <1@prod.outlook.example>" in outcome.text
        assert isinstance(await sending.find(MESSAGE_ID), Found)
        await sending.aclose()


@pytest.mark.parametrize("quote", ["<o'neill@oak.example>", "<a&b=c@oak.example>"])
async def test_any_message_id_is_asked_for_as_it_is(mailbox: GraphMailbox, server: Loopback, quote: str) -> None:
    sending = transport(server)
    assert isinstance(await sending.find(quote), Unknown)
    await sending.aclose()
    assert mailbox.steps == [Step.LOOK]


async def test_a_token_that_ended_early_is_replaced_once(mailbox: GraphMailbox, server: Loopback) -> None:
    tokens = Tokens("stale", "good")
    assert (await once(server, tokens=tokens)).state == State.ACCEPTED
    assert tokens.refused[:2] == [None, "stale"]


async def test_a_fresh_token_that_is_refused_too_pauses_the_account(mailbox: GraphMailbox, server: Loopback) -> None:
    outcome = await once(server, tokens=Tokens("stale", "staler"))
    assert outcome.state == State.ACCOUNT_PAUSED
    assert "not even a fresh one" in outcome.text
    assert "staler" not in outcome.text
    assert len(server.log) == 2


async def test_a_sign_in_that_ended_pauses_and_a_provider_that_is_away_does_not(server: Loopback) -> None:
    ended = EndedError("mail account oak", "followthru mailbox login oak", "login.example:443", "invalid_grant")
    outcome = await once(server, tokens=Tokens(ended))
    assert outcome.state == State.ACCOUNT_PAUSED
    assert "`followthru mailbox login oak`" in outcome.text
    outcome = await once(server, tokens=Tokens(AwayError("login.example:443", "timed out")))
    assert (outcome.state, outcome.unreachable) == (State.DEFERRED, True)
    assert server.log == []


async def test_nobody_there_is_tried_again(server: Loopback) -> None:
    sending = GraphTransport(GraphSettings(Tokens("good"), "http://127.0.0.1:9/", timeout=5))
    outcome = await sending.send(PAYLOAD, ME, DANA, Phases().note)
    assert (outcome.state, outcome.unreachable) == (State.DEFERRED, True)
    await sending.aclose()
