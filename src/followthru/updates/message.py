"""The bytes of one mail to one person, and the check that they are just that.

Header values are refused before they are written (`safe`), and the written bytes are read back and compared
with what was meant (`verify`): folding in CPython has turned an encoded word inside a subject into a header
of its own (CVE-2024-6923 and its successors), and older patch levels stay in use.
"""

from __future__ import annotations

import email.errors
import hashlib
import re
import unicodedata
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage, Message
from typing import NamedTuple, cast
from urllib.parse import quote

from followthru.errors import RefusedError
from followthru.updates.mail_reading import POLICY, Attached, Parsed, parsed, says

HEADERS = (
    "From",
    "To",
    "Reply-To",
    "Date",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "List-Unsubscribe",
)
_THREAD = ("In-Reply-To", "References")
OPTIONAL_HEADERS = frozenset({"reply-to", "list-unsubscribe", *(name.lower() for name in _THREAD)})
FEWER_SUBJECT = "Fewer updates, please"
"""The subject of the mail that a reader's program writes when they press *unsubscribe*."""
PART_HEADERS = ("Content-Type", "Content-Transfer-Encoding", "MIME-Version")
ATTACHED_HEADERS = (*PART_HEADERS, "Content-Disposition")
LINE_BYTES = 998  # RFC 5322 section 2.1.1, without CRLF
FOLD_BYTES = 78  # RFC 5322 section 2.1.1, what a line should keep to
# The dot-atom of RFC 5322 section 3.2.3 on the left, a host name on the right: what every server takes.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]+@[A-Za-z0-9.-]+>")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,80}\.html")
_EMPTY_START = re.compile(rb"(?m)^([!-9;-~]+:)\r\n( (?![^\r\n]*=\?)[^\r\n]+)")
_HEADER = re.compile(rb"([!-9;-~]+):")
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NEVER = frozenset({"Cc", "Cs", "Zl", "Zp"})


class MessageError(RefusedError):
    """A mail cannot be made safely from these words; nothing was sent."""


class Mailbox(NamedTuple):
    """One person's or account's address, with the name shown beside it."""

    name: str
    address: str


class Mail(NamedTuple):
    """One mail to one person. `date` is an aware instant; `text` and `html` say the same.

    `in_reply_to` is the Message-ID of the mail in whose thread it goes. `attached` is a page that goes along.
    `fewer` is where a reader writes who wants fewer (RFC 2369 section 3.2), as `fewer` returns it.
    """

    message_id: str
    sender: Mailbox
    recipient: Mailbox
    reply_to: str | None
    subject: str
    date: datetime
    text: str
    html: str
    in_reply_to: str | None = None
    fewer: str | None = None
    attached: Attached | None = None


def fewer(reply_to: str) -> str:
    """Return the address to which a reader's program writes for fewer mails, as a URI (RFC 6068).

    Raises MessageError for an address that cannot be written.
    """
    return f"mailto:{quote(address(reply_to), safe='@')}?subject={quote(FEWER_SUBJECT)}"


def message_id(update_uid: str, recipient: str, sender: str) -> str:
    """Return the Message-ID that this update to this recipient keeps over every attempt.

    Raises MessageError for addresses that cannot be written.
    """
    who = hashlib.sha256(address(recipient).casefold().encode()).hexdigest()[:12]
    return f"<{re.sub('[^A-Za-z0-9.-]', '', update_uid)}.{who}@{address(sender).rpartition('@')[2]}>"


def address(text: str) -> str:
    """Return an address that is written the same everywhere, or raise MessageError."""
    if len(text) > 254 or len(text.partition("@")[0]) > 64 or not _ADDRESS.fullmatch(text):
        raise MessageError(
            f"{crop_repr(text)} is not an e-mail address that can be written to.",
            safe="Nothing was sent.",
            remedy="Correct it with person edit, or in the mail account's settings.",
        )
    return text


def safe(name: str, value: str) -> str:
    """Return a header's value, or raise MessageError if it could end, hide or forge a header."""
    bad = next((c for c in value if c in _REORDERING or unicodedata.category(c) in _NEVER), None)
    if bad is not None or "=?" in value:
        what = "an encoded word (=?)" if bad is None else f"the character U+{ord(bad):04X}"
        raise MessageError(
            f"The {name} of this mail holds {what}, which can forge a header.",
            safe="Nothing was sent.",
            remedy="Edit those words and approve the update again.",
        )
    return value


def crop_repr(text: str) -> str:
    """Return text from outside as it may stand in an error."""
    return ascii(text if len(text) <= 80 else text[:79] + "…")


def build(mail: Mail) -> bytes:
    """Return the mail's final bytes: 7-bit, CRLF, text first, what is attached last, verified.

    Raises MessageError when a value is unsafe, cannot be written by this Python, or the bytes do not read back as
    what was meant.
    """
    with _writable():
        return _built(mail)


