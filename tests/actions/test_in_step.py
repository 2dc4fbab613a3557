"""When nothing is to be done, one request and no look at thousands of links; and whatever makes work ends that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from followthru.actions import calendar_questions, edit, tasks
from followthru.actions.calendar_questions import Choice
from followthru.actions.context import Context
from followthru.actions.ledger import StoreLedger
from followthru.calendars.cycle import Cycle, Report
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.links import Link, LinkState, Operation, Snapshot, Verb
from followthru.calendars.shown import View
from followthru.calendars.steps import Place
from followthru.store import links
from followthru.store.store import Store
from tests.calendars.fake import COLLECTION, ORIGIN, FakeServer, faultless
from tests.storekit import FixedClock, add_person, add_practice, add_task

URL = ORIGIN + COLLECTION
VIEW = View("mine", practices=("oak-street",))


class Counting(StoreLedger):
    """The real books; counts how often all of our side is read."""

    looks = 0

    def snapshot(self) -> Snapshot:
        """See `StoreLedger.snapshot`."""
        self.looks += 1
        return super().snapshot()


class Desk:
    """A store with two promises on a calendar, in step and looked over."""

    def __init__(self, ctx: Context, clock: FixedClock) -> None:
        self.ctx = ctx
        self.clock = clock
        self.server = FakeServer()
        self.view = VIEW
        self.ledger = Counting(ctx, VIEW)

    async def sync(self) -> Report:
        """Run one cycle; note how many requests it took and how often our side was read."""
        self.ledger.looks = 0
        async with DavClient(Account("home", ORIGIN, "pm", "x"), transport=self.server) as client:
            place = Place("7d7f9a3e-0000-4000-8000-000000000001", self.view, URL)
            return await Cycle(place, Collection(client, URL), self.ledger, self.clock.now).run()

    async def rest(self) -> None:
        """Sync until only one request is made."""
        for _ in range(4):
            if (await self.sync()).quiet and not self.ledger.looks:
                return
        raise AssertionError("it never comes to rest")

    async def looks_again(self) -> bool:
        """Whether the next cycle reads our side."""
        await self.sync()
        return self.ledger.looks > 0

    def link(self) -> Link:
        """Return the first promise's link."""
        return self.ledger.whole(self.ledger.snapshot().resting[:1])[0]


@pytest.fixture
async def desk(ctx: Context, clock: FixedClock) -> Desk:
    add_practice(ctx)
    add_task(ctx, "Renew cover by 2026-07-15 @oak-street")
    add_task(ctx, "Order forms by 2026-07-16 @oak-street")
    found = Desk(ctx, clock)
    await found.rest()
    return found


async def test_nothing_new_is_one_request_and_no_look_at_our_side(desk: Desk) -> None:
    for _ in range(3):
        report = await desk.sync()
        assert (report.requests, report.quiet, desk.ledger.looks) == (1, True, 0)
    assert desk.server.log[-1] == ("PROPFIND", COLLECTION)


async def test_it_outlives_the_process(desk: Desk) -> None:
    desk.ledger = Counting(desk.ctx, VIEW)
    assert not await desk.looks_again()


def _another_view(desk: Desk) -> None:
    desk.view = VIEW._replace(targets=True)
    desk.ledger = Counting(desk.ctx, desk.view)


def _another_zone(desk: Desk) -> None:
    desk.ledger = Counting(Context(desk.ctx.store, zone="Europe/Berlin"), VIEW)


def _put(desk: Desk, link: Link) -> None:
    desk.ledger.record([link])


def _open_operation(desk: Desk) -> None:
    link = desk.link()
    desk.ledger.begin([Operation(0, link, Verb.UPDATE, link.etag, link.base, link.agreed, link.published)])


def _lost_link(desk: Desk) -> None:
    with desk.ctx.store.writing() as tx:
        tx.run("DELETE FROM link WHERE id = 1")


def _other_item(desk: Desk) -> None:
    with desk.ctx.store.writing() as tx:
        tx.run(
            "INSERT INTO other_item(calendar, name, kind, reason, seen_at) VALUES ('mine', 'x.ics', 'x', 'new', ?)",
            tx.now,
        )


def _capabilities(desk: Desk) -> None:
    with desk.ctx.store.writing() as tx:
        tx.run("UPDATE calendar_state SET caps = '{}' WHERE calendar = 'mine'")


