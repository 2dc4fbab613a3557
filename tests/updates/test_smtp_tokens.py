"""A mail server that takes a provider's tokens: XOAUTH2, OAUTHBEARER, refusals, and a token that shows nowhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

import pytest

from followthru.errors import RefusedError
from followthru.updates.outbox import Outcome, State
from followthru.updates.transports.smtp import Security, SmtpSettings, SmtpTransport
from followthru.web.errors import AwayError, EndedError
from tests.updates.scripted import DROP, HANG, Fault, Manners, ScriptedServer, Word
from tests.updates.test_smtp import DANA, ME, PAYLOAD, Phases

GOOD, STALE = "ya29.good-token", "ya29.stale-token"


class Tokens:
    """Gives tokens in turn, or raises; `refused` is what it was told of each time."""

    def __init__(self, *given: str | Exception) -> None:
        self._given = list(given)
        self.refused: list[str | None] = []

    async def token(self, refused: str | None = None) -> str:
        self.refused.append(refused)
        given = self._given.pop(0) if len(self._given) > 1 else self._given[0]
        if isinstance(given, Exception):
            raise given
        return given


def manners(*mechanisms: str, tokens: Sequence[str] = (GOOD,), challenges: bool = True) -> Manners:
    return Manners(tokens=tokens, mechanisms=mechanisms or ("XOAUTH2",), challenges=challenges)


async def once(server: ScriptedServer, tokens: Tokens, *, patience: float = 5) -> Outcome:
    how = SmtpSettings(
        "127.0.0.1", server.port, Security.PLAIN, ME, timeout=patience, dot_timeout=patience, tokens=tokens
    )
    transport = SmtpTransport(how)
    try:
        return await transport.send(PAYLOAD, ME, DANA, Phases().note)
    finally:
        await transport.aclose()


async def test_the_token_stands_in_for_a_password() -> None:
    async with ScriptedServer(manners=manners()) as server:
        outcome = await once(server, Tokens(GOOD))
    assert outcome.state == State.ACCEPTED
    assert server.presented == [("XOAUTH2", f"user={ME}\x01auth=Bearer {GOOD}\x01\x01")]
    assert [mail.content for mail in server.accepted] == [PAYLOAD]


async def test_the_standard_one_where_only_that_is_offered() -> None:
    async with ScriptedServer(manners=manners("PLAIN", "OAUTHBEARER")) as server:
        outcome = await once(server, Tokens(GOOD))
    assert outcome.state == State.ACCEPTED
    [(mechanism, said)] = server.presented
    assert mechanism == "OAUTHBEARER"
    assert said == f"n,a={ME},\x01host=127.0.0.1\x01port={server.port}\x01auth=Bearer {GOOD}\x01\x01"


async def test_one_of_both_is_tried() -> None:
    async with ScriptedServer(manners=manners("OAUTHBEARER", "XOAUTH2")) as server:
        await once(server, Tokens(GOOD))
    assert [mechanism for mechanism, _ in server.presented] == ["XOAUTH2"]


@pytest.mark.parametrize("challenges", [True, False], ids=["challenged", "refused at once"])
@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
async def test_a_token_that_ended_early_is_replaced_once(mechanism: str, challenges: bool) -> None:
    tokens = Tokens(STALE, GOOD)
    async with ScriptedServer(manners=manners(mechanism, challenges=challenges)) as server:
        outcome = await once(server, tokens)
    assert outcome.state == State.ACCEPTED
    assert tokens.refused == [None, STALE]
    assert (len(server.presented), server.connections) == (2, 2)


@pytest.mark.parametrize("challenges", [True, False], ids=["challenged", "refused at once"])
async def test_a_fresh_token_that_is_refused_too_pauses_the_account(challenges: bool) -> None:
    tokens = Tokens(STALE, STALE + "2")
    async with ScriptedServer(manners=manners(challenges=challenges)) as server:
        outcome = await once(server, tokens)
    assert (outcome.state, outcome.code) == (State.ACCOUNT_PAUSED, 535)
    assert "not even a fresh one" in outcome.text
    assert "`followthru mailbox login`" in outcome.text
    assert len(server.presented) == 2, "and that is all: repeated, it could lock the account"
    assert Word.MAIL not in server.words


async def test_no_part_of_a_token_is_in_the_words_even_if_the_server_says_it() -> None:
    async with ScriptedServer(manners=manners()) as server:
        outcome = await once(server, Tokens(STALE))
    assert "Authentication unsuccessful …" in outcome.text
    assert STALE not in outcome.text


async def test_no_part_of_a_password_is_in_the_words_even_if_the_server_says_it() -> None:
    async def secret() -> str:
        return "open sesame"

    forms = [b64encode(words).decode() for words in (b"open sesame", f"\0{ME}\0open sesame".encode())]
    refusal = Fault(Word.AUTH, f"535 5.7.8 Error: {forms[1]} {'x' * 250} {forms[0]} open sesame")
    async with ScriptedServer(refusal, manners=Manners(login=(ME, "open sesame"))) as server:
        transport = SmtpTransport(SmtpSettings("127.0.0.1", server.port, Security.PLAIN, ME, secret, timeout=5))
        outcome = await transport.send(PAYLOAD, ME, DANA, Phases().note)
        await transport.aclose()
    assert (outcome.state, outcome.code) == (State.ACCOUNT_PAUSED, 535)
    assert "5.7.8 Error: … x" in outcome.text
    assert not any(form[:6] in outcome.text for form in (*forms, "open sesame"))


async def test_a_server_without_tokens_pauses_the_account() -> None:
    async with ScriptedServer(manners=manners("PLAIN", "LOGIN")) as server:
        outcome = await once(server, Tokens(GOOD))
    assert outcome.state == State.ACCOUNT_PAUSED
    assert "XOAUTH2" in outcome.text
    assert server.presented == []


async def test_a_server_with_tokens_alone_says_so_to_a_password() -> None:
    async def secret() -> str:
        return "open sesame"

    async with ScriptedServer(manners=manners()) as server:
        transport = SmtpTransport(SmtpSettings("127.0.0.1", server.port, Security.PLAIN, ME, secret, timeout=5))
        outcome = await transport.send(PAYLOAD, ME, DANA, Phases().note)
        await transport.aclose()
    assert outcome.state == State.ACCOUNT_PAUSED
    assert "set oauth" in outcome.text


async def test_a_provider_that_is_away_is_asked_again_later() -> None:
    async with ScriptedServer(manners=manners()) as server:
        outcome = await once(server, Tokens(AwayError("login.example:443", "timed out")))
    assert (outcome.state, outcome.unreachable) == (State.DEFERRED, True)
    assert "login.example:443" in outcome.text
    assert server.presented == []


@pytest.mark.parametrize(
    "fault",
    [
        EndedError("mail account oak", "followthru mailbox login oak", "login.example:443", "invalid_grant"),
        RefusedError("Mail account oak is not signed in.", remedy="Run `followthru mailbox login oak`"),
    ],
)
async def test_a_sign_in_that_ended_pauses_the_account_and_says_what_to_do(fault: Exception) -> None:
    async with ScriptedServer(manners=manners()) as server:
        outcome = await once(server, Tokens(fault))
    assert outcome.state == State.ACCOUNT_PAUSED
    assert outcome.text.endswith("`followthru mailbox login oak`")


@pytest.mark.parametrize(
    ("what", "state"),
    [
        ("454 4.7.0 Come later", State.DEFERRED),
        ("421 4.3.2 Closing", State.DEFERRED),
        (DROP, State.DEFERRED),
        (HANG, State.DEFERRED),
        ("550 5.7.30 Basic authentication is not supported", State.ACCOUNT_PAUSED),
    ],
)
async def test_faults_while_signing_in_leave_the_mail_unsent(what: str, state: State) -> None:
    async with ScriptedServer(Fault(Word.AUTH, what), manners=manners()) as server:
        outcome = await once(server, Tokens(GOOD), patience=0.3 if what == HANG else 5)
    assert outcome.state == state
    assert GOOD not in outcome.text
    assert server.accepted == []
