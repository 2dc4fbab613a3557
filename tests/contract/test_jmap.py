"""JMAP on a real server: what it is handed leaves it byte for byte, and what a lost answer comes to.

`make contract-jmap` runs Cyrus from Debian for it; any other server does that submits to an SMTP server of this
machine, by FOLLOWTHRU_TEST_JMAP_URL, _USER, _PASSWORD and _SMTP_PORT.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from urllib.parse import urljoin
from uuid import uuid4

import pytest

from followthru.updates.message import build
from followthru.updates.outbox import Outcome, State
from followthru.updates.transports.base import Found, Unknown
from followthru.updates.transports.jmap import JmapSettings, JmapTransport
from tests.loopback import Asked, Said, forwarding, serving
from tests.updates.graphserver import Cut
from tests.updates.scripted import DROP, Fault, ScriptedServer, Word
from tests.updates.test_smtp import DANA, ME, Phases
from tests.updates.test_smtp_tokens import Tokens
from tests.updates.values import mail

URL = os.environ.get("FOLLOWTHRU_TEST_JMAP_URL", "")
USER, PASSWORD = os.environ.get("FOLLOWTHRU_TEST_JMAP_USER"), os.environ.get("FOLLOWTHRU_TEST_JMAP_PASSWORD", "")
PORT = int(os.environ.get("FOLLOWTHRU_TEST_JMAP_SMTP_PORT", "0"))
pytestmark = [
    pytest.mark.contract,
    pytest.mark.skipif(not URL, reason="needs a JMAP server: make contract-jmap runs Cyrus from Debian"),
]


@pytest.fixture
async def sending() -> AsyncIterator[JmapTransport]:
    """What sends straight to the server."""
    found = transport()
    yield found
    await found.aclose()


@pytest.fixture
def smtp() -> ScriptedServer:
    """Where the server submits to; its log is the judge."""
    return ScriptedServer(port=PORT)


class Letter:
    """A mail that no run before has sent."""

    def __init__(self) -> None:
        self.message_id = f"<{uuid4()}.contract@example.org>"
        text = "Hello Dana,\n.\n..two dots\n" + "long " * 400 + "\n"
        self.payload = build(mail(text=text)._replace(message_id=self.message_id))


def transport(url: str = URL) -> JmapTransport:
    return JmapTransport(JmapSettings(url, Tokens(PASSWORD), USER, timeout=30))


async def sent(sending: JmapTransport, letter: Letter) -> Outcome:
    return await sending.send(letter.payload, ME, DANA, Phases().note)


@contextmanager
def cutting(method: str, cut: Cut, times: int = 1) -> Generator[str]:
    """Stand before the server, and drop the connection at its next requests that do a method."""
    ahead = forwarding(URL)
    left = [times]

    def answer(asked: Asked) -> Said:
        meets = left[0] > 0 and f'"{method}"'.encode() in asked.body
        left[0] -= meets
        if meets and cut is Cut.BEFORE:
            raise ConnectionAbortedError
        said = ahead(asked)
        if meets:
            raise ConnectionAbortedError
        return said

    with serving(answer) as proxy:
        yield urljoin(proxy.url, URL.split("/", 3)[3])


async def test_what_it_is_handed_leaves_it_byte_for_byte(sending: JmapTransport, smtp: ScriptedServer) -> None:
    letter = Letter()
    async with smtp:
        outcome = await sent(sending, letter)
        assert outcome.state == State.ACCEPTED, outcome
        [left] = smtp.accepted
        assert (left.sender, left.recipients, left.content) == (ME, (DANA,), letter.payload)
        assert isinstance(await sending.find(letter.message_id), Found)
        assert isinstance(await sending.find(Letter().message_id), Unknown)


async def test_a_lost_answer_to_submitting_is_settled_by_looking(smtp: ScriptedServer) -> None:
    letter = Letter()
    async with smtp:
        with cutting("EmailSubmission/set", Cut.AFTER) as url:
            sending = transport(url)
            outcome = await sent(sending, letter)
            await sending.aclose()
        assert outcome.state == State.ACCEPTED, outcome
        assert len(smtp.accepted) == 1


async def test_a_submission_that_never_arrived_is_uncertain_and_goes_once_when_sent_again(
    smtp: ScriptedServer,
) -> None:
    letter = Letter()
    async with smtp:
        with cutting("EmailSubmission/set", Cut.BEFORE) as url:
            sending = transport(url)
            assert (await sent(sending, letter)).state == State.UNCERTAIN
            assert isinstance(await sending.find(letter.message_id), Unknown)
            assert smtp.accepted == []
            assert (await sent(sending, letter)).state == State.ACCEPTED
            assert isinstance(await sending.find(letter.message_id), Found)
            await sending.aclose()
        assert [one.content for one in smtp.accepted] == [letter.payload]


async def test_a_draft_whose_answer_was_lost_is_replaced(smtp: ScriptedServer) -> None:
    letter = Letter()
    async with smtp:
        with cutting("Email/import", Cut.AFTER) as url:
            sending = transport(url)
            assert (await sent(sending, letter)).state == State.DEFERRED
            outcome = await sent(sending, letter)
            assert outcome.state == State.ACCEPTED, outcome
            await sending.aclose()
        assert len(smtp.accepted) == 1


@pytest.mark.parametrize(
    ("word", "what"),
    [
        (Word.MAIL, "550 5.7.1 Not you"), (Word.RCPT, "550 5.1.1 Nobody here"), (Word.RCPT, "450 4.2.0 Later"),
        (Word.DOT, "554 5.6.0 Not this"), (Word.DOT, "451 4.3.0 Later"), (Word.DOT, DROP), (Word.KEPT, DROP),
        (Word.BANNER, DROP),
    ],
)  # fmt: skip
async def test_what_its_own_server_refuses_is_never_taken_for_sent(
    sending: JmapTransport, smtp: ScriptedServer, word: Word, what: str
) -> None:
    letter = Letter()
    async with smtp:
        smtp.script(Fault(word, what))
        outcome = await sent(sending, letter)
        print(f"\n{word} {what}: {outcome.state}: {outcome.text}")  # noqa: T201 -- what the server was seen to do
        assert outcome.state != State.ACCEPTED
        if smtp.accepted:
            assert outcome.state == State.UNCERTAIN, "it left, so it is not certain that it did not"
