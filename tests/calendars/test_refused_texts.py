"""What a server does not take is offered again when it says something else, and not with every cycle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import httpx
import pytest

from followthru.calendars.links import LinkState
from tests.calendars.fake import faultless
from tests.calendars.stories import FRIDAY, Story

MONDAY = date(2027, 1, 18)
REFUSAL = '<error xmlns="DAV:"><valid-calendar-data/></error>'


@pytest.fixture
def story() -> Story:
    """A server that takes no promise of that Monday."""
    story = Story()

    def refuse(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        unwanted = request.method == "PUT" and b"20270118" in request.content
        return httpx.Response(403, text=REFUSAL) if unwanted else forward()

    story.server.fault = refuse
    return story


def puts(story: Story) -> int:
    return sum(method == "PUT" for method, _ in story.server.log)


async def rests(story: Story) -> None:
    """Hold that nothing is offered in three more cycles, and that they come to one request each."""
    before = puts(story)
    reports = [await story.sync() for _ in range(3)]
    assert all(report.quiet for report in reports)
    assert puts(story) == before
    assert reports[-1].requests == 1


async def refused(story: Story, *, new: bool) -> None:
    """Have a new object or a change of one refused."""
    await story.published(2) if new else await story.published(1, 2)
    if new:
        story.ledger.put(story.ledger.tasks[2]._replace(id=1, uid="task-1", promised_on=MONDAY))
    else:
        story.promise(1, MONDAY)
    assert len((await story.sync()).problems) == 1
    await rests(story)


@pytest.mark.parametrize("new", [True, False], ids=["creation", "update"])
async def test_a_refused_text_is_offered_again_once_its_task_says_something_else(story: Story, *, new: bool) -> None:
    await refused(story, new=new)
    story.promise(1, date(2027, 1, 19))
    report = await story.sync()
    assert (report.created, report.updated, report.problems) == (int(new), int(not new), ())
    link = story.ledger.link_of(1)
    assert (link.state, link.reason) == (LinkState.LINKED, None)
    assert "20270119" in story.server.objects[link.name].text
    await rests(story)


@pytest.mark.parametrize("new", [True, False], ids=["creation", "update"])
async def test_what_is_refused_again_waits_again_and_others_do_not_wake_it(story: Story, *, new: bool) -> None:
    await refused(story, new=new)
    before = puts(story)
    story.promise(2, date(2027, 1, 20))
    await story.sync()
    assert puts(story) == before + 1, "the other one alone"
    await rests(story)
    story.ledger.put(story.ledger.tasks[1]._replace(title="Another title"))
    assert len((await story.sync()).problems) == 1
    assert puts(story) == before + 2
    await rests(story)


async def test_an_update_taken_back_is_in_step_again_and_nothing_is_sent(story: Story) -> None:
    await refused(story, new=False)
    before = puts(story)
    story.promise(1, FRIDAY)
    assert (await story.sync()).problems == ()
    assert puts(story) == before
    assert story.ledger.link_of(1).state is LinkState.LINKED
    await rests(story)


async def test_an_object_that_cannot_be_read_is_not_written_over_when_its_task_changes(story: Story) -> None:
    await story.published(1, 2)
    name = story.ledger.link_of(1).name
    story.server.put(name, "BEGIN:VCALENDAR\r\nnot a calendar")
    await story.sync()
    assert story.ledger.link_of(1).state is LinkState.QUARANTINED
    story.server.fault = faultless
    before = puts(story)
    story.promise(1, date(2027, 1, 19))
    await story.sync()
    assert puts(story) == before
