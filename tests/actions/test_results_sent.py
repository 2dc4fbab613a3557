"""Readings on their way to an owner: stated once, held when they change before they leave, corrected after."""

from __future__ import annotations

import pytest

from followthru.actions import drafting, goals, history, updates
from followthru.actions.context import Context
from followthru.actions.correct import correct
from followthru.actions.update_rows import LookAgainError
from followthru.domain.people import RoleName
from followthru.errors import RefusedError
from tests.actions.mailkit import FakeTransport, approved, config, drafted, oak_street, sender
from tests.storekit import FixedClock, add_person


@pytest.fixture
def desk(ctx: Context) -> Context:
    """Oak Street with its owner Dana, Sam on its staff, and AR days at 47 on 30 June."""
    oak_street(ctx)
    add_person(ctx, "Sam Ito", RoleName.STAFF)
    goals.add(ctx, "ar-days", "oak-street", {"aim": "35", "by": "2026-12-31"})
    goals.read(ctx, 1, "47", "30 jun")
    return ctx


def words(ctx: Context, id: int) -> str:
    return " ".join(updates.find(ctx.read, id).body.split())


async def test_a_result_is_told_once_and_then_only_what_changed(desk: Context, clock: FixedClock) -> None:
    first = approved(desk)
    assert "Results ------- - AR days: 47 (aim: 35 or less by Thu 31 Dec)." in words(desk, first.id)
    await sender(desk, FakeTransport()).run()
    assert "AR days" not in drafted(desk).body
    clock.advance(days=7)
    goals.read(desk, 1, "44", "3 jul")
    goals.read(desk, 1, "41")
    assert "- AR days: 41, down from 47 (aim: 35 or less by Thu 31 Dec)." in words(desk, drafted(desk).id)
    assert "AR days" not in drafted(desk, "sam").body


def test_a_draft_follows_what_is_read_and_whom_the_goal_is_for(desk: Context) -> None:
    row = drafted(desk)
    since = drafting.freshness(desk)
    goals.read(desk, 1, "46", "30 jun")
    drafting.refresh_drafts(desk, since)
    assert "AR days: 46 (" in words(desk, row.id)
    since = drafting.freshness(desk)
    history.undo(desk)
    drafting.refresh_drafts(desk, since)
    assert "AR days: 47 (" in words(desk, row.id)
    goals.edit(desk, 1, {"audience": "me"})
    drafting.refresh_drafts(desk)
    assert "AR days" not in words(desk, row.id)


def test_a_figure_that_changed_is_not_approved_unseen(desk: Context) -> None:
    row = drafted(desk)
    goals.read(desk, 1, "46", "30 jun")
    with pytest.raises(LookAgainError):
        updates.approve(desk, config(0), row.id)
    text = updates.to_edit(desk, updates.find(desk.read, row.id))
    updates.edit(desk, row.id, text.replace("Hello", "Dear"))
    goals.read(desk, 1, "45", "30 jun")
    with pytest.raises(RefusedError, match=r"“AR days”: it is 45 by now"):
        updates.approve(desk, config(0), row.id)


async def test_a_figure_that_was_sent_is_corrected_in_its_thread(desk: Context) -> None:
    row = approved(desk)
    await sender(desk, FakeTransport()).run()
    goals.read(desk, 1, "44", "30 jun")
    id = correct(desk, row.id, "I read the wrong column").update_id
    assert "- AR days: I wrote 47; it is 44. How it came about: I read the wrong column." in words(desk, id)
    updates.approve(desk, config(0), id)
    await sender(desk, FakeTransport()).run()
    assert "AR days: 44; I had given 47 (" in words(desk, drafted(desk).id), "the next update confirms it"
