"""Where a reader writes for fewer: in one header, on one line, and to nobody else than any answer goes to."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.updates.message import Mailbox, MessageError, build, fewer, verify_frozen
from tests.updates.values import mail

TO_ANSWERS = fewer("replies@example.org")


def head(payload: bytes) -> bytes:
    return payload.partition(b"\r\n\r\n")[0]


def check(payload: bytes) -> None:
    verify_frozen(payload, recipient="dana@example.com", message_id="<0190.abc@example.org>")


def test_it_stands_on_one_line_and_reads_back() -> None:
    payload = build(mail()._replace(fewer=TO_ANSWERS))
    assert b"\r\nList-Unsubscribe: <mailto:replies@example.org?subject=Fewer%20updates%2C%20please>" in head(payload)
    read = BytesParser(policy=policy.default).parsebytes(payload)
    assert read["List-Unsubscribe"] == f"<{TO_ANSWERS}>"
    check(payload)


def test_without_it_there_is_no_such_header() -> None:
    assert b"unsubscribe" not in build(mail()).lower()


@given(st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,40}@[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?\.example", fullmatch=True))
def test_any_address_is_written_as_a_uri(address: str) -> None:
    """`&`, `?` and `%` of an address are none of the URI's own (RFC 6068 section 2); a long one is not folded."""
    payload = build(mail()._replace(reply_to=address, fewer=fewer(address)))
    assert [line for line in head(payload).split(b"\r\n") if line.startswith(b"List-Unsubscribe: <mailto:")]
    assert fewer(address).count("?") == 1
    assert "&" not in fewer(address)
    check(payload)


@pytest.mark.parametrize(
    "other",
    [fewer("robin@example.org"), "mailto:replies@example.org", "https://example.org/u", f"{TO_ANSWERS}&cc=x@y.z"],
)
def test_it_leads_nowhere_else(other: str) -> None:
    with pytest.raises(MessageError, match="write to another address"):
        build(mail()._replace(fewer=other))
    payload = build(mail()._replace(fewer=TO_ANSWERS))
    with pytest.raises(MessageError, match="leads to another address"):
        check(payload.replace(TO_ANSWERS.encode(), other.encode()))


def test_without_a_reply_address_it_leads_to_the_sender() -> None:
    plain = mail()._replace(reply_to=None)
    check(build(plain._replace(fewer=fewer("ana@example.org"))))
    with pytest.raises(MessageError):
        build(plain._replace(fewer=TO_ANSWERS))
    with pytest.raises(MessageError):
        fewer(Mailbox("x", "not an address").address)
