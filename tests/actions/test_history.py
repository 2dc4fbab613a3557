"""Undo and redo by their rules, one rule a test."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from followthru.actions import edit, history, practices, promises, tasks
from followthru.actions.context import Context
from followthru.actions.promises import NewPromise
from followthru.domain.changes import Action, Actor, Change, Scalar, create
from followthru.domain.task import How
from followthru.errors import Exit, RefusedError
from followthru.store import journal
from followthru.store import tasks as read_tasks
from followthru.store.store import Store
from tests.store.oracles import sound, state
from tests.storekit import FixedClock, add_person, add_practice, add_task, memory_ctx, task

DAY = {day: date(2026, 7, day) for day in range(1, 32)}


@pytest.fixture
def ctx(schema: bytes) -> Context:
    """A practice, Dana, and task 1 promised for 15 July, untold. The base that tests do not undo."""
    made = memory_ctx(schema, FixedClock())
    add_practice(made)
    add_person(made)
    add_task(made, "Renew licence by 15 Jul @oak-street")
    return made


def promise(ctx: Context, day: int, because: str | None = None, actor: Actor = Actor.ME) -> None:
    promises.promise(ctx, 1, NewPromise(DAY[day]), because=because, actor=actor)


def tell(ctx: Context, day: int | None = None, actor: Actor = Actor.ME) -> None:
    promises.tell(ctx, 1, "dana", None if day is None else DAY[day], how=How.CALL, actor=actor)


def refused(ctx: Context, verb: str = "undo") -> str:
    """Undo or redo what is refused; return the words once it is certain that nothing was changed."""
    before = state(ctx)
    with pytest.raises(RefusedError) as caught:
        (history.undo if verb == "undo" else history.redo)(ctx)
    assert state(ctx) == before
    assert caught.value.exit_code is Exit.REFUSED
    return caught.value.message


def title(ctx: Context, words: str, actor: Actor = Actor.ME) -> None:
    """Change the title of task 1 as anybody."""
    before = (journal.row_of(ctx.read, "task", 1) or {})["title"]
    with ctx.acting() as tx:
        journal.apply(tx, Action("edit", f"Titled {words}", (Change("task", 1, "title", before, words),), actor))


def test_the_newest_action_goes_first_and_undo_appends(ctx: Context) -> None:
    edit.edit(ctx, 1, {"title": "One"})
    edit.edit(ctx, 1, {"title": "Two"})
    count = ctx.read.value("SELECT count(*) FROM action")
    assert history.undo(ctx).words == "Undone: Changed title of 1: Two"
    assert task(ctx, 1).title == "One"
    assert history.undo(ctx).task_ids == (1,)
    assert task(ctx, 1).title == "Renew licence"
    assert ctx.read.value("SELECT count(*) FROM action") == count + 2
    newest, below = journal.recent(ctx.read, 2)
    assert (newest.verb, newest.reverses_id, below.verb) == ("undo", count - 1, "undo")


def test_what_a_calendar_did_is_undone_too(ctx: Context) -> None:
    promise(ctx, 20, actor=Actor.CALENDAR)
    assert history.undo(ctx).words.startswith("Undone: Moved promise of 1")
    assert task(ctx, 1).promised_on == DAY[15]


def test_what_the_daemon_did_is_passed_over(ctx: Context) -> None:
    edit.edit(ctx, 1, {"title": "Mine"})
    tasks.done(ctx, 1, actor=Actor.DAEMON)
    history.undo(ctx)
    assert (task(ctx, 1).title, task(ctx, 1).status) == ("Renew licence", "done")


def test_a_refused_undo_is_named_once_and_then_passed_over(ctx: Context) -> None:
    edit.edit(ctx, 1, {"notes": "Before"})
    title(ctx, "Mine")
    title(ctx, "The daemon's", Actor.DAEMON)
    said = refused(ctx)
    assert said == (
        "“Titled Mine” cannot be taken back: the title of task 1 was changed later by “Titled The daemon's”."
    )
    assert history.undo(ctx).words.startswith("Undone: Changed notes")
    assert task(ctx, 1).title == "The daemon's"


def test_another_field_changed_later_is_no_reason_to_refuse(ctx: Context) -> None:
    title(ctx, "Mine")
    tasks.done(ctx, 1, actor=Actor.DAEMON)
    history.undo(ctx)
    assert (task(ctx, 1).title, task(ctx, 1).status) == ("Renew licence", "done")


def test_undo_of_add_takes_the_task_away_and_redo_brings_the_same_one(ctx: Context) -> None:
    add_task(ctx, "Send numbers by 20 Jul to dana @oak-street #billing")
    before = state(ctx)
    uid = task(ctx, 2).uid
    history.undo(ctx)
    assert read_tasks.one(ctx.read, 2) is None
    assert [key for key in state(ctx) if key[0] in ("tag", "telling")] == []
    sound(ctx.read)
    history.redo(ctx)
    assert state(ctx) == before
    assert task(ctx, 2).uid == uid
    assert add_task(ctx, "next") == 3


def test_undo_of_add_is_refused_once_the_daemon_changed_the_task(ctx: Context) -> None:
    tasks.done(ctx, 1, actor=Actor.DAEMON)
    assert "the status of task 1 was changed later by “Done 1" in refused(ctx)


def test_undo_of_add_is_refused_while_something_belongs_to_it(ctx: Context) -> None:
    tell(ctx, actor=Actor.DAEMON)
    assert "a telling recorded later belongs to it" in refused(ctx)
    with ctx.acting() as tx:
        row: dict[str, Scalar] = {"task_id": 1, "position": 0, "words": "x", "done": 0}
        journal.apply(tx, Action("x", "", (create("checklist_item", 1, row),), Actor.DAEMON))
    assert "belongs to it" in refused(ctx)


def test_nothing_to_undo_or_redo(schema: bytes) -> None:
    empty = memory_ctx(schema)
    assert refused(empty) == "There is nothing to undo."
    assert refused(empty, "redo") == "There is nothing to redo."


def test_redo_lasts_until_my_next_action(ctx: Context) -> None:
    edit.edit(ctx, 1, {"title": "One"})
    history.undo(ctx)
    edit.edit(ctx, 1, {"notes": "Something else"})
    assert refused(ctx, "redo") == "There is nothing to redo."


@pytest.mark.parametrize("actor", [Actor.DAEMON, Actor.CALENDAR])
def test_what_others_do_does_not_end_redo(ctx: Context, actor: Actor) -> None:
    edit.edit(ctx, 1, {"title": "One"})
    history.undo(ctx)
    promise(ctx, 20, actor=actor)
    history.redo(ctx)
    assert (task(ctx, 1).title, task(ctx, 1).promised_on) == ("One", DAY[20])


def test_redo_goes_forward_step_by_step_and_undo_back_again(ctx: Context) -> None:
    titles = ["Renew licence"]
    for words in ("One", "Two", "Three"):
        edit.edit(ctx, 1, {"title": words})
        titles.append(words)
    seen: list[str] = []
    for verb in (history.undo,) * 3 + (history.redo,) * 2 + (history.undo,) + (history.redo,) * 2:
        verb(ctx)
        seen.append(task(ctx, 1).title)
    assert seen == ["Two", "One", "Renew licence", "One", "Two", "One", "Two", "Three"]
    assert refused(ctx, "redo") == "There is nothing to redo."


def test_redo_is_refused_when_the_field_was_changed_since(ctx: Context) -> None:
    title(ctx, "Mine")
    history.undo(ctx)
    title(ctx, "The daemon's", Actor.DAEMON)
    assert "cannot be done again: the title of task 1 was changed later by “Titled The daemon's”" in refused(
        ctx, "redo"
    )


def test_a_told_date_is_a_fact_and_undoing_marks_it_taken_back(ctx: Context) -> None:
    tell(ctx)
    history.undo(ctx)
    (telling,) = read_tasks.tellings(ctx.read, [1])[1]
    assert telling.retracted
    assert task(ctx, 1).told == 0
    history.redo(ctx)
    (telling,) = read_tasks.tellings(ctx.read, [1])[1]
    assert not telling.retracted


def accepted(ctx: Context, telling_id: int | None) -> None:
    """Let an update that was accepted state the date of 15 July: on a telling, or by one of its own."""
    update: dict[str, Scalar] = {
        "uid": "u1", "practice_id": 1, "person_id": 1, "kind": "digest", "status": "sent", "subject": "x",
        "body": "x", "facts": "{}", "flags": "[]", "edited": 0, "drafted_at": "2026-07-01T12:00:00Z",
    }  # fmt: skip
    own: dict[str, Scalar] = {
        "task_id": 1, "person_id": 1, "promised_on": "2026-07-15", "told_on": "2026-07-01",
        "told_at": "2026-07-01T12:00:00Z", "how": "mail", "retracted": 0, "update_id": 1,
    }  # fmt: skip
    with ctx.acting() as tx:
        stated = (
            create("telling", tx.new_id("telling"), own)
            if telling_id is None
            else Change("telling", telling_id, "update_id", None, 1)
        )
        changes = (create("update", tx.new_id("update"), update), stated)
        journal.apply(tx, Action("update sent", "Told Dana by mail", changes, Actor.DAEMON))


@pytest.mark.parametrize("telling_id", [1, None])
def test_a_telling_that_an_accepted_update_states_stands(ctx: Context, telling_id: int | None) -> None:
    tell(ctx)
    accepted(ctx, telling_id)
    assert "an update that was sent states it" in refused(ctx)
    assert task(ctx, 1).told >= 1


def test_a_telling_made_with_its_task_stands_too_once_stated(ctx: Context) -> None:
    add_task(ctx, "Send numbers by 20 Jul to dana @oak-street")
    accepted(ctx, 1)
    refused(ctx)
    assert task(ctx, 2).told == 1


def test_undoing_an_announced_move_is_a_new_move_without_a_reason(ctx: Context) -> None:
    tell(ctx)
    promise(ctx, 20, "the lab is late")
    tell(ctx, actor=Actor.DAEMON)
    history.undo(ctx)
    row = task(ctx, 1)
    assert (row.promised_on, row.because, row.reason_missing, row.out_of_step) == (DAY[15], None, True, 1)
    edit.edit(ctx, 1, {"because": "sooner after all"})
    assert not task(ctx, 1).reason_missing


def test_undoing_a_move_that_nobody_heard_of_needs_no_reason(ctx: Context) -> None:
    tell(ctx)
    promise(ctx, 20, "the lab is late")
    history.undo(ctx)
    assert (task(ctx, 1).because, task(ctx, 1).reason_missing) == (None, False)


def approve(ctx: Context, phase: str | None) -> None:
    row: dict[str, Scalar] = {
        "uid": "u1", "practice_id": 1, "person_id": 1, "kind": "digest", "status": "in review", "subject": "x",
        "body": "x", "facts": "{}", "flags": "[]", "edited": 0, "drafted_at": "2026-07-01T12:00:00Z",
    }  # fmt: skip
    with ctx.acting() as tx:
        journal.apply(tx, Action("update draft", "", (create("update", 1, row),), Actor.DAEMON))
    with ctx.acting() as tx:
        change = Change("update", 1, "status", "in review", "approved")
        journal.apply(tx, Action("update approve", "Approved the update to Dana", (change,)))
        if phase is not None:
            tx.run(
                "INSERT INTO delivery(update_id, phase, message_id, recipient, account, payload, sha256, attempts, "
                "generation, updated_at) VALUES (1, ?, 'm', 'r', 'a', x'00', 's', 0, 0, 'now')",
                phase,
            )


@pytest.mark.parametrize("phase", [None, "approved"])
def test_an_approval_can_be_recalled_until_it_is_claimed(ctx: Context, phase: str | None) -> None:
    approve(ctx, phase)
    history.undo(ctx)
    assert ctx.read.value('SELECT status FROM "update"') == "in review"


@pytest.mark.parametrize("phase", ["claimed", "data started", "accepted", "uncertain", "deferred"])
def test_a_claimed_approval_stands(ctx: Context, phase: str) -> None:
    approve(ctx, phase)
    assert f"the message is on its way ({phase})" in refused(ctx)
    assert ctx.read.value('SELECT status FROM "update"') == "approved"


def test_undoing_a_change_of_holidays_counts_with_the_old_ones(schema: bytes) -> None:
    ctx = memory_ctx(schema)
    add_practice(ctx, holidays="US", buffer_policy="fixed:1")
    add_task(ctx, "x by 6 Jul @oak-street")
    assert task(ctx, 1).target_on == DAY[2]  # Friday 3 July: Independence Day is observed
    practices.edit(ctx, "oak-street", {"holidays": None})
    assert task(ctx, 1).target_on == DAY[3]
    history.undo(ctx)
    assert task(ctx, 1).target_on == DAY[2]
    promises.promise(ctx, 1, NewPromise(DAY[7]))
    assert (task(ctx, 1).target_on, task(ctx, 1).buffer_days) == (DAY[6], 1)


def test_an_undo_never_puts_a_target_after_its_promise(ctx: Context) -> None:
    promises.target(ctx, 1, DAY[10])
    promise(ctx, 20)
    with ctx.acting() as tx:
        later = Change("task", 1, "target_on", "2026-07-10", "2026-07-18")
        journal.apply(tx, Action("target", "Moved the target", (later,), Actor.DAEMON))
    assert "the target of 1 would come after its promise" in refused(ctx)
    assert task(ctx, 1).promised_on == DAY[20]


def test_a_reason_that_an_undo_took_away_is_not_in_the_way(ctx: Context) -> None:
    edit.edit(ctx, 1, {"because": "so they know"})
    promise(ctx, 20)
    assert task(ctx, 1).because is None
    history.undo(ctx)
    assert history.undo(ctx).words.startswith("Undone: Changed reason of 1")
    assert history.undo(ctx).words.startswith("Undone: Added 1")


def test_two_desks_never_undo_the_same_action_twice(database: Path) -> None:
    one, two = (Context(Store.open(database, FixedClock()), zone="UTC") for _ in range(2))
    add_task(one, "Send numbers")
    edit.edit(one, 1, {"title": "One"})
    edit.edit(two, 1, {"title": "Two"})
    history.undo(one)
    history.undo(two)
    assert task(one, 1).title == "Send numbers"
    one.store.close()
    two.store.close()
