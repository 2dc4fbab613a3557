"""Registers: when a renewal begins, where a thing stands on the board, how it is called, how long it holds."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.domain.registers import Expiring, RegisterItem, board_order, expiring, interval, next_expiry
from followthru.domain.workdays import MONDAY_TO_FRIDAY
from followthru.errors import UsageError

FRIDAY = date(2027, 1, 15)
LICENCE = RegisterItem(
    1, 1, "oak", "licence", "Licence", 7, "dana", "Dana Lee", None, None, FRIDAY, None, 5, None, None, None, (), None,
    None, None, None,
)  # fmt: skip


def stands(today: date, item: RegisterItem = LICENCE) -> Expiring:
    found = expiring(item, today, MONDAY_TO_FRIDAY)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("item", "today", "start_by", "due"),
    [
        (LICENCE, date(2027, 1, 7), date(2027, 1, 8), False),
        (LICENCE, date(2027, 1, 8), date(2027, 1, 8), True),
        (LICENCE, date(2027, 2, 1), date(2027, 1, 8), True),
        (LICENCE._replace(task_id=4), date(2027, 1, 8), date(2027, 1, 8), False),
        (LICENCE._replace(lead_days=None), date(2027, 1, 14), FRIDAY, False),
        (LICENCE._replace(lead_days=None), FRIDAY, FRIDAY, True),
    ],
    ids=["before", "on the day", "long after", "a task renews it", "no lead, before", "no lead, on the day"],
)
def test_a_renewal_is_due_from_its_lead_on_until_there_is_a_task(
    item: RegisterItem, today: date, start_by: date, due: bool
) -> None:
    found = stands(today, item)
    assert (found.item, found.start_by_on, found.due) == (item, start_by, due)


@pytest.mark.parametrize("item", [LICENCE._replace(expires_on=None), LICENCE._replace(retired_on=FRIDAY)])
def test_what_never_expires_or_is_retired_is_on_no_board(item: RegisterItem) -> None:
    assert expiring(item, FRIDAY, MONDAY_TO_FRIDAY) is None


@pytest.mark.parametrize(
    ("today", "left", "band"),
    [
        (date(2027, 1, 16), -1, "expired"),
        (FRIDAY, 0, "within 30 days"),
        (date(2026, 12, 16), 30, "within 30 days"),
        (date(2026, 12, 15), 31, "within 60 days"),
        (date(2026, 11, 16), 60, "within 60 days"),
        (date(2026, 10, 17), 90, "within 90 days"),
        (date(2026, 10, 16), 91, "after 90 days"),
    ],
)
def test_the_board_is_divided_by_days_left(today: date, left: int, band: str) -> None:
    assert (stands(today).days_left, stands(today).band) == (left, band)


def test_the_board_is_sorted_by_practice_holder_and_date() -> None:
    items = [
        LICENCE._replace(id=5, practice="pine", holder_words=None),
        LICENCE._replace(id=4, holder_words="Sam"),
        LICENCE._replace(id=3),
        LICENCE._replace(id=2, expires_on=date(2027, 1, 14)),
        LICENCE._replace(id=6),
        LICENCE._replace(id=1, holder_words=None),
    ]
    board = sorted((stands(FRIDAY, item) for item in items), key=board_order)
    assert [one.item.id for one in board] == [1, 2, 3, 6, 4, 5]
    dateless = board[0]._replace(item=LICENCE._replace(holder_words="Dana Lee", expires_on=None))
    assert board_order(board[2]) < board_order(dateless), "what has no date is last"


@pytest.mark.parametrize(
    ("title", "holder_words", "named"),
    [
        ("Licence", "Dana Lee", "Licence of Dana Lee"),
        ("Licence of Dana Lee", "Dana Lee", "Licence of Dana Lee"),
        ("Lease", None, "Lease"),
        ("Lease", "", "Lease"),
    ],
)
def test_a_thing_is_named_with_its_holder_once(title: str, holder_words: str | None, named: str) -> None:
    assert LICENCE._replace(title=title, holder_words=holder_words).named == named


@pytest.mark.parametrize(
    ("every", "until"),
    [("120 days", date(2027, 5, 15)), ("6 months", date(2027, 7, 15)), ("2 years", date(2029, 1, 15))],
)
def test_what_holds_for_an_interval_holds_until_a_day(every: str, until: date) -> None:
    assert str(interval(every)) == every
    assert str(interval(f"{every} after done")) == every, "counted from a day, it is the same either way"
    assert next_expiry(every, FRIDAY) == until


def test_a_rule_that_is_no_length_of_time_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        interval("mon")
    assert refused.value.sentences() == (
        "“mon” is no length of time. Nothing was changed. Write 120 days, 6 months or 2 years."
    )
