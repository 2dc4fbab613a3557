"""Mail that may have arrived is looked for where sent mail is kept: found, surely absent, or left to the PM."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from followthru.actions import promises, updates
from followthru.actions.context import Context
from followthru.actions.deliver import Sender
from followthru.actions.mail_hold import MailHeldError, hold
from followthru.actions.promises import NewPromise
from followthru.store import outbox, tasks
from followthru.store.updates import UpdateRow
from followthru.updates.outbox import State
from followthru.updates.transports.base import Absent, Found, Sight, Unknown
from tests.actions.mailkit import ACCOUNT, FakeTransport, answer, approved, drafted, oak_street, phase
from tests.storekit import FixedClock, add_task

SENT = Found("in Sent.")
DRAFT = Absent("its draft still waits.")
NOTHING = Unknown("nothing is known of it.")


class FakeFinder:
    """Says what it is told, the last for ever, and notes what it was asked."""

    def __init__(self, *script: Sight) -> None:
        self.script = list(script)
        self.asked: list[str] = []
        self.meanwhile = lambda: None

    async def find(self, message_id: str) -> Sight:
        self.asked.append(message_id)
        self.meanwhile()
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    async def aclose(self) -> None:
        """Nothing is open."""


class Sending:
    """One sender over its life, whose first attempt has no outcome."""

    def __init__(self, ctx: Context, *script: Sight) -> None:
        self.ctx = ctx
        self.transport = FakeTransport(answer(State.UNCERTAIN))
        self.finder = FakeFinder(*script)
        self.sender = Sender(ctx, ACCOUNT, self.transport, "one", finder=self.finder, jitter=lambda: 0.999)

    async def run(self) -> datetime | None:
        return await self.sender.run()


def untold(ctx: Context) -> tuple[int, UpdateRow]:
    oak_street(ctx)
    return add_task(ctx, "Renew cover by 15 Jul @oak-street"), approved(ctx)


async def test_what_was_found_was_sent_and_its_reader_knows(ctx: Context) -> None:
    task_id, row = untold(ctx)
    sending = Sending(ctx, SENT)
    assert await sending.run() is None
    assert len(sending.transport.sent) == 1
    assert sending.finder.asked == [outbox.one(ctx.read, row.id).frozen.message_id]  # type: ignore[union-attr]
    assert phase(ctx, row.id) == ("approved", "accepted")
    assert [told.how for told in tasks.tellings(ctx.read, [task_id])[task_id]] == ["mail"]
    assert [each.phase for each in outbox.attempts(ctx.read, row.id)] == ["uncertain", "accepted"]
    assert updates.find(ctx.read, row.id).answer == "It was sent: in Sent."
    assert len(outbox.left_since(ctx.read, "2026-01-01T00:00:00Z")) == 1, "one mail left"
    await sending.run()
    assert (len(sending.transport.sent), len(sending.finder.asked)) == (1, 1)
    assert "Nothing has changed" in drafted(ctx).body


async def test_what_is_surely_absent_goes_again_but_not_at_once(ctx: Context, clock: FixedClock) -> None:
    task_id, row = untold(ctx)
    sending = Sending(ctx, DRAFT)
    looks = 0
    while (due := await sending.run()) is not None:
        assert phase(ctx, row.id) == ("approved", "uncertain")
        assert len(sending.transport.sent) == 1
        clock.at, looks = due, looks + 1
    assert clock.at - datetime.fromisoformat(outbox.attempts(ctx.read, row.id)[0].at) == timedelta(minutes=15)
    assert looks == 3
    assert len(sending.transport.sent) == 2
    assert sending.transport.sent[0] == sending.transport.sent[1]
    assert phase(ctx, row.id) == ("approved", "accepted")
    assert len(tasks.tellings(ctx.read, [task_id])[task_id]) == 1


async def test_what_cannot_be_told_stays_the_managers_after_a_day(ctx: Context, clock: FixedClock) -> None:
    _, row = untold(ctx)
    sending = Sending(ctx, NOTHING)
    dues: list[timedelta] = []
    began = clock.at
    while (due := await sending.run()) is not None:
        clock.at = due
        dues.append(due - began)
        assert len(dues) < 20
    assert dues == [timedelta(minutes=each) for each in (1, 5, 15, 30, 60, 240, 720, 1440)]
    assert phase(ctx, row.id) == ("approved", "uncertain")
    assert len(sending.transport.sent) == 1
    asked = len(sending.finder.asked)
    clock.advance(days=1)
    await sending.run()
    assert len(sending.finder.asked) == asked, "nobody is asked for ever"
    updates.settle(ctx, row.id, arrived=True)
    assert phase(ctx, row.id) == ("settled", "accepted")


async def test_being_woken_often_asks_no_oftener(ctx: Context, clock: FixedClock) -> None:
    untold(ctx)
    sending = Sending(ctx, NOTHING)
    for _ in range(5):
        await sending.run()
        clock.advance(seconds=5)
    assert len(sending.finder.asked) == 1


async def test_the_managers_word_meanwhile_stands(ctx: Context) -> None:
    task_id, row = untold(ctx)
    sending = Sending(ctx, SENT)
    sending.finder.meanwhile = lambda: updates.settle(ctx, row.id, arrived=True) and None
    await sending.run()
    assert phase(ctx, row.id) == ("settled", "accepted")
    assert len(tasks.tellings(ctx.read, [task_id])[task_id]) == 1
    assert [each.phase for each in outbox.attempts(ctx.read, row.id)] == ["uncertain"]


async def test_a_sender_that_was_killed_looks_when_it_starts_again(ctx: Context) -> None:
    _, row = untold(ctx)
    dying = FakeTransport(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await Sender(ctx, ACCOUNT, dying, "one", finder=FakeFinder(SENT)).run()
    assert phase(ctx, row.id) == ("approved", "data started")
    again = FakeTransport()
    await Sender(ctx, ACCOUNT, again, "two", finder=FakeFinder(SENT)).run()
    assert phase(ctx, row.id) == ("approved", "accepted")
    assert again.sent == []


async def test_what_is_surely_absent_and_became_untrue_is_written_anew(ctx: Context, clock: FixedClock) -> None:
    task_id, row = untold(ctx)
    sending = Sending(ctx, DRAFT)
    await sending.run()
    promises.promise(ctx, task_id, NewPromise(None))
    clock.advance(minutes=16)
    await sending.run()
    assert len(sending.transport.sent) == 1
    assert updates.find(ctx.read, row.id).status == "in review", "none of it has left, so its words may change"


class TestInDoubtOnceMore:
    """What was to be sent again and then could not, or was recalled, is the PM's: no draft lets it go again."""

    @pytest.mark.parametrize("second", [State.UNCERTAIN, State.DEFERRED])
    async def test_what_became_untrue_waits_for_the_managers_word(
        self, ctx: Context, clock: FixedClock, second: State
    ) -> None:
        task_id, row = untold(ctx)
        sending = Sending(ctx, NOTHING)
        sending.transport = FakeTransport(answer(State.UNCERTAIN), answer(second))
        sending.sender = Sender(ctx, ACCOUNT, sending.transport, "one", finder=sending.finder, jitter=lambda: 0.999)
        await sending.run()
        updates.settle(ctx, row.id, arrived=False)
        await sending.run()
        promises.promise(ctx, task_id, NewPromise(None))
        sending.finder.script[:] = [DRAFT]
        clock.advance(minutes=16)
        await sending.run()
        assert phase(ctx, row.id) == ("approved", "uncertain"), "the first try may have arrived"
        assert "cannot be sent again as it is" in str(updates.find(ctx.read, row.id).answer)
        tries = outbox.attempts(ctx.read, row.id)
        clock.advance(hours=3)
        await sending.run()
        assert (len(sending.transport.sent), outbox.attempts(ctx.read, row.id)) == (2, tries), "and nothing goes on"
        updates.discard(ctx, row.id)

    async def test_what_was_recalled_does_not_go_by_itself(self, ctx: Context, clock: FixedClock) -> None:
        _, row = untold(ctx)
        sending = Sending(ctx, DRAFT)
        await sending.run()
        updates.settle(ctx, row.id, arrived=False)
        updates.recall(ctx, row.id)
        clock.advance(minutes=16)
        await sending.run()
        assert len(sending.transport.sent) == 1
        assert phase(ctx, row.id) == ("approved", "uncertain")
        updates.settle(ctx, row.id, arrived=False)
        await sending.run()
        assert phase(ctx, row.id) == ("approved", "accepted"), "once more by the PM's word it goes"

    async def test_what_is_found_was_sent_all_the_same(self, ctx: Context, clock: FixedClock) -> None:
        _, row = untold(ctx)
        sending = Sending(ctx, NOTHING)
        await sending.run()
        updates.settle(ctx, row.id, arrived=False)
        updates.recall(ctx, row.id)
        sending.finder.script[:] = [SENT]
        clock.advance(minutes=16)
        await sending.run()
        assert phase(ctx, row.id) == ("approved", "accepted")
        assert len(sending.transport.sent) == 1


async def test_held_mail_is_looked_for_and_does_not_go_again(ctx: Context, clock: FixedClock) -> None:
    _, row = untold(ctx)
    sending = Sending(ctx, DRAFT)
    await sending.run()
    hold(ctx)
    clock.advance(minutes=16)
    with pytest.raises(MailHeldError):
        await sending.run()
    assert phase(ctx, row.id) == ("approved", "approved")
    assert len(sending.transport.sent) == 1


async def test_one_look_at_each_of_several(ctx: Context) -> None:
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    first = approved(ctx)
    sending = Sending(ctx, NOTHING, SENT)
    await sending.run()
    assert phase(ctx, first.id) == ("approved", "uncertain")
    assert outbox.uncertain(ctx.read, "another account") == []
    assert [one.frozen.update_id for one in outbox.uncertain(ctx.read, "oak")] == [first.id]
