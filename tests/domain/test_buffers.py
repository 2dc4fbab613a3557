"""The target that a promise and a buffer give, and the buffer that two dates leave."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.buffers import (
    NO_BUFFER,
    Basis,
    Policy,
    Way,
    buffer_days,
    check_target,
    parse_policy,
    target_for,
)
from followthru.domain.task import TargetSource
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar
from followthru.errors import RefusedError, UsageError

DAYS = st.dates(date(2025, 6, 1), date(2028, 6, 30))
CLOSED_IN_AUGUST = frozenset(date(2026, 8, 1) + timedelta(days=step) for step in range(31))
CALENDARS = st.builds(
    WorkCalendar,
    st.frozensets(st.integers(1, 7), min_size=1),
    st.frozensets(DAYS, max_size=20).map(lambda days: days | CLOSED_IN_AUGUST),
)


@pytest.mark.parametrize(
    ("promise", "days", "target"),
    [
        (date(2026, 12, 16), 0, date(2026, 12, 16)),
        (date(2026, 12, 16), 2, date(2026, 12, 14)),
        (date(2026, 12, 16), 3, date(2026, 12, 11)),
        (date(2026, 12, 13), 0, date(2026, 12, 13)),
        (date(2026, 12, 13), 1, date(2026, 12, 10)),
        (date(2026, 12, 12), 2, date(2026, 12, 9)),
    ],
)
def test_the_target_leaves_the_days_of_the_buffer(promise: date, days: int, target: date) -> None:
    assert target_for(promise, days, Policy(9), MONDAY_TO_FRIDAY) == (target, TargetSource.POLICY)


def test_holidays_and_closures_give_no_wiggle_room() -> None:
    calendar = WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({date(2026, 12, 24), date(2026, 12, 25)}))
    assert target_for(date(2026, 12, 28), 1, NO_BUFFER, calendar).target_on == date(2026, 12, 23)


def test_without_days_of_its_own_the_policy_holds() -> None:
    assert target_for(date(2026, 12, 16), None, Policy(2), MONDAY_TO_FRIDAY).target_on == date(2026, 12, 14)
    assert target_for(date(2026, 12, 16), 0, Policy(2), MONDAY_TO_FRIDAY).target_on == date(2026, 12, 16)


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_the_target_is_the_latest_working_day_that_leaves_exactly_the_buffer(
    calendar: WorkCalendar, promise: date, days: int
) -> None:
    target = target_for(promise, days, NO_BUFFER, calendar).target_on
    assert calendar.is_working(target)
    assert buffer_days(target, promise, calendar) == days
    later = target + timedelta(days=1)
    while later <= promise:
        assert not (calendar.is_working(later) and buffer_days(later, promise, calendar) >= days)
        later += timedelta(days=1)


@given(CALENDARS, DAYS, st.integers(0, 40), st.integers(0, 40))
def test_more_buffer_never_means_a_later_target(calendar: WorkCalendar, promise: date, one: int, other: int) -> None:
    less, more = sorted((one, other))
    of_less, of_more = (target_for(promise, days, NO_BUFFER, calendar).target_on for days in (less, more))
    assert of_more <= of_less <= promise
    assert less == more or of_more < of_less


def test_without_both_dates_there_is_no_buffer() -> None:
    assert buffer_days(None, date(2026, 12, 16), MONDAY_TO_FRIDAY) == 0
    assert buffer_days(date(2026, 12, 16), None, MONDAY_TO_FRIDAY) == 0
    assert buffer_days(date(2026, 12, 16), date(2026, 12, 14), MONDAY_TO_FRIDAY) == 0


def test_a_target_after_its_promise_is_refused() -> None:
    check_target(date(2026, 12, 16), date(2026, 12, 16))
    check_target(date(2026, 12, 16), None)
    with pytest.raises(RefusedError, match="Thu 17 Dec 2026 comes after the promise Wed 16 Dec 2026"):
        check_target(date(2026, 12, 17), date(2026, 12, 16))


@pytest.mark.parametrize("days", [-1, 10**9])
def test_an_impossible_buffer_is_refused_in_words(days: int) -> None:
    with pytest.raises(UsageError):
        target_for(date(2026, 12, 16), days, NO_BUFFER, MONDAY_TO_FRIDAY)


def test_ten_thousand_days_of_buffer_are_just_a_long_way_back() -> None:
    target = target_for(date(2026, 12, 16), 10_000, NO_BUFFER, MONDAY_TO_FRIDAY).target_on
    assert buffer_days(target, date(2026, 12, 16), MONDAY_TO_FRIDAY) == 10_000


@given(st.integers(0, 99_999))
def test_a_policy_is_written_as_it_is_read(days: int) -> None:
    assert parse_policy(str(Policy(days))) == Policy(days)
    assert parse_policy(f" fixed: {days} ") == Policy(days)


@pytest.mark.parametrize(
    "text",
    [
        *("", "3", "fixed", "fixed:-1", "fixed:1.5", "fixed:٣", "fixed:3 days", "fixed:3d"),
        *("share", "share:3", "share:25", "share:100%", "forecast:"),
    ],
)
def test_other_policies_are_refused_in_words(text: str) -> None:
    with pytest.raises(UsageError, match="not a buffer policy"):
        parse_policy(text)


@pytest.mark.parametrize(
    ("text", "policy", "stored"),
    [
        ("fixed:3", Policy(3), "fixed:3"),
        (" fixed: 3 ", Policy(3), "fixed:3"),
        ("share:25%", Policy(0, Way.SHARE, 25), "share:25%"),
        ("share: 5 %", Policy(0, Way.SHARE, 5), "share:5%"),
        ("forecast", Policy(0, Way.FORECAST), "forecast"),
        ("forecast:4", Policy(4, Way.FORECAST), "forecast:4"),
    ],
)
def test_a_policy_is_read_and_written(text: str, policy: Policy, stored: str) -> None:
    assert parse_policy(text) == policy
    assert str(policy) == stored


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fixed:0", "no wiggle room"),
        ("fixed:1", "1 working day"),
        ("fixed:2", "2 working days"),
        ("share:25%", "25 % of the time there is"),
        ("forecast", "no wiggle room where history says nothing"),
        ("forecast:3", "3 working days where history says nothing"),
    ],
)
def test_a_policy_is_said_in_words(text: str, words: str) -> None:
    assert parse_policy(text).words == words


@pytest.mark.parametrize(
    ("text", "since", "promise", "room"),
    [
        ("share:25%", None, date(2026, 12, 18), 0),
        ("share:25%", date(2026, 12, 18), date(2026, 12, 18), 0),
        ("share:25%", date(2026, 12, 21), date(2026, 12, 18), 0),
        ("share:25%", date(2027, 2, 1), date(2026, 12, 18), 0),
        ("share:25%", date(2026, 12, 17), date(2026, 12, 18), 1),
        ("share:50%", date(2026, 7, 31), date(2026, 12, 18), 50),
        ("share:50%", date(2026, 3, 9), date(2026, 12, 18), 102),
        ("share:99%", date(2026, 7, 31), date(2026, 12, 18), 99),
        ("fixed:2", date(2026, 7, 31), date(2026, 12, 18), 2),
    ],
)
def test_a_share_is_of_the_working_days_there_are_and_rounded_up(
    text: str, since: date | None, promise: date, room: int
) -> None:
    assert parse_policy(text).room(promise, MONDAY_TO_FRIDAY, Basis(since=since)) == room


def test_no_buffer_is_none() -> None:
    assert Policy(0, Way.FIXED, 0) == NO_BUFFER


def test_each_way_sizes_the_room_by_its_basis() -> None:
    promise = date(2026, 12, 18)
    basis = Basis(since=date(2026, 12, 4), learnt=6)
    rooms = {
        text: buffer_days(
            target_for(promise, None, parse_policy(text), MONDAY_TO_FRIDAY, basis).target_on, promise, MONDAY_TO_FRIDAY
        )
        for text in ("fixed:2", "share:25%", "forecast:1")
    }
    assert rooms == {"fixed:2": 2, "share:25%": 3, "forecast:1": 6}
    learnt = parse_policy("forecast:1")
    assert target_for(promise, None, learnt, MONDAY_TO_FRIDAY).source is TargetSource.POLICY
    assert target_for(promise, None, learnt, MONDAY_TO_FRIDAY, basis).source is TargetSource.FORECAST
    assert target_for(promise, 4, learnt, MONDAY_TO_FRIDAY, basis).source is TargetSource.POLICY
