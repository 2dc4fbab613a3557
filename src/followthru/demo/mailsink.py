"""A mail server that keeps what it accepts in a folder and passes nothing on.

Each accepted mail is one `.eml` file with exactly the bytes received, and one line of `mails.jsonl` with the
envelope. A mail is answered with 250 only after both are on disk. As a process:
`python -m followthru.demo.mailsink --dir DIR [--port 0]` prints its port on a line of its own and runs
until SIGTERM or SIGINT.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import ssl
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from followthru import durable

LOG = "mails.jsonl"


class Received(NamedTuple):
    """One accepted mail: its envelope, its bytes as sent and the file that holds them."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    path: Path


class SinkOptions(NamedTuple):
    """How the sink speaks: `tls` from the start, or `starttls`, which is then required; `login` must match."""

    tls: ssl.SSLContext | None = None
    starttls: ssl.SSLContext | None = None
    login: tuple[str, str] | None = None


class MailSink:
    """The server and what it has accepted. Use it as an async context manager inside a running loop."""

    def __init__(
        self, folder: Path, options: SinkOptions | None = None, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.received: list[Received] = []
        self.host = host
        self.port = port
        self._folder = folder
        self._options = options or SinkOptions()
        self._server: asyncio.Server | None = None
        self._connections: list[SMTP] = []

    async def __aenter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, self.host, self.port, ssl=self._options.tls)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is None:
            return
        self._server.close()
        for connection in self._connections:
            if connection.transport is not None:
                connection.transport.close()
        await self._server.wait_closed()

    def _connection(self) -> SMTP:
        connection = self.protocol()
        self._connections.append(connection)
        return connection

    def protocol(self) -> SMTP:
        """Return the conversation for one new connection."""
        options = self._options
        return SMTP(
            self,
            hostname="mailsink.invalid",
            ident="followthru mail sink",
            tls_context=options.starttls,
            require_starttls=options.starttls is not None,
            auth_require_tls=options.login is None,
            authenticator=self._authenticate if options.login else None,
            loop=asyncio.get_running_loop(),
        )

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender, if they have signed in where that is asked for."""
        if self._options.login and not session.authenticated:
            return "530 5.7.0 Sign in first"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one mail, then accept it."""
        content = envelope.original_content or b""
        await self.keep(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
        return "250 2.0.0 Kept"

    async def keep(self, sender: str, recipients: tuple[str, ...], content: bytes) -> None:
        """Write one mail to the folder and remember it."""
        path = await asyncio.to_thread(self._write, sender, recipients, content)
        self.received.append(Received(sender, recipients, content, path))

    def _write(self, sender: str, recipients: tuple[str, ...], content: bytes) -> Path:
        now = datetime.now(UTC)
        path = self._folder / f"{now:%Y%m%dT%H%M%S.%f}.eml"
        while path.exists():
            path = path.with_stem(path.stem + "+")
        durable.write(path, content)
        line = {"at": now.isoformat(), "from": sender, "to": recipients, "file": path.name}
        with (self._folder / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        return path

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given is not None and given == self._options.login, handled=False)


async def run(folder: Path, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, after printing the port."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with MailSink(folder, host=host, port=port) as sink:
        sys.stdout.write(f"{sink.port}\n")
        sys.stdout.flush()
        await stop.wait()


def main(words: Sequence[str] | None = None) -> int:
    """Run the sink from the command line."""
    parser = argparse.ArgumentParser(prog="python -m followthru.demo.mailsink", description="Keep mails in a folder.")
    parser.add_argument("--dir", type=Path, required=True, help="folder for the .eml files")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    given = parser.parse_args(words)
    asyncio.run(run(given.dir, given.host, given.port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
