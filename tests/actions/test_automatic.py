"""What goes out by itself at its hour, what waits for the PM, and that nothing is sent by a single key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from followthru.actions import (
    away,
    drafting,
    edit,
    history,
    hours,
    mail_hold,
    people,
    practices,
    promises,
    tasks,
    updates,
)
from followthru.actions.automatic import approve_due, at_hour, late_words
from followthru.actions.context import Context
from followthru.actions.desk import Desk
from followthru.actions.promises import NewPromise
from followthru.actions.same_machine import check_place
from followthru.config.places import home_in
from followthru.store import outbox
from followthru.store import updates as read_updates
from followthru.store.updates import UpdateRow
from followthru.updates import checks
from tests.actions.mailkit import ACCOUNT, FakeTransport, approved, config, sender
from tests.storekit import FixedClock, add_person, add_practice, add_task

LESS = "Prefer these less often? Just reply."


@pytest.fixture
def desk(ctx: Context, tmp_path: Path) -> Desk:
    """Oak Street on Wednesday 1 July; Dana hears on Fridays at four; there is a promise by Fri 24 July."""
    add_practice(ctx)
    add_person(ctx, cadence="weekly:fri@16:00")
    add_task(ctx, "Cover renewal by 24 Jul @oak-street")
    edit.edit(ctx, 1, {"public_title": "Cover renewal"})
    return Desk(home_in(tmp_path / "desk"), config(60), ctx, {})


async def trusting(desk: Desk) -> None:
    """Have Dana accept an update that the PM approved."""
    approved(desk.ctx)
    await sender(desk.ctx, FakeTransport()).run()


def tick(desk: Desk) -> None:
    """Do what the daemon does for updates when something changed or an hour has come."""
    drafting.refresh_drafts(desk.ctx)
    hours.draft_due(desk.ctx)
    approve_due(desk)


def at(clock: FixedClock, day: int, hour: int, minute: int = 0) -> None:
    """Set the clock to an hour in July 2026."""
    clock.at = clock.at.replace(day=day, hour=hour, minute=minute)


def newest(desk: Desk) -> UpdateRow:
    return read_updates.listed(desk.ctx.read, all_=True)[0]


def short(desk: Desk) -> str:
    stands = at_hour(desk, newest(desk))
    return "" if stands is None else stands.short


def why(desk: Desk) -> tuple[str, ...]:
    stands = at_hour(desk, newest(desk))
    assert stands is not None
    return stands.why


async def ready(desk: Desk, clock: FixedClock) -> UpdateRow:
    """Go to Friday noon, with a clean draft that could be read since Thursday."""
    await trusting(desk)
    at(clock, 2, 16)
    tick(desk)
    at(clock, 3, 12)
    tick(desk)
    return newest(desk)


async def test_a_clean_digest_goes_at_its_hour_with_the_facts_of_that_hour(desk: Desk, clock: FixedClock) -> None:
    ctx = desk.ctx
    await trusting(desk)
    at(clock, 2, 15, 59)
    tick(desk)
    assert newest(desk).period is None, "nothing is there to be read before a working day before its hour"
    at(clock, 2, 16)
    tick(desk)
    row = newest(desk)
    assert (row.status, row.period, row.due_at) == ("in review", "weekly:2026-W27", "2026-07-03T16:00:00Z")
    assert short(desk) == "goes out by itself Fri 3 Jul at 16:00"
    at(clock, 3, 15, 59)
    tasks.done(ctx, 1)
    tick(desk)
    assert newest(desk).status == "in review"
    at(clock, 3, 16)
    tick(desk)
    row = newest(desk)
    assert (row.status, row.approved_by, row.send_after) == ("approved", "daemon", "2026-07-03T16:01:00Z")
    assert "Cover renewal: done on Fri 3 Jul." in row.body
    clock.advance(seconds=60)
    transport = FakeTransport()
    await sender(ctx, transport).run()
    tick(desk)
    [(payload, _, _)] = transport.sent
    mail = message_from_bytes(payload, policy=default)
    assert mail["List-Unsubscribe"] == "<mailto:robin@oak.example?subject=Fewer%20updates%2C%20please>"
    assert LESS in payload.decode()


async def test_undo_passes_over_what_went_by_itself(desk: Desk, clock: FixedClock) -> None:
    await ready(desk, clock)
    add_task(desk.ctx, "Order chairs @oak-street")
    at(clock, 3, 16)
    tick(desk)
    assert newest(desk).status == "approved"
    assert "Order chairs" in history.undo(desk.ctx).words
    assert newest(desk).status == "approved"


async def test_what_the_pm_approves_names_no_way_to_unsubscribe(desk: Desk) -> None:
    row = approved(desk.ctx)
    delivery = outbox.one(desk.ctx.read, row.id)
    assert delivery is not None
    assert b"List-Unsubscribe" not in delivery.frozen.payload
    assert LESS not in row.body


def test_the_first_mail_to_a_person_waits_and_is_late_in_words(desk: Desk, clock: FixedClock) -> None:
    at(clock, 2, 16)
    tick(desk)
    assert short(desk) == "due Fri 3 Jul at 16:00"
    at(clock, 3, 16)
    tick(desk)
    row = newest(desk)
    assert row.status == "in review"
    assert LESS not in row.body
    stands = at_hour(desk, row)
    assert stands is not None
    assert (stands.late, stands.short) == (True, "late since Fri 3 Jul at 16:00")
    assert late_words(row, stands) == (
        "The update to dana at oak-street was due Fri 3 Jul at 16:00 and waits for you: "
        "No regular update to them here was approved yet."
    )
    assert [str(flag.name) for flag in checks.load(row.flags)] == ["first mail", "late"]


def hold(desk: Desk) -> None:
    updates.hold(desk.ctx, newest(desk).id)


def review(desk: Desk) -> None:
    people.edit(desk.ctx, "oak-street", "dana", {"review": "yes"})


def other_address(desk: Desk) -> None:
    people.edit(desk.ctx, "oak-street", "dana", {"email": "dana@elsewhere.example"})


def other_role(desk: Desk) -> None:
    people.edit(desk.ctx, "oak-street", "dana", {"role": "lead"})


def unkind(desk: Desk) -> None:
    edit.edit(desk.ctx, add_task(desk.ctx, "List by 20 Jul @oak-street"), {"public_title": "Stakeholder list"})


def patient(desk: Desk) -> None:
    edit.edit(desk.ctx, add_task(desk.ctx, "Chart by 20 Jul @oak-street"), {"public_title": "Chart for patient J. D."})


def untitled(desk: Desk) -> None:
    add_task(desk.ctx, "Order chairs by 20 Jul @oak-street")


def moved_by_a_calendar(desk: Desk) -> None:
    promises.promise(desk.ctx, 1, NewPromise(date(2026, 7, 28)), actor=promises.Actor.CALENDAR)


def all_held(desk: Desk) -> None:
    mail_hold.hold(desk.ctx, "you held it.")


def paused_practice(desk: Desk) -> None:
    practices.edit(desk.ctx, "oak-street", {"status": "paused"})


@pytest.mark.parametrize(
    ("touch", "reason"),
    [
        (hold, "You hold it."),
        (review, "You read every update to Dana Reyes first."),
        (other_address, "No regular update to them here was approved yet."),
        (other_role, "No regular update to them here was approved yet."),
        (unkind, "“Stakeholder”: Your reader may not use this word. Name the people."),
        (patient, "“patient J. D” looks like a patient's initials."),
        (untitled, "“Order chairs” is your own title: no public title was ever given."),
        (moved_by_a_calendar, "“Cover renewal” moved and no reason is given."),
        (all_held, "All mail is held: you held it."),
        (paused_practice, "oak-street is paused."),
    ],
)
async def test_what_is_not_clean_waits_and_never_goes_by_itself(
    desk: Desk, clock: FixedClock, touch: Callable[[Desk], None], reason: str
) -> None:
    row = await ready(desk, clock)
    assert why(desk) == ()
    touch(desk)
    tick(desk)
    assert reason in why(desk)
    at(clock, 3, 16)
    tick(desk)
    assert newest(desk).status == row.status.replace("in review", "held" if touch is hold else "in review")
    assert reason in why(desk)


@pytest.mark.parametrize("late", [hold, moved_by_a_calendar, all_held, paused_practice])
async def test_no_single_key_sends_what_let_its_hour_pass(
    desk: Desk, clock: FixedClock, late: Callable[[Desk], None]
) -> None:
    await ready(desk, clock)
    late(desk)
    at(clock, 3, 16)
    tick(desk)
    clock.advance(minutes=5)
    if late is hold:
        history.undo(desk.ctx)
    elif late is all_held:
        mail_hold.let_go(desk.ctx)
    elif late is paused_practice:
        practices.edit(desk.ctx, "oak-street", {"status": "active"})
    else:
        promises.promise(desk.ctx, 1, NewPromise(date(2026, 7, 28)), because="the carrier asked for a form")
    tick(desk)
    assert newest(desk).status == "in review"
    assert short(desk) == "late since Fri 3 Jul at 16:00"
    updates.approve(desk.ctx, desk.config, newest(desk).id)


async def test_held_and_undone_before_its_hour_it_goes(desk: Desk, clock: FixedClock) -> None:
    await ready(desk, clock)
    hold(desk)
    history.undo(desk.ctx)
    at(clock, 3, 16)
    tick(desk)
    assert newest(desk).status == "approved"


async def test_an_edited_one_goes_as_it_was_edited(desk: Desk, clock: FixedClock) -> None:
    row = await ready(desk, clock)
    updates.edit(desk.ctx, row.id, updates.to_edit(desk.ctx, row).replace("Hello Dana Reyes", "Dear Dana"))
    add_task(desk.ctx, "News by 20 Jul @oak-street")
    at(clock, 3, 16)
    tick(desk)
    row = newest(desk)
    assert row.status == "approved"
    assert row.body.count("Dear Dana")
    assert "News" not in row.body


async def test_an_edited_one_that_became_false_waits(desk: Desk, clock: FixedClock) -> None:
    row = await ready(desk, clock)
    tasks.done(desk.ctx, 1)
    tick(desk)
    row = newest(desk)
    updates.edit(desk.ctx, row.id, updates.to_edit(desk.ctx, row).replace("Hello Dana Reyes", "Dear Dana"))
    tasks.reopen(desk.ctx, 1)
    at(clock, 3, 16)
    tick(desk)
    assert newest(desk).status == "in review"
    assert why(desk) == ("“Cover renewal”: it is open by now.",)


async def test_recalled_it_stays_with_the_pm(desk: Desk, clock: FixedClock) -> None:
    row = await ready(desk, clock)
    at(clock, 3, 16)
    tick(desk)
    updates.recall(desk.ctx, row.id)
    tick(desk)
    clock.advance(hours=2)
    tick(desk)
    assert newest(desk).status == "in review"
    assert why(desk) == ("It was approved before, and came back.",)


@pytest.mark.parametrize("change", [other_role, review])
async def test_trust_that_ends_in_the_send_delay_keeps_it_back(
    desk: Desk, clock: FixedClock, change: Callable[[Desk], None]
) -> None:
    await ready(desk, clock)
    at(clock, 3, 16)
    tick(desk)
    change(desk)
    clock.advance(seconds=60)
    transport = FakeTransport()
    await sender(desk.ctx, transport).run()
    assert transport.sent == []
    tick(desk)
    assert newest(desk).status == "in review"


async def test_a_machine_that_slept_until_after_the_hour_sends_nothing_unread(desk: Desk, clock: FixedClock) -> None:
    await trusting(desk)
    at(clock, 3, 16, 30)
    tick(desk)
    assert newest(desk).status == "in review"
    assert why(desk) == ("It was not there to be read before its hour.",)


async def test_a_machine_that_woke_less_than_an_hour_before_sends_nothing_unread(desk: Desk, clock: FixedClock) -> None:
    await trusting(desk)
    at(clock, 3, 15, 1)
    tick(desk)
    at(clock, 3, 16)
    tick(desk)
    assert newest(desk).status == "in review"
    assert why(desk) == ("It was not there to be read before its hour.",)


async def test_what_could_be_read_goes_late_after_a_night_and_not_after_days(desk: Desk, clock: FixedClock) -> None:
    await ready(desk, clock)
    at(clock, 6, 16)
    clock.advance(seconds=1)
    tick(desk)
    assert newest(desk).status == "in review"
    assert why(desk) == ("Its hour is days ago.",)


async def test_slept_through_its_hour_it_goes_when_the_machine_wakes(desk: Desk, clock: FixedClock) -> None:
    await ready(desk, clock)
    at(clock, 6, 9)
    tick(desk)
    assert newest(desk).status == "approved"


async def test_without_a_mail_account_nothing_goes(desk: Desk, clock: FixedClock) -> None:
    await ready(desk, clock)
    other = desk._replace(config=config(account=ACCOUNT._replace(practices=("harbor",))))
    at(clock, 3, 16)
    tick(other)
    assert newest(desk).status == "in review"
    assert why(other) == ("oak-street has no mail account.",)


async def test_in_a_copy_nothing_goes_by_itself(desk: Desk, clock: FixedClock, tmp_path: Path) -> None:
    check_place(desk)
    await ready(desk, clock)
    copy = desk._replace(home=home_in(tmp_path / "copy"))
    at(clock, 3, 16)
    tick(copy)
    assert newest(desk).status == "in review"
    assert why(copy) == ("This store is a copy of one that is used elsewhere.",)
    tick(desk)
    assert newest(desk).status == "approved"


async def test_approved_ahead_of_its_hour_it_waits_for_it(desk: Desk, clock: FixedClock) -> None:
    row = await ready(desk, clock)
    done = updates.approve(desk.ctx, desk.config, row.id)
    assert done.notes == ("It goes out at its hour, Fri 3 Jul at 16:00.",)
    assert newest(desk).send_after == "2026-07-03T16:00:00Z"
    updates.recall(desk.ctx, row.id)
    updates.approve(desk.ctx, desk.config, row.id, at_once=True)
    assert newest(desk).send_after == "2026-07-03T12:01:00Z"


async def test_one_that_is_late_becomes_the_next_periods_a_working_day_before(desk: Desk, clock: FixedClock) -> None:
    await ready(desk, clock)
    hold(desk)
    at(clock, 9, 15, 59)
    tick(desk)
    history.undo(desk.ctx)
    assert newest(desk).period == "weekly:2026-W27"
    at(clock, 9, 16)
    tick(desk)
    assert (newest(desk).period, short(desk)) == ("weekly:2026-W28", "goes out by itself Fri 10 Jul at 16:00")
    at(clock, 10, 16)
    tick(desk)
    assert newest(desk).status == "approved"


async def test_a_daily_one_that_is_late_is_not_folded_before_the_next_hour(desk: Desk, clock: FixedClock) -> None:
    people.edit(desk.ctx, "oak-street", "dana", {"cadence": "daily@16:00"})
    await trusting(desk)
    at(clock, 3, 12)
    tick(desk)
    hold(desk)
    at(clock, 3, 16)
    tick(desk)
    at(clock, 5, 16)
    tick(desk)
    assert short(desk) == "late since Fri 3 Jul at 16:00", "Saturday and Sunday are no hours of its own"
    at(clock, 6, 16)
    tick(desk)
    assert (newest(desk).period, newest(desk).status) == ("daily:2026-07-06", "held")


async def test_a_daily_one_goes_day_after_day(desk: Desk, clock: FixedClock) -> None:
    people.edit(desk.ctx, "oak-street", "dana", {"cadence": "daily@16:00"})
    await trusting(desk)
    tick(desk)
    sent = 0
    for day in (1, 2, 3, 4, 5, 6):
        for minute in range(3):
            at(clock, day, 16, minute)
            tick(desk)
            transport = FakeTransport()
            await sender(desk.ctx, transport).run()
            tick(desk)
            sent += len(transport.sent)
    assert sent == 4


@pytest.mark.parametrize("span", [(date(2026, 7, 3), date(2026, 7, 3)), (date(2026, 6, 29), date(2026, 7, 9))])
async def test_while_they_are_away_nothing_is_due_and_the_next_one_covers_it(
    desk: Desk, clock: FixedClock, span: tuple[date, date]
) -> None:
    row = await ready(desk, clock)
    away.away(desk.ctx, "dana", span)
    tick(desk)
    assert newest(desk).status == "discarded", "a draft for no hour is withdrawn"
    away.back(desk.ctx, "dana", span)
    tick(desk)
    assert (newest(desk).status, newest(desk).period) == ("in review", row.period)
    away.away(desk.ctx, "dana", span)
    at(clock, 3, 16)
    tick(desk)
    assert newest(desk).status == "discarded"
    tasks.done(desk.ctx, 1)
    at(clock, 9, 16)
    tick(desk)
    assert "Cover renewal: done on Fri 3 Jul." in newest(desk).body
    at(clock, 10, 16)
    tick(desk)
    assert (newest(desk).status, newest(desk).period) == ("approved", "weekly:2026-W28")


async def test_who_goes_on_leave_in_the_send_delay_is_not_written_to(desk: Desk, clock: FixedClock) -> None:
    await ready(desk, clock)
    at(clock, 3, 16)
    tick(desk)
    away.away(desk.ctx, "dana", (date(2026, 7, 3), date(2026, 7, 8)))
    clock.advance(seconds=60)
    transport = FakeTransport()
    await sender(desk.ctx, transport).run()
    assert transport.sent == []
    tick(desk)
    assert newest(desk).status == "discarded"


async def test_on_a_day_off_it_goes_the_working_day_before(desk: Desk, clock: FixedClock) -> None:
    await trusting(desk)
    practices.close(desk.ctx, "oak-street", [date(2026, 7, 3)])
    at(clock, 1, 16)
    tick(desk)
    assert (newest(desk).period, short(desk)) == ("weekly:2026-W27", "goes out by itself Thu 2 Jul at 16:00")
    assert newest(desk).subject.startswith("Oak Street: update for the week to Thu 2 Jul")
    at(clock, 2, 16)
    tick(desk)
    assert newest(desk).status == "approved"


async def test_a_cadence_that_changes_moves_its_draft_or_takes_it_back(desk: Desk, clock: FixedClock) -> None:
    await ready(desk, clock)
    people.edit(desk.ctx, "oak-street", "dana", {"cadence": "weekly:fri@18:00"})
    tick(desk)
    assert short(desk) == "goes out by itself Fri 3 Jul at 18:00"
    people.edit(desk.ctx, "oak-street", "dana", {"cadence": None})
    tick(desk)
    assert newest(desk).status == "discarded"
    at(clock, 3, 18)
    tick(desk)
    assert newest(desk).status == "discarded"
