"""Letting this program in with a code that is typed on another device (RFC 8628): no browser is needed here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import NamedTuple

from followthru.domain.plain import one_line
from followthru.web.errors import AwayError, OAuthError
from followthru.web.http import Answer
from followthru.web.oauth import Client, Grant, asked, granted, no_token, place_of, words_of
from followthru.web.origin import NoOriginError, origin_of

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
INTERVAL, SLOWER = 5.0, 5.0
"""Seconds between two questions where the provider does not say, and more after it said `slow_down` (section 3.5)."""
LONGEST_INTERVAL = 60.0
LONGEST = 3600.0
_WAITING, _SLOW = "authorization_pending", "slow_down"
# Section 3.5; the second of each is Microsoft's.
_DENIED = frozenset({"access_denied", "authorization_declined"})
_EXPIRED = frozenset({"expired_token", "code_expired"})


class Shown(NamedTuple):
    """What the user is shown: an address to open anywhere and a code to type there, good for so many seconds.

    `device_code` is this program's own half, and secret.
    """

    address: str
    code: str
    seconds: float
    interval: float
    device_code: str

    def __repr__(self) -> str:
        return f"Shown({self.address!r}, {self.seconds:g} s)"


async def begin(client: Client) -> Shown:
    """Ask for a code (section 3.1). Raises AwayError, OAuthError."""
    endpoint = client.device_authorization_endpoint or ""
    answer = await asked(client, endpoint, {"scope": client.scope})
    said, place = answer.said(), place_of(endpoint)
    # Google calls the address verification_url.
    address = one_line(str(said.get("verification_uri") or said.get("verification_url") or ""))
    code, secret = one_line(str(said.get("user_code") or "")), str(said.get("device_code") or "")
    if answer.status == 200 and code and secret and len(code) <= 40 and _is_address(address):
        seconds = min(LONGEST, _number(said.get("expires_in"), 900))
        interval = max(1.0, _number(said.get("interval"), INTERVAL))
        return Shown(address, code, seconds, interval, secret)
    if answer.status >= 500 or answer.status == 429:
        raise AwayError(place, f"status {answer.status}")
    raise no_token(client, place, words_of(said) or f"status {answer.status}, and no code")


async def wait(
    client: Client,
    shown: Shown,
    *,
    rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = monotonic,
) -> Grant:
    """Ask at the provider's pace until its user has typed the code, and return the grant (sections 3.4 and 3.5).

    A provider that cannot be reached is asked again, less often. Raises OAuthError when it was declined or nobody
    typed it in time.
    """
    until, interval = clock() + shown.seconds, shown.interval
    while clock() + interval <= until:
        await rest(interval)
        try:
            answer = await asked(
                client, client.token_endpoint, {"grant_type": GRANT_TYPE, "device_code": shown.device_code}
            )
        except AwayError:
            interval = min(LONGEST_INTERVAL, interval * 2)
            continue
        grant = granted(answer)
        if grant is not None:
            return grant
        interval = _next(client, answer, interval)
    raise _too_late(client)


def _next(client: Client, answer: Answer, interval: float) -> float:
    """Return how long to wait before the next question. Raises OAuthError where none makes sense."""
    said = answer.said()
    error = str(said.get("error") or "")
    if error == _WAITING:
        return interval
    if error == _SLOW:
        return interval + SLOWER
    if answer.status >= 500 or answer.status == 429:
        return min(LONGEST_INTERVAL, interval * 2)
    if error in _DENIED:
        raise OAuthError(
            f"The provider says that {client.account} was not allowed in.",
            safe="Nothing was changed.",
            remedy=f"Run `{client.login}` again, and allow it there.",
        )
    if error in _EXPIRED:
        raise _too_late(client)
    raise no_token(client, place_of(client.token_endpoint), words_of(said) or f"status {answer.status}")


def _too_late(client: Client) -> OAuthError:
    return OAuthError(
        "Nobody typed the code in time.",
        safe="Nothing was changed.",
        remedy=f"Run `{client.login}` again for a new one.",
    )


def _is_address(text: str) -> bool:
    try:
        origin_of(text)
    except NoOriginError:
        return False
    return len(text) <= 500


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) and value > 0 else otherwise
