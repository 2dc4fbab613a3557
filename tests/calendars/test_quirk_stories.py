"""What each quirk is dangerous for, told one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import httpx
import pytest

from followthru.calendars.errors import BadAnswerError, LossGuardError
from followthru.calendars.links import LinkState
from followthru.calendars.merge import Matter
from followthru.domain.task import Status
from tests.calendars.answers import Answer, Asked
from tests.calendars.fake import faultless
from tests.calendars.memory import task
from tests.calendars.quirks import Quirk
from tests.calendars.stories import FRIDAY, Story
from tests.calendars.test_quirks import busy
from tests.calendars.world import World

MONDAY = date(2027, 1, 18)
BAD_TOKENS = [quirk for quirk in Quirk if quirk.name.startswith("TOKEN_BAD_")]


async def rests(story: Story) -> None:
    """Hold that three more cycles, a day apart, write nothing."""
    writes = story.server.writes()
    for _ in range(3):
        story.time += timedelta(days=1, minutes=1)
        assert (await story.sync()).quiet
    assert story.server.writes() == writes


@pytest.mark.parametrize("quirk", [*BAD_TOKENS, Quirk.TOKEN_UNKNOWN_LISTS, Quirk.LISTS_REMOVED])
async def test_a_token_that_is_not_known_any_more_ends_in_a_whole_listing(quirk: Quirk) -> None:
    story = Story([quirk])
    await story.published(1, 2, 3)
    await story.sync()
    story.server.forget_tokens()
    story.edit(1, "20270115", "20270118")
    story.server.delete(story.ledger.link_of(2).name)
    for _ in range(2):
        story.time += timedelta(days=1) if quirk is Quirk.TOKEN_BAD_500 else timedelta(minutes=15)
        await story.sync()
    assert story.ledger.tasks[1].promised_on == MONDAY
    story.time += timedelta(days=1)
    await story.sync()
    assert [one.matter for one in story.ledger.questions] == [Matter.DELETED]
    assert story.ledger.link_of(3).state is LinkState.LINKED
    await rests(story)


@pytest.mark.parametrize("quirk", [Quirk.TOKEN_STUCK, Quirk.CUTS_SILENTLY])
async def test_what_a_token_never_tells_is_found_within_a_day(quirk: Quirk) -> None:
    story = Story([quirk])
    await story.published(*range(1, 8))
    await story.sync()
    for number in range(1, 7):
        story.edit(number, "20270115", "20270118")
    story.server.delete(story.ledger.link_of(7).name)
    for _ in range(3):
        story.time += timedelta(minutes=15)
        await story.sync()
    moved = sum(row.promised_on == MONDAY for row in story.ledger.tasks.values())
    assert moved < 6, "the server hides it"
    story.time += timedelta(days=1)
    await story.sync()
    assert all(story.ledger.tasks[number].promised_on == MONDAY for number in range(1, 7))
    assert [one.matter for one in story.ledger.questions] == [Matter.DELETED]
    await rests(story)


async def test_a_second_write_in_the_same_second_is_found_within_a_day() -> None:
    story = Story([Quirk.TOKEN_SECONDS])
    await story.published(1, 2)
    story.time += timedelta(days=1)
    story.edit(1, "20270115", "20270118")
    await story.sync()
    story.server.objects[name] = story.server.objects[name := story.ledger.link_of(2).name]._replace(
        text=story.server.objects[name].text.replace("20270115", "20270118"), revision=story.server.revision + 1
    )
    story.server.revision += 1
    story.server.seconds[story.server.revision] = story.server.seconds[story.server.revision - 1]
    assert (await story.sync()).quiet, "the server hides it"
    story.time += timedelta(days=1)
    assert (await story.sync()).pulled == 1
    assert story.ledger.tasks[2].promised_on == MONDAY
    await rests(story)


RACES = [None, Quirk.RACE_409, Quirk.RACE_423, Quirk.RACE_500, Quirk.RACE_BOTH_WIN]


async def raced(race: Quirk | None, old: str, new: str) -> Story:
    """Return the story of a promise that is moved here in the moment in which somebody writes there."""
    story = Story([race] if race else [])
    await story.published(1)
    before = story.server.objects[name := story.ledger.link_of(1).name].text
    story.server.rival = lambda: story.server.put(name, before.replace(old, new))
    story.promise(1, MONDAY)
    for _ in range(3):
        story.time += timedelta(minutes=15)
        await story.sync()
    return story


@pytest.mark.parametrize("race", RACES)
async def test_two_writers_at_once_lose_neither_edit(race: Quirk | None) -> None:
    story = await raced(race, "SUMMARY:Renew", "SUMMARY:They renew")
    text = story.server.objects[story.ledger.link_of(1).name].text
    assert "They renew" in text or story.ledger.questions
    asked = [one.field for one in story.ledger.questions]
    assert story.ledger.tasks[1].promised_on == MONDAY or "promised_on" in asked
    assert "20270118" in text or "promised_on" in asked
    await rests(story)


@pytest.mark.parametrize("race", RACES)
async def test_two_writers_of_one_date_at_once_end_in_a_question(race: Quirk | None) -> None:
    story = await raced(race, "20270115", "20270120")
    [question] = story.ledger.questions
    assert (question.ours, question.theirs) == (MONDAY, date(2027, 1, 20))
    assert story.ledger.tasks[1].promised_on == MONDAY
    await rests(story)


async def test_a_lost_write_goes_out_again_although_its_etag_was_spelt_otherwise() -> None:
    story = Story([Quirk.ETAG_ESCAPED])
    await story.published(1)
    story.edit(1, "SUMMARY:Renew", "SUMMARY:They renew")
    await story.sync()
    story.promise(1, MONDAY)

    def lose_one(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method != "PUT":
            return forward()
        story.server.fault = faultless
        raise httpx.ReadError("connection reset")

    story.server.fault = lose_one
    report = await story.sync()
    assert (report.updated, report.problems) == (1, ())
    await rests(story)


UID_REFUSALS = [None, Quirk.UID_403, Quirk.UID_409_BARE, Quirk.UID_412, Quirk.UID_412_BARE]


@pytest.mark.parametrize("quirk", UID_REFUSALS)
async def test_a_uid_that_is_taken_elsewhere_is_said_and_not_tried_for_ever(quirk: Quirk | None) -> None:
    story = Story([quirk] if quirk else [])
    await story.published(1)
    link = story.ledger.link_of(1)
    text = story.server.objects.pop(link.name).text
    story.server.put("elsewhere.ics", text)
    story.server.quirks.add(Quirk.LISTS_REMOVED)
    fresh = Story([quirk] if quirk else [])
    fresh.server = story.server
    fresh.place = fresh.place._replace(view=fresh.place.view._replace(shares=True))
    for number in (1, 2, 3):
        fresh.ledger.put(task(number, promised_on=FRIDAY))
    report = await fresh.sync()
    assert report.created == 2
    [problem] = report.problems
    assert "refused" in problem.reason
    writes = story.server.writes()
    for _ in range(5):
        fresh.time += timedelta(minutes=15)
        await fresh.sync()
    assert story.server.writes() == writes, "not tried again with every cycle"
    assert len(story.server.objects) == 3


async def test_what_was_deleted_there_is_made_again_although_its_uid_is_in_the_bin() -> None:
    story = Story([Quirk.UID_TRASHED])
    await story.published(1)
    story.server.delete(story.ledger.link_of(1).name)
    await story.sync()
    story.ledger.answer(1, ours=True)
    assert (await story.sync()).created == 1
    assert len(story.server.objects) == 1
    await rests(story)


async def test_a_copy_under_the_same_uid_is_neither_read_nor_merged() -> None:
    story = Story([Quirk.UID_TWICE])
    await story.published(1)
    text = story.server.objects[story.ledger.link_of(1).name].text
    story.server.put("copy.ics", text.replace("20270115", "20270120"))
    for _ in range(3):
        story.time += timedelta(days=2)
        await story.sync()
    assert story.ledger.tasks[1].promised_on == FRIDAY
    assert len(story.server.objects) == 2
    assert story.server.writes() == 1


async def test_what_they_removed_and_made_again_is_read_although_its_etag_began_anew() -> None:
    story = Story([Quirk.ETAG_RESTARTS])
    await story.published(1)
    await story.sync()
    name = story.ledger.link_of(1).name
    text = story.server.objects[name].text
    story.server.delete(name)
    story.server.put(name, text.replace("20270115", "20270118"))
    assert story.server.etag(name) == story.ledger.link_of(1).etag
    assert (await story.sync()).pulled == 1
    assert story.ledger.tasks[1].promised_on == MONDAY
    await rests(story)


@pytest.mark.parametrize("there", [True, False])
async def test_a_member_named_as_changed_and_as_removed_is_asked_itself(there: bool) -> None:
    story = Story([Quirk.CHANGED_AND_REMOVED])
    await story.published(1, 2)
    await story.sync()
    name = story.ledger.link_of(1).name
    text = story.server.objects[name].text
    story.server.delete(name)
    if there:
        story.server.put(name, text.replace("20270115", "20270118"))
    await story.sync()
    asked = [one.matter for one in story.ledger.questions]
    assert asked == ([] if there else [Matter.DELETED])
    assert story.ledger.tasks[1].promised_on == (MONDAY if there else FRIDAY)
    await rests(story)


async def test_what_they_deleted_is_not_made_again_by_a_put_that_creates() -> None:
    story = Story([Quirk.IM_CREATES])
    await story.published(1, 2)
    story.server.delete(story.ledger.link_of(1).name)
    story.promise(1, MONDAY)
    await story.sync()
    await story.sync()
    assert [one.matter for one in story.ledger.questions] == [Matter.DELETED]
    assert len(story.server.objects) == 1
    await rests(story)


@pytest.mark.parametrize("quirk", [Quirk.MEMBER_403, Quirk.MEMBER_500])
async def test_a_member_that_cannot_be_read_is_named_and_the_others_go_on(quirk: Quirk) -> None:
    story = Story()
    await story.published(*range(1, 6))
    story.server.quirks.add(quirk)
    for number in range(1, 6):
        story.edit(number, "20270115", "20270118")
    bad = min(story.server.objects)
    await story.sync()
    links = {link.name: link for link in story.ledger.links.values()}
    assert links[bad].state is LinkState.QUARANTINED
    assert links[bad].reason
    moved = {number for number, row in story.ledger.tasks.items() if row.promised_on == MONDAY}
    assert moved == {link.task_id for name, link in links.items() if name != bad}
    await rests(story)
    story.server.quirks.clear()
    await story.sync()
    assert story.ledger.tasks[links[bad].task_id].promised_on == MONDAY


@pytest.mark.parametrize(
    ("quirk", "expected"), [(Quirk.EMPTY_LISTING, LossGuardError), (Quirk.HTML_200, BadAnswerError)]
)
async def test_a_server_that_is_not_well_is_said_in_words_and_nothing_is_believed(
    quirk: Quirk, expected: type[LossGuardError | BadAnswerError]
) -> None:
    story = Story()
    await story.published(1, 2, 3)
    story.server.quirks.add(quirk)
    before = dict(story.ledger.links)
    for _ in range(3):
        story.time += timedelta(days=2)
        with pytest.raises(expected) as caught:
            await story.sync()
        assert caught.value.safe
        assert caught.value.remedy
    assert story.ledger.links == before
    story.server.quirks.clear()
    await rests(story)


def test_no_limit_and_no_star_is_ever_sent() -> None:
    world = World()
    asked: list[Asked] = []
    answer = world.server.answer

    def noting(one: Asked) -> Answer:
        asked.append(one)
        return answer(one)

    world.server.answer = noting  # type: ignore[method-assign]
    busy(world)
    world.settle()
    assert len(asked) > 20
    assert not [one for one in asked if "nresults" in one.body or one.headers.get("if-match") == "*"]
    assert all(one.headers.get("if-match") for one in asked if one.method == "DELETE")


async def test_a_removal_that_is_not_allowed_is_said_and_not_tried_with_every_cycle() -> None:
    story = Story()
    await story.published(1, 2)
    story.instead_of("DELETE", lambda: httpx.Response(403))
    story.ledger.put(story.ledger.tasks[1]._replace(status=Status.DROPPED))
    report = await story.sync()
    assert len(report.problems) == 1
    writes = story.server.writes()
    for _ in range(5):
        story.time += timedelta(minutes=15)
        await story.sync()
    assert story.server.writes() == writes
    story.server.fault = faultless
    story.time += timedelta(days=1)
    await story.sync()
    assert len(story.server.objects) == 1
    await rests(story)
