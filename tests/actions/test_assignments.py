"""What one step gives one person is one mail: it lists all, says nothing twice, and follows what becomes of each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from followthru.actions import asking, edit, history, notices, pasted, people, redraft, tasks, updates
from followthru.actions.context import Context
from followthru.actions.notice_keys import Key, Wanted
from followthru.actions.tasks import Waiting
from followthru.domain.people import RoleName
from followthru.errors import FollowthruError, RefusedError
from followthru.store import asking as read_asking
from followthru.store import updates as read_updates
from followthru.store.updates import UpdateRow
from followthru.updates import checks, facts
from followthru.updates.outbox import State, UpdateKind
from tests.actions.mailkit import FakeTransport, answer, config, sender
from tests.actions.test_asking import send
from tests.at_length import at_length
from tests.storekit import FixedClock, add_person, add_practice, add_task, capture, memory_ctx

LINES = ("Payroll by 10 Jul", "Chairs", "Lease by 6 Jul")
FOUR = (1, 2, 3, 4)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def ctx(schema: bytes, clock: FixedClock) -> Context:
    """Three tasks that are nobody's yet, on Wednesday 1 July."""
    found = memory_ctx(schema, clock)
    add_practice(found)
    add_person(found)
    add_person(found, "Sam Ito", RoleName.STAFF)
    for line in LINES:
        add_task(found, f"{line} @oak-street")
    return found


def give(ctx: Context, *task_ids: int, to: str = "sam") -> None:
    edit.edit_all(ctx, task_ids, {"assignee": to})


def all_of(ctx: Context) -> list[UpdateRow]:
    notices.prepare(ctx)
    return sorted(one for one in read_updates.listed(ctx.read, all_=True, limit=-1) if one.kind == "assignment")


def open_(ctx: Context) -> list[tuple[int, str, list[int]]]:
    """Prepare, and return number, reader and tasks of what waits for the PM."""
    return [(row.id, row.person, about(row)) for row in all_of(ctx) if row.status in ("in review", "held")]


def about(row: UpdateRow) -> list[int]:
    return sorted(known.id for known in facts.load(row.facts).known.values())


def test_all_that_a_step_gives_somebody_is_one_mail(ctx: Context) -> None:
    give(ctx, 1, 2, 3)
    for _ in range(3):
        assert open_(ctx) == [(1, "sam", [1, 2, 3])]
    [row] = all_of(ctx)
    assert row.subject == "Oak Street: 3 tasks for you to take on"
    assert row.body == (
        "Oak Street: 3 tasks for you to take on\n"
        "======================================\n\n"
        "Hello Sam Ito,\n\n"
        "I would like you to take these on, for Oak Street.\n\n"
        "- Lease, by Mon 6 Jul\n"
        "- Payroll, by Fri 10 Jul\n"
        "- Chairs\n\n"
        "Where I name no day, it is yours to name.\n\n"
        "A short reply to this mail as each is done is enough. Tell me if\n"
        "something is in the way.\n\n"
        "Kind regards,\n"
        "Robin, for Oak Street\n"
    )
    assert facts.load(row.facts).said == (), "it is no telling"
    assert [flag.words for flag in checks.load(row.flags)] == [
        "No regular update to them here was approved yet.",
        "3 titles are your own: no public title was ever given. They are “Payroll” (task 1), “Chairs” (task 2), "
        "“Lease” (task 3).",
    ]


def test_lines_that_are_pasted_together_are_one_mail_for_each_person(ctx: Context) -> None:
    lines = ("Rota +sam", "Keys +dana", "Desk +sam", "Own *private +sam")
    done = pasted.add_all(ctx, [capture(ctx, f"{line} @oak-street") for line in lines])
    assert done.words == "Added 4 tasks: Rota and 3 more"
    assert sorted((who, ids) for _, who, ids in open_(ctx)) == [("dana", [5]), ("sam", [4, 6])]


