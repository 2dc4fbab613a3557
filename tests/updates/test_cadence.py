"""When updates are due: wall-clock time, also where clocks change, and one key a period."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.errors import UsageError
from followthru.updates.cadence import Cadence, Every, instant, last_due, next_due, parse, period_words

NEW_YORK, LONDON = "America/New_York", "Europe/London"
cadences = st.one_of(
    st.builds(Cadence, st.just(Every.DAY), st.just(0), st.builds(time, st.integers(0, 23), st.integers(0, 59))),
    st.builds(
        Cadence,
        st.sampled_from([Every.WEEK, Every.FORTNIGHT]),
        st.integers(1, 7),
        st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    ),
    st.builds(
        Cadence, st.just(Every.MONTH), st.integers(1, 31), st.builds(time, st.integers(0, 23), st.integers(0, 59))
    ),
)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from([NEW_YORK, LONDON, "Australia/Lord_Howe", "Pacific/Apia", "UTC"])


@given(cadences)
def test_written_cadences_read_back(cadence: Cadence) -> None:
    assert parse(cadence.text) == cadence


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("weekly:fri@16:00", Cadence(Every.WEEK, 5, time(16))),
        (" Weekly:Friday@9:05 ", Cadence(Every.WEEK, 5, time(9, 5))),
        ("daily@07:30", Cadence(Every.DAY, 0, time(7, 30))),
        ("monthly:31@09:00", Cadence(Every.MONTH, 31, time(9))),
    ],
)
def test_forms(text: str, meant: Cadence) -> None:
    assert parse(text) == meant


@pytest.mark.parametrize(
    "text", ["", "weekly", "weekly@9:00", "weekly:15@9:00", "weekly:frxx@9:00", "monthly:0@9:00", "monthly:fri@9:00",
             "monthly:32@9:00", "daily:fri@9:00", "daily@24:00", "daily@9:60", "hourly@9:00", "daily@9", "daily@٩:٠٠"]
)  # fmt: skip
def test_other_words_are_refused_with_the_forms(text: str) -> None:
    with pytest.raises(UsageError, match="is not a cadence") as refused:
        parse(text)
    assert "weekly:fri@16:00" in refused.value.remedy


@given(cadences, instants, zones)
def test_occurrences_follow_each_other(cadence: Cadence, now: datetime, zone: str) -> None:
    due = next_due(cadence, now, zone)
    assert due.at > now
    assert last_due(cadence, due.at, zone) == due
    before = last_due(cadence, now, zone)
    assert before.at <= now
    assert next_due(cadence, before.at, zone) == due
    assert before.period != due.period


def test_a_week_runs_on_the_wall_clock() -> None:
    """New York leaves summer time on 7 Nov 2027 and London a week before."""
    weekly = parse("weekly:fri@16:00")
    due = next_due(weekly, datetime(2027, 11, 1, tzinfo=UTC), NEW_YORK)
    assert (due.at, due.period) == (datetime(2027, 11, 5, 20, 0, tzinfo=UTC), "weekly:2027-W44")
    assert next_due(weekly, due.at, NEW_YORK).at == datetime(2027, 11, 12, 21, 0, tzinfo=UTC)


def test_a_skipped_minute_is_the_next_valid_one_and_a_double_one_the_first() -> None:
    assert instant(date(2027, 3, 14), time(2, 30), NEW_YORK) == datetime(2027, 3, 14, 7, 0, tzinfo=UTC)
    assert instant(date(2027, 11, 7), time(1, 30), NEW_YORK) == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    # Lord Howe skips and repeats half an hour only.
    assert instant(date(2027, 10, 3), time(2, 15), "Australia/Lord_Howe") == datetime(2027, 10, 2, 15, 30, tzinfo=UTC)


def test_short_months_years_ends_and_leap_days() -> None:
    monthly = parse("monthly:31@09:00")
    found: list[date] = []
    now = datetime(2028, 1, 15, tzinfo=UTC)
    for _ in range(3):
        due = next_due(monthly, now, "UTC")
        found.append(due.on)
        now = due.at
    assert found == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31)]
    assert next_due(parse("weekly:fri@16:00"), datetime(2026, 12, 30, tzinfo=UTC), "UTC").period == "weekly:2026-W53"


def test_missed_periods_are_one() -> None:
    weekly = parse("weekly:fri@16:00")
    back = datetime(2027, 2, 3, tzinfo=UTC)
    assert last_due(weekly, back, "UTC").on == date(2027, 1, 29)


def test_fortnights_are_two_weeks_apart_over_the_years_end() -> None:
    fortnightly = parse("fortnightly:mon@09:00")
    first = next_due(fortnightly, datetime(2026, 12, 20, tzinfo=UTC), "UTC")
    assert next_due(fortnightly, first.at, "UTC").on - first.on == timedelta(days=14)


@pytest.mark.parametrize(
    ("text", "on", "words"),
    [
        ("daily@9:00", date(2027, 1, 15), "Fri 15 Jan"),
        ("weekly:fri@9:00", date(2027, 1, 15), "the week to Fri 15 Jan"),
        ("fortnightly:fri@9:00", date(2027, 1, 15), "the two weeks to Fri 15 Jan"),
        ("monthly:1@9:00", date(2027, 1, 1), "December 2026"),
        ("monthly:31@9:00", date(2027, 1, 31), "January 2027"),
    ],
)
def test_periods_in_words(text: str, on: date, words: str) -> None:
    assert period_words(parse(text), on) == words
