"""Keep public holidays stored for the years that dates are in: what is slow to compute is computed once.

Machine state: nothing here is journalled. The holidays of a code are the same for every practice that has it.
"""

from __future__ import annotations

from datetime import date

from followthru.domain.people import Practice
from followthru.store import practices
from followthru.store.store import Writer

YEARS_BACK, YEARS_AHEAD = 1, 6
# Beyond these years nobody has published holidays; there, working days are counted by weekday alone.
FIRST_YEAR, LAST_YEAR = 1970, 2100


def around(today: date) -> tuple[int, int]:
    """Return the first and last year that are stored for every code."""
    return today.year - YEARS_BACK, today.year + YEARS_AHEAD


def cover(tx: Writer, code: str, first: int, last: int) -> bool:
    """Store a code's holidays for these years and the ones already stored; return whether that was needed."""
    first, last = max(first, FIRST_YEAR), min(last, LAST_YEAR)
    known = practices.holiday_years(tx, code)
    if last < first or (known is not None and known[0] <= first and last <= known[1]):
        return False
    if known is not None:
        first, last = min(first, known[0]), max(last, known[1])
    from followthru.domain.public_holidays import holiday_dates

    practices.store_holidays(tx, code, first, last, holiday_dates(code, range(first, last + 1)))
    return True


def cover_day(tx: Writer, practice: Practice, day: date) -> None:
    """Store a practice's holidays up to the year of a day, and of the year before it, into which its buffer reaches."""
    if practice.holidays is not None:
        cover(tx, practice.holidays, day.year - 1, day.year)
