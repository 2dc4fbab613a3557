"""The few headers that are read of other people's mail, made safe: text from outside, of any shape.

Of every new mail only what threads it is asked for (`THREAD`); of one that belongs to an update also who says what
when (`SAID`).
"""

from __future__ import annotations

import email.errors
import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from typing import NamedTuple

from followthru.updates.words import clean, crop

THREAD = ("MESSAGE-ID", "IN-REPLY-TO", "REFERENCES", "CONTENT-TYPE")
SAID = ("FROM", "SUBJECT", "DATE", "AUTO-SUBMITTED", "PRECEDENCE", "X-AUTOREPLY", "X-AUTORESPOND")
LARGEST = 64 * 1024
"""The most bytes of headers that are read of one mail."""
MOST_REFERENCES = 100
_FIRST_MAIL = datetime(1970, 1, 1, tzinfo=UTC)
NAME_WIDTH, SUBJECT_WIDTH = 80, 200
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()]{1,64}@[^\s@<>,;:\"()]{1,253}")
_AUTOMATIC = frozenset({"auto_reply", "auto-reply", "bulk", "junk"})
# What CPython's own parser has been seen to raise on mail of no shape at all.
_MALFORMED = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
    email.errors.MessageError,
)


class Thread(NamedTuple):
    """What places a mail: its Message-ID, those it refers to with the nearest first, and whether it is a report."""

    message_id: str | None
    refers_to: tuple[str, ...]
    is_report: bool


class Sender(NamedTuple):
    """Who a mail says it is from, cleaned; both empty where that is not exactly one address."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands after the @."""
        return self.address.rpartition("@")[2]


class Said(NamedTuple):
    """Who says what and when (aware, UTC; None where no date can be read), and whether a program says it."""

    sender: Sender
    subject: str
    at: datetime | None
    automatic: bool


def read_thread(data: bytes) -> Thread:
    """Read what threads a mail; what cannot be read counts as absent."""
    message = parsed(data)
    own = message_ids(message, "Message-ID")
    refers_to = (*message_ids(message, "In-Reply-To"), *reversed(message_ids(message, "References")))
    return Thread(own[0] if own else None, tuple(dict.fromkeys(refers_to))[:MOST_REFERENCES], _is_report(message))


def read_said(data: bytes) -> Said:
    """Read who says what; what cannot be read counts as absent."""
    message = parsed(data)
    return Said(_sender(message), text(message, "Subject", SUBJECT_WIDTH), _date(message), _is_automatic(message))


def parsed(data: bytes) -> Message:
    """Return the headers of a mail, none where they have no shape."""
    try:
        return BytesHeaderParser(policy=compat32).parsebytes(data[:LARGEST])
    except _MALFORMED:
        return Message()


def raw(message: Message, name: str) -> str:
    """Return a header as it was written, as far as that is ASCII; empty where there is none."""
    try:
        return str(message.get(name, ""))
    except _MALFORMED:
        return ""


def text(message: Message, name: str, width: int) -> str:
    """Return a header's words decoded (RFC 2047), on one line, without characters that hide or reorder."""
    return words(raw(message, name), width)


def words(given: str, width: int) -> str:
    """Return words of a header decoded, clean and cut to a width."""
    given = given[: 20 * width]
    try:
        decoded = str(make_header(decode_header(given)))
    except _MALFORMED:
        decoded = given
    return crop(clean(decoded), width)


def message_ids(message: Message, name: str) -> list[str]:
    """Return the Message-IDs in a header, in their order; at most the last hundred."""
    return _MESSAGE_ID.findall(raw(message, name))[-MOST_REFERENCES:]


def _is_report(message: Message) -> bool:
    """Whether this is a delivery report (RFC 3464, RFC 6533)."""
    try:
        kind = str(message.get_param("report-type") or "").casefold()
        return message.get_content_type() == "multipart/report" and kind == "delivery-status"
    except _MALFORMED:
        return False


def _sender(message: Message) -> Sender:
    """Two senders, or one that can be read in two ways, are none: nobody is taken for somebody else."""
    try:
        given = [str(value) for value in message.get_all("From", [])]
        found = [pair for pair in getaddresses(given) if pair[1]]
    except _MALFORMED:
        return Sender("", "")
    if len(given) != 1 or len(found) != 1 or not _ADDRESS.fullmatch(found[0][1]) or given[0].count("@") != 1:
        return Sender("", "")
    return Sender(words(found[0][0], NAME_WIDTH), clean(found[0][1]).casefold())


def _date(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(raw(message, "Date"))
        at = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except _MALFORMED:
        return None
    return at if at >= _FIRST_MAIL else None


def _is_automatic(message: Message) -> bool:
    """Whether a program wrote it (RFC 3834 section 5), or says so in the ways from before that."""
    submitted = raw(message, "Auto-Submitted").partition(";")[0].strip().casefold()
    precedence = raw(message, "Precedence").strip().casefold()
    older = any(name in message for name in ("X-Autoreply", "X-Autorespond"))
    return submitted not in ("", "no") or precedence in _AUTOMATIC or older
