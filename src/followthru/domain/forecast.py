"""A date to promise with a stated chance, from one's own history in working days; no distribution is assumed.

The promise is the k-th smallest of M durations with k = ceil(p (M + 1)): if the next case is exchangeable with
those before it, it is done by then with probability p or more (the rank of conformal prediction; Vovk, Gammerman
and Shafer, "Algorithmic Learning in a Random World", 2005, chapter 2).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import islice
from math import ceil
from typing import NamedTuple

from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar
from followthru.errors import UsageError

LONGEST_LIST = 60
"""Most finished cases that a forecast looks at."""
OWN_SHARE = 40
"""Most of them of the same kind at the same practice."""
CLIENT, INTERNAL, STATUTORY, HALF = Fraction(9, 10), Fraction(8, 10), Fraction(19, 20), Fraction(1, 2)
"""The chance that a date is kept: told to a client, kept among ourselves, set by law; and the median."""

Pair = tuple[str | None, str | None]


class Case(NamedTuple):
    """One promise of the past: where, what sort of work, when first told, and when done (None: still open).

    `place` orders cases of one day: the later one counts as the newer.
    """

    practice: str | None
    kind: str | None
    told_on: date
    done_on: date | None
    place: int = 0


class Reference(NamedTuple):
    """Durations in working days of the finished cases that a forecast rests on, ascending.

    `own` are of the same kind and practice, `kind` of the same kind elsewhere or before, `practice` of other
    kinds at the same practice. `longer` counts open cases that have outlived their own forecast.
    """

    days: tuple[int, ...]
    own: int
    kind: int
    practice: int
    longer: int = 0

    def rank(self, p: Fraction) -> int:
        """Return k, from 1."""
        return ceil(p * (len(self.days) + self.longer + 1))

    def quantile(self, p: Fraction) -> int | None:
        """Return the working days within which such a case is done with chance `p`; None if none can be stated."""
        k = self.rank(p)
        return self.days[k - 1] if k <= len(self.days) else None


class Forecast(NamedTuple):
    """An honest date. `days` are working days from `told_on` to `promised_on`, `target_on` is the median's day.

    `within` counts the cases of the reference that took as long or less.
    """

    told_on: date
    promised_on: date
    target_on: date
    days: int
    p: Fraction
    within: int
    reference: Reference


def chance(text: str) -> Fraction:
    """Read a chance such as `0.8` or `80%`, exactly. Raises UsageError unless it lies between 0 and 1."""
    words = text.strip()
    try:
        found = Fraction(words.removesuffix("%")) / (100 if words.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        found = Fraction(0)
    if not 0 < found < 1:
        raise UsageError(f"{text!r} is no chance.", remedy="Use a number between 0 and 1, such as 0.8.")
    return found


class History:
    """Cases of the past, asked day by day: a question about a day sees only what was finished before it.

    `calendars` gives each practice's working days; any other works Monday to Friday.
    """

    def __init__(self, cases: Iterable[Case], calendars: Mapping[str, WorkCalendar] | None = None) -> None:
        self._calendars = calendars or {}
        self.cases = tuple(cases)
        self._own: defaultdict[Pair, _Finished] = defaultdict(_Finished)
        self._kind: defaultdict[str, _Finished] = defaultdict(_Finished)
        self._practice: defaultdict[str, _Finished] = defaultdict(_Finished)
        finished = (case for case in self.cases if case.done_on is not None)
        for case in sorted(finished, key=lambda one: (one.done_on or date.max, one.place)):
            self._finish(case)

    def calendar(self, practice: str | None) -> WorkCalendar:
        """Return a practice's working days."""
        return self._calendars.get(practice or "", MONDAY_TO_FRIDAY)

    def _finish(self, case: Case) -> None:
        done_on = case.done_on or date.max
        days = max(0, self.calendar(case.practice).working_days_between(case.told_on, done_on))
        one = (case.place, days)
        self._own[case.practice, case.kind].add(done_on, one)
        if case.kind is not None:
            self._kind[case.kind].add(done_on, one)
        if case.practice is not None:
            self._practice[case.practice].add(done_on, one)

    def reference(self, practice: str | None, kind: str | None, on: date) -> Reference:
        """Return the finished cases that count on a day: newest of each rung first, none twice, at most 60."""
        taken: dict[int, int] = dict(islice(self._own[practice, kind].newest(on), OWN_SHARE)) if kind else {}
        own = len(taken)
        if kind is not None:
            _fill(taken, self._kind[kind].newest(on))
        same = len(taken) - own
        if practice is not None:
            _fill(taken, self._practice[practice].newest(on))
        return Reference(tuple(sorted(taken.values())), own, same, len(taken) - own - same)

    def dated(self, reference: Reference, practice: str | None, on: date, p: Fraction) -> Forecast | None:
        """Return the date that a reference supports for something told on a day; None if there is no honest one."""
        days = reference.quantile(p)
        if days is None:
            return None
        calendar = self.calendar(practice)
        half = reference.quantile(min(p, HALF)) or 0
        within = bisect_left(reference.days, days + 1)
        return Forecast(on, calendar.add(on, days), calendar.add(on, half), days, p, within, reference)


