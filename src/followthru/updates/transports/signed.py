"""Requests that say who sends them, and once more with a fresh token where the first is not taken (RFC 6750)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from followthru.web.http import Answer, Http
from followthru.web.tokens import Tokens

_AUTH = 401


class Signed:
    """The requests of one account to one service: with a token, or with `username` and a password in its place."""

    def __init__(self, http: Http, tokens: Tokens, username: str | None = None) -> None:
        self._http = http
        self._tokens = tokens
        self._username = username

    async def ask(self, method: str, url: str, *, headers: Mapping[str, str] = {}, body: bytes | None = None) -> Answer:
        """Send a request; a token that is refused is replaced once. Raises LostError, FollowthruError."""
        token = await self._tokens.token()
        answer = await self._once(method, url, headers, body, token)
        if answer.status != _AUTH or self._username:
            return answer
        fresh = await self._tokens.token(token)
        return answer if fresh == token else await self._once(method, url, headers, body, fresh)

    async def _once(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, token: str) -> Answer:
        if self._username:
            shown = f"Basic {b64encode(f'{self._username}:{token}'.encode()).decode()}"
        else:
            shown = f"Bearer {token}"
        return await self._http.ask(method, url, headers={**headers, "Authorization": shown}, body=body)

    async def aclose(self) -> None:
        """Close what is open."""
        await self._http.aclose()
