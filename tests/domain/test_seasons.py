"""Seasons take working days away, once or every year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from followthru.domain.seasons import Season, with_seasons
from followthru.domain.workdays import MONDAY_TO_FRIDAY

MONDAY = date(2026, 8, 3)


def season(first: date, last: date, weekdays: str | None = None, *, yearly: bool = False) -> Season:
    return Season(1, first, last, weekdays, yearly)


def halves(*seasons: Season, first: date, days: int) -> list[int]:
    """The halves that are worked on so many days."""
    calendar = with_seasons(MONDAY_TO_FRIDAY, seasons)
    return [calendar.halves(first + timedelta(days=step)) for step in range(days)]


@pytest.mark.parametrize(
    ("weekdays", "worked"),
    [(None, "00000"), ("124h", "22010"), ("1h26", "12000"), ("12345", "22222")],
)
def test_a_season_takes_days_away_from_its_first_to_its_last(weekdays: str | None, worked: str) -> None:
    friday, saturday = MONDAY - timedelta(days=3), MONDAY + timedelta(days=5)
    found = halves(season(MONDAY, saturday, weekdays), first=friday, days=11)
    assert "".join(map(str, found)) == f"200{worked}002", "and gives none on a Saturday"


def test_several_seasons_add_up_and_none_changes_nothing() -> None:
    first, second = season(MONDAY, MONDAY), season(MONDAY + timedelta(days=1), MONDAY + timedelta(days=1), "2h")
    assert halves(first, second, first=MONDAY, days=3) == [0, 1, 2]
    assert with_seasons(MONDAY_TO_FRIDAY, []) is MONDAY_TO_FRIDAY
    assert with_seasons(MONDAY_TO_FRIDAY, [season(MONDAY, MONDAY, "1")]) is MONDAY_TO_FRIDAY


def test_one_that_comes_every_year_comes_for_thirty_and_one_of_once_does_not() -> None:
    closed = season(date(2026, 12, 24), date(2027, 1, 1))
    once, yearly = (with_seasons(MONDAY_TO_FRIDAY, [closed._replace(yearly=each)]) for each in (False, True))
    assert {day.year for day in once.off} == {2026, 2027}
    assert min(yearly.off) == date(2026, 12, 24), "none before its first"
    assert max(yearly.off) == date(2056, 1, 1)
    assert len(yearly.off) == 9 * 30


def test_one_that_begins_on_the_29th_of_february_begins_on_the_28th_in_other_years() -> None:
    found = with_seasons(MONDAY_TO_FRIDAY, [season(date(2028, 2, 29), date(2028, 2, 29), yearly=True)])
    assert sorted(found.off)[:5] == [
        *(date(2028, 2, 29), date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28), date(2032, 2, 29))
    ]


def test_one_that_runs_past_the_end_of_the_calendar_is_left_out_there() -> None:
    found = with_seasons(MONDAY_TO_FRIDAY, [season(date(9996, 12, 31), date(9997, 1, 2), yearly=True)])
    assert sorted({day.year for day in found.off}) == [9996, 9997, 9998, 9999]
