"""Which date was right: the told one or that of history."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.domain.overrides import ToldBoth, Versus, versus
from followthru.domain.reliability import Share

EARLY, LATE = date(2027, 1, 11), date(2027, 1, 15)
TODAY = date(2027, 2, 1)


def both(told: date, model: date, done: date | None, kind: str | None = "billing") -> ToldBoth:
    return ToldBoth("oak", kind, told, model, done)


@pytest.mark.parametrize(
    ("told", "model", "done", "kept"),
    [
        (EARLY, LATE, EARLY, (1, 1)),
        (EARLY, LATE, date(2027, 1, 12), (0, 1)),
        (EARLY, LATE, LATE, (0, 1)),
        (EARLY, LATE, date(2027, 1, 16), (0, 0)),
        (LATE, EARLY, date(2027, 1, 12), (1, 0)),
        (LATE, EARLY, None, (0, 0)),
    ],
)
def test_each_date_is_kept_or_not(told: date, model: date, done: date | None, kept: tuple[int, int]) -> None:
    found = Versus().plus(both(told, model, done), TODAY)
    assert (found.told, found.model) == (Share(kept[0], 1), Share(kept[1], 1))


@pytest.mark.parametrize(
    ("one", "today", "counts"),
    [
        (both(EARLY, LATE, None), EARLY, False),
        (both(EARLY, LATE, None), LATE, False),
        (both(LATE, EARLY, None), LATE, False),
        (both(EARLY, LATE, None), date(2027, 1, 16), True),
        (both(EARLY, LATE, EARLY), EARLY, True),
    ],
)
def test_a_promise_counts_once_it_is_known_for_both_dates(one: ToldBoth, today: date, counts: bool) -> None:
    total, by_sort = versus([(one, today)])
    assert (total.told.of, total.model.of) == (counts, counts)
    assert (("oak", "billing") in by_sort) is counts


def test_promises_are_summed_up_in_all_and_by_practice_and_kind() -> None:
    cases = [
        both(EARLY, LATE, LATE),
        both(LATE, EARLY, LATE),
        both(LATE, EARLY, EARLY),
        both(EARLY, EARLY, EARLY),
        both(EARLY, LATE, LATE, None),
    ]
    total, by_sort = versus((one, TODAY) for one in cases)
    assert total == Versus(Share(3, 5), Share(4, 5), 2, 2), "two were told earlier than history, two later, one as it"
    assert by_sort == {
        ("oak", "billing"): Versus(Share(3, 4), Share(3, 4), 1, 2),
        ("oak", None): Versus(Share(0, 1), Share(1, 1), 1, 0),
    }
