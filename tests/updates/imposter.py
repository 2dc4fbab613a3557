"""An IMAP server that says what a test makes it say, on loopback."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from itertools import count
from threading import Thread

Saying = Callable[[str, str], bytes]
"""Given a command's tag and the rest of its line, returns all that the server sends then; empty: it hangs up."""


class Imposter:
    """Serves one connection after the other. `heard` are the lines that it got."""

    def __init__(self, saying: Saying, greeting: bytes = b"* OK ready\r\n") -> None:
        self._saying = saying
        self._greeting = greeting
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.heard: list[str] = []
        self.thread = Thread(target=self._serve)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                try:
                    self._talk(connection)
                except OSError:
                    continue

    def _talk(self, connection: socket.socket) -> None:
        connection.sendall(self._greeting)
        with connection.makefile("rb") as lines:
            for line in lines:
                self.heard.append(line.decode("latin-1").rstrip("\r\n"))
                tag, _, rest = self.heard[-1].partition(" ")
                answer = self._saying(tag, rest)
                if not answer:
                    return
                connection.sendall(answer)

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.thread.join(10)


@contextmanager
def impersonating(saying: Saying, greeting: bytes = b"* OK ready\r\n") -> Generator[Imposter]:
    """Run such a server for the length of a block."""
    server = Imposter(saying, greeting)
    server.thread.start()
    try:
        yield server
    finally:
        server.close()


def polite(fetch: bytes = b"", search: bytes = b"* SEARCH 1") -> Saying:
    """Return what an ordinary server says, with one answer to every FETCH and one to every SEARCH."""

    def say(tag: str, rest: str) -> bytes:
        word = rest.upper().removeprefix("UID ").partition(" ")[0]
        before = {
            "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
            "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\n",
            "LIST": b'* LIST () "/" INBOX\r\n',
            "SEARCH": search + b"\r\n",
            "FETCH": fetch,
            "LOGOUT": b"* BYE\r\n",
        }.get(word, b"")
        return before + f"{tag} OK done\r\n".encode()

    return say


def holding(uids: Sequence[int], upcoming: int | None, *, lost_at: int = 0) -> Saying:
    """Return what a server says that holds mail of these UIDs, and loses the first 45 at one search."""
    there, searches = list(uids), count(1)

    def numbers(said: str, largest: int) -> tuple[int, int]:
        ends = sorted(largest if end == "*" else int(end) for end in said.split(":"))
        return ends[0], ends[-1]

    def say(tag: str, rest: str) -> bytes:
        ended = f"{tag} OK done\r\n".encode()
        if rest.startswith("EXAMINE"):
            next_uid = "" if upcoming is None else f"* OK [UIDNEXT {upcoming}] x\r\n"
            return f"* {len(there)} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n{next_uid}".encode() + ended
        if not rest.startswith("UID SEARCH "):
            return polite()(tag, rest)
        found, asked = list(there), rest.split()[2:]
        while asked:
            if asked.pop(0) == "UID":
                first, last = numbers(asked.pop(0), max(there, default=0))
                found = [uid for uid in found if first <= uid <= last]
            else:
                first, last = numbers(rest.split()[2], len(there))
                part = set(there[first - 1 : last])
                found = [uid for uid in found if uid in part]
        lost = 45 if next(searches) == lost_at else 0
        del there[:lost]
        return f"* SEARCH {' '.join(map(str, found))}\r\n".encode() + b"* 1 EXPUNGE\r\n" * lost + ended

    return say


def refusing(words: str) -> Saying:
    """Return what a server says that lets nobody in."""

    def say(tag: str, rest: str) -> bytes:
        if rest.startswith("CAPABILITY"):
            return f"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n".encode()
        return f"{tag} NO {words} {rest}\r\n".encode()

    return say


def wanting_tokens(wanted: str) -> Saying:
    """Return what a server says that lets in whoever shows a token in the way of XOAUTH2."""
    tags: list[str] = []

    def say(tag: str, rest: str) -> bytes:
        if rest.startswith("CAPABILITY"):
            return f"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n{tag} OK done\r\n".encode()
        if rest.startswith("AUTHENTICATE XOAUTH2"):
            tags.append(tag)
            return b"+ \r\n"
        if tags and not rest:
            good = base64.b64decode(tag) == f"user=pm\1auth=Bearer {wanted}\1\1".encode()
            return f"{tags.pop()} {'OK in' if good else 'NO [AUTHENTICATIONFAILED] no'}\r\n".encode()
        return f"{tag} OK done\r\n".encode()

    return say
