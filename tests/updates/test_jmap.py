"""JMAP over real HTTP: session, draft, submission, every fault at every step, and what is looked up afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from followthru.updates.outbox import Outcome, Phase, State
from followthru.updates.transports.base import Absent, Finder, Found, Unknown
from followthru.updates.transports.jmap import JmapSettings, JmapTransport
from tests.loopback import Loopback, Said, serving
from tests.updates.graphserver import Cut
from tests.updates.jmapserver import PASSWORD, TOKEN, USER, Fault, JmapServer
from tests.updates.test_smtp import DANA, ME, PAYLOAD, Phases
from tests.updates.test_smtp_tokens import Tokens
from tests.updates.values import mail

MESSAGE_ID = mail().message_id
D, P, R, U, A = State.DEFERRED, State.ACCOUNT_PAUSED, State.REFUSED, State.UNCERTAIN, State.ACCEPTED


@pytest.fixture
def account() -> JmapServer:
    return JmapServer()


@pytest.fixture
def server(account: JmapServer) -> Iterator[Loopback]:
    with serving(account) as running:
        yield running


def transport(server: Loopback, tokens: Tokens | None = None, username: str | None = None) -> JmapTransport:
    return JmapTransport(JmapSettings(server.url, tokens or Tokens(TOKEN), username, timeout=5))


async def once(
    server: Loopback, phases: Phases | None = None, tokens: Tokens | None = None, username: str | None = None
) -> Outcome:
    sending = transport(server, tokens, username)
    try:
        return await sending.send(PAYLOAD, ME, DANA, (Phases() if phases is None else phases).note)
    finally:
        await sending.aclose()


@pytest.mark.parametrize(("username", "secret"), [(None, TOKEN), (USER, PASSWORD)], ids=["token", "password"])
async def test_a_mail_is_submitted_byte_for_byte_and_lies_in_sent(
    account: JmapServer, server: Loopback, username: str | None, secret: str
) -> None:
    phases = Phases()
    outcome = await once(server, phases, Tokens(secret), username)
    assert outcome.state == State.ACCEPTED
    assert account.sent == [(ME, (DANA,), PAYLOAD)]
    assert account.in_box("drafts") == []
    [kept] = account.in_box("sent")
    assert kept["keywords"] == {"$seen": True}
    assert phases == [Phase.DATA_STARTED]
    assert isinstance(transport(server), Finder)


async def test_a_second_mail_asks_for_no_session_again(account: JmapServer, server: Loopback) -> None:
    sending = transport(server)
    for _ in range(2):
        assert (await sending.send(PAYLOAD, ME, DANA, Phases().note)).state == State.ACCEPTED
    await sending.aclose()
    assert account.steps.count("session") == 1
    assert account.steps.count("Identity/get") == 1


async def test_nothing_is_sent_before_the_phase_is_kept(account: JmapServer, server: Loopback) -> None:
    async def stop(_: Phase) -> None:
        assert account.sent == []
        raise RuntimeError("another sender took over")

    sending = transport(server)
    with pytest.raises(RuntimeError):
        await sending.send(PAYLOAD, ME, DANA, stop)
    await sending.aclose()
    assert (account.sent, account.emails) == ([], {})


FAILED, BUSY, DENIED = Said(500), Said(503, {"Retry-After": "600"}), Said(403)
HTML = Said(200, {}, b"<html>")
LIMIT = Said(400, {}, b'{"type": "urn:ietf:params:jmap:error:limit", "limit": "maxConcurrentRequests"}')


def refused(kind: str) -> Mapping[str, Any]:
    return {"notCreated": {"mail": {"type": kind, "description": "said so"}}}


def relayed(words: str) -> Mapping[str, Any]:
    """Return what Cyrus says when its own relay does not take the mail: with the last words that the relay said."""
    return {"notCreated": {"mail": {"type": "smtpProtocolError", "description": words}}}


MATRIX = [
    ("session", FAILED, D, 0), ("session", BUSY, D, 0), ("session", DENIED, P, 0), ("session", HTML, D, 0),
    ("session", Cut.BEFORE, D, 0), ("session", Cut.AFTER, D, 0),
    ("upload", FAILED, D, 0), ("upload", Said(413), R, 0), ("upload", HTML, D, 0), ("upload", Cut.AFTER, D, 0),
    ("Identity/get", {"type": "serverFail"}, P, 0), ("Mailbox/get", Cut.BEFORE, D, 0),
    ("Email/query", {"type": "unsupportedFilter"}, D, 0), ("Email/import", refused("overQuota"), D, 0),
    ("Email/import", refused("invalidEmail"), R, 0), ("Email/import", Cut.AFTER, D, 0), ("Email/import", HTML, D, 0),
    ("Email/set", {"notDestroyed": {"M1": {"type": "forbidden"}}}, D, 0),
    ("EmailSubmission/set", refused("forbiddenFrom"), P, 0), ("EmailSubmission/set", refused("forbiddenToSend"), P, 0),
    ("EmailSubmission/set", refused("invalidRecipients"), R, 0), ("EmailSubmission/set", refused("tooLarge"), R, 0),
    ("EmailSubmission/set", refused("rateLimit"), D, 0), ("EmailSubmission/set", refused("serverFail"), U, 0),
    ("EmailSubmission/set", {"type": "serverPartialFail"}, U, 0), ("EmailSubmission/set", LIMIT, D, 0),
    ("EmailSubmission/set", relayed("5.1.1 Nobody here"), R, 0), ("EmailSubmission/set", relayed("4.2.0 Later"), D, 0),
    ("EmailSubmission/set", relayed("Go on"), U, 0),
    ("EmailSubmission/set", BUSY, U, 0), ("EmailSubmission/set", HTML, U, 0),
    ("EmailSubmission/set", Cut.BEFORE, U, 0), ("EmailSubmission/set", Cut.AFTER, A, 1),
]  # fmt: skip
"""A step, what it meets, what comes of the mail, and how many have left."""


@pytest.mark.parametrize(("step", "what", "state", "left"), MATRIX)
async def test_a_fault_at_each_step(
    account: JmapServer, server: Loopback, step: str, what: Said | Cut | Mapping[str, Any], state: State, left: int
) -> None:
    account.faults.append(Fault(step, what))
    phases = Phases()
    outcome = await once(server, phases)
    assert (outcome.state, len(account.sent)) == (state, left), outcome.text
    assert (phases == []) is (step != "EmailSubmission/set")
    if step == "EmailSubmission/set" and state in (D, R, P):
        assert account.emails == {}, "no draft stays that could be sent by hand"


async def test_a_draft_whose_answer_was_lost_is_not_there_twice(account: JmapServer, server: Loopback) -> None:
    account.faults.append(Fault("Email/import", Cut.AFTER, 1))
    assert (await once(server)).state == State.DEFERRED
    assert len(account.in_box("drafts")) == 1
    assert (await once(server)).state == State.ACCEPTED
    assert (len(account.sent), len(account.emails)) == (1, 1)


async def test_sending_again_leaves_what_was_sent_where_it_is(account: JmapServer, server: Loopback) -> None:
    for _ in range(2):
        assert (await once(server)).state == State.ACCEPTED
    assert len(account.in_box("sent")) == 2


async def test_what_is_no_draft_any_more_is_never_taken_away(account: JmapServer, server: Loopback) -> None:
    """A server that sent a mail and did not move it leaves it among the drafts, without their mark."""
    await once(server)
    [sent] = account.in_box("sent")
    sent["mailboxIds"] = {"d": True}
    assert (await once(server)).state == State.ACCEPTED
    assert sent["id"] in account.emails


@pytest.mark.parametrize("keeps", [True, False])
async def test_a_lost_answer_to_submitting_is_looked_up_at_once(keeps: bool) -> None:
    account = JmapServer(Fault("EmailSubmission/set", Cut.AFTER), keeps_submissions=keeps)
    with serving(account) as server:
        outcome = await once(server)
    assert outcome.state == State.ACCEPTED
    assert ("its submission" if keeps else "among the sent mails") in outcome.text


async def test_what_is_found_absent_or_unknown(account: JmapServer, server: Loopback) -> None:
    sending = transport(server)
    assert isinstance(await sending.find(MESSAGE_ID), Unknown)
    account.faults.append(Fault("EmailSubmission/set", Cut.BEFORE, 1))
    await sending.send(PAYLOAD, ME, DANA, Phases().note)
    seen = await sending.find(MESSAGE_ID)
    assert isinstance(seen, Unknown), "a draft proves nothing: the server may have handed it over and forgotten that"
    assert "draft is still there" in seen.why
    [email] = account.emails
    account.submissions["S9"] = {"id": "S9", "emailId": email, "undoStatus": "canceled"}
    assert isinstance(await sending.find(MESSAGE_ID), Absent)
    account.submissions["S9"]["undoStatus"] = "pending"
    assert isinstance(await sending.find(MESSAGE_ID), Found), "the server will send it"
    account.faults.append(Fault("Email/query", FAILED))
    assert isinstance(await sending.find(MESSAGE_ID), Unknown)
    await sending.aclose()


async def test_a_message_id_that_only_begins_alike_is_not_it(account: JmapServer, server: Loopback) -> None:
    await once(server)
    sending = transport(server)
    assert isinstance(await sending.find(MESSAGE_ID), Found)
    assert isinstance(await sending.find(MESSAGE_ID[:-2] + ">"), Unknown)
    await sending.aclose()


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"apiUrl": "https://elsewhere.example/api"},
        {"uploadUrl": "http://127.0.0.1:9/{accountId}"},
        {"apiUrl": "http://x.example/"},
        {"capabilities": {"urn:ietf:params:jmap:core": {}}},
    ],
)
async def test_a_session_that_leads_elsewhere_or_lacks_mail_pauses_the_account(
    account: JmapServer, server: Loopback, elsewhere: Mapping[str, Any]
) -> None:
    account.session = dict(elsewhere)
    assert (await once(server)).state == State.ACCOUNT_PAUSED
    assert account.steps == ["session"]


@pytest.mark.parametrize(
    ("email", "state"),
    [("ana@example.org", A), ("ANA@example.org", A), ("*@example.org", A), ("", A), ("eve@example.org", P)],
)
async def test_it_writes_as_an_identity_that_may(
    account: JmapServer, server: Loopback, email: str, state: State
) -> None:
    account.identities = [{"id": "i0", "email": "other@example.net"}, {"id": "i1", "email": email}]
    outcome = await once(server)
    assert outcome.state == state, outcome.text
    if state == State.ACCOUNT_PAUSED:
        assert "may not write from ana@example.org" in outcome.text


async def test_folders_that_are_missing_and_mails_that_are_too_big_are_told(
    account: JmapServer, server: Loopback
) -> None:
    account.most_bytes = 10
    assert (await once(server)).state == State.REFUSED
    account.boxes = {"in": "inbox"}
    assert "folder for drafts" in (await once(server)).text
    assert account.sent == []


async def test_a_password_that_is_refused_is_not_tried_again(server: Loopback) -> None:
    outcome = await once(server, tokens=Tokens("wrong"), username=USER)
    assert (outcome.state, outcome.code) == (State.ACCOUNT_PAUSED, 401)
    assert len(server.log) == 1


async def test_a_token_that_ended_early_is_replaced_once(account: JmapServer, server: Loopback) -> None:
    tokens = Tokens("stale", TOKEN)
    assert (await once(server, tokens=tokens)).state == State.ACCEPTED
    assert tokens.refused[:2] == [None, "stale"]


async def test_redirects_without_end_end() -> None:
    with serving(lambda _: Said(301, {"Location": "/again"})) as server:
        outcome = await once(server)
    assert outcome.state == State.ACCOUNT_PAUSED
    assert len(server.log) == 3
