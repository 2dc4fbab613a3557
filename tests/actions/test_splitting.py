"""A task cut into parts: what a part takes over, what it does not, and what is refused."""

from __future__ import annotations

import pytest

from followthru.actions import drafting, edit, history, registers, renewals, splitting, updates
from followthru.actions.context import Context
from followthru.errors import RefusedError, UsageError
from followthru.store import tasks as read_tasks
from tests.storekit import add_person, add_practice, add_task, task


@pytest.fixture
def whole(ctx: Context) -> int:
    add_practice(ctx)
    add_person(ctx)
    return add_task(ctx, "Renew cover by 15 Jul to dana @oak-street kind:renewal !high audience:team")


def test_a_part_belongs_where_the_whole_does_and_has_no_date(ctx: Context, whole: int) -> None:
    done = splitting.split(ctx, whole, ["Get the quote", " Sign it "])
    assert done.words == "Split 1 into 2 parts: Renew cover"
    assert done.task_ids == (2, 3, 1)
    assert read_tasks.parts(ctx.read, whole) == [2, 3]
    for id, title in ((2, "Get the quote"), (3, "Sign it")):
        row = task(ctx, id)
        assert (row.title, row.practice, row.kind, row.priority, row.audience) == (
            title, "oak-street", "renewal", "high", "team",
        )  # fmt: skip
        assert (row.promised_on, row.target_on, row.told) == (None, None, 0)
    history.undo(ctx)
    assert read_tasks.parts(ctx.read, whole) == []


def test_a_private_task_has_private_parts(ctx: Context, whole: int) -> None:
    id = add_task(ctx, "Talk to the lawyer @oak-street *private")
    splitting.split(ctx, id, ["Find one"])
    assert task(ctx, id + 1).audience == "me"


def test_whom_the_whole_is_about_sees_no_part_before_being_told(ctx: Context, whole: int) -> None:
    add_person(ctx, "Priya Nair")
    held = {"holder": "priya", "expires": "2026-09-01"}
    item = registers.add(ctx, "licence", "RN licence", "oak-street", held).item
    [renewal] = renewals.make_tasks(ctx, (item.id,), renewals.InSteps(alone=True)).task_ids
    part, _ = splitting.split(ctx, renewal, ["Ask why her points lapsed"]).task_ids
    edit.edit(ctx, part, {"promised": "10 jul"})
    said = {who: drafting.draft(ctx, "oak-street", who).update_id for who in ("priya", "dana")}
    read = {who: updates.find(ctx.read, id).body for who, id in said.items()}
    assert ["points lapsed" in read[who] for who in ("priya", "dana")] == [False, True]


def test_what_cannot_be_split_is_refused_and_nothing_changes(ctx: Context, whole: int) -> None:
    with pytest.raises(UsageError, match="needs a title"):
        splitting.split(ctx, whole, ["  "])
    splitting.split(ctx, whole, ["Get the quote"])
    with pytest.raises(RefusedError, match="part of task 1"):
        splitting.split(ctx, 2, ["Call"])
    assert len(read_tasks.rows(ctx.read)) == 2


def test_several_tasks_are_edited_as_one_step_or_not_at_all(ctx: Context, whole: int) -> None:
    other = add_task(ctx, "Order paper @oak-street")
    done = edit.edit_all(ctx, [whole, other, whole], {"tags": "+june", "priority": "low"})
    assert done.words == "Changed tags, priority of 2 tasks"
    assert [(task(ctx, id).tags, task(ctx, id).priority) for id in (whole, other)] == [(("june",), "low")] * 2
    history.undo(ctx)
    assert [task(ctx, id).tags for id in (whole, other)] == [(), ()]
    with pytest.raises(RefusedError):
        # One was told a date: none moves.
        edit.edit_all(ctx, [other, whole], {"promised": "31 jul"})
    assert task(ctx, other).promised_on is None
    assert edit.edit_all(ctx, [other], {"priority": ""}).words == f"Task {other} is like that already."
