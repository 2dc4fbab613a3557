"""Where processes die: at every place that one like it was seen to pass, those first at which fewest have died.

What a process did when it passed a place is remembered as the way there, so that a later round goes the same way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from tests.torture.boundaries import Target
from tests.torture.surfaces import End
from tests.torture.tortured import Tortured
from tests.updates.scripted import Fault

NOWHERE = Target(None)
OFTEN = 10
"""Processes that passed a place; after so many that none died there is a gap in the torture."""
DEAREST = 0.85
"""How often the place of fewest deaths is taken, and not just any."""
WAYS = 6
"""Ways to one place that are remembered, the newest."""


class Way(NamedTuple):
    """What a process did: its surface and verb, whether its home was new, how long it had slept, what mail met."""

    surface: str
    doing: str = ""
    new: bool = False
    minutes: int = 5
    faults: tuple[Fault, ...] = ()


class Aim(NamedTuple):
    """A place to die at, and the way there."""

    kind: str
    way: Way


class Aims:
    """Chooses where processes die, and remembers where they passed.

    Those of a surface in `forced` die nowhere but there, and always.
    """

    def __init__(self, done: Tortured, forced: Mapping[str, str]) -> None:
        self._done, self._forced = done, forced
        self._seen: dict[str, set[str]] = defaultdict(set)
        self._ways: dict[str, list[Way]] = defaultdict(list)
        self._tried: Counter[str] = Counter()
        self._tried_by_the_way: Counter[str] = Counter()
        self.passed: Counter[str] = Counter()
        """By place, how many processes passed it."""

    def wanted(self, *, new: bool) -> Aim | None:
        """Choose what a round is made for. In a new home that is what only a new one passes, as long as it is dear."""
        if self._forced:
            surface, kind = next(iter(self._forced.items()))
            return Aim(kind, Way(surface))
        at_hand = {place: ways for place, ways in self._ways.items() if new or not all(way.new for way in ways)}
        if not at_hand:
            return None
        only_now = {place for place, ways in at_hand.items() if all(way.new for way in ways)}
        place = self._dearest(sorted(only_now or at_hand))
        if new and only_now:
            place = min(place, self._dearest(sorted(at_hand)), key=self._price)
        ways = [way for way in at_hand[place] if new or not way.new]
        return Aim(place.partition(": ")[2], self._done.dice.choice(ways))

    def towards(self, aim: Aim) -> Target:
        """Return an aim as the target of a process that is about to go there."""
        self._tried[_place(aim.way.surface, aim.kind)] += 1
        return Target(aim.kind, 1 if self._forced else self._done.dice.choice([1, 1, 1, 1, 2]))

    def at(self, surface: str, doing: str, share: float) -> Target:
        """Choose where a process that does something dies by the way; otherwise nowhere, so that much gets done."""
        if surface in self._forced:
            return Target(self._forced[surface])
        dice, seen = self._done.dice, sorted(self._seen[_place(surface, doing)])
        if not seen or dice.random() > share:
            return NOWHERE
        kind = dice.choice(seen)
        if dice.random() < DEAREST:
            places = [_place(surface, one) for one in seen]
            kind = self._dearest(places, by_the_way=True).partition(": ")[2]
        self._tried_by_the_way[_place(surface, kind)] += 1
        return Target(kind, dice.choice([1, 1, 1, 2, 3]))

    def note(self, way: Way, end: End) -> None:
        """Note how a process ended, and where it passed on its way."""
        self._seen[_place(way.surface, way.doing)] |= end.passed
        for kind in sorted(end.passed):
            place = _place(way.surface, kind)
            self.passed[place] += 1
            self._done.known.add(place)
            ways = self._ways[place]
            if way not in ways:
                ways.append(way)
                # A place that an old home can pass as well is never taken for one that only a new home passes.
                spare = [one for one in ways if one.new] or ways
                ways[:] = [one for one in ways if len(ways) <= WAYS or one is not spare[0]]
        if end.kind is not None:
            self._done.hits[_place(way.surface, end.kind)] += 1
            self._done.hits_on[way.surface] += 1

    def missed(self) -> list[str]:
        """Return the places that were passed and never died at, each with how many processes passed it."""
        found = [(place, count) for place, count in self.passed.items() if not self._done.hits[place]]
        return [f"{place} (passed by {count})" for place, count in sorted(found)]

    def gaps(self) -> list[str]:
        """Return those of them that so many passed that one ought to have died there."""
        return sorted(place for place, count in self.passed.items() if count >= OFTEN and not self._done.hits[place])

    def _dearest(self, places: list[str], *, by_the_way: bool = False) -> str:
        """Choose a place; one that was only hoped for by the way is as dear as before to a round that leads to it."""
        hoped = self._tried_by_the_way if by_the_way else Counter[str]()
        return min(places, key=lambda place: (self._price(place) + hoped[place], self._done.dice.random()))

    def _price(self, place: str) -> int:
        """Return how much was done about a place. Deaths count more, so that one hard to reach holds nobody up."""
        return 3 * self._done.hits[place] + self._tried[place]


def _place(surface: str, kind: str) -> str:
    return f"{surface}: {kind}"
