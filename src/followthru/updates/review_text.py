"""What the PM sees in `$EDITOR`, and reading it back without losing a word."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from followthru.errors import UsageError
from followthru.updates.words import clean, clean_lines

_NOTES = (
    "Lines that start with # before the subject are notes for you; they are not sent.",
    "Underlined lines are headings and lines that start with - are list items, in the HTML as well.",
    "Dates that you take out do not count as told.",
)


class Edited(NamedTuple):
    """What the PM made of an update."""

    subject: str
    body: str


class ReviewTextError(UsageError):
    """An edited update cannot be read; the text itself is kept."""

    def __init__(self, message: str) -> None:
        super().__init__(message, safe="Your text is kept.", remedy="Correct it in the editor, or discard it.")


def write(
    recipient: str,
    subject: str,
    body: str,
    reasons: Iterable[str] = (),
    remarks: Iterable[str] = (),
    former: str | None = None,
) -> str:
    """Return the text to edit. `recipient` is shown, and changing it is refused.

    `reasons` say why it waits, `remarks` what may sound other than it is meant; `former` are words of the PM's from
    before it was written anew, to copy from.
    """
    held = [f"# Waits for you: {clean(reason)}" for reason in reasons]
    tone = [f"# Tone: {clean(remark)}" for remark in remarks]
    notes = [f"# {note}" for note in _NOTES]
    if former is not None:
        notes += [
            "# Your words from before, to copy from:",
            *(f"#   {line}" for line in clean_lines(former).splitlines()),
        ]
    return "\n".join([*held, *tone, *notes, f"To: {clean(recipient)}", f"Subject: {clean(subject)}", "", body])


def read(text: str, recipient: str) -> Edited:
    """Return subject and body of an edited text.

    Control, invisible and reordering characters are left out. Raises ReviewTextError, saying which line, when
    the subject is missing or empty, the recipient was changed, or no body is left.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    headers: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if line.startswith("#") or (not line.strip() and not headers):
            continue
        if not line.strip():
            return _edited(headers, "\n".join(lines[number:]).strip("\n"), recipient)
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or name not in {"to", "subject"} or name in headers:
            raise ReviewTextError(
                f"Line {number} is neither To: nor Subject:, and a blank line has to come before the text."
            )
        headers[name] = value.strip()
    raise ReviewTextError("The text of this update is missing.")


def with_problem(text: str, problem: str) -> str:
    """Return a text that could not be read with the problem named above it, for another round."""
    kept = "\n".join(line for line in text.split("\n") if not line.startswith(_PROBLEM))
    return f"{_PROBLEM} {clean(problem)}\n{kept}"


_PROBLEM = "# Problem:"


def joined(subject: str, body: str) -> str:
    """Return a subject and a text as they are kept together: the first line is the subject."""
    return f"{subject}\n{body}"


def parted(text: str) -> Edited:
    """Return the subject and the text that `joined` put together."""
    subject, _, body = text.partition("\n")
    return Edited(subject, body)


def approval_hash(recipient: str, subject: str, body: str, charts: str = "") -> str:
    """Return the hash of what the PM approved: recipient, subject and text, and the charts that go along."""
    parts = (recipient, subject, body, charts) if charts else (recipient, subject, body)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def _edited(headers: dict[str, str], body: str, recipient: str) -> Edited:
    if clean(headers.get("to", "")) != clean(recipient):
        raise ReviewTextError(f"This update goes to {recipient}; an address is changed with person edit.")
    subject = clean(headers.get("subject", ""))
    if not subject:
        raise ReviewTextError("The subject is missing.")
    body = clean_lines(body)
    if not body.strip():
        raise ReviewTextError("The text of this update is missing.")
    return Edited(subject, body + "\n")
