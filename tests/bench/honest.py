"""What honest promises cost: a forecast from a long history, health after one change, everything computed anew."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

from followthru.actions import calibration, edit, past
from followthru.actions.context import Context
from followthru.domain.clock import SystemClock
from followthru.domain.forecast import Case
from followthru.store import derived, practices
from followthru.store.store import Store

KINDS = ("licence-renewal", "billing-report", "insurance", "onboarding", "contract")


class Figure(NamedTuple):
    """What was done, its median and worst in milliseconds, and the budget."""

    what: str
    middle: float
    worst: float
    budget: float

    def row(self) -> tuple[str, ...]:
        """Return the row of a table."""
        return self.what, f"{self.middle:.1f}", f"{self.worst:.1f}", f"{self.budget:g}"


HEAD = ("what", "median ms", "worst ms", "budget ms")


def figures(database: Path, *, cases: int, rounds: int) -> list[Figure]:
    """Measure on a store of any size, in this process; it gets a past of so many cases."""
    store = Store.open(database, SystemClock())
    ctx = Context(store, zone="UTC")
    try:
        past.bring_in(ctx, _history(ctx, cases), "made up")
        [*_, site] = practices.all_practices(ctx.read)
        size = int(ctx.read.value("SELECT count(*) FROM task"))
        some = [int(id) for (id,) in ctx.read.rows("SELECT id FROM task ORDER BY random() LIMIT ?", rounds)]
        return [
            _figure(
                f"a forecast from {cases:,} cases",
                [lambda: calibration.foretell(ctx, KINDS[0], site)] * rounds,
                20,
            ),
            _figure(f"health after one change, {size:,} tasks", [lambda id=id: _refresh(store, id) for id in some], 16),
            _figure(
                f"a change with its commit, {size:,} tasks",
                [lambda id=id: edit.edit(ctx, id, {"notes": f"Note {id}"}) for id in some],
                100,
            ),
            _figure(f"everything computed anew, {size:,} tasks", [lambda: _rebuild(store)] * 3, 2000),
        ]
    finally:
        store.close()


def _refresh(store: Store, task_id: int) -> None:
    with store.writing() as tx:
        one = frozenset({task_id})
        derived.refresh(tx, derived.Touched(one, frozenset(), one))


def _rebuild(store: Store) -> None:
    with store.writing() as tx:
        derived.recount(tx, [int(id) for (id,) in tx.rows("SELECT id FROM task")])


def _figure(what: str, runs: list[Callable[[], object]], budget: float) -> Figure:
    took: list[float] = []
    for run in runs:
        began = time.perf_counter()
        run()
        took.append(1000 * (time.perf_counter() - began))
    return Figure(what, median(took), max(took), budget)


def _history(ctx: Context, count: int) -> list[Case]:
    chance = random.Random(count)
    slugs = [one.slug for one in practices.all_practices(ctx.read)]
    first = date(2016, 1, 4)
    return [
        Case(
            slugs[n % len(slugs)],
            chance.choice(KINDS),
            told := first + timedelta(days=3600 * n // count),
            told + timedelta(days=int(chance.lognormvariate(2.3, 0.7))),
            n,
        )
        for n in range(count)
    ]
