"""A look into a mailbox: on a real Dovecot what it does, on servers that misbehave how it ends."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from followthru.errors import FollowthruError, RefusedError
from followthru.updates.incoming import searching
from followthru.updates.incoming.headers import LARGEST, THREAD
from followthru.updates.incoming.mailbox import (
    Mailbox,
    MailboxError,
    Settings,
    SignIn,
    SignInRefusedError,
)
from followthru.updates.incoming.sent import SentMail
from followthru.updates.transports.base import Found, Unknown
from followthru.updates.transports.smtp import Security
from tests.actions.posted import mail, settings, showing
from tests.dovecot import PASSWORD, Dovecot, Owner, dovecot, owner
from tests.loopback import Authority, authority
from tests.updates.imposter import holding, impersonating, polite, refusing, wanting_tokens

__all__ = ["dovecot", "owner"]

SECRET = "canary-password-4711"


def at(port: int, *, timeout: float = 10) -> Settings:
    return Settings("127.0.0.1", port, Security.PLAIN, "pm", showing(SECRET), timeout=timeout)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate for localhost by an authority of our own."""
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def encrypted(dovecot: Dovecot, trusted: Authority) -> Iterator[Dovecot]:
    """A Dovecot that speaks TLS, where there is one at all."""
    with Dovecot(certificate=trusted.server) as server:
        yield server


def over(server: Dovecot, security: Security, ca_file: Path | None, host: str = "localhost") -> Settings:
    port = server.tls_port if security == Security.TLS else server.port
    return Settings(host, port, security, "pm1", showing(PASSWORD), ca_file)


