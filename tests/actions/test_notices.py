"""Warnings and repairs: one draft for each person and told date, while it is true, and never sent by itself."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from followthru.actions import drafting, edit, history, notices, people, practices, promises, tasks, updates
from followthru.actions.context import Context
from followthru.actions.notice_keys import Key
from followthru.actions.promises import NewPromise
from followthru.actions.publishing import only_reader
from followthru.actions.pulling import take_over
from followthru.actions.redraft import redraft
from followthru.actions.tasks import Waiting
from followthru.calendars.merge import Move
from followthru.domain.changes import Actor
from followthru.domain.people import PracticeStatus, RoleName
from followthru.domain.task import Audience, How
from followthru.errors import RefusedError
from followthru.store import practices as read_practices
from followthru.store import updates as read_updates
from followthru.store.store import Store, Writer
from followthru.store.updates import UpdateRow
from followthru.updates import checks, facts
from tests.actions.mailkit import FakeTransport, config, sender
from tests.actions.verbs import FOUNDED, Step, perform, work
from tests.at_length import at_length
from tests.storekit import FixedClock, add_person, add_practice, add_task, capture, memory_ctx, task

TOLD, RISK = date(2026, 7, 15), datetime(2026, 7, 14, 9, tzinfo=UTC)
PASSED = datetime(2026, 7, 16, 9, tzinfo=UTC)
SLUG = "oak-street"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def told(schema: bytes, clock: FixedClock) -> Context:
    """Four days of buffer; task 1 promised for Wednesday 15 July; Dana knows. From the 14th it is at risk."""
    ctx = memory_ctx(schema, clock)
    add_practice(ctx, buffer_policy="fixed:4")
    add_person(ctx)
    add_person(ctx, "Sam Ito")
    add_task(ctx, "Renew licence by 15 Jul to dana @oak-street")
    return ctx


def all_of(ctx: Context) -> list[UpdateRow]:
    return sorted(read_updates.listed(ctx.read, all_=True, limit=-1))


def open_(ctx: Context) -> list[tuple[str, str]]:
    """Prepare, and return kind and reader of what waits for the PM."""
    notices.prepare(ctx)
    return [(row.kind, row.person) for row in all_of(ctx) if row.status in ("drafted", "in review", "held")]


def last(ctx: Context) -> UpdateRow:
    return all_of(ctx)[-1]


def promise(ctx: Context, day: int | None, because: str | None = "the lab is late") -> None:
    promises.promise(ctx, 1, NewPromise(None if day is None else date(2026, 7, day)), because=because)


def test_a_told_date_that_enters_risk_gets_one_heads_up(told: Context, clock: FixedClock) -> None:
    clock.at = datetime(2026, 7, 13, 9, tzinfo=UTC)
    assert open_(told) == []
    clock.at = RISK
    for _ in range(3):
        assert open_(told) == [("warning", "dana")]
    row = last(told)
    assert row.subject == "Oak Street: Renew licence may slip past Wed 15 Jul"
    assert row.body == (
        "Oak Street: Renew licence may slip past Wed 15 Jul\n"
        "==================================================\n\n"
        "Hello Dana Reyes,\n\n"
        "Renew licence: I gave you Wed 15 Jul. It may slip, and I would rather\n"
        "tell you now than on the day.\n\n"
        "If it does, please plan with Mon 20 Jul. I will confirm the date as soon\n"
        "as it is certain.\n\n"
        "Kind regards,\n"
        "Robin, for Oak Street\n"
    )
    assert facts.load(row.facts).said == (), "a date that is proposed is no promise"
    words = [flag.words for flag in checks.load(row.flags)]
    assert words[0] == (
        "“Renew licence” was told for Wed 15 Jul and is at risk. Mon 20 Jul is proposed: 4 working days from today, "
        "as much as its wiggle room; there are too few finished cases like it for a forecast."
    )


def test_the_date_proposed_is_the_forecasts_where_there_is_one(told: Context, clock: FixedClock) -> None:
    """Twelve renewals took ten working days each."""
    for number in range(12):
        id = tasks.add(told, capture(told, f"Old {number} by 30 Jul to dana @{SLUG}")).task_ids[0]
        edit.edit(told, id, {"kind": "renewal"})
    clock.advance(days=14)
    for number in range(12):
        tasks.done(told, number + 2)
    tasks.add(told, capture(told, f"Next by 20 Jul to sam @{SLUG}"))
    edit.edit(told, 14, {"kind": "renewal"})
    clock.at = datetime(2026, 7, 17, 9, tzinfo=UTC)
    notices.prepare(told)
    [row] = [one for one in all_of(told) if one.kind == "warning"]
    assert "please plan with Fri 31 Jul" in row.body
    assert "12 of 12 cases like it took 10 working days or fewer." in row.flags


def test_without_wiggle_room_it_is_in_danger_on_the_day(told: Context, clock: FixedClock) -> None:
    add_task(told, "Send numbers by 10 Jul to sam @oak-street ~0d")
    clock.at = datetime(2026, 7, 9, 23, tzinfo=UTC)
    assert open_(told) == []
    clock.at = datetime(2026, 7, 10, 9, tzinfo=UTC)
    assert open_(told) == [("warning", "sam")]
    assert "Send numbers: I gave you Fri 10 Jul, which is today. It may slip." in last(told).body
    assert "Mon 13 Jul is proposed: the next working day" in last(told).flags


def test_a_proposal_after_the_deadline_says_so(told: Context, clock: FixedClock) -> None:
    edit.edit(told, 1, {"deadline": "17 Jul"})
    clock.at = RISK
    open_(told)
    assert "That is after its deadline Fri 17 Jul." in last(told).flags


def test_everybody_who_holds_the_date_hears_and_nobody_else(told: Context, clock: FixedClock) -> None:
    promises.tell(told, 1, "sam", how=How.CALL)
    people.add(told, SLUG, people.NewPerson("Kim Vale", "kim@oak.example", people.RoleName.STAFF))
    clock.at = RISK
    assert open_(told) == [("warning", "dana"), ("warning", "sam")]


def test_what_nobody_was_told_is_no_news(told: Context, clock: FixedClock) -> None:
    add_task(told, "Untold by 15 Jul @oak-street")
    promises.tell(told, 2, "sam", how=How.CALL)
    history.undo(told)
    tasks.done(told, 1)
    clock.at = RISK
    assert open_(told) == []
    clock.at = PASSED
    assert open_(told) == []


NO_MAIL: dict[str, Callable[[Context], object]] = {
    "call only": lambda ctx: people.edit(ctx, SLUG, "dana", {"channel": "call only"}),
    "no address": lambda ctx: people.edit(ctx, SLUG, "dana", {"email": None}),
    "paused": lambda ctx: practices.set_status(ctx, SLUG, PracticeStatus.PAUSED),
}


@pytest.mark.parametrize("name", NO_MAIL)
def test_where_no_mail_may_go_none_is_drafted(told: Context, clock: FixedClock, name: str) -> None:
    NO_MAIL[name](told)
    clock.at = RISK
    assert open_(told) == []
    clock.at = PASSED
    assert open_(told) == []


WITHDRAWING: dict[str, Callable[[Context], object]] = {
    "done": lambda ctx: tasks.done(ctx, 1),
    "dropped": lambda ctx: tasks.drop(ctx, 1),
    "moved": lambda ctx: promises.promise(ctx, 1, NewPromise(date(2026, 7, 22)), because="the lab is late"),
    "moved by a calendar": lambda ctx: promises.promise(ctx, 1, NewPromise(date(2026, 7, 22)), actor=Actor.CALENDAR),
    "enough of it done": lambda ctx: edit.edit(ctx, 1, {"checklist": "[x] ask; file"}),
    "told another date": lambda ctx: promises.tell(ctx, 1, "dana", date(2026, 7, 22), how=How.CALL),
    "made private": lambda ctx: edit.edit(ctx, 1, {"audience": "me"}),
}


@pytest.mark.parametrize("name", WITHDRAWING)
def test_it_is_withdrawn_in_time_and_comes_back_with_an_undo(told: Context, clock: FixedClock, name: str) -> None:
    clock.at = RISK
    assert open_(told) == [("warning", "dana")]
    id = last(told).id
    WITHDRAWING[name](told)
    assert open_(told) == []
    assert (last(told).id, last(told).status) == (id, "discarded")
    history.undo(told)
    assert open_(told) == [("warning", "dana")]
    assert last(told).id == id, "the same draft, not another one"
    history.redo(told)
    assert open_(told) == []


def test_what_the_pm_discarded_stays_discarded(told: Context, clock: FixedClock) -> None:
    clock.at = RISK
    open_(told)
    updates.discard(told, last(told).id)
    assert open_(told) == []
    tasks.done(told, 1)
    tasks.reopen(told, 1)
    assert open_(told) == []
    clock.at = PASSED
    assert open_(told) == [("repair", "dana")]


def test_the_pms_own_words_are_kept_and_flagged(told: Context, clock: FixedClock) -> None:
    clock.at = RISK
    open_(told)
    row = last(told)
    updates.edit(told, row.id, updates.to_edit(told, row).replace("I would rather", "I much prefer to"))
    tasks.done(told, 1)
    for _ in range(2):
        assert open_(told) == [("warning", "dana")]
    flagged = [flag.words for flag in checks.load(last(told).flags) if flag.name == "no longer true"]
    assert flagged == ["It is no longer needed: the task is done."]
    with pytest.raises(RefusedError, match="no longer true"):
        updates.approve(told, config(), row.id)


def test_a_passed_date_gets_one_repair_and_the_heads_up_goes(told: Context, clock: FixedClock) -> None:
    clock.at = RISK
    open_(told)
    clock.at = datetime(2026, 7, 15, 23, 59, tzinfo=UTC)
    assert open_(told) == [("warning", "dana")], "the day itself has not passed"
    clock.at = PASSED
    for _ in range(2):
        assert open_(told) == [("repair", "dana")]
    row = last(told)
    assert row.subject == "Oak Street: Renew licence was not done by Wed 15 Jul"
    assert "Renew licence: I gave you Wed 15 Jul, and it is not done. I am sorry." in row.body
    assert "What happened: [...]." in row.body
    assert "I expect to have it done by Wed 22 Jul." in row.body
    assert "What I change, so that it does not happen again: [...]." in row.body
    names = [flag.name for flag in checks.load(row.flags)]
    assert names[:2] == ["overdue", "to fill in"]


def test_a_repair_says_the_new_date_and_the_reason_once_there_are_any(told: Context, clock: FixedClock) -> None:
    clock.at = PASSED
    open_(told)
    id = last(told).id
    with pytest.raises(RefusedError, match="no new one is promised"):
        updates.approve(told, config(), id)
    promise(told, 20, "the state office was closed")
    assert open_(told) == [("repair", "dana")]
    drafting.refresh_drafts(told)
    row = last(told)
    assert row.id == id
    assert "What happened: the state office was closed." in row.body
    assert "Renew licence now has a new date: Mon 20 Jul." in row.body
    assert [(said.on, said.words) for said in facts.load(row.facts).said] == [(date(2026, 7, 20), "Renew licence")]
    with pytest.raises(RefusedError, match="still has a blank"):
        updates.approve(told, config(), id)
    assert last(told).status == "in review"


def test_a_repair_that_was_edited_before_the_new_date_says_a_way_on_that_works(
    told: Context, clock: FixedClock
) -> None:
    clock.at = PASSED
    open_(told)
    row = last(told)
    updates.edit(told, row.id, updates.to_edit(told, row).replace("[...]", "the state office was closed"))
    promise(told, 20, "the state office was closed")
    with pytest.raises(RefusedError, match="no longer true") as refused:
        updates.approve(told, config(), row.id)
    assert f"`followthru update redraft {row.id}`" in refused.value.remedy
    redraft(told, row.id)
    assert "no longer needed" not in last(told).flags
    words = " ".join(last(told).body.split())
    assert "What happened: the state office was closed." in words
    assert "Renew licence now has a new date: Mon 20 Jul." in words
    updates.approve(told, config(), row.id)


def test_a_heads_up_that_was_edited_before_its_date_moved_tells_the_new_one(told: Context, clock: FixedClock) -> None:
    clock.at = RISK
    open_(told)
    row = last(told)
    updates.edit(told, row.id, updates.to_edit(told, row).replace("Kind regards", "Call me any time.\n\nKind regards"))
    promise(told, 20, "the state office was closed")
    open_(told)
    assert "no longer needed" in last(told).flags
    redraft(told, row.id)
    for _ in range(2):
        open_(told)
        assert "no longer needed" not in last(told).flags, "it says what is so now"
    words = " ".join(last(told).body.split())
    assert "I gave you Wed 15 Jul. It will not hold" in words
    assert "Renew licence now has a new date: Mon 20 Jul, because the state office was closed." in words
    assert last(told).subject == "Oak Street: a new date for Renew licence"
    assert "Call me any time." in words
    assert [said.on for said in facts.load(last(told).facts).said] == [date(2026, 7, 20)]
    updates.approve(told, config(), row.id)


def test_a_repair_with_a_new_date_in_danger_says_so_to_the_pm(told: Context, clock: FixedClock) -> None:
    clock.at = PASSED
    promise(told, 17, "the state office was closed")
    open_(told)
    assert "The new date of “Renew licence” is at risk itself." in last(told).flags


async def test_a_repair_that_arrives_is_a_telling(told: Context, clock: FixedClock) -> None:
    clock.at = PASSED
    promise(told, 20, "the state office was closed")
    open_(told)
    row = last(told)
    updates.edit(told, row.id, updates.to_edit(told, row).replace("[...]", "I file a week earlier"))
    updates.approve(told, config(0), row.id)
    transport = FakeTransport()
    await sender(told, transport).run()
    assert len(transport.sent) == 1
    newest = told.read.row("SELECT promised_on, how, update_id FROM telling ORDER BY id DESC LIMIT 1")
    assert newest == ("2026-07-20", "mail", row.id)
    assert open_(told) == []


async def test_a_heads_up_that_went_out_is_not_written_again_and_tells_no_date(
    told: Context, clock: FixedClock
) -> None:
    clock.at = RISK
    open_(told)
    updates.approve(told, config(0), last(told).id)
    await sender(told, FakeTransport()).run()
    assert told.read.value("SELECT count(*) FROM telling") == 1
    assert open_(told) == []
    tasks.done(told, 1)
    tasks.reopen(told, 1)
    assert open_(told) == []


def test_who_was_not_told_of_the_move_is_owed_a_repair_once_their_date_has_passed(
    told: Context, clock: FixedClock
) -> None:
    promises.tell(told, 1, "sam", how=How.CALL)
    promise(told, 27)
    promises.tell(told, 1, "sam", how=How.CALL)
    clock.at = RISK
    assert open_(told) == []
    clock.at = PASSED
    assert open_(told) == [("repair", "dana")]
    assert "Renew licence now has a new date: Mon 27 Jul." in last(told).body
    promises.tell(told, 1, "dana", how=How.CALL)
    assert open_(told) == []


@pytest.mark.parametrize("other", list(RoleName))
def test_who_moved_a_date_themselves_is_owed_no_repair_of_the_old_one(
    schema: bytes, clock: FixedClock, other: RoleName
) -> None:
    ctx = memory_ctx(schema, clock)
    add_practice(ctx)
    add_person(ctx)
    add_person(ctx, "Sam Ito", other)
    add_task(ctx, "Renew licence by 15 Jul to dana @oak-street")
    promises.tell(ctx, 1, "sam", how=How.CALL)
    with ctx.acting() as tx:
        mover = only_reader(tx, 1, Audience.OWNERS)
        take_over(ctx, tx, 1, [Move("promised_on", TOLD, date(2026, 7, 20))], actor=Actor.ME, mover=mover)
    assert task(ctx, 1).reason_missing, "Sam knows the date of before, and not why it moved"
    clock.at = PASSED
    told = [("repair", "sam")]
    if other is RoleName.OWNER:
        told.insert(0, ("repair", "dana"))
    assert sorted(open_(ctx)) == told, "with two owners nobody can tell who of them moved it"


def test_an_undo_and_a_redo_of_a_readers_own_move_leave_no_reason_missing(schema: bytes, clock: FixedClock) -> None:
    ctx = memory_ctx(schema, clock)
    add_practice(ctx)
    dana = add_person(ctx)
    add_task(ctx, "Renew licence by 15 Jul to dana @oak-street")
    moved = date(2026, 7, 20)
    with ctx.acting() as tx:
        take_over(ctx, tx, 1, [Move("promised_on", TOLD, moved)], actor=Actor.ME, mover=dana)
    for step, on in ((history.undo, TOLD), (history.redo, moved)):
        step(ctx)
        newest = promises.newest_tellings(ctx.read, 1)[dana.person_id]
        assert (task(ctx, 1).promised_on, newest.promised_on, task(ctx, 1).reason_missing) == (on, on, False)


def test_a_promise_taken_back_says_that_a_date_will_follow(told: Context, clock: FixedClock) -> None:
    promise(told, None, "they changed the form")
    clock.at = PASSED
    assert open_(told) == [("repair", "dana")]
    assert "A new date will follow." in last(told).body


def test_what_would_help_is_asked_of_whom_it_waits_on(told: Context, clock: FixedClock) -> None:
    tasks.wait(told, 1, Waiting("dana", "your signature"))
    clock.at = RISK
    open_(told)
    assert "- Renew licence: your signature. Please tell me when I can have it." in last(told).body


def test_a_digest_is_not_held_up_by_a_heads_up(told: Context, clock: FixedClock) -> None:
    clock.at = RISK
    open_(told)
    row = last(told)
    updates.edit(told, row.id, updates.to_edit(told, row).replace("I would rather", "I much prefer to"))
    found = updates.find(told.read, drafting.draft(told, SLUG, "dana").update_id)
    assert (found.kind, found.id) == ("digest", row.id + 1)


def test_undo_passes_over_drafts(told: Context, clock: FixedClock) -> None:
    clock.at = RISK
    tasks.start(told, 1)
    open_(told)
    assert history.undo(told).words == "Undone: Started 1: Renew licence"
    assert open_(told) == [("warning", "dana")]


def test_two_processes_make_one_draft(database_told: tuple[Context, Context]) -> None:
    """Both have looked before either writes: the second leaves the first one's draft alone."""
    one, other = database_told
    written: list[int] = []

    class Slower(Context):
        @contextmanager
        def acting(self) -> Generator[Writer]:
            if not written:
                notices.prepare(one)
                written.append(len(all_of(one)))
            with super().acting() as tx:
                yield tx

    notices.prepare(Slower(other.store, zone="UTC", my_name="Robin"))
    assert written == [1]
    assert [row.kind for row in all_of(one)] == ["warning"]
    assert one.read.value("SELECT count(*) FROM action WHERE verb = 'update draft'") == 1
    other.store.close()


