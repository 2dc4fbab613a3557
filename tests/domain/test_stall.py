"""Which tasks a change moves, and what lies between two movements."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.domain.changes import Change, create, delete
from followthru.domain.stall import Place, gaps_between, moved_by, pace_of
from followthru.domain.workdays import MONDAY_TO_FRIDAY

# Task 2 is a subtask of 1; step 7 is of task 3.
PLACE = Place({2: 1}.get, {7: 3}.get)
STEP = {"task_id": 4, "position": 0, "words": "step", "done": 0}


@pytest.mark.parametrize(
    ("changes", "moved"),
    [
        ((), set[int]()),
        ((create("task", 5, {"title": "x"}),), {5}),
        ((create("task", 5, {"title": "x", "parent_id": 1}),), {1, 5}),
        ((delete("task", 5, {"title": "x", "parent_id": 1}),), {1, 5}),
        ((create("task", 5, {"title": "x", "parent_id": 1, "imported_at": "2026-07-01"}),), set[int]()),
        ((Change("task", 2, "status", "open", "done"),), {1, 2}),
        ((Change("task", 3, "status", "open", "done"),), {3}),
        ((Change("task", 2, "promised_on", None, "2026-07-03"),), {2}),
        ((Change("task", 2, "title", "x", "y"),), set[int]()),
        ((Change("task", 2, "parent_id", 1, 8),), {1, 8}),
        ((Change("task", 2, "parent_id", 1, None),), {1}),
        ((Change("task", 2, "target_on", None, "2026-07-03"), create("closure", 1, {})), set[int]()),
        ((Change("person", 2, "status", "a", "b"),), set[int]()),
        ((create("checklist_item", 9, STEP),), {4}),
        ((delete("checklist_item", 7, STEP),), {4}),
        ((Change("checklist_item", 7, "done", 0, 1),), {3}),
        ((Change("checklist_item", 8, "done", 0, 1),), set[int]()),
    ],
)
def test_what_moves_which_task(changes: tuple[Change, ...], moved: set[int]) -> None:
    assert moved_by(changes, PLACE) == moved


def test_between_movements_lie_working_days() -> None:
    friday, saturday, monday = date(2026, 7, 3), date(2026, 7, 4), date(2026, 7, 6)
    assert gaps_between([friday, friday, saturday, monday], MONDAY_TO_FRIDAY) == [0, 0, 1]
    assert gaps_between([friday], MONDAY_TO_FRIDAY) == []
    assert gaps_between([monday, friday], MONDAY_TO_FRIDAY) == [0], "a clock that was set back"


@pytest.mark.parametrize(
    ("gaps", "pace"),
    [([], 5), ([1, 2], 5), ([7], 7), ([9, 6], 7), ([0, 20], 10), ([20, 6, 10], 10), ([30, 8, 6, 11], 9)],
)
def test_the_usual_pace_is_the_median_and_at_least_five(gaps: list[int], pace: int) -> None:
    assert pace_of(gaps) == pace
