"""How often promises were kept, in words and as JSON."""

from __future__ import annotations

from followthru.domain.kept import Record
from followthru.domain.saying import count_words


def kept_json(one: Record) -> dict[str, object]:
    """Return a record as JSON; without a promise whose day has passed the rate and its interval are null."""
    low, high = one.kept.interval() or (None, None)
    return {
        "kept": one.kept.kept,
        "of": one.kept.of,
        "rate": one.kept.value,
        "low": low,
        "high": high,
        "kept_after_a_move": one.moved.kept,
        "missed_after_a_move": one.moved.of - one.moved.kept,
        "open": one.open,
        "left_out": one.left_out,
    }


def kept_words(one: Record) -> str:
    """Return a record in one line; empty where nothing was ever told."""
    parts: list[str] = []
    interval = one.kept.interval()
    if one.kept.value is not None and interval is not None:
        low, high = (round(100 * end) for end in interval)
        parts.append(f"{one.kept.kept} of {one.kept.of} ({round(100 * one.kept.value)} %, between {low} and {high})")
    if one.moved.of:
        parts.append(f"{count_words(one.moved.of, 'more')} moved in time, {one.moved.kept} of them kept then")
    if one.open:
        parts.append(f"{one.open} still open")
    return "; ".join(parts)
