"""The bytes that leave: only allowed headers, only this recipient, only these words."""

from __future__ import annotations

import re
from contextlib import suppress
from email import policy
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.updates import message
from followthru.updates.finish import Envelope, finished
from followthru.updates.message import Mail, Mailbox, MessageError, build, message_id, verify_frozen
from followthru.updates.words import clean
from tests.updates.corpus import INJECTIONS
from tests.updates.values import mail

HEADERS = ["from", "to", "reply-to", "date", "subject", "message-id", "mime-version", "content-type"]


def test_a_mail_as_written() -> None:
    payload = build(mail(text="Grüße\n.\n.dot\nFrom here\n" + "x" * 2000 + "\n"))
    read = BytesParser(policy=policy.default).parsebytes(payload)
    assert sorted(name.lower() for name in read) == sorted(HEADERS)
    assert read["To"] == "Dana Reyes <dana@example.com>"
    assert read["Message-ID"] == "<0190.abc@example.org>"
    assert "Auto-Submitted" not in read
    assert payload.isascii()
    assert max(map(len, payload.split(b"\r\n"))) <= 78
    body = read.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").startswith("Grüße\n.\n.dot\nFrom here\nxxx")


@pytest.mark.parametrize("length", range(60, 180, 7))
@pytest.mark.parametrize("word", ["Licence ", "a ", "Oak-Street-Therapy, "])
def test_a_header_begins_on_its_own_line(word: str, length: int) -> None:
    """A value that begins on the next line is shown with a space before it, or counted as junk."""
    words = (word * length)[:length].strip()
    payload = build(mail(subject=words))
    head = payload.partition(b"\r\n\r\n")[0]
    assert not [line for line in head.split(b"\r\n") if line.endswith(b":")]
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert BytesParser(policy=policy.default).parsebytes(payload)["Subject"] == words


def headers(payload: bytes) -> list[str]:
    """Return the names of the header lines, read from the bytes alone."""
    lines = payload.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return sorted(line.partition(b":")[0].decode().lower() for line in lines if line[:1] not in {b" ", b"\t"})


BEYOND_PYTHON = {"." * 80, "=" * 998}
"""Words that some versions of Python write, and cannot read back or even write; there they are refused."""
FORGERS = "\r\n\0\x0b\x85\u2028\u202e\u200e\ud800\x1b\x1c"
FORGING = [words for words in INJECTIONS if "=?" in words or set(words) & set(FORGERS)]


@pytest.mark.parametrize("field", ["subject", "me", "name"])
@pytest.mark.parametrize("words", FORGING)
def test_what_could_forge_a_header_is_refused_and_named(words: str, field: str) -> None:
    with pytest.raises(MessageError, match=r"of this mail holds .* which can forge a header"):
        build(mail(**{field: words}))


@pytest.mark.parametrize("field", ["subject", "me", "name"])
@pytest.mark.parametrize("words", [words for words in INJECTIONS if words not in FORGING and len(words) < 300])
def test_odd_words_arrive_as_words(words: str, field: str) -> None:
    if words in BEYOND_PYTHON and field != "subject" and _refused(mail(**{field: words})):
        return
    payload = build(mail(**{field: words}))
    assert headers(payload) == sorted(HEADERS)
    read = BytesParser(policy=policy.default).parsebytes(payload)
    assert [address.addr_spec for address in read["To"].addresses] == ["dana@example.com"]
    arrived = {
        "subject": str(read["Subject"]),
        "me": read["From"].addresses[0].display_name,
        "name": read["To"].addresses[0].display_name,
    }
    assert "".join(arrived[field].split()) == "".join(words.split())


def _refused(one: Mail) -> bool:
    """Tell whether this Python cannot write a mail, and it is refused for that."""
    try:
        build(one)
    except MessageError as refused:
        return re.search(r"not what was meant|cannot be written as a header", str(refused)) is not None
    return False


@pytest.mark.parametrize("words", INJECTIONS)
def test_the_road_from_review_to_bytes_cleans_what_it_can(words: str) -> None:
    """Through every field at once: one mail to one person, or a refusal of what looks like an encoded word."""
    who = Mailbox(words[:80], "dana@example.com")
    envelope = Envelope("<1@example.org>", Mailbox(words[:80], "ana@example.org"), who, None, mail().date)
    if "=?" in words:
        with pytest.raises(MessageError, match="can forge a header"):
            finished(envelope, words, words)
    name, subject = words[:80].replace("=?", ""), words.replace("=?", "")[:150]
    named = envelope._replace(recipient=who._replace(name=name), sender=mail().sender)
    with suppress(MessageError):
        check(finished(named, subject, words))
    check(finished(named._replace(recipient=who._replace(name="Dana")), subject, words))


