"""From facts to an approved update: drafting, review, and what may be taken back when."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import drafting, history, hours, people, promises, readers, tasks, updates
from followthru.actions.context import Context
from followthru.actions.promises import NewPromise
from followthru.errors import NotFoundError, RefusedError
from followthru.store import outbox
from followthru.store import updates as read_updates
from followthru.updates import checks
from followthru.updates.outbox import State
from followthru.updates.review_text import ReviewTextError
from tests.actions.mailkit import ACCOUNT, FakeTransport, answer, approved, config, drafted, oak_street, phase, sender
from tests.storekit import FixedClock, add_practice, add_task

JUL_15, JUL_20 = date(2026, 7, 15), date(2026, 7, 20)


def flags(ctx: Context, update_id: int) -> set[str]:
    return {str(flag.name) for flag in checks.load(updates.find(ctx.read, update_id).flags)}


def test_a_draft_says_what_its_reader_may_see(ctx: Context) -> None:
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    add_task(ctx, "Secret plan by 16 Jul @oak-street *private")
    add_practice(ctx, "harbor")
    add_task(ctx, "Harbor thing by 17 Jul @harbor")
    row = drafted(ctx)
    assert (row.status, row.phase, row.kind) == ("in review", None, "digest")
    assert "Renew cover: Wed 15 Jul, on track." in row.body
    assert "Secret" not in row.body
    assert "Harbor" not in row.body
    assert row.subject == "Oak Street: update for Wed 1 Jul, 1 date to come"
    assert flags(ctx, row.id) == {"first mail", "no public title"}


def test_an_untouched_draft_is_written_anew_in_place(ctx: Context) -> None:
    oak_street(ctx)
    first = drafted(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    assert drafted(ctx).id == first.id
    assert "Renew cover" in updates.find(ctx.read, first.id).body
    before = ctx.read.data_version(), len(history.journal.recent(ctx.read))
    drafting.refresh_drafts(ctx)
    assert before == (ctx.read.data_version(), len(history.journal.recent(ctx.read))), "nothing new, nothing written"
    add_task(ctx, "Payroll by 16 Jul @oak-street")
    drafting.refresh_drafts(ctx)
    assert "Payroll" in updates.find(ctx.read, first.id).body


def test_who_wants_no_mail_gets_none(ctx: Context) -> None:
    oak_street(ctx)
    people.edit(ctx, "oak-street", "dana", {"channel": "none"})
    with pytest.raises(RefusedError, match="wants none"):
        drafted(ctx)


def test_an_edit_keeps_and_narrows(ctx: Context) -> None:
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    add_task(ctx, "Payroll by 16 Jul @oak-street")
    row = drafted(ctx)
    text = updates.to_edit(ctx, row)
    assert text.startswith("# Waits for you: No regular update to them here was approved yet.\n")
    assert updates.edit(ctx, row.id, text).action_id is None
    shorter = text.replace("- Payroll: Thu 16 Jul, on track.\n", "My DOB is 3/4/1980.\n")
    updates.edit(ctx, row.id, shorter)
    edited = updates.find(ctx.read, row.id)
    assert edited.edited
    assert "Payroll" not in edited.body
    assert "private data" in flags(ctx, row.id)
    assert [said.words for said in readers.stated(edited).said] == ["Renew cover"]
    add_task(ctx, "Later news by 17 Jul @oak-street")
    drafting.refresh_drafts(ctx)
    assert updates.find(ctx.read, row.id) == edited, "an edited draft stays as edited"
    with pytest.raises(RefusedError, match="has your edits"):
        drafted(ctx)
    with pytest.raises(ReviewTextError):
        updates.edit(ctx, row.id, "Subject:\n\n")
    history.undo(ctx)
    history.undo(ctx)
    assert updates.find(ctx.read, row.id).body == row.body


def test_approval_freezes_bytes_and_waits_for_the_send_delay(ctx: Context, clock: FixedClock) -> None:
    oak_street(ctx)
    row = drafted(ctx)
    updates.approve(ctx, config(90), row.id, seen_mark=updates.seen(row))
    found = updates.find(ctx.read, row.id)
    assert (found.status, found.phase, found.send_after) == ("approved", "approved", "2026-07-01T12:01:30Z")
    delivery = outbox.one(ctx.read, row.id)
    assert delivery is not None
    assert delivery.frozen.recipient == "dana.reyes@oak-street.example"
    assert b"Subject: Oak Street: update for Wed 1 Jul, nothing new\r\n" in delivery.frozen.payload
    assert b"From: Robin Vale <robin@oak.example>\r\n" in delivery.frozen.payload
    assert not outbox.due(ctx.read, ctx.store.now(), "oak")
    clock.advance(seconds=90)
    assert outbox.due(ctx.read, ctx.store.now(), "oak") == [delivery]
    assert not outbox.due(ctx.read, ctx.store.now(), "another account")


def test_what_cannot_be_approved(ctx: Context) -> None:
    oak_street(ctx)
    row = drafted(ctx)
    with pytest.raises(RefusedError, match="no mail account"):
        updates.approve(ctx, config(account=None), row.id)
    with pytest.raises(RefusedError, match="no mail account"):
        updates.approve(ctx, config(account=ACCOUNT._replace(practices=("harbor",))), row.id)
    with pytest.raises(RefusedError, match="says something else"):
        updates.approve(ctx, config(), row.id, seen_mark="what I saw before")
    people.edit(ctx, "oak-street", "dana", {"channel": "none"})
    with pytest.raises(RefusedError, match="gets no mail"):
        updates.approve(ctx, config(), row.id)
    assert phase(ctx, row.id) == ("in review", None)
    with pytest.raises(NotFoundError):
        updates.find(ctx.read, "99")


def test_a_fact_that_changed_holds_the_approval(ctx: Context) -> None:
    oak_street(ctx)
    task_id = add_task(ctx, "Renew cover by 15 Jul @oak-street")
    row = drafted(ctx)
    promises.promise(ctx, task_id, NewPromise(JUL_20))
    with pytest.raises(RefusedError, match="says something else by now"):
        updates.approve(ctx, config(), row.id)
    assert "Mon 20 Jul" in updates.find(ctx.read, row.id).body
    updates.approve(ctx, config(), row.id)


def test_an_edited_text_that_became_false_is_named(ctx: Context) -> None:
    oak_street(ctx)
    task_id = add_task(ctx, "Renew cover by 15 Jul @oak-street")
    row = drafted(ctx)
    updates.edit(ctx, row.id, updates.to_edit(ctx, row).replace("Hello", "Dear"))
    promises.promise(ctx, task_id, NewPromise(JUL_20))
    with pytest.raises(RefusedError, match="“Renew cover”: its date has changed since"):
        updates.approve(ctx, config(), row.id)


@pytest.mark.parametrize("verb", ["undo", "recall", "discard"])
async def test_an_approval_can_be_taken_back_until_it_is_claimed(ctx: Context, verb: str) -> None:
    oak_street(ctx)
    row = approved(ctx)
    if verb == "undo":
        history.undo(ctx)
    else:
        {"recall": updates.recall, "discard": updates.discard}[verb](ctx, row.id)
    transport = FakeTransport()
    assert await sender(ctx, transport).run() is None
    assert transport.sent == []
    if verb != "discard":
        updates.approve(ctx, config(0), row.id)
        await sender(ctx, transport).run()
        assert phase(ctx, row.id) == ("approved", "accepted")
    for late in (updates.recall, updates.discard, updates.hold):
        if verb != "discard" or late is not updates.discard:
            with pytest.raises(RefusedError):
                late(ctx, row.id)


async def test_neither_undo_nor_redo_lets_a_message_go(ctx: Context) -> None:
    oak_street(ctx)
    row = approved(ctx)
    updates.recall(ctx, row.id)
    with pytest.raises(RefusedError, match="would let a message go out"):
        history.undo(ctx)
    updates.approve(ctx, config(0), row.id)
    history.undo(ctx)
    with pytest.raises(RefusedError, match="would let a message go out"):
        history.redo(ctx)
    transport = FakeTransport()
    await sender(ctx, transport).run()
    assert transport.sent == []


def test_held_updates_wait_until_approved(ctx: Context) -> None:
    oak_street(ctx)
    row = drafted(ctx)
    updates.hold(ctx, row.id)
    assert phase(ctx, row.id)[0] == "held"
    assert [each.id for each in read_updates.listed(ctx.read)] == [row.id]
    updates.approve(ctx, config(), row.id)
    assert phase(ctx, row.id)[0] == "approved"


def tasks_edit(ctx: Context, task_id: int, audience: str) -> None:
    """Change a task's audience."""
    from followthru.actions.edit import edit

    edit(ctx, task_id, {"audience": audience})


