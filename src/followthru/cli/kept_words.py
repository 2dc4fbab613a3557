"""How often promises were kept, in words and as JSON."""

from __future__ import annotations

from followthru.domain.kept import Record
from followthru.domain.saying import count_words


def kept_json(one: Record, waited: int) -> dict[str, object]:
    """Return a record as JSON; without a promise whose day has passed the rate and its interval are null.

    `waited` are the working days on which the tasks waited on the client.
    """
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
        "days_waiting_on_client": waited,
    }


def kept_words(one: Record, waited: int) -> str:
    """Return a record in one line; empty where nothing was ever told. `waited` as for JSON."""
    parts: list[str] = []
    interval = one.kept.interval()
    if one.kept.value is not None and interval is not None:
        low, high = (round(100 * end) for end in interval)
        parts.append(f"{one.kept.kept} of {one.kept.of} ({round(100 * one.kept.value)} %, between {low} and {high})")
    if one.moved.of:
        parts.append(f"{count_words(one.moved.of, 'more')} moved in time, {one.moved.kept} of them kept then")
    if one.open:
        parts.append(f"{one.open} still open")
    if waited:
        parts.append(f"{count_words(waited, 'working day')} waiting on them")
    return "; ".join(parts)
