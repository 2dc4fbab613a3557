"""Hours on days off: the working day before, the same hour, the same period; and never two at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.workdays import WorkCalendar
from followthru.updates.cadence import Cadence, Every, last_due, next_due, parse
from tests.updates.test_cadence import cadences, instants, zones

OFF = st.frozensets(st.dates(date(2025, 11, 1), date(2029, 3, 1)), max_size=40)
CLOSED = st.dates(date(2026, 1, 1), date(2028, 12, 1)).flatmap(
    lambda first: st.integers(1, 90).map(lambda days: frozenset(first + timedelta(days=day) for day in range(days)))
)


def calendar(weekdays: frozenset[int], off: frozenset[date], closed: frozenset[date]) -> WorkCalendar:
    return WorkCalendar(weekdays, off | closed)


calendars = st.builds(calendar, st.frozensets(st.integers(1, 7), min_size=1), OFF, CLOSED)


@given(cadences, instants, zones, calendars)
def test_hours_fall_on_working_days_and_follow_each_other(
    cadence: Cadence, now: datetime, zone: str, days: WorkCalendar
) -> None:
    due, before = next_due(cadence, now, zone, days), last_due(cadence, now, zone, days)
    assert before.at <= now < due.at
    assert before.period != due.period
    assert days.is_working(due.on)
    assert due.opens < due.at
    assert days.working_days_between(due.opens.date() - timedelta(days=2), due.on) >= 1
    assert last_due(cadence, due.at, zone, days) == due
    assert next_due(cadence, before.at, zone, days) == due


@given(st.integers(1, 5), instants, zones)
def test_without_days_off_nothing_changes(weekday: int, now: datetime, zone: str) -> None:
    weekly = Cadence(Every.WEEK, weekday, time(16))
    usual = next_due(weekly, now, zone)
    there = next_due(weekly, now, zone, WorkCalendar(frozenset({1, 2, 3, 4, 5})))
    assert (there.at, there.on, there.period) == (usual.at, usual.on, usual.period)


FRIDAY = parse("weekly:fri@16:00")
NO_FRIDAY = WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({date(2027, 1, 15)}))


def test_a_holiday_on_friday_makes_it_thursday_under_the_same_key() -> None:
    due = next_due(FRIDAY, datetime(2027, 1, 12, tzinfo=UTC), "UTC", NO_FRIDAY)
    assert (due.at, due.period) == (datetime(2027, 1, 14, 16, tzinfo=UTC), "weekly:2027-W02")
    assert due.covers == "the week to Thu 14 Jan"
    assert due.opens == datetime(2027, 1, 13, 16, tzinfo=UTC)


def test_a_month_keeps_its_name_where_it_goes_in_the_month_before() -> None:
    """Friday 1 January 2027 is a holiday: the month's update goes on 31 December and covers December."""
    days = WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({date(2027, 1, 1)}))
    due = next_due(parse("monthly:1@09:00"), datetime(2026, 12, 20, tzinfo=UTC), "UTC", days)
    assert (due.on, due.period, due.covers) == (date(2026, 12, 31), "monthly:2027-01", "December 2026")
    # Sunday 16 May 2027 goes on the 14th, and is still about May.
    due = next_due(parse("monthly:16@09:00"), datetime(2027, 5, 10, tzinfo=UTC), "UTC", days)
    assert (due.on, due.covers) == (date(2027, 5, 14), "May 2027")


@pytest.mark.parametrize(("now", "on"), [(8, 11), (9, 11), (10, 11)])
def test_a_daily_one_has_no_hour_on_days_off(now: int, on: int) -> None:
    days = WorkCalendar(frozenset({1, 2, 3, 4, 5}))
    due = next_due(parse("daily@09:00"), datetime(2027, 1, now, 9, 30, tzinfo=UTC), "UTC", days)
    assert (due.on, due.period) == (date(2027, 1, on), f"daily:2027-01-{on}")


def test_of_several_hours_that_fall_on_one_the_last_stands_for_all() -> None:
    off = frozenset(date(2026, 12, 21) + timedelta(days=day) for day in range(14))
    days = WorkCalendar(frozenset({1, 2, 3, 4, 5}), off)
    due = next_due(FRIDAY, datetime(2026, 12, 15, tzinfo=UTC), "UTC", days)
    assert (due.on, due.period, due.covers) == (date(2026, 12, 18), "weekly:2026-W53", "the week to Fri 18 Dec")
    assert next_due(FRIDAY, due.at, "UTC", days).period == "weekly:2027-W01"
