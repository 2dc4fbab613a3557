"""Who would rather be called: what to say at their hour, and that it was said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from followthru.actions import calls, drafting, edit, history, hours, people, promises, tasks, updates
from followthru.actions.automatic import approve_due
from followthru.actions.context import Context
from followthru.actions.desk import Desk
from followthru.actions.promises import NewPromise
from followthru.actions.update_rows import LookAgainError, find, seen
from followthru.config.places import home_in
from followthru.domain.people import RoleName
from followthru.errors import RefusedError
from followthru.store import tasks as read_tasks
from followthru.store import updates as read_updates
from followthru.store.updates import UpdateRow
from tests.actions.mailkit import FakeTransport, approved, config, sender
from tests.storekit import FixedClock, add_practice, add_task, task


@pytest.fixture
def desk(ctx: Context, tmp_path: Path) -> Desk:
    """Oak Street, where Sam, an owner without e-mail, hears on Fridays at four of a promise by 24 July."""
    add_practice(ctx)
    new = people.NewPerson("Sam Okafor", None, RoleName.OWNER, cadence="weekly:fri@16:00")
    people.add(ctx, "oak-street", new)
    add_task(ctx, "Cover renewal by 24 Jul @oak-street")
    return Desk(home_in(tmp_path / "desk"), config(60), ctx, {})


def call(desk: Desk, clock: FixedClock, day: int = 3) -> UpdateRow:
    """Come to a Friday's hour, and return what is to be said."""
    clock.at = clock.at.replace(day=day, hour=16)
    hours.draft_due(desk.ctx)
    return read_updates.listed(desk.ctx.read)[0]


def told(ctx: Context, task_id: int = 1) -> list[tuple[str, date, str, bool]]:
    return [(t.person, t.promised_on, t.how, t.retracted) for t in read_tasks.tellings(ctx.read, [task_id])[task_id]]


def test_at_their_hour_it_says_what_to_say_and_nothing_is_sent(desk: Desk, clock: FixedClock) -> None:
    clock.at = clock.at.replace(day=3, hour=15, minute=59)
    hours.draft_due(desk.ctx)
    assert read_updates.listed(desk.ctx.read) == [], "a call is for its hour"
    row = call(desk, clock)
    assert (row.kind, row.status, row.period) == ("call", "in review", "weekly:2026-W27")
    assert "- Cover renewal: Fri 24 Jul, on track." in row.body
    assert "Hello" not in row.body
    assert "Robin" not in row.body
    approve_due(desk)
    assert find(desk.ctx.read, row.id) == row
    with pytest.raises(RefusedError, match="is what to say to sam in a call; it is not sent"):
        updates.approve(desk.ctx, desk.config, row.id)


def test_what_is_needed_from_them_comes_first(desk: Desk, clock: FixedClock) -> None:
    tasks.wait(desk.ctx, 1, tasks.Waiting("sam", "the signed form", date(2026, 7, 10), None))
    add_task(desk.ctx, "Order chairs by 27 Jul @oak-street")
    body = call(desk, clock).body
    assert body.index("the signed form") < body.index("Order chairs")


def test_told_records_each_date_as_one_step_that_undo_takes_back(desk: Desk, clock: FixedClock) -> None:
    row = call(desk, clock)
    done = calls.told(desk.ctx, row.id, seen_mark=seen(row))
    assert done.words == "Told sam at oak-street in a call"
    assert told(desk.ctx) == [("sam", date(2026, 7, 24), "call", False)]
    assert find(desk.ctx.read, row.id).status == "settled"
    history.undo(desk.ctx)
    assert told(desk.ctx) == [("sam", date(2026, 7, 24), "call", True)]
    assert find(desk.ctx.read, row.id).status == "in review"
    history.redo(desk.ctx)
    assert told(desk.ctx) == [("sam", date(2026, 7, 24), "call", False)]


def test_the_next_call_says_only_what_is_new(desk: Desk, clock: FixedClock) -> None:
    calls.told(desk.ctx, call(desk, clock).id)
    row = call(desk, clock, 10)
    assert "Nothing has changed since my last update on Fri 3 Jul." in row.body
    add_task(desk.ctx, "Order chairs by 27 Jul @oak-street")
    hours.draft_due(desk.ctx)
    drafting.refresh_drafts(desk.ctx)
    assert "Cover renewal: Fri 24 Jul" in find(desk.ctx.read, row.id).body
    calls.told(desk.ctx, row.id)
    assert len(told(desk.ctx)) == 1, "the same date is not told twice"
    assert len(told(desk.ctx, 2)) == 1
    tasks.done(desk.ctx, 1)
    row = call(desk, clock, 17)
    assert "Cover renewal: done on Fri 10 Jul." in row.body


def test_a_call_that_was_not_made_is_the_next_periods(desk: Desk, clock: FixedClock) -> None:
    first = call(desk, clock)
    add_task(desk.ctx, "Order chairs by 27 Jul @oak-street")
    row = call(desk, clock, 10)
    assert (row.id, row.period) == (first.id, "weekly:2026-W28")
    assert "Order chairs" in row.body
    assert len(read_updates.listed(desk.ctx.read)) == 1


def test_what_changed_since_it_was_read_is_not_taken_for_told(desk: Desk, clock: FixedClock) -> None:
    row = call(desk, clock)
    mark = seen(row)
    promises.promise(desk.ctx, 1, NewPromise(date(2026, 7, 28)))
    with pytest.raises(LookAgainError):
        calls.told(desk.ctx, row.id)
    with pytest.raises(LookAgainError):
        calls.told(desk.ctx, row.id, seen_mark=mark)
    assert told(desk.ctx) == []
    calls.told(desk.ctx, row.id)
    assert told(desk.ctx) == [("sam", date(2026, 7, 28), "call", False)]


def test_a_line_that_was_taken_out_was_not_told(desk: Desk, clock: FixedClock) -> None:
    row = call(desk, clock)
    text = updates.to_edit(desk.ctx, row)
    updates.edit(desk.ctx, row.id, text.replace("- Cover renewal: Fri 24 Jul, on track.", "- The rest next week."))
    calls.told(desk.ctx, row.id)
    assert told(desk.ctx) == []


async def test_mail_and_call_know_of_each_other(desk: Desk, clock: FixedClock) -> None:
    calls.told(desk.ctx, call(desk, clock).id)
    people.edit(desk.ctx, "oak-street", "sam", {"email": "sam@oak.example", "channel": "mail"})
    edit.edit(desk.ctx, 1, {"public_title": "Cover renewal"})
    row = approved(desk.ctx, person="sam")
    assert "Nothing has changed since my last update on Fri 3 Jul." in row.body
    await sender(desk.ctx, FakeTransport()).run()
    people.edit(desk.ctx, "oak-street", "sam", {"channel": "call only"})
    assert "Nothing has changed" in call(desk, clock, 10).body


def test_who_is_called_no_more_has_no_call_left(desk: Desk, clock: FixedClock) -> None:
    row = call(desk, clock)
    people.edit(desk.ctx, "oak-street", "sam", {"email": "sam@oak.example", "channel": "mail"})
    hours.draft_due(desk.ctx)
    assert find(desk.ctx.read, row.id).status == "discarded"


def test_by_hand_at_any_time(desk: Desk) -> None:
    done = drafting.draft(desk.ctx, "oak-street", "sam")
    assert find(desk.ctx.read, done.update_id).kind == "call"
    calls.told(desk.ctx, done.update_id)
    with pytest.raises(RefusedError, match="is told already"):
        calls.told(desk.ctx, done.update_id)
    assert task(desk.ctx, 1).told == 1
