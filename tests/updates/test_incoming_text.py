"""Mail of any shape is read without harm: headers, structures, reports, and what a reply seems to ask for."""

from __future__ import annotations

import unicodedata
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from followthru.updates.incoming import structure
from followthru.updates.incoming.headers import (
    LARGEST,
    MOST_REFERENCES,
    NAME_WIDTH,
    SUBJECT_WIDTH,
    Said,
    Sender,
    read_said,
    read_thread,
)
from followthru.updates.incoming.reports import DETAIL_WIDTH, Fate, read_report
from followthru.updates.incoming.sorts import Sort, Wish, sort_of, wish
from followthru.updates.transports.dsn import sender_options
from tests.actions.posted import report
from tests.storekit import NOON

OURS = "<uid.1234@oak.example>"
DANA = "dana.reyes@oak-street.example"
NAMES = (
    b"Message-ID", b"In-Reply-To", b"References", b"Content-Type", b"From", b"Subject", b"Date", b"Auto-Submitted",
    b"Precedence", b"X-Autoreply", b"Final-Recipient", b"Original-Recipient", b"Action", b"Status", b"Diagnostic-Code",
    b"Original-Envelope-Id",
)  # fmt: skip
SCRAPS = (
    b"<a@b.example>", b"multipart/report; report-type=delivery-status", b"=?utf-8?q?=0D=0Ax?=", b"=?x?b?!!?=",
    b"rfc822; ", b"dana@oak.example", b"failed", b"5.1.1", b"\r\n ", b"\r\n", b"\x00", b"\xff\xfe", b"\xe2\x80\xae",
    b";", b'"', b"(",
    b"<" * 50, b"auto-replied", b"Thu, 32 Foo 99999 99:99:99 +9999", b"report-type*0*=utf-8''delivery", b"\r\n\r\n",
)  # fmt: skip
values = st.lists(st.sampled_from(SCRAPS) | st.binary(max_size=20), max_size=6).map(b"".join)
blocks = st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=8).map(
    lambda pairs: b"".join(name + b": " + value + b"\r\n" for name, value in pairs)
)
mails = blocks | st.binary(max_size=300)


def is_plain(text: str) -> bool:
    """Whether no character of a text could hide, reorder or end a line."""
    return not any(unicodedata.category(one) in {"Cc", "Zl", "Zp", "Cs"} or one in "\u202a\u202e\u2066" for one in text)


class TestAnyBytes:
    @given(mails)
    def test_what_threads_a_mail(self, data: bytes) -> None:
        thread = read_thread(data)
        assert len(thread.refers_to) <= MOST_REFERENCES
        assert all(one in data.decode("latin-1") for one in thread.refers_to)

    @given(mails)
    def test_what_a_mail_says(self, data: bytes) -> None:
        said = read_said(data)
        assert len(said.subject) <= SUBJECT_WIDTH
        assert len(said.sender.name) <= NAME_WIDTH
        assert is_plain(said.subject + said.sender.name + said.sender.address)
        assert said.sender.address == "" or said.sender.address.count("@") == 1
        assert sort_of(said) in (Sort.REPLY, Sort.AWAY)

    @given(mails, mails)
    def test_a_report_says_of_our_mails_only_what_it_quotes(self, status: bytes, returned: bytes) -> None:
        """What is not ours is not in it: our Message-ID is not among these bytes."""
        found = read_report(status, returned)
        assert OURS not in found.quotes
        for one in found.recipients:
            assert is_plain(one.detail)
            assert len(one.detail) <= DETAIL_WIDTH
            assert one.fate is not Fate.RETURNED or (one.code or "").startswith("5.")

    @given(mails)
    def test_any_report_that_does_quote_it_still_marks_only_whom_it_names(self, status: bytes) -> None:
        found = read_report(status, f"Message-ID: {OURS}\r\n".encode())
        assert found.quotes[0] == OURS
        verdict = found.of(DANA)
        assert verdict is None or verdict[1] is False

    trees = st.recursive(
        st.none() | st.integers() | st.binary(max_size=12) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=5) | st.lists(inner, max_size=5).map(tuple),
        max_leaves=40,
    )

    @given(trees)
    def test_any_structure(self, tree: object) -> None:
        whole = structure.read(tree)
        structure.report_parts(whole)
        part = structure.text_part(whole)
        assert part is None or part.type == "text/plain"

    @given(
        st.binary(max_size=400),
        st.sampled_from(["7bit", "quoted-printable", "base64", "x"]),
        st.sampled_from(["utf-8", "us-ascii", "utf-16", "zip", "idna", "no such", "\0", "unicode_escape"]),
    )
    @example(b"\\\0", "7bit", "unicode_escape")
    @example(b"\\\0", "7bit", "raw_unicode_escape")
    def test_any_first_line(self, data: bytes, encoding: str, charset: str) -> None:
        line = structure.first_line(data, structure.Part("1", "text/plain", encoding, charset))
        assert is_plain(line)
        assert len(line) <= structure.LINE_WIDTH

    @given(st.text(max_size=200), st.text(max_size=200))
    def test_any_words_ask_for_something_only_if_they_say_so(self, subject: str, line: str) -> None:
        asked = wish(subject, line)
        said = f"{subject} {line}".casefold()
        assert asked is None or any(
            word in said for word in ("pause", "stop", "unsub", "no more", "less", "often", "few")
        )


