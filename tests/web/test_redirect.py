"""The port that a browser comes back to: only the answer that is waited for ends the wait, whatever else comes."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from followthru.web import oauth
from followthru.web.errors import OAuthError, StrayAnswerError
from followthru.web.http import Answer
from followthru.web.oauth import Attempt
from followthru.web.redirect import RedirectServer, wait_for_code


@contextmanager
def waiting() -> Generator[tuple[RedirectServer, Attempt]]:
    """A server that waits for the answer to a new attempt."""
    server = RedirectServer()
    try:
        begun = oauth.attempt(server.address)
        server.begin(begun)
        yield server, begun
    finally:
        server.server_close()


def visit(address: str) -> tuple[int, str]:
    """Go where a browser is sent, and return status and page."""
    try:
        with urlopen(address, timeout=30) as got:
            return got.status, got.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def hang_up(server: RedirectServer, path: str) -> None:
    """Ask for a page as a browser whose window is closed at once."""
    with socket.create_connection(("127.0.0.1", server.server_port)) as browser:
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        browser.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())


def test_only_the_answer_of_this_attempt_is_taken(capfd: pytest.CaptureFixture[str]) -> None:
    with waiting() as (server, begun), ThreadPoolExecutor(1) as other:
        code = other.submit(wait_for_code, server, None)
        assert visit(server.address)[0] == 404
        assert visit(f"{server.address}?state=other&code=stolen")[0] == 400
        hang_up(server, "/?state=other&code=stolen")
        status, page = visit(f"{server.address}?state={begun.state}&code=mine")
        assert (status, code.result(30)) == (200, "mine")
    assert "Close this window" in page
    assert capfd.readouterr().err == "", (
        "of a browser that hung up, and of an address that holds a code, nothing is said"
    )


def test_a_refusal_ends_the_wait_in_words() -> None:
    with waiting() as (server, begun), ThreadPoolExecutor(1) as other:
        code = other.submit(wait_for_code, server, None)
        assert visit(f"{server.address}?state={begun.state}&error=access_denied")[0] == 200
        with pytest.raises(OAuthError, match="access_denied"):
            code.result(30)


def test_an_address_may_be_pasted_instead() -> None:
    read, write = os.pipe()
    with waiting() as (server, begun), open(read) as pasted, open(write, "w") as hand:  # noqa: PTH123
        hand.write(f"{begun.redirect}?state={begun.state}&code=mine\n")
        hand.flush()
        assert wait_for_code(server, pasted) == "mine"


@pytest.mark.parametrize(
    "pasted", ["http://[half", "https://other.example/?state=x", "nonsense", "http://a/?state=\udc80"]
)
def test_what_is_pasted_and_is_no_answer_is_refused_in_words(pasted: str) -> None:
    with pytest.raises(StrayAnswerError):
        oauth.code_in(pasted, oauth.attempt("http://127.0.0.1:1/"))


@pytest.mark.parametrize("held", ["Infinity", "-Infinity", "NaN", "1e400", "9" * 400, '"3600"', "-5", "0"])
def test_a_token_holds_for_no_time_that_is_none(held: str) -> None:
    grant = oauth.granted(Answer(200, {}, f'{{"access_token": "t", "expires_in": {held}}}'.encode()))
    assert grant is not None
    assert oauth.SHORTEST <= grant.seconds <= oauth.LONGEST


@pytest.mark.parametrize("token", ["", "two\\nlines", "caf\\u00e9", "\\ud800"])
def test_what_goes_into_no_header_is_no_token(token: str) -> None:
    assert oauth.granted(Answer(200, {}, f'{{"access_token": "{token}"}}'.encode())) is None
