"""Single stories of trouble: each server answer that has wiped or doubled somebody's calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import httpx
import pytest

from followthru.calendars.apply import AT_ONCE, MAX_FAULTS
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.errors import (
    AuthRefusedError,
    BadAnswerError,
    BusyError,
    CalendarError,
    LossGuardError,
    MissingError,
    ServerFaultError,
    UnreachableError,
)
from followthru.calendars.links import LinkState
from followthru.calendars.merge import Matter
from followthru.calendars.steps import Create
from followthru.domain.task import Status
from tests.calendars.fake import COLLECTION, ORIGIN, faultless
from tests.calendars.memory import never, task
from tests.calendars.quirks import Quirk
from tests.calendars.stories import FRIDAY, KilledError, Story, killed, lost


@pytest.fixture
def story() -> Story:
    return Story()


async def test_a_lost_answer_to_a_creation_makes_no_second_object(story: Story) -> None:
    story.ledger.put(task(1, promised_on=FRIDAY))
    story.after_next("PUT", lost)
    report = await story.sync()
    assert (report.created, report.problems) == (1, ())
    assert len(story.server.objects) == 1
    assert (await story.sync()).quiet
    assert story.server.writes() == 1


async def test_killed_after_a_creation_that_was_edited_since_it_is_merged_without_a_question(story: Story) -> None:
    story.ledger.put(task(1, promised_on=FRIDAY))
    story.after_next("PUT", killed)
    with pytest.raises(KilledError):
        await story.sync()
    story.edit(1, "20270115", "20270114")
    story.ledger.put(task(1, "New title", FRIDAY))
    report = await story.sync()
    assert (report.pulled, report.asked) == (1, 0)
    assert story.ledger.tasks[1].promised_on == date(2027, 1, 14)
    [stored] = story.server.objects.values()
    assert "SUMMARY:New title" in stored.text


@pytest.mark.parametrize("status", [404, 500, 403])
async def test_a_creation_that_cannot_be_looked_up_asks_nothing_about_our_own_words(story: Story, status: int) -> None:
    story.ledger.put(task(1, promised_on=FRIDAY))
    story.after_next("PUT", killed)
    with pytest.raises(KilledError):
        await story.sync()
    story.promise(1, date(2027, 1, 18))
    story.instead_of("GET", lambda: httpx.Response(status))
    await story.sync()
    story.server.fault = faultless
    story.time += timedelta(days=2)
    await story.sync()
    assert story.ledger.questions == []
    [stored] = story.server.objects.values()
    assert "DTSTART;VALUE=DATE:20270118" in stored.text


async def test_killed_after_an_update_that_both_sides_followed_up_it_is_merged_without_a_question(
    story: Story,
) -> None:
    await story.published(1)
    story.promise(1, date(2027, 1, 18))
    story.after_next("PUT", killed)
    with pytest.raises(KilledError):
        await story.sync()
    story.edit(1, "SUMMARY:Renew malpractice cover", "SUMMARY:Renew it")
    story.promise(1, date(2027, 1, 19))
    report = await story.sync()
    assert (report.pulled, report.asked) == (1, 0)
    [stored] = story.server.objects.values()
    assert "DTSTART;VALUE=DATE:20270119" in stored.text
    assert "SUMMARY:Renew it" in stored.text


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("marked", [True, False])
async def test_a_killed_update_is_told_from_one_that_never_arrived(story: Story, arrived: bool, marked: bool) -> None:
    await story.published(1)
    story.promise(1, date(2027, 1, 18))
    story.after_next("PUT", killed) if arrived else story.instead_of("PUT", killed)
    with pytest.raises(KilledError):
        await story.sync()
    story.server.fault = faultless
    story.edit(
        1, "DTSTART;VALUE=DATE:20270118" if arrived else "DTSTART;VALUE=DATE:20270115", "DTSTART;VALUE=DATE:20270104"
    )
    if not marked:
        story.edit(1, "X-FOLLOWTHRU-REVISION", "X-DROPPED")
    report = await story.sync()
    assert (report.pulled, report.asked) == ((1, 0) if arrived and marked else (0, 1))


async def test_killed_between_taking_over_and_publishing_the_rest_is_published_later(story: Story) -> None:
    await story.published(1)
    story.edit(1, "20270115", "20270114")
    story.ledger.put(task(1, "New title", FRIDAY))
    await killed_after_the_pull(story)
    report = await story.sync()
    assert (report.updated, report.asked) == (1, 0)
    [stored] = story.server.objects.values()
    assert "DTSTART;VALUE=DATE:20270114" in stored.text
    assert "SUMMARY:New title" in stored.text


async def test_killed_between_taking_over_and_publishing_our_part_is_not_taken_for_agreed(story: Story) -> None:
    await story.published(1)
    story.edit(1, "20270115", "20270114")
    story.ledger.put(task(1, "New title", FRIDAY))
    await killed_after_the_pull(story)
    story.edit(1, "SUMMARY:Renew malpractice cover", "SUMMARY:Theirs")
    await story.sync()
    assert [(one.ours, one.theirs) for one in story.ledger.questions] == [("New title", "Theirs")]


async def killed_after_the_pull(story: Story) -> None:
    def tick() -> None:
        if story.ledger.pulled:
            raise KilledError

    story.ledger.tick = tick
    with pytest.raises(KilledError):
        await story.sync()
    story.ledger.tick = never


async def test_a_removal_that_failed_keeps_what_was_edited_there_meanwhile(story: Story) -> None:
    await story.published(1)
    story.edit(1, "20270115", "20270114")
    story.ledger.put(story.ledger.tasks[1]._replace(status=Status.DROPPED))
    story.instead_of("DELETE", lost)
    await story.sync()
    story.server.fault = faultless
    story.ledger.put(story.ledger.tasks[1]._replace(status=Status.OPEN))
    assert (await story.sync()).pulled == 1
    assert story.ledger.tasks[1].promised_on == date(2027, 1, 14)


async def test_an_edit_here_during_the_sync_is_neither_lost_nor_pushed_half_way(story: Story) -> None:
    await story.published(1)
    story.edit(1, "20270115", "20270114")
    pull = story.ledger.pull
    plan = story.ledger.snapshot
    calls = [0]

    def snapshot_then_edit() -> object:
        calls[0] += 1
        found = plan()
        if calls[0] == 2:
            story.promise(1, date(2027, 1, 20))
        return found

    story.ledger.snapshot = snapshot_then_edit  # type: ignore[method-assign,assignment]
    report = await story.sync()
    assert (report.pulled, len(report.problems)) == (0, 1)
    story.ledger.snapshot = plan
    story.ledger.pull = pull
    assert (await story.sync()).asked == 1
    assert story.ledger.questions[0].theirs == date(2027, 1, 14)
    assert story.ledger.tasks[1].promised_on == date(2027, 1, 20)


async def test_a_move_taken_back_while_a_question_is_open_comes_back_too(story: Story) -> None:
    await story.published(1)
    story.ledger.put(task(1, "Ours", FRIDAY))
    story.edit(1, "SUMMARY:Renew malpractice cover", "SUMMARY:Theirs")
    story.edit(1, "20270115", "20270114")
    report = await story.sync()
    assert (report.pulled, report.asked) == (1, 1)
    story.edit(1, "20270114", "20270115")
    assert (await story.sync()).pulled == 1
    assert story.ledger.tasks[1].promised_on == FRIDAY


async def test_what_a_stale_client_puts_back_after_we_deleted_it_goes_again(story: Story) -> None:
    await story.published(1)
    name = story.ledger.link_of(1).name
    text = story.server.objects[name].text
    story.ledger.put(story.ledger.tasks[1]._replace(status=Status.DROPPED))
    await story.sync()
    story.server.put(name, text)
    assert (await story.sync()).removed == 1
    assert story.server.objects == {}


@pytest.mark.parametrize("status", [403, 500])
async def test_one_refused_member_of_many_delays_none_of_the_others(story: Story, status: int) -> None:
    await story.published(*range(1, 21))
    for number in range(1, 21):
        story.edit(number, "20270115", "20270114")
    poisoned = story.ledger.link_of(7).name

    def poison(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        answer = forward()
        if request.method == "GET" and request.url.path.endswith(poisoned):
            return httpx.Response(403)
        if request.method != "REPORT":
            return answer
        parts = answer.text.split("<response>")
        bad = f"<href>{COLLECTION}{poisoned}</href><status>HTTP/1.1 {status} No</status></response>"
        for at, part in enumerate(parts):
            if poisoned in part and "calendar-data" in part:
                parts[at] = bad + part.partition("</response>")[2]
        return httpx.Response(207, text="<response>".join(parts))

    story.server.fault = poison
    report = await story.sync()
    assert report.pulled == 19
    link = story.ledger.link_of(7)
    assert link.state is LinkState.QUARANTINED
    assert link.reason
    story.server.fault = faultless
    assert (await story.sync()).pulled == 1
    assert story.ledger.link_of(7).state is LinkState.LINKED


LYING: dict[str, tuple[Callable[[], httpx.Response], type[Exception]]] = {
    "a web page with 200": (lambda: httpx.Response(200, html="<html>sign in</html>"), BadAnswerError),
    "a web page with 207": (lambda: httpx.Response(207, html="<html>sign in</html>"), BadAnswerError),
    "cut xml": (lambda: httpx.Response(207, text='<multistatus xmlns="DAV:"><response>'), BadAnswerError),
    "a doctype": (
        lambda: httpx.Response(207, text='<!DOCTYPE x [<!ENTITY a "b">]><multistatus xmlns="DAV:"/>'),
        BadAnswerError,
    ),
    "nothing at all": (lambda: httpx.Response(207, text='<multistatus xmlns="DAV:"/>'), BadAnswerError),
    "not found": (lambda: httpx.Response(404), MissingError),
    "failing": (lambda: httpx.Response(500), ServerFaultError),
    "busy": (lambda: httpx.Response(429, headers={"Retry-After": "120"}), BusyError),
    "unauthorised": (lambda: httpx.Response(401), AuthRefusedError),
    "gone away": (lost, UnreachableError),
}


@pytest.mark.parametrize("lie", LYING)
async def test_no_false_answer_ever_unlinks_or_deletes_anything(story: Story, lie: str) -> None:
    await story.published(1, 2, 3)
    story.promise(2, date(2027, 1, 18))
    story.time += timedelta(days=2)
    moved = story.ledger.link_of(2).id
    before = {id: link for id, link in story.ledger.links.items() if id != moved}
    answer, expected = LYING[lie]
    story.instead_of("PROPFIND", answer)
    with pytest.raises(expected) as caught:
        await story.sync()
    assert isinstance(caught.value, CalendarError)
    assert caught.value.safe
    assert {id: link for id, link in story.ledger.links.items() if id != moved} == before
    assert story.ledger.links[moved].state is LinkState.LINKED, "what was moved here went out before the lie"
    assert len(story.server.objects) == 3
    story.server.fault = faultless
    assert (await story.sync()).quiet
    assert any("20270118" in body.text for body in story.server.objects.values())


async def test_an_empty_listing_is_refused_until_confirmed(story: Story) -> None:
    await story.published(1, 2)
    story.server.objects.clear()
    story.server.revision += 1
    story.time += timedelta(days=2)
    with pytest.raises(LossGuardError) as caught:
        await story.sync()
    assert (caught.value.lost, caught.value.known) == (2, 2)
    assert all(link.state is LinkState.LINKED for link in story.ledger.links.values())


async def test_a_listing_that_leaves_out_objects_that_are_there_unlinks_none(story: Story) -> None:
    await story.published(*range(1, 6))
    hidden = story.ledger.link_of(3).name
    story.time += timedelta(days=2)

    def hide(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        answer = forward()
        if request.headers.get("Depth") != "1" or request.method != "PROPFIND":
            return answer
        parts = answer.text.split("<response>")
        return httpx.Response(207, text="<response>".join(part for part in parts if hidden not in part))

    story.server.fault = hide
    assert (await story.sync()).quiet
    assert story.ledger.link_of(3).state is LinkState.LINKED


async def test_what_a_server_does_not_take_is_left_alone_and_named(story: Story) -> None:
    story.ledger.put(task(1, promised_on=FRIDAY))
    story.ledger.put(task(2, promised_on=FRIDAY))
    refusals = [httpx.Response(403, text='<error xmlns="DAV:"><valid-calendar-data/></error>')]

    def refuse(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        return refusals.pop() if request.method == "PUT" and refusals else forward()

    story.server.fault = refuse
    report = await story.sync()
    assert report.created == 1
    [problem] = report.problems
    assert "valid-calendar-data" in problem.reason
    await story.sync()
    assert story.server.writes() == 2, "not offered again at once"
    story.time += timedelta(days=2)
    assert (await story.sync()).created == 1


async def test_a_change_that_a_server_does_not_take_waits_for_the_next_complete_listing(story: Story) -> None:
    await story.published(1)
    story.promise(1, date(2027, 1, 18))
    story.instead_of("PUT", lambda: httpx.Response(415))
    await story.sync()
    assert story.ledger.link_of(1).state is LinkState.QUARANTINED
    story.server.fault = faultless
    await story.sync()
    assert story.server.writes() == 2, "not offered again at once"
    story.time += timedelta(days=2)
    assert (await story.sync()).updated == 1
    assert story.ledger.link_of(1).state is LinkState.LINKED


async def test_a_foreign_item_that_appears_later_is_counted_and_left_alone(story: Story) -> None:
    await story.published(1)
    story.server.put("theirs.ics", "not even a calendar")
    story.time += timedelta(days=2)
    report = await story.sync()
    assert (report.foreign, report.problems, report.quiet) == (1, (), True)
    assert ("GET", COLLECTION + "theirs.ics") not in story.server.log


async def test_a_failing_server_is_not_asked_a_thousand_times(story: Story) -> None:
    for number in range(1, 40):
        story.ledger.put(task(number, promised_on=FRIDAY))
    story.instead_of("PUT", lambda: httpx.Response(500))
    with pytest.raises(ServerFaultError):
        await story.sync()
    assert story.server.writes() <= AT_ONCE + MAX_FAULTS, "as many as are on their way at once, then three alone"
    story.server.fault = faultless
    assert (await story.sync()).created == 39


async def test_a_rehearsal_sends_and_stores_nothing(story: Story) -> None:
    story.ledger.put(task(1, promised_on=FRIDAY))
    async with DavClient(Account("home", ORIGIN, "pm", "x"), transport=story.server) as client:
        plan = await story.cycle(client).rehearse()
    [step] = plan.steps
    assert isinstance(step, Create)
    assert (story.server.writes(), story.ledger.commits) == (0, 0)


async def test_a_cancelled_event_is_asked_about(story: Story) -> None:
    await story.published(1)
    story.edit(1, "TRANSP:", "STATUS:CANCELLED\r\nTRANSP:")
    await story.sync()
    assert [one.matter for one in story.ledger.questions] == [Matter.CANCELLED]
    assert (await story.sync()).quiet


@pytest.mark.parametrize("quirk", [Quirk.IM_IGNORED, Quirk.ETAG_ODD, Quirk.ETAG_WEAK])
async def test_their_edit_survives_ours_where_no_condition_holds(quirk: Quirk) -> None:
    """A server, or a proxy before it, that passes conditions over; etags that no header can hold."""
    story = Story([quirk])
    await story.published(1, 2)
    story.edit(1, "20270115", "20270120")
    story.ledger.put(story.ledger.tasks[1]._replace(title="Renew all cover"))
    story.server.delete(story.ledger.link_of(2).name)
    story.promise(2, FRIDAY + timedelta(days=3))
    await story.sync()
    await story.sync()
    assert story.ledger.tasks[1].promised_on == FRIDAY + timedelta(days=5)
    [stored] = story.server.objects.values()
    assert "20270120" in stored.text
    assert "Renew all cover" in stored.text
    assert [one.matter for one in story.ledger.questions] == [Matter.DELETED]
