"""A server that gives no etag anywhere: what was read is known, so that it is not read again while nothing changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from followthru.calendars.caps import BELIEVING, STANDARD, Caps
from tests.calendars.fake import Quirk
from tests.calendars.measured import measured
from tests.calendars.stories import FRIDAY, Story

MONDAY = FRIDAY + timedelta(days=3)


@pytest.mark.parametrize("caps", [STANDARD, BELIEVING], ids=["standard", "believing"])
@pytest.mark.parametrize("marks", [[], [Quirk.CTAG_ONLY]], ids=["token", "ctag"])
async def test_while_nothing_changes_one_request_is_made(marks: list[Quirk], caps: Caps) -> None:
    story = Story([Quirk.ETAG_NEVER, *marks])
    await story.published(1, 2, 3)
    for _ in range(3):
        await story.sync(caps)
    assert [(await story.sync(caps)).requests for _ in range(3)] == [1, 1, 1]
    story.edit(2, "20270115", "20270118")
    assert (await story.sync(caps)).pulled == 1
    assert story.ledger.tasks[2].promised_on == MONDAY
    story.promise(1, MONDAY)
    assert (await story.sync(caps)).updated == 1
    for _ in range(3):
        await story.sync(caps)
    assert (await story.sync(caps)).requests == 1


async def test_by_token_only_what_changed_is_read() -> None:
    story = Story([Quirk.ETAG_NEVER])
    await story.published(*range(1, 9))
    for _ in range(3):
        await story.sync()
    story.edit(2, "20270115", "20270118")
    sent = len(story.server.log)
    await story.sync()
    assert len(story.server.log) - sent <= 4, "the head, the report and one text"


async def test_without_token_and_ctag_their_edit_is_found_all_the_same() -> None:
    quirks = [Quirk.ETAG_NEVER, Quirk.NO_MARKS]
    story, caps = Story(quirks), measured(quirks)
    await story.published(1, 2)
    await story.sync(caps)
    story.edit(2, "20270115", "20270118")
    assert (await story.sync(caps)).pulled == 1


@pytest.mark.parametrize("quirks", [[], [Quirk.CTAG_ONLY]], ids=["token", "ctag"])
async def test_an_edit_between_our_look_and_our_write_is_merged(quirks: list[Quirk]) -> None:
    story = Story([Quirk.ETAG_NEVER, *quirks])
    await story.published(1)
    for _ in range(3):
        await story.sync()
    story.edit(1, "SUMMARY:", "LOCATION:theirs\r\nSUMMARY:")
    story.promise(1, MONDAY)
    await story.sync()
    text = story.server.objects[story.ledger.link_of(1).name].text
    assert "LOCATION:theirs" in text
    assert "DTSTART;VALUE=DATE:20270118" in text
