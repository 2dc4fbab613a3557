"""What must not go out, or be taken back, although it was approved: after the fact everything may have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

import pytest

from followthru.actions import drafting, edit, history, hours, people, promises, updates
from followthru.actions.context import Context
from followthru.actions.deliver import AccountPausedError, Sender, hold_strays
from followthru.actions.drafting import DraftingError
from followthru.config.values import MailAccount
from followthru.domain.people import Channel, RoleName
from followthru.errors import RefusedError
from followthru.store import outbox
from followthru.store import updates as rows
from followthru.store.store import Store
from followthru.updates.outbox import Outcome, State
from tests.actions.mailkit import (
    ACCOUNT,
    FakeTransport,
    answer,
    approved,
    config,
    drafted,
    oak_street,
    phase,
    sender,
)
from tests.storekit import FixedClock, add_practice, add_task


def promised(ctx: Context) -> None:
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")


def takes_back(ctx: Context) -> str:
    """Undo; return what was done, or why it was not."""
    try:
        return history.undo(ctx).words
    except RefusedError as error:
        return error.message


async def test_what_was_sent_is_never_rewritten_by_undo(ctx: Context) -> None:
    promised(ctx)
    row = drafted(ctx)
    updates.edit(ctx, row.id, updates.to_edit(ctx, row).replace("Renew cover: Wed 15 Jul, on track.", "All is well."))
    updates.approve(ctx, config(0), row.id)
    await sender(ctx, FakeTransport()).run()
    sent = rows.one(ctx.read, row.id)
    words = [takes_back(ctx) for _ in range(3)]
    assert [("cannot be taken back" in each) for each in words] == [True, True, True], words
    assert rows.one(ctx.read, row.id) == sent


async def test_an_edit_can_be_undone_once_the_update_is_recalled(ctx: Context) -> None:
    promised(ctx)
    row = drafted(ctx)
    updates.edit(ctx, row.id, updates.to_edit(ctx, row).replace("on track", "on its way"))
    updates.approve(ctx, config(0), row.id)
    await sender(ctx, FakeTransport(answer(State.DEFERRED))).run()
    updates.recall(ctx, row.id)
    assert "would let a message go out" in takes_back(ctx)
    assert "was changed later" in takes_back(ctx), "approving is passed over"
    assert takes_back(ctx) == "Undone: Edited update 1 to dana at oak-street"
    assert "on track" in updates.find(ctx.read, row.id).body


async def test_words_that_were_taken_back_after_approval_do_not_go_out(ctx: Context) -> None:
    promised(ctx)
    edit.edit(ctx, 1, {"public_title": "Cover for Mrs Smith"})
    row = approved(ctx)
    edit.edit(ctx, 1, {"public_title": "Your cover"})
    transport = FakeTransport()
    await sender(ctx, transport).run()
    assert transport.sent == []
    assert phase(ctx, row.id)[0] == "in review"
    drafting.refresh_drafts(ctx)
    assert "Your cover" in updates.find(ctx.read, row.id).body


async def test_who_wants_no_mail_by_now_gets_none(ctx: Context) -> None:
    promised(ctx)
    row = approved(ctx)
    people.edit(ctx, "oak-street", "dana", {"channel": str(Channel.CALL)})
    transport = FakeTransport()
    await sender(ctx, transport).run()
    assert transport.sent == []
    assert phase(ctx, row.id)[0] == "in review"
    assert "wants call" in updates.find(ctx.read, row.id).flags


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (ACCOUNT._replace(practices=("elm",)), "not sent through mail account oak any more"),
        (ACCOUNT._replace(from_=ACCOUNT.from_._replace(address="robin@elm.example")), "from another address"),
    ],
)
async def test_mail_goes_through_its_practices_own_account_only(ctx: Context, account: MailAccount, words: str) -> None:
    """The configuration has changed since the update was approved."""
    promised(ctx)
    row = approved(ctx)
    transport = FakeTransport()
    await Sender(ctx, account, transport, "one").run()
    assert transport.sent == []
    assert phase(ctx, row.id)[0] == "in review"
    assert words in updates.find(ctx.read, row.id).flags


async def test_what_a_renamed_account_left_under_way_is_uncertain(ctx: Context) -> None:
    """Its next sender has another name; without a word about it nothing could be written to this reader again."""
    promised(ctx)
    row = approved(ctx)
    with pytest.raises(asyncio.CancelledError):
        await sender(ctx, FakeTransport(asyncio.CancelledError())).run()
    assert phase(ctx, row.id) == ("approved", "data started")
    hold_strays(ctx, {"oak"})
    assert phase(ctx, row.id) == ("approved", "data started")
    hold_strays(ctx, {"new"})
    assert phase(ctx, row.id) == ("approved", "uncertain")
    assert [each.phase for each in outbox.attempts(ctx.read, row.id)] == ["uncertain"]
    updates.settle(ctx, row.id, arrived=True)


async def test_what_held_a_renamed_account_up_goes_back_to_review(ctx: Context) -> None:
    promised(ctx)
    row = approved(ctx)
    with pytest.raises(Exception, match="paused"):
        await sender(ctx, FakeTransport(answer(State.ACCOUNT_PAUSED))).run()
    hold_strays(ctx, {"new"})
    assert phase(ctx, row.id)[0] == "in review"


async def test_the_day_of_trying_begins_anew_with_each_approval(ctx: Context, clock: FixedClock) -> None:
    promised(ctx)
    row = approved(ctx)
    await sender(ctx, FakeTransport(answer(State.DEFERRED))).run()
    updates.recall(ctx, row.id)
    clock.advance(days=3)
    updates.approve(ctx, config(0), row.id)
    await sender(ctx, FakeTransport(answer(State.DEFERRED))).run()
    assert phase(ctx, row.id)[1] == "deferred"


def test_one_update_that_cannot_be_written_stops_no_other(ctx: Context, clock: FixedClock) -> None:
    """Dana's role at Elm is taken back while the draft for it, the newest of all, waits."""
    oak_street(ctx)
    first = drafted(ctx)
    add_practice(ctx, "elm")
    again = people.NewPerson(
        "Dana Reyes", "dana.reyes@oak-street.example", RoleName.OWNER, cadence="weekly:thu@09:00", channel=Channel.MAIL
    )
    people.add(ctx, "elm", again)
    clock.advance(days=1)
    hours.draft_due(ctx)
    history.undo(ctx)
    assert [row.practice for row in rows.listed(ctx.read)] == ["elm", "oak-street"]
    add_task(ctx, "Payroll by 16 Jul @oak-street")
    with pytest.raises(DraftingError, match="no role at elm"):
        drafting.refresh_drafts(ctx)
    assert "Payroll" in updates.find(ctx.read, first.id).body


