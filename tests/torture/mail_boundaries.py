"""The boundaries of a delivery at which a process may die: around each commit, and around each word to the server."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Callable
from typing import Any

from aiosmtplib.protocol import SMTPProtocol
from aiosmtplib.response import SMTPResponse

from followthru.store import leases, outbox
from tests.torture.boundaries import Boundaries

_METHOD = re.compile(rb'\["([A-Za-z]+/[a-z]+)", \{')
_COMMAND = re.compile(rb"[A-P]{4}\d+ ((?:UID )?[A-Z]+)")
_PATH = re.compile(r"[/-]([a-z]+)(?=/|\?|$)")
STEPS = ("take_over", "settle_left", "claim", "advance", "conclude", "put_off")
"""What is written down on the way, by the function that does it."""
WORDS = ("EHLO", "MAIL", "RCPT", "DATA", "text", "RSET", "QUIT")
ANY_MOMENT = "any moment"
COMMITS = tuple(f"{when} commit: {step}" for when in ("before", "after") for step in (*STEPS, "journal"))
EVERY_KIND = frozenset(
    (
        *COMMITS,
        *(f"{where}: {word}" for where in ("before sending", "sent", "answered, unread") for word in WORDS),
        "half sent: text",
        "answered, unread: greeting",
        ANY_MOMENT,
    )
)


class MailBoundaries(Boundaries):
    """Counts the boundaries that a sender passes, and lets it die at one."""

    def watch(self) -> None:
        """Watch the steps of the outbox and every conversation, in this process from now on."""
        for name in STEPS:
            home = leases if name == "take_over" else outbox
            setattr(home, name, self._noted(name, getattr(home, name)))
        watch_words(self)
        watch_mailboxes(self)
        self.watch_connections()

    def request(self, head: bytes, body: bytes) -> str:
        """Return what a request asks for: its last method in JMAP, else its verb and the last word of its path."""
        methods = _METHOD.findall(body)
        if methods:
            return methods[-1].decode()
        verb, path, *_ = head.decode("ascii").split(" ")
        return f"{verb} {_PATH.findall(path)[-1]}"

    def commit(self, when: str) -> None:
        """Pass the boundary before or after a commit, which is named for the last step in it."""
        self.cross(f"{when}: {self._doing[-1] if self._doing else 'journal'}")
        if when.startswith("after"):
            self._doing.clear()

    def _noted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*words: object, **more: object) -> object:
            self._doing.append(name)
            return call(*words, **more)

        return noted


def watch_words(boundaries: Boundaries) -> None:
    """Watch every conversation with a mail server, in this process from now on."""
    write, read = SMTPProtocol.write, SMTPProtocol.read_response
    said: dict[SMTPProtocol, str] = {}

    def watched_write(protocol: SMTPProtocol, data: bytes) -> None:
        word = said[protocol] = _word(data)
        boundaries.cross(f"before sending: {word}")
        if word == "text" and boundaries.is_last("half sent: text"):
            write(protocol, data[: len(data) // 2])
            boundaries.die("half sent: text")
        write(protocol, data)
        boundaries.cross(f"sent: {word}")

    async def watched_read(protocol: SMTPProtocol, timeout: float | None = None) -> SMTPResponse:  # noqa: ASYNC109
        answer = await read(protocol, timeout)
        boundaries.cross(f"answered, unread: {said.get(protocol, 'greeting')}")
        return answer

    for name, watched in (("write", watched_write), ("read_response", watched_read)):
        setattr(SMTPProtocol, name, watched)


def watch_mailboxes(boundaries: Boundaries) -> None:
    """Watch each command to a mailbox: before it is sent, once it is, and once its answer has come.

    Over a connection in the clear, as those on this machine are.
    """
    own: Any = imaplib.IMAP4
    send, complete = own.send, own._command_complete
    asked: dict[object, str] = {}

    def watched_send(imap: object, data: bytes) -> None:
        command = _COMMAND.match(data)
        if command is None:  # more of one
            send(imap, data)
            return
        asked[imap] = command[1].decode()
        boundaries.cross(f"before sending: IMAP {asked[imap]}")
        send(imap, data)
        boundaries.cross(f"sent: IMAP {asked[imap]}")

    def watched_answer(imap: object, name: str, tag: object) -> object:
        answer = complete(imap, name, tag)
        boundaries.cross(f"answered, unread: IMAP {asked[imap]}")
        return answer

    own.send, own._command_complete = watched_send, watched_answer


def _word(data: bytes) -> str:
    word = data.split(None, 1)[0].decode("ascii", "replace")
    return word if word in WORDS else "text"
