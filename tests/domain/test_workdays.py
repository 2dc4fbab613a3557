"""Counting in working days, on calendars with odd weeks, holidays and closures."""

from __future__ import annotations

import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.workdays import (
    MONDAY_TO_FRIDAY,
    Roll,
    WorkCalendar,
    parse_half_weekdays,
    parse_weekdays,
    weekdays_text,
)
from followthru.errors import UsageError

FRIDAY = date(2026, 12, 11)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Any weekdays, with single days and whole weeks off."""
    weekdays = draw(st.frozensets(st.integers(1, 7), min_size=1))
    off = set(draw(st.frozensets(DAYS, max_size=12)))
    for start in draw(st.lists(DAYS, max_size=3)):
        length = draw(st.integers(1, 40))
        off |= {start + timedelta(days=step) for step in range(length)}
    return WorkCalendar(weekdays, frozenset(off))


def counted(calendar: WorkCalendar, after: date, through: date) -> int:
    """The working days in (after, through], by looking at every day."""
    span = range(1, (through - after).days + 1)
    return sum(calendar.is_working(after + timedelta(days=step)) for step in span)


def test_monday_to_friday_are_worked_whole() -> None:
    monday = date(2026, 12, 14)
    assert [MONDAY_TO_FRIDAY.halves(monday + timedelta(days=step)) for step in range(7)] == [2, 2, 2, 2, 2, 0, 0]


def test_a_working_day_is_a_weekday_that_is_not_off() -> None:
    calendar = WorkCalendar(frozenset({1, 2, 4}), frozenset({date(2026, 12, 14)}))
    week = [date(2026, 12, 14) + timedelta(days=step) for step in range(7)]
    assert [calendar.is_working(day) for day in week] == [False, True, False, True, False, False, False]


@pytest.mark.parametrize("weekdays", [frozenset[int](), frozenset({0}), frozenset({8, 1})])
def test_a_calendar_that_never_works_is_refused_in_words(weekdays: frozenset[int]) -> None:
    with pytest.raises(UsageError, match="at least one weekday"):
        WorkCalendar(weekdays)


def test_a_weekend_is_passed_over() -> None:
    assert MONDAY_TO_FRIDAY.add(FRIDAY, 1) == date(2026, 12, 14)
    assert MONDAY_TO_FRIDAY.subtract(date(2026, 12, 13), 1) == FRIDAY
    assert MONDAY_TO_FRIDAY.add(date(2026, 12, 12), 0) == date(2026, 12, 12)


@given(calendars(), DAYS, DAYS)
def test_the_count_is_the_number_of_working_days_in_the_span(calendar: WorkCalendar, one: date, other: date) -> None:
    after, through = sorted((one, other))
    expected = counted(calendar, after, through)
    assert calendar.working_days_between(after, through) == expected
    assert calendar.working_days_between(through, after) == -expected


@given(calendars(), DAYS, st.integers(1, 60))
def test_adding_lands_on_the_nth_working_day_after(calendar: WorkCalendar, day: date, count: int) -> None:
    reached = calendar.add(day, count)
    assert calendar.is_working(reached)
    assert counted(calendar, day, reached) == count


@given(calendars(), DAYS, st.integers(1, 60))
def test_subtracting_lands_on_the_nth_working_day_before(calendar: WorkCalendar, day: date, count: int) -> None:
    reached = calendar.subtract(day, count)
    assert calendar.is_working(reached)
    assert counted(calendar, reached - timedelta(days=1), day - timedelta(days=1)) == count


@given(calendars(), DAYS, st.integers(0, 60))
def test_from_a_working_day_subtracting_undoes_adding(calendar: WorkCalendar, day: date, count: int) -> None:
    working = calendar.add(day, 1)
    assert calendar.subtract(calendar.add(working, count), count) == working
    assert calendar.add(calendar.subtract(working, count), count) == working


@st.composite
def halved(draw: st.DrawFn) -> WorkCalendar:
    """A calendar some of whose weekdays and single days are worked half."""
    calendar = draw(calendars())
    return WorkCalendar(
        calendar.weekdays, calendar.off, draw(st.frozensets(st.integers(1, 7))), draw(st.frozensets(DAYS, max_size=9))
    )


def halves(calendar: WorkCalendar, after: date, through: date) -> int:
    """The halves worked in (after, through], by looking at every day."""
    span = range(1, (through - after).days + 1)
    return sum(calendar.halves(after + timedelta(days=step)) for step in span)


@given(halved(), DAYS, DAYS)
def test_two_half_days_count_as_one(calendar: WorkCalendar, one: date, other: date) -> None:
    after, through = sorted((one, other))
    assert calendar.halves_between(after, through) == halves(calendar, after, through)
    assert calendar.working_days_between(after, through) == halves(calendar, after, through) // 2


@given(halved(), DAYS, st.integers(1, 60))
def test_adding_lands_where_that_many_whole_days_are_worked(calendar: WorkCalendar, day: date, count: int) -> None:
    there, back = calendar.add(day, count), calendar.subtract(day, count)
    one = timedelta(days=1)
    assert halves(calendar, day, there) >= 2 * count > halves(calendar, day, there - one)
    assert halves(calendar, back - one, day - one) >= 2 * count > halves(calendar, back, day - one)


@given(halved(), DAYS, st.integers(1, 60))
def test_a_target_is_the_latest_working_day_that_leaves_the_room(
    calendar: WorkCalendar, promise: date, count: int
) -> None:
    target = calendar.latest_working_day_leaving(promise, count)
    assert calendar.is_working(target)
    assert halves(calendar, target, promise) >= 2 * count
    later = target + timedelta(days=1)
    while later < promise and halves(calendar, later, promise) >= 2 * count:
        assert not calendar.is_working(later), "a later working day would have left the room as well"
        later += timedelta(days=1)


def test_a_friday_that_is_half_a_day() -> None:
    calendar = WorkCalendar(parse_weekdays("12345h"), half_weekdays=parse_half_weekdays("12345h"))
    assert calendar.working_days_between(FRIDAY, FRIDAY + timedelta(days=7)) == 4
    assert calendar.add(FRIDAY, 5) == date(2026, 12, 21)
    assert weekdays_text(calendar.weekdays, calendar.half_weekdays) == "12345h"


@pytest.mark.parametrize(
    ("day", "to", "there"),
    [
        (date(2026, 12, 12), Roll.NONE, date(2026, 12, 12)),
        (date(2026, 12, 12), Roll.BEFORE, FRIDAY),
        (date(2026, 12, 12), Roll.AFTER, date(2026, 12, 15)),
        (FRIDAY, Roll.BEFORE, FRIDAY),
        (FRIDAY, Roll.AFTER, FRIDAY),
    ],
)
def test_a_closed_day_rolls_as_it_is_told(day: date, to: Roll, there: date) -> None:
    assert WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({date(2026, 12, 14)})).roll(day, to) == there


def test_ten_thousand_days_are_not_looked_at_one_by_one() -> None:
    """Calls are counted, not seconds: a look at each of fourteen thousand days would take one at least."""
    off = frozenset(FRIDAY + timedelta(days=step) for step in range(400))
    calendar, calls = WorkCalendar(frozenset({1, 2, 3, 4, 5}), off), 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        reached = calendar.add(FRIDAY, 10_000)
        between = calendar.working_days_between(FRIDAY, reached)
    finally:
        sys.setprofile(None)
    assert between == 10_000
    assert calls < 14_000


@pytest.mark.parametrize("count", [10**9, -(10**9), 10**15, 2_200_000])
def test_a_day_beyond_the_calendar_is_refused_in_words(count: int) -> None:
    with pytest.raises(UsageError, match=rf"^{abs(count)} working days from 2026-12-11 is outside the years 1 to 9999"):
        MONDAY_TO_FRIDAY.add(FRIDAY, count)


def test_a_day_is_rolled_onto_one_that_is_worked_half() -> None:
    saturdays = WorkCalendar(frozenset({1, 2, 3, 4, 5, 6}), half_weekdays=frozenset({6}))
    assert saturdays.roll(date(2026, 12, 13), Roll.BEFORE) == date(2026, 12, 12)


def test_days_off_are_added_to_those_that_are_there() -> None:
    days = [FRIDAY + timedelta(days=step) for step in (0, 3, 4, 5)]
    calendar = WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({days[0]}), half=frozenset({days[1]}))
    assert [calendar.closed_on([days[2]], [days[3]]).halves(day) for day in days] == [0, 1, 0, 1]


def test_no_day_is_rolled_past_the_end_of_the_calendar() -> None:
    with pytest.raises(UsageError, match=r"^1 working days from 9999-12-31 is outside"):
        WorkCalendar(frozenset({1})).roll(date.max, Roll.AFTER)


def test_a_buffer_below_nothing_is_refused() -> None:
    assert MONDAY_TO_FRIDAY.latest_working_day_leaving(FRIDAY, 0) == FRIDAY
    with pytest.raises(UsageError, match="cannot be -1 days"):
        MONDAY_TO_FRIDAY.latest_working_day_leaving(FRIDAY, -1)


def test_weekday_digits_are_read() -> None:
    assert parse_weekdays("1245") == {1, 2, 4, 5}


@pytest.mark.parametrize("text", ["", "0", "128", "Mon-Fri", "1 2", "１", "h1", "1hh"])
def test_other_weekday_words_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="does not name working days"):
        parse_weekdays(text)
