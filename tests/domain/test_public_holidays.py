"""Public holidays by country and part, and what is said about unknown ones."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.domain.public_holidays import check_code, holiday_dates
from followthru.errors import UsageError


def test_a_country_has_its_holidays_and_the_days_they_are_observed_on() -> None:
    days = holiday_dates("US", [2026])
    assert {date(2026, 7, 3), date(2026, 7, 4), date(2026, 12, 25)} <= set(days)
    assert date(2026, 3, 31) not in days
    assert list(days) == sorted(days)


def test_a_part_has_holidays_of_its_own() -> None:
    assert date(2026, 3, 31) in holiday_dates("US-CA", [2026])


def test_a_country_is_known_by_its_other_names() -> None:
    assert (check_code("uk-sct"), check_code("usa")) == ("UK-SCT", "USA")
    assert holiday_dates("UK-SCT", [2026]) == holiday_dates("GB-SCT", [2026])


def test_only_the_years_asked_for_are_given() -> None:
    days = holiday_dates("US", iter([2027, 2021, 2027]))
    assert {day.year for day in days} == {2021, 2027}
    assert holiday_dates("US", []) == ()


@pytest.mark.parametrize(("typed", "code"), [("us-ca", "US-CA"), (" US ", "US"), ("gb-sct", "GB-SCT"), ("fr", "FR")])
def test_a_code_is_put_into_its_usual_spelling(typed: str, code: str) -> None:
    assert check_code(typed) == code


@pytest.mark.parametrize(
    ("code", "message", "remedy"),
    [
        ("", "country “”", ""),
        ("USS", "country “USS”", "US?"),
        ("US-CALIFORNIA", "no part “CALIFORNIA”", ""),
        ("DE-BYY", "no part “BYY”", "DE-BY"),
        ("US-", "no part “”", ""),
    ],
)
def test_an_unknown_code_is_refused_with_the_nearest(code: str, message: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_code(code)
    assert message in caught.value.message
    assert remedy in caught.value.remedy
    with pytest.raises(UsageError):
        holiday_dates(code, [2026])
