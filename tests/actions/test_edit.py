"""Fields by name: read, checked, guarded, and none at all when one of them is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from followthru.actions import decisions, edit, edits, history, hours_log, raising
from followthru.actions.context import Context
from followthru.domain.changes import Scalar
from followthru.domain.task import Status
from followthru.errors import FollowthruError, NotFoundError, RefusedError, UsageError
from followthru.store import journal
from followthru.store import tasks as read_tasks
from tests.store.oracles import state
from tests.storekit import FixedClock, add_person, add_practice, add_task, memory_ctx, task


@pytest.fixture
def ctx(schema: bytes) -> Context:
    """Two practices with one person each, tasks 1 to 3 at the first, 4 at the second, 5 in none."""
    made = memory_ctx(schema, FixedClock())
    for slug, name in (("oak-street", "Dana Reyes"), ("harbor-view", "Kim Vale")):
        add_practice(made, slug)
        add_person(made, name, practice=slug)
    for line in ("a @oak-street #old", "b @oak-street", "c @oak-street", "d @harbor-view", "e"):
        add_task(made, line)
    return made


def row(ctx: Context, task_id: int = 1) -> Mapping[str, Scalar]:
    return journal.row_of(ctx.read, "task", task_id) or {}


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"title": "  New \n title "}, {"title": "New title"}),
        (
            {"public_title": "For you", "kind": "licence-renewal"},
            {"public_title": "For you", "kind": "licence-renewal"},
        ),
        ({"area": "people", "priority": "low"}, {"area": "people", "priority": "low"}),
        ({"deadline": "15 jan"}, {"deadline_on": "2027-01-15"}),
        ({"promised": "fri 3pm"}, {"promised_on": "2026-07-03", "promised_time": "15:00", "target_on": "2026-07-03"}),
        (
            {"starts_on": "in 3 days", "follow_up": "tomorrow"},
            {"starts_on": "2026-07-04", "follow_up_on": "2026-07-02"},
        ),
        ({"estimate": "90m"}, {"estimate_minutes": 90}),
        ({"notes": "first\n\n- second"}, {"notes": "first\n\n- second"}),
        ({"assignee": "dana", "parent": "2"}, {"assignee_id": 1, "parent_id": 2}),
        ({"audience": "team"}, {"audience": "team"}),
    ],
)
def test_fields_are_read_and_can_be_cleared(
    ctx: Context, given: Mapping[str, str], stored: Mapping[str, Scalar]
) -> None:
    before = state(ctx)
    edit.edit(ctx, 1, given)
    assert {name: row(ctx)[name] for name in stored} == stored
    if "title" not in given:
        edit.edit(ctx, 1, dict.fromkeys(given, ""))
        assert {name: row(ctx)[name] for name in stored} == dict.fromkeys(stored)
        history.undo(ctx)
    history.undo(ctx)
    assert state(ctx) == before


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"title": " "}, UsageError, "needs a title"),
        ({"titel": "x"}, UsageError, "Did you mean title?"),
        ({"status": "done"}, UsageError, "no field “status”"),
        ({"uid": "x"}, UsageError, "no field “uid”"),
        ({'title" = x --': "x"}, UsageError, "no field"),
        ({"area": "sales"}, UsageError, "One of: operations, people, performance"),
        ({"deadline": "31 feb"}, UsageError, "not possible"),
        ({"estimate": "9" * 30}, UsageError, "no span of time"),
        ({"buffer": "-3"}, UsageError, "no number"),
        ({"parent": "1"}, RefusedError, "done before itself"),
        ({"parent": "4"}, RefusedError, "another practice"),
        ({"parent": "99"}, NotFoundError, "no task 99"),
        ({"needs": "1"}, RefusedError, "done before itself"),
        ({"needs": "2,99"}, NotFoundError, "no task 99"),
        ({"tags": "#"}, UsageError, "without a letter"),
        ({"assignee": "kim"}, NotFoundError, "no kim at oak-street"),
        ({"assignee": "+"}, NotFoundError, "There is no"),
        ({"practice": "nowhere"}, NotFoundError, "no practice nowhere"),
    ],
)
def test_one_wrong_field_changes_none(
    ctx: Context, given: Mapping[str, str], error: type[FollowthruError], words: str
) -> None:
    before = state(ctx)
    with pytest.raises(error) as caught:
        edit.edit(ctx, 1, {"public_title": "Fine", **given})
    assert words in caught.value.sentences()
    assert state(ctx) == before


def test_tags_are_set_added_and_taken_away(ctx: Context) -> None:
    def tags(text: str) -> tuple[str, ...]:
        edit.edit(ctx, 1, {"tags": text})
        return task(ctx, 1).tags

    assert tags("+#billing, +site") == ("billing", "old", "site")
    assert tags("-old") == ("billing", "site")
    assert tags("people #people") == ("people",)
    assert tags("") == ()


def test_a_circle_of_needs_is_refused_however_long(ctx: Context) -> None:
    edit.edit(ctx, 1, {"needs": "2"})
    edit.edit(ctx, 2, {"needs": "3"})
    before = state(ctx)
    with pytest.raises(RefusedError, match="Task 3 and task 1"):
        edit.edit(ctx, 3, {"needs": "1"})
    assert state(ctx) == before
    assert (task(ctx, 1).blocked, read_tasks.needs(ctx.read, 1)) == (True, [2])
    edit.edit(ctx, 1, {"needs": None})
    edit.edit(ctx, 3, {"needs": "1"})


def test_a_circle_of_parts_is_refused_however_long(ctx: Context) -> None:
    edit.edit(ctx, 1, {"parent": "2"})
    edit.edit(ctx, 2, {"parent": "3"})
    with pytest.raises(RefusedError):
        edit.edit(ctx, 3, {"parent": "1"})
    assert read_tasks.parts(ctx.read, 3) == [2]


def test_filing_and_moving_a_task_keeps_people_and_parts_apart(ctx: Context) -> None:
    edit.edit(ctx, 1, {"practice": "harbor-view"})
    assert task(ctx, 1).practice == "harbor-view"
    edit.edit(ctx, 2, {"parent": "3"})
    for task_id in (2, 3):
        with pytest.raises(RefusedError, match="stay in one practice"):
            edit.edit(ctx, task_id, {"practice": "harbor-view"})
    edit.edit(ctx, 4, {"assignee": "kim"})
    with pytest.raises(RefusedError, match="it stays there"):
        edit.edit(ctx, 4, {"practice": "oak-street"})
    edit.edit(ctx, 5, {"practice": "oak-street", "assignee": "dana"})
    assert (task(ctx, 5).practice, task(ctx, 5).assignee) == ("oak-street", "dana")


SPEAKS: dict[str, Callable[[Context], object]] = {
    "Time was logged on task 1": lambda ctx: hours_log.log(ctx, "1", "30m"),
    "Task 1 is to be raised": lambda ctx: raising.add(ctx, "dana", "How it stands", task="1"),
    "Task 1 goes with a decision": lambda ctx: decisions.add(
        ctx, "oak-street", decisions.NewDecision("We stay", follows=("1",))
    ),
}


@pytest.mark.parametrize("words", SPEAKS)
def test_a_task_that_its_practice_speaks_of_stays_there(ctx: Context, words: str) -> None:
    SPEAKS[words](ctx)
    with pytest.raises(RefusedError, match=words):
        edit.edit(ctx, 1, {"practice": "harbor-view"})
    assert task(ctx, 1).practice == "oak-street"


def test_what_came_on_a_practices_calendar_is_filed_there(ctx: Context) -> None:
    """It is of that practice and in the inbox: filed under it, it is open."""
    with ctx.acting() as tx:
        edits.record(tx, "edit", "As a calendar adds it", edits.changed(tx, 1, {"status": "inbox"}))
    edit.edit(ctx, 1, {"practice": "oak-street"})
    assert task(ctx, 1).status is Status.OPEN


def test_a_tag_is_one_however_its_letters_are_written(ctx: Context) -> None:
    edit.edit(ctx, 1, {"tags": "+OLD +Billing +billing"})
    assert task(ctx, 1).tags == ("Billing", "old")
    edit.edit(ctx, 1, {"tags": "-BILLING"})
    assert task(ctx, 1).tags == ("old",)


def test_a_date_is_read_on_the_practices_day(schema: bytes) -> None:
    ctx = memory_ctx(schema, FixedClock())
    add_practice(ctx, timezone="Pacific/Kiritimati")
    edit.edit(ctx, add_task(ctx, "x @oak-street"), {"deadline": "today"})
    assert task(ctx, 1).deadline_on == date(2026, 7, 2)


def test_a_checklist_is_set_as_a_whole(ctx: Context) -> None:
    edit.edit(ctx, 1, {"checklist": "[x] one; [ ] two\n three "})
    steps = read_tasks.checklist(ctx.read, 1)
    assert [(step.words, step.done) for step in steps] == [("one", True), ("two", False), ("three", False)]
    edit.edit(ctx, 1, {"checklist": ""})
    assert read_tasks.checklist(ctx.read, 1) == []


def test_nothing_new_is_no_action(ctx: Context) -> None:
    assert edit.edit(ctx, 1, {"title": "a"}).action_id is None
    assert edit.edit(ctx, 1, {}).action_id is None


def test_setting_the_room_takes_the_place_of_a_target_by_hand(schema: bytes) -> None:
    ctx = memory_ctx(schema, FixedClock())
    add_practice(ctx)
    task_id = add_task(ctx, "Renew licence by 2026-07-31 target 2026-07-06 @oak-street")
    edit.edit(ctx, task_id, {"buffer_days": "2"})
    row = task(ctx, task_id)
    assert (row.buffer_days, row.target_on, row.target_source) == (2, date(2026, 7, 29), "policy")
    undated = add_task(ctx, "Sort the archive target 2026-07-06 @oak-street")
    edit.edit(ctx, undated, {"buffer_days": "2"})
    assert task(ctx, undated).target_on == date(2026, 7, 6)
