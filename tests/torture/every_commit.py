"""Random work in which every step is first done by processes that die at its failpoints, each on a copy of the store.

`python -m tests.torture.every_commit --steps 1000`. Killed before its commit a step has changed nothing; killed after
it, it is there whole; the history amounts to the tables either way. In the end a table says which commits were hit.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import NamedTuple

from followthru.actions.context import Context
from followthru.store.connection import connect
from followthru.store.store import Store
from tests.actions.verbs import BY_ANYBODY, FOUNDED, OFTEN, Step, perform
from tests.store.oracles import State, replayed, sound, state
from tests.storekit import FixedClock, copy_database
from tests.torture.boundaries import Target
from tests.torture.forks import Tell, ended, forked
from tests.torture.surfaces import Telling, passed_of
from tests.torture.tortured import Tortured, say, table

ENOUGH = 3
"""Kills at one failpoint after which a step is no longer killed there."""


class Stand(NamedTuple):
    """What a store holds: every row of the user's, and how many steps."""

    rows: State
    steps: int


def stand(database: Path) -> Stand:
    """Return how a store stands. Raises AssertionError when it is damaged, or its history is not its tables."""
    with closing(Store.open(database, FixedClock())) as store:
        sound(store.read)
        rows = state(Context(store, zone="UTC"))
        assert rows == replayed(store.read), "the journal does not amount to the tables"
        return Stand(rows, int(store.read.value("SELECT count(*) FROM action")))


def done_on(database: Path, step: Step, target: Target) -> tuple[str | None, set[str]]:
    """Do a step in a process that dies at the target; return where it died, and what it passed."""

    def work(tell: Tell) -> None:
        Telling(target, tell).watch()
        with closing(Store.open(database, FixedClock())) as store:
            perform(Context(store, zone="UTC"), step)

    code, lines = ended(*forked(work))
    passed, told = passed_of(lines)
    assert code in (0, None), f"{step} ended with {code}"
    return (told[-1] if code is None else None), passed


def kill_at_each(done: Tortured, database: Path, step: Step) -> Iterator[str]:
    """Do a step; kill others like it at each of its failpoints, and yield what is wrong."""
    before, probe = stand(database), database.with_name("probe.db")
    whole = copy_database(database, database.with_name("whole.db"))
    _, passed = done_on(whole, step, Target(None))
    after = stand(whole)
    done.known |= passed
    commits = len([kind for kind in passed if kind.startswith("before commit")])
    for kind in sorted(kind for kind in passed if done.hits[kind] < ENOUGH):
        died, _ = done_on(copy_database(database, probe), step, Target(kind))
        found = stand(probe)
        if died != kind:
            yield f"{step} never came to {kind}"
            continue
        done.hits[kind] += 1
        if found.steps not in range(before.steps, after.steps + 1):
            yield f"{step}, killed {kind}: {found.steps} steps of {before.steps} to {after.steps}"
        if commits == 1 and kind.startswith("before commit") and found.rows != before.rows:
            yield f"{step}, killed {kind}: something is there"
        if commits == 1 and kind.startswith("after commit") and found.rows.keys() != after.rows.keys():
            yield f"{step}, killed {kind}: something is missing"
    whole.replace(database)


def torture(done: Tortured, folder: Path, steps: int) -> None:
    """Do so many steps of random work."""
    blank = folder / "blank.db"
    connect(blank).close()
    database = copy_database(blank, folder / "home" / "followthru.db")
    dice, verbs = done.dice, (*BY_ANYBODY, *OFTEN)
    drawn = (Step(dice.choice(verbs), *(dice.randrange(60) for _ in range(3))) for _ in range(steps))
    for step in (*FOUNDED, *drawn):
        done.rounds += 1
        try:
            wrong = list(kill_at_each(done, database, step))
        except AssertionError as error:
            wrong = [f"{step}: {error}"]
        done.violations += wrong
        if wrong:
            say("; ".join(wrong))
            return


def main() -> int:
    """Torture as the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(prog="tests.torture.every_commit")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1, help="what the dice begin with")
    given = parser.parse_args()
    done = Tortured(Random(given.seed), frozenset())
    with tempfile.TemporaryDirectory() as temporary:
        torture(done, Path(temporary), given.steps)
    say(table(done))
    return 1 if done.violations else 0


if __name__ == "__main__":
    sys.exit(main())
