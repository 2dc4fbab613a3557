"""A fault at each word of the conversation with a mail server, and what the daemon's sender makes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from followthru.actions import updates
from followthru.actions.context import Context
from followthru.actions.deliver import AccountPausedError, Sender, resume_mended
from followthru.store import outbox
from followthru.store.updates import UpdateRow
from followthru.updates.transports.smtp import Security, SmtpSettings, SmtpTransport
from tests.actions.mail_matrix import AGAIN, COLUMNS, PAUSED, REFUSED, SENT, UNCERTAIN, Ending, endings
from tests.actions.mailkit import ACCOUNT, approved, oak_street
from tests.storekit import FixedClock, add_person, add_task
from tests.updates.certificates import authority
from tests.updates.scripted import DROP, HANG, Fault, Manners, ScriptedServer, Word

LOGIN = ("robin", "open sesame")
DANA = "dana.reyes@oak-street.example"
ME = ACCOUNT.from_.address
IMPATIENT = 0.4  # seconds


class Desk(NamedTuple):
    """An approved update to Dana, and everything that sends it."""

    ctx: Context
    clock: FixedClock
    folder: Path
    row: UpdateRow

    def manners(self, **more: object) -> Manners:
        """Return a server that speaks STARTTLS and wants a sign-in."""
        return Manners(starttls=authority(self.folder).server, login=LOGIN)._replace(**more)

    async def run(self, server: ScriptedServer, **more: object) -> None:
        """Run the sender once, as the daemon does; an account that is paused is none of a fault here."""
        transport = SmtpTransport(self.settings(server)._replace(**more))
        try:
            await Sender(self.ctx, ACCOUNT, transport, "daemon", jitter=lambda: 0.5).run()
        except AccountPausedError:
            assert self.phase().paused

    def settings(self, server: ScriptedServer) -> SmtpSettings:
        """Return how the server is spoken to."""

        async def secret() -> str:
            return LOGIN[1]

        signed = (LOGIN[0], secret) if server.manners.login else (None, None)
        security = Security.STARTTLS
        ca_file = str(self.folder / "ca.pem")
        return SmtpSettings("127.0.0.1", server.port, security, *signed, ca_file, IMPATIENT, IMPATIENT)

    def phase(self) -> Standing:
        """Return where the update stands."""
        found = updates.find(self.ctx.read, self.row.id)
        paused = outbox.paused_by(self.ctx.read, ACCOUNT.name) is not None
        return Standing(str(found.phase), found.next_at is not None, paused)


class Standing(NamedTuple):
    """Where an update stands, as the documentation tells it."""

    phase: str
    tried_again: bool
    paused: bool


@pytest.fixture
def desk(ctx: Context, clock: FixedClock, tmp_path: Path) -> Desk:
    """A desk with one update on its way."""
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    return Desk(ctx, clock, tmp_path, approved(ctx))


async def hold_to(desk: Desk, word: Word, fault: str, ending: Ending) -> None:
    """Send into a fault, look at what became of it, and then send in peace."""
    async with ScriptedServer(Fault(word, COLUMNS[fault]), manners=desk.manners()) as server:
        # The certificate's handshake may take longer than the silence that is waited for.
        await desk.run(server, timeout=IMPATIENT if COLUMNS[fault] == HANG else 5)
        assert desk.phase() == (ending.phase, ending.tried_again, ending.pauses)
        assert len(server.accepted) == (ending is SENT or word == Word.KEPT)
        server.script()
        for _ in range(3):
            desk.clock.advance(hours=1)
            await desk.run(server, timeout=5)
        await end(desk, server, ending)
    attempts = outbox.attempts(desk.ctx.read, desk.row.id)
    assert attempts[0].phase == ending.phase
    assert {mail.recipients for mail in server.accepted} <= {(DANA,)}


async def end(desk: Desk, server: ScriptedServer, ending: Ending) -> None:
    """Look at what happened by itself in the hours that followed, and then let the PM do what is theirs to do."""
    kept = len(server.accepted)
    if ending in {AGAIN, SENT}:
        assert (desk.phase().phase, kept) == ("accepted", 1)
    elif ending is PAUSED:
        assert (desk.phase(), kept) == (("deferred", False, True), 0), "it waits for the PM"
        resume_mended(desk.ctx, [], [ACCOUNT])
        await desk.run(server, timeout=5)
        assert (desk.phase().phase, len(server.accepted)) == ("accepted", 1)
    elif ending is REFUSED:
        assert (desk.phase().phase, kept) == ("refused", 0)
    else:
        assert ending is UNCERTAIN
        assert desk.phase().phase == "uncertain", "nothing is sent again without a word"
        updates.settle(desk.ctx, desk.row.id, arrived=False)
        await desk.run(server, timeout=5)
        assert len(server.accepted) == kept + 1
        assert len({mail.content for mail in server.accepted}) == 1, "the same bytes, the same Message-ID"


def at(word: Word) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Let a test meet every fault at this word."""
    cases = endings(word)
    return pytest.mark.parametrize(("fault", "ending"), cases, ids=[name for name, _ in cases])


