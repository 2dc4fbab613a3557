"""Real conversations over SMTP, good ones and broken ones, and what each is taken for."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from followthru.demo.mailsink import MailSink, SinkOptions
from followthru.errors import FollowthruError, RefusedError
from followthru.updates.message import build
from followthru.updates.outbox import Outcome, Phase, State
from followthru.updates.transports.smtp import Security, SmtpSettings, SmtpTransport, stuffed
from followthru.web.origin import is_loopback
from tests.updates.certificates import authority
from tests.updates.scripted import DROP, HANG, Fault, ScriptedServer, Word
from tests.updates.values import mail

PAYLOAD = build(mail(text="Hello Dana,\n.\n..two dots\n" + "long " * 400 + "\n"))
ME, DANA = "ana@example.org", "dana@example.com"


class Phases(list[Phase]):
    """Records the phases an attempt reports."""

    async def note(self, phase: Phase) -> None:
        self.append(phase)


def settings(port: int, security: Security = Security.PLAIN, **more: str) -> SmtpSettings:
    async def secret() -> str:
        return more.get("password", "open sesame")

    return SmtpSettings(
        "127.0.0.1", port, security, username=more.get("username"), secret=secret if "username" in more else None,
        ca_file=more.get("ca_file"), timeout=5, dot_timeout=5,
    )  # fmt: skip


async def once(how: SmtpSettings, phases: Phases | None = None) -> Outcome:
    transport = SmtpTransport(how)
    try:
        return await transport.send(PAYLOAD, ME, DANA, (Phases() if phases is None else phases).note)
    finally:
        await transport.aclose()


async def test_a_mail_arrives_byte_for_byte(tmp_path: Path) -> None:
    phases = Phases()
    async with MailSink(tmp_path) as sink:
        outcome = await once(settings(sink.port), phases)
    assert outcome == Outcome(State.ACCEPTED, 250, "2.0.0 Kept")
    (received,) = sink.received
    assert (received.sender, received.recipients) == (ME, (DANA,))
    assert received.content == PAYLOAD
    assert received.path.read_bytes() == PAYLOAD
    assert phases == [Phase.DATA_STARTED]


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_secured_and_signed_in(tmp_path: Path, security: Security) -> None:
    trusted = authority(tmp_path)
    login = ("ana", "open sesame")
    options = (
        SinkOptions(tls=trusted.server, login=login)
        if security == Security.TLS
        else SinkOptions(starttls=trusted.server, login=login)
    )
    async with MailSink(tmp_path / "mails", options) as sink:
        outcome = await once(settings(sink.port, security, username="ana", ca_file=str(trusted.ca_file)))
        refused = await once(
            settings(sink.port, security, username="ana", password="wrong", ca_file=str(trusted.ca_file))
        )
    assert outcome.state == State.ACCEPTED
    assert (refused.state, refused.code) == (State.ACCOUNT_PAUSED, 535)
    assert len(sink.received) == 1


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_certificate_nobody_vouches_for_ends_it(tmp_path: Path, security: Security) -> None:
    context = authority(tmp_path).server
    options = SinkOptions(tls=context) if security == Security.TLS else SinkOptions(starttls=context)
    phases = Phases()
    async with MailSink(tmp_path / "mails", options) as sink:
        outcome = await once(settings(sink.port, security, username="ana"), phases)
    assert outcome.state == State.DEFERRED
    assert "certificate is not trusted" in outcome.text
    assert (sink.received, phases) == ([], [])


async def test_a_certificate_for_another_host_ends_it(tmp_path: Path) -> None:
    other = authority(tmp_path, "127.0.0.9")
    async with MailSink(tmp_path / "mails", SinkOptions(tls=other.server)) as sink:
        outcome = await once(settings(sink.port, Security.TLS, ca_file=str(other.ca_file)))
    assert "certificate is not trusted" in outcome.text
    assert not sink.received


async def test_stripped_starttls_sends_neither_mail_nor_password() -> None:
    async with ScriptedServer() as server:
        outcome = await once(settings(server.port, Security.STARTTLS, username="ana"))
    assert outcome.state == State.DEFERRED
    assert "does not offer STARTTLS" in outcome.text
    assert set(server.words) <= {Word.BANNER, Word.EHLO, Word.QUIT}


async def test_no_sign_in_offered_pauses_the_account(tmp_path: Path) -> None:
    async with MailSink(tmp_path) as sink:
        outcome = await once(settings(sink.port, username="ana"))
    assert outcome.state == State.ACCOUNT_PAUSED
    assert not sink.received


async def test_a_secret_that_cannot_be_had_pauses_the_account(tmp_path: Path) -> None:
    async def locked() -> str:
        raise FollowthruError("The keyring is locked.")

    async with MailSink(tmp_path, SinkOptions(login=("ana", "x"))) as sink:
        how = settings(sink.port, username="ana")._replace(secret=locked)
        outcome = await once(how)
    assert (outcome.state, outcome.text) == (State.ACCOUNT_PAUSED, "The keyring is locked.")


@pytest.mark.parametrize(
    ("word", "what", "state", "code", "phases"),
    [
        (Word.MAIL, "451 4.3.0 later", State.DEFERRED, 451, 0),
        (Word.MAIL, "530 5.7.0 sign in first", State.ACCOUNT_PAUSED, 530, 0),
        (Word.MAIL, "553 5.1.8 not your address", State.ACCOUNT_PAUSED, 553, 0),
        (Word.RCPT, "450 4.2.1 greylisted", State.DEFERRED, 450, 0),
        (Word.RCPT, "421 4.7.0 closing", State.DEFERRED, 421, 0),
        (Word.RCPT, "550 5.1.1 no such user", State.REFUSED, 550, 0),
        (Word.RCPT, "550 5.7.30 Basic authentication is not supported", State.ACCOUNT_PAUSED, 550, 0),
        (Word.DATA, "452 4.3.1 disk full", State.DEFERRED, 452, 1),
        (Word.DATA, "554 5.6.0 no", State.REFUSED, 554, 1),
        (Word.DOT, "451 4.7.1 try again", State.DEFERRED, 451, 1),
        (Word.DOT, "552 5.3.4 too big", State.REFUSED, 552, 1),
        (Word.DOT, "554 5.7.1 policy", State.ACCOUNT_PAUSED, 554, 1),
        (Word.DOT, "354 what?", State.UNCERTAIN, None, 1),
        (Word.DOT, "nonsense", State.UNCERTAIN, None, 1),
        (Word.MAIL, DROP, State.DEFERRED, None, 0),
        (Word.RCPT, DROP, State.DEFERRED, None, 0),
        (Word.DATA, DROP, State.DEFERRED, None, 1),
        (Word.TEXT, DROP, State.UNCERTAIN, None, 1),
        (Word.DOT, DROP, State.UNCERTAIN, None, 1),
        (Word.KEPT, DROP, State.UNCERTAIN, None, 1),
    ],
)
async def test_every_fault_is_taken_for_what_it_is(
    word: Word, what: str, state: State, code: int | None, phases: int
) -> None:
    reported = Phases()
    async with ScriptedServer(Fault(word, what)) as server:
        outcome = await once(settings(server.port), reported)
    assert (outcome.state, outcome.code, len(reported)) == (state, code, phases)
    assert len(server.accepted) == (word == Word.KEPT)
    if outcome.state in {State.ACCEPTED, State.UNCERTAIN}:
        assert reported == [Phase.DATA_STARTED]


@pytest.mark.parametrize(
    ("word", "state"),
    [
        (Word.RCPT, State.DEFERRED),
        (Word.DATA, State.DEFERRED),
        (Word.TEXT, State.UNCERTAIN),
        (Word.DOT, State.UNCERTAIN),
        (Word.KEPT, State.UNCERTAIN),
    ],
)
async def test_silence_is_told_apart_too(word: Word, state: State) -> None:
    async with ScriptedServer(Fault(word, HANG)) as server:
        outcome = await once(settings(server.port)._replace(timeout=0.3, dot_timeout=0.3))
    assert outcome.state == state
    assert "Timed out" in outcome.text


async def test_nobody_listening_is_tried_again_later() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = int(unused.getsockname()[1])
    outcome = await once(settings(port))
    assert outcome.state == State.DEFERRED
    assert outcome.text.startswith("The connection failed while connecting")


async def test_an_unknown_host_is_tried_again_later() -> None:
    outcome = await once(settings(465, Security.TLS)._replace(host="mail.invalid"))
    assert outcome.state == State.DEFERRED


async def test_nothing_leaves_before_the_phase_is_committed() -> None:
    class LeaseLostError(Exception):
        pass

    async def lost(phase: Phase) -> None:
        raise LeaseLostError(phase)

    async with ScriptedServer() as server:
        transport = SmtpTransport(settings(server.port))
        with pytest.raises(LeaseLostError):
            await transport.send(PAYLOAD, ME, DANA, lost)
        await transport.aclose()
    assert server.words == [Word.BANNER, Word.EHLO, Word.MAIL, Word.RCPT]


async def test_mails_share_a_connection_and_outlive_a_broken_one() -> None:
    async with ScriptedServer(Fault(Word.RCPT, DROP, times=1)) as server:
        transport = SmtpTransport(settings(server.port))
        states = [(await transport.send(PAYLOAD, ME, DANA, Phases().note)).state for _ in range(3)]
        assert states == [State.DEFERRED, State.ACCEPTED, State.ACCEPTED]
        assert server.connections == 2
        await transport.aclose()
        await transport.aclose()
    assert len(server.accepted) == 2


async def test_a_connection_the_server_closed_meanwhile_is_made_anew(tmp_path: Path) -> None:
    async with MailSink(tmp_path / "one") as first:
        transport = SmtpTransport(settings(first.port))
        assert (await transport.send(PAYLOAD, ME, DANA, Phases().note)).state == State.ACCEPTED
    async with MailSink(tmp_path / "two", port=first.port) as second:
        assert (await transport.send(PAYLOAD, ME, DANA, Phases().note)).state == State.ACCEPTED
        await transport.aclose()
    assert (len(first.received), len(second.received)) == (1, 1)


async def test_the_servers_words_are_data() -> None:
    async with ScriptedServer(Fault(Word.RCPT, "550 5.1.1 \x1b[31mno\x07 " + "x" * 900)) as server:
        outcome = await once(settings(server.port))
    assert "\x1b" not in outcome.text
    assert len(outcome.text) <= 300


def test_in_the_clear_only_to_this_machine() -> None:
    with pytest.raises(RefusedError, match="would leave unencrypted"):
        SmtpTransport(settings(25)._replace(host="mail.example.com"))
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "10.0.0.1", "localhost.example.com")] == [
        True, True, True, False, False,
    ]  # fmt: skip


async def test_a_missing_authority_file_pauses_the_account(tmp_path: Path) -> None:
    outcome = await once(settings(1, Security.TLS, ca_file=str(tmp_path / "none.pem")))
    assert outcome.state == State.ACCOUNT_PAUSED


def test_dots_are_doubled_and_the_end_is_one() -> None:
    assert stuffed(b"a\r\n.\r\n.b\r\n") == b"a\r\n..\r\n..b\r\n.\r\n"
    assert stuffed(b"a") == b"a\r\n.\r\n"
