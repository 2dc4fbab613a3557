"""A date to promise with a stated chance, from one's own history in working days; no distribution is assumed.

The promise is the k-th smallest of M durations with k = ceil(p (M + 1)): if the next case is exchangeable with
those before it, it is done by then with probability p or more (the rank of conformal prediction; Vovk, Gammerman
and Shafer, "Algorithmic Learning in a Random World", 2005, chapter 2).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import islice
from math import ceil
from typing import NamedTuple

from followthru.domain.sample import is_sample
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

    `own` are of the same kind and practice, `kind` of the same kind elsewhere, `practice` of other
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
    """An honest date. `days` are working days from `told_on` to `promised_on`, `target_on` is the median's day,
    `half` working days after it was told.

    `within` counts the cases of the reference that took as long or less.
    """

    told_on: date
    promised_on: date
    target_on: date
    days: int
    p: Fraction
    within: int
    reference: Reference
    half: int = 0


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

    `calendars` gives each practice's working days; any other works Monday to Friday. Work of the same kind elsewhere
    counts, but that of a made-up practice for none that is real, nor the other way round.
    """

    def __init__(self, cases: Iterable[Case], calendars: Mapping[str, WorkCalendar] | None = None) -> None:
        self._calendars = calendars or {}
        self.cases = tuple(cases)
        self._days: dict[Case, int] = {}
        # The finished cases of each rung, in the order in which they were done.
        own: defaultdict[Pair, list[Case]] = defaultdict(list)
        kinds: defaultdict[tuple[bool, str | None], list[Case]] = defaultdict(list)
        sites: defaultdict[str | None, list[Case]] = defaultdict(list)
        for case in sorted([case for case in self.cases if case.done_on is not None], key=_ended):
            practice, kind = case[:2]
            own[practice, kind].append(case)
            kinds[is_sample(practice), kind].append(case)
            sites[practice].append(case)
        self._own, self._kind, self._practice = own, kinds, sites

    def calendar(self, practice: str | None) -> WorkCalendar:
        """Return a practice's working days."""
        return self._calendars.get(practice or "", MONDAY_TO_FRIDAY)

    def days(self, case: Case) -> int:
        """Return how many working days a finished case took; counted once, when it is first asked for."""
        found = self._days.get(case)
        if found is None:
            between = self.calendar(case.practice).working_days_between(case.told_on, case.done_on or date.max)
            found = self._days[case] = max(0, between)
        return found

    def newest(self, practice: str | None, kind: str | None, on: date) -> tuple[tuple[Case, ...], int, int]:
        """Return the finished cases that count on a day, rung by rung: none twice, at most 60.

        The two numbers are how many of them are of the same kind and practice, and how many more of the same kind.
        """
        taken: dict[int, Case] = {}
        if kind is not None:
            _fill(taken, _newest(self._own[practice, kind], on), OWN_SHARE)
        own = len(taken)
        if kind is not None:
            _fill(taken, _newest(self._kind[is_sample(practice), kind], on), LONGEST_LIST)
        same = len(taken) - own
        if own == OWN_SHARE:
            # Where other practices have few, more of its own come in as cases of the kind.
            more = sum(case.practice == practice for case in islice(taken.values(), own, None))
            own, same = own + more, same - more
        if practice is not None:
            _fill(taken, _newest(self._practice[practice], on), LONGEST_LIST)
        return tuple(taken.values()), own, same

    def reference(self, practice: str | None, kind: str | None, on: date) -> Reference:
        """Return how long the finished cases took that count on a day."""
        cases, own, same = self.newest(practice, kind, on)
        return Reference(tuple(sorted(map(self.days, cases))), own, same, len(cases) - own - same)

    def dated(self, reference: Reference, practice: str | None, on: date, p: Fraction) -> Forecast | None:
        """Return the date that a reference supports for something told on a day; None if there is no honest one."""
        days = reference.quantile(p)
        if days is None:
            return None
        calendar = self.calendar(practice)
        half = reference.quantile(min(p, HALF)) or 0
        within = bisect_left(reference.days, days + 1)
        return Forecast(on, calendar.add(on, days), calendar.add(on, half), days, p, within, reference, half)


