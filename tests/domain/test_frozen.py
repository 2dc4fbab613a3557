"""The working days that a promise was counted in stay those of the day it was told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from followthru.domain.frozen import changed_since, changed_words, check_frozen, freeze, thaw
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar
from followthru.errors import UsageError

FIRST, LAST = date(2026, 12, 21), date(2026, 12, 31)
EVE, CHRISTMAS = date(2026, 12, 24), date(2026, 12, 25)
NEAR = [FIRST + timedelta(days=step) for step in range(-3, 14)]
TOLD = "2026-12-21..2026-12-31 12345 2026-12-25 ~2026-12-24"


def test_the_days_of_the_span_are_kept_as_text() -> None:
    outside = [FIRST - timedelta(days=1), LAST + timedelta(days=1)]
    calendar = MONDAY_TO_FRIDAY.closed_on([CHRISTMAS, *outside], [EVE, *outside])
    assert freeze(calendar, FIRST, LAST) == TOLD
    edges = WorkCalendar(frozenset({1, 5}), frozenset({LAST, FIRST}), frozenset({5}), frozenset({LAST, FIRST}))
    assert freeze(edges, FIRST, LAST) == ("2026-12-21..2026-12-31 15h 2026-12-21 2026-12-31 ~2026-12-21 ~2026-12-31")


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Days off and half days around the span, of any week."""
    days = st.frozensets(st.sampled_from(NEAR), max_size=9)
    week = st.frozensets(st.integers(1, 7), min_size=1)
    return WorkCalendar(draw(week), draw(days), draw(week), draw(days))


@given(calendars(), calendars())
@example(MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY.closed_on([FIRST, LAST]))
@example(MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY.closed_on([], [FIRST, LAST]))
def test_within_the_span_the_days_are_those_of_then(then: WorkCalendar, now: WorkCalendar) -> None:
    text = freeze(then, FIRST, LAST)
    check_frozen(text)
    found = thaw(text, now)
    same_week = WorkCalendar(then.weekdays, now.off, then.half_weekdays, now.half)
    for day in NEAR:
        assert found.halves(day) == (then if FIRST <= day <= LAST else same_week).halves(day), day
    changed = [day for day in NEAR if FIRST <= day <= LAST and then.halves(day) != now.halves(day)]
    assert changed_since(text, now) == changed


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([], None),
        ([EVE], "counted as when it was told; since then Thu 24 Dec is half a day"),
        (
            [EVE, CHRISTMAS, LAST],
            "counted as when it was told; since then Thu 24 Dec is half a day, Fri 25 Dec is closed, "
            "Thu 31 Dec is worked",
        ),
        (
            [FIRST, EVE, CHRISTMAS, LAST],
            "counted as when it was told; since then Mon 21 Dec is worked, Thu 24 Dec is half a day, "
            "Fri 25 Dec is closed, and 1 more",
        ),
    ],
)
def test_which_days_changed_is_said_of_three_at_most(days: list[date], said: str | None) -> None:
    now = MONDAY_TO_FRIDAY.closed_on([CHRISTMAS], [EVE])
    assert changed_words(days, now, FIRST) == said


def test_working_days_are_read_and_what_is_none_is_refused() -> None:
    check_frozen(TOLD)
    check_frozen("2026-12-21..2026-12-31 12345")
    for text in (
        *("", "12345", "2026-12-21..2026-12-31", "2026-12-21 12345", "2026-12-21..soon 12345"),
        *(f"{TOLD} ~soon", f"{TOLD} Christmas", "2026-12-21..2026-12-31 189"),
    ):
        with pytest.raises(UsageError, match="working days"):
            check_frozen(text)


def test_of_a_long_text_that_is_none_the_beginning_is_shown() -> None:
    with pytest.raises(UsageError, match=rf"^“{'x' * 60}” does not say working days\.$"):
        check_frozen("x" * 61)