def test_two_who_draft_at_once_make_one_draft(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """The daemon composes while the PM drafts to the same reader."""
    promised(ctx)
    other = Context(Store.open(ctx.store.database, ctx.store.clock), zone="UTC")
    composing = drafting.compose

    def meanwhile(*words: object) -> object:
        monkeypatch.setattr(drafting, "compose", composing)
        drafting.draft(other, "oak-street", "dana")
        return composing(*words)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(drafting, "compose", meanwhile)
    with pytest.raises(RefusedError, match="drafted just now"):
        drafting.draft(ctx, "oak-street", "dana")
    assert len(rows.listed(ctx.read)) == 1
    other.store.close()


OVERTAKEN: Mapping[str, tuple[Callable[[Context], object], str]] = {
    "false": (lambda ctx: promises.promise(ctx, 1, promises.NewPromise(None)), "Renew cover"),
    "moved": (lambda ctx: people.edit(ctx, "oak-street", "dana", {"email": "d@new.example"}), "address has changed"),
    "called": (lambda ctx: people.edit(ctx, "oak-street", "dana", {"channel": str(Channel.CALL)}), "no mail"),
}
"""What may happen meanwhile, and why nothing is sent any more then."""


class TestWhatMayHaveLeft:
    """It has one text under its Message-ID for ever: other words would look like the same mail, and be thrown away."""

    @pytest.fixture
    async def again(self, ctx: Context) -> int:
        """An update that may have arrived, and is to be sent again."""
        promised(ctx)
        row = approved(ctx)
        await sender(ctx, FakeTransport(answer(State.UNCERTAIN))).run()
        updates.settle(ctx, row.id, arrived=False)
        assert phase(ctx, row.id) == ("approved", "approved")
        return row.id

    async def test_is_not_written_anew_when_it_became_false(self, ctx: Context, again: int) -> None:
        promises.promise(ctx, 1, promises.NewPromise(None))
        transport = FakeTransport()
        await sender(ctx, transport).run()
        assert transport.sent == []
        assert phase(ctx, again) == ("approved", "uncertain")
        assert "cannot be sent again as it is" in str(updates.find(ctx.read, again).answer)

    @pytest.mark.parametrize("case", OVERTAKEN)
    async def test_is_refused_where_it_would_only_come_back(self, ctx: Context, again: int, case: str) -> None:
        """By the sender's own judgement: said to be sent and asked about anew, it would never come to rest."""
        happens, why = OVERTAKEN[case]
        happens(ctx)
        await sender(ctx, FakeTransport()).run()
        came_back = updates.find(ctx.read, again)
        assert (came_back.phase, why in str(came_back.answer)) == ("uncertain", True)
        with pytest.raises(RefusedError, match=why):
            updates.settle(ctx, again, arrived=False)
        assert updates.find(ctx.read, again) == came_back
        updates.settle(ctx, again, arrived=True)

    async def test_is_not_written_anew_when_it_is_recalled(self, ctx: Context, again: int) -> None:
        assert "yours to settle" in updates.recall(ctx, again).words
        transport = FakeTransport()
        await sender(ctx, transport).run()
        assert transport.sent == []
        assert phase(ctx, again) == ("approved", "uncertain")

    def test_is_not_brought_back_by_undo(self, ctx: Context, again: int) -> None:
        assert "cannot be taken back" in takes_back(ctx)
        assert phase(ctx, again) == ("approved", "approved")

    def test_is_given_up_and_what_it_said_is_news_again(self, ctx: Context, again: int) -> None:
        updates.recall(ctx, again)
        updates.discard(ctx, again)
        other = approved(ctx)
        assert other.id != again
        assert "Renew cover" in other.body
        assert other.message_id != rows.one(ctx.read, again).message_id  # pyright: ignore[reportOptionalMemberAccess]


async def late(ctx: Context, clock: FixedClock, *outcomes: Outcome | BaseException) -> int:
    """Approve a period's update that cannot leave, and let the next period's hour come; return its number."""
    oak_street(ctx, cadence="weekly:fri@16:00")
    add_task(ctx, "Renew cover by 31 Jul @oak-street")
    clock.advance(days=2, hours=4)
    hours.draft_due(ctx)
    (row,) = rows.listed(ctx.read)
    updates.approve(ctx, config(0), row.id)
    with suppress(AccountPausedError):
        await sender(ctx, FakeTransport(*outcomes)).run()
    add_task(ctx, "Payroll by 24 Jul @oak-street")
    clock.advance(days=7)
    return row.id


@pytest.mark.parametrize("state", [State.ACCOUNT_PAUSED, State.DEFERRED])
async def test_what_waits_still_at_the_next_hour_is_folded_into_its_draft(
    ctx: Context, clock: FixedClock, state: State
) -> None:
    old = await late(ctx, clock, answer(state))
    hours.draft_due(ctx)
    assert phase(ctx, old) == ("approved", "superseded")
    (new,) = rows.listed(ctx.read)
    assert new.id != old
    assert "Renew cover" in new.body
    assert "Payroll" in new.body
    transport = FakeTransport()
    await sender(ctx, transport).run()
    assert transport.sent == [], "the old one is gone, and the new one is to be approved"
    assert outbox.paused_by(ctx.read, "oak") is None, "and holds nobody up"


@pytest.mark.parametrize("leaves", [State.UNCERTAIN, None])
async def test_what_may_have_left_or_is_under_way_is_not_folded(
    ctx: Context, clock: FixedClock, leaves: State | None
) -> None:
    if leaves is not None:
        old = await late(ctx, clock, answer(leaves))
        updates.settle(ctx, old, arrived=False)
        clock.advance(hours=2)
    else:
        with pytest.raises(asyncio.CancelledError):
            await late(ctx, clock, asyncio.CancelledError())
        clock.advance(days=7)
        old = 1
    hours.draft_due(ctx)
    assert [row.id for row in rows.listed(ctx.read)] == [old]
