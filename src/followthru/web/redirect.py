"""Where the browser comes back to after a sign-in: a port of this machine, for one answer (RFC 8252 section 7.3)."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from select import select
from time import monotonic
from typing import TextIO

from followthru.web.errors import OAuthError, StrayAnswerError
from followthru.web.oauth import Attempt, code_in

_PATIENCE = 600.0
"""Seconds to wait for the browser."""
_PAGE = "<!doctype html><meta charset=utf-8><title>followthru</title><p style='font:1.2em sans-serif;margin:3em'>{}</p>"


class RedirectServer(HTTPServer):
    """Listens on a free port of the loopback address. `begin` says which answer it waits for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.begun: Attempt | None = None
        self.answer: str | OAuthError | None = None

    @property
    def address(self) -> str:
        """The address that the browser is sent back to."""
        return f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that hangs up: the answer is taken, or another one comes."""

    def begin(self, begun: Attempt) -> None:
        """Wait for the answer to this attempt; any other is turned away."""
        self.begun = begun

    def taken(self, path: str) -> tuple[int, str]:
        """Take the path that a browser asks for and return what to tell it: status and words."""
        if self.begun is None or not path.startswith("/?"):
            return 404, "There is nothing here."
        try:
            self.answer = code_in(path, self.begun)
        except StrayAnswerError as error:
            return 400, error.message
        except OAuthError as error:
            self.answer = error
            return 200, "followthru was not let in. Close this window and look at the terminal."
        return 200, "followthru is signed in. Close this window."


class _Handler(BaseHTTPRequestHandler):
    timeout = 5
    server_version = "followthru"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer a browser."""
        server = self.server
        status, words = server.taken(self.path) if isinstance(server, RedirectServer) else (404, "")
        page = _PAGE.format(words).encode()
        self.send_response(status)
        for name, value in (("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))):
            self.send_header(name, value)
        # The address holds a code: it goes to no other page and into no history of what is kept.
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the address holds a code."""


def wait_for_code(server: RedirectServer, pasted: TextIO | None) -> str:
    """Return the code of the attempt that `server` waits for, from the browser or from an address that is pasted.

    Raises OAuthError if we are not let in or nobody answers in time, StrayAnswerError for a pasted address of another
    attempt.
    """
    until = monotonic() + _PATIENCE
    sources: list[RedirectServer | TextIO] = [server] if pasted is None else [server, pasted]
    while (left := until - monotonic()) > 0:
        ready, _, _ = select(sources, [], [], left)
        if server in ready:
            server.handle_request()
            if isinstance(server.answer, OAuthError):
                raise server.answer
            if server.answer is not None:
                return server.answer
        elif pasted is not None and pasted in ready:
            line = pasted.readline()
            if not line:
                sources.remove(pasted)
            elif line.strip() and server.begun is not None:
                return code_in(line, server.begun)
    raise OAuthError(
        "Nobody answered the sign-in in time.",
        safe="Nothing was changed.",
        remedy="Begin the sign-in again.",
    )
