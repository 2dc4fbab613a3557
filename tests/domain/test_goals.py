"""Figures, aims, where readings go, and how that is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.figures import check_stored, figure_text, figure_words, read_figure
from followthru.domain.goals import (
    Direction,
    Goal,
    Reading,
    Standing,
    Trend,
    aim_words,
    meets,
    sparkline,
    spoken_unit,
    standing,
    trend,
    trend_words,
)
from followthru.domain.task import Audience
from followthru.errors import UsageError

TODAY = date(2026, 11, 25)
GOAL = Goal(
    1, "u", 1, "oak-street", "ar-days", "AR days", "days", Direction.DOWN, Decimal(35), None, date(2027, 3, 31),
    Audience.OWNERS, None, None, 0,
)  # fmt: skip
UP = GOAL._replace(direction=Direction.UP, aim=Decimal(95), unit="%")
WITHIN = GOAL._replace(direction=Direction.WITHIN, aim=Decimal(85), aim_to=Decimal(95), unit="%")


def read(values: Sequence[float | str | Decimal]) -> list[Reading]:
    first = TODAY - timedelta(days=30 * len(values))
    return [
        Reading(at, 1, first + timedelta(days=30 * at), Decimal(str(value)), Audience.OWNERS, None)
        for at, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("text", "unit", "value", "words"),
    [
        ("41", "days", "41", "41 days"),
        ("1 day", "days", "1", "1 day"),
        ("97.50%", "%", "97.5", "97.5%"),
        ("$12,400", "$", "12400", "$12,400"),
        ("-3.2 %", "%", "-3.2", "-3.2%"),
        ("-0.5%", "%", "-0.5", "-0.5%"),
        ("-1 day", "days", "-1", "-1 day"),
        ("1 s", "s", "1", "1 s"),
        ("1 ms", "ms", "1", "1 ms"),
        ("1 loss", "loss", "1", "1 loss"),
        ("1 yr", "yrs", "1", "1 yr"),
        ("1 staff", "staff", "1", "1 staff"),
        ("0 days", "days", "0", "0 days"),
        ("12 400", None, "12400", "12,400"),
        ("0.0", None, "0", "0"),
    ],
)
def test_a_figure_is_read_and_said(text: str, unit: str | None, value: str, words: str) -> None:
    read_ = read_figure(text, unit)
    assert figure_text(read_) == value
    assert figure_words(read_, unit) == words


@pytest.mark.parametrize(
    "text", ["", "days", "1,23", "12,4000", "41 weeks", "1e5", "NaN", "4 1", "1.2.3", "$41", "9" * 13]
)
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_figure(text, "days")


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [("41 weeks", "days", "It is counted in days."), ("$41", None, "It has no unit.")],
)
def test_of_another_unit_the_right_one_is_said(text: str, unit: str | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_figure(text, unit)


@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_stored_figure_comes_back(value: Decimal) -> None:
    check_stored(figure_text(value))
    assert Decimal(figure_text(value)) == value


@pytest.mark.parametrize("text", ["12,400", "41.0", "41 days", "+3"])
def test_a_figure_that_is_stored_otherwise_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        check_stored(text)


def test_the_edge_of_an_aim_meets_it() -> None:
    assert [meets(GOAL, Decimal(each)) for each in ("34", "35", "35.1")] == [True, True, False]
    assert [meets(UP, Decimal(each)) for each in ("94.9", "95", "96")] == [False, True, True]
    assert [meets(WITHIN, Decimal(each)) for each in ("84.9", "85", "90", "95", "95.1")] == [
        *(False, True, True, True, False)
    ]
    assert meets(GOAL._replace(aim=None), Decimal(1)) is None


def test_where_a_goal_stands() -> None:
    after = date(2027, 4, 1)
    assert standing(GOAL, [], TODAY) is Standing.UNREAD
    assert standing(GOAL, read([41]), TODAY) is Standing.NOT_MET
    assert standing(GOAL, read([41]), after - timedelta(days=1)) is Standing.NOT_MET, "its last day is not over"
    assert standing(GOAL, read([41]), after) is Standing.MISSED
    assert standing(GOAL, read([41, 35]), after) is Standing.MET
    assert standing(GOAL._replace(aim=None), read([41]), TODAY) is Standing.NO_AIM


@pytest.mark.parametrize(
    ("values", "of", "expected"),
    [
        ([47, 46, 45, 44, 43], GOAL, None),
        ([47, 46, 45, 44, 43, 42], GOAL, Trend.BETTER),
        ([47, 46, 45, 44, 43, 42], UP, Trend.WORSE),
        ([40, 40, 40, 50, 50, 50], GOAL, Trend.WORSE),
        ([40, 44, 40, 44, 40, 44], GOAL, Trend.LEVEL),
        ([40, 40, 40, 40, 40, 40], GOAL, Trend.LEVEL),
        ([99, 99, 99, 41, 41, 41, 41, 41, 41], GOAL, Trend.LEVEL),
        ([70, 72, 74, 80, 82, 84], WITHIN, Trend.BETTER),
        ([90, 90, 90, 99, 99, 99], WITHIN, Trend.WORSE),
        ([86, 86, 86, 92, 92, 92], WITHIN, Trend.LEVEL),
        ([70, 72, 74, 80, 82, 84], WITHIN._replace(aim=None, aim_to=None), None),
    ],
)
def test_a_trend_is_named_only_where_there_is_one(values: list[int], of: Goal, expected: Trend | None) -> None:
    assert trend(of, read(values)) is expected
    assert (trend_words(of, read(values)) == "") is (expected is None)


def test_a_trend_says_what_it_rests_on() -> None:
    assert trend_words(GOAL, read([99, 47, 46, 45, 44, 43, 42])) == "getting better: the middle of 3 went from 46 to 43"
    assert trend_words(GOAL, read([40, 44, 40, 44, 40, 44])) == "level over the last 6 readings"


@given(st.lists(st.integers(0, 90), min_size=6, max_size=12), st.integers(1, 9))
def test_a_trend_knows_neither_scale_nor_origin(values: list[int], by: int) -> None:
    moved = [value * by + 7 for value in values]
    goal = GOAL._replace(aim=None)
    assert trend(goal, read(values)) == trend(goal, read(moved))
    mirrored = trend(goal._replace(direction=Direction.UP), read([-value for value in values]))
    assert trend(goal, read(values)) == mirrored


def test_a_sparkline_spans_low_to_high() -> None:
    assert sparkline(read([41])) == ""
    assert sparkline(read([3, 3, 3])) == "▄▄▄"
    assert sparkline(read([10, 17])) == "▁█"
    assert len(sparkline(read(list(range(40))))) == 12


def test_an_aim_is_said_with_its_edge() -> None:
    assert aim_words(Direction.DOWN, Decimal(35), None, "days") == "35 days or less"
    assert aim_words(Direction.UP, Decimal("97.5"), None, "%") == "97.5% or more"
    assert aim_words(Direction.WITHIN, Decimal(85), Decimal(95), "%") == "85% to 95%"
    assert aim_words(Direction.WITHIN, Decimal(2), Decimal(4), "days") == "2 to 4 days"
    assert aim_words(Direction.UP, None, None, "%") == ""
    assert aim_words(Direction.WITHIN, Decimal(85), None, "%") == "85%"
    assert aim_words(Direction.WITHIN, Decimal(85), Decimal(85), "%") == "85%"


def test_a_unit_that_the_title_says_is_not_said_twice() -> None:
    assert spoken_unit("AR days", "days") is None
    assert spoken_unit("Time to first visit", "days") == "days"
    assert spoken_unit("No-shows", "%") == "%"
    assert spoken_unit("No-shows", None) is None
