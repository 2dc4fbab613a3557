"""The calendar's books in the real store, against a scripted server: pulls, undo, questions and their answers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.actions import calendar_questions, edit, history, tasks
from followthru.actions.calendar_questions import Choice
from followthru.actions.context import Context
from followthru.actions.ledger import StoreLedger
from followthru.calendars.cycle import Cycle, Report
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.links import Agreed, Link, LinkState, Memory, Operation, Verb
from followthru.calendars.merge import CHANGED_MEANWHILE, Matter, Move, Question
from followthru.calendars.shown import Role, View
from followthru.calendars.steps import Place
from followthru.domain.task import Status
from tests.at_length import at_length
from tests.calendars.fake import COLLECTION, ORIGIN, FakeServer
from tests.calendars.memory import as_resting
from tests.storekit import FixedClock, add_person, add_practice, add_task, memory_ctx, task

URL = ORIGIN + COLLECTION
VIEW = View("mine", practices=("oak-street",))


class Desk:
    """A store with one practice, and its calendar on a scripted server."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.server = FakeServer()
        self.ledger = StoreLedger(ctx, VIEW)
        add_practice(ctx)

    async def sync(self) -> Report:
        """Run one cycle."""
        async with DavClient(Account("home", ORIGIN, "pm", "x"), transport=self.server) as client:
            place = Place("7d7f9a3e-0000-4000-8000-000000000001", VIEW, URL)
            return await Cycle(place, Collection(client, URL), self.ledger, self.ctx.store.clock.now).run()

    def text(self) -> str:
        """Return the one object on the server."""
        [stored] = self.server.objects.values()
        return stored.text

    def rewrite(self, old: str, new: str) -> None:
        """Edit the one object as another program would."""
        [(name, stored)] = self.server.objects.items()
        assert old in stored.text
        self.server.put(name, stored.text.replace(old, new))


@pytest.fixture
def desk(ctx: Context) -> Desk:
    return Desk(ctx)


async def published(desk: Desk, line: str = "Renew cover by 2026-07-15 @oak-street") -> int:
    number = add_task(desk.ctx, line)
    assert (await desk.sync()).created == 1
    return number


async def test_a_move_on_the_calendar_is_one_action_that_undo_takes_back_there_too(desk: Desk) -> None:
    number = await published(desk)
    desk.rewrite("20260715", "20260720")
    desk.rewrite("SUMMARY:Renew cover", "SUMMARY:Renew all cover")
    assert (await desk.sync()).pulled == 2
    row = task(desk.ctx, number)
    assert (row.promised_on, row.title) == (date(2026, 7, 20), "Renew all cover")
    assert (await desk.sync()).quiet

    history.undo(desk.ctx)
    row = task(desk.ctx, number)
    assert (row.promised_on, row.title) == (date(2026, 7, 15), "Renew cover")
    assert (await desk.sync()).updated == 1
    assert "DTSTART;VALUE=DATE:20260715" in desk.text()
    assert "SUMMARY:Renew cover\r\n" in desk.text()
    assert (await desk.sync()).quiet

    history.redo(desk.ctx)
    assert (await desk.sync()).updated == 1
    assert "DTSTART;VALUE=DATE:20260720" in desk.text()


async def test_moving_a_told_promise_on_the_calendar_flags_the_missing_reason(desk: Desk) -> None:
    add_person(desk.ctx)
    number = await published(desk, "Renew cover by 2026-07-15 to dana @oak-street")
    assert task(desk.ctx, number).told == 1
    desk.rewrite("20260715", "20260720")
    await desk.sync()
    row = task(desk.ctx, number)
    assert (row.promised_on, row.reason_missing, row.out_of_step) == (date(2026, 7, 20), True, 1)


async def test_undoing_an_addition_takes_the_event_away_and_redo_makes_a_new_one(desk: Desk) -> None:
    await published(desk)
    [before] = desk.server.objects
    history.undo(desk.ctx)
    assert (await desk.sync()).removed == 1
    assert desk.server.objects == {}
    history.redo(desk.ctx)
    assert (await desk.sync()).created == 1
    [after] = desk.server.objects
    assert after != before, "a deleted UID is not used again"


async def test_done_on_the_calendar_is_done_here_and_undo_reopens_both(desk: Desk) -> None:
    number = await published(desk)
    desk.rewrite("SUMMARY:", "SUMMARY:done: ")
    await desk.sync()
    assert task(desk.ctx, number).status is Status.DONE
    history.undo(desk.ctx)
    await desk.sync()
    assert task(desk.ctx, number).status is Status.OPEN
    assert "SUMMARY:Renew cover\r\n" in desk.text()


@pytest.mark.parametrize("choice", list(Choice))
async def test_a_conflict_is_stored_and_settled_by_one_answer(desk: Desk, choice: Choice) -> None:
    number = await published(desk)
    desk.rewrite("SUMMARY:Renew cover", "SUMMARY:Theirs")
    edit.edit(desk.ctx, number, {"title": "Ours"})
    assert (await desk.sync()).asked == 1
    [question] = calendar_questions.open_questions(desk.ctx)
    assert question.questions == (Question(Matter.CONFLICT, "title", "Ours", "Theirs"),)
    calendar_questions.answer(desk.ctx, question.link_id, choice)
    assert calendar_questions.open_questions(desk.ctx) == []
    await desk.sync()
    wanted = "Ours" if choice is Choice.OURS else "Theirs"
    assert task(desk.ctx, number).title == wanted
    assert f"SUMMARY:{wanted}\r\n" in desk.text()
    assert (await desk.sync()).quiet


