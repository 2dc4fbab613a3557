"""The sender: every outcome recorded, nothing twice, nothing lost, whenever it is interrupted."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from followthru.actions import drafting, history, people, promises, readers, updates
from followthru.actions.context import Context
from followthru.actions.deliver import (
    AccountPausedError,
    FencedError,
    Sender,
    hold_strays,
    resume_mended,
)
from followthru.actions.gate import Rules
from followthru.actions.promises import NewPromise
from followthru.actions.transports import transport_of
from followthru.config.values import Hours
from followthru.demo.mailsink import MailSink
from followthru.domain.task import How
from followthru.errors import RefusedError
from followthru.store import leases, outbox, tasks
from followthru.updates.outbox import State
from tests.actions.mailkit import ACCOUNT, FakeTransport, answer, approved, drafted, oak_street, phase, sender
from tests.storekit import FixedClock, add_task


async def test_an_accepted_update_tells(ctx: Context) -> None:
    oak_street(ctx)
    task_id = add_task(ctx, "Renew cover by 15 Jul @oak-street")
    row = approved(ctx)
    transport = FakeTransport()
    await sender(ctx, transport).run()
    ((payload, from_, to),) = transport.sent
    assert (from_, to) == ("robin@oak.example", "dana.reyes@oak-street.example")
    assert b"Renew cover: Wed 15 Jul, on track." in payload
    assert phase(ctx, row.id) == ("approved", "accepted")
    (told,) = tasks.tellings(ctx.read, [task_id])[task_id]
    assert (told.person, str(told.promised_on), told.how) == ("dana", "2026-07-15", "mail")
    assert [each.phase for each in outbox.attempts(ctx.read, row.id)] == ["accepted"]
    await sender(ctx, transport).run()
    assert len(transport.sent) == 1
    with pytest.raises(RefusedError, match="on its way"):
        history.undo(ctx)


async def test_a_stated_telling_stands(ctx: Context) -> None:
    """A date told by call and then by mail cannot be untold; told twice by mail it is one fact."""
    oak_street(ctx)
    task_id = add_task(ctx, "Renew cover by 15 Jul @oak-street")
    promises.tell(ctx, task_id, "dana", how=How.CALL)
    approved(ctx)
    await sender(ctx, FakeTransport()).run()
    assert [told.how for told in tasks.tellings(ctx.read, [task_id])[task_id]] == ["call", "mail"]
    add_task(ctx, "Payroll by 16 Jul @oak-street")
    approved(ctx)
    await sender(ctx, FakeTransport()).run()
    assert [told.how for told in tasks.tellings(ctx.read, [task_id])[task_id]] == ["call", "mail"]


@pytest.mark.parametrize(
    ("state", "then"),
    [(State.REFUSED, "refused"), (State.UNCERTAIN, "uncertain"), (State.DEFERRED, "deferred")],
)
async def test_other_outcomes_tell_nobody(ctx: Context, state: State, then: str) -> None:
    oak_street(ctx)
    task_id = add_task(ctx, "Renew cover by 15 Jul @oak-street")
    row = approved(ctx)
    await sender(ctx, FakeTransport(answer(state))).run()
    assert phase(ctx, row.id) == ("approved", then)
    assert tasks.tellings(ctx.read, [task_id])[task_id] == []


async def test_deferred_mail_is_tried_again_and_given_up_after_a_day(ctx: Context, clock: FixedClock) -> None:
    oak_street(ctx)
    row = approved(ctx)
    transport = FakeTransport(*[answer(State.DEFERRED, "greylisted")] * 50)
    sending = sender(ctx, transport)
    for _ in range(50):
        due = await sending.run()
        if due is None:
            break
        assert due > clock.at
        clock.at = due
    assert phase(ctx, row.id) == ("approved", "refused")
    assert 8 <= len(transport.sent) <= 14
    assert len({payload for payload, _, _ in transport.sent}) == 1, "every attempt has the same bytes"
    found = updates.find(ctx.read, row.id)
    assert found.answer == "Given up after a day of trying: greylisted"
    assert found.attempts == len(transport.sent)


async def test_a_clock_that_is_set_back_keeps_no_mail_for_years(ctx: Context, clock: FixedClock) -> None:
    oak_street(ctx)
    clock.advance(days=1000)
    row = approved(ctx)
    transport = FakeTransport(answer(State.DEFERRED))
    await Sender(ctx, ACCOUNT, transport, "one").run()
    assert phase(ctx, row.id) == ("approved", "deferred")
    clock.advance(days=-999)
    await Sender(ctx, ACCOUNT, transport, "two").run()
    assert phase(ctx, row.id) == ("approved", "accepted")
    assert len(transport.sent) == 2


async def test_uncertain_mail_waits_for_the_managers_word(ctx: Context) -> None:
    oak_street(ctx)
    task_id = add_task(ctx, "Renew cover by 15 Jul @oak-street")
    row = approved(ctx)
    transport = FakeTransport(answer(State.UNCERTAIN), answer(State.UNCERTAIN))
    for _ in range(3):
        await sender(ctx, transport).run()
    assert len(transport.sent) == 1
    with pytest.raises(RefusedError, match="may have arrived"):
        drafted(ctx)
    updates.settle(ctx, row.id, arrived=False)
    await sender(ctx, transport).run()
    assert len(transport.sent) == 2
    assert transport.sent[0] == transport.sent[1]
    updates.settle(ctx, row.id, arrived=True)
    assert phase(ctx, row.id) == ("settled", "accepted")
    assert [told.how for told in tasks.tellings(ctx.read, [task_id])[task_id]] == ["mail"]
    assert "Nothing has changed" in drafted(ctx).body
    with pytest.raises(RefusedError):
        updates.settle(ctx, row.id, arrived=False)


async def test_trouble_with_the_account_pauses_it_and_keeps_everything(ctx: Context) -> None:
    oak_street(ctx)
    first = approved(ctx)
    transport = FakeTransport(answer(State.ACCOUNT_PAUSED, "535 no"))
    with pytest.raises(AccountPausedError, match="oak is paused: 535 no"):
        await sender(ctx, transport).run()
    with pytest.raises(AccountPausedError):
        await sender(ctx, transport).run()
    assert len(transport.sent) == 1, "a paused account tries nothing"
    updates.settle(ctx, first.id, arrived=False)
    await sender(ctx, transport).run()
    assert phase(ctx, first.id) == ("approved", "accepted")


async def test_an_account_that_was_mended_in_the_configuration_tries_again(ctx: Context) -> None:
    oak_street(ctx)
    first = approved(ctx)
    transport = FakeTransport(answer(State.ACCOUNT_PAUSED, "535 no"))
    with pytest.raises(AccountPausedError):
        await sender(ctx, transport).run()
    resume_mended(ctx, [ACCOUNT], [ACCOUNT])
    with pytest.raises(AccountPausedError):
        await sender(ctx, transport).run()
    resume_mended(ctx, [ACCOUNT], [ACCOUNT._replace(username="robin@oakstreet.example")])
    await sender(ctx, transport).run()
    assert (len(transport.sent), phase(ctx, first.id)) == (2, ("approved", "accepted"))


async def test_discarding_what_held_an_account_up_frees_it(ctx: Context) -> None:
    oak_street(ctx)
    row = approved(ctx)
    with pytest.raises(AccountPausedError):
        await sender(ctx, FakeTransport(answer(State.ACCOUNT_PAUSED))).run()
    updates.discard(ctx, row.id)
    assert await sender(ctx, FakeTransport()).run() is None


async def test_interrupted_before_the_data_it_goes_again(ctx: Context) -> None:
    oak_street(ctx)
    row = approved(ctx)
    transport = FakeTransport()

    def die() -> None:
        raise asyncio.CancelledError

    transport.before_data = die
    with pytest.raises(asyncio.CancelledError):
        await sender(ctx, transport).run()
    assert phase(ctx, row.id) == ("approved", "claimed")
    await sender(ctx, FakeTransport(), "two").run()
    assert phase(ctx, row.id) == ("approved", "accepted")
    assert [each.phase for each in outbox.attempts(ctx.read, row.id)] == ["approved", "accepted"]


@pytest.mark.parametrize(("repeats_safely", "then"), [(False, "uncertain"), (True, "accepted")])
async def test_interrupted_after_the_data_started(ctx: Context, repeats_safely: bool, then: str) -> None:
    oak_street(ctx)
    row = approved(ctx)
    with pytest.raises(asyncio.CancelledError):
        await sender(ctx, FakeTransport(asyncio.CancelledError())).run()
    assert phase(ctx, row.id) == ("approved", "data started")
    with pytest.raises(RefusedError):
        updates.recall(ctx, row.id)
    await sender(ctx, FakeTransport(repeats_safely=repeats_safely), "two").run()
    assert phase(ctx, row.id) == ("approved", then)


def taken_over(ctx: Context, phase: str) -> None:
    """Let another process take over, and bring the mail in flight to the very phase it was in, as its own."""
    with ctx.store.writing() as tx:
        generation = leases.take_over(tx, "oak", "another")
        (left,) = outbox.in_flight(tx, "oak")
        outbox.settle_left(tx, left, "approved", outbox.Attempt(left.attempts, "approved", None, None, tx.now))
        again = outbox.one(tx, left.frozen.update_id)
        assert again is not None
        assert outbox.claim(tx, again, generation)
        if phase == "data started":
            assert outbox.advance(tx, left.frozen.update_id, "claimed", phase, generation=generation)


async def test_a_sender_that_was_replaced_sends_nothing(ctx: Context) -> None:
    oak_street(ctx)
    row = approved(ctx)
    transport = FakeTransport()
    transport.before_data = lambda: taken_over(ctx, "claimed")
    with pytest.raises(FencedError):
        await sender(ctx, transport).run()
    assert transport.sent == []
    assert phase(ctx, row.id) == ("approved", "claimed"), "it is the other's now"


async def test_an_outcome_that_comes_too_late_changes_nothing(ctx: Context) -> None:
    oak_street(ctx)
    task_id = add_task(ctx, "Renew cover by 15 Jul @oak-street")
    row = approved(ctx)
    transport = FakeTransport()
    transport.after_data = lambda: taken_over(ctx, "data started")
    await sender(ctx, transport).run()
    assert len(transport.sent) == 1
    assert phase(ctx, row.id) == ("approved", "data started")
    assert tasks.tellings(ctx.read, [task_id])[task_id] == []
    assert [each.phase for each in outbox.attempts(ctx.read, row.id)] == ["approved", "accepted"]


async def test_what_became_untrue_after_approval_goes_back_to_review(ctx: Context) -> None:
    oak_street(ctx)
    task_id = add_task(ctx, "Renew cover by 15 Jul @oak-street")
    row = approved(ctx)
    promises.promise(ctx, task_id, NewPromise(None))
    transport = FakeTransport()
    await sender(ctx, transport).run()
    assert transport.sent == []
    found = updates.find(ctx.read, row.id)
    assert found.status == "in review"
    assert "its date has changed since" in found.flags
    assert found.approved_hash is None


async def test_other_news_does_not_hold_an_approved_update(ctx: Context) -> None:
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    row = approved(ctx)
    add_task(ctx, "Payroll by 16 Jul @oak-street")
    await sender(ctx, FakeTransport()).run()
    assert phase(ctx, row.id) == ("approved", "accepted")


async def test_a_changed_address_goes_back_to_review(ctx: Context) -> None:
    oak_street(ctx)
    row = approved(ctx)
    people.edit(ctx, "oak-street", "dana", {"email": "dana@elsewhere.example"})
    transport = FakeTransport()
    await sender(ctx, transport).run()
    assert transport.sent == []
    found = updates.find(ctx.read, row.id)
    assert found.status == "in review"
    assert "The address has changed since it was approved." in found.flags


async def test_bytes_that_are_not_those_approved_go_back_to_review(ctx: Context) -> None:
    oak_street(ctx)
    row = approved(ctx)
    delivery = outbox.one(ctx.read, row.id)
    assert delivery is not None
    with ctx.store.writing() as tx:
        other = delivery.frozen.payload.replace(b"Hello Dana", b"Hello Mary")
        tx.run("UPDATE delivery SET payload = ?", other)
    transport = FakeTransport()
    await sender(ctx, transport).run()
    assert transport.sent == []
    assert phase(ctx, row.id)[0] == "in review"


async def test_quiet_hours_are_the_readers(ctx: Context, clock: FixedClock) -> None:
    oak_street(ctx)
    people.edit(ctx, "oak-street", "dana", {"timezone": "Asia/Tokyo"})
    row = approved(ctx)
    transport = FakeTransport()
    sending = Sender(ctx, ACCOUNT, transport, "one", rules=Rules(Hours(time(20), time(8))))
    due = await sending.run()
    assert due == datetime(2026, 7, 1, 23, 0, tzinfo=UTC), "eight in the morning in Tokyo"
    assert transport.sent == []
    clock.advance(hours=11)
    await sending.run()
    assert phase(ctx, row.id) == ("approved", "accepted")


async def test_a_mail_account_that_is_gone_gives_its_mail_back(ctx: Context) -> None:
    oak_street(ctx)
    row = approved(ctx)
    hold_strays(ctx, {"oak"})
    assert phase(ctx, row.id)[0] == "approved"
    hold_strays(ctx, {"new"})
    assert phase(ctx, row.id)[0] == "in review"


async def test_the_whole_road_over_smtp_and_files(ctx: Context, tmp_path: Path) -> None:
    oak_street(ctx)
    add_task(ctx, "Renew cover by 15 Jul @oak-street")
    first = approved(ctx)
    async with MailSink(tmp_path / "sink") as sink:
        account = ACCOUNT._replace(port=sink.port)
        await Sender(ctx, account, transport_of(account, tmp_path / "config.toml"), "one").run()
    (mail,) = sink.received
    assert mail.recipients == ("dana.reyes@oak-street.example",)
    assert phase(ctx, first.id) == ("approved", "accepted")
    add_task(ctx, "Payroll by 16 Jul @oak-street")
    second = approved(ctx)
    account = ACCOUNT._replace(transport="file", folder=tmp_path / "mails")
    await Sender(ctx, account, transport_of(account, tmp_path / "config.toml"), "one").run()
    (path,) = (tmp_path / "mails").iterdir()
    assert b"Payroll" in path.read_bytes()
    assert phase(ctx, second.id) == ("approved", "accepted")
    assert readers.last_known(ctx.read, drafting.reader(ctx.read, second)) == readers.stated(second)
