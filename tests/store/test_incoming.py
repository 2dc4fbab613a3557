"""What came back by mail, as other rooms ask for it: who has answered, and whose address is in question."""

from __future__ import annotations

import pytest

from followthru.actions import people
from followthru.actions.context import Context
from followthru.domain.people import Member
from followthru.store import incoming
from followthru.store.incoming import Arrived, Folder
from followthru.store.updates import UpdateRow
from tests.actions.mailkit import approved, oak_street


@pytest.fixture
def dana(ctx: Context) -> Member:
    """The owner that updates go to."""
    return oak_street(ctx)


@pytest.fixture
def update(ctx: Context, dana: Member) -> UpdateRow:
    """An update to her."""
    return approved(ctx)


def arrived(update: UpdateRow, kind: str = "reply", *, own: bool = True, number: int = 1) -> Arrived:
    """Return something that came back to an update."""
    person = update.person_id if own else None
    address = update.email if kind == "bounce" else None
    return Arrived(
        "oak", f"<{number}@oak.example>", kind, update.id, update.practice_id, person, (update.id,),
        "dana.reyes@oak-street.example", "Re: it", "2026-07-01T12:00:00Z", address,
    )  # fmt: skip


def keep(ctx: Context, one: Arrived) -> bool:
    with ctx.store.writing() as tx:
        return incoming.keep(tx, one)


def test_an_answer_of_the_reader_answers_an_update(ctx: Context, update: UpdateRow) -> None:
    assert not incoming.answered(ctx.read, update.id)
    assert keep(ctx, arrived(update))
    assert incoming.answered(ctx.read, update.id)


def test_an_answer_also_answers_what_it_refers_to_from_further_back(ctx: Context, update: UpdateRow) -> None:
    keep(ctx, arrived(update)._replace(about=(7, update.id)))
    assert incoming.answered(ctx.read, 7)
    assert not incoming.answered(ctx.read, 8)


@pytest.mark.parametrize(("kind", "own"), [("reply", False), ("away", True), ("bounce", True), ("delay", True)])
def test_nothing_else_answers_it(ctx: Context, update: UpdateRow, kind: str, own: bool) -> None:
    keep(ctx, arrived(update, kind, own=own))
    assert not incoming.answered(ctx.read, update.id)


def test_the_same_mail_is_kept_once(ctx: Context, update: UpdateRow) -> None:
    assert keep(ctx, arrived(update))
    assert not keep(ctx, arrived(update, "bounce"))
    assert [row.kind for row in incoming.listed(ctx.read)] == ["reply"]


def test_a_bounce_puts_an_address_in_question_until_it_is_corrected(ctx: Context, update: UpdateRow) -> None:
    keep(ctx, arrived(update, "bounce"))
    assert incoming.bounced(ctx.read, update.person_id)
    people.edit(ctx, "oak-street", "dana", {"email": "other@oak.example"})
    assert not incoming.bounced(ctx.read, update.person_id)


def test_an_address_that_the_manager_has_seen_to_is_in_question_no_more(ctx: Context, update: UpdateRow) -> None:
    keep(ctx, arrived(update, "bounce"))
    (row,) = incoming.listed(ctx.read)
    with ctx.store.writing() as tx:
        assert incoming.see(tx, row.id, seen=True)
        assert not incoming.see(tx, row.id, seen=True)
    assert not incoming.bounced(ctx.read, update.person_id)
    assert incoming.listed(ctx.read) == []
    assert [one.id for one in incoming.listed(ctx.read, seen=True)] == [row.id]
    with ctx.store.writing() as tx:
        assert incoming.see(tx, row.id, seen=False)
    assert incoming.bounced(ctx.read, update.person_id)


@pytest.mark.parametrize(("kind", "own"), [("delay", True), ("reply", True), ("away", True), ("bounce", False)])
def test_nothing_else_puts_an_address_in_question(ctx: Context, update: UpdateRow, kind: str, own: bool) -> None:
    keep(ctx, arrived(update, kind, own=own))
    assert not incoming.bounced(ctx.read, update.person_id)


def test_only_mail_that_left_is_ours(ctx: Context, update: UpdateRow) -> None:
    message_id = str(update.message_id)
    assert incoming.ours(ctx.read, [message_id]) == []
    with ctx.store.writing() as tx:
        tx.run("UPDATE delivery SET phase = 'accepted'")
    (found,) = incoming.ours(ctx.read, [message_id, "<other@oak.example>"])
    assert (found.update_id, found.recipient, found.kind) == (update.id, update.email, "digest")


def test_of_two_looks_the_one_that_came_further_counts(ctx: Context) -> None:
    with ctx.store.writing() as tx:
        incoming.put_folder(tx, Folder("oak", "inbox", "INBOX", 7, 20))
        incoming.put_folder(tx, Folder("oak", "inbox", "INBOX", 7, 12))
    assert incoming.folder(ctx.read, "oak", "inbox") == Folder("oak", "inbox", "INBOX", 7, 20)
    with ctx.store.writing() as tx:
        incoming.put_folder(tx, Folder("oak", "inbox", "INBOX", 8, 3))
    assert incoming.folder(ctx.read, "oak", "inbox") == Folder("oak", "inbox", "INBOX", 8, 3)


def test_a_mail_is_one_task_for_ever(ctx: Context) -> None:
    with ctx.store.writing() as tx:
        incoming.note_task(tx, "<one@oak.example>", 4)
    assert incoming.task_of(ctx.read, "<one@oak.example>") == 4
    assert incoming.task_of(ctx.read, "<two@oak.example>") is None
