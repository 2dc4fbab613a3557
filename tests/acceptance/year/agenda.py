"""The golden agenda of the year: every date on which a duty comes if each is done on its day, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from tests.acceptance.year.brute import ONE_DAY
from tests.acceptance.year.office import DUTIES, FIRST, LAST, Duty


class Entry(NamedTuple):
    """One date of one duty; `hit` is the day that its rule says, `starts_on` when its window opens."""

    on: date
    practice: str
    title: str
    starts_on: date | None
    hit: date


def first_of(duty: Duty) -> tuple[date, date]:
    """Return the first date of a duty and the day that its rule says."""
    if duty.first is not None:
        return duty.first, duty.first
    if duty.rule.after_done:
        on = FIRST + duty.rule.after_done * ONE_DAY
        return on, on
    return next(duty.rule.dates(duty.practice.days, FIRST, FIRST - ONE_DAY))


def entries(duty: Duty) -> Iterator[Entry]:
    """Yield the dates of one duty through the year."""
    on, hit = began, _ = first_of(duty)
    while on <= LAST:
        yield Entry(on, duty.practice.slug, duty.title, duty.rule.starts(hit), hit)
        on, hit = duty.rule.next(duty.practice.days, began, on, on)


def agenda() -> list[Entry]:
    """Return the dates of all duties, by date, practice and title."""
    return sorted(entry for duty in DUTIES for entry in entries(duty))


def lines() -> Iterator[str]:
    """Yield the agenda, a heading for each month; a date that was rolled says from where."""
    month = ""
    for one in agenda():
        if f"{one.on:%B %Y}" != month:
            month = f"{one.on:%B %Y}"
            yield from ("", month)
        rolled = f"  (not {one.hit:%a %-d %b})" if one.hit != one.on else ""
        opens = f"  (from {one.starts_on:%-d %b %Y})" if one.starts_on else ""
        yield f"  {one.on:%a} {one.on}  {one.practice:<12} {one.title}{rolled}{opens}"
