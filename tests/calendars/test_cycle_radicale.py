"""The whole cycle against a real Radicale, with a second calendar program on the same collection."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import (
    AuthRefusedError,
    ForeignItemsError,
    LossGuardError,
    MissingError,
    PreconditionError,
    UnreachableError,
)
from followthru.calendars.links import LinkState
from followthru.calendars.merge import Matter
from followthru.calendars.shown import View
from followthru.demo.radicale import Radicale
from followthru.domain.task import Status
from tests.calendars.conftest import Desk
from tests.calendars.memory import task

FRIDAY = date(2027, 1, 15)
FOREIGN = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\nBEGIN:VEVENT\r\nUID:foreign-{n}\r\n"
    "DTSTAMP:20270101T000000Z\r\nDTSTART;VALUE=DATE:20270120\r\nDTEND;VALUE=DATE:20270121\r\n"
    "SUMMARY:Somebody else's {n}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


async def test_a_promise_is_published_once_and_then_nothing_is_asked_twice(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    report = await desk.sync()
    assert (report.created, report.problems) == (1, ())
    [text] = (await desk.texts()).values()
    for line in ("SUMMARY:Renew malpractice cover", "DTSTART;VALUE=DATE:20270115", "DTEND;VALUE=DATE:20270116"):
        assert line in text
    assert "TRANSP:TRANSPARENT" in text
    assert "X-FOLLOWTHRU-ID:task-1" in text
    commits = [desk.ledger.commits]
    reports = [await desk.sync() for _ in range(50)]
    assert all(one.quiet for one in reports)
    assert reports[-1].requests == 1
    commits.append(desk.ledger.commits)
    assert commits[1] - commits[0] <= 3, "only the token may be stored, and what our text became there"


async def test_a_moved_promise_is_pushed_as_one_change(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    await desk.sync()
    desk.ledger.put(task(1, promised_on=date(2027, 1, 18)))
    report = await desk.sync()
    assert (report.created, report.updated) == (0, 1)
    [text] = (await desk.texts()).values()
    assert "DTSTART;VALUE=DATE:20270118" in text
    assert "SEQUENCE:1" in text


async def test_a_move_on_the_calendar_comes_back_with_everything_foreign_kept(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    await desk.sync()
    name = desk.ledger.link_of(1).name
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15H\r\nDESCRIPTION:x\r\nEND:VALARM\r\nEND:VEVENT"
    body = await desk.other.get(name)
    assert body is not None
    edited = body.text.replace("20270115", "20270120").replace("20270116", "20270121")
    edited = edited.replace("END:VEVENT", "X-THEIRS;X-P=1:kept\r\nDESCRIPTION:Theirs\r\n" + alarm)
    await desk.other.replace(name, edited, body.etag)
    report = await desk.sync()
    assert (report.pulled, report.updated) == (1, 0)
    assert desk.ledger.tasks[1].promised_on == date(2027, 1, 20)
    assert (await desk.sync()).quiet

    desk.ledger.put(desk.ledger.tasks[1]._replace(promised_on=date(2027, 1, 22)))
    assert (await desk.sync()).updated == 1
    [text] = (await desk.texts()).values()
    assert "DTSTART;VALUE=DATE:20270122" in text
    assert "DTEND;VALUE=DATE:20270123" in text
    for line in ("X-THEIRS;X-P=1:kept", "DESCRIPTION:Theirs", "TRIGGER:-PT15H"):
        assert line in text


async def test_both_sides_survive_when_they_change_different_fields(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    await desk.sync()
    await desk.rewrite(desk.ledger.link_of(1).name, "20270115", "20270114")
    desk.ledger.put(task(1, "Renew cover and tell Dana", promised_on=FRIDAY))
    report = await desk.sync()
    assert (report.pulled, report.updated, report.asked) == (1, 1, 0)
    assert desk.ledger.tasks[1].promised_on == date(2027, 1, 14)
    [text] = (await desk.texts()).values()
    assert "SUMMARY:Renew cover and tell Dana" in text
    assert "DTSTART;VALUE=DATE:20270114" in text
    assert (await desk.sync()).quiet


@pytest.mark.parametrize("ours", [True, False])
async def test_the_same_field_moved_on_both_sides_is_one_question_with_a_way_out(desk: Desk, ours: bool) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    await desk.sync()
    await desk.rewrite(desk.ledger.link_of(1).name, "20270115", "20270114")
    desk.ledger.put(task(1, promised_on=date(2027, 1, 19)))
    report = await desk.sync()
    assert (report.pulled, report.updated, report.asked) == (0, 0, 1)
    [question] = desk.ledger.questions
    assert question.matter is Matter.CONFLICT
    assert (question.ours, question.theirs) == (date(2027, 1, 19), date(2027, 1, 14))
    assert (await desk.sync()).quiet, "an open question is asked once"
    if ours:
        desk.ledger.answer(1, ours=True)
    else:
        desk.ledger.put(task(1, promised_on=date(2027, 1, 14)))
    await desk.sync()
    [text] = (await desk.texts()).values()
    assert ("DTSTART;VALUE=DATE:20270119" if ours else "DTSTART;VALUE=DATE:20270114") in text
    assert desk.ledger.link_of(1).state is LinkState.LINKED
    assert (await desk.sync()).quiet


async def test_a_deleted_event_is_asked_about_and_never_comes_back_by_itself(desk: Desk) -> None:
    for number in range(1, 6):
        desk.ledger.put(task(number, promised_on=FRIDAY))
    await desk.sync()
    await desk.other.delete(desk.ledger.link_of(3).name, None)
    report = await desk.sync()
    assert report.asked == 1
    assert [one.matter for one in desk.ledger.questions] == [Matter.DELETED]
    assert desk.ledger.tasks[3].promised_on == FRIDAY
    assert desk.ledger.link_of(3).state is LinkState.UNLINKED
    desk.ledger.put(task(3, promised_on=date(2027, 2, 1)))
    assert (await desk.sync()).quiet
    assert len(await desk.texts()) == 4

    desk.ledger.answer(3, ours=True)
    assert (await desk.sync()).created == 1
    assert desk.ledger.link_of(3).generation == 2
    assert len(await desk.texts()) == 5


async def test_dropped_and_long_done_tasks_leave_the_calendar(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    desk.ledger.put(task(2, "Send billing numbers", promised_on=FRIDAY))
    await desk.sync()
    desk.ledger.put(desk.ledger.tasks[1]._replace(status=Status.DROPPED))
    desk.ledger.put(desk.ledger.tasks[2]._replace(status=Status.DONE, done_on=date(2027, 1, 4)))
    report = await desk.sync()
    assert (report.updated, report.removed) == (1, 1)
    [text] = (await desk.texts()).values()
    assert "SUMMARY:done: Send billing numbers" in text
    desk.time += timedelta(days=15)
    assert (await desk.sync()).removed == 1
    assert await desk.texts() == {}
    assert (await desk.sync()).quiet


async def test_a_done_mark_put_on_or_taken_off_the_calendar_ticks_the_task(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    await desk.sync()
    name = desk.ledger.link_of(1).name
    await desk.rewrite(name, "SUMMARY:Renew", "SUMMARY:done: Renew")
    assert (await desk.sync()).pulled == 1
    assert desk.ledger.tasks[1].status is Status.DONE
    await desk.rewrite(name, "SUMMARY:done: Renew", "SUMMARY:Renew")
    assert (await desk.sync()).pulled == 1
    assert desk.ledger.tasks[1].status is Status.OPEN
    assert desk.ledger.tasks[1].title == "Renew malpractice cover"


async def test_a_clock_time_goes_out_with_its_zone_and_comes_back_as_the_same_time(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY)._replace(promised_time="14:00"))
    await desk.sync()
    name = desk.ledger.link_of(1).name
    [text] = (await desk.texts()).values()
    for line in ("DTSTART;TZID=America/New_York:20270115T140000", "BEGIN:VTIMEZONE", "cover (14:00)"):
        assert line in text
    assert (await desk.sync()).quiet
    body = await desk.other.get(name)
    assert body is not None
    in_utc = body.text.replace("DTSTART;TZID=America/New_York:20270115T140000", "DTSTART:20270115T213000Z")
    in_utc = in_utc.replace("DTEND;TZID=America/New_York:20270115T143000", "DTEND:20270115T220000Z")
    await desk.other.replace(name, in_utc, body.etag)
    report = await desk.sync()
    assert desk.ledger.tasks[1].promised_time == "16:30"
    assert desk.ledger.tasks[1].promised_on == FRIDAY
    assert (report.pulled, report.updated) == (1, 1), "the time in the title follows"
    assert "cover (16:30)" in next(iter((await desk.texts()).values()))
    assert (await desk.sync()).quiet


async def test_a_deadline_moved_on_a_calendar_is_a_proposal_and_changes_nothing(desk: Desk) -> None:
    desk.ledger.put(task(1)._replace(deadline_on=FRIDAY))
    await desk.sync()
    await desk.rewrite(desk.ledger.link_of(1).name, "20270115", "20270114")
    report = await desk.sync()
    assert (report.pulled, report.asked) == (0, 1)
    [question] = desk.ledger.questions
    assert (question.matter, question.field) == (Matter.PROPOSAL, "deadline_on")
    assert desk.ledger.tasks[1].deadline_on == FRIDAY
    desk.ledger.answer(1, ours=True)
    assert (await desk.sync()).updated == 1
    assert "DTSTART;VALUE=DATE:20270115" in next(iter((await desk.texts()).values()))


async def test_fifty_five_changes_come_in_batches_of_fifty(desk: Desk) -> None:
    for number in range(55):
        desk.ledger.put(task(number + 1, promised_on=FRIDAY))
    await desk.sync()
    assert len(await desk.texts()) == 55
    for number in range(55):
        await desk.rewrite(
            desk.ledger.link_of(number + 1).name, "DTSTART;VALUE=DATE:20270115", "DTSTART;VALUE=DATE:20270114"
        )
    report = await desk.sync()
    assert report.pulled == 55
    assert report.requests == 2 + 2, "one look, one report, two batches"
    assert {row.promised_on for row in desk.ledger.tasks.values()} == {date(2027, 1, 14)}


async def test_an_event_that_cannot_be_read_is_left_alone_and_the_rest_goes_on(desk: Desk) -> None:
    for number in range(1, 4):
        desk.ledger.put(task(number, promised_on=FRIDAY))
    await desk.sync()
    await desk.rewrite(desk.ledger.link_of(1).name, "TRANSP:", "RRULE:FREQ=DAILY;COUNT=3\r\nTRANSP:")
    await desk.rewrite(desk.ledger.link_of(2).name, "20270115", "20270114")
    desk.ledger.put(task(1, promised_on=date(2027, 1, 29)))
    report = await desk.sync()
    assert (report.pulled, report.updated) == (1, 0)
    link = desk.ledger.link_of(1)
    assert (link.state, link.reason) == (LinkState.QUARANTINED, "it repeats on the calendar")
    assert (await desk.sync()).quiet
    await desk.rewrite(link.name, "RRULE:FREQ=DAILY;COUNT=3\r\n", "")
    assert (await desk.sync()).updated == 1
    assert desk.ledger.link_of(1).state is LinkState.LINKED


async def test_foreign_items_are_refused_unless_shared_and_never_fetched(
    client: DavClient, collection_url: str
) -> None:
    for number in range(3):
        await Collection(client, collection_url).create(f"f{number}.ics", FOREIGN.format(n=number))
    desk = Desk(client, collection_url, View("promises", practices=("oak-street",)))
    desk.ledger.put(task(1, promised_on=FRIDAY))
    with pytest.raises(ForeignItemsError) as caught:
        await desk.sync()
    assert caught.value.count == 3
    assert desk.ledger.links == {}

    shared = Desk(client, collection_url, View("promises", practices=("oak-street",), shares=True))
    shared.ledger.put(task(1, promised_on=FRIDAY))
    before = await shared.texts()
    report = await shared.sync()
    assert (report.created, report.foreign) == (1, 3)
    await shared.sync()
    await shared.other.replace("f0.ics", FOREIGN.format(n=0).replace("20270120", "20270122"), None)
    assert (await shared.sync()).requests == 2, "a foreign change is seen and not read"
    after = await shared.texts()
    assert {name: after[name] for name in ("f1.ics", "f2.ics")} == {name: before[name] for name in ("f1.ics", "f2.ics")}
    assert "Somebody" not in repr((shared.ledger.links, shared.ledger.memory, shared.ledger.operations))


async def test_a_calendar_that_lost_too_much_is_refused_until_confirmed(desk: Desk) -> None:
    for number in range(1, 11):
        desk.ledger.put(task(number, promised_on=FRIDAY))
    await desk.sync()
    for number in range(1, 5):
        await desk.other.delete(desk.ledger.link_of(number).name, None)
    desk.ledger.put(task(9, promised_on=date(2027, 1, 25)))
    moved = desk.ledger.link_of(9).id
    links = {id: link for id, link in desk.ledger.links.items() if id != moved}
    with pytest.raises(LossGuardError) as caught:
        await desk.sync()
    assert (caught.value.lost, caught.value.known) == (4, 10)
    assert {id: link for id, link in desk.ledger.links.items() if id != moved} == links
    assert "20270125" in (desk.ledger.links[moved].base or ""), "what is still there is kept up to date"
    desk.ledger.memory = desk.ledger.memory._replace(confirmed=True)
    report = await desk.sync()
    assert (report.asked, report.updated) == (4, 0)
    assert not desk.ledger.memory.confirmed


async def test_a_restored_store_finds_its_own_objects_again(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    desk.ledger.put(task(2, "Send billing numbers", promised_on=FRIDAY))
    await desk.sync()
    await desk.rewrite(desk.ledger.link_of(2).name, "20270115", "20270114")
    restored = Desk(desk.client, desk.url, desk.place.view)
    for row in (task(1, promised_on=FRIDAY), task(2, "Send billing numbers", promised_on=FRIDAY)):
        restored.ledger.put(row)
    report = await restored.sync()
    assert (report.created, report.updated, report.asked, report.foreign) == (0, 0, 1, 0)
    assert restored.ledger.link_of(1).state is LinkState.LINKED
    assert restored.ledger.link_of(2).state is LinkState.ASKED
    assert len(await restored.texts()) == 2


async def test_a_conditional_write_never_overwrites_another_version(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    await desk.sync()
    link = desk.ledger.link_of(1)
    text = link.base or ""
    with pytest.raises(PreconditionError):
        await desk.other.create(link.name, text)
    await desk.rewrite(link.name, "20270115", "20270114")
    with pytest.raises(PreconditionError):
        await desk.other.replace(link.name, text, link.etag)
    with pytest.raises(PreconditionError):
        await desk.other.delete(link.name, link.etag)
    await desk.other.delete(link.name, None)
    with pytest.raises(MissingError):
        await desk.other.delete(link.name, None)
    with pytest.raises((PreconditionError, MissingError)):
        await desk.other.replace(link.name, text, link.etag)


async def test_an_unknown_token_ends_in_a_complete_listing(desk: Desk) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    await desk.sync()
    await desk.rewrite(desk.ledger.link_of(1).name, "20270115", "20270114")
    for token in ("http://radicale.org/ns/sync/" + "0" * 64, "garbage", "a&b<c"):
        desk.ledger.memory = desk.ledger.memory._replace(sync_token=token)
        assert await desk.other.changes_since(token) is None
    assert (await desk.sync()).pulled == 1


async def test_wrong_password_gone_collection_and_dead_server_are_told_apart(
    desk: Desk, radicale: Radicale, collection_url: str
) -> None:
    desk.ledger.put(task(1, promised_on=FRIDAY))
    async with DavClient(Account("home", radicale.url, "pm", "wrong")) as wrong:
        stranger = Desk(wrong, collection_url, desk.place.view)
        with pytest.raises(AuthRefusedError, match="account home"):
            await stranger.sync()
        assert wrong.requests == 1
    async with DavClient(Account("home", "http://127.0.0.1:9/", "pm", "x")) as nobody:
        lonely = Desk(nobody, "http://127.0.0.1:9/pm/c/", desk.place.view)
        with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:9"):
            await lonely.sync()
    gone = Desk(desk.client, f"{radicale.url}pm/never-made/", desk.place.view)
    with pytest.raises(MissingError, match="no such collection"):
        await gone.sync()
    assert desk.ledger.commits == 0