def test_another_step_is_another_mail(ctx: Context) -> None:
    give(ctx, 1, 3)
    give(ctx, 2)
    assert [ids for _, _, ids in open_(ctx)] == [[1, 3], [2]]


def test_the_draft_stays_the_one_whatever_becomes_of_its_tasks(ctx: Context) -> None:
    give(ctx, 1, 2, 3)
    assert open_(ctx) == [(1, "sam", [1, 2, 3])]
    tasks.done(ctx, 1)
    assert open_(ctx) == [(1, "sam", [2, 3])]
    edit.edit(ctx, 3, {"assignee": "dana"})
    assert open_(ctx) == [(1, "sam", [2]), (2, "dana", [3])]
    assert all_of(ctx)[0].subject == "Oak Street: Chairs, for you to take on"
    tasks.drop(ctx, 2)
    assert open_(ctx) == [(2, "dana", [3])]
    for ids in ([2], [2, 3], [1, 2, 3]):
        history.undo(ctx)
        assert open_(ctx) == [(1, "sam", ids), *([(2, "dana", [3])] if ids == [2] else [])]
    history.undo(ctx)
    assert open_(ctx) == []
    words = str(ctx.read.value("SELECT words FROM action WHERE verb = 'update withdraw' ORDER BY id DESC LIMIT 1"))
    assert words.startswith("Withdrew the assignment to sam: “Payroll”: it is theirs no more; “Chairs”: it")
    history.redo(ctx)
    assert open_(ctx) == [(1, "sam", [1, 2, 3])]


def test_of_tasks_that_are_called_the_same_it_is_about_the_one_that_is_open(ctx: Context) -> None:
    for _ in range(2):
        add_task(ctx, "Licence renewal @oak-street")
    give(ctx, 4, 5)
    tasks.done(ctx, 4)
    assert open_(ctx) == [(1, "sam", [5])]
    tasks.reopen(ctx, 4)
    tasks.done(ctx, 5)
    assert open_(ctx) == [(1, "sam", [4])]


def test_a_draft_that_is_held_or_has_the_managers_words_keeps_them(ctx: Context) -> None:
    give(ctx, 1, 2, 3)
    [row] = all_of(ctx)
    updates.hold(ctx, row.id)
    tasks.done(ctx, 1)
    assert [(one.status, about(one)) for one in all_of(ctx)] == [("held", [2, 3])]
    [row] = all_of(ctx)
    updates.edit(ctx, row.id, updates.to_edit(ctx, row).replace("Hello", "Good morning"))
    tasks.done(ctx, 2)
    [row] = all_of(ctx)
    assert ("Good morning" in row.body, about(row)) == (True, [2, 3])


def test_what_was_discarded_stays_discarded_for_each_of_them(ctx: Context) -> None:
    give(ctx, 1, 2, 3)
    [row] = all_of(ctx)
    updates.discard(ctx, row.id)
    tasks.done(ctx, 1)
    assert open_(ctx) == []
    history.undo(ctx)
    assert open_(ctx) == []
    give(ctx, 2, to="dana")
    give(ctx, 2)
    assert open_(ctx) == [(2, "sam", [2])], "given anew"


async def test_a_line_that_was_taken_out_by_hand_as_its_task_was_done_sends_nothing_round(ctx: Context) -> None:
    give(ctx, 1, 2, 3)
    [row] = all_of(ctx)
    text = updates.to_edit(ctx, row)
    tasks.done(ctx, 3)
    updates.edit(ctx, row.id, text.replace("- Lease, by Mon 6 Jul\n", ""))
    with pytest.raises(RefusedError, match="“Lease”: they are asked") as refused:
        updates.approve(ctx, config(0), row.id)
    assert refused.value.remedy.startswith(f"`followthru update redraft {row.id}`")
    redraft.redraft(ctx, row.id)
    assert "Lease" not in str(await send(ctx, row.id))


