"""A server that refuses a time zone is told clock times in UTC, which are read back in the practice's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import httpx
import pytest

from followthru.calendars.caps import CAREFUL, STANDARD, Caps
from followthru.calendars.ical.form import Form
from followthru.calendars.ical.utc import in_utc
from followthru.calendars.links import LinkState
from tests.calendars.fake import Quirk
from tests.calendars.memory import task
from tests.calendars.stories import FRIDAY, Story

MONDAY = FRIDAY + timedelta(days=3)


def story(form: Form, *more: Quirk) -> Story:
    story = Story([Quirk.ZONE_REFUSED, *more])
    view = story.place.view._replace(form=form)
    story.place = story.place._replace(view=view)
    story.ledger.view = view
    return story


def text(story: Story, number: int = 1) -> str:
    return story.server.objects[story.ledger.link_of(number).name].text


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("caps", [STANDARD, CAREFUL], ids=["standard", "careful"])
async def test_a_clock_time_goes_there_and_back(form: Form, caps: Caps) -> None:
    desk = story(form)
    for number in range(1, 8):
        desk.ledger.put(task(number, promised_on=FRIDAY)._replace(promised_time="21:30"))
    report = await desk.sync(caps)
    assert (report.created, report.problems) == (7, ())
    assert ":20270116T023000Z" in text(desk), "half past nine in the evening in New York is the next day in UTC"
    for _ in range(3):
        await desk.sync(caps)
    assert (await desk.sync(caps)).quiet
    desk.edit(1, "20270116T023000Z", "20270117T140000Z")
    if form is Form.EVENT:
        desk.edit(1, "20270116T030000Z", "20270117T143000Z")
    assert (await desk.sync(caps)).pulled
    assert (desk.ledger.tasks[1].promised_on, desk.ledger.tasks[1].promised_time) == (date(2027, 1, 17), "09:00")
    desk.ledger.put(desk.ledger.tasks[1]._replace(promised_on=MONDAY, promised_time="10:15"))
    assert (await desk.sync(caps)).problems == ()
    assert ":20270118T151500Z" in text(desk)
    assert {link.state for link in desk.ledger.links.values()} == {LinkState.LINKED}
    for _ in range(3):
        await desk.sync(caps)
    assert (await desk.sync(caps)).quiet


async def test_it_is_asked_once_a_sync_and_not_once_for_each() -> None:
    desk = story(Form.EVENT)
    for number in range(1, 41):
        desk.ledger.put(task(number, promised_on=FRIDAY)._replace(promised_time="09:00"))
    report = await desk.sync()
    assert report.created == 40
    puts = sum(method == "PUT" for method, _ in desk.server.log)
    assert puts <= 40 + 40


async def test_what_is_refused_in_utc_as_well_is_left_alone_and_named() -> None:
    desk = story(Form.EVENT, Quirk.ZERO_REFUSED)
    desk.ledger.put(task(1, promised_on=FRIDAY)._replace(promised_time="09:00"))
    desk.ledger.put(task(2, promised_on=FRIDAY))
    seen: list[str] = []

    def refuse(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method != "PUT" or b"(09:00)" not in request.content:
            return forward()
        seen.append(request.content.decode())
        return httpx.Response(403, text='<error xmlns="DAV:"><valid-calendar-data/></error>')

    desk.server.fault = refuse
    report = await desk.sync()
    assert report.created == 1
    assert [problem.task_id for problem in report.problems] == [1]
    assert ["VTIMEZONE" in one for one in seen] == [True, False]
    assert (await desk.sync()).created == 0


def test_only_own_clock_times_are_said_anew_and_a_zone_that_is_named_elsewhere_stays() -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:Europe/Zurich\r\nEND:VTIMEZONE\r\n"
    event = (
        "BEGIN:VCALENDAR\r\n{zone}BEGIN:VEVENT\r\nUID:1\r\nDTSTART;X-A=b;TZID=Europe/Zurich:20270115T090000\r\n"
        'DTEND;VALUE=DATE-TIME;TZID="Europe/Zurich":20270115T093000\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n'
    )
    said = in_utc(event.format(zone=zone, more=""))
    assert "DTSTART;X-A=b:20270115T080000Z\r\n" in said
    assert "DTEND;VALUE=DATE-TIME:20270115T083000Z\r\n" in said
    assert "VTIMEZONE" not in said
    other = "X-THEIRS;TZID=Europe/Zurich:20270115T090000\r\n"
    said = in_utc(event.format(zone=zone, more=other))
    assert zone in said
    assert other in said
    day = event.format(zone="{zone}", more="").replace(";TZID=Europe/Zurich", "").replace(';TZID="Europe/Zurich"', "")
    assert in_utc(day.format(zone=zone)) == day.format(zone=""), "a server may put one there itself"
    unknown = event.format(zone="", more="").replace("Europe/Zurich", "Nowhere/Else")
    assert in_utc(unknown) == unknown
