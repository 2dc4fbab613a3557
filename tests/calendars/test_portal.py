"""A page comes in the place of one object, as of a portal on the way: that says nothing about the object."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import httpx
import pytest

from followthru.calendars.caps import CAREFUL, STANDARD, Caps
from followthru.calendars.errors import BadAnswerError
from followthru.calendars.links import LinkState
from tests.calendars.fake import Fault, faultless
from tests.calendars.quirks import Quirk
from tests.calendars.stories import Story

PAGES = {
    "a page": lambda: httpx.Response(200, html="<html>sign in</html>"),
    "a page that is said to be text": lambda: httpx.Response(200, text="<html>sign in</html>"),
    "nothing": lambda: httpx.Response(200, text=""),
    "another server": lambda: httpx.Response(302, headers={"Location": "https://portal.example/"}),
}


def in_place_of(name: str, page: Callable[[], httpx.Response], *methods: str) -> Fault:
    """Return a go-between that answers what is asked about one object with a page."""

    def stand_between(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        about = request.url.path.endswith(name) and request.method in (methods or ("GET",))
        return page() if about else forward()

    return stand_between


@pytest.mark.parametrize("page", PAGES)
async def test_an_edit_is_taken_over_by_the_next_sync_and_the_others_at_once(page: str) -> None:
    story = Story({Quirk.MULTIGET_501})
    await story.published(1, 2)
    link = story.ledger.link_of(1)
    for number in (1, 2):
        story.edit(number, "20270115", "20270118")
    story.server.fault = in_place_of(link.name, PAGES[page])
    report = await story.sync()
    assert report.pulled == 1
    assert [(one.task_id, "read again" in one.reason) for one in report.problems] == [(1, True)]
    assert story.ledger.link_of(1).state is LinkState.LINKED
    story.server.fault = faultless
    report = await story.sync()
    assert (report.pulled, report.problems) == (1, ())
    assert story.ledger.tasks[1].promised_on == date(2027, 1, 18)
    assert (await story.sync()).requests == 1


async def test_what_its_user_answered_is_still_the_answer() -> None:
    story = Story({Quirk.MULTIGET_501})
    await story.published(1)
    story.promise(1, date(2027, 1, 20))
    story.edit(1, "20270115", "20270118")
    assert (await story.sync()).asked == 1
    story.ledger.answer(1, ours=True)
    # A program writes the same text once more: it has to be read again.
    name = story.ledger.link_of(1).name
    story.server.put(name, story.server.objects[name].text)
    story.server.fault = in_place_of(name, PAGES["a page"])
    await story.sync()
    story.server.fault = faultless
    report = await story.sync()
    assert (report.asked, report.updated) == (0, 1)
    assert "20270120" in story.server.objects[name].text


@pytest.mark.parametrize("caps", [STANDARD, CAREFUL])
async def test_a_write_stays_open_while_nobody_can_say_whether_it_landed(caps: Caps) -> None:
    story = Story()
    await story.published(1)
    await story.sync(caps)
    name = story.ledger.link_of(1).name
    story.promise(1, date(2027, 1, 20))
    page = in_place_of(name, PAGES["a page"])
    lost: list[str] = []

    def answers_lost(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method == "PUT":
            lost.append(forward().text)
            raise httpx.ReadError("the answer is lost")
        return page(request, forward) if lost else forward()

    story.server.fault = answers_lost
    report = await story.sync(caps)
    assert len(lost) == 1
    assert [one.task_id for one in report.problems] == [1]
    assert len(story.ledger.operations) == 1
    story.promise(1, date(2027, 1, 22))
    story.server.fault = faultless
    report = await story.sync(caps)
    assert (report.asked, story.ledger.operations) == (0, {})
    assert "20270122" in story.server.objects[name].text


async def test_where_nothing_was_measured_a_page_before_a_write_leaves_one_alone_and_the_rest_goes_on() -> None:
    story = Story()
    await story.published(1, 2)
    name = story.ledger.link_of(1).name
    for number in (1, 2):
        story.promise(number, date(2027, 1, 20))
    story.server.fault = in_place_of(name, PAGES["a page"])
    report = await story.sync(CAREFUL)
    assert (report.updated, [one.task_id for one in report.problems]) == (1, [1])
    story.server.fault = faultless
    assert (await story.sync(CAREFUL)).updated == 1


async def test_a_portal_before_everything_stops_the_sync_and_nothing_is_left_alone() -> None:
    story = Story()
    await story.published(1)
    story.promise(1, date(2027, 1, 20))
    story.server.fault = lambda request, forward: PAGES["a page"]()
    with pytest.raises(BadAnswerError):
        await story.sync()
    story.server.fault = faultless
    assert (await story.sync()).updated == 1