def _built(mail: Mail) -> bytes:
    for id in (mail.message_id, mail.in_reply_to):
        if id is not None and not _is_ours(id):
            raise MessageError(f"{crop_repr(id)} is not a Message-ID of ours.")
    attached = mail.attached
    if attached is not None and not _FILE_NAME.fullmatch(attached.name):
        raise MessageError(f"{crop_repr(attached.name)} is no name for a file in a mail.", safe="Nothing was sent.")
    if not _is_text(mail.text + mail.html + ("" if attached is None else attached.html)):
        raise MessageError("The text of this mail holds half a character.", safe="Nothing was sent.")
    message = EmailMessage(policy=POLICY)
    message["From"] = _mailbox("From", mail.sender)
    message["To"] = _mailbox("To", mail.recipient)
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=address(mail.reply_to))
    message["Date"] = mail.date
    message["Subject"] = safe("Subject", mail.subject)
    message["Message-ID"] = mail.message_id
    if mail.in_reply_to:
        # RFC 5322 section 3.6.4: the mail it answers, and the thread so far, which that mail began.
        message["In-Reply-To"] = mail.in_reply_to
        message["References"] = mail.in_reply_to
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if attached is not None:
        message.add_attachment(attached.html, subtype="html", cte="quoted-printable", filename=attached.name)
    # The same mail always has the same bytes.
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        mark = f"{mail.message_id}{number or ''}"
        part.set_boundary(f"=_{hashlib.sha256(mark.encode()).hexdigest()[:32]}")
    payload = _with_fewer(_begun(message.as_bytes()), mail)
    verify(payload, mail)
    return payload


@contextmanager
def _writable() -> Generator[None]:
    """Turn what CPython's own mail parser stumbles over, a name of eighty dots for instance, into MessageError."""
    try:
        yield
    except (email.errors.MessageError, TypeError, ValueError, LookupError, AttributeError) as fault:
        raise MessageError(
            f"A name or the subject of this mail cannot be written as a header ({type(fault).__name__}).",
            safe="Nothing was sent.",
            remedy="Look at the person's name, at yours and at the subject, and approve it again.",
        ) from fault


def _begun(payload: bytes) -> bytes:
    """Return the mail with every header begun on the line of its name.

    CPython puts a value that just does not fit wholly onto the next line; the first one is empty then, which
    readers show as a space before the value. Encoded words keep their lines (RFC 2047 section 2).
    """
    head, end, body = payload.partition(b"\r\n\r\n")
    return _EMPTY_START.sub(_refolded, head) + end + body


def _is_ours(message_id: str) -> bool:
    return len(message_id) <= 250 and _MESSAGE_ID.fullmatch(message_id) is not None


def _refolded(found: re.Match[bytes]) -> bytes:
    name, value = found.groups()
    line = name + value
    cut = line.rfind(b" ", len(name) + 2, FOLD_BYTES)
    return found[0] if cut < 0 else line[:cut] + b"\r\n" + line[cut:]


def _with_fewer(payload: bytes, mail: Mail) -> bytes:
    """Return the mail with where to write for fewer, if it says so, on one line.

    CPython would turn a long one into encoded words, which no program follows.
    Raises MessageError unless that is where any answer of its reader goes.
    """
    if mail.fewer is None:
        return payload
    if mail.fewer != fewer(mail.reply_to or mail.sender.address):
        raise MessageError("This mail would have its reader write to another address.", safe="Nothing was sent.")
    head, end, body = payload.partition(b"\r\n\r\n")
    return head + f"\r\nList-Unsubscribe: <{mail.fewer}>".encode("ascii") + end + body


def _fewer_of(message: Parsed) -> str | None:
    """Return where a mail says to write for fewer, None where it does not."""
    header = message.header("List-Unsubscribe")
    return None if header is None else header.removeprefix("<").removesuffix(">")


def _solid(*words: str) -> list[str]:
    """Return words without their spaces, which folding may move between encoded words."""
    return ["".join(word.split()) for word in words]


def _is_text(words: str) -> bool:
    return not any(unicodedata.category(character) == "Cs" for character in words)


def _mailbox(name: str, mailbox: Mailbox) -> Address:
    return Address(display_name=safe(name, mailbox.name), addr_spec=address(mailbox.address))


