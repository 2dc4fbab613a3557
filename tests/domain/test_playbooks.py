"""Steps: on which day each is, which wait for each other, and how their day is said."""

from __future__ import annotations

from itertools import pairwise

import pytest

from followthru.domain.playbooks import ANCHOR, Step, circle, day_words_of, offsets
from followthru.domain.task import Area


def step(key: str, origin: str, days: int, *needs: str) -> Step:
    needs = (*(() if origin == ANCHOR else (origin,)), *needs)
    return Step(
        key, key, None, None, Area.OPERATIONS, "x", origin, days, needs, None, None, None, None, None,
        deadline=False, evidence=False, per_person=False, note=None, checklist=(), goal=None,
    )  # fmt: skip


def test_days_are_counted_along_the_chain_in_whichever_order_it_is_written() -> None:
    steps = (step("last", "middle", 4), step("middle", "first", 3), step("first", ANCHOR, -10), step("too", "first", 1))
    assert offsets(steps) == {"last": -3, "middle": -7, "first": -10, "too": -9}
    assert offsets(steps[::-1]) == offsets(steps)


def test_a_circle_is_named_from_one_to_the_next_and_back() -> None:
    a, b, c = step("a", "c", 1), step("b", "a", 1), step("c", "b", 1)
    found = circle((a, b, c))
    assert len(found) == 4
    assert found[0] == found[-1]
    waits = {"a": "c", "b": "a", "c": "b"}
    assert all(waits[one] == other for one, other in pairwise(found)), found
    assert circle((step("a", ANCHOR, 0), b, c)) == ()


@pytest.mark.parametrize(
    ("origin", "days", "words"),
    [
        (ANCHOR, 0, "on the anchor"),
        ("offer", 0, "on the day of offer"),
        (ANCHOR, -1, "1 working day before the anchor"),
        (ANCHOR, -5, "5 working days before the anchor"),
        (ANCHOR, 1, "1 working day after the anchor"),
        ("offer", 5, "5 working days after offer"),
    ],
)
def test_a_day_is_said_in_words(origin: str, days: int, words: str) -> None:
    assert day_words_of(step("sign", origin, days)) == words
