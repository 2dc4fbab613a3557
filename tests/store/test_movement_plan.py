"""When a task moved last is found by the task, however many actions there are."""

from __future__ import annotations

from followthru.domain.workdays import MONDAY_TO_FRIDAY
from followthru.store import movements
from followthru.store.movements import Where
from tests.store.test_plans import Planner, planner, scans

__all__ = ["planner"]


def test_the_last_movement_is_found_by_its_task(planner: Planner) -> None:
    movements.last(planner, [1, 2])
    [plan] = planner.plans
    assert plan[0].startswith("SEARCH m USING COVERING INDEX")
    assert "SEARCH a USING INTEGER PRIMARY KEY (rowid=?)" in plan
    assert scans(plan) == []


def test_the_pace_of_a_kind_is_found_by_the_kind(planner: Planner) -> None:
    movements._gaps(planner, "renewal", lambda _: Where("UTC", MONDAY_TO_FRIDAY))  # pyright: ignore[reportPrivateUsage]
    [plan] = planner.plans
    assert any("tasks_by_kind (kind=? AND status=?)" in step for step in plan)
    assert "SEARCH a USING INTEGER PRIMARY KEY (rowid=?)" in plan
    assert [step for step in scans(plan) if not step.startswith("SCAN t")] == []
