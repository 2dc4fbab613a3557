"""Which part of a mail to read, from what the server says of its structure (RFC 3501 section 7.4.2), and its text."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

from followthru.updates.words import clean, crop

DEEPEST, MOST_PARTS = 4, 20
LINE_WIDTH = 200
_OF_PYTHON = frozenset({"unicode-escape", "raw-unicode-escape", "undefined"})
"""Codecs that read a text as Python source would, and complain of what is none."""
_TEXT_TYPES = frozenset({"text/plain"})
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_MAIL_TYPES = frozenset({"message/rfc822", "message/global"})
_HEADER_TYPES = frozenset({"text/rfc822-headers", "message/global-headers"})


class Part(NamedTuple):
    """One part of a mail: its number (`2.1`; empty for the whole), type, encoding, character set and own parts."""

    number: str
    type: str
    encoding: str = "7bit"
    charset: str = "utf-8"
    parts: tuple[Part, ...] = ()


class ReportParts(NamedTuple):
    """The parts of a delivery report that are read, None where it has none; and of the mail returned which section."""

    status: Part | None
    returned: Part | None
    returned_section: str


NOTHING = Part("", "")


def read(given: object, number: str = "", depth: int = 0) -> Part:
    """Return the structure that imapclient gives as nested tuples; what has no sense has no parts."""
    if not isinstance(given, tuple | list) or not given or depth > DEEPEST:
        return NOTHING
    body = cast("Sequence[object]", given)
    if isinstance(body[0], list):
        children = cast("list[object]", body[0])[:MOST_PARTS]
        own = f"{number}." if number else ""
        parts = tuple(read(child, f"{own}{place}", depth + 1) for place, child in enumerate(children, 1))
        return Part(number, f"multipart/{_word(body, 1)}", parts=parts)
    charset = _parameter(body[2] if len(body) > 2 else None, "charset") or "utf-8"
    return Part(number or "1", f"{_word(body, 0)}/{_word(body, 1)}", _word(body, 5) or "7bit", charset)


def report_parts(whole: Part) -> ReportParts:
    """Return the parts of a report; only its own, never those of a report that it returns."""
    status = next((part for part in whole.parts if part.type in _STATUS_TYPES), None)
    mail = next((part for part in whole.parts if part.type in _MAIL_TYPES), None)
    if mail is not None:
        # The server takes out the header itself; the text stays where it is. It is not encoded (RFC 2046, 5.2.1).
        return ReportParts(status, mail._replace(encoding="7bit"), ".HEADER")
    return ReportParts(status, next((part for part in whole.parts if part.type in _HEADER_TYPES), None), "")


def text_part(whole: Part) -> Part | None:
    """Return the first part that is plain text, None where there is none."""
    return next((part for part in _leaves(whole) if part.type in _TEXT_TYPES), None)


def _leaves(whole: Part) -> Iterator[Part]:
    if not whole.parts:
        yield whole
    for part in whole.parts:
        yield from _leaves(part)


def decoded(data: bytes, part: Part | None) -> bytes:
    """Return a part's bytes without their encoding for transport; a cut end is left off."""
    encoding = "" if part is None else part.encoding
    try:
        if encoding == "quoted-printable":
            return quopri.decodestring(data)
        if encoding == "base64":
            solid = b"".join(data.split())
            return base64.b64decode(solid[: len(solid) // 4 * 4])
    except (binascii.Error, ValueError):
        return b""
    return data


def first_line(data: bytes, part: Part) -> str:
    """Return the first line of a text that is neither empty nor quoted, clean and cut; empty where there is none."""
    try:
        text = decoded(data, part).decode(_codec(part.charset), "replace")
    except (LookupError, ValueError):
        text = decoded(data, part).decode("ascii", "replace")
    lines = (clean(line) for line in text.splitlines())
    return crop(next((line for line in lines if line and not line.startswith(">")), ""), LINE_WIDTH)


def _codec(charset: str) -> str:
    """Return the codec of a mail's character set. Raises LookupError for none, and for one that is Python's alone."""
    name = codecs.lookup(charset).name
    if name in _OF_PYTHON:
        raise LookupError(charset)
    return name


def _word(body: Sequence[object], at: int) -> str:
    value = body[at] if at < len(body) else None
    return value.decode("ascii", "replace").casefold() if isinstance(value, bytes) else ""


def _parameter(given: object, name: str) -> str | None:
    if not isinstance(given, tuple | list):
        return None
    words = [
        one.decode("ascii", "replace") if isinstance(one, bytes) else "" for one in cast("Sequence[object]", given)
    ]
    pairs = zip(words[::2], words[1::2], strict=False)
    return next((value for key, value in pairs if key.casefold() == name), None)