@pytest.fixture
def database_told(store: Store, ctx: Context, clock: FixedClock) -> tuple[Context, Context]:
    """Two connections to one store in a file, on the day on which task 1 is at risk."""
    add_practice(ctx, buffer_policy="fixed:4")
    add_person(ctx)
    add_task(ctx, "Renew licence by 15 Jul to dana @oak-street")
    clock.at = RISK
    return ctx, Context(Store.open(store.database, clock), zone="UTC", my_name="Robin")


def owed(ctx: Context) -> set[tuple[str, int, int, str]]:
    """Who is owed which word, read off the tables: kind, person, task and the date that they were told last."""
    found: set[tuple[str, int, int, str]] = set()
    sql = (
        "SELECT g.task_id, g.person_id, g.promised_on FROM telling g WHERE g.retracted = 0 AND g.id = (SELECT max(id) "
        "FROM telling n WHERE n.task_id = g.task_id AND n.person_id = g.person_id AND n.retracted = 0)"
    )
    members = {(one.person_id, one.practice_id): one for one in read_practices.everybody(ctx.read)}
    every = {one.id: one for one in read_practices.all_practices(ctx.read)}
    for task_id, person_id, on in ctx.read.rows(sql):
        row = task(ctx, task_id)
        practice, member = every.get(row.practice_id or 0), members.get((person_id, row.practice_id or 0))
        if practice is None or member is None or practice.status != PracticeStatus.ACTIVE:
            continue
        if member.channel != "mail" or not member.email or row.audience == "me":
            continue
        if row.closed or row.status == "inbox":
            continue
        today, told_on = ctx.today(practice), date.fromisoformat(on)
        if told_on < today:
            found.add(("repair", person_id, task_id, on))
        elif told_on == row.promised_on and row.at_risk_from is not None and row.at_risk_from <= today:
            found.add(("warning", person_id, task_id, on))
    return found


