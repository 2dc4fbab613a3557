"""What comes back by mail, seen in a real Dovecot: each sort is kept as what it is, and nothing else is."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest

from followthru.actions import came_back, history
from followthru.actions.context import Context
from followthru.actions.incoming import UNREADABLE, Wanted, look
from followthru.actions.sent import history as history_of_mail
from followthru.actions.sent import outcome
from followthru.actions.updates import approve, find, settle
from followthru.store import incoming, updates
from followthru.store.incoming import IncomingRow
from followthru.updates.incoming.mailbox import Mailbox, MailboxError, Settings, TooMuchError
from followthru.updates.outbox import Outcome, State
from followthru.updates.transports.smtp import Security
from tests.actions.mailkit import FakeTransport, approved, config, oak_street, phase, sender
from tests.actions.posted import looked, mail, new_id, reply, report, sent, showing
from tests.dovecot import PASSWORD, Owner
from tests.storekit import NOON, FixedClock, add_person, add_task
from tests.updates.imposter import impersonating, polite


@pytest.fixture(autouse=True)
def _practice(ctx: Context) -> None:
    oak_street(ctx)


@pytest.fixture
def box(ctx: Context, owner: Owner) -> Owner:
    """A mailbox that is looked at already."""
    looked(ctx, owner)
    return owner


def every(ctx: Context) -> list[IncomingRow]:
    """Return all that came back, oldest first."""
    return incoming.listed(ctx.read, seen=True)[::-1]


def only(ctx: Context) -> IncomingRow:
    """Return the one thing that came back."""
    (row,) = every(ctx)
    return row


class TestReplies:
    async def test_a_reply_is_the_persons_answer_to_that_update(self, ctx: Context, box: Owner) -> None:
        row = await sent(ctx)
        box.put(reply(row))
        done = looked(ctx, box)
        assert {str(sort): count for sort, count in done.sorts.items() if count} == {"reply": 1}
        found = only(ctx)
        assert (found.kind, found.update_id, found.reader, found.from_reader) == ("reply", row.id, "dana", True)
        assert found.subject == f"Re: {row.subject}"
        assert found.at == "2026-07-01T12:00:00Z"
        assert incoming.answered(ctx.read, row.id)

    async def test_it_is_told_once(self, ctx: Context, box: Owner) -> None:
        box.put(reply(await sent(ctx)))
        looked(ctx, box)
        with ctx.store.writing() as tx:
            tx.run("UPDATE mailbox_state SET next_uid = 1")
        assert looked(ctx, box).sorts["reply"] == 0  # type: ignore[index]
        only(ctx)

    async def test_an_inbox_that_was_made_anew_is_looked_through_once_more(self, ctx: Context, box: Owner) -> None:
        row = await sent(ctx)
        box.put(reply(row))
        looked(ctx, box)
        box.put(reply(row, subject="One more thing"))
        with ctx.store.writing() as tx:
            tx.run("UPDATE mailbox_state SET validity = validity - 1, next_uid = 9")
        done = looked(ctx, box)
        assert done.sorts["reply"] == 1, "the one in between, and not the other a second time"  # type: ignore[index]
        assert done.notes == ["INBOX was made anew on the server: all of it is looked through once more."]
        assert sorted(one.subject for one in every(ctx)) == ["One more thing", f"Re: {row.subject}"]
        assert looked(ctx, box).notes == []

    async def test_what_was_there_before_the_first_look_is_left_alone(self, ctx: Context, owner: Owner) -> None:
        row = await sent(ctx)
        owner.put(reply(row))
        assert looked(ctx, owner).notes == ["INBOX is looked at from now on; what is in it already is left alone."]
        looked(ctx, owner)
        assert every(ctx) == []

    async def test_a_reply_further_down_the_thread_is_one_too(self, ctx: Context, box: Owner) -> None:
        row = await sent(ctx)
        answer = reply(row)
        del answer["In-Reply-To"]
        answer["In-Reply-To"] = new_id()
        answer["References"] = f"{row.message_id} {new_id()}"
        box.put(answer)
        looked(ctx, box)
        assert only(ctx).update_id == row.id

    async def test_somebody_elses_answer_is_not_the_persons(self, ctx: Context, box: Owner) -> None:
        row = await sent(ctx)
        box.put(reply(row, from_="Dana Reyes <dana.reyes@attacker.example>"))
        looked(ctx, box)
        found = only(ctx)
        assert (found.from_reader, found.sender) == (False, "attacker.example")
        assert not incoming.answered(ctx.read, row.id)

    @pytest.mark.parametrize(
        "from_",
        [
            "dana.reyes@oak-street.example, mallory@attacker.example",
            "<dana.reyes@oak-street.example>mallory@attacker.example",
            "dana.reyes@oak-street.example <mallory@attacker.example>",
            "mallory@attacker.example (dana.reyes@oak-street.example)",
        ],
    )
    async def test_a_sender_that_can_be_read_in_two_ways_is_nobody(self, ctx: Context, box: Owner, from_: str) -> None:
        row = await sent(ctx)
        data = reply(row).as_bytes().replace(f"From: Dana Reyes <{row.email}>".encode(), f"From: {from_}".encode())
        box.put(data)
        looked(ctx, box)
        assert not only(ctx).from_reader

    async def test_mail_that_refers_to_nothing_of_ours_is_not_kept(self, ctx: Context, box: Owner) -> None:
        row = await sent(ctx)
        box.put(mail(str(row.email), "A question of mine"))
        box.put(mail(str(row.email), "Re: something else", In_Reply_To=new_id()))
        done = looked(ctx, box)
        assert done.new == 2
        assert every(ctx) == []

    async def test_of_other_mail_only_what_threads_it_is_asked_for(self, ctx: Context, box: Owner) -> None:
        """Counted by the server itself: it logs how many bytes of headers and bodies a connection was given."""
        await sent(ctx)
        box.put(mail("pat@elsewhere.example", "x" * 900, "y" * 9_000, Received="z" * 900))
        looked(ctx, box)
        # The threading headers of that one mail are less than these alone.
        found = re.findall(r"hdr_bytes=(\d+) body_count=(\d+)", box.server.log_of(box.name)[-1])
        assert found
        assert int(found[0][0]) < 300
        assert found[0][1] == "0"

    @pytest.mark.parametrize("text", ["Pause", "please stop these updates.\n\nDana", "> quoted\nLess often, please"])
    async def test_what_a_reply_to_a_digest_asks_for_is_offered(self, ctx: Context, box: Owner, text: str) -> None:
        box.put(reply(await sent(ctx), text=text))
        looked(ctx, box)
        assert only(ctx).asks in ("pause", "less often")

    async def test_nothing_is_asked_for_in_somebody_elses_name(self, ctx: Context, box: Owner) -> None:
        box.put(reply(await sent(ctx), from_="mallory@attacker.example", text="Pause"))
        looked(ctx, box)
        assert only(ctx).asks is None

    async def test_a_copy_of_our_own_mail_answers_nothing(self, ctx: Context, box: Owner) -> None:
        """With `bcc_self` a reminder comes to the mailbox that is looked through, in the thread of its question."""
        first = await sent(ctx)
        second = await sent(ctx)
        copy = mail("robin@oak.example", "A reminder", References=f"{first.message_id}")
        del copy["Message-ID"]
        copy["Message-ID"] = str(second.message_id)
        box.put(copy)
        looked(ctx, box)
        assert every(ctx) == []


class TestAutomaticAnswers:
    @pytest.mark.parametrize(
        ("name", "value"),
        [("Auto_Submitted", "auto-replied"), ("X_Autoreply", "yes"), ("Precedence", "auto_reply")],
    )
    async def test_they_stop_nothing(self, ctx: Context, box: Owner, name: str, value: str) -> None:
        row = await sent(ctx)
        box.put(reply(row, subject="Out of office", **{name: value}))
        looked(ctx, box)
        assert (only(ctx).kind, only(ctx).from_reader) == ("away", True)
        assert not incoming.answered(ctx.read, row.id)

    async def test_what_a_person_wrote_is_none(self, ctx: Context, box: Owner) -> None:
        box.put(reply(await sent(ctx), Auto_Submitted="no"))
        looked(ctx, box)
        assert only(ctx).kind == "reply"


class TestReports:
    async def test_what_a_returned_mail_said_is_news_again(self, ctx: Context, box: Owner) -> None:
        add_task(ctx, "Renew the licence by 10 jul @oak-street")
        row = await sent(ctx)
        told = ctx.read.rows("SELECT promised_on, retracted FROM telling WHERE update_id = ?", row.id)
        assert told == [("2026-07-10", 0)]
        assert updates.confirmed(ctx.read, row.person_id, row.practice_id) is not None
        before = updates.mark(ctx.read)
        box.put(report(str(row.message_id), str(row.email)))
        looked(ctx, box)
        assert ctx.read.rows("SELECT promised_on, retracted FROM telling WHERE update_id = ?", row.id)[0][1] == 1
        assert updates.confirmed(ctx.read, row.person_id, row.practice_id) is None
        assert updates.mark(ctx.read).attempt != before.attempt

    async def test_what_was_given_up_after_days_told_nobody_and_marks_no_address(
        self, ctx: Context, box: Owner
    ) -> None:
        """A server that gives up names the status of its last try, of class 4."""
        add_task(ctx, "Renew the licence by 10 jul @oak-street")
        row = await sent(ctx)
        assert updates.trusted(ctx.read, row.person_id, row.practice_id, 1)
        box.put(report(str(row.message_id), str(row.email), status="4.4.7", diagnostic="451 4.4.7 Timed out"))
        looked(ctx, box)
        assert ctx.read.rows("SELECT promised_on, retracted FROM telling WHERE update_id = ?", row.id)[0][1] == 1
        assert updates.confirmed(ctx.read, row.person_id, row.practice_id) is None
        assert not incoming.bounced(ctx.read, row.person_id)
        assert came_back.held_words(ctx, row.person_id) is None
        assert not updates.trusted(ctx.read, row.person_id, row.practice_id, 1), "nothing has reached them yet"
        assert [outcome(one) for one in history_of_mail(ctx)] == ["returned"]
        words = came_back.words(only(ctx))
        assert "was given up after some time of trying and did not arrive (451 4.4.7 Timed out)" in words

    async def test_a_report_that_overtakes_the_outcome_leaves_nothing_told(self, ctx: Context, box: Owner) -> None:
        add_task(ctx, "Renew the licence by 10 jul @oak-street")
        row = approved(ctx)
        await sender(ctx, FakeTransport(Outcome(State.UNCERTAIN, None, "it hung up"))).run()
        row = find(ctx.read, row.id)
        assert row.phase == "uncertain"
        box.put(report(str(row.message_id), str(row.email)))
        looked(ctx, box)
        settle(ctx, row.id, arrived=True)
        assert ctx.read.rows("SELECT id FROM telling WHERE update_id = ?", row.id) == []

    async def test_nothing_goes_to_an_address_in_question(self, ctx: Context, box: Owner) -> None:
        row = await sent(ctx)
        box.put(report(str(row.message_id), str(row.email)))
        looked(ctx, box)
        again = approved(ctx)
        transport = FakeTransport()
        await sender(ctx, transport).run()
        assert transport.sent == []
        assert phase(ctx, again.id)[0] == "in review"
        assert "came back (550 5.1.1 No such user here)" in find(ctx.read, again.id).flags
        came_back.see(ctx, [only(ctx)])
        approve(ctx, config(0), again.id)
        await sender(ctx, transport).run()
        assert len(transport.sent) == 1

    @pytest.mark.parametrize("headers_only", [False, True])
    async def test_a_mail_returned_for_good_puts_the_address_in_question(
        self, ctx: Context, box: Owner, headers_only: bool
    ) -> None:
        row = await sent(ctx)
        box.put(report(str(row.message_id), str(row.email), headers_only=headers_only))
        looked(ctx, box)
        found = only(ctx)
        assert (found.kind, found.code, found.address) == ("bounce", "5.1.1", row.email)
        assert found.detail == "550 5.1.1 No such user here"
        assert incoming.bounced(ctx.read, row.person_id)

    async def test_the_envelope_id_quotes_it_too(self, ctx: Context, box: Owner) -> None:
        row = await sent(ctx)
        box.put(report(new_id(), str(row.email), envelope_id=str(row.message_id).strip("<>")))
        looked(ctx, box)
        assert incoming.bounced(ctx.read, row.person_id)

    @pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("delayed", "5.1.1")])
    async def test_what_is_not_for_good_is_only_noted(self, ctx: Context, box: Owner, action: str, status: str) -> None:
        row = await sent(ctx)
        box.put(report(str(row.message_id), str(row.email), action=action, status=status, diagnostic="later"))
        looked(ctx, box)
        assert (only(ctx).kind, only(ctx).code) == ("delay", status)
        assert not incoming.bounced(ctx.read, row.person_id)

    @pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "nonsense"])
    async def test_what_did_not_fail_is_nothing(self, ctx: Context, box: Owner, action: str) -> None:
        row = await sent(ctx)
        box.put(report(str(row.message_id), str(row.email), action=action, status="2.0.0"))
        looked(ctx, box)
        assert every(ctx) == []

    async def test_a_report_that_quotes_no_mail_of_ours_marks_nobody(self, ctx: Context, box: Owner) -> None:
        row = await sent(ctx)
        box.put(report(new_id(), str(row.email)))
        box.put(report("nothing at all", str(row.email), envelope_id="QQ314159"))
        looked(ctx, box)
        assert every(ctx) == []
        assert not incoming.bounced(ctx.read, row.person_id)

    async def test_a_report_about_another_address_marks_nobody(self, ctx: Context, box: Owner) -> None:
        row = await sent(ctx)
        box.put(report(str(row.message_id), "secretary@elsewhere.example"))
        looked(ctx, box)
        assert (only(ctx).kind, only(ctx).from_reader) == ("bounce", False)
        assert not incoming.bounced(ctx.read, row.person_id)

    async def test_a_report_inside_a_mail_is_no_report(self, ctx: Context, box: Owner) -> None:
        """Somebody passes on a report that names an update of ours."""
        row = await sent(ctx)
        outer = EmailMessage()
        outer["From"] = "mallory@attacker.example"
        outer["Subject"] = "Fwd: Undelivered"
        outer["Message-ID"] = new_id()
        outer.set_content("See below.")
        outer.add_attachment(
            report(str(row.message_id), str(row.email)), maintype="application", subtype="octet-stream"
        )
        box.put(outer)
        nested = report(str(row.message_id), str(row.email)).replace(b"report-type=delivery-status", b"report-type=x")
        box.put(nested)
        looked(ctx, box)
        assert every(ctx) == []


class TestMalformed:
    """One mail of no shape keeps no other from being seen."""

    @pytest.mark.parametrize("depth", [2, 90, 3_000])
    async def test_a_report_that_is_nested_without_end(self, ctx: Context, box: Owner, depth: int) -> None:
        row = await sent(ctx)
        opened = "".join(
            f'Content-Type: multipart/report; report-type=delivery-status; boundary="{n}"\n\n--{n}\n'
            for n in range(depth)
        )
        box.put(f"From: a@b.example\nMessage-ID: {new_id()}\nMIME-Version: 1.0\n{opened}\nend".encode())
        box.put(reply(row))
        looked(ctx, box)
        assert [one.kind for one in every(ctx)] == ["reply"]

    @pytest.mark.parametrize("build", ["in one line", "in pieces"])
    async def test_a_report_whose_structure_is_longer_than_is_read(self, ctx: Context, box: Owner, build: str) -> None:
        """Whoever may write to the mailbox can send one. It keeps no later mail from being seen, at the next look."""
        row = await sent(ctx)
        part = f"--b\nContent-Type: text/plain; name={'a' * 900}\n\nx\n" * 1_500
        if build == "in pieces":  # a server gives what is as long as this by its length
            nested = (
                f"--b\nContent-Type: message/rfc822\n\nSubject: {'s' * 60_000}\nTo: {'x@y.example, ' * 3_000}\n\nx\n"
            )
            part = nested * 120
        kind = "multipart/report; report-type=delivery-status; boundary=b"
        head = f"From: a@b.example\nMessage-ID: {new_id()}\nMIME-Version: 1.0\nContent-Type: {kind}\n\n"
        box.put(reply(row, subject="Before"))
        box.put(f"{head}{part}--b--\n".encode())
        box.put(reply(row, subject="After"))
        with pytest.raises(TooMuchError):
            looked(ctx, box)
        assert [one.subject for one in every(ctx)] == ["Before"]
        looked(ctx, box)
        assert [one.subject for one in every(ctx)] == ["Before", "After"]

    async def test_a_reply_whose_structure_is_longer_than_is_read_is_one(self, ctx: Context, box: Owner) -> None:
        row = await sent(ctx)
        part = f"--b\nContent-Type: text/html; name={'a' * 900}\n\nx\n" * 1_500
        head = reply(row).as_string().partition("Content-Type")[0]
        box.put(f"{head}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{part}--b--\n".encode())
        box.put(reply(row, subject="After"))
        with pytest.raises(MailboxError):
            looked(ctx, box)
        looked(ctx, box)
        assert sorted(one.subject for one in every(ctx)) == ["After", f"Re: {row.subject}"]

    @pytest.mark.parametrize("date", ["Thu, 01 Jan 0500 00:00:00 +0000", "never"])
    async def test_a_date_from_before_all_mail_is_none(self, ctx: Context, box: Owner, date: str) -> None:
        answer = reply(await sent(ctx))
        box.put(answer.as_bytes().replace(f"Date: {answer['Date']}".encode(), f"Date: {date}".encode()))
        looked(ctx, box)
        assert only(ctx).at == ctx.store.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    async def test_what_the_server_says_of_one_mail_may_make_no_sense(self, ctx: Context) -> None:
        """No structure that it tells makes sense: a report is passed over, a reply is one all the same."""
        row = await sent(ctx)
        kind = b"Content-Type: multipart/report; report-type=delivery-status\r\nMessage-ID: <bad@x.y>\r\n\r\n"
        good = f"In-Reply-To: {row.message_id}\r\nMessage-ID: <good@x.y>\r\nFrom: {row.email}\r\n\r\n".encode()

        def say(tag: str, rest: str) -> bytes:
            ended = f"{tag} OK done\r\n".encode()
            if "BODYSTRUCTURE" in rest:
                return b"* 2 FETCH (UID 2 BODYSTRUCTURE ((((\r\n" + ended
            if "FETCH" in rest:
                return shown(2, kind) + shown(3, good) + ended
            return polite(search=b"* SEARCH 2 3")(tag, rest)

        with impersonating(say) as server:
            there = Settings("127.0.0.1", server.port, Security.PLAIN, "pm", showing(PASSWORD), timeout=5)
            with Mailbox(there) as mailbox:
                look(ctx, Wanted("oak"), mailbox)
                done = look(ctx, Wanted("oak"), mailbox)
        assert done.notes == [UNREADABLE]
        assert [one.kind for one in every(ctx)] == ["reply"]
        folder = incoming.folder(ctx.read, "oak", "inbox")
        assert folder is not None
        assert folder.next_uid == 4

    @pytest.mark.parametrize("use", ["inbox", "tasks"])
    @pytest.mark.parametrize("size", [3_000_000, 9_000_000], ids=["too much together", "too much alone"])
    async def test_headers_of_any_length_keep_no_other_mail_from_being_seen(
        self, ctx: Context, use: str, size: int
    ) -> None:
        """A server may send all of them, however little it was asked for: these are more than is read in one step."""
        row = await sent(ctx)
        mails = {
            uid: f"In-Reply-To: {row.message_id}\r\nMessage-ID: <{uid}@x.y>\r\nFrom: {row.email}\r\n"
            f"Subject: Mail {uid}\r\n{'X: y' + 'y' * size if 3 <= uid <= 5 else 'X: y'}\r\n\r\n".encode()
            for uid in range(2, 7)
        }
        after = 2

        def say(tag: str, rest: str) -> bytes:
            ended = f"{tag} OK done\r\n".encode()
            if rest.startswith("UID FETCH"):
                uids = [int(uid) for uid in rest.split()[2].split(",")]
                return b"".join(shown(uid, mails[uid]) for uid in uids) + ended
            if rest.startswith("EXAMINE") and after > 2:
                return b"* 5 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 7] x\r\n" + ended
            return polite(search=b"* SEARCH 2 3 4 5 6")(tag, rest)

        wanted = Wanted("oak", "followthru" if use == "tasks" else None)
        with impersonating(say) as server:
            there = Settings("127.0.0.1", server.port, Security.PLAIN, "pm", showing(PASSWORD), timeout=30)
            with Mailbox(there) as mailbox:
                look(ctx, wanted, mailbox)
            after = 7
            ended = 0
            while True:
                try:
                    with Mailbox(there) as mailbox:
                        look(ctx, wanted, mailbox)
                    break
                except TooMuchError:
                    ended += 1
                    assert ended <= 6
        assert (ended > 0) == (size > 8_000_000)
        seen = [2, 3, 4, 5, 6] if ended == 0 else [2, 6]
        assert sorted(one.subject for one in every(ctx)) == [f"Mail {uid}" for uid in seen]
        tasks = ctx.read.value("SELECT count(*) FROM task WHERE title LIKE 'Mail %'")
        assert tasks == (len(seen) if use == "tasks" else 0)


def shown(uid: int, data: bytes) -> bytes:
    """Return how a server gives some headers of a mail."""
    return f"* {uid} FETCH (UID {uid} BODY[HEADER.FIELDS (X)]<0> {{{len(data)}}}\r\n".encode() + data + b")\r\n"


class TestFolders:
    async def test_a_folder_that_was_made_anew_is_begun_anew(self, ctx: Context, owner: Owner) -> None:
        owner.make("followthru")
        looked(ctx, owner, tasks="followthru")
        owner.put(mail("x@elsewhere.example", "First"), "followthru")
        assert len(looked(ctx, owner, tasks="followthru").tasks) == 1
        owner.remake("followthru")
        owner.put(mail("x@elsewhere.example", "Second"), "followthru")
        done = looked(ctx, owner, tasks="followthru")
        assert done.tasks == []
        assert "made anew" in done.notes[0]
        owner.put(mail("x@elsewhere.example", "Third"), "followthru")
        assert len(looked(ctx, owner, tasks="followthru").tasks) == 1

    async def test_a_folder_that_is_not_there_is_said(self, ctx: Context, box: Owner) -> None:
        (note,) = looked(ctx, box, tasks="followthru").notes
        assert note.startswith("There is no folder followthru in this mailbox yet")

    async def test_what_was_moved_into_a_folder_just_made_is_new(self, ctx: Context, box: Owner) -> None:
        looked(ctx, box, tasks="followthru")
        looked(ctx, box, tasks="followthru")
        box.make("followthru")
        box.put(mail("x@elsewhere.example", "A task"), "followthru")
        assert len(looked(ctx, box, tasks="followthru").tasks) == 1
        box.put(mail("x@elsewhere.example", "Another task"), "followthru")
        assert len(looked(ctx, box, tasks="followthru").tasks) == 1

    async def test_nothing_in_the_mailbox_is_changed(self, ctx: Context, box: Owner) -> None:
        row = await sent(ctx)
        box.make("followthru")
        looked(ctx, box, tasks="followthru")
        box.put(reply(row, text="Pause"))
        box.put(report(str(row.message_id), str(row.email)))
        box.put(mail("x@elsewhere.example", "A task"), "followthru")
        looked(ctx, box, tasks="followthru")
        # A folder that is opened for writing takes Recent away.
        assert box.flags() == ["b'1 (UID 1 FLAGS (\\\\Recent))'", "b'2 (UID 2 FLAGS (\\\\Recent))'"]
        assert box.flags("followthru") == ["b'1 (UID 1 FLAGS (\\\\Recent))'"]


class TestTasks:
    @pytest.fixture
    def filed(self, ctx: Context, owner: Owner) -> Owner:
        """A mailbox whose folder of tasks is looked at already."""
        owner.make("followthru")
        looked(ctx, owner, tasks="followthru")
        return owner

    def test_a_mail_becomes_an_inbox_task(self, ctx: Context, filed: Owner) -> None:
        one = mail("Pat Doe <pat@elsewhere.example>", "Re: Insurance form", "A body that is nobody's business")
        filed.put(one, "followthru")
        (task_id,) = looked(ctx, filed, tasks="followthru").tasks
        row = ctx.read.row("SELECT title, status, notes, practice_id FROM task WHERE id = ?", task_id)
        link = str(one["Message-ID"]).replace("<", "%3C").replace(">", "%3E").replace("@", "%40")
        assert row == (
            "Insurance form",
            "inbox",
            f"Mail from Pat Doe <pat@elsewhere.example>, Wed 1 Jul 2026\nmessage:{link}",
            None,
        )

    def test_once_for_each_message_id(self, ctx: Context, filed: Owner) -> None:
        one = mail("pat@elsewhere.example", "A form")
        filed.put(one, "followthru")
        filed.put(one, "followthru")
        assert len(looked(ctx, filed, tasks="followthru").tasks) == 1
        with ctx.store.writing() as tx:
            tx.run("UPDATE mailbox_state SET next_uid = 1")
        assert looked(ctx, filed, tasks="followthru").tasks == []

    def test_undo_passes_over_it(self, ctx: Context, filed: Owner) -> None:
        add_person(ctx, "Marisol Vega")
        filed.put(mail("pat@elsewhere.example", "A form"), "followthru")
        (task_id,) = looked(ctx, filed, tasks="followthru").tasks
        assert "Marisol" in history.undo(ctx).words
        assert ctx.read.value("SELECT count(*) FROM task WHERE id = ?", task_id) == 1

    @pytest.mark.parametrize(
        ("subject", "title"),
        [
            ("=?utf-8?q?Kurs=0D=0ABcc=3A_x=40y=2Ez?=", "Kurs Bcc: x@y.z"),
            ("=?utf-8?b?4oCubWV0Zml0?= \x1b[31mred", "metfit [31mred"),
            ("", "A mail without a subject"),
            ("=?no-such?q?x?=", "=?no-such?q?x?="),
        ],
    )
    def test_hostile_subjects_are_cleaned(self, ctx: Context, filed: Owner, subject: str, title: str) -> None:
        data = mail("pat@elsewhere.example", "Plain").as_bytes().replace(b"Plain", subject.encode())
        filed.put(data, "followthru")
        (task_id,) = looked(ctx, filed, tasks="followthru").tasks
        assert ctx.read.value("SELECT title FROM task WHERE id = ?", task_id) == title

    def test_a_long_subject_is_cut(self, ctx: Context, filed: Owner) -> None:
        data = mail("pat@elsewhere.example", "Plain").as_bytes().replace(b"Plain", b"word " * 10_000)
        filed.put(data, "followthru")
        (task_id,) = looked(ctx, filed, tasks="followthru").tasks
        assert len(str(ctx.read.value("SELECT title FROM task WHERE id = ?", task_id))) <= 200


async def test_a_date_that_lies_ahead_is_now(ctx: Context, box: Owner, clock: FixedClock) -> None:
    answer = reply(await sent(ctx))
    del answer["Date"]
    answer["Date"] = (NOON + timedelta(days=900)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    box.put(answer)
    looked(ctx, box)
    assert only(ctx).at == clock.at.strftime("%Y-%m-%dT%H:%M:%SZ")
