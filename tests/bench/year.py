"""What a year of duties costs: twelve months ahead of five hundred of them, at five practices with holidays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from followthru.actions import practices, tasks
from followthru.actions.context import Context
from followthru.domain.capture import Known, parse
from followthru.domain.clock import SystemClock
from followthru.domain.dateword import DateOrder
from followthru.store.store import Store
from tests.bench.stores import FOLLOWTHRU, environment
from tests.bench.timing import Command

DUTIES, PRACTICES = 500, 5
RULES = (
    "mon", "2 weeks", "month on 15", "last working day", "second tue", "quarter", "120 days after done",
    "1 feb..30 apr", "first working day", "year",
)  # fmt: skip


def filled(folder: Path) -> Mapping[str, str]:
    """Make a store of duties in a folder and return its environment."""
    folder.mkdir()
    ctx = Context(Store.open(folder / "followthru.db", SystemClock()), zone="UTC")
    slugs = [f"site-{number}" for number in range(PRACTICES)]
    for slug in slugs:
        practices.add(ctx, practices.NewPractice(slug, "America/Los_Angeles", holidays="US-CA"))
    known = Known(dict.fromkeys(slugs, ()), _today, DateOrder.DMY, _weekdays)
    for number in range(DUTIES):
        line = f"Duty {number} @{slugs[number % PRACTICES]} every {RULES[number % len(RULES)]}"
        tasks.add(ctx, parse(line, known))
    ctx.store.close()
    return environment(folder)


def commands(env: Mapping[str, str]) -> list[Command]:
    """Return the commands to time; the last only starts, opens the store and reads the duties."""
    return [
        Command(f"duty preview, 12 months of {DUTIES} duties", (FOLLOWTHRU, "duty", "preview"), env, 40),
        Command("duty preview --json", (FOLLOWTHRU, "duty", "preview", "--json"), env, 40),
        Command(f"duty list, {DUTIES} duties", (FOLLOWTHRU, "duty", "list", "--json"), env),
    ]


def _today(_: str | None) -> date:
    return SystemClock().now().date()


def _weekdays(_: str | None) -> frozenset[int]:
    return frozenset(range(1, 6))
