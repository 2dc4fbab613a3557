"""A promise as a line: where its target is, how far it has come, how late it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.bufferbar import bar, bar_words, first_day
from followthru.domain.task import Status, TaskRow, Telling
from tests.taskrows import NO_TASK

START, TARGET, PROMISE = date(2026, 11, 2), date(2026, 11, 24), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("today", "line"),
    [
        (date(2026, 11, 2), "[>............|~~~~]"),
        (date(2026, 11, 18), "[=========>...|~~~~]"),
        (date(2026, 11, 24), "[=============>~~~~]"),
        (date(2026, 11, 27), "[=============|#>~~]"),
        (date(2026, 11, 30), "[=============|###>]"),
        (date(2026, 12, 2), "[=============|####]> 2 days late"),
    ],
)
def test_the_line_shows_where_it_stands(today: date, line: str) -> None:
    assert bar(START, TARGET, PROMISE, today, 18) == line


def test_it_is_two_dozen_cells_wide_unless_it_is_told() -> None:
    assert bar(START, TARGET, PROMISE, TARGET) == "[==================>~~~~~]"


def test_a_promise_of_tomorrow_has_two_ends() -> None:
    assert bar(START, START, START + timedelta(days=1), START + timedelta(days=1), 4) == "[|##>]"


PROMISED = NO_TASK._replace(promised_on=PROMISE, target_on=TARGET)
TODAY = date(2026, 11, 18)


def told(on: date, *, retracted: bool = False) -> Telling:
    return Telling(1, 1, 1, "dana", PROMISE, on, "", "mail", retracted)


@pytest.mark.parametrize(
    ("row", "tellings", "begins"),
    [
        (NO_TASK, [told(START)], None),
        (PROMISED._replace(starts_on=date(2026, 11, 5)), [told(START)], date(2026, 11, 5)),
        (PROMISED, [told(START, retracted=True), told(date(2026, 11, 9)), told(date(2026, 11, 6))], date(2026, 11, 6)),
        (PROMISED, [], TODAY),
        (PROMISED._replace(target_on=date(2026, 11, 10)), [], date(2026, 11, 10)),
        (PROMISED._replace(target_on=None, promised_on=date(2026, 11, 10)), [], date(2026, 11, 10)),
        (PROMISED._replace(starts_on=date(2026, 11, 27)), [], TARGET),
        (PROMISED._replace(starts_on=date(2026, 12, 27), target_on=None), [], PROMISE),
    ],
)
def test_where_the_line_begins(row: TaskRow, tellings: list[Telling], begins: date | None) -> None:
    assert first_day(row, tellings, TODAY) == begins


def test_its_ends_are_said_while_it_is_open() -> None:
    assert bar_words(PROMISED, [told(START)], TODAY, 18) == "Mon 2 Nov [=========>...|~~~~] Mon 30 Nov"
    assert bar_words(PROMISED._replace(target_on=None), [told(START)], TODAY, 9) == "Mon 2 Nov [====>...|] Mon 30 Nov"
    assert bar_words(NO_TASK, [told(START)], TODAY) is None
    assert bar_words(PROMISED._replace(status=Status.DONE), [told(START)], TODAY) is None


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(st.lists(DAYS, min_size=3, max_size=3).map(sorted), DAYS, st.integers(4, 40))
def test_it_is_as_wide_as_it_is_told_and_has_one_today(dates: list[date], today: date, cells: int) -> None:
    start, target, promise = dates
    line = bar(start, target, promise, today, cells)
    body, _, after = line.partition("]")
    assert len(body) == cells + 1
    assert line.count(">") == 1
    assert bool(after) == (today > promise)