def test_why_a_draft_was_withdrawn_is_said_of_the_task_that_was_left_in_it(ctx: Context) -> None:
    give(ctx, 1, 2)
    assert open_(ctx) == [(1, "sam", [1, 2])]
    tasks.done(ctx, 1)
    assert open_(ctx) == [(1, "sam", [2])]
    give(ctx, 2, to="dana")
    assert open_(ctx) == [(2, "dana", [2])]
    words = ctx.read.value("SELECT words FROM action WHERE verb = 'update withdraw' ORDER BY id DESC LIMIT 1")
    assert words == "Withdrew the assignment to sam: it is theirs no more"


async def test_what_was_given_up_in_doubt_is_asked_for_anew(ctx: Context) -> None:
    give(ctx, 1, 2, 3)
    [row] = all_of(ctx)
    updates.approve(ctx, config(0), row.id)
    await sender(ctx, FakeTransport(answer(State.UNCERTAIN))).run()
    tasks.done(ctx, 1)
    with pytest.raises(RefusedError, match="“Payroll”: it is done by now") as refused:
        updates.settle(ctx, row.id, arrived=False)
    assert "then draft a new one" in refused.value.remedy
    updates.discard(ctx, row.id)
    assert open_(ctx) == [(2, "sam", [2, 3])], "what is so still"
    updates.discard(ctx, 2)
    assert open_(ctx) == [], "that one never left"


async def test_nothing_is_asked_for_a_second_time_while_a_mail_is_on_its_way(ctx: Context) -> None:
    give(ctx, 1, 2, 3)
    [row] = all_of(ctx)
    updates.approve(ctx, config(0), row.id)
    assert open_(ctx) == []
    transport = FakeTransport(answer(State.UNCERTAIN))
    await sender(ctx, transport).run()
    tasks.done(ctx, 1)
    assert [(one.phase, about(one)) for one in all_of(ctx)] == [("uncertain", [1, 2, 3])], "it may have arrived"
    updates.settle(ctx, row.id, arrived=True)
    tasks.reopen(ctx, 1)
    assert len(all_of(ctx)) == 1


BETWEEN: Mapping[str, Callable[[Context], object]] = {
    "done": lambda ctx: tasks.done(ctx, 2),
    "to somebody else": lambda ctx: give(ctx, 2, to="dana"),
    "waits": lambda ctx: tasks.wait(ctx, 2, Waiting("sam", "the size", date(2026, 7, 9))),
    "given anew": lambda ctx: (give(ctx, 2, to="dana"), give(ctx, 2)),
    "private": lambda ctx: edit.edit(ctx, 2, {"audience": "me"}),
    "another day": lambda ctx: edit.edit(ctx, 1, {"promised": "9 Jul"}),
}


@pytest.mark.parametrize("then", BETWEEN.values(), ids=BETWEEN.keys())
async def test_one_task_that_became_untrue_holds_the_mail_back(ctx: Context, then: Callable[[Context], object]) -> None:
    give(ctx, 1, 2, 3)
    [row] = all_of(ctx)
    updates.approve(ctx, config(0), row.id)
    then(ctx)
    transport = FakeTransport()
    await sender(ctx, transport).run()
    assert not transport.sent
    first, *_ = open_(ctx)
    assert first[:2] == (1, "sam"), "it is back in review"
    assert {1, 3} <= set(first[2]), "with what is so still"


async def test_what_a_mail_left_out_is_asked_for_by_another(ctx: Context, clock: FixedClock) -> None:
    edit.edit(ctx, 1, {"audience": "me"})
    give(ctx, 1, 2, 3)
    tasks.done(ctx, 2)
    assert open_(ctx) == [(1, "sam", [3])]
    tasks.reopen(ctx, 2)
    assert open_(ctx) == [(1, "sam", [2, 3])]
    tasks.done(ctx, 3)
    all_of(ctx)
    await send(ctx, 1)
    assert open_(ctx) == []
    edit.edit(ctx, 1, {"audience": "team"})
    assert open_(ctx) == [(2, "sam", [1])], "hidden when the first one went"
    await send(ctx, 2)
    tasks.reopen(ctx, 3)
    clock.advance(days=1)
    assert open_(ctx) == [(3, "sam", [3])], "done when the first one went"


