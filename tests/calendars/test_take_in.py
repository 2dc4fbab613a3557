"""Much that is new at once: read in batches, taken over while the next are on their way, and never read twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from datetime import date

import httpx
import pytest

from followthru.calendars.apply import WINDOW
from followthru.calendars.cycle import AHEAD
from followthru.calendars.dav.requests import BATCH
from followthru.calendars.links import LinkState
from followthru.calendars.side_by_side import in_order
from followthru.domain.task import Status
from tests.calendars.memory import MemoryLedger, never, task
from tests.calendars.stories import FRIDAY, KilledError, Story

MANY = 5 * BATCH + 7


@pytest.fixture
async def story() -> Story:
    """A store that was restored from a copy made before the first sync: all is on the server, no link is known."""
    found = Story()
    await found.published(*range(1, MANY + 1))
    forget(found)
    return found


def forget(story: Story) -> None:
    tasks = story.ledger.tasks
    story.ledger = MemoryLedger(story.ledger.view, lambda: story.time)
    story.ledger.tasks = tasks
    story.server.log.clear()
    story.server.most_open = 0


def asked(story: Story, method: str) -> int:
    return sum(1 for one, _ in story.server.log if one == method)


async def test_all_of_ours_are_found_again_in_batches_and_nothing_is_written(story: Story) -> None:
    report = await story.sync()
    assert (report.created, report.updated, report.asked, report.problems) == (0, 0, 0, ())
    assert asked(story, "REPORT") == 4, "two of fifty are on their way before it is seen how quickly they come"
    assert story.server.writes() == 0
    assert 1 < story.server.most_open <= AHEAD + 1
    assert {link.state for link in story.ledger.links.values()} == {LinkState.LINKED}
    assert story.ledger.commits == 4 + 2, "one for each batch, and the memory: that all is ours, and at the end"
    assert BATCH == WINDOW
    assert (await story.sync()).requests == 1
    assert (await story.sync()).requests == 1


async def test_killed_half_way_what_was_taken_over_is_not_read_again(story: Story) -> None:
    left = [2 * 3]

    def tick() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KilledError

    story.ledger.tick = tick
    with pytest.raises(KilledError):
        await story.sync()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert len(story.ledger.links) == 4 * BATCH
    story.ledger.tick = never
    story.server.log.clear()
    await story.sync()
    assert asked(story, "REPORT") == 2, "a batch and the last seven"
    assert len(story.ledger.links) == MANY


async def test_what_differs_is_asked_about_and_what_is_not_shown_any_more_is_left(story: Story) -> None:
    story.ledger.put(story.ledger.tasks[3]._replace(promised_on=date(2027, 2, 1)))
    story.ledger.put(task(MANY + 1, "New here", FRIDAY))
    report = await story.sync()
    assert (report.asked, report.created) == (1, 1)
    assert story.ledger.link_of(3).state is LinkState.ASKED


async def test_many_edits_there_and_here_meet_in_one_cycle(story: Story) -> None:
    await story.sync()
    for number in range(1, MANY + 1):
        if number % 3 == 0:
            story.ledger.put(story.ledger.tasks[number]._replace(title=f"Ours {number}"))
        if number % 5 == 0:
            story.ledger.put(story.ledger.tasks[number]._replace(status=Status.DROPPED))
        story.edit(number, "20270115", "20270114")
    report = await story.sync()
    dropped = MANY // 5
    assert report.removed == dropped
    assert report.pulled == MANY - dropped
    assert (report.asked, report.problems) == (0, ())
    assert len(story.server.objects) == MANY - dropped
    await story.sync()
    assert (await story.sync()).requests == 1


async def test_one_batch_that_fails_as_a_whole_is_read_singly(story: Story) -> None:
    reports = 0

    def fail_the_second(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        nonlocal reports
        reports += request.method == "REPORT"
        return httpx.Response(500) if request.method == "REPORT" and reports == 2 else forward()

    story.server.fault = fail_the_second
    await story.sync()
    assert asked(story, "GET") == BATCH
    assert len(story.ledger.links) == MANY


async def test_an_edit_here_while_batches_come_is_not_taken_for_agreed(story: Story) -> None:
    def meddle(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method == "REPORT":
            for number in (1, MANY):
                story.ledger.put(story.ledger.tasks[number]._replace(title="Just now"))
        return forward()

    story.server.fault = meddle
    await story.sync()
    story.server.fault = lambda request, forward: forward()
    await story.sync()
    asked_about = [link.task_id for link in story.ledger.links.values() if link.state is LinkState.ASKED]
    assert sorted(asked_about) == [1, MANY]


async def test_what_was_asked_for_ahead_ends_with_the_one_who_asked() -> None:
    ended: list[int] = []

    async def work(number: int) -> int:
        try:
            await asyncio.sleep(0 if number < 2 else 60)
        finally:
            ended.append(number)
        return number

    found = in_order(work, range(10), 3)
    assert [await anext(found), await anext(found)] == [0, 1]
    await found.aclose()
    assert sorted(ended) == [0, 1, 2, 3, 4], "and the sixth had not begun"
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_the_next_are_on_their_way_while_one_is_worked_on_even_if_results_are_waiting() -> None:
    sent: list[int] = []

    async def work(number: int) -> int:
        for _ in range(13):  # as many turns as a request over a new connection takes
            await asyncio.sleep(0)
        sent.append(number)
        return number

    async with aclosing(in_order(work, range(10), 2)) as found:
        async for number in found:
            assert sent[-1] == min(number + 2, 9)
