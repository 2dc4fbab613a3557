"""A mail that goes on from an earlier one: two headers that agree and name only mails of ours."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.updates.message import MessageError, build, verify_frozen
from tests.updates.values import mail

OURS = "<0190.abc@example.org>"
WHO = {"recipient": "dana@example.com", "message_id": OURS}
ids = st.from_regex(r"<[A-Za-z0-9._-]{1,120}@[a-z0-9-]{1,60}\.org>", fullmatch=True)


@given(st.none() | ids)
def test_a_thread_reads_back_as_it_was_meant(before: str | None) -> None:
    payload = build(mail()._replace(in_reply_to=before))
    read = BytesParser(policy=policy.default).parsebytes(payload)
    assert (read.get("References"), read.get("In-Reply-To")) == (before, before)
    assert b"=?" not in payload.partition(b"\r\n\r\n")[0]
    verify_frozen(payload, recipient="dana@example.com", message_id=OURS)


@pytest.mark.parametrize(
    "bad",
    ["x@example.org", "<x@example.org>\r\nBcc: <x@example.org>", "<a b@example.org>", "<x@example.org> ",
     "<é@x.org>", f"<{'x' * 250}@example.org>"],
)  # fmt: skip
def test_what_is_no_mail_of_ours_is_not_gone_on_from(bad: str) -> None:
    with pytest.raises(MessageError, match="not a Message-ID of ours"):
        build(mail()._replace(in_reply_to=bad))


@pytest.mark.parametrize(
    ("swap", "fault"),
    [
        ((b"In-Reply-To: <b@example.org>\r\n", b""), "thread that is not ours"),
        ((b"In-Reply-To: <b@example.org>", b"In-Reply-To: <a@example.org>"), "thread that is not ours"),
        ((b"<b@example.org>\r\nReferences: <b@example.org>", b"words\r\nReferences: words"), "not ours"),
        ((b"In-Reply-To: <b@example.org>", b"References: <b@example.org>"), "twice"),
    ],
)
def test_a_thread_that_was_tampered_with_does_not_leave(swap: tuple[bytes, bytes], fault: str) -> None:
    payload = build(mail()._replace(in_reply_to="<b@example.org>"))
    assert swap[0] in payload
    with pytest.raises(MessageError, match=fault):
        verify_frozen(payload.replace(*swap, 1), recipient="dana@example.com", message_id=OURS)
