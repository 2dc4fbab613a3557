"""What becomes of our own writes before our next look, where no token and no report tells it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from followthru.calendars.dav import requests
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.errors import LossGuardError
from followthru.calendars.links import LinkState
from followthru.calendars.merge import Matter
from followthru.calendars.shown import View
from tests.calendars.conftest import Desk
from tests.calendars.memory import task
from tests.calendars.stories import FRIDAY, Story
from tests.xandikos import Xandikos

MONDAY = date(2027, 1, 18)


async def quiet(story: Story) -> int:
    """Run one cycle in which nothing happens, and return how many requests it took."""
    report = await story.sync()
    assert report.quiet
    return report.requests


@pytest.mark.parametrize("restored", [False, True], ids=["left-out-of-the-report", "the-token-of-before"])
async def test_what_came_and_went_between_two_tokens_is_asked_about_in_the_next_cycle(restored: bool) -> None:
    story = Story()
    await story.published(1, 2, 3)
    await quiet(story)
    token = story.server.revision
    story.ledger.put(task(4, promised_on=FRIDAY))
    await story.sync()
    name = story.ledger.link_of(4).name
    story.server.delete(name)
    del story.server.removed[name]
    if restored:
        story.server.revision = token
    report = await story.sync()
    assert report.asked == 1
    assert [one.matter for one in story.ledger.questions] == [Matter.DELETED]
    assert story.ledger.link_of(4).state is LinkState.UNLINKED
    assert [await quiet(story) for _ in range(3)][1:] == [1, 1]


async def test_an_edit_that_leaves_the_token_as_it_was_is_read_in_the_next_cycle() -> None:
    story = Story()
    await story.published(1)
    await quiet(story)
    token = story.server.revision
    await story.published(2)
    story.edit(2, "20270115", "20270120")
    story.server.revision = token
    assert (await story.sync()).pulled == 1
    assert story.ledger.tasks[2].promised_on == date(2027, 1, 20)


async def test_much_that_is_missing_of_our_own_writes_is_a_loss_to_confirm() -> None:
    story = Story()
    await story.published(1)
    await quiet(story)
    token = story.server.revision
    await story.published(*range(2, 12))
    for name in [story.ledger.link_of(number).name for number in range(2, 12)]:
        story.server.delete(name)
        del story.server.removed[name]
    story.server.revision = token
    with pytest.raises(LossGuardError):
        await story.sync()
    assert story.ledger.questions == []


async def test_once_heard_of_nothing_more_is_asked_than_whether_anything_is_new() -> None:
    story = Story()
    await story.published(*range(1, 121))
    await quiet(story)
    assert [await quiet(story) for _ in range(3)] == [1, 1, 1]
    story.promise(1, MONDAY)
    assert (await story.sync()).updated == 1
    await quiet(story)
    assert [await quiet(story) for _ in range(3)] == [1, 1, 1]
    assert story.ledger.snapshot().unheard == frozenset()


async def test_xandikos_gives_the_old_token_for_a_state_put_back_and_the_deletion_is_found(tmp_path: Path) -> None:
    with Xandikos(tmp_path) as server:
        async with DavClient(Account("home", server.url, "pm", "x")) as client:
            url = f"{server.url}pm/calendars/c{uuid4().hex}/"
            assert (await client.send(requests.make_calendar(url, "Promises", ("VEVENT",)))).status == 201
            desk = Desk(client, url, View("promises", practices=("oak-street",)))
            desk.ledger.put(task(1, promised_on=FRIDAY))
            await desk.sync()
            await desk.sync()
            assert (await desk.sync()).requests == 1
            before = (await desk.other.head()).sync_token
            desk.ledger.put(task(2, promised_on=FRIDAY))
            await desk.sync()
            await desk.other.delete(desk.ledger.link_of(2).name, None)
            assert (await desk.other.head()).sync_token == before
            assert (await desk.sync()).asked == 1
            assert [one.matter for one in desk.ledger.questions] == [Matter.DELETED]
            await desk.sync()
            assert (await desk.sync()).requests == 1
