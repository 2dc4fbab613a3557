"""What a torture has done so far: what it hit, where it goes next, what it found."""

from __future__ import annotations

import sys
from collections import Counter
from random import Random

from tests.torture.boundaries import Target


class Tortured:
    """What was done so far. `every` are the boundaries that there are; others are learnt on the way."""

    def __init__(self, dice: Random, every: frozenset[str]) -> None:
        self.dice = dice
        self.every = every
        self.rounds = 0
        self.hits: Counter[str] = Counter()
        self.hits_on: Counter[str] = Counter()
        self.known: set[str] = set(every)
        self.violations: list[str] = []

    def target(self) -> Target:
        """Choose where the next process dies: mostly where fewest died."""
        if self.dice.random() < 0.5:
            kind = self.dice.choice(sorted(self.known))
        else:
            kind = min(sorted(self.known), key=lambda one: (self.hits[one], self.dice.random()))
        return Target(kind, self.dice.choice([1, 1, 1, 1, 2, 3]))

    def missing(self) -> list[str]:
        """Return the boundaries at which nothing died."""
        return sorted((self.every | self.known) - self.hits.keys())


def table(done: Tortured) -> str:
    """Return what was done, as a table."""
    lines = ["", f"{'boundary':<34}{'kills':>7}"]
    lines += [f"{kind:<34}{done.hits[kind]:>7}" for kind in sorted(done.every | done.known)]
    lines += [f"on {name:<31}{count:>7}" for name, count in sorted(done.hits_on.items())]
    lines += [f"{'all kills':<34}{done.hits.total():>7}", f"{'rounds':<34}{done.rounds:>7}"]
    lines += [f"{'violations':<34}{len(done.violations):>7}", *done.violations]
    return "\n".join(lines)


def say(words: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
