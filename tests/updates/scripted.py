"""A mail server that does at each word what its script says, over real sockets, and logs what it accepted.

What it `accepted` is what it has taken responsibility for: with a log file, each mail is durable there before the
server says so. As a process: `python -m tests.updates.scripted LOG` prints its port and runs until stdin is closed;
each line there is a new script, a JSON list of faults, and is answered with a line.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import ssl
import sys
from collections.abc import Collection, Iterable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, NoReturn, Self

DROP, HANG, SLOW = "drop", "hang", "slow"
"""What a word may meet instead of another answer: the connection is closed, nothing more comes, it comes in drops."""
_ADDRESS = re.compile(r"<([^>]*)>")
_WHY = b'{"status":"401"}'
_XOAUTH2 = re.compile("user=(?P<user>[^\x01]+)\x01auth=Bearer (?P<token>[^\x01]+)\x01\x01")
_OAUTHBEARER = re.compile(
    "n,a=(?P<user>[^,\x01]+),\x01host=[^\x01]+\x01port=[0-9]+\x01auth=Bearer (?P<token>[^\x01]+)\x01\x01"
)
_SLOWLY = 0.002  # seconds between two bytes


class Word(StrEnum):
    """The moments of a conversation, in order."""

    BANNER = "greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    TEXT = "text"
    """Half of the text has come."""
    DOT = "dot"
    """All of the text has come, and nothing is kept."""
    KEPT = "kept"
    """The mail is kept, and that was not said."""
    QUIT = "QUIT"
    RSET = "RSET"


class Fault(NamedTuple):
    """What a word meets: DROP, HANG, SLOW or an answer; after the first `after` times, and then `times` times."""

    word: Word
    what: str
    times: int = 1_000_000
    after: int = 0


class Accepted(NamedTuple):
    """One mail that the server took: its envelope and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


class Manners(NamedTuple):
    """How a server is when nothing goes wrong.

    `tls` from the start or `starttls` when asked; `login` is required, or one of `tokens` by `mechanisms`, and who has
    none is told why before being refused if it `challenges`. `extensions` are said as well; `size` is the most bytes it
    takes, said or not; `greylists` refuses each pair of sender and reader once; nobody in `unknown` has a mailbox.
    """

    tls: ssl.SSLContext | None = None
    starttls: ssl.SSLContext | None = None
    login: tuple[str, str] | None = None
    tokens: Collection[str] | None = None
    mechanisms: tuple[str, ...] = ("XOAUTH2",)
    challenges: bool = True
    extensions: tuple[str, ...] = ()
    size: int | None = None
    says_size: bool = True
    greylists: bool = False
    unknown: frozenset[str] = frozenset()


class ScriptedServer:
    """The server. Use it as an async context manager; `words` is what was said to it, over all connections."""

    def __init__(self, *faults: Fault, manners: Manners | None = None, log: Path | None = None, port: int = 0) -> None:
        self.faults = list(faults)
        self.manners = manners or Manners()
        self.port = port
        self.accepted: list[Accepted] = []
        self.words: list[Word] = []
        self.connections = 0
        self.presented: list[tuple[str, str]] = []
        """Mechanisms and what was said with them, decoded."""
        self.envelopes: list[str] = []
        """MAIL and RCPT commands as they came."""
        self.seen: set[tuple[str, str]] = set()
        self._log = log
        self._met: dict[Fault, int] = {}
        self._passed: dict[Fault, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._converse, "127.0.0.1", self.port, ssl=self.manners.tls, limit=2**20
        )
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def script(self, *faults: Fault) -> None:
        """Misbehave in this way from now on."""
        self.faults = list(faults)
        self._met.clear()
        self._passed.clear()

    def meets(self, word: Word) -> str | None:
        """Note a word, and return what it meets."""
        self.words.append(word)
        for fault in self.faults:
            if fault.word != word:
                continue
            self._passed[fault] = self._passed.get(fault, 0) + 1
            if self._passed[fault] > fault.after and self._met.get(fault, 0) < fault.times:
                self._met[fault] = self._met.get(fault, 0) + 1
                return fault.what
        return None

    def keep(self, mail: Accepted) -> None:
        """Take responsibility for a mail."""
        self.accepted.append(mail)
        if self._log is not None:
            with self._log.open("ab") as log:
                line = [mail.sender, mail.recipients, base64.b64encode(mail.content).decode()]
                log.write(json.dumps(line).encode() + b"\n")
                log.flush()
                os.fsync(log.fileno())

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, _DroppedError):
                await _Conversation(self, reader, writer).run()
        except asyncio.CancelledError:
            pass  # the server ends; asyncio reports a cancelled handler as a fault
        finally:
            self._tasks.discard(task)
            writer.transport.abort()