def _confirmed(desk: Desk) -> None:
    with desk.ctx.store.writing() as tx:
        links.confirm(tx, "mine")


def _edited_there(desk: Desk) -> None:
    name, stored = next(iter(desk.server.objects.items()))
    desk.server.put(name, stored.text.replace("20260715", "20260717"))


WORK: dict[str, Callable[[Desk], object]] = {
    "an action": lambda desk: edit.edit(desk.ctx, 1, {"title": "Another title"}),
    "an action that changes no event": lambda desk: tasks.start(desk.ctx, 1),
    "a person": lambda desk: add_person(desk.ctx),
    "midnight": lambda desk: desk.clock.advance(hours=13),
    "another view": _another_view,
    "another zone": _another_zone,
    "an open operation": _open_operation,
    "a link that waits": lambda desk: _put(desk, desk.link()._replace(state=LinkState.WAITING)),
    "a link whose value is ours": lambda desk: _put(desk, desk.link()._replace(state=LinkState.OURS)),
    "a link without an etag": lambda desk: _put(desk, desk.link()._replace(etag=None)),
    "a link that was lost": _lost_link,
    "a confirmation": _confirmed,
    "an item of others": _other_item,
    "other capabilities": _capabilities,
    "an edit on the server": _edited_there,
}


@pytest.mark.parametrize("work", WORK)
async def test_whatever_may_make_work_is_looked_at(desk: Desk, work: str) -> None:
    WORK[work](desk)
    assert await desk.looks_again()


async def test_a_day_after_the_last_complete_listing_everything_is_listed_again(desk: Desk) -> None:
    _listed(desk, desk.clock.now() - timedelta(days=1))
    assert (await desk.sync()).requests == 2


async def test_a_listing_of_a_clock_that_was_fast_is_made_again(desk: Desk) -> None:
    _listed(desk, desk.clock.now() + timedelta(days=400))
    assert (await desk.sync()).requests == 2
    assert (await desk.sync()).requests == 1


def _listed(desk: Desk, at: datetime) -> None:
    """Say when everything was listed last."""
    with desk.ctx.store.writing() as tx:
        text = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        tx.run("UPDATE calendar_state SET complete_at = ? WHERE calendar = 'mine'", text)


async def test_an_answer_is_looked_at_although_it_is_no_action(desk: Desk) -> None:
    _edited_there(desk)
    edit.edit(desk.ctx, 1, {"promised_on": "2026-07-20"})
    assert (await desk.sync()).asked == 1
    await desk.rest()
    [question] = calendar_questions.open_questions(desk.ctx)
    calendar_questions.answer(desk.ctx, question.link_id, Choice.OURS)
    assert (await desk.sync()).updated == 1


async def test_midnight_where_a_practice_is_counts_too(ctx: Context, clock: FixedClock) -> None:
    add_practice(ctx, timezone="Pacific/Kiritimati")
    add_task(ctx, "Renew cover by 2026-07-15 @oak-street")
    desk = Desk(ctx, clock)
    await desk.rest()
    clock.at = clock.at.replace(hour=9, minute=59)
    await desk.rest()
    clock.advance(minutes=2)
    assert await desk.looks_again()


async def test_an_edit_while_the_server_is_asked_goes_out_in_the_same_cycle(desk: Desk) -> None:
    def meddle(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        desk.server.fault = faultless
        edit.edit(desk.ctx, 1, {"title": "Just now"})
        return forward()

    desk.server.fault = meddle
    report = await desk.sync()
    assert (report.updated, report.requests) == (1, 3), "the question, the object as it is, the write"
    assert (await desk.sync()).quiet
    await desk.rest()


async def test_what_another_process_writes_at_the_last_moment_is_not_slept_through(desk: Desk) -> None:
    """Between the look and its note, an answer is given elsewhere: it is no action, and its link is stored before."""
    edit.edit(desk.ctx, 1, {"priority": "high"})
    remember = desk.ledger.remember
    elsewhere = Store.open(desk.ctx.store.database, desk.clock)

    def meddle(*words: object, **named: object) -> None:
        with elsewhere.writing() as tx:
            links.settle(tx, 1, "ours")
        remember(*words, **named)  # type: ignore[arg-type]

    desk.ledger.remember = meddle
    await desk.sync()
    elsewhere.close()
    desk.ledger.remember = remember
    assert await desk.looks_again()
