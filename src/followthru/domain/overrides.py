"""Which date was right: the one that was told, or the one that history supported on that day. Pure.

A promise counts for both as soon as it is known for both: when it is done, or once both dates have passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from followthru.domain.forecast import Pair
from followthru.domain.reliability import NONE, Share


class ToldBoth(NamedTuple):
    """A first telling with both dates: the one told, the model's own; when it was done."""

    practice: str | None
    kind: str | None
    told: date
    model: date
    done_on: date | None


class Versus(NamedTuple):
    """How often the told dates and the model's were kept, of the same promises; how often they were another."""

    told: Share = NONE
    model: Share = NONE
    earlier: int = 0
    later: int = 0

    def plus(self, one: ToldBoth, today: date) -> Versus:
        """Return the record with one promise more, unless it is not decided yet."""
        if one.done_on is None and today <= max(one.told, one.model):
            return self
        done = one.done_on or date.max
        return Versus(
            self.told.plus(done <= one.told),
            self.model.plus(done <= one.model),
            self.earlier + (one.told < one.model),
            self.later + (one.told > one.model),
        )


def versus(cases: Iterable[tuple[ToldBoth, date]]) -> tuple[Versus, dict[Pair, Versus]]:
    """Sum up promises, each with its practice's today: all of them, and by practice and kind."""
    total = Versus()
    by_sort: dict[Pair, Versus] = {}
    for one, today in cases:
        total = total.plus(one, today)
        after = by_sort.get((one.practice, one.kind), Versus()).plus(one, today)
        if after.told.of:
            by_sort[one.practice, one.kind] = after
    return total, by_sort
