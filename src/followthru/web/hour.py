"""What time a server says it is: the Date of whatever it answers (RFC 9110, section 6.6.1)."""

from __future__ import annotations

import asyncio
from datetime import MAXYEAR, UTC, datetime
from email.utils import parsedate_to_datetime

PATIENCE = 10.0
"""Seconds for each step of a request."""
TOGETHER = 30.0
"""Seconds for all of it: one that answers letter by letter must not keep mail waiting for ever."""
_PERIOD = ("certificate has expired", "certificate is not yet valid")
"""How OpenSSL refuses a certificate by the clock (X509_verify_cert_error_string(3))."""


async def said_by(url: str, ca_file: str | None = None) -> datetime | None:
    """Ask a server, as nobody, and return what time it says it is (aware, UTC); None where it does not answer.

    A clock that is far off takes every certificate for expired. Then the server is asked again whoever it is: it is not
    told the place, which may name its user, and of what it answers only the time is taken, which can do no more than
    keep mail back.
    """
    from followthru.web.http import LostError

    try:
        async with asyncio.timeout(TOGETHER):
            return await _said(url, ca_file)
    except (LostError, TimeoutError):
        return None


async def _said(url: str, ca_file: str | None) -> datetime | None:
    from followthru.web.http import LostError
    from followthru.web.origin import origin_of

    try:
        return await _asked(url, ca_file)
    except LostError as lost:
        if not lost.untrusted or not lost.reason.endswith(_PERIOD):
            raise
    return await _asked(f"{origin_of(url)}/", None, anybody=True)


async def _asked(url: str, ca_file: str | None, *, anybody: bool = False) -> datetime | None:
    from followthru.web.http import Http

    http = Http(ca_file, timeout=PATIENCE, anybody=anybody)
    try:
        answer = await http.ask("HEAD", url)
    finally:
        await http.aclose()
    return date_of(answer.headers.get("date"))


def date_of(value: str | None) -> datetime | None:
    """Return the instant of a Date header (aware, UTC), None where it is none."""
    try:
        found = parsedate_to_datetime(value or "")
        at = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at.year < MAXYEAR else None  # behind that the calendar ends, and no time can go on from it