@at(Word.BANNER)
async def test_at_the_greeting(desk: Desk, fault: str, ending: Ending) -> None:
    await hold_to(desk, Word.BANNER, fault, ending)


@at(Word.EHLO)
async def test_at_ehlo(desk: Desk, fault: str, ending: Ending) -> None:
    await hold_to(desk, Word.EHLO, fault, ending)


@at(Word.STARTTLS)
async def test_at_starttls(desk: Desk, fault: str, ending: Ending) -> None:
    await hold_to(desk, Word.STARTTLS, fault, ending)


@at(Word.AUTH)
async def test_at_sign_in(desk: Desk, fault: str, ending: Ending) -> None:
    await hold_to(desk, Word.AUTH, fault, ending)


@at(Word.MAIL)
async def test_at_the_senders_name(desk: Desk, fault: str, ending: Ending) -> None:
    await hold_to(desk, Word.MAIL, fault, ending)


@at(Word.RCPT)
async def test_at_the_readers_name(desk: Desk, fault: str, ending: Ending) -> None:
    await hold_to(desk, Word.RCPT, fault, ending)


@at(Word.DATA)
async def test_at_data(desk: Desk, fault: str, ending: Ending) -> None:
    await hold_to(desk, Word.DATA, fault, ending)


@at(Word.TEXT)
async def test_in_the_middle_of_the_text(desk: Desk, fault: str, ending: Ending) -> None:
    await hold_to(desk, Word.TEXT, fault, ending)


@at(Word.DOT)
async def test_at_the_final_dot(desk: Desk, fault: str, ending: Ending) -> None:
    await hold_to(desk, Word.DOT, fault, ending)


@at(Word.KEPT)
async def test_after_it_was_kept(desk: Desk, fault: str, ending: Ending) -> None:
    await hold_to(desk, Word.KEPT, fault, ending)


@at(Word.QUIT)
async def test_at_the_goodbye(desk: Desk, fault: str, ending: Ending) -> None:
    await hold_to(desk, Word.QUIT, fault, ending)


async def test_starttls_that_was_taken_away_sends_nothing_until_it_is_back(desk: Desk) -> None:
    async with ScriptedServer(manners=desk.manners(starttls=None)) as stripped:
        await desk.run(stripped)
    assert desk.phase() == ("deferred", True, False)
    assert set(stripped.words) <= {Word.BANNER, Word.EHLO, Word.QUIT}, "neither the password nor the mail"


async def test_a_bad_certificate_sends_nothing_until_it_is_good(desk: Desk) -> None:
    (desk.folder / "theirs").mkdir()
    manners = desk.manners(starttls=authority(desk.folder / "theirs").server)
    async with ScriptedServer(manners=manners) as other:
        await desk.run(other, timeout=5)
    assert desk.phase() == ("deferred", True, False)
    assert "certificate is not trusted" in str(updates.find(desk.ctx.read, desk.row.id).answer)
    assert Word.AUTH not in other.words


async def test_a_server_that_greylists_is_asked_again(desk: Desk) -> None:
    async with ScriptedServer(manners=desk.manners(greylists=True)) as server:
        await desk.run(server, timeout=5)
        assert desk.phase() == ("deferred", True, False)
        desk.clock.advance(minutes=1)
        await desk.run(server, timeout=5)
    assert desk.phase().phase == "accepted"
    assert len(server.accepted) == 1