class TestDovecot:
    @pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
    def test_encrypted(self, encrypted: Dovecot, trusted: Authority, security: Security) -> None:
        with Mailbox(over(encrypted, security, trusted.ca_file)) as mailbox:
            assert mailbox.examine("INBOX").next_uid == 1

    @pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
    def test_a_certificate_that_nobody_vouches_for_is_not_taken(self, encrypted: Dovecot, security: Security) -> None:
        with (
            pytest.raises(MailboxError, match="its certificate is not trusted"),
            Mailbox(over(encrypted, security, None)),
        ):
            pass

    def test_nor_one_for_another_name(self, encrypted: Dovecot, trusted: Authority) -> None:
        away = over(encrypted, Security.TLS, trusted.ca_file, "127.0.0.1")
        with pytest.raises(MailboxError, match="its certificate is not trusted"), Mailbox(away):
            pass

    def test_where_tls_is_not_offered_nothing_is_said(self, dovecot: Dovecot) -> None:
        before = dovecot.log().count("no auth attempts")
        with pytest.raises(MailboxError), Mailbox(over(dovecot, Security.STARTTLS, None)):
            pass
        assert dovecot.logs("no auth attempts", before + 1)

    def test_a_wrong_password_is_said_without_it(self, owner: Owner) -> None:
        wrong = settings(owner)._replace(sign_in=showing(SECRET))
        with pytest.raises(SignInRefusedError) as caught, Mailbox(wrong):
            pass
        assert owner.name in caught.value.message
        assert SECRET not in caught.value.sentences()

    def test_the_folder_of_sent_mail_is_what_the_server_says(self, owner: Owner) -> None:
        with Mailbox(settings(owner)) as mailbox:
            assert mailbox.sent_folder() == "Gesendet"
            assert mailbox.has("Gesendet")
            assert not mailbox.has("Sent")

    def test_new_mail_is_what_came_from_a_uid_on(self, owner: Owner) -> None:
        for number in range(3):
            owner.put(mail("a@b.example", f"Mail {number}"))
        with Mailbox(settings(owner)) as mailbox:
            assert mailbox.examine("INBOX").next_uid == 4
            assert mailbox.since(2) == [2, 3]
            assert mailbox.since(4) == []

    def test_new_mail_far_behind_is_found_by_its_number(self, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(searching, "IN_ONE_ANSWER", 1)
        for number in range(5):
            owner.put(mail("a@b.example", f"Mail {number}"))
        owner.take_away(2, 3)
        with Mailbox(settings(owner)) as mailbox:
            mailbox.examine("INBOX")
            assert mailbox.since(2) == [4]
            assert mailbox.since(5) == [5]

    def test_of_endless_headers_so_much_is_read_and_no_more(self, owner: Owner) -> None:
        references = b"References: " + b"\r\n ".join(b"<%07d@x.example>" % number for number in range(9_000))
        owner.put(b"Message-ID: <a@b.example>\r\n" + references + b"\r\nSubject: hi\r\n\r\nbody")
        with Mailbox(settings(owner)) as mailbox:
            mailbox.examine("INBOX")
            assert len(mailbox.headers([1], THREAD)[1]) == LARGEST

    def test_a_mail_that_is_gone_is_left_out(self, owner: Owner) -> None:
        owner.put(mail("a@b.example", "One"))
        with Mailbox(settings(owner)) as mailbox:
            mailbox.examine("INBOX")
            assert list(mailbox.headers([1, 99], THREAD)) == [1]


class TestSentMail:
    async def test_what_is_there_was_sent(self, owner: Owner) -> None:
        one = mail("robin@oak.example", "An update")
        owner.put(one, "Gesendet")
        sight = await SentMail(settings(owner)).find(str(one["Message-ID"]))
        assert sight == Found("found in your mail folder Gesendet.")

    async def test_a_part_of_a_message_id_is_not_it(self, owner: Owner) -> None:
        one = mail("robin@oak.example", "An update")
        del one["Message-ID"]
        one["Message-ID"] = "<xx1.abc@oak.example>"
        owner.put(one, "Gesendet")
        assert isinstance(await SentMail(settings(owner)).find("<1.abc@oak.example>"), Unknown)

    async def test_what_is_not_there_is_not_known(self, owner: Owner) -> None:
        sight = await SentMail(settings(owner)).find("<1.abc@oak.example>")
        assert isinstance(sight, Unknown)
        assert "proves nothing" in sight.why

    async def test_the_folder_may_be_named(self, owner: Owner) -> None:
        owner.make("Out")
        one = mail("robin@oak.example", "An update")
        owner.put(one, "Out")
        assert isinstance(await SentMail(settings(owner), "Out").find(str(one["Message-ID"])), Found)
        assert isinstance(await SentMail(settings(owner), "Missing").find(str(one["Message-ID"])), Unknown)

    async def test_a_server_that_is_not_there_is_no_fault(self) -> None:
        assert isinstance(await SentMail(at(_closed_port())).find("<1.abc@oak.example>"), Unknown)


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class TestMisbehaviour:
    def test_no_server(self) -> None:
        with pytest.raises(MailboxError, match="Connection refused"), Mailbox(at(_closed_port())):
            pass

    def test_no_name(self) -> None:
        nowhere = at(143)._replace(host="mail.invalid", security=Security.TLS)
        with pytest.raises(MailboxError, match="there is no server of this name"), Mailbox(nowhere):
            pass

    def test_a_silent_server(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            silent = at(int(listener.getsockname()[1]), timeout=0.2)
            with pytest.raises(MailboxError, match="did not answer in time"), Mailbox(silent):
                pass

    def test_a_server_that_hangs_up(self) -> None:
        with impersonating(lambda tag, rest: b"") as server, pytest.raises(MailboxError), Mailbox(at(server.port)):
            pass

    @pytest.mark.parametrize(
        "greeting", [b"", b"220 smtp.example ESMTP\r\n", b"\x00\xff" * 90 + b"\r\n", b"* BYE no\r\n"]
    )
    def test_what_is_no_imap_server(self, greeting: bytes) -> None:
        with (
            impersonating(lambda tag, rest: b"nonsense\r\n", greeting) as server,
            pytest.raises(MailboxError),
            Mailbox(at(server.port, timeout=0.5)),
        ):
            pass

    def test_beyond_this_machine_it_is_read_encrypted_only(self) -> None:
        with pytest.raises(RefusedError, match="unencrypted"):
            Mailbox(at(143)._replace(host="imap.example"))

    def test_what_a_server_repeats_at_the_door_is_not_passed_on(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG, "followthru")
        with impersonating(refusing("[AUTHENTICATIONFAILED] you said")) as server:
            with pytest.raises(SignInRefusedError) as caught, Mailbox(at(server.port)):
                pass
            assert any(SECRET in line for line in server.heard)
        assert SECRET not in caught.value.sentences() + caplog.text

    def test_who_cannot_let_in_anybody_just_now_is_asked_again(self) -> None:
        with impersonating(refusing("[UNAVAILABLE] later")) as server, pytest.raises(MailboxError) as caught:
            Mailbox(at(server.port)).__enter__()
        assert not isinstance(caught.value, SignInRefusedError)

    @pytest.mark.parametrize(
        ("tokens", "asked"), [(["good"], [None]), (["old", "good"], [None, "old"]), (["old", "older"], [None, "old"])]
    )
    def test_a_token_signs_in_and_one_that_is_refused_is_renewed_once(
        self, tokens: list[str], asked: list[str | None]
    ) -> None:
        refused: list[str | None] = []

        def sign_in(token: str | None) -> SignIn:
            refused.append(token)
            return SignIn(tokens.pop(0), is_token=True)

        good = "good" in tokens
        with impersonating(wanting_tokens("good")) as server:
            mailbox = Mailbox(at(server.port)._replace(sign_in=sign_in))
            if good:
                mailbox.__enter__()
                mailbox.__exit__(None, None, None)
            else:
                with pytest.raises(SignInRefusedError):
                    mailbox.__enter__()
        assert refused == asked

    @pytest.mark.parametrize(
        "fetch",
        [
            b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (X)] {999999999}\r\n",
            b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (X)]<0> NIL)\r\n",
            b"* 1 FETCH (UID 1 BODY[\r\n",
            b"* 1 FETCH ((((((((\r\n",
            b"* 1 FETCH (UID nonsense FLAGS ())\r\n",
            b"* 1 FETCH (UID 77 BODY[HEADER.FIELDS (X)]<0> {2}\r\nhi)\r\n",
            b"* OK " + b"x" * 2_000_000 + b"\r\n",
            b"* OK noise\r\n" * 1_000_000,
        ],
        ids=["huge", "nil", "open", "nested", "no uid", "another's", "long line", "endless"],
    )
    def test_answers_without_sense_do_no_harm(self, fetch: bytes) -> None:
        """They end in words, or in nothing having been read; never in what another mail says, nor in much memory."""
        with impersonating(polite(fetch)) as server:
            said, found = "", dict[int, bytes]()
            try:
                with Mailbox(at(server.port, timeout=5)) as mailbox:
                    mailbox.examine("INBOX")
                    found = mailbox.headers([1], THREAD)
            except FollowthruError as fault:
                said = fault.sentences()
            assert found == {}
            assert len(said) < 300

    @pytest.mark.parametrize("lost_at", [0, 5])
    def test_a_folder_of_more_mail_than_one_answer_can_hold_is_searched_in_parts(
        self, monkeypatch: pytest.MonkeyPatch, lost_at: int
    ) -> None:
        """Gone through anew, as where its UIDs hold no more; also while the mail before the new one is taken away."""
        monkeypatch.setattr(searching, "IN_ONE_ANSWER", 50)
        new = [1_000_000_000 + 7 * number for number in range(110)]
        say = holding([*range(1, 1001), *new], 2_000_000_000, lost_at=lost_at)
        with impersonating(say) as server, Mailbox(at(server.port, timeout=5)) as mailbox:
            mailbox.examine("INBOX")
            seen, uid, before = list[int](), 1001, 0
            while found := mailbox.since(uid):
                assert len(found) <= 50
                before, uid = len(server.heard), found[-1] + 1
                seen += found
            assert len(server.heard) - before < 10
        assert seen == new

    @pytest.mark.parametrize("uids", [[], [5], [5, 1_999_999_999]])
    def test_however_far_apart_mail_lies_a_look_asks_little(self, uids: list[int]) -> None:
        with (
            impersonating(holding(uids, 2_000_000_000)) as server,
            Mailbox(at(server.port, timeout=5)) as mailbox,
        ):
            mailbox.examine("INBOX")
            assert mailbox.since(6) == [uid for uid in uids if uid > 6]
            assert sum("SEARCH" in line for line in server.heard) <= 3

    @pytest.mark.parametrize(("uids", "upcoming"), [([], 1), ([3, 70_000], 70_001)])
    def test_where_the_server_does_not_say_what_comes_next_it_is_behind_the_last(
        self, uids: list[int], upcoming: int
    ) -> None:
        with impersonating(holding(uids, None)) as server, Mailbox(at(server.port, timeout=5)) as mailbox:
            assert mailbox.examine("INBOX").next_uid == upcoming
            assert not any("ALL" in line for line in server.heard)

    def test_nothing_is_said_that_could_change_anything(self) -> None:
        structure = b'BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 2 1)'
        with impersonating(polite(b"* 1 FETCH (UID 1 " + structure + b")\r\n")) as server:
            with Mailbox(at(server.port)) as mailbox:
                mailbox.sent_folder()
                mailbox.has("INBOX")
                mailbox.examine("INBOX")
                mailbox.since(1)
                mailbox.headers([1], THREAD)
                mailbox.report(1)
                mailbox.first_line(1)
                mailbox.holds("<1@oak.example>")
            said = [line.partition(" ")[2].removeprefix("UID ") for line in server.heard]
        verbs = {line.split()[0] for line in said}
        assert verbs == {"CAPABILITY", "LOGIN", "LIST", "EXAMINE", "SEARCH", "FETCH", "LOGOUT"}
        fetched = [line for line in said if line.startswith("FETCH")]
        assert len(fetched) > 3
        assert all("BODY.PEEK[" in line or "(BODYSTRUCTURE)" in line for line in fetched)

    def test_a_search_that_names_all_mail_is_believed_by_its_message_ids_alone(self) -> None:
        fetch = b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (MESSAGE-ID)]<0> {27}\r\nMessage-ID: <other@x.y>\r\n\r\n)\r\n"
        with impersonating(polite(fetch)) as server, Mailbox(at(server.port)) as mailbox:
            mailbox.examine("INBOX")
            assert not mailbox.holds("<1.abc@oak.example>")