async def test_a_task_whose_name_the_mail_is_known_by_is_asked_for_the_next_day(
    ctx: Context, clock: FixedClock
) -> None:
    give(ctx, 1, 2)
    all_of(ctx)
    tasks.done(ctx, 1)
    all_of(ctx)
    await send(ctx, 1)
    tasks.reopen(ctx, 1)
    clock.advance(days=1)
    assert open_(ctx) == [(2, "sam", [1])]
    clock.advance(days=1)
    assert open_(ctx) == [(2, "sam", [1])]


def test_a_draft_that_waits_for_long_still_lists_all(ctx: Context, clock: FixedClock) -> None:
    give(ctx, 1, 2, 3)
    assert open_(ctx) == [(1, "sam", [1, 2, 3])]
    clock.advance(days=20)
    assert open_(ctx) == [(1, "sam", [1, 2, 3])]


def test_drafts_of_an_older_program_are_drawn_together(ctx: Context) -> None:
    give(ctx, 1, 2, 3)
    asks = [one for one in read_asking.asks(ctx.read) if not one.waits]
    for one in asks:
        key = Key(UpdateKind.ASSIGNMENT, one.uid, date(2026, 7, 1), one.step)
        notices.write(ctx, Wanted(key, (one.task_id,), one.practice_id, one.person_id), None)
    assert open_(ctx) == [(1, "sam", [1, 2, 3])]
    assert [row.status for row in all_of(ctx)] == ["in review", "discarded", "discarded"]


def test_what_was_discarded_stays_so_where_an_older_program_had_withdrawn_another(ctx: Context) -> None:
    give(ctx, 1, 2)
    first, second = [
        Wanted(Key(UpdateKind.ASSIGNMENT, one.uid, date(2026, 7, 1), one.step), (one.task_id,), 1, one.person_id)
        for one in read_asking.asks(ctx.read)
        if not one.waits
    ]
    notices.write(ctx, second, None)
    tasks.done(ctx, 1, 2)
    assert open_(ctx) == []
    tasks.reopen(ctx, 1)
    notices.write(ctx, first, None)
    tasks.reopen(ctx, 2)
    assert open_(ctx) == [(2, "sam", [1, 2])]
    updates.discard(ctx, 2)
    assert open_(ctx) == []


async def test_approved_drafts_of_an_older_program_go_out_once_each(ctx: Context) -> None:
    give(ctx, 1, 2)
    for one in [one for one in read_asking.asks(ctx.read) if not one.waits]:
        key = Key(UpdateKind.ASSIGNMENT, one.uid, date(2026, 7, 1), one.step)
        notices.write(ctx, Wanted(key, (one.task_id,), one.practice_id, one.person_id), None)
    for id in (1, 2):
        updates.approve(ctx, config(0), id)
    transport = FakeTransport()
    await sender(ctx, transport).run()
    assert len(transport.sent) == 2
    assert open_(ctx) == []


@pytest.mark.parametrize("state", [State.ACCEPTED, State.UNCERTAIN, State.REFUSED])
async def test_of_two_that_ask_for_the_same_one_leaves(ctx: Context, state: State) -> None:
    give(ctx, 1, 2)
    [ask, _] = [one for one in read_asking.asks(ctx.read) if not one.waits]
    for day in (1, 2):
        key = Key(UpdateKind.ASSIGNMENT, ask.uid, date(2026, 7, day), ask.step)
        notices.write(ctx, Wanted(key, (1, 2), ask.practice_id, ask.person_id), None)
        updates.approve(ctx, config(0), day)
    transport = FakeTransport(answer(state), answer(state))
    for _ in range(2):
        await sender(ctx, transport).run()
    assert len(transport.sent) == 1
    assert open_(ctx) == []