async def test_names_beyond_ascii_need_nothing_of_the_server(ctx: Context, clock: FixedClock, tmp_path: Path) -> None:
    """The server offers no SMTPUTF8 (RFC 6531), and none is asked for: the bytes are ASCII."""
    oak_street(ctx)
    add_task(ctx, "Überweisung für die Zahnärztin 🦷 by 15 Jul @oak-street")
    desk = Desk(ctx, clock, tmp_path, approved(ctx))
    async with ScriptedServer(manners=desk.manners()) as server:
        await desk.run(server, timeout=5)
    assert desk.phase().phase == "accepted"
    assert server.accepted[0].content.isascii()


@pytest.mark.parametrize("says_size", [True, False])
async def test_a_mail_that_is_too_big_is_refused(desk: Desk, says_size: bool) -> None:
    async with ScriptedServer(manners=desk.manners(size=700, says_size=says_size)) as server:
        await desk.run(server, timeout=5)
    assert desk.phase() == ("refused", False, False)
    assert (Word.MAIL in server.words) == (not says_size), "what the server says beforehand is believed"


async def test_a_copy_to_oneself_goes_with_it(desk: Desk) -> None:
    async with ScriptedServer(manners=desk.manners()) as server:
        await desk.run(server, timeout=5, copy_to=ME)
    (mail,) = server.accepted
    assert mail.recipients == (DANA, ME)
    assert ME.encode() not in mail.content.replace(b"From: Robin Vale <" + ME.encode(), b""), "a blind copy"


async def test_one_of_two_refused_is_only_the_copy(desk: Desk) -> None:
    async with ScriptedServer(manners=desk.manners(unknown=frozenset({ME}))) as server:
        await desk.run(server, timeout=5, copy_to=ME)
    assert desk.phase().phase == "accepted"
    assert [mail.recipients for mail in server.accepted] == [(DANA,)]
    assert "no copy to robin@oak.example: 550" in str(updates.find(desk.ctx.read, desk.row.id).answer)


async def test_one_of_two_refused_is_the_reader(desk: Desk) -> None:
    """Then the copy does not go alone."""
    async with ScriptedServer(manners=desk.manners(unknown=frozenset({DANA}))) as server:
        await desk.run(server, timeout=5, copy_to=ME)
    assert desk.phase() == ("refused", False, False)
    assert server.accepted == []


async def test_a_connection_lost_at_the_copy_is_tried_again(desk: Desk) -> None:
    async with ScriptedServer(Fault(Word.RCPT, DROP, after=1, times=1), manners=desk.manners()) as server:
        await desk.run(server, timeout=5, copy_to=ME)
        assert desk.phase() == ("deferred", True, False)
        desk.clock.advance(minutes=1)
        await desk.run(server, timeout=5, copy_to=ME)
    assert [mail.recipients for mail in server.accepted] == [(DANA, ME)]


@pytest.mark.parametrize("what", [DROP, "421 4.3.2 Closing", "451 4.3.0 Not now"])
async def test_others_do_not_try_a_server_that_nobody_reaches(desk: Desk, what: str) -> None:
    add_person(desk.ctx, "Lee Moss")
    second = approved(desk.ctx, person="lee")
    async with ScriptedServer(Fault(Word.BANNER, what), manners=desk.manners()) as server:
        await desk.run(server, timeout=5)
        assert server.connections == 1
        assert outbox.attempts(desk.ctx.read, second.id) == [], "nothing counts against it"
        server.script()
        desk.clock.advance(minutes=1)
        await desk.run(server, timeout=5)
    assert len(server.accepted) == 2


async def test_a_fault_of_one_mail_holds_no_other_up(desk: Desk) -> None:
    add_person(desk.ctx, "Lee Moss")
    second = approved(desk.ctx, person="lee")
    async with ScriptedServer(Fault(Word.RCPT, DROP, times=1), manners=desk.manners()) as server:
        await desk.run(server, timeout=5)
    assert desk.phase().phase == "deferred"
    assert updates.find(desk.ctx.read, second.id).phase == "accepted"


async def test_a_morning_goes_over_one_connection(desk: Desk) -> None:
    for number in range(5):
        add_person(desk.ctx, f"Reader R{number}")
        approved(desk.ctx, person=f"reader{number + 1 if number else ''}")
    async with ScriptedServer(manners=desk.manners()) as server:
        await desk.run(server, timeout=5)
    assert (server.connections, len(server.accepted)) == (1, 6)
    assert (server.words.count(Word.STARTTLS), server.words.count(Word.AUTH)) == (1, 1)
