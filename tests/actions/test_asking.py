"""Questions, assignments and reminders: drafted while they are wanted, once, and never after an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import given

from followthru.actions import asking, away, drafting, edit, history, notices, people, practices, tasks, updates
from followthru.actions.context import Context
from followthru.actions.notice_keys import Key
from followthru.actions.tasks import Waiting
from followthru.domain.people import PracticeStatus, RoleName
from followthru.errors import RefusedError
from followthru.store import incoming
from followthru.store import updates as read_updates
from followthru.store.incoming import Arrived
from followthru.store.updates import UpdateRow
from followthru.updates import checks, facts
from followthru.updates.outbox import State, UpdateKind
from tests.actions.mailkit import FakeTransport, answer, config, sender
from tests.actions.verbs import BY_ANYBODY, FOUNDED, Step, perform, work
from tests.at_length import at_length
from tests.storekit import FixedClock, add_person, add_practice, add_task, memory_ctx

SLUG = "oak-street"
BY = date(2026, 7, 10)
FOLLOW_UP = date(2026, 7, 6)
MONDAY = datetime(2026, 7, 6, 9, tzinfo=UTC)
ASKING = ("question", "assignment", "nudge")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def asked(schema: bytes, clock: FixedClock) -> Context:
    """Task 1, promised for Wednesday 15 July, waits on Dana since Wednesday 1 July; Sam is there too."""
    ctx = memory_ctx(schema, clock)
    add_practice(ctx)
    add_person(ctx)
    add_person(ctx, "Sam Ito", RoleName.STAFF)
    add_task(ctx, "Renew licence by 15 Jul @oak-street")
    wait(ctx)
    return ctx


def wait(ctx: Context, task_id: int = 1, on: str = "dana", what: str = "your signature") -> None:
    tasks.wait(ctx, task_id, Waiting(on, what, BY, FOLLOW_UP))


def all_of(ctx: Context) -> list[UpdateRow]:
    return sorted(one for one in read_updates.listed(ctx.read, all_=True, limit=-1) if one.kind in ASKING)


def open_(ctx: Context) -> list[tuple[str, str]]:
    """Prepare, and return kind and reader of what waits for the PM."""
    notices.prepare(ctx)
    return [(row.kind, row.person) for row in all_of(ctx) if row.status in ("drafted", "in review", "held")]


def last(ctx: Context) -> UpdateRow:
    return all_of(ctx)[-1]


async def send(ctx: Context, update_id: int | None = None) -> EmailMessage:
    """Approve an update, the newest unless told otherwise, and return it as its reader gets it."""
    transport = FakeTransport()
    updates.approve(ctx, config(0), update_id or last(ctx).id)
    await sender(ctx, transport).run()
    [(payload, _, _)] = transport.sent
    return BytesParser(policy=policy.default).parsebytes(payload)


def test_who_is_waited_on_gets_a_question_at_once(asked: Context) -> None:
    for _ in range(3):
        assert open_(asked) == [("question", "dana")]
    row = last(asked)
    assert row.subject == "Oak Street: a question about Renew licence, by Fri 10 Jul"
    assert row.body == (
        "Oak Street: a question about Renew licence, by Fri 10 Jul\n"
        "=========================================================\n\n"
        "Hello Dana Reyes,\n\n"
        "What I need from you\n"
        "--------------------\n\n"
        "- Renew licence: your signature, by Fri 10 Jul. The date Wed 15 Jul\n"
        "  depends on it.\n\n"
        "A short reply to this mail is enough.\n\n"
        "Kind regards,\n"
        "Robin, for Oak Street\n"
    )
    assert facts.load(row.facts).said == (), "a question is no telling"
    assert [flag.name for flag in checks.load(row.flags)] == ["first mail", "no public title"]


async def test_a_question_that_was_sent_is_no_news_in_the_next_update_and_is_listed_still(asked: Context) -> None:
    open_(asked)
    await send(asked)
    assert open_(asked) == []
    assert asked.read.value("SELECT count(*) FROM telling") == 0
    tasks.drop(asked, 1)
    history.undo(asked)
    edit.edit(asked, 1, {"promised": None})
    row = updates.find(asked.read, drafting.draft(asked, SLUG, "dana").update_id)
    assert "- Renew licence: your signature, by Fri 10 Jul." in row.body
    assert "There is nothing to report yet." in row.body, "it is no news by itself"


def test_a_question_that_was_not_sent_is_news_in_the_update(asked: Context) -> None:
    open_(asked)
    edit.edit(asked, 1, {"promised": None})
    row = updates.find(asked.read, drafting.draft(asked, SLUG, "dana").update_id)
    assert "Here is where things stand" in row.body


async def test_what_an_update_has_asked_needs_no_question(asked: Context, clock: FixedClock) -> None:
    open_(asked)
    clock.advance(hours=1)
    await send(asked, drafting.draft(asked, SLUG, "dana").update_id)
    assert open_(asked) == []
    assert last(asked).status == "discarded"
    clock.at = MONDAY
    assert open_(asked) == [("nudge", "dana")]
    digest = read_updates.confirmed(asked.read, last(asked).person_id, 1)
    assert digest is not None
    assert (await send(asked))["In-Reply-To"] == digest.message_id


ANSWERED: dict[str, Callable[[Context], object]] = {
    "answered": lambda ctx: tasks.answered(ctx, 1, "signed"),
    "begun": lambda ctx: tasks.start(ctx, 1),
    "done": lambda ctx: tasks.done(ctx, 1),
    "dropped": lambda ctx: tasks.drop(ctx, 1),
    "asked of somebody else": lambda ctx: wait(ctx, on="sam"),
    "made private": lambda ctx: edit.edit(ctx, 1, {"audience": "me"}),
    "call only": lambda ctx: people.edit(ctx, SLUG, "dana", {"channel": "call only"}),
    "paused": lambda ctx: practices.set_status(ctx, SLUG, PracticeStatus.PAUSED),
}


@pytest.mark.parametrize("name", ANSWERED)
def test_a_question_is_withdrawn_and_comes_back_with_an_undo(asked: Context, name: str) -> None:
    assert open_(asked) == [("question", "dana")]
    id = last(asked).id
    ANSWERED[name](asked)
    assert ("question", "dana") not in open_(asked)
    assert updates.find(asked.read, id).status == "discarded"
    history.undo(asked)
    assert open_(asked) == [("question", "dana")]
    row = updates.find(asked.read, id)
    assert row.status == "in review", "the same draft, not another one"


def test_undo_of_wait_withdraws_the_draft_and_redo_brings_it_back(asked: Context) -> None:
    open_(asked)
    id = last(asked).id
    history.undo(asked)
    assert open_(asked) == []
    history.redo(asked)
    assert open_(asked) == [("question", "dana")]
    assert last(asked).id == id


def test_what_the_pm_discarded_stays_discarded_until_something_else_is_asked(asked: Context) -> None:
    open_(asked)
    updates.discard(asked, last(asked).id)
    tasks.answered(asked, 1, "no")
    history.undo(asked)
    assert open_(asked) == []
    edit.edit(asked, 1, {"waiting_for": "the signed form"})
    assert open_(asked) == [("question", "dana")]
    assert "Renew licence: the signed form" in last(asked).body


def test_the_same_asked_again_after_an_answer_is_another_question(asked: Context) -> None:
    open_(asked)
    updates.discard(asked, last(asked).id)
    tasks.answered(asked, 1, "wrong page")
    wait(asked)
    assert open_(asked) == [("question", "dana")]


async def test_an_answer_after_approval_holds_the_question_back(asked: Context) -> None:
    open_(asked)
    updates.approve(asked, config(0), last(asked).id)
    tasks.answered(asked, 1, "signed")
    transport = FakeTransport()
    await sender(asked, transport).run()
    assert not transport.sent
    assert open_(asked) == []


async def test_another_day_after_approval_holds_the_question_back(asked: Context) -> None:
    open_(asked)
    id = last(asked).id
    updates.approve(asked, config(0), id)
    edit.edit(asked, 1, {"waiting_by": "13 Jul"})
    transport = FakeTransport()
    await sender(asked, transport).run()
    assert not transport.sent
    assert open_(asked) == [("question", "dana")]
    assert last(asked).id > id


def test_an_old_store_has_no_backlog(asked: Context, clock: FixedClock) -> None:
    clock.advance(days=8)
    edit.edit(asked, 1, {"follow_up": "30 Jul"})
    assert open_(asked) == []


async def test_a_reminder_is_drafted_at_the_follow_up_in_the_thread_of_the_question(
    asked: Context, clock: FixedClock
) -> None:
    open_(asked)
    question = await send(asked)
    clock.at = MONDAY - timedelta(days=1)
    assert open_(asked) == []
    clock.at = MONDAY
    for _ in range(2):
        assert open_(asked) == [("nudge", "dana")]
    row = last(asked)
    assert row.subject == "Re: Oak Street: a question about Renew licence, by Fri 10 Jul"
    words = " ".join(row.body.split())
    assert "This is a short reminder, in case my mail was lost among others." in words
    assert (
        "- Renew licence: your signature, by Fri 10 Jul. The date Wed 15 Jul depends on it. I asked on Wed 1 Jul."
    ) in words
    nudge = await send(asked)
    assert nudge["In-Reply-To"] == question["Message-ID"] == nudge["References"]
    assert nudge["Message-ID"] != question["Message-ID"]
    assert question["In-Reply-To"] is None
    assert open_(asked) == []


async def test_a_day_that_has_passed_is_held_against_nobody(asked: Context, clock: FixedClock) -> None:
    open_(asked)
    await send(asked)
    clock.at = datetime(2026, 7, 13, 9, tzinfo=UTC)
    assert open_(asked) == [("nudge", "dana")]
    body = last(asked).body.split("\n\n", 1)[1]
    assert "10 Jul" not in body
    assert "Renew licence: your signature. Please tell me when I can have it. The date Wed 15 Jul" in " ".join(
        body.split()
    )


def test_no_reminder_overtakes_the_question(asked: Context, clock: FixedClock) -> None:
    open_(asked)
    clock.at = MONDAY
    assert open_(asked) == [("question", "dana")]
    updates.approve(asked, config(), last(asked).id)
    assert open_(asked) == []
    updates.recall(asked, last(asked).id)
    updates.discard(asked, last(asked).id)
    assert open_(asked) == [("nudge", "dana")], "asked otherwise, and to be reminded all the same"
    assert not last(asked).subject.startswith("Re:")
    assert last(asked).follows_id is None


WAITS: dict[str, Callable[[Context], object]] = {
    **ANSWERED,
    "put off": lambda ctx: edit.edit(ctx, 1, {"follow_up": "7 Jul"}),
    "no follow-up": lambda ctx: edit.edit(ctx, 1, {"follow_up": None}),
    "closed that day": lambda ctx: practices.close(ctx, SLUG, [FOLLOW_UP]),
    "away": lambda ctx: away.away(ctx, "dana", (FOLLOW_UP, FOLLOW_UP)),
}


@pytest.mark.parametrize("name", WAITS)
async def test_a_reminder_is_withdrawn_and_comes_back_with_an_undo(
    asked: Context, clock: FixedClock, name: str
) -> None:
    open_(asked)
    await send(asked)
    clock.at = MONDAY
    assert open_(asked) == [("nudge", "dana")]
    id = last(asked).id
    WAITS[name](asked)
    assert ("nudge", "dana") not in open_(asked)
    history.undo(asked)
    assert open_(asked) == [("nudge", "dana")]
    assert updates.find(asked.read, id).status == "in review", "the same draft, not another one"


async def test_an_update_that_leaves_before_the_question_holds_it_back(asked: Context) -> None:
    open_(asked)
    question = last(asked)
    transport = FakeTransport()
    for id in (drafting.draft(asked, SLUG, "dana").update_id, question.id):
        updates.approve(asked, config(0), id)
    with asked.store.writing() as tx:
        tx.run("UPDATE \"update\" SET send_after = '2026-07-01T11:59:59Z' WHERE kind = 'digest'")
    await sender(asked, transport).run()
    assert len(transport.sent) == 1, "nobody is asked for the same twice in one minute"
    assert "Another update has asked them for it by now." in updates.find(asked.read, question.id).flags


async def test_a_question_in_doubt_that_another_update_has_asked_is_not_sent_again(asked: Context) -> None:
    open_(asked)
    question = last(asked)
    updates.approve(asked, config(0), question.id)
    await sender(asked, FakeTransport(answer(State.UNCERTAIN))).run()
    updates.approve(asked, config(0), drafting.draft(asked, SLUG, "dana").update_id)
    await sender(asked, FakeTransport()).run()
    with pytest.raises(RefusedError, match="Another update has asked them for it by now"):
        updates.settle(asked, question.id, arrived=False)
    updates.discard(asked, question.id)


async def test_a_question_that_was_returned_is_news_in_the_next_update(asked: Context) -> None:
    open_(asked)
    await send(asked)
    row = last(asked)
    tasks.drop(asked, 1)
    history.undo(asked)
    edit.edit(asked, 1, {"promised": None})
    assert "There is nothing to report yet." in _drafted(asked).body
    report = Arrived(
        "oak",
        "<r@x.example>",
        "bounce",
        row.id,
        1,
        row.person_id,
        (row.id,),
        "MAILER-DAEMON@x.example",
        "Returned",
        "2026-07-05T08:00:00Z",
        row.email,
        "5.1.1",
    )
    with asked.store.writing() as tx:
        incoming.keep(tx, report)
    assert "Here is where things stand" in _drafted(asked).body, "they never got the question"


def _drafted(ctx: Context) -> UpdateRow:
    return updates.find(ctx.read, drafting.draft(ctx, SLUG, "dana").update_id)


async def test_who_has_written_back_is_not_reminded(asked: Context, clock: FixedClock) -> None:
    open_(asked)
    await send(asked)
    row = last(asked)
    clock.at = MONDAY
    assert open_(asked) == [("nudge", "dana")]
    reply = Arrived(
        "oak",
        "<r@x.example>",
        "reply",
        row.id,
        1,
        row.person_id,
        (row.id,),
        "d@x.example",
        "Re: a question",
        "2026-07-05T08:00:00Z",
    )
    with asked.store.writing() as tx:
        incoming.keep(tx, reply._replace(message_id="<s@x.example>", person_id=None))
    assert open_(asked) == [("nudge", "dana")], "somebody else wrote"
    nudge = last(asked)
    updates.approve(asked, config(0), nudge.id)
    with asked.store.writing() as tx:
        incoming.keep(tx, reply)
    transport = FakeTransport()
    await sender(asked, transport).run()
    assert not transport.sent, "not after approval either"
    assert open_(asked) == []
    clock.advance(hours=1)
    edit.edit(asked, 1, {"follow_up": "7 Jul"})
    clock.advance(days=1)
    assert open_(asked) == [], "the reply was not read yet"
    [row] = [one for one in incoming.listed(asked.read) if one.from_reader]
    with asked.store.writing() as tx:
        incoming.see(tx, row.id, seen=True)
    assert open_(asked) == []
    clock.advance(hours=1)
    edit.edit(asked, 1, {"follow_up": "8 Jul"})
    clock.advance(days=1)
    assert open_(asked) == [("nudge", "dana")], "read, and to be asked again from then on"


async def test_a_reminder_that_was_put_off_after_approval_is_held_back(asked: Context, clock: FixedClock) -> None:
    for day in ("20 Jul", None):
        wait(asked, what=f"form {day}")
        open_(asked)
        await send(asked)
        clock.at = MONDAY
        open_(asked)
        updates.approve(asked, config(0), last(asked).id)
        edit.edit(asked, 1, {"follow_up": day})
        transport = FakeTransport()
        await sender(asked, transport).run()
        assert not transport.sent
        assert open_(asked) == []
        tasks.answered(asked, 1, "there")
        clock.at = MONDAY - timedelta(days=5)


def test_no_reminder_on_a_weekend(asked: Context, clock: FixedClock) -> None:
    open_(asked)
    updates.discard(asked, last(asked).id)
    edit.edit(asked, 1, {"follow_up": "4 Jul"})
    clock.at = datetime(2026, 7, 4, 9, tzinfo=UTC)
    assert open_(asked) == []
    clock.at = MONDAY
    assert open_(asked) == [("nudge", "dana")]


async def test_two_reminders_three_working_days_apart_and_then_a_call(asked: Context, clock: FixedClock) -> None:
    open_(asked)
    await send(asked)
    for day in (6, 9):
        clock.at = datetime(2026, 7, day, 9, tzinfo=UTC)
        assert open_(asked) == [("nudge", "dana")]
        await send(asked)
        assert asking.calls(asked) == []
        clock.advance(days=1)
        assert open_(asked) == []
    clock.at = datetime(2026, 7, 14, 9, tzinfo=UTC)
    assert open_(asked) == []
    [call] = asking.calls(asked)
    assert (call.task.id, call.why, call.since, call.reminders) == (1, "reminded", date(2026, 7, 1), 2)
    edit.edit(asked, 1, {"follow_up": "20 Jul"})
    assert asking.calls(asked) == []


async def test_all_that_is_due_to_one_reader_is_one_reminder(asked: Context, clock: FixedClock) -> None:
    add_task(asked, "Payroll @oak-street")
    wait(asked, 2, what="the hours")
    open_(asked)
    ids = [(await send(asked, row.id))["Message-ID"] for row in all_of(asked)]
    clock.at = MONDAY
    assert open_(asked) == [("nudge", "dana")]
    words = " ".join(last(asked).body.split())
    assert "your signature" in words
    assert "the hours" in words
    nudge = await send(asked)
    assert nudge["In-Reply-To"] == ids[-1]
    assert open_(asked) == []


async def test_nobody_is_reminded_twice_a_day_at_two_practices(asked: Context, clock: FixedClock) -> None:
    add_practice(asked, "harbor-view")
    people.add(asked, "harbor-view", people.NewPerson("Dana Reyes", "dana.reyes@oak-street.example", RoleName.OWNER))
    add_task(asked, "Lease @harbor-view")
    wait(asked, 2, what="the lease")
    open_(asked)
    for row in all_of(asked):
        updates.discard(asked, row.id)
    clock.at = MONDAY
    assert open_(asked) == [("nudge", "dana")]
    assert last(asked).practice == SLUG
    assert "lease" not in last(asked).body
    updates.approve(asked, config(0), last(asked).id)
    assert open_(asked) == []
    await sender(asked, FakeTransport()).run()
    assert open_(asked) == []
    clock.advance(days=1)
    assert open_(asked) == [("nudge", "dana")]
    assert last(asked).practice == "harbor-view"


def test_a_reminder_that_the_pm_discarded_stays_discarded_until_the_next_follow_up(
    asked: Context, clock: FixedClock
) -> None:
    open_(asked)
    updates.discard(asked, last(asked).id)
    clock.at = MONDAY
    open_(asked)
    updates.discard(asked, last(asked).id)
    assert open_(asked) == []
    clock.advance(days=1)
    assert open_(asked) == []
    edit.edit(asked, 1, {"follow_up": "8 Jul"})
    assert open_(asked) == []
    clock.advance(days=1)
    assert open_(asked) == [("nudge", "dana")]


def test_who_gets_no_mail_is_called(asked: Context, clock: FixedClock) -> None:
    people.edit(asked, SLUG, "dana", {"channel": "call only"})
    assert open_(asked) == []
    [call] = asking.calls(asked)
    assert (call.task.id, call.why) == (1, "no mail")
    edit.edit(asked, 1, {"follow_up": "8 Jul"})
    assert asking.calls(asked) == [], "called: asked again on the 8th"
    clock.at = datetime(2026, 7, 8, 9, tzinfo=UTC)
    assert len(asking.calls(asked)) == 1
    tasks.answered(asked, 1, "signed")
    assert asking.calls(asked) == []


def test_an_assignment_says_what_for_whom_and_by_when(asked: Context) -> None:
    tasks.answered(asked, 1, "signed")
    edit.edit(asked, 1, {"assignee": "sam", "target": "13 Jul"})
    assert open_(asked) == [("assignment", "sam")]
    row = last(asked)
    assert row.subject == "Oak Street: Renew licence, for you to take on"
    words = " ".join(row.body.split())
    assert "Renew licence: I would like you to take this on, for Oak Street." in words
    assert "Please have it ready by Wed 15 Jul." in words, "the target is nobody's but the PM's"
    assert "Once it is done, a short reply to this mail is enough." in words
    assert facts.load(row.facts).said == ()


def test_capture_assigns_too(asked: Context) -> None:
    add_task(asked, "Payroll @oak-street +sam")
    assert ("assignment", "sam") in open_(asked)
    assert "The day is yours to name." in last(asked).body


def test_reassignment_withdraws_the_note(asked: Context) -> None:
    add_task(asked, "Payroll @oak-street +sam")
    open_(asked)
    edit.edit(asked, 2, {"assignee": "dana"})
    assert open_(asked) == [("question", "dana"), ("assignment", "dana")]
    history.undo(asked)
    assert sorted(open_(asked)) == [("assignment", "sam"), ("question", "dana")]


async def test_reassignment_after_approval_holds_the_note_back(asked: Context) -> None:
    add_task(asked, "Payroll by 15 Jul @oak-street +sam")
    open_(asked)
    [row] = [one for one in all_of(asked) if one.kind == "assignment"]
    updates.approve(asked, config(0), row.id)
    edit.edit(asked, 2, {"assignee": "dana", "audience": "team"})
    transport = FakeTransport()
    await sender(asked, transport).run()
    assert not transport.sent


async def test_an_assignment_is_followed_up(asked: Context, clock: FixedClock) -> None:
    add_task(asked, "Payroll by 15 Jul @oak-street +sam")
    edit.edit(asked, 2, {"follow_up": "6 Jul"})
    open_(asked)
    [row] = [one for one in all_of(asked) if one.kind == "assignment"]
    note = await send(asked, row.id)
    clock.at = MONDAY
    assert ("nudge", "sam") in open_(asked)
    row = last(asked)
    assert row.subject == "Re: Oak Street: Payroll, for you to take on"
    assert "Payroll: I asked on Wed 1 Jul whether you could take this on, by Wed 15 Jul." in " ".join(row.body.split())
    assert (await send(asked, row.id))["In-Reply-To"] == note["Message-ID"]
    assert asked.read.value("SELECT count(*) FROM telling") == 0


async def test_a_question_to_be_filled_in_is_not_approved(asked: Context) -> None:
    open_(asked)
    row = last(asked)
    updates.edit(asked, row.id, updates.to_edit(asked, row).replace("A short reply", "[...] A short reply"))
    with pytest.raises(RefusedError, match="still has a blank"):
        updates.approve(asked, config(), row.id)


def test_a_renamed_task_does_not_answer_under_its_old_name(asked: Context, clock: FixedClock) -> None:
    edit.edit(asked, 1, {"public_title": "State form"})
    assert open_(asked) == [("question", "dana")]
    assert "State form" in last(asked).subject


@at_length()
@given(work())
def test_nobody_is_reminded_who_is_asked_no_more(schema: bytes, steps: list[Step]) -> None:
    """After any work: the second look changes nothing, and whoever has a draft is asked for just that now."""
    clock = FixedClock()
    ctx = memory_ctx(schema, clock)
    for place, step in enumerate(steps):
        perform(ctx, step)
        if place == len(FOUNDED) - 1:
            add_task(ctx, "Form @oak-street wait dana")
            edit.edit(ctx, 1, {"follow_up": "2 Jul"})
        clock.advance(days=step.a % 3)
        notices.prepare(ctx)
        before = all_of(ctx)
        notices.prepare(ctx)
        assert all_of(ctx) == before
        for row in before:
            assert row.status in ("in review", "discarded"), "nothing goes by itself"
            if row.status == "in review":
                check_is_asked(ctx, row)
        if place % 3 == 2:
            for row in before:
                if row.status == "in review" and row.kind == "question":
                    updates.discard(ctx, row.id)
    keys = [(row.person_id, row.practice_id, row.period) for row in all_of(ctx)]
    assert len(set(keys)) == len(keys)


ABOUT_ASKING = {
    name: BY_ANYBODY[name] for name in ("wait", "answered", "edit", "move", "undo", "redo", "add", "edit practice")
}


@at_length()
@given(work(ABOUT_ASKING))
def test_no_mail_reaches_who_is_asked_no_more(schema: bytes, steps: list[Step]) -> None:
    """Whatever happens between approval and leaving: what leaves asks somebody for what they are asked for then."""
    clock = FixedClock()
    ctx = memory_ctx(schema, clock)
    for place, step in enumerate(steps):
        perform(ctx, step)
        if place == len(FOUNDED) - 1:
            for id, line in enumerate(("Form wait dana", "Lease wait sam", "Payroll +dana", "Chairs +sam"), 1):
                add_task(ctx, f"{line} @oak-street")
                edit.edit(ctx, id, {"follow_up": "2 Jul"})
        if place < len(FOUNDED) or place % 2:
            continue
        # What was approved before this step leaves after it, if it may.
        gone = {row.id for row in all_of(ctx) if row.phase == "accepted"}
        asyncio.run(sender(ctx, FakeTransport()).run())
        for row in all_of(ctx):
            if row.phase == "accepted" and row.id not in gone:
                check_is_asked(ctx, row)
        clock.advance(days=1 + step.a % 3)
        notices.prepare(ctx)
        for row in all_of(ctx):
            if row.status == "in review":
                with suppress(RefusedError):
                    updates.approve(ctx, config(0), row.id)
    sent_on = [
        (person, at[:10])
        for person, at in ctx.read.rows(
            'SELECT u.person_id, a.at FROM "update" u JOIN delivery_attempt a ON a.update_id = u.id '
            "WHERE u.kind = 'nudge' AND a.phase = 'accepted'"
        )
    ]
    assert len(set(sent_on)) == len(sent_on), "never two reminders a day to one person"


def check_is_asked(ctx: Context, row: UpdateRow) -> None:
    """See on the tables that a reader is asked for all that their draft asks, on their practice's day."""
    key = Key.read(row.period or "")
    today = ctx.today_for(ctx.read, row.practice_id).isoformat()
    for uid in facts.load(row.facts).known:
        found = ctx.read.row(
            "SELECT status, waiting_on_id, assignee_id, follow_up_on, practice_id, audience FROM task WHERE uid = ?",
            uid,
        )
        assert found is not None
        status, waiting_on, assignee, follow_up, practice, audience = found
        assert (practice, audience == "me") == (row.practice_id, False)
        waits = status == "waiting" and waiting_on == row.person_id
        theirs = status in ("open", "started") and assignee == row.person_id
        assert {UpdateKind.QUESTION: waits, UpdateKind.ASSIGNMENT: theirs}.get(key.kind, waits or theirs)
        assert key.kind != UpdateKind.NUDGE or (follow_up is not None and follow_up <= today)
    nudges = [one for one in all_of(ctx) if one.kind == "nudge" and one.status == "in review"]
    assert len({one.person_id for one in nudges}) == len(nudges)