def test_a_reason_that_was_private_when_written_stays_private(ctx: Context) -> None:
    oak_street(ctx)
    task_id = add_task(ctx, "Renew cover by 15 Jul to dana @oak-street")
    tasks_edit(ctx, task_id, "me")
    promises.promise(ctx, task_id, NewPromise(JUL_20), because="I forgot")
    tasks_edit(ctx, task_id, "owners")
    row = drafted(ctx)
    assert "from Wed 15 Jul to Mon 20 Jul." in row.body
    assert "forgot" not in row.body
    assert "reason missing" in flags(ctx, row.id)


def test_due_periods_are_drafted_once(ctx: Context, clock: FixedClock) -> None:
    oak_street(ctx, cadence="weekly:fri@16:00")
    assert hours.draft_due(ctx) == clock.at.replace(day=2, hour=16), "a working day before its hour"
    assert not read_updates.listed(ctx.read), "the hour before the cadence was set is nobody's"
    clock.advance(days=2, hours=4)
    hours.draft_due(ctx)
    (row,) = read_updates.listed(ctx.read)
    assert (row.period, row.subject) == (
        "weekly:2026-W27",
        "Oak Street: update for the week to Fri 3 Jul, nothing new",
    )
    hours.draft_due(ctx)
    updates.discard(ctx, row.id)
    hours.draft_due(ctx)
    assert len(read_updates.listed(ctx.read, all_=True)) == 1


