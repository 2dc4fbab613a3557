"""Dates, counts and spans as every surface says them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from followthru.domain.saying import ago_words, count_words, day_words, left_words, moment_words
from followthru.domain.spans import exact_words, hours_words, minutes
from followthru.errors import UsageError

TODAY = date(2027, 1, 15)
NOW = datetime(2027, 1, 15, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (TODAY, "Fri 15 Jan"),
        (date(2026, 12, 31), "Thu 31 Dec"),
        (TODAY + timedelta(days=183), "Sat 17 Jul"),
        (TODAY + timedelta(days=184), "Sun 18 Jul 2027"),
        (TODAY - timedelta(days=183), "Thu 16 Jul"),
        (TODAY - timedelta(days=184), "Wed 15 Jul 2026"),
    ],
)
def test_a_day_has_its_year_beyond_half_a_year(on: date, words: str) -> None:
    assert day_words(on, TODAY) == words
    assert day_words(on).endswith(f" {on.year}")


def test_one_is_one_and_more_are_many() -> None:
    assert [count_words(count, "day") for count in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    assert [count_words(count, "person", "people") for count in (1, 2)] == ["1 person", "2 people"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59, "just now"), (60, "1 minute ago"), (119, "1 minute ago"), (3599, "59 minutes ago"), (3600, "1 hour ago"),
        (86_399, "23 hours ago"), (86_400, "1 day ago"), (3 * 86_400, "3 days ago"),
    ],
)  # fmt: skip
def test_how_long_ago_is_said_in_the_largest_whole_unit(seconds: int, words: str) -> None:
    assert ago_words(NOW - timedelta(seconds=seconds), NOW) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (2, "2 seconds"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7199, "119 minutes"),
        (7200, "2 hours"),
    ],
)
def test_what_is_left_is_said_as_finely_as_it_matters(seconds: int, words: str) -> None:
    assert left_words(seconds) == words


def test_an_instant_is_said_by_the_clock_of_a_zone() -> None:
    new_york = ZoneInfo("America/New_York")
    assert moment_words(NOW, NOW, new_york) == "Thu 14 Jan 22:30"
    assert moment_words(NOW - timedelta(days=400), NOW, new_york) == "Wed 10 Dec 2025 22:30"


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("6h", 360),
        ("1.5h", 90),
        ("1.25h", 75),
        ("0.05h", 3),
        ("0.76h", 46),
        ("0.99h", 59),
        ("90m", 90),
        ("1h30m", 90),
        ("1 h 30", 90),
        ("45", 45),
    ],
)
def test_a_span_is_read_in_minutes(typed: str, count: int) -> None:
    assert minutes(typed) == count


@pytest.mark.parametrize("typed", ["", "h", "-1h", "1h30m5", "1.234h", "an hour"])
def test_what_is_no_span_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="no span of time"):
        minutes(typed)


@pytest.mark.parametrize(
    ("count", "about", "exactly"),
    [
        (0, "0 min", "0 min"), (45, "45 min", "45 min"), (59, "59 min", "59 min"), (60, "1 h", "1 h"),
        (90, "1.5 h", "1 h 30 min"), (600, "10 h", "10 h"), (61, "1 h", "1 h 1 min"),
    ],
)  # fmt: skip
def test_minutes_are_said_as_hours(count: int, about: str, exactly: str) -> None:
    assert (hours_words(count), exact_words(count)) == (about, exactly)