async def test_a_reminder_goes_in_the_thread_of_the_one_mail(ctx: Context, clock: FixedClock) -> None:
    give(ctx, 1, 2, 3)
    edit.edit_all(ctx, (1, 2), {"follow_up": "6 Jul"})
    all_of(ctx)
    note = await send(ctx, 1)
    clock.at = datetime(2026, 7, 6, 9, tzinfo=UTC)
    notices.prepare(ctx)
    [reminder] = [one for one in read_updates.listed(ctx.read, limit=-1) if one.kind == "nudge"]
    assert reminder.subject == "Re: Oak Street: 3 tasks for you to take on"
    assert about(reminder) == [1, 2]
    tasks.done(ctx, 2)
    notices.prepare(ctx)
    again: EmailMessage = await send(ctx, reminder.id)
    assert again["In-Reply-To"] == note["Message-ID"]
    assert "Chairs" not in str(again), "what is done meanwhile is not reminded of"


VERBS: Sequence[Callable[[Context, Sequence[int], FixedClock], object]] = (
    lambda ctx, ids, _: give(ctx, *ids),
    lambda ctx, ids, _: give(ctx, *ids, to="dana"),
    lambda ctx, ids, _: tasks.done(ctx, *ids),
    lambda ctx, ids, _: tasks.reopen(ctx, *ids),
    lambda ctx, ids, _: edit.edit_all(ctx, ids, {"audience": "me"}),
    lambda ctx, ids, _: edit.edit_all(ctx, ids, {"audience": "team"}),
    lambda ctx, ids, _: tasks.wait(ctx, ids[0], Waiting("sam", "the size")),
    lambda ctx, ids, _: tasks.answered(ctx, ids[0], "so"),
    lambda ctx, _, __: history.undo(ctx),
    lambda ctx, _, __: history.redo(ctx),
    lambda ctx, _, clock: clock.advance(days=1),
    lambda ctx, ids, _: updates.discard(ctx, ids[0]),
    lambda ctx, ids, _: updates.approve(ctx, config(0), ids[0]),
    lambda ctx, ids, _: updates.recall(ctx, ids[0]),
    lambda ctx, _, __: asyncio.run(sender(ctx, FakeTransport()).run()),
    lambda ctx, _, __: asyncio.run(sender(ctx, FakeTransport(answer(State.UNCERTAIN))).run()),
    lambda ctx, ids, _: updates.settle(ctx, ids[0], arrived=len(ids) > 1),
    lambda ctx, ids, _: people.edit(ctx, "oak-street", "sam", {"channel": "none" if len(ids) > 2 else "mail"}),
)
subsets = st.lists(st.sampled_from(FOUR), min_size=1, max_size=4, unique=True)
GIVE, DONE, REOPEN, DISCARD, APPROVE, SEND, IN_DOUBT = 0, 2, 3, 11, 12, 14, 15


@at_length()
@given(st.lists(st.tuples(st.integers(0, len(VERBS) - 1), subsets, st.booleans()), max_size=14))
@example([(GIVE, [1, 2], True), (DONE, [1], True), (APPROVE, [1], True), (SEND, [1], True), (REOPEN, [1], True)])
@example([(GIVE, [1, 2, 3], True), (APPROVE, [1], True), (DONE, [2], True), (SEND, [1], True), (REOPEN, [2], True)])
@example([(GIVE, [1, 2], True), (APPROVE, [1], True), (IN_DOUBT, [1], True), (DONE, [1], True), (DISCARD, [1], True)])
def test_everybody_is_asked_once_for_all_that_they_were_given(
    schema: bytes, steps: Sequence[tuple[int, Sequence[int], bool]]
) -> None:
    """Whatever happens between: no task of one step stands in two mails, and none that is theirs is left out."""
    clock = FixedClock()
    ctx = memory_ctx(schema, clock)
    add_practice(ctx)
    add_person(ctx)
    add_person(ctx, "Sam Ito", RoleName.STAFF)
    for line in (*LINES, "Keys"):
        add_task(ctx, f"{line} @oak-street")
    for verb, ids, looked_at in steps:
        with suppress(FollowthruError):
            VERBS[verb](ctx, ids, clock)
        if looked_at:
            check(ctx)
    with suppress(FollowthruError):
        people.edit(ctx, "oak-street", "sam", {"channel": "mail"})
    clock.advance(days=1)
    check(ctx, whole=True)


