"""Deleted there and wanted again: what somebody puts back before it is made anew is taken up, not doubled or lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import httpx
import pytest

from followthru.calendars.ical.form import Form
from followthru.calendars.item import Case, about
from followthru.calendars.links import RETURNS, LinkState
from followthru.calendars.merge import Matter, values_of
from followthru.calendars.plan import first_link
from followthru.calendars.shown import Role, Shown, View
from followthru.calendars.sight import Body, Delta, Sight
from followthru.calendars.steps import Ask, Create, Place
from followthru.domain.task import Status
from tests.calendars.fake import COLLECTION, ORIGIN, faultless
from tests.calendars.memory import task
from tests.calendars.quirks import Quirk
from tests.calendars.stories import FRIDAY, KilledError, Story, killed, lost

MONDAY = FRIDAY + timedelta(days=3)
OLD = "Renew malpractice cover"


def text_of(story: Story) -> str:
    """Return the one object there is."""
    [there] = story.server.objects.values()
    return there.text


def turn(story: Story, status: Status) -> None:
    """Give the task another status."""
    done_on = story.time.date() if status is Status.DONE else None
    story.ledger.put(story.ledger.tasks[1]._replace(status=status, done_on=done_on))


async def deleted_there(story: Story) -> tuple[str, str]:
    """Publish a promise, delete it there, and want it again; return name and text of what was deleted."""
    await story.published(1)
    await story.sync()
    name, text = story.ledger.link_of(1).name, text_of(story)
    story.server.delete(name)
    await story.sync()
    assert story.ledger.link_of(1).state is LinkState.UNLINKED
    story.ledger.answer(1, ours=True)
    return name, text


async def removed_here(story: Story) -> tuple[str, str]:
    """Publish a promise, drop it until its event is removed, and reopen it; return name and text of the event."""
    await story.published(1)
    await story.sync()
    name, text = story.ledger.link_of(1).name, text_of(story)
    turn(story, Status.DROPPED)
    await story.sync()
    assert story.server.objects == {}
    turn(story, Status.OPEN)
    return name, text


async def at_rest(story: Story) -> None:
    """Sync until nothing happens, for more than a day, and see that one object is left and asked about once a cycle."""
    for _ in range(3):
        await story.sync()
    story.time += timedelta(days=1, hours=1)
    for _ in range(3):
        await story.sync()
    report = await story.sync()
    assert report.quiet
    assert report.requests == 1
    assert [link.state for link in story.ledger.links.values() if link.state is not LinkState.GONE] == [
        LinkState.LINKED
    ]
    [name] = story.server.objects
    assert name == story.ledger.link_of(1).name


WAYS = pytest.mark.parametrize("way", [deleted_there, removed_here])
"""How an object came to be gone although it is wanted."""
Way = Callable[[Story], Awaitable[tuple[str, str]]]


@WAYS
async def test_what_is_put_back_as_it_was_is_taken_up_and_none_is_made_beside_it(way: Way) -> None:
    story = Story()
    name, text = await way(story)
    story.server.put(name, text)
    before = story.server.writes()
    await story.sync()
    assert text_of(story) == text
    assert story.server.writes() == before
    await at_rest(story)
    assert story.ledger.pulled == []


@WAYS
async def test_what_is_put_back_and_edited_is_taken_over(way: Way) -> None:
    story = Story()
    name, text = await way(story)
    moved = text.replace("20270115", "20270118").replace("20270116", "20270119")
    story.server.put(name, moved.replace(f"SUMMARY:{OLD}", "SUMMARY:Theirs"))
    await story.sync()
    row = story.ledger.tasks[1]
    assert (row.title, row.promised_on) == ("Theirs", MONDAY)
    await at_rest(story)


@WAYS
async def test_edits_of_both_sides_are_merged_and_the_same_field_is_asked_about(way: Way) -> None:
    story = Story()
    name, text = await way(story)
    story.promise(1, MONDAY)
    story.server.put(name, text.replace(f"SUMMARY:{OLD}", "SUMMARY:Theirs"))
    await story.sync()
    assert (story.ledger.tasks[1].title, story.ledger.tasks[1].promised_on) == ("Theirs", MONDAY)
    assert "DTSTART;VALUE=DATE:20270118" in text_of(story)
    await at_rest(story)


@WAYS
async def test_one_field_changed_on_both_sides_is_one_question(way: Way) -> None:
    story = Story()
    name, text = await way(story)
    story.ledger.questions.clear()
    story.ledger.put(story.ledger.tasks[1]._replace(title="Ours"))
    story.server.put(name, text.replace(f"SUMMARY:{OLD}", "SUMMARY:Theirs"))
    await story.sync()
    assert [(one.matter, one.ours, one.theirs) for one in story.ledger.questions] == [
        (Matter.CONFLICT, "Ours", "Theirs")
    ]
    assert list(story.server.objects) == [name]


async def test_an_old_text_put_back_is_no_edit_however_much_was_changed_here() -> None:
    story = Story()
    timed = task(1, promised_on=FRIDAY)._replace(promised_time="09:30")
    story.ledger.put(timed)
    await story.sync()
    turn(story, Status.DONE)
    await story.sync()
    name, text = story.ledger.link_of(1).name, text_of(story)
    assert "SUMMARY:done: " in text
    turn(story, Status.DROPPED)
    await story.sync()
    story.ledger.put(timed._replace(title="Ours", promised_on=MONDAY))
    story.ledger.zone = "Europe/Berlin"
    story.server.put(name, text)
    await story.sync()
    assert (story.ledger.pulled, story.ledger.questions) == ([], [])
    assert "SUMMARY:Ours (09:30)" in text_of(story)
    assert "20270118T093000" in text_of(story)
    await at_rest(story)


@WAYS
@pytest.mark.parametrize("quirk", [Quirk.MEMBER_403, Quirk.MEMBER_500])
@pytest.mark.parametrize("listed", [False, True])
async def test_what_is_put_back_and_cannot_be_read_is_waited_for(way: Way, quirk: Quirk, listed: bool) -> None:
    story = Story()
    name, text = await way(story)
    story.server.put(name, text.replace(f"SUMMARY:{OLD}", "SUMMARY:Theirs"))
    story.server.quirks.add(quirk)
    if listed:
        story.time += timedelta(days=2)
    for _ in range(3):
        await story.sync()
    assert list(story.server.objects) == [name], "none is made beside it, and it is not removed"
    assert story.ledger.link_of(1).state is LinkState.QUARANTINED
    story.server.quirks.discard(quirk)
    await story.sync()
    assert story.ledger.tasks[1].title == "Theirs"
    await at_rest(story)


@WAYS
@pytest.mark.parametrize("again", [Status.DROPPED, Status.DONE])
async def test_what_could_not_be_read_and_is_dropped_goes_as_soon_as_it_can_be(way: Way, again: Status) -> None:
    story = Story()
    name, text = await way(story)
    story.server.put(name, text)
    story.server.quirks.add(Quirk.MEMBER_403)
    await story.sync()
    turn(story, again)
    await story.sync()
    story.server.quirks.discard(Quirk.MEMBER_403)
    for _ in range(3):
        await story.sync()
    if again is Status.DROPPED:
        assert story.server.objects == {}
    else:
        assert f"SUMMARY:done: {OLD}" in text_of(story)


async def test_busy_when_it_is_looked_for_it_is_neither_doubled_nor_removed() -> None:
    story = Story()
    name, text = await deleted_there(story)
    story.server.put(name, text.replace(f"SUMMARY:{OLD}", "SUMMARY:Theirs"))

    def stand_between(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, headers={"Content-Type": "text/html"}, text="<html>sign in</html>")
        if b"calendar-multiget" in request.content:
            return httpx.Response(501)
        return forward()

    story.server.fault = stand_between
    for _ in range(2):
        await story.sync()
    assert list(story.server.objects) == [name]
    story.server.fault = faultless
    await story.sync()
    assert story.ledger.tasks[1].title == "Theirs"
    await at_rest(story)


async def test_dropped_again_before_the_sync_it_goes_and_nothing_is_made() -> None:
    story = Story()
    name, text = await deleted_there(story)
    story.server.put(name, text.replace(f"SUMMARY:{OLD}", "SUMMARY:Theirs"))
    turn(story, Status.DROPPED)
    for _ in range(2):
        await story.sync()
    assert story.server.objects == {}
    assert story.ledger.tasks[1].title == OLD


async def test_of_two_that_are_put_back_the_newer_is_taken_up_and_the_older_goes() -> None:
    story = Story()
    name, text = await deleted_there(story)
    await story.sync()
    second, later = story.ledger.link_of(1).name, text_of(story)
    assert second != name
    story.server.delete(second)
    await story.sync()
    story.ledger.answer(1, ours=True)
    story.server.put(name, text)
    story.server.put(second, later.replace(f"SUMMARY:{OLD}", "SUMMARY:Theirs"))
    await story.sync()
    assert list(story.server.objects) == [second]
    assert story.ledger.tasks[1].title == "Theirs"
    await at_rest(story)


async def test_of_another_form_by_now_its_edit_is_taken_over_and_it_goes() -> None:
    story = Story()
    name, text = await deleted_there(story)
    todos = View("promises", practices=("oak-street",), form=Form.TODO)
    story.place, story.ledger.view = story.place._replace(view=todos), todos
    story.server.put(name, text.replace(f"SUMMARY:{OLD}", "SUMMARY:Theirs"))
    for _ in range(2):
        await story.sync()
    assert story.ledger.tasks[1].title == "Theirs"
    assert "BEGIN:VTODO" in text_of(story)
    assert "SUMMARY:Theirs" in text_of(story)
    await at_rest(story)


async def test_what_is_brought_back_again_and_again_is_taken_up_once_it_is_wanted() -> None:
    story = Story()
    name, text = await removed_here(story)
    turn(story, Status.DROPPED)
    await story.sync()
    for _ in range(RETURNS + 1):
        story.server.put(name, text)
        await story.sync()
    assert list(story.server.objects) == [name], "two programs do not undo each other for ever"
    turn(story, Status.OPEN)
    await story.sync()
    assert list(story.server.objects) == [name]
    await at_rest(story)


@pytest.mark.parametrize("quirk", [None, Quirk.ETAG_ESCAPED, Quirk.ETAG_SUFFIXED, Quirk.ETAG_WEAK, Quirk.ETAG_NEVER])
@pytest.mark.parametrize("edited", [True, False])
async def test_what_comes_back_beside_the_new_one_goes_and_its_edit_is_taken_over(
    quirk: Quirk | None, edited: bool
) -> None:
    story = Story([] if quirk is None else [quirk])
    name, text = await deleted_there(story)
    await story.sync()
    story.server.put(name, text.replace(f"SUMMARY:{OLD}", "SUMMARY:Theirs") if edited else text)
    for _ in range(2):
        await story.sync()
    assert name not in story.server.objects
    assert story.ledger.tasks[1].title == ("Theirs" if edited else OLD)
    assert f"SUMMARY:{story.ledger.tasks[1].title}" in text_of(story)


async def test_sixty_that_come_back_at_once_go_again() -> None:
    story = Story()
    await story.published(*range(1, 61))
    there = {name: one.text for name, one in story.server.objects.items()}
    for number in range(1, 61):
        story.ledger.put(story.ledger.tasks[number]._replace(status=Status.DROPPED))
    await story.sync()
    assert story.server.objects == {}
    for name, text in there.items():
        story.server.put(name, text)
    await story.sync()
    assert story.server.objects == {}


@pytest.mark.parametrize("arrives", [True, False])
async def test_once_a_new_one_was_sent_what_comes_back_gives_way_to_it(arrives: bool) -> None:
    story = Story()
    name, text = await deleted_there(story)
    if arrives:
        story.after_next("PUT", lost)
        await story.sync()
    else:
        story.instead_of("PUT", killed)
        with pytest.raises(KilledError):
            await story.sync()
    story.server.put(name, text)
    story.server.fault = faultless
    await at_rest(story)
    assert name not in story.server.objects


async def test_where_it_did_not_come_back_it_is_looked_for_once_and_made() -> None:
    story = Story()
    name, _ = await deleted_there(story)
    before = len(story.server.log)
    await story.sync()
    asked = [method for method, _ in story.server.log[before:]]
    assert asked == ["PROPFIND", "REPORT", "GET", "PUT"], "its state, whether the old one is there, and the new one"
    assert name not in story.server.objects
    await at_rest(story)


async def test_a_refused_removal_of_what_came_back_leaves_one_object_in_the_end() -> None:
    story = Story()
    name, text = await deleted_there(story)
    await story.sync()
    story.server.put(name, text)
    story.server.fault = lambda request, forward: httpx.Response(403) if request.method == "DELETE" else forward()
    await story.sync()
    assert len(story.server.objects) == 2
    story.server.fault = faultless
    await at_rest(story)
    assert name not in story.server.objects


def test_on_a_calendar_of_others_their_edit_is_proposed() -> None:
    shown = Shown(1, "task-1", Role.PROMISE, "Cover renewed", FRIDAY, None, "UTC", done=False, published=True)
    place = Place("store-1", View("promises"), ORIGIN + COLLECTION)
    link, fresh = first_link(place, shown, 1), first_link(place, shown, 2)
    now = Story().time
    [create] = about(Case(None, shown, link, Sight(Delta({}, complete=True)), now, place))
    assert isinstance(create, Create)
    text = create.body
    gone = link._replace(id=1, state=LinkState.GONE, base=text, agreed=values_of(shown))
    theirs = text.replace("20270115", "20270118").replace("20270116", "20270119")
    sight = Sight(Delta({link.name: '"2"'}), {link.name: Body(theirs, '"2"')})
    [ask] = about(Case(gone, shown, fresh, sight, now, place))
    assert isinstance(ask, Ask)
    assert [(one.matter, one.theirs) for one in ask.questions] == [(Matter.PROPOSAL, date(2027, 1, 18))]
