"""What every server must be good for: created, changed and deleted on both sides, merged, asked about, kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from followthru.calendars.caps import CAREFUL
from followthru.calendars.errors import (
    CalendarError,
    ForbiddenError,
    ForeignItemsError,
    LossGuardError,
    PreconditionError,
)
from followthru.calendars.links import LinkState
from followthru.calendars.merge import Matter
from followthru.domain.task import Status
from tests.calendars.test_cycle_radicale import FOREIGN
from tests.contract.desk import FRIDAY, Desk, strong, without
from tests.contract.ground import Ground, until

pytestmark = pytest.mark.contract
TUESDAY = date(2027, 1, 19)
THURSDAY = date(2027, 1, 14)
NEXT_WEEK = date(2027, 1, 20)
THEIRS = (
    "X-THEIRS;X-P=1:kept\\, with a comma",
    "DESCRIPTION:Theirs: a longer text that has to be folded somewhere because it is longer than one line may be",
    "LOCATION:Room 4\\; second floor",
    "CATEGORIES:theirs,and more",
    "PRIORITY:3",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "TRIGGER:-PT15H",
    "DESCRIPTION:Remember",
    "X-ALARM-OWN:kept",
    "END:VALARM",
)


async def test_a_promise_is_published_and_read_by_another_program(desk: Desk) -> None:
    await desk.published(1)
    assert "SUMMARY:Renew cover 1" in await desk.shows(FRIDAY)


async def test_a_change_here_goes_out_as_one_write(desk: Desk) -> None:
    await desk.published(1)
    before = desk.wire.writes()
    desk.promise(1, on=TUESDAY)
    report = await desk.settled(lambda sums: sums.updated >= 1)
    assert (report.created, report.updated, report.pulled, report.asked) == (0, 1, 0, 0)
    assert desk.wire.writes() == before + 1
    await desk.shows(TUESDAY)


async def test_a_change_there_comes_back_once_and_is_not_written_again(desk: Desk) -> None:
    await desk.published(1, 2)
    before = desk.wire.writes()
    await desk.move(1, THURSDAY)
    report = await desk.settled(lambda sums: sums.pulled >= 1)
    assert (report.pulled, report.updated, report.asked) == (1, 0, 0)
    assert [desk.ledger.tasks[number].promised_on for number in (1, 2)] == [THURSDAY, FRIDAY]
    assert desk.wire.writes() == before


async def test_different_fields_changed_on_both_sides_both_survive(desk: Desk) -> None:
    await desk.published(1)
    await desk.move(1, THURSDAY)
    desk.promise(1, title="Renew cover and tell Dana")
    report = await desk.settled(lambda sums: sums.pulled >= 1 and sums.updated >= 1)
    assert report.asked == 0
    assert desk.ledger.tasks[1].promised_on == THURSDAY
    await desk.text("SUMMARY:Renew cover and tell Dana")
    await desk.shows(THURSDAY)


@pytest.mark.parametrize("ours", [True, False])
async def test_one_field_changed_on_both_sides_is_one_question_with_a_way_out(desk: Desk, ours: bool) -> None:
    await desk.published(1)
    await desk.move(1, THURSDAY)
    desk.promise(1, on=TUESDAY)
    report = await desk.settled(lambda sums: sums.asked >= 1)
    assert (report.pulled, report.updated, report.asked) == (0, 0, 1)
    [question] = desk.ledger.questions
    assert (question.matter, question.ours, question.theirs) == (Matter.CONFLICT, TUESDAY, THURSDAY)
    if ours:
        desk.ledger.answer(1, ours=True)
    else:
        desk.promise(1, on=THURSDAY)
    await desk.settled(lambda _: desk.ledger.link_of(1).state is LinkState.LINKED)
    await desk.shows(TUESDAY if ours else THURSDAY)
    assert len(desk.ledger.questions) == 1


async def test_what_is_dropped_here_leaves_the_calendar(desk: Desk) -> None:
    await desk.published(1, 2)
    desk.ledger.put(desk.ledger.tasks[1]._replace(status=Status.DROPPED))
    report = await desk.settled(lambda sums: sums.removed >= 1)
    assert (report.removed, report.asked) == (1, 0)
    assert list(await desk.texts(1)) == [desk.ledger.link_of(2).name]


async def test_what_is_deleted_there_is_asked_about_and_made_again_only_when_wanted(desk: Desk) -> None:
    await desk.published(1, 2, 3)
    await desk.delete(2)
    report = await desk.settled(lambda sums: sums.asked >= 1)
    assert (report.asked, report.created) == (1, 0)
    assert [one.matter for one in desk.ledger.questions] == [Matter.DELETED]
    assert desk.ledger.tasks[2].promised_on == FRIDAY
    desk.promise(2, on=TUESDAY)
    await desk.settled()
    assert len(await desk.texts(2)) == 2, "it does not come back by itself"
    desk.ledger.answer(2, ours=True)
    report = await desk.settled(lambda sums: sums.created >= 1)
    assert report.created == 1
    assert len(await desk.texts(3)) == 3


async def test_gone_on_both_sides_is_gone(desk: Desk) -> None:
    await desk.published(1, 2)
    await desk.delete(1)
    desk.ledger.put(desk.ledger.tasks[1]._replace(status=Status.DROPPED))
    report = await desk.settled(lambda _: desk.ledger.link_of(1).state is LinkState.GONE)
    assert (report.asked, report.problems) == (0, ())
    assert desk.ledger.link_of(1).state is LinkState.GONE


async def test_a_store_that_lost_its_links_finds_its_objects_again(desk: Desk) -> None:
    await desk.published(1, 2)
    await desk.move(2, THURSDAY)
    before = desk.wire.writes()
    desk.ledger.links.clear()
    desk.ledger.memory = desk.ledger.memory._replace(complete_at=None, sync_token=None, ctag=None)
    report = await desk.settled(lambda _: len(desk.ledger.links) == 2)
    assert (report.created, report.updated, report.asked, report.foreign) == (0, 0, 1, desk.beside)
    assert [desk.ledger.link_of(number).state for number in (1, 2)] == [LinkState.LINKED, LinkState.ASKED]
    assert desk.wire.writes() == before
    assert len(await desk.texts(2)) == 2


async def test_lines_of_other_programs_survive_every_edit_of_ours(desk: Desk) -> None:
    await desk.published(1)
    body = await desk.body(1)
    name = desk.ledger.link_of(1).name
    # One object may carry a property once: what we wrote ourselves makes room for theirs.
    own = [line for line in body.text.split("\r\n") if not line.startswith(("CATEGORIES", "PRIORITY", "DESCRIPTION"))]
    edited = "\r\n".join(own).replace("END:VEVENT", "\r\n".join([*THEIRS, "END:VEVENT"]))
    try:
        await desk.other.replace(name, edited, strong(body))
    except (PreconditionError, ForbiddenError):
        pytest.skip("the server takes no such lines from anybody")
    stored = _foreign((await desk.body(1, "X-THEIRS")).text)
    await desk.settled()
    for step in range(1, 6):
        desk.promise(1, on=FRIDAY + timedelta(days=step), title=f"Renew cover, step {step}")
        await desk.settled(lambda sums: sums.updated >= 1)
        text = (await desk.body(1, f"{FRIDAY + timedelta(days=step):%Y%m%d}")).text
        assert _foreign(text) == stored, f"after {step} edits"


def _foreign(text: str) -> list[str]:
    """Return the lines that are not ours, unfolded, sorted: servers order them as they like."""
    begun = ("DTSTART", "DTEND", "SUMMARY", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "CREATED", "PRODID")
    ours = (*begun, "X-FOLLOWTHRU-REVISION")
    return sorted(line for line in text.replace("\r\n ", "").split("\r\n") if not line.startswith(ours))


async def test_nothing_is_written_over_fifty_idle_cycles(ground: Ground, desk: Desk) -> None:
    await desk.published(1, 2, 3)
    await desk.move(2, THURSDAY)
    await desk.settled(lambda sums: sums.pulled >= 1)
    writes, sent = desk.wire.writes(), len(desk.wire.log)
    cycles = 15 if ground.far else 50
    for _ in range(cycles):
        desk.time += timedelta(minutes=2)
        assert (await desk.sync()).quiet
    assert desk.wire.writes() == writes
    etags = (await desk.other.listing()).etags.values()
    if desk.caps.marks and all(etags):  # without a version of its own, what each says has to be read
        assert len(desk.wire.log) - sent <= cycles + 10, "the cheapest check is made, and no more"


async def test_one_item_that_must_not_be_touched_stops_nothing(desk: Desk) -> None:
    await desk.published(1, 2)
    daily = "RRULE:FREQ=DAILY;COUNT=3\r\nEND:VEVENT"
    await desk.edit(1, lambda text: text.replace("END:VEVENT", daily), "RRULE:")
    await desk.move(2, THURSDAY)
    desk.promise(1, on=TUESDAY)
    report = await desk.settled(lambda sums: sums.pulled >= 1)
    assert (report.pulled, report.updated) == (1, 0)
    link = desk.ledger.link_of(1)
    assert (link.state, link.reason) == (LinkState.QUARANTINED, "it repeats on the calendar")
    await desk.edit(1, lambda text: without(text, "RRULE"), lacks="RRULE")
    assert (await desk.settled(lambda sums: sums.updated >= 1)).updated == 1


async def test_one_item_that_cannot_be_read_stops_nothing(desk: Desk) -> None:
    await desk.published(1, 2)
    await desk.move(2, THURSDAY)
    body = await desk.body(1)
    broken = body.text.replace("DTSTART;VALUE=DATE:20270115", "DTSTART;VALUE=DATE:somewhen")
    try:
        await desk.other.replace(desk.ledger.link_of(1).name, broken, strong(body))
    except CalendarError:
        pytest.skip("the server refuses what cannot be read")
    desk.promise(1, on=TUESDAY)
    report = await desk.settled(lambda sums: sums.pulled >= 1)
    assert (report.pulled, report.updated) == (1, 0)
    assert desk.ledger.tasks[2].promised_on == THURSDAY


async def test_a_calendar_that_lost_too_much_waits_for_a_word(desk: Desk) -> None:
    numbers = tuple(range(1, 9))
    await desk.published(*numbers)
    for number in numbers[:4]:
        await desk.delete(number)
    with pytest.raises(LossGuardError) as caught:
        await desk.settled(lambda _: False)
    assert (caught.value.lost, caught.value.known) == (4, 8)
    assert desk.ledger.questions == []
    desk.ledger.memory = desk.ledger.memory._replace(confirmed=True)
    assert (await desk.settled(lambda sums: sums.asked >= 4)).asked == 4


async def test_a_calendar_that_came_back_empty_waits_for_a_word(desk: Desk) -> None:
    if desk.beside:
        pytest.skip("other things are in the calendar: it is never empty")
    await desk.published(1, 2)
    for number in (1, 2):
        await desk.delete(number)
    desk.ledger.memory = desk.ledger.memory._replace(sync_token=None, ctag=None)
    with pytest.raises(LossGuardError):
        await desk.settled(lambda _: False)
    assert {row.promised_on for row in desk.ledger.tasks.values()} == {FRIDAY}


async def test_items_of_others_are_refused_and_left_as_they_are(desk: Desk) -> None:
    if desk.beside:
        pytest.skip("other things are in the calendar, and were allowed to be")
    await desk.other.create("foreign-1.ics", FOREIGN.format(n=1))
    stored = await desk.texts(1)
    desk.promise(1)
    with pytest.raises(ForeignItemsError):
        await until(desk.sync, lambda _: False, seconds=5)
    assert desk.ledger.links == {}
    assert await desk.texts(1) == stored


async def test_without_any_measurement_everything_still_converges(ground: Ground, desk: Desk) -> None:
    desk.caps = CAREFUL._replace(plain=desk.caps.plain)
    await desk.published(1, 2)
    await desk.move(1, THURSDAY)
    desk.promise(2, on=TUESDAY)
    report = await desk.settled(lambda sums: sums.pulled >= 1 and sums.updated >= 1)
    assert (report.created, report.pulled, report.updated, report.asked) == (0, 1, 1, 0)
    desk.ledger.put(desk.ledger.tasks[1]._replace(status=Status.DROPPED))
    assert (await desk.settled(lambda sums: sums.removed >= 1)).removed == 1
    await desk.shows(TUESDAY)
