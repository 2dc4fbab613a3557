"""Dates and counts in words, the same on every surface."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_words(on: date, today: date | None = None) -> str:
    """Return `Fri 15 Jan`; with the year unless the day lies within half a year of today."""
    short = f"{_DAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]}"
    near = today is not None and abs((on - today).days) <= 183
    return short if near else f"{short} {on.year}"


def count_words(count: int, one: str, many: str | None = None) -> str:
    """Return `1 day` or `3 days`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def ago_words(at: datetime, now: datetime) -> str:
    """Return how long ago an instant was, as `3 days ago`; `just now` within a minute. Both are aware."""
    seconds = (now - at).total_seconds()
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{count_words(int(seconds // size), word)} ago"
    return "just now"


def moment_words(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return an instant by the wall clock of a zone, as `Fri 15 Jan 14:05`. Both instants are aware."""
    local = at.astimezone(zone)
    return f"{day_words(local.date(), now.astimezone(zone).date())} {local:%H:%M}"


def left_words(seconds: int) -> str:
    """Return a span as `45 seconds`, `3 minutes` or `2 hours`."""
    for size, word in ((3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds // size} {word}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
