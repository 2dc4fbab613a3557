"""Lists stay quick at any size because of how they are looked up: judged by SQLite's plan, not by a clock."""

from __future__ import annotations

import pytest

from followthru.actions.agenda import today_sections, week
from followthru.actions.context import Context
from followthru.store import asking, tasks
from followthru.store.store import Reader, SqlRow
from tests.storekit import FixedClock, add_practice, memory_ctx

SORTING = "USE TEMP B-TREE FOR ORDER BY"


class Planner(Reader):
    """A reader that notes the plan of each query."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx.store._connection, ctx.store.database)  # pyright: ignore[reportPrivateUsage]
        self.plans: list[list[str]] = []

    def rows(self, sql: str, *values: object) -> list[SqlRow]:
        self.plans.append([str(row[3]) for row in super().rows(f"EXPLAIN QUERY PLAN {sql}", *values)])
        return super().rows(sql, *values)

    def row(self, sql: str, *values: object) -> SqlRow | None:
        self.plans.append([str(row[3]) for row in super().rows(f"EXPLAIN QUERY PLAN {sql}", *values)])
        return super().row(sql, *values)


@pytest.fixture
def planner(schema: bytes) -> Planner:
    ctx = memory_ctx(schema)
    add_practice(ctx)
    return Planner(ctx)


def scans(plan: list[str]) -> list[str]:
    """The steps that read every row of a table."""
    return [step for step in plan if step.startswith("SCAN") and step not in ("SCAN g", "SCAN CONSTANT ROW")]


@pytest.mark.parametrize(
    "query", [tasks.OPEN, tasks.Query("closed = 0 AND practice_id = ?", (1,)), tasks.Query("closed = 1")]
)
def test_a_limited_list_is_read_in_order(planner: Planner, query: tasks.Query) -> None:
    tasks.rows(planner, query, limit=50)
    (plan,) = planner.plans
    assert scans(plan) == []
    assert SORTING not in plan
    assert "by_date" in plan[0]


def test_counting_reads_an_index_alone(planner: Planner) -> None:
    tasks.count(planner)
    (plan,) = planner.plans
    assert [step for step in plan if step.startswith("SEARCH")] == [
        "SEARCH d USING COVERING INDEX tasks_by_date (closed=?)"
    ]


def test_one_task_is_found_by_its_key(planner: Planner) -> None:
    tasks.by_ids(planner, [1])
    assert "SEARCH d USING INTEGER PRIMARY KEY (rowid=?)" in planner.plans[0]
    assert scans(planner.plans[0]) == []


def test_today_reads_one_index(schema: bytes) -> None:
    ctx = memory_ctx(schema)
    add_practice(ctx)
    planner = Planner(ctx)
    today_sections(ctx, planner)
    assert planner.plans[-1][0].startswith("SEARCH task_dates USING COVERING INDEX tasks_by_notice")


def test_the_week_reads_what_lies_before_its_end(schema: bytes) -> None:
    ctx = Context(memory_ctx(schema, FixedClock()).store, zone="UTC")
    add_practice(ctx)
    planner = Planner(ctx)
    week(ctx, planner)
    assert "tasks_by_date (closed=? AND next_on<?)" in planner.plans[-1][0]


def test_whether_somebody_is_to_call_is_asked_of_the_tasks_of_people_alone(planner: Planner) -> None:
    assert not asking.anybody_to_call(planner)
    steps = planner.plans[-1]
    assert [step for step in steps if step.startswith("SEARCH t USING INDEX")] == [
        "SEARCH t USING INDEX ix_task_waiting_on_id (waiting_on_id=?)",
        "SEARCH t USING INDEX ix_task_assignee_id (assignee_id=?)",
    ]
    assert [step for step in scans(steps) if "SCAN p" not in step] == []
