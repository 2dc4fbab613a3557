"""A server that is busy with one object alone: it is waited for as it asks, and the others are not held up by it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import httpx
import pytest

from followthru.calendars.caps import CAREFUL, STANDARD, Caps
from followthru.calendars.errors import BusyError
from followthru.calendars.links import WAS_BUSY, Link
from tests.calendars.fake import faultless
from tests.calendars.memory import task
from tests.calendars.stories import FRIDAY, Story

MONDAY = FRIDAY + timedelta(days=3)
MANY = range(1, 13)


def busy_with(story: Story, number: int, *methods: str) -> list[str]:
    """Have the server answer 503 for these requests about one task's object; return what it was asked then."""
    asked: list[str] = []

    def stand_between(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        names = [link.name for link in story.ledger.links.values() if link.task_id == number]
        if request.method in methods and any(request.url.path.endswith(name) for name in names):
            asked.append(request.method)
            return httpx.Response(503, headers={"Retry-After": "120"})
        return forward()

    story.server.fault = stand_between
    return asked


async def cycles(story: Story, caps: Caps, count: int) -> list[BusyError]:
    """Sync a few times, and return what came of it where the server asked for patience."""
    met: list[BusyError] = []
    for _ in range(count):
        story.time += timedelta(minutes=5)
        try:
            await story.sync(caps)
        except BusyError as error:
            met.append(error)
    return met


def days(story: Story) -> set[int]:
    """Return the tasks whose objects say Monday on the server."""
    links = {link.name: link for link in story.ledger.links.values()}
    there = story.server.objects.items()
    return {links[name].task_id for name, one in there if "DTSTART;VALUE=DATE:20270118" in one.text}


@pytest.mark.parametrize("caps", [STANDARD, CAREFUL], ids=["standard", "careful"])
@pytest.mark.parametrize("methods", [("PUT",), ("PUT", "GET")], ids=["written", "written-or-read"])
@pytest.mark.parametrize("new", [False, True], ids=["changes", "creations"])
async def test_what_is_planned_after_it_goes_out_all_the_same(caps: Caps, methods: tuple[str, ...], new: bool) -> None:
    story = Story()
    if not new:
        await story.published(*MANY)
        await cycles(story, caps, 2)
    asked = busy_with(story, 1, *methods)
    for number in MANY:
        story.ledger.put(task(number, promised_on=MONDAY))
    met = await cycles(story, caps, 3)
    assert days(story) == set(MANY) - {1}
    assert met, "its wish for patience is passed on"
    assert {error.retry_after for error in met} == {120.0}
    assert len(asked) <= 4, "it is asked once a cycle"
    story.server.fault = faultless
    await cycles(story, caps, 2)
    assert days(story) == set(MANY)
    assert (await story.sync(caps)).quiet
    assert all(link.reason is None for link in story.ledger.links.values())


async def test_edits_of_theirs_are_taken_over_meanwhile() -> None:
    story = Story()
    await story.published(*MANY)
    busy_with(story, 1, "PUT")
    story.promise(1, MONDAY)
    assert await cycles(story, STANDARD, 1)
    story.edit(2, "20270115", "20270120")
    story.edit(1, "SUMMARY:", "LOCATION:theirs\r\nSUMMARY:")
    await cycles(story, STANDARD, 2)
    assert story.ledger.tasks[2].promised_on == FRIDAY + timedelta(days=5)
    story.server.fault = faultless
    await cycles(story, STANDARD, 2)
    text = story.server.objects[story.ledger.link_of(1).name].text
    assert "DTSTART;VALUE=DATE:20270118" in text
    assert "LOCATION:theirs" in text


async def test_a_server_that_is_busy_with_everything_is_asked_once_a_cycle() -> None:
    story = Story()
    await story.published(*MANY)
    story.server.fault = lambda request, forward: httpx.Response(503)
    for number in MANY:
        story.promise(number, MONDAY)
    sent = len(story.server.log)
    with suppress(BusyError):
        await story.sync()
    assert len(story.server.log) == sent + 1
    assert not any(_was_busy(link) for link in story.ledger.links.values())


def _was_busy(link: Link) -> bool:
    return link.reason == WAS_BUSY
