"""Rules for work that comes back: what is read as one, and the date it gives next."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from dateutil.rrule import FR, MO, MONTHLY, TU, WE, WEEKLY, YEARLY, rrule, rrulestr
from hypothesis import example, given
from hypothesis import strategies as st

from followthru.domain import rrules
from followthru.domain.repeats import (
    CatchUp,
    Kind,
    Repeat,
    Unit,
    anchored,
    first,
    following,
    later,
    series,
    window_start,
)
from followthru.domain.rule_words import match, read
from followthru.domain.workdays import MONDAY_TO_FRIDAY, Roll, WorkCalendar
from followthru.errors import UsageError

RULES = [
    ("mon", "mon"),
    ("Mon, thu", "mon,thu"),
    ("friday and monday", "mon,fri"),
    ("weekday", "working day"),
    ("workday", "working day"),
    ("day", "day"),
    ("1 week", "week"),
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
    ("2nd tuesday of the month", "second tue"),
    ("last workday of the month", "last working day"),
    ("1st business day of each month", "first working day"),
    ("3rd wed of every month", "third wed"),
    ("4th thu", "fourth thu"),
    ("29 feb..31 mar", "29 feb..31 mar"),
    ("1 feb to 30 apr", "1 feb..30 apr"),
    ("last fri", "last fri"),
    ("120 days after done", "120 days after done"),
    ("week after done", "week after done"),
    ("1 feb..30 apr", "1 feb..30 apr"),
    ("1 February - 30 April", "1 feb..30 apr"),
    ("15 nov..14 jan rolled after", "15 nov..14 jan rolled after"),
    ("month on 15 rolled after", "month on 15 rolled after"),
    ("sat not rolled", "sat not rolled"),
    ("3 months on 31", "3 months on 31"),
    ("year on 29", "year on 29"),
    ("rrule:freq=monthly;byday=2tu", "RRULE:FREQ=MONTHLY;BYDAY=2TU"),
    ("RRULE:FREQ=YEARLY;BYYEARDAY=366,-366;", "RRULE:FREQ=YEARLY;BYYEARDAY=366,-366"),
    ("RRULE:FREQ=YEARLY;BYWEEKNO=+1;BYDAY=SU;WKST=SU", "RRULE:FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU;WKST=SU"),
    (
        "RRULE:FREQ=DAILY;INTERVAL=1;BYMONTH=1,12;BYMONTHDAY=31",
        "RRULE:FREQ=DAILY;INTERVAL=1;BYMONTH=1,12;BYMONTHDAY=31",
    ),
    ("RRULE:FREQ=DAILY;INTERVAL=999;DTSTART=20270101", "RRULE:FREQ=DAILY;INTERVAL=999;DTSTART=20270101"),
    ("RRULE:BYDAY=MO,TH;INTERVAL=2;FREQ=WEEKLY rolled after", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH rolled after"),
]


@pytest.mark.parametrize(("typed", "stored"), RULES)
def test_a_rule_is_read_and_stored_in_one_form(typed: str, stored: str) -> None:
    rule = read(f"every {typed}")
    assert str(rule) == stored
    assert read(stored) == rule


@pytest.mark.parametrize(
    "words",
    ["", "card", "2", "0 days", "days", "2 week", "month on 32", "month on 0", "month on", "fifth mon", "mon card",
     "mon after done", "after done", "last", "working", "1000 days", "-2 days", "last working day after done",
     "1 feb..1 feb",
     "31 feb..1 mar", "1 foo..2 bar", "1 feb..", "2 weeks rolled after", "last working day rolled after",
     "rolled after",
     "week on 31", "3 months on 15", "3 months on 28", "3 months on 32", "3 months on 031", "month on 015",
     "0 feb..1 mar", "1 feb..32 mar", "month on 15 rolled"],
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
    ("month on 15 rolled after", D(2027, 7, 15), D(2027, 7, 15), D(2027, 8, 16)),
    ("month on 15 rolled after", D(2027, 8, 16), D(2027, 8, 16), D(2027, 9, 15)),
    ("month on 31 rolled after", D(2027, 6, 30), D(2027, 8, 1), D(2027, 8, 2)),  # of July, and still to come
    ("month on 15 not rolled", D(2027, 7, 15), D(2027, 7, 15), D(2027, 8, 15)),
    ("sat rolled after", D(2027, 1, 4), D(2027, 1, 10), D(2027, 1, 11)),  # the Saturday before is still to come
    ("mon rolled after", D(2027, 1, 11), D(2027, 1, 11), D(2027, 1, 19)),  # the 18th is closed
    ("1 feb..30 apr", D(2027, 4, 30), D(2027, 4, 12), D(2028, 4, 28)),  # 30 April 2028 is a Sunday
    ("1 feb..30 apr", None, D(2027, 5, 1), D(2028, 4, 28)),
    ("15 nov..14 jan", D(2027, 1, 14), D(2027, 1, 14), D(2028, 1, 14)),
    ("1 feb..29 feb", D(2027, 2, 26), D(2027, 2, 26), D(2028, 2, 29)),
    (
        "1 dec..31 dec rolled after",
        D(2027, 12, 30),
        D(2028, 1, 1),
        D(2028, 1, 3),
    ),  # of the year before, and still to come
    ("mon", D(9999, 12, 20), D(9999, 12, 20), D(9999, 12, 27)),
    ("weekday", D(9999, 12, 30), D(9999, 12, 30), D(9999, 12, 31)),
    ("month on 15", D(9999, 11, 15), D(9999, 11, 15), D(9999, 12, 15)),
    ("1 feb..30 apr", D(9998, 4, 30), D(9998, 4, 30), D(9999, 4, 30)),
    ("mon rolled after", D(1, 1, 1), D(1, 1, 1), D(1, 1, 8)),
    ("month on 15", D(1, 1, 1), D(1, 1, 1), D(1, 1, 15)),
    ("1 feb..30 apr", D(1, 1, 1), D(1, 1, 1), D(1, 4, 30)),
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


def test_a_working_day_of_the_month_may_be_half_a_day() -> None:
    half = WorkCalendar(frozenset({1, 2, 3, 4, 5, 6}), frozenset({D(2027, 10, 29)}), frozenset({6}))
    assert following(read("last working day"), D(2027, 9, 30), D(2027, 9, 30), half) == D(2027, 10, 30)
    assert following(read("first working day"), D(2027, 4, 1), D(2027, 4, 1), half) == D(2027, 5, 1)
    assert following(read("second working day"), D(2027, 4, 2), D(2027, 4, 2), half) == D(2027, 5, 3)


def test_later_is_one_interval_on() -> None:
    assert later(read("2 weeks"), D(2027, 1, 4)) == D(2027, 1, 18)
    assert later(read("month"), D(2027, 1, 31)) == D(2027, 2, 28)


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


def test_long_intervals_do_not_drift_either() -> None:
    """Told by adding months to the first date, never to the one before."""
    for typed, on, length in (
        ("3 months", D(2027, 1, 31), 3),
        ("year", D(2028, 2, 29), 12),
        ("5 months", D(2027, 3, 30), 5),
    ):
        rule, expected, found = anchored(read(typed), on), on, on
        assert anchored(rule, D(2027, 4, 30)) == rule
        for step in range(1, 40):
            found = following(rule, found, found, MONDAY_TO_FRIDAY)
            expected = on + relativedelta(months=length * step)
            assert found == expected


rules = st.one_of(
    st.builds(interval, st.integers(1, 400), st.sampled_from(Unit), st.booleans()),
    st.sampled_from([read(stored) for _, stored in RULES]),
)
days = st.dates(D(2020, 1, 1), D(2060, 12, 31))


@given(rules, days)
@example(read("3 months"), D(2027, 1, 28))
@example(read("year"), D(2028, 2, 28))
def test_an_anchored_rule_is_read_again_as_it_is_stored(rule: Repeat, on: date) -> None:
    kept = anchored(rule, on)
    assert read(str(kept)) == kept
    assert anchored(kept, on) == kept


CATCH_UP = [
    (CatchUp.SKIP, D(2027, 2, 1)),
    (CatchUp.ONE, D(2027, 1, 25)),
    (CatchUp.ALL, D(2027, 1, 11)),
]


@pytest.mark.parametrize(("how", "then"), CATCH_UP)
def test_missed_dates_are_passed_over_or_come(how: CatchUp, then: date) -> None:
    for rule in ("mon", "week"):
        assert following(read(rule), D(2027, 1, 4), D(2027, 1, 27), MONDAY_TO_FRIDAY, how) == then
        for done_on in (D(2027, 1, 2), D(2027, 1, 4), D(2027, 1, 6)):  # none was missed
            assert following(read(rule), D(2027, 1, 4), done_on, MONDAY_TO_FRIDAY, how) == D(2027, 1, 11)
        on_its_day = {CatchUp.SKIP: D(2027, 1, 25), CatchUp.ONE: D(2027, 1, 18), CatchUp.ALL: D(2027, 1, 11)}
        assert following(read(rule), D(2027, 1, 4), D(2027, 1, 18), MONDAY_TO_FRIDAY, how) == on_its_day[how]
    after = read("week after done")
    assert following(after, D(2027, 1, 4), D(2027, 1, 27), MONDAY_TO_FRIDAY, how) == D(2027, 2, 3)


@pytest.mark.parametrize(
    ("rule", "on", "begins"),
    [
        ("1 feb..30 apr", D(2027, 4, 30), D(2027, 2, 1)),
        ("1 feb..30 apr", D(2028, 4, 28), D(2028, 2, 1)),
        ("15 nov..14 jan", D(2027, 1, 14), D(2026, 11, 15)),
        ("1 dec..1 jan", D(2027, 12, 31), D(2027, 12, 1)),  # 1 January, rolled back over the year's end
        ("1 dec..31 dec rolled after", D(2028, 1, 3), D(2027, 12, 1)),  # 31 December, rolled on over it
        ("1 feb..30 apr", D(9999, 4, 30), D(9999, 2, 1)),
        ("1 feb..30 apr", D(1, 4, 30), D(1, 2, 1)),
        ("mon", D(2027, 1, 4), None),
    ],
)
def test_a_window_begins_before_its_end(rule: str, on: date, begins: date | None) -> None:
    assert window_start(read(rule), on) == begins


def test_fixed_rules_agree_with_dateutil() -> None:
    """Twenty years of each, unrolled, against an implementation of RFC 5545."""
    start, end = datetime(2027, 1, 2), datetime(2047, 1, 1)  # noqa: DTZ001 -- civil dates
    for typed, expected in (
        ("tue not rolled", rrule(WEEKLY, start, until=end, byweekday=TU)),
        ("second tue not rolled", rrule(MONTHLY, start, until=end, byweekday=TU(2))),
        ("first mon not rolled", rrule(MONTHLY, start, until=end, byweekday=MO(1))),
        ("fourth wed not rolled", rrule(MONTHLY, start, until=end, byweekday=WE(4))),
        ("last fri not rolled", rrule(MONTHLY, start, until=end, byweekday=FR(-1))),
        ("month on 15 not rolled", rrule(MONTHLY, start, until=end, bymonthday=15)),
        ("last day not rolled", rrule(MONTHLY, start, until=end, bymonthday=-1)),
        ("1 feb..30 apr not rolled", rrule(YEARLY, start, until=end, bymonth=4, bymonthday=30)),
        ("2 weeks", rrule(WEEKLY, datetime(2027, 1, 15), interval=2, until=end)),  # noqa: DTZ001 -- civil dates
    ):
        found = list(series(read(typed), D(2027, 1, 1), end.date(), MONDAY_TO_FRIDAY))
        assert found == [at.date() for at in expected], typed


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
    if rule.kind is not Kind.INTERVAL and rule.roll is not Roll.NONE:
        assert calendar.is_working(then)
    assert read(str(rule)) == rule


@pytest.mark.parametrize(
    "rule", ["year", "month on 15", "mon", "sat rolled after", "weekday", "1 feb..30 apr", "last fri"]
)
def test_beyond_the_last_year_is_said(rule: str) -> None:
    with pytest.raises(UsageError, match="9999"):
        following(read(rule), D(9999, 12, 31), D(9999, 12, 31), MONDAY_TO_FRIDAY)
    assert list(series(read(rule), D(9999, 12, 31), D.max, MONDAY_TO_FRIDAY)) == []


@pytest.mark.parametrize("rule", ["mon", "2 weeks", "month on 18", "RRULE:FREQ=WEEKLY;BYDAY=MO"])
def test_a_series_goes_through_its_last_day(rule: str) -> None:
    assert list(series(read(rule), D(2027, 1, 4), D(2027, 1, 18), MONDAY_TO_FRIDAY))[-1] == D(2027, 1, 18)
    assert D(2027, 1, 18) not in list(series(read(rule), D(2027, 1, 4), D(2027, 1, 17), MONDAY_TO_FRIDAY))


def test_a_practice_that_is_closed_for_years_has_no_next_day() -> None:
    """A hundred years of days off: nothing looks through them for ever."""
    closed = WorkCalendar(frozenset({1}), frozenset(D(2027, 1, 4) + timedelta(days=7 * n) for n in range(1, 5300)))
    with pytest.raises(UsageError, match="9999"):
        following(read("mon"), D(2027, 1, 4), D(2027, 1, 4), closed)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("RRULE:", "not PART=VALUE"),
        ("RRULE:FREQ=DAILY;BYDAY=", "“BYDAY=” is not PART=VALUE"),
        ("RRULE:FREQ=HOURLY rolled after", "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("RRULE:FREQ=HOURLY", "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("RRULE:INTERVAL=2", "does not say FREQ"),
        ("RRULE:FREQ=DAILY;FREQ=DAILY", "twice"),
        ("RRULE:FREQ=DAILY;COUNT=3", "duty end"),
        ("RRULE:FREQ=DAILY;UNTIL=20270101", "duty end"),
        ("RRULE:FREQ=MONTHLY;BYDY=MO", "Did you mean BYDAY"),
        ("RRULE:FREQ=MONTHLY;BYDAY=XX", "none of MO"),
        ("RRULE:FREQ=WEEKLY;BYDAY=2TU", "MONTHLY or YEARLY"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=32", "from -31 to 31"),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "no such day in any year"),
        ("RRULE:FREQ=MONTHLY;BYDAY=6MO", "no such day in any year"),
        ("RRULE:FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31", "no such day in any year"),
        ("RRULE:FREQ=YEARLY;DTSTART=20270230", "a day such as"),
        ("RRULE:FREQ=MONTHLY;" + "BYMONTHDAY=1," * 40, "too long"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=٣", "takes numbers"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=0", "takes numbers from -31 to 31, not 0"),
        ("RRULE:FREQ=DAILY;INTERVAL=0", "takes numbers from 1 to 999."),
        ("RRULE:FREQ=DAILY;INTERVAL=1000", "takes numbers from 1 to 999."),
        ("RRULE:FREQ=YEARLY;BYMONTH=-1", "takes numbers from 1 to 12."),
        ("RRULE:FREQ=YEARLY;BYDAY=54MO", "takes numbers from -53 to 53, not 0"),
        ("RRULE:FREQ=WEEKLY;WKST=2MO", "none of MO, TU"),
        ("RRULE:FREQ=YEARLY;DTSTART=2027123", "a day such as"),
        ("RRULE:FREQ=MONTHLY;BYWEEKNO=3", "BYWEEKNO goes with FREQ=YEARLY"),
        ("RRULE:FREQ=MONTHLY;BYYEARDAY=3", "BYYEARDAY goes with FREQ=YEARLY"),
        ("RRULE:FREQ=WEEKLY;BYMONTHDAY=3", "BYMONTHDAY goes with FREQ=DAILY or MONTHLY or YEARLY"),
        ("RRULE:FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS chooses among days"),
    ],
)  # fmt: skip
def test_a_calendar_s_rule_that_cannot_be_is_refused_in_words(rule: str, why: str) -> None:
    assert match([rule]) is None
    with pytest.raises(UsageError, match=re.escape(why)):
        read(rule)


@pytest.mark.parametrize(
    ("month", "last"),
    [
        *(("jan", 31), ("feb", 29), ("mar", 31), ("apr", 30), ("may", 31), ("jun", 30)),
        *(("jul", 31), ("aug", 31), ("sep", 30), ("oct", 31), ("nov", 30), ("dec", 31)),
    ],
)
def test_a_window_ends_on_a_day_that_its_month_has(month: str, last: int) -> None:
    words = f"2 may..{last} {month}"
    assert str(read(words)) == words
    with pytest.raises(UsageError, match="no rule"):
        read(f"2 may..{last + 1} {month}")


@pytest.mark.parametrize(
    ("rule", "largest"),
    [
        ("FREQ=DAILY;BYMONTH=", 12),
        ("FREQ=YEARLY;BYWEEKNO=", 53),
        ("FREQ=YEARLY;BYYEARDAY=", 366),
        ("FREQ=MONTHLY;BYMONTHDAY=", 31),
        ("FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=", 366),
    ],
)
def test_a_calendar_s_rule_counts_as_far_as_a_year_goes(rule: str, largest: int) -> None:
    assert read(f"RRULE:{rule}{largest}").words == f"RRULE:{rule}{largest}"
    with pytest.raises(UsageError, match=f"it takes numbers from -?[0-9]+ to {largest}"):
        read(f"RRULE:{rule}{largest + 1}")


def test_a_calendar_s_rule_may_have_three_hundred_letters() -> None:
    body = "FREQ=MONTHLY;BYMONTHDAY=" + "1," * 137
    assert read(f"RRULE:{body}15").words == f"RRULE:{body}15"
    with pytest.raises(UsageError, match="it is too long"):
        read(f"RRULE:{body}1,1")


def test_a_leap_day_every_four_years_can_be() -> None:
    assert read("RRULE:FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29").kind is Kind.RRULE


def test_a_calendar_s_rule_comes_on_the_day_from_which_it_is_asked_for() -> None:
    first = D(2027, 1, 5)
    for rule in ("RRULE:FREQ=WEEKLY;BYDAY=TU", "RRULE:FREQ=WEEKLY;INTERVAL=2;DTSTART=20270105"):
        assert next(rrules.dates(rule, first)) == first
        assert next(rrules.dates(rule, first + timedelta(days=1))) > first
    assert next(rrules.dates("RRULE:FREQ=WEEKLY;BYDAY=TU;DTSTART=20280104", first)) == D(2028, 1, 4)
    assert next(rrules.dates("RRULE:FREQ=MONTHLY;DTSTART=20270131", D(2027, 2, 10))) == D(2027, 3, 31)


def test_a_rule_that_counts_from_a_day_says_it_and_is_refused_where_it_never_comes() -> None:
    assert str(anchored(read("RRULE:FREQ=MONTHLY"), D(2027, 1, 31))) == "RRULE:FREQ=MONTHLY;DTSTART=20270131"
    assert str(anchored(read("RRULE:FREQ=WEEKLY;BYDAY=TU"), D(2027, 1, 5))) == "RRULE:FREQ=WEEKLY;BYDAY=TU"
    with pytest.raises(UsageError, match="no such day"):
        anchored(read("RRULE:FREQ=MONTHLY;INTERVAL=12;BYMONTH=2;BYMONTHDAY=3"), D(2027, 1, 5))


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


_RRULES = st.one_of(
    st.builds(
        "RRULE:FREQ=MONTHLY;INTERVAL={};BYDAY={}{}".format,
        st.integers(1, 5), st.sampled_from((1, 2, 3, 4, -1, -2)), st.sampled_from(("MO", "TU", "SA")),
    ),
    st.builds(
        "RRULE:FREQ=WEEKLY;INTERVAL={};BYDAY={}".format, st.integers(1, 4), st.sampled_from(("MO,TH", "FR", "SU"))
    ),
    st.builds(
        "RRULE:FREQ=MONTHLY;INTERVAL={};BYMONTHDAY={}".format, st.integers(1, 7), st.sampled_from((1, 15, 31, -1))
    ),
    st.just("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
    st.just("RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    st.builds("RRULE:FREQ=DAILY;INTERVAL={}".format, st.integers(1, 40)),
)  # fmt: skip


@given(_RRULES, st.dates(D(2026, 1, 1), D(2032, 1, 1)), st.integers(1, 12))
def test_a_calendar_s_rule_comes_when_dateutil_says_however_late_each_is_done(
    text: str, begins: date, count: int
) -> None:
    """Each next date follows from the one before alone; together they are the series that dateutil enumerates."""
    rule = anchored(read(f"{text} not rolled"), begins)
    every = rrulestr(text.removeprefix("RRULE:"), dtstart=midnight(begins))
    wanted = [one.date() for one in every.xafter(midnight(begins), count=count)]
    found, on = list[date](), begins
    for _ in wanted:
        on = following(rule, on, on, MONDAY_TO_FRIDAY)
        found.append(on)
    assert found == wanted


@given(_RRULES, st.dates(D(2026, 1, 1), D(2032, 1, 1)), st.sampled_from((" rolled after", "")))
@example("RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", D(2026, 2, 1), " rolled after")
def test_a_calendar_s_rule_is_rolled_over_days_off(text: str, begins: date, roll: str) -> None:
    calendar = WorkCalendar(frozenset({1, 2, 3, 4}), frozenset({begins + timedelta(days=n) for n in range(1, 40, 3)}))
    rule = anchored(read(f"{text}{roll}"), begins)
    on = following(rule, begins, begins, calendar)
    assert calendar.is_working(on)
    # What does not count from a day has come before, and is rolled on to after it.
    since = midnight(begins if "DTSTART" in rule.words else begins - timedelta(days=31))
    plain = [one.date() for one in rrulestr(text[6:], dtstart=since).xafter(since, count=60, inc=True)]
    way = Roll.AFTER if roll else Roll.BEFORE
    assert on == min(day for day in (calendar.roll(one, way) for one in plain) if day > begins)


@given(
    st.sampled_from([rule for rule, *_ in NEXT]),
    st.dates(D(2026, 1, 1), D(2028, 12, 31)),
    st.sets(st.dates(D(2026, 1, 1), D(2036, 1, 1)), max_size=60),
)
def test_a_series_is_one_date_after_the_other(rule: str, on: date, off: set[date]) -> None:
    """However far ahead: ten years are more than is looked at in one go."""
    calendar, until = WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset(off)), on.replace(year=on.year + 10, day=1)
    days, then = list[date](), on
    while (then := following(read(rule), then, then, calendar)) <= until:
        days.append(then)
    assert list(series(read(rule), on, until, calendar)) == days


@given(
    st.integers(1, 400), st.lists(st.integers(0, 500), min_size=1, max_size=8), st.dates(D(2020, 1, 1), D(2040, 1, 1))
)
def test_after_done_never_drifts(days: int, delays: list[int], begins: date) -> None:
    """Each next date is so long after the day it was done, however late, whatever days off there are."""
    rule, on = read(f"{days} days after done" if days > 1 else "day after done"), begins
    for delay in delays:
        done_on = on + timedelta(days=delay)
        on = following(rule, on, done_on, CLOSED, CatchUp.ALL)
        assert on == done_on + timedelta(days=days)
