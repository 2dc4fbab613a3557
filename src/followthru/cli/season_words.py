"""A practice's closure days and seasons, in words and as JSON."""

from __future__ import annotations

from datetime import date

from followthru.domain.saying import day_words
from followthru.domain.seasons import Season
from followthru.store import practices
from followthru.store.store import Reader


def season_words(one: Season, today: date) -> str:
    """Return a season: its days, what is worked in them, whether it comes every year."""
    how = "closed" if one.weekdays is None else f"works {one.weekdays}"
    span = f"{day_words(one.first_on, today)} to {day_words(one.last_on, today)}"
    return f"{how} {span}{', every year' if one.yearly else ''}"


def days_json(read: Reader, practice_id: int) -> dict[str, object]:
    """Return a practice's closure days, half days and seasons as JSON."""
    return {
        "closures": [day.isoformat() for day in practices.closures(read, practice_id)],
        "half_days": [day.isoformat() for day in practices.closures(read, practice_id, half=True)],
        "seasons": [
            {
                "first_on": one.first_on.isoformat(),
                "last_on": one.last_on.isoformat(),
                "weekdays": one.weekdays,
                "yearly": one.yearly,
            }
            for one in practices.seasons(read, practice_id)
        ],
    }
