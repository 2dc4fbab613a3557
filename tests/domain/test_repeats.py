"""Rules for work that comes back: what is read as one, and the date it gives next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.repeats import Kind, Repeat, Unit, anchored, first, following, match, read
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar
from followthru.errors import UsageError

RULES = [
    ("mon", "mon"),
    ("Mon, thu", "mon,thu"),
    ("friday and monday", "mon,fri"),
    ("weekday", "working day"),
    ("day", "day"),
    ("2 weeks", "2 weeks"),
    ("other week", "2 weeks"),
    ("quarter", "3 months"),
    ("2 quarters", "6 months"),
    ("year", "year"),
    ("month on 15", "month on 15"),
    ("month on the 15th", "month on 15"),
    ("last day", "last day"),
    ("last working day", "last working day"),
    ("first working day.", "first working day"),
    ("second tue", "second tue"),
    ("last fri", "last fri"),
    ("120 days after done", "120 days after done"),
    ("week after done", "week after done"),
]


@pytest.mark.parametrize(("typed", "stored"), RULES)
def test_a_rule_is_read_and_stored_in_one_form(typed: str, stored: str) -> None:
    rule = read(f"every {typed}")
    assert str(rule) == stored
    assert read(stored) == rule


@pytest.mark.parametrize(
    "words",
    ["", "card", "2", "0 days", "days", "2 week", "month on 32", "month on 0", "month on", "fifth mon", "mon card",
     "mon after done", "after done", "last", "working", "1000 days", "-2 days", "last working day after done"],
)  # fmt: skip
def test_anything_else_is_no_rule(words: str) -> None:
    assert match(words.split()) is None
    with pytest.raises(UsageError, match="no rule"):
        read(words)


D = date
CLOSED = WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({D(2027, 1, 18), D(2027, 12, 31)}))
NEXT = [
    ("mon", D(2027, 1, 4), D(2027, 1, 4), D(2027, 1, 11)),
    ("mon", D(2027, 1, 4), D(2027, 1, 2), D(2027, 1, 11)),  # done before its day
    ("mon", D(2027, 1, 4), D(2027, 1, 12), D(2027, 1, 15)),  # missed the 11th; the 18th is closed
    ("mon", D(2027, 1, 15), D(2027, 1, 15), D(2027, 1, 25)),  # after the rolled one, not the closed 18th again
    ("mon,thu", D(2027, 1, 4), D(2027, 1, 4), D(2027, 1, 7)),
    ("weekday", D(2027, 1, 15), D(2027, 1, 15), D(2027, 1, 19)),
    ("2 weeks", D(2027, 1, 6), D(2027, 1, 6), D(2027, 1, 20)),
    ("2 weeks", D(2027, 1, 6), D(2027, 1, 20), D(2027, 2, 3)),  # the one of today is missed
    ("month", D(2027, 1, 31), D(2027, 1, 31), D(2027, 2, 28)),
    ("year", D(2028, 2, 29), D(2028, 2, 29), D(2029, 2, 28)),
    ("month on 15", D(2027, 1, 15), D(2027, 1, 15), D(2027, 2, 15)),
    ("month on 15", D(2027, 2, 15), D(2027, 2, 12), D(2027, 3, 15)),
    ("month on 15", D(2027, 7, 15), D(2027, 7, 15), D(2027, 8, 13)),  # the 15th is a Sunday
    ("month on 1", D(2027, 4, 30), D(2027, 4, 30), D(2027, 6, 1)),  # the 30th was the rolled 1 May
    ("month on 31", D(2027, 1, 29), D(2027, 1, 29), D(2027, 2, 26)),
    ("last working day", D(2027, 11, 30), D(2027, 11, 30), D(2027, 12, 30)),
    ("first working day", D(2027, 4, 1), D(2027, 4, 1), D(2027, 5, 3)),
    ("second tue", D(2027, 1, 12), D(2027, 1, 12), D(2027, 2, 9)),
    ("last fri", D(2027, 1, 29), D(2027, 1, 29), D(2027, 2, 26)),
    ("120 days after done", D(2027, 1, 4), D(2027, 1, 10), D(2027, 5, 10)),
    ("2 weeks", None, D(2027, 1, 10), D(2027, 1, 24)),
]


@pytest.mark.parametrize(("rule", "on", "done_on", "then"), NEXT)
def test_the_next_date(rule: str, on: date | None, done_on: date, then: date) -> None:
    assert following(read(rule), on, done_on, CLOSED) == then


@pytest.mark.parametrize(
    ("rule", "today", "then"),
    [
        ("mon", D(2027, 1, 4), D(2027, 1, 4)),
        ("mon", D(2027, 1, 5), D(2027, 1, 11)),
        ("last working day", D(2027, 12, 31), D(2028, 1, 31)),
        ("2 weeks", D(2027, 1, 5), D(2027, 1, 19)),
    ],
)
def test_without_a_date_a_rule_begins_at_its_next(rule: str, today: date, then: date) -> None:
    assert first(read(rule), today, CLOSED) == then


def test_every_month_from_the_thirty_first_does_not_drift() -> None:
    rule = anchored(read("month"), D(2027, 1, 31))
    assert str(rule) == "month on 31"
    days = [D(2027, 1, 29)]
    for _ in range(4):
        days.append(following(rule, days[-1], days[-1], MONDAY_TO_FRIDAY))
    assert days[1:] == [D(2027, 2, 26), D(2027, 3, 31), D(2027, 4, 30), D(2027, 5, 31)]
    assert anchored(read("month after done"), D(2027, 1, 31)) == read("month after done")


def interval(times: int, unit: Unit, after_done: bool) -> Repeat:
    return Repeat(Kind.INTERVAL, times, unit, after_done=after_done)


rules = st.one_of(
    st.builds(interval, st.integers(1, 400), st.sampled_from(Unit), st.booleans()),
    st.sampled_from([read(stored) for _, stored in RULES]),
)
days = st.dates(D(2020, 1, 1), D(2060, 12, 31))


@given(
    rules, days, st.integers(-40, 400), st.frozensets(st.integers(1, 7), min_size=1), st.frozensets(days, max_size=9)
)
def test_the_next_one_is_later_and_a_day_that_can_be_kept(
    rule: Repeat, on: date, late: int, weekdays: frozenset[int], off: frozenset[date]
) -> None:
    calendar = WorkCalendar(weekdays, off)
    done_on = on + timedelta(days=late)
    then = following(rule, on, done_on, calendar)
    assert then > done_on
    if not rule.after_done:
        assert then > on
    if rule.kind is not Kind.INTERVAL:
        assert calendar.is_working(then)
    assert read(str(rule)) == rule


def test_beyond_the_last_year_is_said() -> None:
    with pytest.raises(UsageError, match="9999"):
        following(read("year"), D(9999, 5, 5), D(9999, 5, 5), MONDAY_TO_FRIDAY)
    with pytest.raises(UsageError, match="9999"):
        following(read("month on 15"), D(9999, 12, 15), D(9999, 12, 15), MONDAY_TO_FRIDAY)