class _Finished:
    """Cases in the order in which they were done."""

    def __init__(self) -> None:
        self._on: list[date] = []
        self._cases: list[tuple[int, int]] = []

    def add(self, done_on: date, case: tuple[int, int]) -> None:
        """Add the newest case: its place and its days."""
        self._on.append(done_on)
        self._cases.append(case)

    def newest(self, before: date) -> Iterator[tuple[int, int]]:
        """Yield the cases done before a day, newest first."""
        return (self._cases[at] for at in range(bisect_left(self._on, before) - 1, -1, -1))


def _fill(taken: dict[int, int], more: Iterator[tuple[int, int]]) -> None:
    """Take cases that are not taken yet until the list is full."""
    while len(taken) < LONGEST_LIST:
        found = next(more, None)
        if found is None:
            return
        taken.setdefault(*found)


class Walk:
    """A walk through a history in the order of telling, at one chance: what would have been promised each time.

    Days must be asked in ascending order. What was forecast counts later: a case that is still open after its
    own forecast date is longer than every finished one.
    """

    def __init__(self, history: History, p: Fraction) -> None:
        self._history = history
        self._p = p
        self._outlived: defaultdict[Pair, list[date]] = defaultdict(list)
        self._ended: defaultdict[Pair, list[date]] = defaultdict(list)

    def ask(self, practice: str | None, kind: str | None, on: date, reference: Reference) -> Forecast | None:
        """Return the forecast for something of this sort told on a day, from the day's finished cases."""
        longer = self.longer((practice, kind), on) if kind is not None else 0
        return self._history.dated(reference._replace(longer=longer), practice, on, self._p)

    def tell(self, case: Case, promised: Forecast | None) -> None:
        """Note that a case was told, with its own forecast."""
        if promised is None or case.kind is None:
            return
        pair = (case.practice, case.kind)
        insort(self._outlived[pair], promised.promised_on)
        if case.done_on is not None:
            insort(self._ended[pair], max(case.done_on, promised.promised_on))

    def longer(self, pair: Pair, on: date) -> int:
        """Return how many cases are open on a day (what ends that day is not known yet) and past their forecast."""
        return bisect_left(self._outlived[pair], on) - bisect_left(self._ended[pair], on)


def replay(history: History, chances: Iterable[Fraction]) -> Iterator[tuple[Case, tuple[Forecast | None, ...]]]:
    """Yield each case in the order of telling, with what would have been promised at each chance."""
    walks = [Walk(history, p) for p in chances]
    for case in sorted(history.cases, key=lambda one: (one.told_on, one.place)):
        reference = history.reference(case.practice, case.kind, case.told_on)
        found = tuple(walk.ask(case.practice, case.kind, case.told_on, reference) for walk in walks)
        for walk, forecast in zip(walks, found, strict=True):
            walk.tell(case, forecast)
        yield case, found


def forecast(
    history: History, practice: str | None, kind: str, on: date, p: Fraction, *, own: Fraction = CLIENT
) -> Forecast | Reference:
    """Return the forecast for something told today, or the reference that is too short for one.

    `own` is the chance at which open cases were promised, so that more chance never means an earlier date.
    """
    walk = Walk(history, own)
    told = (one for one in history.cases if (one.practice, one.kind) == (practice, kind) and one.told_on <= on)
    for case in sorted(told, key=lambda one: (one.told_on, one.place)):
        then = history.reference(practice, kind, case.told_on)
        walk.tell(case, walk.ask(practice, kind, case.told_on, then))
    today = history.reference(practice, kind, on)._replace(longer=walk.longer((practice, kind), on))
    return history.dated(today, practice, on, p) or today
