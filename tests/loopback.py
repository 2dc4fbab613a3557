"""A web server on this machine that answers as a test says, and notes who asked: real sockets, real TLS."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit


class Asked(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def signed(self) -> str:
        """Who the request says it is from; empty if it does not."""
        return self.headers.get("authorization", "")


class Said(NamedTuple):
    """One answer."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""


Answering = Callable[[Asked], Said]


class Loopback(ThreadingHTTPServer):
    """The server. `log` holds what was asked; `most` is how many connections were open at one time."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answer: Answering, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.log: list[Asked] = []
        self.open = self.most = 0
        self._counting = Lock()
        self._tls: ssl.SSLContext | None = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)

    @property
    def url(self) -> str:
        """Its address, with the name localhost if it is encrypted."""
        return f"https://localhost:{self.server_port}/" if self._tls else f"http://127.0.0.1:{self.server_port}/"

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Serve one connection and count it."""
        with self._counting:
            self.open += 1
            self.most = max(self.most, self.open)
        try:
            if self._tls is None:
                super().finish_request(request, client_address)
                return
            with self._tls.wrap_socket(request, server_side=True) as encrypted:
                super().finish_request(cast("Any", encrypted), client_address)
        except OSError:
            pass  # who does not trust the certificate hangs up
        finally:
            with self._counting:
                self.open -= 1


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, body)
        server = cast("Loopback", self.server)
        server.log.append(asked)
        said = server.answer(asked)
        self.send_response_only(said.status)
        for name, value in {"Server": "loopback", "Date": self.date_time_string()}.items():
            if name not in said.headers:
                self.send_header(name, value)
        for name, value in {"Content-Length": str(len(said.body)), **said.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.body if self.command != "HEAD" else b"")

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(answer: Answering, certificate: Path | None = None) -> Generator[Loopback]:
    """Run a server for the length of a block; with a certificate (and its key, in one file) it speaks TLS."""
    server = Loopback(answer, certificate)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def forwarding(to: str, **changed: str) -> Answering:
    """Return an answer that asks another server the same, with some headers changed."""
    place = urlsplit(to)

    def forward(asked: Asked) -> Said:
        connection = HTTPConnection(place.hostname or "", place.port, timeout=20)
        try:
            headers = {name: value for name, value in asked.headers.items() if name != "connection"} | changed
            connection.request(asked.method, asked.path, asked.body, headers)
            answer = connection.getresponse()
            body = answer.read()
            dropped = {"transfer-encoding", "connection", "content-length", "date", "server"}
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in dropped}
            return Said(answer.status, kept, body)
        finally:
            connection.close()

    return forward


class Authority(NamedTuple):
    """A private certificate authority: its own certificate, and one that it gave to a server, with key."""

    ca_file: Path
    server: Path


def authority(folder: Path, host: str = "localhost") -> Authority:
    """Make an authority and a certificate for a host, with the openssl of this machine."""
    folder.mkdir(parents=True, exist_ok=True)
    ca, ca_key, server, key = (folder / name for name in ("ca.pem", "ca.key", "server.pem", "server.key"))
    _openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Practice authority",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign",
        "-keyout", str(ca_key), "-out", str(ca),
    )  # fmt: skip
    _openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={host}",
        "-addext", f"subjectAltName=DNS:{host}", "-addext", "basicConstraints=critical,CA:FALSE",
        "-CA", str(ca), "-CAkey", str(ca_key), "-keyout", str(key), "-out", str(server),
    )  # fmt: skip
    server.write_bytes(server.read_bytes() + key.read_bytes())
    return Authority(ca, server)


def _openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True, timeout=60)
