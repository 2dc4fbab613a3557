"""Whether stated chances come true: kept shares with their intervals. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from math import sqrt
from typing import NamedTuple

from followthru.domain.forecast import Case, Forecast

_Z = 1.959964
"""The normal quantile of a 95 % interval."""


class Share(NamedTuple):
    """How many of the promises whose day has come were kept."""

    kept: int
    of: int

    @property
    def value(self) -> float | None:
        """The share from 0 to 1, None without any case."""
        return self.kept / self.of if self.of else None

    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval of the true share (Wilson, JASA 22, 1927), None without any case."""
        if not self.of:
            return None
        n, share = self.of, self.kept / self.of
        middle = (share + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
        half = _Z / (1 + _Z * _Z / n) * sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)

    def plus(self, kept: bool) -> Share:
        """Return the share with one case more."""
        return Share(self.kept + kept, self.of + 1)


NONE = Share(0, 0)


def outcome(case: Case, promised: Forecast, last: date) -> bool | None:
    """Return whether a case kept its date; None while it is open and its date has not passed by the `last` day."""
    if case.done_on is not None:
        return case.done_on <= promised.promised_on
    return False if promised.promised_on < last else None


class Reliability(NamedTuple):
    """What came of replayed promises: shares by stated chance, and by practice and kind at the chosen one."""

    cases: int
    answered: int
    by_chance: dict[Fraction, Share]
    by_sort: dict[tuple[str | None, str | None], Share]


def reliability(
    replayed: Iterable[tuple[Case, tuple[Forecast | None, ...]]], chances: tuple[Fraction, ...], last: date
) -> Reliability:
    """Sum up a replay at several chances; the first is the chosen one. `last` is the last day that is known of."""
    by_chance = dict.fromkeys(chances, NONE)
    by_sort: dict[tuple[str | None, str | None], Share] = {}
    cases = answered = 0
    for case, found in replayed:
        cases += 1
        answered += found[0] is not None
        for p, promised in zip(chances, found, strict=True):
            kept = None if promised is None else outcome(case, promised, last)
            if kept is None:
                continue
            by_chance[p] = by_chance[p].plus(kept)
            if p == chances[0]:
                sort = (case.practice, case.kind)
                by_sort[sort] = by_sort.get(sort, NONE).plus(kept)
    return Reliability(cases, answered, by_chance, by_sort)
