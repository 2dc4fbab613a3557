"""The day in a zone, and the name of the machine's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from followthru.domain.clock import EARLIEST, SystemClock, check_timezone, today_in
from followthru.errors import UsageError


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/New_York", 13), ("UTC", 14), ("Pacific/Auckland", 14), ("Pacific/Pago_Pago", 13)],
)
def test_today_is_the_day_in_the_zone(zone: str, day: int) -> None:
    assert today_in(zone, datetime(2026, 12, 14, 1, 30, tzinfo=UTC)) == date(2026, 12, day)


def test_an_instant_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="zone"):
        today_in("UTC", datetime(2026, 12, 14, 1, 30))  # noqa: DTZ001


def test_the_system_clock_is_in_utc_and_believed() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now > EARLIEST


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("America/NewYork", "America/New_York"), ("europe/berln", "Europe/Berlin"), ("America", "America/")],
)
def test_an_unknown_zone_is_refused_with_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_timezone(name)
    assert nearest in caught.value.remedy


def test_a_known_zone_is_answered_as_it_is_named() -> None:
    assert check_timezone("America/New_York") == "America/New_York"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "/etc/passwd", "A\0B", "Zürich", "x" * 5000])
def test_what_is_not_a_zone_at_all_is_refused_in_words(name: str) -> None:
    with pytest.raises(UsageError, match="no timezone"):
        check_timezone(name)
