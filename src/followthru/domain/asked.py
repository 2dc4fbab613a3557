"""A date in question, before it is promised."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Asked(NamedTuple):
    """A date in question: of which work, and where. `on` is the day of its first telling, None if there is none.

    `since` is the day from which the work has time; `buffer_days` are those set by hand; `people` are the handles of
    those who were told, do it or are waited on; `minutes` is its estimate, `counted_on` the date by which it counts in
    a week's load already.
    """

    practice: str | None
    kind: str | None = None
    audience: str | None = None
    promised_on: date | None = None
    buffer_days: int | None = None
    since: date | None = None
    on: date | None = None
    people: tuple[str, ...] = ()
    counted_on: date | None = None
    minutes: int | None = None
