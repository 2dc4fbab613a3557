"""Spans of work time in words: `90m`, `6h`, `1h30m`."""

from __future__ import annotations

import re

from followthru.errors import UsageError

_SPAN = re.compile(r"(?:([0-9]{1,4})h)?(?:([0-9]{1,5})m?)?")
_HOURS = re.compile(r"([0-9]{1,4})\.([0-9]{1,2})h")


def minutes(text: str) -> int:
    """Read `6h`, `1.5h`, `90m`, `1h30m`, or `90` for minutes. Raises UsageError for anything else."""
    said = text.strip().replace(" ", "")
    if (hours := _HOURS.fullmatch(said)) is not None:
        return 60 * int(hours[1]) + round(60 * int(hours[2].ljust(2, "0")) / 100)
    found = _SPAN.fullmatch(said)
    if found is None or not found[0]:
        raise UsageError(f"“{text}” is no span of time.", remedy="Write it as 6h, 90m or 1h30m.")
    return 60 * int(found[1] or 0) + int(found[2] or 0)


def hours_words(count: int) -> str:
    """Return minutes as `6 h`, `1.5 h` or `45 min`."""
    if count < 60:
        return f"{count} min"
    return f"{count / 60:.1f} h".replace(".0 h", " h")


def exact_words(count: int) -> str:
    """Return minutes to the minute: `6 h`, `1 h 30 min`, `45 min`."""
    hours, rest = divmod(count, 60)
    said = [f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours)
    return " ".join(said)
