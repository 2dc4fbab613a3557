"""A limited list costs the same however many tasks there are: it is read in the order of an index, and stops."""

from __future__ import annotations

from typing import Any

import pytest

from followthru.actions.context import Context
from followthru.actions.filters import query_for
from followthru.store import tasks
from followthru.store.store import Reader, SqlRow
from tests.storekit import add_person, add_practice

ORDERED = [
    (),
    ("@oak-street",),
    ("by:fri",),
    ("#insurance",),
    ("+dana",),
    ("is:untold",),
    ("health:late",),
    ("told:dana",),
]


class Explaining(Reader):
    """Keeps SQLite's steps for each statement instead of running it."""

    def __init__(self, real: Reader) -> None:
        self._real = real
        self.steps: list[str] = []

    def rows(self, sql: str, *values: object) -> list[SqlRow]:
        """Explain a query; find nothing."""
        self.steps += [str(row[3]) for row in self._real.rows(f"EXPLAIN QUERY PLAN {sql}", *values)]
        return []

    def column(self, sql: str, *values: object) -> list[Any]:
        """Explain a query of one column; find nothing."""
        return self.rows(sql, *values)


def plan(ctx: Context, query: tasks.Query) -> list[str]:
    """Return SQLite's steps for the very statement that a list of tasks runs."""
    explaining = Explaining(ctx.read)
    tasks.rows(explaining, query, limit=50)
    return explaining.steps


@pytest.mark.parametrize("words", ORDERED, ids=lambda words: " ".join(words) or "no filter")
def test_a_list_is_read_in_order_and_never_sorted(ctx: Context, words: tuple[str, ...]) -> None:
    add_practice(ctx)
    add_person(ctx)
    steps = plan(ctx, query_for(ctx, ctx.read, words))
    assert steps[0].startswith("SEARCH d USING INDEX")
    assert "tasks_by_date" in steps[0]
    assert [step for step in steps if "TEMP B-TREE" in step] == []
    assert [step for step in steps if step.startswith("SCAN") and step not in ("SCAN g", "SCAN (subquery-4)")] == []


@pytest.mark.parametrize("words", ["health:late", "health:on-track", "is:stalled", "by:fri"])
def test_a_whole_list_is_judged_by_the_index_that_orders_it(ctx: Context, words: str) -> None:
    add_practice(ctx, "elm", timezone="Asia/Tokyo")
    explaining = Explaining(ctx.read)
    tasks.ids(explaining, query_for(ctx, ctx.read, (words,)))
    assert len(explaining.steps) == 1
    assert explaining.steps[0].startswith("SEARCH d USING COVERING INDEX tasks_by_date")
