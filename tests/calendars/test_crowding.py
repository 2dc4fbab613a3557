"""Servers that refuse a write because they are doing another one: such an object is sent again, alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from followthru.calendars.apply import TRIES
from followthru.calendars.dav import requests
from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.shown import View
from followthru.domain.task import Status
from tests.calendars.conftest import Desk
from tests.calendars.memory import task
from tests.calendars.quirks import Quirk
from tests.calendars.stories import FRIDAY, Story
from tests.xandikos import Xandikos

MONDAY = date(2027, 1, 18)
MANY = range(1, 121)
"""More than two windows of objects."""


def crowded(story: Story, status: int) -> list[str]:
    """Refuse each write that arrives while another is on its way; return what was refused as it comes."""
    refused: list[str] = []

    def stand_between(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method in ("PUT", "DELETE") and story.server.open > 1:
            refused.append(request.method)
            return httpx.Response(status)
        return forward()

    story.server.fault = stand_between
    return refused


@pytest.mark.parametrize("status", [423, 409, 500])
async def test_a_first_upload_ends_in_one_cycle_where_a_server_takes_one_write_at_a_time(status: int) -> None:
    story = Story()
    refused = crowded(story, status)
    for number in MANY:
        story.ledger.put(task(number, promised_on=FRIDAY))
    report = await story.sync()
    assert refused
    assert (report.created, report.problems) == (len(MANY), ())
    assert not story.ledger.operations
    for number in MANY:
        story.promise(number, MONDAY)
    report = await story.sync()
    assert (report.updated, report.problems) == (len(MANY), ())
    for number in MANY:
        story.ledger.put(story.ledger.tasks[number]._replace(status=Status.DROPPED))
    report = await story.sync()
    assert (report.removed, report.problems) == (len(MANY), ())


@pytest.mark.parametrize("race", [Quirk.RACE_423, Quirk.RACE_500])
async def test_who_loses_against_another_program_merges_next_time_and_says_nothing(race: Quirk) -> None:
    story = Story([race])
    await story.published(1)
    before = story.server.objects[name := story.ledger.link_of(1).name].text
    story.server.rival = lambda: story.server.put(name, before.replace("SUMMARY:Renew", "SUMMARY:They renew"))
    story.promise(1, MONDAY)
    assert (await story.sync()).problems == ()
    assert (await story.sync()).problems == ()
    text = story.server.objects[name].text
    assert "They renew" in text
    assert "20270118" in text


async def test_what_stays_locked_is_tried_a_few_times_and_said() -> None:
    story = Story()
    await story.published(1, 2)
    locked = story.ledger.link_of(1).name
    puts: list[str] = []

    def stand_between(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method != "PUT" or not request.url.path.endswith(locked):
            return forward()
        puts.append(request.url.path)
        return httpx.Response(423)

    story.server.fault = stand_between
    story.promise(1, MONDAY)
    story.promise(2, MONDAY)
    report = await story.sync()
    assert report.updated == 1
    assert ["locked" in one.reason for one in report.problems] == [True]
    assert len(puts) <= 2 + TRIES, "once more when all is looked at"
    assert not story.ledger.operations


async def test_a_first_upload_to_xandikos_ends_in_one_cycle(tmp_path: Path) -> None:
    with Xandikos(tmp_path) as server:
        async with DavClient(Account("home", server.url, "pm", "x")) as client:
            url = f"{server.url}pm/calendars/c{uuid4().hex}/"
            assert (await client.send(requests.make_calendar(url, "Promises", ("VEVENT",)))).status == 201
            desk = Desk(client, url, View("promises", practices=("oak-street",)))
            for number in range(1, 41):
                desk.ledger.put(task(number, promised_on=FRIDAY))
            report = await desk.sync()
            assert (report.created, report.problems) == (40, ())
            for row in list(desk.ledger.tasks.values()):
                desk.ledger.put(row._replace(promised_on=FRIDAY + timedelta(days=row.id)))
            report = await desk.sync()
            assert (report.updated, report.problems) == (40, ())
