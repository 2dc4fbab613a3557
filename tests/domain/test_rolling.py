"""Dates on closed days: where they go, and what is said of them."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.domain.rolling import Rolled, closed_words, passed_words, rolled
from followthru.domain.workdays import MONDAY_TO_FRIDAY

TODAY = date(2027, 1, 4)
FRIDAY, SATURDAY, MONDAY = date(2027, 1, 15), date(2027, 1, 16), date(2027, 1, 18)
CLOSED_FRIDAY = MONDAY_TO_FRIDAY.closed_on([FRIDAY])


@pytest.mark.parametrize(
    ("roll", "there", "note"),
    [
        (None, FRIDAY, None),
        ("none", FRIDAY, None),
        ("before", date(2027, 1, 14), "Fri 15 Jan is closed: promised for Thu 14 Jan, the day before it."),
        ("after", MONDAY, "Fri 15 Jan is closed: promised for Mon 18 Jan, the day after it."),
    ],
)
def test_a_promise_on_a_closed_day_goes_where_the_practice_says(
    roll: str | None, there: date, note: str | None
) -> None:
    assert rolled(FRIDAY, roll, CLOSED_FRIDAY, TODAY) == Rolled(there, note)
    assert rolled(MONDAY, roll, CLOSED_FRIDAY, TODAY) == Rolled(MONDAY)


def test_a_closed_day_is_said_with_the_days_around_it() -> None:
    around = "Fri 15 Jan is closed; the working days around it are Thu 14 Jan and Mon 18 Jan."
    assert closed_words(FRIDAY, CLOSED_FRIDAY, TODAY) == around
    assert closed_words(MONDAY, CLOSED_FRIDAY, TODAY) is None
    assert closed_words(SATURDAY, CLOSED_FRIDAY, TODAY) is None, "a weekend is no surprise"


@pytest.mark.parametrize(
    ("target", "promised_on", "said"),
    [
        (
            date(2027, 1, 1),
            date(2027, 1, 5),
            "more than the 2 working days there are: its target Fri 1 Jan has passed.",
        ),
        (date(2027, 1, 1), TODAY, "more than the 1 working day there is: its target Fri 1 Jan has passed."),
        (TODAY, date(2027, 1, 5), None),
        (date(2026, 12, 1), date(2027, 1, 3), None),
    ],
)
def test_room_that_is_no_more_there_is_said(target: date, promised_on: date, said: str | None) -> None:
    found = passed_words(target, promised_on, 5, MONDAY_TO_FRIDAY, TODAY)
    assert found == (None if said is None else f"Its wiggle room of 5 is {said}")


def test_room_for_which_the_days_would_just_do_is_not_called_more_than_they_are() -> None:
    friday, monday, tuesday = date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 5)
    gone = "its target Fri 1 Jan has passed."
    found = [passed_words(friday, on, room, MONDAY_TO_FRIDAY, monday) for on, room in ((tuesday, 2), (monday, 1))]
    assert found == [
        f"Its wiggle room of 2 takes up the 2 working days there are: {gone}",
        f"Its wiggle room of 1 takes up the 1 working day there is: {gone}",
    ]


def test_today_is_the_first_of_the_working_days_there_are() -> None:
    tuesday, monday = date(2027, 1, 5), date(2027, 1, 4)
    found = passed_words(monday, tuesday, 5, MONDAY_TO_FRIDAY, tuesday)
    assert found is not None
    assert "the 1 working day there is" in found
