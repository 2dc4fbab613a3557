"""A condition that is refused although nothing stands against it: who wrote there is not overwritten."""

from __future__ import annotations

from datetime import date, timedelta

import httpx
import pytest

from followthru.calendars.caps import STANDARD
from followthru.calendars.links import LinkState
from tests.calendars.fake import faultless
from tests.calendars.measured import measured
from tests.calendars.quirks import Quirk
from tests.calendars.stories import FRIDAY, Story

MONDAY = FRIDAY + timedelta(days=3)
THEIRS = date(2027, 1, 20)


async def lagging() -> Story:
    """Return a story in which their edit has reached the server, and what is read is still what was before it."""
    story = Story()
    await story.published(1, 2)
    name = story.ledger.link_of(1).name
    story.server.lagging[name] = story.server.objects[name]
    story.edit(1, "20270115", "20270120")
    return story


@pytest.mark.parametrize("dropped", [False, True], ids=["a-change", "a-removal"])
async def test_behind_a_copy_that_lags_their_edit_is_not_overwritten(dropped: bool) -> None:
    story = await lagging()
    name = story.ledger.link_of(1).name
    row = story.ledger.tasks[1]
    story.ledger.put(row._replace(promised_on=None) if dropped else row._replace(title="Renew the cover"))
    for _ in range(2):
        writes = story.server.writes()
        report = await story.sync()
        assert [problem.task_id for problem in report.problems] == [1]
        assert story.server.writes() == writes + 2, "once more under the version that was read, and no more"
        assert "DTSTART;VALUE=DATE:20270120" in story.server.objects[name].text
    story.server.lagging.clear()
    await story.sync()
    if dropped:
        assert name not in story.server.objects
    else:
        assert story.ledger.tasks[1].promised_on == THEIRS
        assert "SUMMARY:Renew the cover" in story.server.objects[name].text
    assert (await story.sync()).problems == ()


async def test_what_was_refused_for_a_moment_only_goes_out_with_the_next_try() -> None:
    story = Story()
    await story.published(1)

    def once(request: httpx.Request, forward: object) -> httpx.Response:
        if request.method == "PUT":
            story.server.fault = faultless
            return httpx.Response(412)
        return faultless(request, forward)  # type: ignore[arg-type]

    story.server.fault = once
    story.promise(1, MONDAY)
    report = await story.sync()
    assert (report.updated, report.problems) == (1, ())
    assert story.ledger.link_of(1).state is LinkState.LINKED


@pytest.mark.parametrize("quirks", [{Quirk.ETAG_SUFFIXED, Quirk.MULTIGET_501}, {Quirk.ETAG_BARE, Quirk.ETAG_WEAK}])
async def test_where_no_condition_was_ever_held_it_goes_out_without(quirks: set[Quirk]) -> None:
    caps = measured(quirks)
    assert not caps.replace_held
    story = Story(quirks)
    await story.published(1)
    story.edit(1, "END:VEVENT", "X-NOTE:theirs\r\nEND:VEVENT")
    await story.sync(caps)
    story.promise(1, MONDAY)
    assert (await story.sync(STANDARD)).updated == 0
    assert (await story.sync(caps)).updated == 1
    assert "DTSTART;VALUE=DATE:20270118" in story.server.objects[story.ledger.link_of(1).name].text
