"""A promise as a line: where its target is, how far it has come, how late it is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.bufferbar import bar

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


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(st.lists(DAYS, min_size=3, max_size=3).map(sorted), DAYS, st.integers(4, 40))
def test_it_is_as_wide_as_it_is_told_and_has_one_today(dates: list[date], today: date, cells: int) -> None:
    start, target, promise = dates
    line = bar(start, target, promise, today, cells)
    body, _, after = line.partition("]")
    assert len(body) == cells + 1
    assert line.count(">") == 1
    assert bool(after) == (today > promise)