class _DroppedError(Exception):
    """The server has closed the connection."""


class _Conversation:
    """What is said over one connection."""

    def __init__(self, server: ScriptedServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._manners = server.manners
        self._reader = reader
        self._writer = writer
        self._secured = self._manners.tls is not None
        self._signed_in = self._manners.login is None and self._manners.tokens is None
        self._sender: str | None = None
        self._recipients: list[str] = []

    async def run(self) -> None:
        """Talk until one of the two leaves."""
        if not await self._say(Word.BANNER, "220 scripted.invalid ESMTP"):
            await self._close()
        while line := await self._reader.readline():
            words = line.decode("ascii", "replace").strip()
            await self._answer(words.partition(" ")[0].upper(), words)

    async def _answer(self, verb: str, words: str) -> None:
        match verb:
            case "EHLO":
                await self._say(Word.EHLO, self._offers())
            case "STARTTLS":
                await self._secure()
            case "AUTH":
                await self._sign_in(words)
            case "MAIL":
                await self._mail(words)
            case "RCPT":
                await self._rcpt(words)
            case "DATA":
                await self._data()
            case "RSET":
                self._forget()
                await self._say(Word.RSET, "250 2.0.0 Forgotten")
            case "QUIT":
                await self._say(Word.QUIT, "221 2.0.0 Goodbye")
                await self._close()
            case _:
                await self._write("502 5.5.1 What?")

    def _offers(self) -> str:
        manners = self._manners
        offers = ["scripted.invalid", "8BITMIME", "ENHANCEDSTATUSCODES"]
        if manners.starttls and not self._secured:
            offers.append("STARTTLS")
        if manners.login:
            offers.append("AUTH PLAIN")
        if manners.tokens is not None:
            offers.append(f"AUTH {' '.join(manners.mechanisms)}")
        offers.extend(manners.extensions)
        if manners.size and manners.says_size:
            offers.append(f"SIZE {manners.size}")
        return "\r\n".join(f"250{'-' if offer != offers[-1] else ' '}{offer}" for offer in offers)

    async def _secure(self) -> None:
        if self._manners.starttls is None:
            await self._write("502 5.5.1 Not here")
        elif await self._say(Word.STARTTLS, "220 2.0.0 Go on"):
            await self._writer.start_tls(self._manners.starttls)
            self._secured = True

    async def _sign_in(self, words: str) -> None:
        if self._manners.tokens is not None:
            await self._present(words)
            return
        given = base64.b64decode(words.rpartition(" ")[2]).decode().split("\0")[1:]
        if self._manners.login != tuple(given):
            await self._write("535 5.7.8 Wrong name or password")
        else:
            self._signed_in = await self._say(Word.AUTH, "235 2.7.0 Welcome")

    async def _present(self, words: str) -> None:
        """Take a token, as Google, Microsoft (XOAUTH2) and RFC 7628 (OAUTHBEARER) describe it."""
        _, mechanism, given = words.split(" ")
        said = base64.b64decode(given, validate=True).decode()
        form = _XOAUTH2 if mechanism == "XOAUTH2" else _OAUTHBEARER
        found = form.fullmatch(said)
        self._server.presented.append((mechanism, said))
        if found is not None and mechanism in self._manners.mechanisms and found["token"] in self._manners.tokens:  # type: ignore[operator]
            self._signed_in = await self._say(Word.AUTH, "235 2.7.0 Welcome")
            return
        if self._manners.challenges:
            await self._write(f"334 {base64.b64encode(_WHY).decode()}")
            answer = (await self._reader.readline()).decode().strip()
            if answer != ("" if mechanism == "XOAUTH2" else "AQ=="):
                await self._write("501 5.5.2 Say nothing to that")
                return
        await self._say(Word.AUTH, f"535 5.7.3 Authentication unsuccessful {said.partition('Bearer ')[2][:-2]}")

    async def _mail(self, words: str) -> None:
        self._server.envelopes.append(words)
        if not self._signed_in:
            await self._write("530 5.7.0 Sign in first")
        elif await self._say(Word.MAIL, "250 2.1.0 OK"):
            self._forget()
            self._sender = _address(words)

    async def _rcpt(self, words: str) -> None:
        self._server.envelopes.append(words)
        to = _address(words)
        pair = (self._sender or "", to)
        if to in self._manners.unknown:
            await self._write("550 5.1.1 Nobody here by that name")
        elif self._manners.greylists and pair not in self._server.seen:
            self._server.seen.add(pair)
            await self._write("450 4.2.0 Greylisted, come again")
        elif await self._say(Word.RCPT, "250 2.1.5 OK"):
            self._recipients.append(to)

    async def _data(self) -> None:
        if self._sender is None or not self._recipients:
            await self._write("503 5.5.1 From whom, and to whom?")
            return
        if not await self._say(Word.DATA, "354 Go on"):
            return
        first = await self._reader.readline()
        half = self._server.meets(Word.TEXT)
        if half is not None:
            await self._misbehave(half, "")
        content = b"".join([_unstuffed(line) async for line in self._lines(first)])
        if half not in {None, SLOW}:
            self._forget()
            return
        limit = self._manners.size
        fault = "552 5.3.4 Too big" if limit is not None and len(content) > limit else self._server.meets(Word.DOT)
        mail = Accepted(self._sender, tuple(self._recipients), content)
        self._forget()
        if fault is not None:
            await self._misbehave(fault, "250 2.0.0 Kept, it said")
            return
        self._server.keep(mail)
        await self._say(Word.KEPT, "250 2.0.0 Kept")

    async def _lines(self, first: bytes):  # noqa: ANN202 -- an async iterator of bytes
        line = first
        while line != b".\r\n":
            if not line.endswith(b"\n"):
                raise _DroppedError
            yield line
            line = await self._reader.readline()

    def _forget(self) -> None:
        self._sender, self._recipients = None, []

    async def _say(self, word: Word, good: str) -> bool:
        """Answer a word as the script says; return whether that was the good answer."""
        fault = self._server.meets(word)
        if fault is None:
            await self._write(good)
            return True
        await self._misbehave(fault, good)
        return fault == SLOW

    async def _misbehave(self, fault: str, good: str) -> None:
        if fault == DROP:
            await self._close()
        if fault == HANG:
            await asyncio.Event().wait()
        if fault == SLOW:
            for byte in (good + "\r\n" if good else "").encode():
                await asyncio.sleep(_SLOWLY)
                self._writer.write(bytes([byte]))
                await self._writer.drain()
            return
        await self._write(fault)
        if fault.startswith("421"):
            await self._close()

    async def _write(self, answer: str) -> None:
        self._writer.write(answer.encode() + b"\r\n")
        await self._writer.drain()

    async def _close(self) -> NoReturn:
        with suppress(OSError, ssl.SSLError):
            self._writer.close()
            await asyncio.wait_for(self._writer.wait_closed(), 1)
        raise _DroppedError


def _address(words: str) -> str:
    found = _ADDRESS.search(words)
    return found[1] if found else ""


def _unstuffed(line: bytes) -> bytes:
    return line[1:] if line.startswith(b".") else line


def logged(log: Path) -> list[Accepted]:
    """Return what a server has written down as accepted."""
    lines: Iterable[bytes] = log.read_bytes().splitlines() if log.exists() else ()
    rows = [json.loads(line) for line in lines]
    return [Accepted(sender, tuple(readers), base64.b64decode(content)) for sender, readers, content in rows]


async def main(log: Path) -> None:
    """Serve until stdin is closed."""
    async with ScriptedServer(log=log) as server:
        said = str(server.port)
        while True:
            sys.stdout.write(f"{said}\n")
            sys.stdout.flush()
            line = await asyncio.to_thread(sys.stdin.readline)
            if not line:
                return
            server.script(*(Fault(Word(word), *rest) for word, *rest in json.loads(line)))
            said = "as you wish"


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