class TestThreads:
    def test_the_nearest_comes_first(self) -> None:
        data = b"In-Reply-To: <c@x.y>\r\nReferences: <a@x.y> <b@x.y>\r\n <c@x.y>\r\nMessage-ID: <d@x.y>\r\n"
        assert read_thread(data).refers_to == ("<c@x.y>", "<b@x.y>", "<a@x.y>")

    def test_of_endless_references_the_last_count(self) -> None:
        every = " ".join(f"<{number}@x.y>" for number in range(2_000))
        assert read_thread(f"References: {every}\r\n".encode()).refers_to[0] == "<1999@x.y>"
        assert len(read_thread(b"References: " + b"<" * LARGEST * 3).refers_to) == 0

    @pytest.mark.parametrize(
        ("kind", "is_report"),
        [
            ('multipart/report; report-type=delivery-status; boundary="x"', True),
            ("multipart/report; REPORT-TYPE=Delivery-Status; boundary=x", True),
            ("multipart/report; report-type=disposition-notification; boundary=x", False),
            ("multipart/mixed; report-type=delivery-status; boundary=x", False),
            ("text/plain", False),
        ],
    )
    def test_only_delivery_reports_are_reports(self, kind: str, is_report: bool) -> None:
        assert read_thread(f"Content-Type: {kind}\r\n".encode()).is_report is is_report


class TestSenders:
    @pytest.mark.parametrize(
        ("given", "sender"),
        [
            (f"Dana Reyes <{DANA}>", Sender("Dana Reyes", DANA)),
            (f"=?utf-8?q?Dan=C3=A1?= <{DANA.upper()}>", Sender("Daná", DANA)),
            (DANA, Sender("", DANA)),
            (f"{DANA}, other@x.example", Sender("", "")),
            (f"{DANA} <other@x.example>", Sender("", "")),
            (f'"{DANA}" <other@x.example>', Sender("", "")),
            ("nobody", Sender("", "")),
        ],
    )
    def test_one_that_can_be_read_in_one_way(self, given: str, sender: Sender) -> None:
        assert read_said(f"From: {given}\r\n".encode()).sender == sender

    def test_two_headers_are_none(self) -> None:
        assert read_said(f"From: {DANA}\r\nFrom: other@x.example\r\n".encode()).sender == Sender("", "")

    def test_a_date_is_an_instant(self) -> None:
        assert read_said(f"Date: {format_datetime(NOON)}\r\n".encode()).at == NOON
        assert read_said(b"Date: Wed, 01 Jul 2026 14:00:00 +0200\r\n").at == NOON


class TestReports:
    def parts(self, data: bytes) -> tuple[bytes, bytes]:
        """Return the second and the third part of a report."""
        _, _, status, returned, _ = data.split(b"--=report")
        return status.partition(b"\n\n")[2], returned.partition(b"\n\n")[2]

    def test_a_recipient_is_found_whatever_the_case(self) -> None:
        found = read_report(*self.parts(report(OURS, DANA.upper()))).of(DANA)
        assert found is not None
        assert found[0].fate is Fate.RETURNED
        assert found[1]

    def test_what_a_reply_to_it_refers_to_is_not_quoted(self) -> None:
        status, returned = self.parts(report("<x@y.z>", DANA))
        assert read_report(status, returned + f"References: {OURS}\n".encode()).quotes == ("<x@y.z>",)

    def test_an_envelope_id_may_be_xtext(self) -> None:
        status, returned = self.parts(report("<x@y.z>", DANA, envelope_id="uid+2E1234+40oak.example"))
        assert OURS in read_report(status, returned).quotes

    def test_what_we_ask_servers_to_report_under_is_known_again(self) -> None:
        (_, given) = sender_options(OURS)
        status, returned = self.parts(report("<x@y.z>", DANA, envelope_id=given.removeprefix("ENVID=")))
        assert OURS in read_report(status, returned).quotes

    def test_a_status_that_is_only_in_the_words_counts(self) -> None:
        status, returned = self.parts(report(OURS, DANA, status="nonsense"))
        found = read_report(status, returned).of(DANA)
        assert found is not None
        assert (found[0].fate, found[0].code) == (Fate.RETURNED, "5.1.1")

    def test_without_a_status_of_class_5_it_is_given_up(self) -> None:
        status, returned = self.parts(report(OURS, DANA, status="", diagnostic="gone"))
        found = read_report(status, returned).of(DANA)
        assert found is not None
        assert found[0].fate is Fate.GIVEN_UP

    def test_what_arrived_at_the_reader_is_no_fault_though_a_copy_failed(self) -> None:
        status, returned = self.parts(report(OURS, DANA, action="delivered", status="2.0.0"))
        other = b"\n\nFinal-Recipient: rfc822; robin@oak.example\nAction: failed\nStatus: 5.1.1\n"
        assert read_report(status.rstrip() + other, returned).of(DANA) is None


class TestWishes:
    @pytest.mark.parametrize(
        ("line", "asked"),
        [
            ("Pause", Wish.PAUSE),
            ("Please stop these updates.", Wish.PAUSE),
            ("STOP", Wish.PAUSE),
            ("please stop sending me these emails, thanks!", Wish.PAUSE),
            ("Unsubscribe", Wish.PAUSE),
            ("Less often, please", Wish.LESS_OFTEN),
            ("Once a month is enough.", Wish.LESS_OFTEN),
            ("Fewer of these please", None),
            ("fewer mails please", Wish.LESS_OFTEN),
            ("Please stop by on Friday", None),
            ("Can you pause the licence renewal?", None),
            ("stop the presses", None),
            ("We will stop accepting new patients on the 1st", None),
            ("I do not want to stop these updates", None),
            ("Thank you", None),
            ("", None),
        ],
    )
    def test_only_a_line_that_says_nothing_else(self, line: str, asked: Wish | None) -> None:
        assert wish("Re: Update: Oak Street", line) is asked

    def test_the_subject_counts_too(self) -> None:
        assert wish("Re: pause", "Hello") is Wish.PAUSE


def test_a_program_that_answers_is_no_person() -> None:
    assert sort_of(Said(Sender("", ""), "", None, True)) is Sort.AWAY
