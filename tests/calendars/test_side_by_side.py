"""Several objects on their way at a time: written down in windows, and stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date

import httpx
import pytest

from followthru.calendars.apply import AT_ONCE, WINDOW
from followthru.calendars.errors import AuthRefusedError, BusyError
from followthru.calendars.links import LinkState
from followthru.calendars.side_by_side import side_by_side
from followthru.domain.task import Status
from tests.calendars.memory import task
from tests.calendars.stories import FRIDAY, Story

MANY = 2 * WINDOW + 7


@pytest.fixture
def story() -> Story:
    found = Story()
    for number in range(1, MANY + 1):
        found.ledger.put(task(number, promised_on=FRIDAY))
    return found


async def test_a_few_are_sent_at_a_time_and_a_window_shares_its_commits(story: Story) -> None:
    assert (await story.sync()).created == MANY
    assert len(story.server.objects) == MANY
    assert story.server.most_open == AT_ONCE
    assert story.ledger.commits == 2 * 3 + 2, "written down and recorded once a window, and the memory twice"
    assert not story.ledger.operations


async def test_changes_and_removals_go_side_by_side_too(story: Story) -> None:
    await story.sync()
    story.server.most_open = 0
    for number in range(1, MANY + 1):
        row = story.ledger.tasks[number]
        dropped = number % 2 == 0
        story.ledger.put(
            row._replace(status=Status.DROPPED) if dropped else row._replace(promised_on=date(2027, 1, 18))
        )
    report = await story.sync()
    assert (report.updated, report.removed) == (MANY - MANY // 2, MANY // 2)
    assert story.server.most_open == AT_ONCE
    assert (await story.sync()).quiet


@pytest.mark.parametrize(("status", "expected"), [(429, BusyError), (503, BusyError), (401, AuthRefusedError)])
async def test_what_stops_one_stops_all_and_the_next_cycle_goes_on(
    story: Story, status: int, expected: type[Exception]
) -> None:
    puts = 0

    def fail_at_the_tenth(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        nonlocal puts
        puts += request.method == "PUT"
        return forward() if puts < 10 or request.method != "PUT" else httpx.Response(status)

    story.server.fault = fail_at_the_tenth
    with pytest.raises(expected):
        await story.sync()
    assert asyncio.all_tasks() == {asyncio.current_task()}, "nobody goes on"
    assert puts < 10 + AT_ONCE, "those on their way ended, and no other was sent"
    there = set(story.server.objects)
    linked = {link.name for link in story.ledger.links.values() if link.state is LinkState.LINKED}
    open_ones = {one.link.name for one in story.ledger.operations.values()}
    assert there <= linked | open_ones, "what arrived is recorded or will be asked about"
    story.server.fault = lambda request, forward: forward()
    await story.sync()
    assert len(story.server.objects) == MANY
    assert not story.ledger.operations
    assert all(link.state is LinkState.LINKED for link in story.ledger.links.values())


async def test_one_that_is_refused_holds_none_of_the_others_up(story: Story) -> None:
    def refuse(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        bad = request.method == "PUT" and b"task-13\r\n" in request.content
        return httpx.Response(403, text='<error xmlns="DAV:"><valid-calendar-data/></error>') if bad else forward()

    story.server.fault = refuse
    report = await story.sync()
    assert (report.created, [one.task_id for one in report.problems]) == (MANY - 1, [13])


async def test_a_cancelled_cycle_records_what_it_knows_and_leaves_the_rest_open(story: Story) -> None:
    running: list[asyncio.Task[object]] = []

    def cancel(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method == "PUT" and len(story.server.objects) == 20:
            running[0].cancel()
        return forward()

    story.server.fault = cancel
    running.append(asyncio.ensure_future(story.sync()))
    with pytest.raises(asyncio.CancelledError):
        await running[0]
    linked = sum(link.state is LinkState.LINKED for link in story.ledger.links.values())
    assert linked >= 20 - AT_ONCE
    assert len(story.ledger.operations) == WINDOW - linked
    story.server.fault = lambda request, forward: forward()
    await story.sync()
    assert len(story.server.objects) == MANY


async def test_the_first_fault_ends_all_workers_before_it_is_raised() -> None:
    ended: list[str] = []

    async def work() -> None:
        if not ended:
            ended.append("first")
            raise ValueError
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("other")

    ended.clear()
    with pytest.raises(ValueError):  # noqa: PT011 -- any words
        await side_by_side(work, 3)
    assert ended == ["first", "other", "other"]


async def test_a_server_that_asks_for_patience_is_asked_nothing_more() -> None:
    story = Story()
    story.ledger.put(task(1, promised_on=FRIDAY))
    asked: list[str] = []

    def busy(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        asked.append(request.method)
        return httpx.Response(429, headers={"Retry-After": "60"}) if request.method == "PUT" else forward()

    story.server.fault = busy
    with pytest.raises(BusyError):
        await story.sync()
    assert asked[-1] == "PUT"
    story.server.fault = lambda request, forward: forward()
    assert (await story.sync()).created == 1
    assert not story.ledger.operations
