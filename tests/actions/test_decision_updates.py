"""Decisions on their way: said in the next update, not again, and what was sent is not made undone."""

from __future__ import annotations

import pytest

from followthru.actions import decisions, history, updates
from followthru.actions.context import Context
from followthru.actions.decisions import NewDecision
from followthru.errors import RefusedError
from followthru.store import decisions as stored
from tests.actions.mailkit import FakeTransport, approved, config, drafted, oak_street, sender

LINE = "Decided on Wed 1 Jul (you): We stay with the lab."


@pytest.fixture
def office(ctx: Context) -> Context:
    """Oak Street, where it was decided with Dana to stay with the lab."""
    oak_street(ctx)
    decisions.add(ctx, "oak-street", NewDecision("We stay with the lab", people=["dana"]))
    return ctx


def undone(ctx: Context) -> str:
    """Undo, and return what it answers."""
    try:
        return history.undo(ctx).words
    except RefusedError as refused:
        return refused.sentences()


async def test_said_once_and_taken_back_in_the_next(office: Context) -> None:
    row = approved(office)
    assert LINE in row.body
    await sender(office, FakeTransport()).run()
    assert LINE not in drafted(office).body
    decisions.retract(office, 1)
    assert "No longer so, decided on Wed 1 Jul: We stay with the lab." in drafted(office).body


async def test_what_somebody_read_is_taken_back_and_not_undone(office: Context) -> None:
    approved(office)
    history.undo(office)  # the approval
    history.undo(office)  # the draft
    updates.approve(office, config(0), drafted(office).id)
    await sender(office, FakeTransport()).run()
    refused = [undone(office) for _ in range(4)]
    assert any("what was decided" in words and "`followthru decision retract 1`" in words for words in refused)
    assert stored.one(office.read, 1) is not None


def test_unread_it_is_undone(office: Context) -> None:
    drafted(office)
    history.undo(office)
    history.undo(office)
    assert stored.one(office.read, 1) is None