def _ended(case: Case) -> tuple[date, int]:
    return case.done_on or date.max, case.place


def _done_on(case: Case) -> date:
    return case.done_on or date.max


def _newest(cases: Sequence[Case], before: date) -> Iterator[Case]:
    """Yield the cases done before a day, newest first; they are given in the order in which they were done."""
    return (cases[at] for at in range(bisect_left(cases, before, key=_done_on) - 1, -1, -1))


def _fill(taken: dict[int, Case], more: Iterator[Case], most: int) -> None:
    """Take cases that are not taken yet until there are `most`."""
    while len(taken) < most:
        found = next(more, None)
        if found is None:
            return
        taken.setdefault(found.place, found)


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
    history: History, practice: str | None, kind: str | None, on: date, p: Fraction, *, own: Fraction = CLIENT
) -> Forecast | Reference:
    """Return the forecast for something told today, or the reference that is too short for one.

    `own` is the chance at which open cases were promised, so that more chance never means an earlier date.
    """
    longer = 0 if kind is None else len(_Outlived(history, (practice, kind), own).by(on))
    today = history.reference(practice, kind, on)._replace(longer=longer)
    return history.dated(today, practice, on, p) or today


class _Outlived:
    """Which cases of one kind and practice are open past their own forecast; asked for one day, not for all.

    A case's own forecast depends on what had outlived its own by then, and so on backwards. More of those only
    make a date later, so whatever is not past its date even without them need not be looked into.
    """

    def __init__(self, history: History, pair: Pair, p: Fraction) -> None:
        self._history = history
        self._practice, self._kind = pair
        self._p = p
        told = (one for one in history.cases if (one.practice, one.kind) == pair)
        self._told = sorted(told, key=lambda one: (one.told_on, one.place))
        self._references: dict[Case, Reference] = {}
        self._early: dict[Case, date] = {}
        self._dates: dict[Case, date] = {}
        self._past: dict[Case, list[Case]] = {}

    def by(self, on: date) -> list[Case]:
        """Return the cases that are open on a day and past their own forecast."""
        found = self._open(self._told, on)
        if not found:
            return []
        then = self._open_then()
        wanted = found[:]
        while wanted:
            case = wanted.pop()
            if case not in self._past:
                self._past[case] = [one for one in then[case] if self._earliest(one) < case.told_on]
                wanted += self._past[case]
        for case in sorted(self._past, key=lambda one: one.told_on):
            longer = sum(self._dates[one] < case.told_on for one in self._past[case])
            self._dates[case] = self._date(case, longer)
        return [one for one in found if self._dates[one] < on]

    def _open_then(self) -> dict[Case, list[Case]]:
        """Return for each case those that were open on the day it was told."""
        then: dict[Case, list[Case]] = {}
        still: list[Case] = []
        waiting: list[Case] = []
        for case in self._told:
            if waiting and waiting[0].told_on < case.told_on:
                still += waiting
                waiting = []
            then[case] = still = self._open(still, case.told_on)
            waiting.append(case)
        return then

    @staticmethod
    def _open(cases: Iterable[Case], on: date) -> list[Case]:
        """Return the cases that were told before a day and are not known on it to be done."""
        return [one for one in cases if one.told_on < on and (one.done_on is None or one.done_on >= on)]

    def _earliest(self, case: Case) -> date:
        if case not in self._early:
            self._early[case] = self._date(case, 0)
        return self._early[case]

    def _date(self, case: Case, longer: int) -> date:
        """Return a case's own forecast with so many longer ones; the end of time where none could be given."""
        if case not in self._references:
            self._references[case] = self._history.reference(self._practice, self._kind, case.told_on)
        days = self._references[case]._replace(longer=longer).quantile(self._p)
        return date.max if days is None else self._history.calendar(self._practice).add(case.told_on, days)
