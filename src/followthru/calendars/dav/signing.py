"""How a request says who sends it: Basic (RFC 7617, sent unasked), Digest (RFC 7616) or a bearer token (RFC 6750)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator

import httpx

from followthru.web.tokens import Tokens


class Bearer(httpx.Auth):
    """Sends a token, and once another if the server refuses it (RFC 6750 section 3.1)."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign a request, and once again with a fresh token."""
        token = await self._tokens.token()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401:
            request.headers["Authorization"] = f"Bearer {await self._tokens.token(token)}"
            yield request


class Digest(httpx.DigestAuth):
    """Digest; a challenge that cannot be met is an error of the protocol, not of this program."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a request unsigned the first time; its body goes again with the answer to the challenge."""
        try:
            yield from super().auth_flow(request)
        except (KeyError, ValueError, NotImplementedError) as error:
            raise httpx.ProtocolError("it asks for a kind of digest that is not known here") from error


def auth_of(scheme: str, username: str, password: str, tokens: Tokens | None) -> httpx.Auth:
    """Return what signs an account's requests: nothing for one that nobody signs in to."""
    if tokens is not None:
        return Bearer(tokens)
    if not username:
        return httpx.Auth()
    return Digest(username, password) if scheme == "digest" else httpx.BasicAuth(username, password)


def offered(response: httpx.Response) -> tuple[str, ...]:
    """Return the ways to sign in that a refusal names (RFC 9110 section 11.6.1), known ones only."""
    said = " ".join(response.headers.get_list("www-authenticate")).lower()
    return tuple(scheme for scheme in ("basic", "digest", "bearer") if f"{scheme} " in f"{said} ")
