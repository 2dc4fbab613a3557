"""Where the dates of a run's task go when its anchor moves, and from where they are counted."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.domain.playbook_moves import Dates, Home, Moved, home_of, moved_to, read
from followthru.domain.workdays import MONDAY_TO_FRIDAY
from followthru.errors import UsageError

ANCHOR, LATER = date(2026, 8, 3), date(2026, 8, 11)
STEP, STEP_LATER = date(2026, 7, 20), date(2026, 7, 28)
"""A Monday and a Tuesday, six working days apart."""
CALENDAR = MONDAY_TO_FRIDAY.closed_on([date(2026, 7, 30)])


def july(day: int) -> date:
    return date(2026, 7, day)


def moved(then: Dates) -> Dates:
    return moved_to(Home(ANCHOR, STEP, then), LATER, STEP_LATER, CALENDAR)


@pytest.mark.parametrize(
    ("then", "there", "why"),
    [
        (Dates(), Dates(), "what has no date gets none"),
        (Dates(promised_on=STEP), Dates(promised_on=STEP_LATER), "a promise goes with its step"),
        (Dates(promised_on=july(22)), Dates(promised_on=july(31)), "two working days after it; the 30th is closed"),
        (Dates(promised_on=july(17)), Dates(promised_on=july(27)), "one working day before it"),
        (Dates(promised_on=july(25)), Dates(promised_on=date(2026, 8, 5)), "a Saturday is the day after its Friday"),
        (Dates(july(22), july(20)), Dates(july(31), july(28)), "a target keeps its distance from its promise"),
        (Dates(None, july(21)), Dates(None, july(29)), "and from its step where nothing is promised"),
        (Dates(july(20), july(19)), Dates(july(28), july(28)), "no target is after its promise"),
        (Dates(july(22), None, july(17)), Dates(july(31), None, july(27)), "a start keeps its distance from its step"),
        (Dates(july(20), None, july(19)), Dates(july(28), None, july(28)), "no start is after its promise"),
        (Dates(None, None, july(19)), Dates(None, None, july(29)), "where nothing is promised there is no bound"),
        (Dates(deadline_on=ANCHOR), Dates(deadline_on=LATER), "a deadline that was the anchor is the new one"),
        (Dates(deadline_on=july(31)), Dates(deadline_on=july(31)), "any other was set by the outside and stays"),
    ],
)
def test_each_date_keeps_its_working_days(then: Dates, there: Dates, why: str) -> None:
    assert moved(then) == there, why


def test_an_anchor_that_comes_back_brings_back_every_date() -> None:
    then = Dates(july(25), july(19), july(18), july(31))
    assert moved_to(Home(ANCHOR, STEP, then), ANCHOR, STEP_LATER, CALENDAR) == then


HOME = Home(ANCHOR, STEP, Dates(july(22), None, july(17), ANCHOR))
STORED = Moved(HOME, Dates(july(31), None, july(27), LATER))


def test_what_is_stored_is_read_again() -> None:
    assert read(str(STORED)) == STORED
    assert str(STORED) == (
        '{"anchor":"2026-08-03","step_on":"2026-07-20","dates":["2026-07-22",null,"2026-07-17","2026-08-03"],'
        '"given":["2026-07-31",null,"2026-07-27","2026-08-11"]}'
    ), "stores hold it in this form"


NOT_OURS = [
    "", "5", "[]", "{}", '{"anchor":"2026-08-03"}', str(STORED).replace("2026-08-03", "soon"),
    str(STORED).replace('["2026-07-31"', '[1,2,3,4,5,"2026-07-31"'),
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_OURS)
def test_what_is_none_of_ours_is_nothing(text: str) -> None:
    assert read(text) is None
    assert home_of(HOME, text) == HOME


def test_a_task_is_counted_from_its_home_until_somebody_touches_its_dates() -> None:
    as_given = Home(LATER, STEP_LATER, STORED.given)
    assert home_of(as_given, None) == as_given, "nothing was moved yet"
    assert home_of(as_given, str(STORED)) == HOME
    by_hand = as_given._replace(dates=STORED.given._replace(promised_on=july(30)))
    assert home_of(by_hand, str(STORED)) == by_hand


def test_a_weekend_day_past_the_end_of_the_calendar_is_refused_in_words() -> None:
    friday, saturday = july(24), july(25)
    with pytest.raises(UsageError, match="outside the years 1 to 9999") as caught:
        moved_to(Home(ANCHOR, friday, Dates(saturday)), date.max, date.max, CALENDAR)
    assert (caught.value.safe, caught.value.remedy) == ("Nothing was changed.", "Use another anchor.")
