"""How long a server asks to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_PATIENCE = 7 * 24 * 3600.0
"""Longest time in seconds that a server may ask us to stay away; more is a mistake, or no number of seconds."""


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return a Retry-After header (RFC 9110 section 10.2.3: seconds or a date) in seconds from `now`, or None.

    At most `LONGEST_PATIENCE`.
    """
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(LONGEST_PATIENCE, float(value.strip()))
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(LONGEST_PATIENCE, max(0.0, (aware - now).total_seconds()))
