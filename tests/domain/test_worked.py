"""A month's hours against what a practice pays for."""

from __future__ import annotations

import pytest

from followthru.domain.worked import Total, total_words


@pytest.mark.parametrize(
    ("minutes", "retainer", "left", "words"),
    [
        (750, None, None, "12 h 30 min"),
        (750, 1200, 450, "12 h 30 min of 20 h, 7 h 30 min left"),
        (1200, 1200, 0, "20 h of 20 h, 0 min left"),
        (1230, 1200, -30, "20 h 30 min of 20 h, 30 min over"),
        (1201, 1200, -1, "20 h 1 min of 20 h, 1 min over"),
        (60, 0, -60, "1 h of 0 min, 1 h over"),
    ],
)
def test_a_month_says_what_is_left_of_what_is_paid_for(
    minutes: int, retainer: int | None, left: int | None, words: str
) -> None:
    total = Total("oak", minutes, retainer, 3)
    assert total.left == left
    assert total_words(total) == words