def verify(payload: bytes, mail: Mail) -> None:
    """Read the bytes back and compare every header and both bodies with what was meant.

    Raises MessageError at the first difference.
    """
    message = _checked(payload, mail.recipient.address, mail.message_id)
    replies = [Mailbox("", mail.reply_to)] if mail.reply_to else []
    for name, expected in (("From", [mail.sender]), ("To", [mail.recipient]), ("Reply-To", replies)):
        found = _addresses(message, name)
        _require(
            [_solid(*mailbox) for mailbox in found] == [_solid(*mailbox) for mailbox in expected], f"{name} differs"
        )
    _require(_solid(message.header("Subject") or "") == _solid(mail.subject), "Subject differs")
    for name in _THREAD:
        _require(message.header(name) == mail.in_reply_to, f"{name} differs")
    _require(_fewer_of(message) == mail.fewer, "List-Unsubscribe differs")
    for kind, part, words in zip(("plain", "html"), message.parts, (mail.text, mail.html), strict=True):
        _require(says(part, words), f"its {kind} text differs")
    _require((message.attached is None) == (mail.attached is None), "what goes along with it differs")
    if message.attached is not None and mail.attached is not None:
        _require(message.attached.get_filename() == mail.attached.name, "the name of its page differs")
        _require(says(message.attached, mail.attached.html), "its page differs")


def verify_frozen(payload: bytes, *, recipient: str, message_id: str) -> str | None:
    """Check stored bytes once more before they leave: allowed headers only, exactly this recipient.

    The header block is read both as bytes and by the parser, so that neither can be fooled alone. Returns the address
    that they are from, None when they name no single one. Raises MessageError.
    """
    with _writable():
        found = _addresses(_checked(payload, recipient, message_id), "From")
    return found[0].address if len(found) == 1 else None


def _checked(payload: bytes, recipient: str, message_id: str) -> Parsed:
    """Read a mail's bytes, once, and return it; or raise MessageError for what may not leave."""
    _require(payload.isascii(), "it is not 7-bit")
    _require(not re.search(rb"\r(?!\n)|(?<!\r)\n|\x00", payload), "it has a bare line end")
    _require(all(len(line) <= LINE_BYTES for line in payload.split(b"\r\n")), "a line is too long")
    names = list(_header_names(payload))
    allowed = {name.lower() for name in HEADERS}
    _require(len(set(names)) == len(names), "a header stands twice")
    _require(set(names) <= allowed, f"it has a header that is not allowed ({crop_repr(' '.join(names))})")
    required = allowed - OPTIONAL_HEADERS
    _require(required <= set(names), "a header is missing")
    found = parsed(payload)
    message, parts, attached, kinds = found
    _require([name.lower() for name in message] == names, "its headers read in two ways")
    _require(not any(each.defects for each in message.walk()), "it is malformed")
    readers = [mailbox.address for mailbox in _addresses(found, "To")]
    _require(readers == [recipient], "it is not addressed to this one person")
    _require(found.header("Message-ID") == message_id, "its Message-ID differs")
    answers, refers = (found.header(name) or "" for name in _THREAD)
    _require(answers == refers and (not answers or _is_ours(answers)), "it is in a thread that is not ours")
    replies = _addresses(found, "Reply-To") or _addresses(found, "From")
    _require(_fewer_of(found) in {None, *(fewer(each.address) for each in replies)}, "it leads to another address")
    mixed = ("multipart/mixed",) * (attached is not None)
    _require(kinds == (*mixed, "multipart/alternative"), "its structure differs")
    _require([part.get_content_type() for part in parts] == ["text/plain", "text/html"], "its parts differ")
    if attached is not None:
        _check_attached(attached)
    _require(all(name in PART_HEADERS for part in parts for name in part), "a part has a foreign header")
    return found


def _check_attached(part: Message) -> None:
    """Raise MessageError for anything but an HTML page under a plain name, to be saved and not shown."""
    _require(part.get_content_type() == "text/html", "what goes along is no page")
    _require(all(name in ATTACHED_HEADERS for name in part), "what goes along has a foreign header")
    named = part.get_content_disposition() == "attachment" and _FILE_NAME.fullmatch(part.get_filename() or "")
    _require(bool(named), "what goes along has no plain name")


def sha256(payload: bytes) -> str:
    """Return the hash under which approved bytes are frozen."""
    return hashlib.sha256(payload).hexdigest()


def _header_names(payload: bytes) -> Iterator[str]:
    for line in payload.partition(b"\r\n\r\n")[0].split(b"\r\n"):
        if line[:1] in {b" ", b"\t"}:
            continue
        found = _HEADER.match(line)
        _require(found is not None, "a header line has no name")
        if found:
            yield found[1].decode("ascii").lower()


def _addresses(message: Parsed, name: str) -> list[Mailbox]:
    header = message.read(name)
    if header is None:
        return []
    found = cast("tuple[Address, ...]", getattr(header, "addresses", ()))
    return [Mailbox(each.display_name, each.addr_spec) for each in found]


def _require(holds: bool, fault: str) -> None:
    if not holds:
        raise MessageError(
            f"The mail as written is not what was meant: {fault}.",
            safe="Nothing was sent.",
            remedy="Edit its words and approve it again; if that does not help, please report this.",
        )
