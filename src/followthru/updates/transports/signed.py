"""Requests to a mail service that say who sends them, and what it means where no answer comes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from followthru.errors import FollowthruError
from followthru.updates.outbox import Outcome, State
from followthru.updates.transports.answers import Stopped, paused, said
from followthru.web.errors import AwayError
from followthru.web.http import Answer, Http, LostError
from followthru.web.tokens import Tokens


class Signed:
    """The requests of one account to one service: with a token, or with `username` and a password in its place."""

    def __init__(self, http: Http, tokens: Tokens, username: str | None = None) -> None:
        self._http = http
        self._tokens = tokens
        self._username = username

    async def ask(
        self,
        doing: str,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = {},
        body: bytes | None = None,
        sends: bool = False,
    ) -> Answer:
        """Send one request and return the whole answer, whatever it says.

        Raises Stopped where none came: uncertain if the request `sends` a mail and may have reached the service. A
        token that is refused is replaced once (RFC 6750); a password that is refused is not tried again.
        """
        try:
            token = await self._tokens.token()
            answer = await self._http.ask(method, url, headers={**headers, **self._signed(token)}, body=body)
            if answer.status == 401 and self._username is None:
                fresh = await self._tokens.token(token)
                if fresh != token:
                    answer = await self._http.ask(method, url, headers={**headers, **self._signed(fresh)}, body=body)
        except LostError as fault:
            words = said(f"The connection to {fault.place} failed while {doing}: {fault.reason}")
            unsure = sends and fault.left
            raise Stopped(Outcome(State.UNCERTAIN if unsure else State.DEFERRED, None, words, not unsure)) from fault
        except AwayError as fault:
            raise Stopped(Outcome(State.DEFERRED, None, said(fault.message), True)) from fault
        except FollowthruError as fault:
            raise Stopped(paused(fault.sentences())) from fault
        return answer

    async def aclose(self) -> None:
        """Close what is open."""
        await self._http.aclose()

    def _signed(self, token: str) -> dict[str, str]:
        if self._username is None:
            return {"Authorization": f"Bearer {token}"}
        return {"Authorization": f"Basic {b64encode(f'{self._username}:{token}'.encode()).decode()}"}
