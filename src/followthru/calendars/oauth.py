"""Letting this program in through a browser: authorization code with PKCE and a loopback redirect.

RFC 6749 (OAuth 2.0), RFC 7636 (PKCE, S256), RFC 8252 (native programs). A client is the user's own; nothing here
keeps anything, and no error holds a code or a token.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import NamedTuple, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from followthru.calendars.dav.origin import origin_of
from followthru.calendars.dav.pools import Peer, SharedTransport
from followthru.calendars.errors import CalendarError, SignInEndedError, UnreachableError
from followthru.calendars.ical.clean import squash

MAX_ANSWER = 1024 * 1024
SHORTEST, USUAL = 60, 3600
"""Seconds a token is taken to hold at least, and where the provider does not say (RFC 6749 section 5.1)."""
_TIMEOUT = httpx.Timeout(connect=10.0, read=30.0, write=30.0, pool=None)


class Client(NamedTuple):
    """A client that is registered at a provider, and where the provider is."""

    client_id: str
    client_secret: str
    authorization_endpoint: str
    token_endpoint: str
    scope: str
    ca_file: str | None = None

    def __repr__(self) -> str:
        return f"Client({self.client_id!r}, {self.token_endpoint!r})"


class Attempt(NamedTuple):
    """One try at letting us in: what proves that the answer belongs to it."""

    redirect: str
    state: str
    verifier: str

    def __repr__(self) -> str:
        return f"Attempt({self.redirect!r})"


class Grant(NamedTuple):
    """What the provider gave. `seconds` is how long the token holds; no refresh token means: as before."""

    token: str
    seconds: int
    refresh: str | None

    def __repr__(self) -> str:
        return f"Grant({self.seconds} s)"


class OAuthError(CalendarError):
    """The provider did not let us in, or gave an answer that makes no sense."""


class StrayAnswerError(OAuthError):
    """An answer that does not belong to this attempt: another window, or somebody else's doing."""

    def __init__(self) -> None:
        super().__init__(
            "This answer does not belong to the sign-in that was begun here.",
            safe="Nothing was taken from it.",
            remedy="Begin again with `followthru account login`.",
        )


def attempt(redirect: str) -> Attempt:
    """Return a new try with a secret of its own (RFC 7636 section 4.1: 43 to 128 characters)."""
    return Attempt(redirect, token_urlsafe(32), token_urlsafe(64))


def address(client: Client, begun: Attempt) -> str:
    """Return the address at which the user lets us in (RFC 6749 section 4.1.1, RFC 7636 section 4.3)."""
    challenge = urlsafe_b64encode(sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": begun.redirect,
        "scope": client.scope,
        "state": begun.state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        # Google gives a refresh token for these two only; others pass over them.
        "access_type": "offline",
        "prompt": "consent",
    }
    gap = "&" if urlsplit(client.authorization_endpoint).query else "?"
    return f"{client.authorization_endpoint}{gap}{urlencode(asked)}"


def code_in(answer: str, begun: Attempt) -> str:
    """Return the code in the address that the browser was sent back to (RFC 6749 section 4.1.2).

    Raises StrayAnswerError for another state than the attempt's, OAuthError for a refusal.
    """
    said = dict(parse_qsl(urlsplit(answer.strip()).query))
    if not compare_digest(said.get("state", "").encode(), begun.state.encode()):
        raise StrayAnswerError
    if "error" in said or not said.get("code"):
        raise OAuthError(
            f"The provider did not let followthru in ({_words(said) or 'no code'}).",
            safe="Nothing was changed.",
            remedy="Begin again with `followthru account login`, and allow it there.",
        )
    return said["code"]


async def redeem(client: Client, account: str, code: str, begun: Attempt) -> Grant:
    """Return what a code is worth (RFC 6749 section 4.1.3). Raises OAuthError, SignInEndedError, UnreachableError."""
    said = {"grant_type": "authorization_code", "code": code, "redirect_uri": begun.redirect}
    return await _ask(client, account, said | {"code_verifier": begun.verifier})


async def refresh(client: Client, account: str, refresh_token: str) -> Grant:
    """Return a new token (RFC 6749 section 6).

    Raises SignInEndedError where the provider ended the sign-in (`invalid_grant`), OAuthError, UnreachableError.
    """
    return await _ask(client, account, {"grant_type": "refresh_token", "refresh_token": refresh_token})


async def _ask(client: Client, account: str, said: Mapping[str, str]) -> Grant:
    where = origin_of(client.token_endpoint)
    place = f"{where.host}:{where.port}"
    form = {**said, "client_id": client.client_id}
    if client.client_secret:
        form["client_secret"] = client.client_secret
    tls = where.scheme == "https"
    transport = SharedTransport(Peer(where.host, client.ca_file if tls else None, tls), MAX_ANSWER)
    try:
        async with httpx.AsyncClient(
            transport=transport, timeout=_TIMEOUT, trust_env=False, follow_redirects=False
        ) as http:
            response = await http.post(client.token_endpoint, data=form, headers={"Accept": "application/json"})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UnreachableError(place, str(error) or type(error).__name__) from error
    return _grant(account, place, response)


def _grant(account: str, place: str, response: httpx.Response) -> Grant:
    """Read an answer (RFC 6749 sections 5.1 and 5.2)."""
    try:
        read: object = json.loads(response.content)
    except ValueError:
        read = None
    said = cast("dict[str, object]", read) if isinstance(read, dict) else {}
    token, kind = said.get("access_token"), str(said.get("token_type", "bearer"))
    if response.status_code == 200 and isinstance(token, str) and token.isprintable() and kind.lower() == "bearer":
        held, again = said.get("expires_in"), said.get("refresh_token")
        seconds = int(held) if isinstance(held, int | float) else USUAL
        return Grant(token, max(SHORTEST, seconds), again if isinstance(again, str) and again else None)
    if said.get("error") == "invalid_grant":
        raise SignInEndedError(account, place, _words(said))
    if response.status_code >= 500 or response.status_code == 429:
        raise UnreachableError(place, f"status {response.status_code}")
    reason = _words(said) or f"status {response.status_code}"
    raise OAuthError(
        f"The provider {place} gave account {account} no token ({reason}).",
        safe="Nothing was lost: what is not yet on the calendar waits in the store.",
        remedy="Check client_id and client_secret under oauth in config.toml, "
        f"then: `followthru account login {account}`",
    )


def _words(said: Mapping[str, object]) -> str:
    """Return a provider's own words for a refusal, cleaned."""
    return squash(": ".join(str(said[name]) for name in ("error", "error_description") if said.get(name)), 200)