def test_missed_periods_fold_into_one(ctx: Context, clock: FixedClock) -> None:
    oak_street(ctx, cadence="weekly:fri@16:00")
    clock.advance(days=3)
    hours.draft_due(ctx)
    clock.advance(days=21)
    hours.draft_due(ctx)
    (row,) = read_updates.listed(ctx.read, all_=True)
    assert row.period == "weekly:2026-W30"
    clock.advance(days=6, hours=23)
    updates.approve(ctx, config(), row.id)
    clock.advance(minutes=60)
    hours.draft_due(ctx)
    assert len(read_updates.listed(ctx.read, all_=True)) == 1, "while one is under way nothing is written"


def test_paused_practices_are_silent(ctx: Context, clock: FixedClock) -> None:
    from followthru.actions import practices

    oak_street(ctx, cadence="weekly:fri@16:00")
    row = approved(ctx)
    practices.edit(ctx, "oak-street", {"status": "paused"})
    clock.advance(days=30)
    hours.draft_due(ctx)
    assert [each.id for each in read_updates.listed(ctx.read, all_=True)] == [row.id]
    assert not outbox.due(ctx.read, ctx.store.now(), "oak")


async def test_only_an_accepted_update_moves_what_a_reader_knows(ctx: Context) -> None:
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    approved(ctx)
    await sender(ctx, FakeTransport()).run()
    again = drafted(ctx)
    assert "Nothing has changed since my last update on Wed 1 Jul." in again.body
    assert flags(ctx, again.id) == set(), "trusted, and the title was approved"
    updates.approve(ctx, config(0), again.id)
    await sender(ctx, FakeTransport(answer(State.REFUSED))).run()
    assert phase(ctx, again.id) == ("approved", "refused")
    tasks.done(ctx, 1)
    third = drafted(ctx)
    assert third.id != again.id
    assert phase(ctx, again.id)[0] == "discarded"
    assert "Renew cover: done on Wed 1 Jul." in third.body


def test_trust_ends_with_the_address_or_the_role(ctx: Context) -> None:
    member = oak_street(ctx)
    row = approved(ctx)

    def trusted() -> bool:
        return read_updates.trusted(ctx.read, member.person_id, member.practice_id, member.role_id)

    assert not trusted()
    with ctx.store.writing() as tx:
        tx.run("UPDATE delivery SET phase = 'accepted' WHERE update_id = ?", row.id)
    assert trusted()
    people.edit(ctx, "oak-street", "dana", {"email": "dana@elsewhere.example"})
    assert not trusted()
