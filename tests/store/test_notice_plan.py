"""Who is owed a word is found through one index, however many tasks there are."""

from __future__ import annotations

from followthru.store import notices
from tests.store.test_plans import Planner, planner, scans

__all__ = ["planner"]


def test_only_what_is_in_danger_or_past_is_looked_at(planner: Planner) -> None:
    notices.held(planner, "2026-07-15")
    [plan] = planner.plans
    assert plan[0].startswith("SEARCH d USING COVERING INDEX tasks_by_notice")
    assert scans(plan) == []
