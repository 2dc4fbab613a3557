"""Who is away when, and who covers, in the sentence that a date in question needs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from followthru.domain.load import monday_of
from followthru.domain.saying import day_words

MY_LEAVE = "me"
"""What the PM's own leave is called where a handle would stand."""


class Absence(NamedTuple):
    """Days away, both included. `handle` is `me` for the PM's own leave; `cover` is a handle."""

    id: int
    handle: str
    name: str
    first_on: date
    last_on: date
    cover: str | None
    cover_name: str | None


def away_words(absences: Iterable[Absence], handles: Sequence[str], on: date, today: date) -> Iterator[str]:
    """Yield a sentence for each of these people who is away on a day or in its week (from Monday); the PM as well."""
    monday = monday_of(on)
    for one in absences:
        if one.handle != MY_LEAVE and one.handle not in handles:
            continue
        if one.first_on <= on <= one.last_on:
            yield f"{_who(one)} away then, {span_words(one, today)}{_covered(one)}."
        elif monday_of(one.first_on) <= monday <= one.last_on:
            yield f"{_who(one)} away that week, {span_words(one, today)}{_covered(one)}."


def span_words(one: Absence, today: date) -> str:
    """Return the days of an absence: one day, or from when to when."""
    first = day_words(one.first_on, today)
    return first if one.first_on == one.last_on else f"{first} to {day_words(one.last_on, today)}"


def _who(one: Absence) -> str:
    return "You are" if one.handle == MY_LEAVE else f"{one.name} is"


def _covered(one: Absence) -> str:
    return f"; {one.cover_name} covers" if one.cover_name else ""
