"""Months, quarters and years: their days, their names, and how they follow each other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.periods import Length, Period, of, read
from followthru.errors import UsageError

TODAY = date(2026, 11, 25)


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)), st.sampled_from(Length))
def test_periods_follow_each_other_without_a_gap(day: date, length: Length) -> None:
    period = of(length, day)
    assert period.holds(day)
    assert period.next().first == period.last + timedelta(days=1)
    assert period.next().before() == period
    assert of(length, period.first) == of(length, period.last) == period


@pytest.mark.parametrize(
    ("length", "text", "first", "last", "words", "name"),
    [
        (Length.MONTH, "this", (2026, 11, 1), (2026, 11, 30), "November 2026", "2026-11"),
        (Length.MONTH, "last", (2026, 10, 1), (2026, 10, 31), "October 2026", "2026-10"),
        (Length.MONTH, "feb 2024", (2024, 2, 1), (2024, 2, 29), "February 2024", "2024-02"),
        (Length.MONTH, "Dec", (2025, 12, 1), (2025, 12, 31), "December 2025", "2025-12"),
        (Length.MONTH, "2026-9", (2026, 9, 1), (2026, 9, 30), "September 2026", "2026-09"),
        (Length.QUARTER, "last", (2026, 7, 1), (2026, 9, 30), "the third quarter of 2026", "2026-q3"),
        (Length.QUARTER, "2025-Q4", (2025, 10, 1), (2025, 12, 31), "the fourth quarter of 2025", "2025-q4"),
        (Length.QUARTER, "q2 2026", (2026, 4, 1), (2026, 6, 30), "the second quarter of 2026", "2026-q2"),
        (Length.QUARTER, "q1", (2026, 1, 1), (2026, 3, 31), "the first quarter of 2026", "2026-q1"),
        (Length.YEAR, "last", (2025, 1, 1), (2025, 12, 31), "2025", "2025"),
        (Length.YEAR, "2024", (2024, 1, 1), (2024, 12, 31), "2024", "2024"),
    ],
)
def test_a_period_is_read_and_called(
    length: Length, text: str, first: tuple[int, int, int], last: tuple[int, int, int], words: str, name: str
) -> None:
    found = read(length, text, TODAY)
    assert found == Period(length, date(*first), date(*last))
    assert (found.words, found.name) == (words, name)


@pytest.mark.parametrize(
    ("length", "text", "today", "first"),
    [
        (Length.MONTH, "nov", date(2026, 11, 1), date(2026, 11, 1)),
        (Length.MONTH, "nov", date(2026, 10, 31), date(2025, 11, 1)),
        (Length.QUARTER, "q4", date(2026, 10, 1), date(2026, 10, 1)),
        (Length.QUARTER, "q4", date(2026, 9, 30), date(2025, 10, 1)),
    ],
)
def test_without_a_year_it_has_begun_on_its_first_day(length: Length, text: str, today: date, first: date) -> None:
    assert read(length, text, today).first == first


@pytest.mark.parametrize("length", Length)
def test_where_the_calendar_ends_is_said(length: Length) -> None:
    with pytest.raises(UsageError, match="no period after the year 9999"):
        of(length, date.max).next()
    with pytest.raises(UsageError, match="no period before the year 1"):
        of(length, date.min).before()


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (Length.MONTH, "ju"), (Length.MONTH, "j"), (Length.MONTH, "2026-13"), (Length.MONTH, "soon"),
        (Length.MONTH, "0000-01"), (Length.QUARTER, "q5"), (Length.QUARTER, "2026"), (Length.YEAR, "26"),
        (Length.YEAR, "0000"), (Length.MONTH, ""),
    ],
)  # fmt: skip
def test_what_names_no_period_is_refused(length: Length, text: str) -> None:
    with pytest.raises(UsageError):
        read(length, text, TODAY)
