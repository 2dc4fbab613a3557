"""Dates stay the dates they are: at both ends of the world, where clocks change, on leap days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.contract.desk import Desk, on_day
from tests.contract.ground import Ground

pytestmark = pytest.mark.contract
DAYS = (date(2028, 2, 29), date(2027, 12, 31), date(2027, 3, 14), date(2027, 11, 7), date(2027, 3, 28))
ZONES = ("America/New_York", "Pacific/Kiritimati", "Etc/GMT+12", "Australia/Lord_Howe")
TIMES = {
    "America/New_York": (date(2027, 3, 14), "02:30"),
    "Europe/Berlin": (date(2027, 10, 31), "02:30"),
    "Pacific/Kiritimati": (date(2027, 1, 15), "23:45"),
    "Etc/GMT+12": (date(2027, 1, 15), "00:15"),
    "Australia/Lord_Howe": (date(2028, 2, 29), "14:00"),
}


@pytest.mark.parametrize("zone", ZONES)
async def test_an_all_day_promise_is_on_its_day_and_a_move_of_a_day_is_a_move_of_a_day(desk: Desk, zone: str) -> None:
    desk.ledger.zone = zone
    for number, day in enumerate(DAYS, start=1):
        desk.promise(number, on=day)
    await desk.settled(lambda sums: sums.created >= len(DAYS))
    for number, day in enumerate(DAYS, start=1):
        assert on_day((await desk.body(number)).text, day)
    await desk.move(1, DAYS[0] + timedelta(1), DAYS[0])
    await desk.move(2, DAYS[1] + timedelta(1), DAYS[1])
    report = await desk.settled(lambda sums: sums.pulled >= 2)
    assert (report.pulled, report.updated, report.asked) == (2, 0, 0)
    after = (date(2028, 3, 1), date(2028, 1, 1), *DAYS[2:])
    assert [desk.ledger.tasks[number].promised_on for number in range(1, 6)] == list(after)


@pytest.mark.parametrize("zone", TIMES)
async def test_a_clock_time_is_that_time_in_its_zone_after_going_round(desk: Desk, zone: str) -> None:
    day, time = TIMES[zone]
    desk.ledger.zone = zone
    desk.promise(1, on=day, time=time)
    await desk.settled(lambda sums: sums.created >= 1)
    start = f"{day:%Y%m%d}T{time.replace(':', '')}00"
    assert start in await desk.text(f"({time})")
    await desk.edit(1, lambda text: text.replace("SUMMARY:Renew", "SUMMARY:Please renew"), "Please renew")
    report = await desk.settled(lambda sums: sums.pulled >= 1)
    assert (report.updated, report.asked) == (0, 0)
    row = desk.ledger.tasks[1]
    assert (row.promised_on, row.promised_time, row.title) == (day, time, "Please renew cover 1")
    desk.ledger.links.clear()
    desk.ledger.memory = desk.ledger.memory._replace(complete_at=None, sync_token=None, ctag=None)
    report = await desk.settled(lambda _: len(desk.ledger.links) == 1)
    assert (report.pulled, report.updated, report.asked) == (0, 0, 0), "found again, it says the same"


async def test_a_day_stays_the_day_through_twenty_round_trips(ground: Ground, desk: Desk) -> None:
    day = date(2028, 2, 28)
    desk.ledger.zone = "Pacific/Kiritimati"
    desk.promise(1, on=day)
    await desk.settled(lambda sums: sums.created >= 1)
    for _ in range(3 if ground.far else 10):  # across the leap day in any case
        await desk.move(1, day + timedelta(1), day)
        await desk.settled(lambda sums: sums.pulled >= 1)
        day += timedelta(1)
        assert desk.ledger.tasks[1].promised_on == day
        day += timedelta(1)
        desk.promise(1, on=day)
        await desk.settled(lambda sums: sums.updated >= 1)
        await desk.shows(day)
