"""What was sent and is not so is corrected in the same thread, in a draft that waits for the PM."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from email import message_from_bytes

import pytest

from followthru.actions import drafting, edit, history, people, promises, tasks, updates
from followthru.actions.context import Context
from followthru.actions.correct import correct
from followthru.actions.promises import NewPromise
from followthru.actions.readers import stated
from followthru.errors import RefusedError
from followthru.store import outbox
from followthru.store.updates import UpdateRow
from followthru.updates import checks
from followthru.updates.outbox import State
from tests.actions.mailkit import FakeTransport, answer, approved, config, drafted, oak_street, sender
from tests.storekit import add_task

JUL_15, JUL_20, JUL_22 = date(2026, 7, 15), date(2026, 7, 20), date(2026, 7, 22)


@pytest.fixture
async def sent(ctx: Context) -> UpdateRow:
    """A digest to Dana about two dates, accepted."""
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    add_task(ctx, "Payroll by 16 Jul @oak-street")
    row = approved(ctx)
    await sender(ctx, FakeTransport()).run()
    return updates.find(ctx.read, row.id)


def move(
    ctx: Context, task: int = 1, on: date | None = JUL_20, because: str = "the carrier asked for more forms"
) -> None:
    promises.promise(ctx, task, NewPromise(on), because=because)


def body(ctx: Context, id: int) -> str:
    return " ".join(updates.find(ctx.read, id).body.split())


def flags(ctx: Context, id: int) -> list[str]:
    return [str(flag.name) for flag in checks.load(updates.find(ctx.read, id).flags)]


async def test_a_moved_date_is_corrected_in_the_thread_of_the_mail_that_stated_it(
    ctx: Context, sent: UpdateRow
) -> None:
    move(ctx)
    id = correct(ctx, sent.id, "I misread the renewal notice").update_id
    row = updates.find(ctx.read, id)
    assert (row.kind, row.status, row.follows_id) == ("correction", "in review", sent.id)
    assert row.subject == "Re: Oak Street: update for Wed 1 Jul, 2 dates to come"
    assert body(ctx, id) == (
        "Oak Street: a correction ======================== Hello Dana Reyes, "
        "I have to correct my update of Wed 1 Jul. I am sorry for the confusion; this is what holds. "
        "- Renew cover: I wrote Wed 15 Jul; the date is Mon 20 Jul, because the carrier asked for more forms. "
        "How it came about: I misread the renewal notice. Everything else in it stands. "
        "Kind regards, Robin, for Oak Street"
    )
    assert "correction" in flags(ctx, id), "it always waits for the PM"
    assert [(said.words, said.on) for said in stated(row).said] == [("Renew cover", JUL_20)]
    updates.approve(ctx, config(0), id)
    transport = FakeTransport()
    await sender(ctx, transport).run()
    message = message_from_bytes(transport.sent[0][0])
    first = outbox.one(ctx.read, sent.id)
    assert first is not None
    assert (message["In-Reply-To"], message["References"]) == (first.frozen.message_id, first.frozen.message_id)
    assert message["Message-ID"] != first.frozen.message_id
    newest = ctx.read.row("SELECT task_id, promised_on, update_id FROM telling ORDER BY id DESC LIMIT 1")
    assert newest == (1, "2026-07-20", id), "its reader knows the date by it"


def finished(ctx: Context) -> None:
    tasks.done(ctx, 1)


def dropped(ctx: Context) -> None:
    tasks.drop(ctx, 1)


def undated(ctx: Context) -> None:
    move(ctx, on=None)


def renamed(ctx: Context) -> None:
    edit.edit(ctx, 1, {"public_title": "The cover"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (finished, "Renew cover: I wrote Wed 15 Jul; it is done."),
        (dropped, "Renew cover: I wrote Wed 15 Jul; it is no longer planned."),
        (undated, "Renew cover: I wrote Wed 15 Jul; that date does not hold. A new date will follow."),
        (renamed, "The cover: I had this under another name."),
    ],
)
async def test_whatever_became_otherwise_has_a_line(
    ctx: Context, sent: UpdateRow, change: Callable[[Context], object], said: str
) -> None:
    change(ctx)
    id = correct(ctx, sent.id).update_id
    assert said in body(ctx, id)
    assert stated(updates.find(ctx.read, id)).said == (), "no date is stated, so none counts as told"
    updates.approve(ctx, config(), id)


async def test_done_that_was_not(ctx: Context) -> None:
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    tasks.done(ctx, 1)
    row = approved(ctx)
    await sender(ctx, FakeTransport()).run()
    tasks.reopen(ctx, 1)
    id = correct(ctx, row.id).update_id
    assert "Renew cover: I wrote that it is done. It is not yet, and is planned for Wed 15 Jul." in body(ctx, id)
    assert [said.on for said in stated(updates.find(ctx.read, id)).said] == [JUL_15]


async def test_what_they_may_no_longer_see_is_not_spoken_of(ctx: Context, sent: UpdateRow) -> None:
    edit.edit(ctx, 1, {"audience": "me"})
    move(ctx, task=2)
    row = updates.find(ctx.read, correct(ctx, sent.id).update_id)
    assert "cover" not in row.body
    assert "Everything else in it stands." not in row.body
    assert "hidden since" in flags(ctx, row.id)


async def test_where_all_facts_hold_only_the_pm_knows_what_was_wrong(ctx: Context, sent: UpdateRow) -> None:
    id = correct(ctx, sent.id).update_id
    assert "What I wrote and is not so: [...]. What is right: [...]." in body(ctx, id)
    with pytest.raises(RefusedError, match="still has a blank"):
        updates.approve(ctx, config(), id)
    text = updates.to_edit(ctx, updates.find(ctx.read, id)).replace("[...]", "the name of the insurer", 1)
    updates.edit(ctx, id, text.replace("[...]", "it is Acme"))
    assert "to fill in" not in flags(ctx, id)
    updates.approve(ctx, config(), id)


async def test_it_follows_the_facts_until_it_is_edited_and_is_written_once(ctx: Context, sent: UpdateRow) -> None:
    move(ctx)
    id = correct(ctx, sent.id, "a slip of mine").update_id
    move(ctx, on=JUL_22)
    drafting.refresh_drafts(ctx)
    assert "the date is Wed 22 Jul" in body(ctx, id)
    assert "a slip of mine" in body(ctx, id), "the reason is kept"
    assert correct(ctx, sent.id, "another").update_id == id
    updates.edit(ctx, id, updates.to_edit(ctx, updates.find(ctx.read, id)).replace("Kind regards", "Warmly"))
    with pytest.raises(RefusedError, match="has your edits"):
        correct(ctx, sent.id)
    updates.approve(ctx, config(), id)
    with pytest.raises(RefusedError, match="is approved"):
        correct(ctx, sent.id)


async def test_a_second_correction_starts_from_the_first(ctx: Context, sent: UpdateRow) -> None:
    move(ctx)
    first = correct(ctx, sent.id).update_id
    updates.approve(ctx, config(0), first)
    await sender(ctx, FakeTransport()).run()
    move(ctx, on=JUL_22)
    second = correct(ctx, sent.id).update_id
    assert second != first
    assert "Renew cover: I wrote Mon 20 Jul; the date is Wed 22 Jul" in body(ctx, second)
    updates.discard(ctx, second)
    third = correct(ctx, sent.id).update_id
    assert third not in (first, second)


def test_what_has_not_left_is_edited_or_recalled_instead(ctx: Context) -> None:
    oak_street(ctx)
    row = drafted(ctx)
    with pytest.raises(RefusedError, match="nothing of it has arrived") as refused:
        correct(ctx, row.id)
    assert f"update edit {row.id}" in refused.value.remedy
    updates.approve(ctx, config(), row.id)
    with pytest.raises(RefusedError) as refused:
        correct(ctx, row.id)
    assert f"update recall {row.id}" in refused.value.remedy


async def test_what_may_have_arrived_is_corrected_with_a_word_of_it(ctx: Context) -> None:
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    row = approved(ctx)
    await sender(ctx, FakeTransport(answer(State.UNCERTAIN))).run()
    move(ctx)
    id = correct(ctx, row.id).update_id
    assert "what may not have arrived" in updates.find(ctx.read, id).flags


async def test_too_late_to_recall_offers_the_correction_and_so_does_undo(ctx: Context, sent: UpdateRow) -> None:
    with pytest.raises(RefusedError, match="It is too late") as refused:
        updates.recall(ctx, sent.id)
    assert f"`followthru update correct {sent.id}`" in refused.value.remedy
    with pytest.raises(RefusedError) as refused:
        history.undo(ctx)
    assert f"`followthru update correct {sent.id}`" in refused.value.sentences()


async def test_undoing_a_change_that_was_announced_offers_the_correction(ctx: Context, sent: UpdateRow) -> None:
    move(ctx)
    row = drafted(ctx)
    updates.approve(ctx, config(0), row.id)
    await sender(ctx, FakeTransport()).run()
    promises.promise(ctx, 2, NewPromise(JUL_22), because="the bank")
    done = history.undo(ctx)
    assert f"`followthru update correct {sent.id}` drafts a correction" not in " ".join(done.notes) + done.words
    for _ in ("the approval", "the draft"):
        with pytest.raises(RefusedError, match="on its way"):
            history.undo(ctx)
    done = history.undo(ctx)
    assert done.words.startswith("Undone: Moved promise")
    assert any(f"`followthru update correct {row.id}`" in note for note in done.notes), done


async def test_who_left_gets_no_correction(ctx: Context, sent: UpdateRow) -> None:
    people.edit(ctx, "oak-street", "dana", {"channel": "none"})
    id = correct(ctx, sent.id).update_id
    with pytest.raises(RefusedError, match=r"gets no mail|blank"):
        updates.approve(ctx, config(), id)
