"""Civil dates as rows have them: ISO text, or nothing."""

from __future__ import annotations

from datetime import date


def day_of(text: str | None) -> date | None:
    """Return the date that a text is, None for none."""
    return None if text is None else date.fromisoformat(text)