def drafted_now(ctx: Context) -> set[tuple[str, int, int, str]]:
    """Return what waits for the PM, in the same words."""
    found: set[tuple[str, int, int, str]] = set()
    for row in all_of(ctx):
        if row.kind in ("warning", "repair") and row.status == "in review":
            key = Key.read(row.period or "")
            task_id = ctx.read.value("SELECT id FROM task WHERE uid = ?", key.uid)
            found.add((row.kind, row.person_id, task_id, key.told_on.isoformat()))
    return found


@at_length()
@given(work())
def test_any_work_leaves_one_draft_for_each_person_and_date(schema: bytes, steps: list[Step]) -> None:
    clock = FixedClock()
    ctx = memory_ctx(schema, clock)
    for place, step in enumerate(steps):
        perform(ctx, step)
        if place == len(FOUNDED) - 1:
            for day in range(2, 12, 3):
                add_task(ctx, f"Told {day} by {day} Jul to dana @{SLUG} ~{day % 4}d")
        clock.advance(days=step.a % 3)
        notices.prepare(ctx)
        before = all_of(ctx)
        notices.prepare(ctx)
        assert all_of(ctx) == before
        drafting.refresh_drafts(ctx)
        assert drafted_now(ctx) == owed(ctx)
    rows = [row for row in all_of(ctx) if row.kind in ("warning", "repair")]
    assert len({(row.person_id, row.practice_id, row.period) for row in rows}) == len(rows)
    for row in rows:
        assert row.status in ("in review", "discarded"), "nothing goes by itself"
        key = Key.read(row.period or "")
        assert ctx.read.value(
            "SELECT 1 FROM telling g JOIN task t ON t.id = g.task_id WHERE t.uid = ? AND g.promised_on = ? "
            "AND g.person_id = ?",
            key.uid,
            key.told_on.isoformat(),
            row.person_id,
        ) or not ctx.read.value("SELECT 1 FROM task WHERE uid = ?", key.uid)
        assert "private" not in row.body
