"""A mail's bytes taken apart: its headers as they read, its text and HTML, and the page that goes along."""

from __future__ import annotations

from email import policy
from email.headerregistry import HeaderRegistry, MessageIDHeader
from email.message import Message
from email.parser import BytesParser
from typing import NamedTuple, cast

_IDENTIFIERS = HeaderRegistry()
for _name in ("in-reply-to", "references"):
    # As unstructured text a long Message-ID would be folded into encoded words, and name no mail.
    _IDENTIFIERS.map_to_type(_name, MessageIDHeader)  # pyright: ignore[reportArgumentType]
POLICY = policy.SMTP.clone(header_factory=_IDENTIFIERS)
_TWO = 2


class Attached(NamedTuple):
    """An HTML page that goes along with a mail: its file's name, in plain ASCII, and what it holds."""

    name: str
    html: str


class Parsed(NamedTuple):
    """A mail taken apart once: what each header says is read when it is asked for, as the policy reads it.

    `parts` are its text and HTML, `attached` is the page that goes along; `kinds` are the types of its containers.
    """

    message: Message
    parts: tuple[Message, ...]
    attached: Message | None = None
    kinds: tuple[str, ...] = ()

    def read(self, name: str) -> object:
        """Return a header as the policy reads it, None where there is none."""
        raw = self.message.get(name)
        return None if raw is None else POLICY.header_fetch_parse(name, raw)

    def header(self, name: str) -> str | None:
        """Return a header's words, None where there is none."""
        found = self.read(name)
        return None if found is None else str(found).strip()


def texts(payload: bytes) -> tuple[str, str]:
    """Return the text and the HTML of a mail's bytes, as its reader gets them."""
    bodies = (part.get_payload(decode=True) for part in parsed(payload).parts)
    text, html = (body.decode().replace("\r\n", "\n") if isinstance(body, bytes) else "" for body in bodies)
    return text, html


def page(payload: bytes) -> Attached | None:
    """Return the page that goes along with a mail's bytes, None where none does."""
    part = parsed(payload).attached
    body = None if part is None else part.get_payload(decode=True)
    if part is None or not isinstance(body, bytes):
        return None
    return Attached(part.get_filename() or "", body.decode().replace("\r\n", "\n"))


def parsed(payload: bytes) -> Parsed:
    """Take a mail apart. The parser's own policy reads no header in depth, which is most of the work."""
    message = BytesParser(policy=policy.compat32).parsebytes(payload)
    kinds, parts = [message.get_content_type()], _inside(message)
    attached = None
    if kinds[0] == "multipart/mixed" and len(parts) == _TWO:
        first, attached = parts
        kinds.append(first.get_content_type())
        parts = _inside(first)
    return Parsed(message, tuple(parts), attached, tuple(kinds))


def _inside(message: Message) -> list[Message]:
    return cast("list[Message]", message.get_payload()) if message.is_multipart() else []


def says(part: Message, words: str) -> bool:
    """Whether a part says just these words, whatever its line ends."""
    content = part.get_payload(decode=True)
    return isinstance(content, bytes) and _lines(content.decode()) == _lines(words)


def _lines(words: str) -> str:
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    return lines if lines.endswith("\n") else lines + "\n"
