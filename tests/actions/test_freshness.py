"""Drafts are written anew where something changed, and nowhere else: composing takes long at a large practice."""

from __future__ import annotations

import pytest

from followthru.actions import drafting, edit, people, practices, promises, tasks, updates
from followthru.actions.context import Context
from followthru.domain.task import How
from tests.actions.mailkit import FakeTransport, config, drafted, oak_street, sender
from tests.storekit import FixedClock, add_person, add_practice, add_task


@pytest.mark.parametrize(
    ("what", "says_more"),
    [("task", True), ("step", False), ("tell", False), ("person", True), ("name", True), ("file", True), ("day", True)],
)
def test_whatever_can_change_a_draft_makes_it_fresh(
    ctx: Context, clock: FixedClock, what: str, says_more: bool
) -> None:
    oak_street(ctx)
    stray = add_task(ctx, "Order chairs by 17 Jul")
    task_id = add_task(ctx, "Renew cover by 15 Jul @oak-street")
    row = drafted(ctx)
    since = drafting.freshness(ctx)
    changes = {
        "task": lambda: edit.edit(ctx, task_id, {"public_title": "Your cover"}),
        "step": lambda: edit.edit(ctx, task_id, {"checklist": "+call the broker"}),
        "tell": lambda: promises.tell(ctx, task_id, "dana", how=How.CALL),
        "person": lambda: people.edit(ctx, "oak-street", "dana", {"address": "Dr Reyes"}),
        "name": lambda: practices.edit(ctx, "oak-street", {"name": "Oak Street Therapy"}),
        "file": lambda: edit.edit(ctx, stray, {"practice": "oak-street", "audience": "owners"}),
        "day": lambda: clock.advance(days=30),
    }
    changes[what]()
    drafting.refresh_drafts(ctx, since)
    narrowed = updates.find(ctx.read, row.id)
    drafting.refresh_drafts(ctx)
    assert updates.find(ctx.read, row.id) == narrowed, "a full round finds nothing more"
    assert (narrowed.body != row.body) == says_more


async def test_another_practices_work_composes_nothing(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    oak_street(ctx)
    add_practice(ctx, "elm")
    add_person(ctx, "Kim Lee", practice="elm")
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    drafted(ctx)
    composed: list[object] = []
    composing = drafting.compose

    def counted(*words: object) -> object:
        composed.append(words)
        return composing(*words)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(drafting, "compose", counted)
    since = drafting.freshness(ctx)
    chairs = add_task(ctx, "Order chairs by 17 Jul @elm #office")
    tasks.done(ctx, chairs)
    drafting.refresh_drafts(ctx, since)
    assert composed == []
    add_person(ctx, "Ana Ruiz")
    drafting.draft(ctx, "oak-street", "ana")
    updates.approve(ctx, config(0), 2)
    since = drafting.freshness(ctx)
    composed.clear()
    await sender(ctx, FakeTransport()).run()
    drafting.refresh_drafts(ctx, since)
    assert len(composed) == 1, "after any mail everything is looked at"