def check(ctx: Context, *, whole: bool = False) -> None:
    """See that every task somebody was given in one step stands in one mail; `whole`: and none in no mail."""
    rows = all_of(ctx)
    assert all_of(ctx) == rows, "the second look changes nothing"
    asks = {(one.person_id, one.uid, one.step): one for one in read_asking.asks(ctx.read) if not one.waits}
    spoken_of: Counter[tuple[int, str, int | None]] = Counter()
    given_up: set[tuple[int, str, int | None]] = set()
    for row in rows:
        stated = [(row.person_id, uid, Key.read(row.period or "").step) for uid in facts.load(row.facts).known]
        if row.status in ("in review", "held", "approved", "settled"):
            spoken_of.update(stated)
        elif row.phase == "cancelled" or (row.phase != "uncertain" and not _withdrawn(ctx, row)):
            given_up.update(stated)
        if row.status in ("in review", "held"):
            assert set(stated) <= asks.keys(), "a draft asks for what is theirs now"
    assert not [found for found, count in spoken_of.items() if count > 1 and found in asks], "said twice"
    if whole:
        recent = ctx.today().isoformat()
        left_out = [
            key
            for key, ask in asks.items()
            if not spoken_of[key] and key not in given_up and ask.by_mail and _days(ask.asked_at, recent) <= 7
        ]
        assert not left_out, "nobody was told of it"


def _withdrawn(ctx: Context, row: UpdateRow) -> bool:
    actor = ctx.read.value(
        "SELECT a.actor FROM change c JOIN action a ON a.id = c.action_id WHERE c.entity = 'update' "
        "AND c.entity_id = ? AND c.field = 'status' ORDER BY c.id DESC LIMIT 1",
        row.id,
    )
    return actor == "daemon"


def _days(at: str, today: str) -> int:
    return (date.fromisoformat(today) - date.fromisoformat(at[:10])).days


def test_one_step_at_two_practices_is_a_mail_for_each(ctx: Context) -> None:
    add_practice(ctx, "harbor-view")
    person = people.NewPerson("Sam Ito", "sam.ito@oak-street.example", RoleName.STAFF)
    people.add(ctx, "harbor-view", person)
    add_task(ctx, "Rota @harbor-view")
    give(ctx, 1, 2, 4)
    assert open_(ctx) == [(1, "sam", [1, 2]), (2, "sam", [4])]
    assert ["Rota" in row.body for row in all_of(ctx)] == [False, True]
    assert [Key.read(row.period or "").uid in facts.load(row.facts).known for row in all_of(ctx)] == [True, True]


def test_words_that_were_put_into_a_draft_while_it_was_written_anew_stay(ctx: Context) -> None:
    give(ctx, 1, 2)
    [row] = all_of(ctx)
    tasks.done(ctx, 1)
    [wanted] = asking.wanted(ctx)
    updates.edit(ctx, row.id, updates.to_edit(ctx, row).replace("Hello", "Good morning"))
    notices.write(ctx, wanted, row)
    assert "Good morning" in all_of(ctx)[0].body


def test_the_same_mail_is_not_made_by_two_that_look_at_once(ctx: Context) -> None:
    give(ctx, 1, 2, 3)
    [wanted] = asking.wanted(ctx)
    for _ in range(2):
        notices.write(ctx, wanted, None)
    assert len(all_of(ctx)) == 1