@pytest.mark.parametrize("choice", list(Choice))
async def test_a_deleted_event_is_made_again_or_stays_away_as_the_user_says(desk: Desk, choice: Choice) -> None:
    number = await published(desk)
    desk.server.delete(next(iter(desk.server.objects)))
    assert (await desk.sync()).asked == 1
    assert task(desk.ctx, number).promised_on == date(2026, 7, 15)
    [question] = calendar_questions.open_questions(desk.ctx)
    calendar_questions.answer(desk.ctx, question.link_id, choice)
    assert calendar_questions.open_questions(desk.ctx) == []
    await desk.sync()
    assert len(desk.server.objects) == (1 if choice is Choice.OURS else 0)
    assert (await desk.sync()).quiet


@pytest.mark.parametrize("choice", list(Choice))
async def test_a_cancelled_event_is_asked_about_once(desk: Desk, choice: Choice) -> None:
    await published(desk)
    desk.rewrite("TRANSP:", "STATUS:CANCELLED\r\nTRANSP:")
    assert (await desk.sync()).asked == 1
    [question] = calendar_questions.open_questions(desk.ctx)
    calendar_questions.answer(desk.ctx, question.link_id, choice)
    for _ in range(3):
        assert (await desk.sync()).asked == 0
    assert calendar_questions.open_questions(desk.ctx) == []


async def test_private_words_never_leave(desk: Desk) -> None:
    number = await published(desk)
    edit.edit(desk.ctx, number, {"notes": "CANARY-notes", "because": "CANARY-because"})
    tasks.start(desk.ctx, number)
    await desk.sync()
    assert "CANARY" not in desk.text()


texts = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
dates = st.dates()
agreed = st.builds(
    Agreed, on=dates, time=st.sampled_from([None, "14:00"]), title=st.text(max_size=9), done=st.booleans()
)
stored_links = st.builds(
    Link,
    id=st.just(0),
    task_id=st.integers(1, 99),
    task_uid=st.uuids().map(str),
    role=st.sampled_from(Role),
    generation=st.integers(1, 9),
    uid=st.uuids().map(str),
    href=st.uuids().map(lambda one: f"{URL}{one}.ics"),
    state=st.sampled_from(LinkState),
    etag=texts,
    base=texts,
    agreed=st.one_of(st.none(), agreed),
    theirs=texts,
    theirs_etag=texts,
    reason=texts,
    published=texts,
    returned=st.integers(0, 9),
)


@at_length()
@given(link=stored_links, values=agreed)
def test_what_is_stored_comes_back_the_same(schema: bytes, link: Link, values: Agreed) -> None:
    ctx = memory_ctx(schema)
    add_practice(ctx)
    ledger = StoreLedger(ctx, VIEW)
    [stored] = ledger.record([link])
    assert stored == link._replace(id=stored.id)
    assert ledger.whole([as_resting(stored)]) == (stored,)
    assert {one.id for one in (*ledger.snapshot().links, *ledger.snapshot().resting)} == {stored.id}
    [operation] = ledger.begin([Operation(0, stored, Verb.UPDATE, link.etag, link.base, values, link.published)])
    assert ledger.snapshot().unfinished == (operation,)
    ledger.finish([(operation, stored._replace(state=LinkState.LINKED))])
    assert ledger.snapshot().unfinished == ()
    unheard = frozenset({stored.name} if stored.etag else {})
    assert ledger.snapshot().unheard == unheard
    memory = Memory(URL, "t1", "c1", datetime(2027, 1, 4, 15, tzinfo=UTC), 7, 2, confirmed=True)
    ledger.remember(memory, unheard={stored.id})
    assert ledger.snapshot().memory == memory
    assert ledger.snapshot().unheard == unheard
    ledger.remember(memory)
    assert ledger.snapshot().unheard == frozenset()


def test_a_pull_that_meets_another_value_changes_nothing(ctx: Context, clock: FixedClock) -> None:
    desk = Desk(ctx)
    number = add_task(ctx, "Renew cover by 2026-07-15 @oak-street")
    row = task(ctx, number)
    [link] = desk.ledger.record([Link(0, number, row.uid, Role.PROMISE, 1, "u", URL + "u.ics")])
    stale = Move("promised_on", date(2026, 7, 14), date(2026, 7, 20))
    assert desk.ledger.pull(link._replace(state=LinkState.LINKED), [stale]) == CHANGED_MEANWHILE
    assert desk.ledger.snapshot().links == (link,)
    assert task(ctx, number) == row
    assert "999" in (desk.ledger.pull(link._replace(task_id=999), [stale]) or "")


def test_a_tick_whose_next_one_no_calendar_holds_is_said_and_stops_nothing(ctx: Context) -> None:
    desk = Desk(ctx)
    number = add_task(ctx, "Renew cover by 9999-12-31 deadline 2026-07-10 @oak-street every 999 years")
    [link] = desk.ledger.record([Link(0, number, task(ctx, number).uid, Role.DEADLINE, 1, "u", URL + "u.ics")])
    assert "outside the years" in (desk.ledger.pull(link, [Move("done", False, True)]) or "")
    assert task(ctx, number).status is Status.OPEN


async def test_what_came_back_wakes_whoever_shows_the_task_too_and_a_refusal_nobody(ctx: Context) -> None:
    """A refused pull is refused again at each cycle: waking for it would never end."""
    woken: list[int] = []
    desk = Desk(Context(ctx.store, zone="UTC", wake=lambda: woken.append(1)))
    task_id = await published(desk)
    woken.clear()
    desk.rewrite("20260715", "20260716")
    await desk.sync()
    assert (len(woken), task(ctx, task_id).promised_on) == (1, date(2026, 7, 16))
    [link] = desk.ledger.whole(desk.ledger.snapshot().resting)
    assert desk.ledger.pull(link, (Move("promised_on", date(2020, 1, 1), date(2020, 1, 2)),)) == CHANGED_MEANWHILE
    assert len(woken) == 1
