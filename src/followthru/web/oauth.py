"""Letting this program in through a browser: authorization code with PKCE and a loopback redirect.

RFC 6749 (OAuth 2.0), RFC 7636 (PKCE, S256), RFC 8252 (native programs). A client is the user's own; nothing here
keeps anything, and no error holds a code or a token.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from followthru.domain.plain import one_line
from followthru.web.errors import AwayError, EndedError, OAuthError, StrayAnswerError
from followthru.web.http import Answer, Http, LostError
from followthru.web.origin import NoOriginError, origin_of

SHORTEST, USUAL, LONGEST = 60, 3600, 366 * 24 * 3600
"""Seconds a token is taken to hold at least, where the provider does not say (RFC 6749 section 5.1), and at most."""
_TOKEN = re.compile(r"[ -~]+")  # RFC 6749 appendix A.12: nothing else goes into a header
_TIMEOUT = 30.0


class Client(NamedTuple):
    """A client that is registered at a provider, and where the provider is.

    `account` is what it signs in to, in words such as "account home", and `login` the command that begins that.
    """

    client_id: str
    client_secret: str
    authorization_endpoint: str
    token_endpoint: str
    scope: str
    ca_file: str | None = None
    device_authorization_endpoint: str | None = None
    account: str = "this account"
    login: str = "followthru account login"

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
    try:
        said = dict(parse_qsl(urlsplit(answer.strip()).query))
        state = said.get("state", "").encode()
    except ValueError:  # no address, or half a character in it
        raise StrayAnswerError from None
    if not compare_digest(state, begun.state.encode()):
        raise StrayAnswerError
    if "error" in said or not said.get("code"):
        raise OAuthError(
            f"The provider did not let followthru in ({words_of(said) or 'no code'}).",
            safe="Nothing was changed.",
            remedy="Begin the sign-in again, and allow it there.",
        )
    return said["code"]


async def redeem(client: Client, code: str, begun: Attempt) -> Grant:
    """Return what a code is worth (RFC 6749 section 4.1.3). Raises EndedError, AwayError, OAuthError."""
    said = {"grant_type": "authorization_code", "code": code, "redirect_uri": begun.redirect}
    return await _redeemed(client, said | {"code_verifier": begun.verifier})


async def refresh(client: Client, refresh_token: str) -> Grant:
    """Return a new token (RFC 6749 section 6).

    Raises EndedError where the provider ended the sign-in (`invalid_grant`), AwayError, OAuthError.
    """
    return await _redeemed(client, {"grant_type": "refresh_token", "refresh_token": refresh_token})


async def asked(client: Client, endpoint: str, said: Mapping[str, str]) -> Answer:
    """Return what an endpoint of the provider answers to a form that says who asks. Raises AwayError, OAuthError."""
    form = {**said, "client_id": client.client_id}
    if client.client_secret:
        form["client_secret"] = client.client_secret
    http = Http(client.ca_file, timeout=_TIMEOUT)
    try:
        return await http.ask("POST", endpoint, headers={"Accept": "application/json"}, body=form)
    except LostError as error:
        raise AwayError(error.place, error.reason) from error
    finally:
        await http.aclose()


def place_of(endpoint: str) -> str:
    """Return host and port of an endpoint, for words."""
    try:
        where = origin_of(endpoint)
    except NoOriginError as error:
        return error.host
    return f"{where.host}:{where.port}"


async def _redeemed(client: Client, said: Mapping[str, str]) -> Grant:
    answer = await asked(client, client.token_endpoint, said)
    return granted(answer) or _refused(client, answer)


def granted(answer: Answer) -> Grant | None:
    """Return what an answer grants (RFC 6749 section 5.1), None if it grants nothing."""
    said = answer.said()
    token, kind = said.get("access_token"), str(said.get("token_type", "bearer"))
    if answer.status != 200 or not isinstance(token, str) or not _TOKEN.fullmatch(token) or kind.lower() != "bearer":
        return None
    held, again = said.get("expires_in"), said.get("refresh_token")
    seconds = int(held) if isinstance(held, int | float) and 0 < held < LONGEST else USUAL
    return Grant(token, max(SHORTEST, seconds), again if isinstance(again, str) and again else None)


def _refused(client: Client, answer: Answer) -> Grant:
    """Raise what an answer without a grant means (RFC 6749 section 5.2)."""
    said, place = answer.said(), place_of(client.token_endpoint)
    if said.get("error") == "invalid_grant":
        raise EndedError(client.account, client.login, place, words_of(said))
    if answer.status >= 500 or answer.status == 429:
        raise AwayError(place, f"status {answer.status}")
    raise no_token(client, place, words_of(said) or f"status {answer.status}")


def no_token(client: Client, place: str, reason: str) -> OAuthError:
    """Return the error for a provider that gives no token for a reason that only its user can mend."""
    return OAuthError(
        f"The provider {place} gave {client.account} no token ({reason}).",
        safe="What waits is kept.",
        remedy=f"Check client_id and client_secret under oauth in config.toml, then: `{client.login}`",
    )


def words_of(said: Mapping[str, object]) -> str:
    """Return a provider's own words for a refusal, cleaned."""
    return one_line(": ".join(str(said[name]) for name in ("error", "error_description") if said.get(name)))[:200]