def check(payload: bytes) -> None:
    """Hold a mail to the headers of one to Dana."""
    assert headers(payload) == sorted({*HEADERS} - {"reply-to"})
    read = BytesParser(policy=policy.default).parsebytes(payload)
    assert [address.addr_spec for address in read["To"].addresses] == ["dana@example.com"]


@pytest.mark.parametrize("host", ["oak.example", f"{'long-' * 10}practice.{'x' * 60}.{'y' * 40}.example"])
def test_a_mail_in_a_thread_names_the_mail_it_answers(host: str) -> None:
    """However long the Message-ID is, it stays one: folded into encoded words it would name no mail."""
    before = message_id("0190-uid", "dana@example.com", f"robin@{host}")
    payload = build(mail()._replace(in_reply_to=before))
    assert headers(payload) == sorted([*HEADERS, "in-reply-to", "references"])
    read = BytesParser(policy=policy.compat32).parsebytes(payload)
    assert [read[name].strip() for name in ("In-Reply-To", "References")] == [before, before]
    verify_frozen(payload, recipient="dana@example.com", message_id=mail().message_id)


@pytest.mark.parametrize("id", ["<a@b>, <c@d>", "<a@b>\r\nBcc: x@y.example", "a@b", "<=?utf-8?q?a?=@b>"])
def test_what_is_no_message_id_opens_no_thread(id: str) -> None:
    with pytest.raises(MessageError, match="is not a Message-ID of ours"):
        build(mail()._replace(in_reply_to=id))


def test_the_same_mail_has_the_same_bytes() -> None:
    assert build(mail()) == build(mail())


@pytest.mark.parametrize("field", ["text", "html"])
@pytest.mark.parametrize("words", [words for words in INJECTIONS if "\ud800" not in words])
def test_bodies_arrive_as_they_are(words: str, field: str) -> None:
    payload = build(mail(**{field: words}))
    assert b"injected@example.com" not in payload.partition(b"\r\n\r\n")[0]


@given(st.text(max_size=120), st.text(max_size=60))
def test_cleaned_words_go_out_or_are_refused(subject: str, name: str) -> None:
    try:
        payload = build(mail(subject=clean(subject), name=clean(name)))
    except MessageError:
        # Only what looks like an encoded word is left to refuse, or what this Python cannot fold unharmed.
        return
    verify_frozen(payload, recipient="dana@example.com", message_id="<0190.abc@example.org>")


@pytest.mark.parametrize(
    "bad",
    [
        "", "dana", "dana@", "@example.com", "dana@exa mple.com", "a@b.c, d@e.f", "dana@example.com>", "dänä@a.de",
        "dana@example.com\n", "dana@example..com", ".dana@example.com", "x" * 65 + "@example.com", '"a b"@example.com',
    ],
)  # fmt: skip
def test_addresses_are_plain(bad: str) -> None:
    with pytest.raises(MessageError):
        message.address(bad)


@pytest.mark.parametrize(
    ("swap", "fault"),
    [
        ((b"To: Dana Reyes <dana@example.com>", b"To: dana@example.com, x@example.com"), "this one person"),
        ((b"To: Dana Reyes <dana@example.com>", b"To: x@example.com"), "this one person"),
        ((b"Reply-To:", b"Bcc:"), "not allowed"),
        ((b"Reply-To:", b"Subject:"), "twice"),
        ((b"<0190.abc@example.org>", b"<other@example.org>"), "Message-ID"),
        ((b"\r\n\r\n", b"\n\r\n"), "bare line end"),
        ((b"MIME-Version: 1.0\r\n", b""), "missing|ways|structure"),
        ((b"Hello Dana", "Hällo".encode()), "7-bit"),
        ((b"Content-Transfer-Encoding", b"Content-Disposition"), "foreign|structure|parts|malformed"),
        ((b"nothing new.", b"y" * 1500), "too long"),
    ],
)
def test_frozen_bytes_that_were_tampered_with_do_not_leave(swap: tuple[bytes, bytes], fault: str) -> None:
    payload = build(mail())
    assert swap[0] in payload
    with pytest.raises(MessageError, match=fault):
        verify_frozen(payload.replace(*swap, 1), recipient="dana@example.com", message_id="<0190.abc@example.org>")


def test_message_ids_are_stable_and_tell_no_address() -> None:
    one = message_id("0190-abc", "Dana@example.com", "ana@example.org")
    assert one == message_id("0190-abc", "dana@example.com", "ana@example.org")
    assert one.startswith("<0190-abc.")
    assert one.endswith("@example.org>")
    assert "dana" not in one
    assert one != message_id("0190-abc", "kim@example.com", "ana@example.org")
