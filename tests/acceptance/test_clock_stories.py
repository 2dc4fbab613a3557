"""Whatever the clock does, each period's update goes out once, and what happened is said once.

A trusted reader, a machine that looks every so often, and mails counted where they leave.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from followthru.actions import drafting, edit, hours, people, practices, tasks
from followthru.actions.automatic import approve_due
from followthru.actions.context import Context
from followthru.actions.desk import Desk
from followthru.config.places import home_in
from tests.actions.mailkit import FakeTransport, approved, config, sender
from tests.storekit import FixedClock, add_person, add_practice, add_task

NEW_YORK = "America/New_York"


class Machine:
    """A desk and its daemon, on a clock that does as it is told."""

    def __init__(self, ctx: Context, clock: FixedClock, folder: Path) -> None:
        self.clock = clock
        self.ctx = ctx
        self.desk = Desk(home_in(folder), config(60), ctx, {})
        self.mails: list[EmailMessage] = []

    async def look(self, *at: datetime) -> None:
        """Be awake at these instants, and do what the daemon does then."""
        for instant in at:
            self.clock.at = instant.astimezone(UTC)
            drafting.refresh_drafts(self.ctx)
            hours.draft_due(self.ctx)
            approve_due(self.desk)
            transport = FakeTransport()
            await sender(self.ctx, transport).run()
            parsed = (message_from_bytes(payload, policy=default) for payload, _, _ in transport.sent)
            self.mails += parsed

    async def awake(self, since: datetime, until: datetime, every: timedelta = timedelta(minutes=30)) -> None:
        """Be awake from one instant to another."""
        while since <= until:
            await self.look(since)
            since = (since.astimezone(UTC) + every).astimezone(since.tzinfo)

    @property
    def subjects(self) -> list[str]:
        """What was sent by itself: all but the first mail, which the PM approved."""
        return [str(mail["Subject"]).split(": ")[1].split(",")[0].removeprefix("update for ") for mail in self.mails]

    def said(self, words: str) -> int:
        """Return in how many mails these words stand."""
        return sum(words in str(mail.get_body(("plain",))) for mail in self.mails)


@pytest.fixture
def machine(ctx: Context, clock: FixedClock, tmp_path: Path) -> Machine:
    return Machine(ctx, clock, tmp_path / "desk")


async def trusted(
    machine: Machine,
    on: datetime,
    cadence: str,
    *,
    zone: str = "UTC",
    weekdays: str = "12345",
    reader: str | None = None,
) -> None:
    """Have Dana accept a first update on a day, and hear by a cadence from then on."""
    machine.clock.at = on.astimezone(UTC)
    add_practice(machine.ctx, timezone=zone, weekdays=weekdays)
    add_person(machine.ctx, cadence=cadence)
    if reader is not None:
        people.edit(machine.ctx, "oak-street", "dana", {"timezone": reader})
    approved(machine.ctx)
    await sender(machine.ctx, FakeTransport()).run()


def titled(ctx: Context, line: str) -> int:
    """Add a task whose title may be read by others."""
    id = add_task(ctx, f"{line} @oak-street")
    edit.edit(ctx, id, {"public_title": line})
    return id


def local(zone: str, *at: int) -> datetime:
    year, month, day, hour, minute = at
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize("after", [3, 200])
async def test_an_hour_that_is_skipped_comes_once(machine: Machine, after: int) -> None:
    """New York has no 02:30 on 14 March 2027; however often, or late, the machine looks."""
    await trusted(machine, local(NEW_YORK, 2027, 3, 10, 12, 0), "weekly:sun@02:30", zone=NEW_YORK, weekdays="1234567")
    titled(machine.ctx, "Cover renewal")
    await machine.awake(local(NEW_YORK, 2027, 3, 13, 2, 30), local(NEW_YORK, 2027, 3, 14, 1, 59))
    assert machine.mails == []
    first = local(NEW_YORK, 2027, 3, 14, 3, 0)
    await machine.awake(first, first + timedelta(minutes=after), timedelta(minutes=1))
    assert machine.subjects == ["the week to Sun 14 Mar"]
    assert machine.mails[0]["Date"].datetime.astimezone(UTC) == first.astimezone(UTC)


async def test_the_last_update_is_named_by_the_day_it_left(machine: Machine) -> None:
    """Written on Thursday and not changed since, it left on Friday."""
    await trusted(machine, datetime(2026, 7, 6, 9, tzinfo=UTC), "weekly:fri@16:00")
    await machine.awake(datetime(2026, 7, 9, 16, tzinfo=UTC), datetime(2026, 7, 17, 17, tzinfo=UTC), timedelta(hours=1))
    assert machine.subjects == ["the week to Fri 10 Jul", "the week to Fri 17 Jul"]
    assert machine.said("since my last update on Fri 10 Jul") == 1


async def test_an_hour_that_comes_twice_is_one(machine: Machine) -> None:
    """New York has 01:30 twice on 1 November 2026."""
    await trusted(machine, local(NEW_YORK, 2026, 10, 28, 12, 0), "weekly:sun@01:30", zone=NEW_YORK, weekdays="1234567")
    begin = local(NEW_YORK, 2026, 10, 31, 1, 30)
    await machine.awake(begin, local(NEW_YORK, 2026, 11, 1, 4, 0), timedelta(minutes=10))
    assert machine.subjects == ["the week to Sun 1 Nov"]
    assert machine.mails[0]["Date"].datetime.astimezone(UTC) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


async def test_a_week_asleep_loses_and_doubles_nothing(machine: Machine) -> None:
    """Asleep from Thursday noon over one hour and until after the next draft is due."""
    await trusted(machine, datetime(2026, 7, 6, 9, tzinfo=UTC), "weekly:fri@16:00")
    id = titled(machine.ctx, "Cover renewal by 31 Jul")
    await machine.awake(datetime(2026, 7, 8, 9, tzinfo=UTC), datetime(2026, 7, 9, 12, tzinfo=UTC))
    tasks.done(machine.ctx, id)
    woken = datetime(2026, 7, 16, 17, tzinfo=UTC)
    await machine.awake(woken, datetime(2026, 7, 17, 15, 30, tzinfo=UTC))
    assert machine.mails == [], "the hour that it slept through is left to the PM, and the next has not come"
    await machine.awake(datetime(2026, 7, 17, 16, tzinfo=UTC), datetime(2026, 7, 20, 16, tzinfo=UTC))
    assert machine.subjects == ["the week to Fri 17 Jul"]
    assert machine.said("Cover renewal by 31 Jul: done") == 1


@pytest.mark.parametrize("back", [timedelta(minutes=20), timedelta(days=1), timedelta(days=8)])
async def test_a_clock_that_is_set_back_sends_nothing_again(machine: Machine, back: timedelta) -> None:
    await trusted(machine, datetime(2026, 7, 1, 9, tzinfo=UTC), "weekly:fri@16:00")
    id = titled(machine.ctx, "Cover renewal by 31 Jul")
    await machine.awake(datetime(2026, 7, 9, 16, tzinfo=UTC), datetime(2026, 7, 10, 16, 30, tzinfo=UTC))
    assert machine.subjects == ["the week to Fri 10 Jul"]
    again = datetime(2026, 7, 10, 16, 30, tzinfo=UTC) - back
    await machine.awake(again, datetime(2026, 7, 10, 18, tzinfo=UTC), timedelta(hours=1))
    assert machine.subjects.count("the week to Fri 10 Jul") == 1
    assert machine.said("Cover renewal by 31 Jul: Fri 31 Jul, on track") == 1
    tasks.done(machine.ctx, id)
    await machine.awake(datetime(2026, 7, 16, 15, tzinfo=UTC), datetime(2026, 7, 17, 17, tzinfo=UTC))
    assert machine.subjects[-1] == "the week to Fri 17 Jul"
    assert machine.said("Cover renewal by 31 Jul: done") == 1


async def test_a_clock_that_was_a_month_ahead_for_an_hour(machine: Machine) -> None:
    """A wrong clock sends ahead of time; once it is right again nothing is said twice, and all later news is said."""
    await trusted(machine, datetime(2026, 7, 1, 9, tzinfo=UTC), "weekly:fri@16:00")
    id = titled(machine.ctx, "Cover renewal by 30 Sep")
    wrong = datetime(2026, 8, 6, 16, tzinfo=UTC)
    await machine.awake(wrong, wrong + timedelta(hours=25), timedelta(hours=1))
    assert machine.subjects == ["the week to Fri 7 Aug"]
    await machine.awake(datetime(2026, 7, 9, 15, tzinfo=UTC), datetime(2026, 7, 10, 18, tzinfo=UTC))
    tasks.done(machine.ctx, id)
    await machine.awake(datetime(2026, 7, 16, 15, tzinfo=UTC), datetime(2026, 8, 8, 9, tzinfo=UTC), timedelta(hours=1))
    assert len(machine.subjects) == len(set(machine.subjects))
    assert machine.said("Cover renewal by 30 Sep: done") == 1


@pytest.mark.parametrize("closed", [False, True])
async def test_the_years_end(machine: Machine, closed: bool) -> None:
    """2026 has a week 53, whose Friday is 1 January 2027. Over a closed fortnight one update stands for three weeks."""
    await trusted(machine, datetime(2026, 12, 14, 9, tzinfo=UTC), "weekly:fri@16:00")
    if closed:
        days = [date(2026, 12, 21) + timedelta(days=day) for day in range(14)]
        practices.close(machine.ctx, "oak-street", [day for day in days if day.weekday() < 5])
    await machine.awake(datetime(2026, 12, 16, 9, tzinfo=UTC), datetime(2027, 1, 9, 9, tzinfo=UTC), timedelta(hours=1))
    weeks = ["the week to Fri 18 Dec", "the week to Fri 25 Dec", "the week to Fri 1 Jan", "the week to Fri 8 Jan"]
    assert machine.subjects == ([weeks[0], weeks[3]] if closed else weeks)


async def test_the_29th_of_february(machine: Machine) -> None:
    await trusted(machine, datetime(2028, 1, 10, 9, tzinfo=UTC), "monthly:29@09:00", weekdays="1234567")
    await machine.awake(datetime(2028, 1, 27, 9, tzinfo=UTC), datetime(2028, 3, 30, 9, tzinfo=UTC), timedelta(hours=4))
    assert [mail["Date"].datetime.date() for mail in machine.mails] == [
        date(2028, 1, 29), date(2028, 2, 29), date(2028, 3, 29),
    ]  # fmt: skip
    assert machine.subjects == ["January 2028", "February 2028", "March 2028"]


async def test_the_28th_stands_for_it_in_other_years(machine: Machine) -> None:
    await trusted(machine, datetime(2027, 1, 31, 9, tzinfo=UTC), "monthly:29@09:00", weekdays="1234567")
    await machine.awake(datetime(2027, 2, 26, 9, tzinfo=UTC), datetime(2027, 3, 2, 9, tzinfo=UTC), timedelta(hours=4))
    assert [mail["Date"].datetime.date() for mail in machine.mails] == [date(2027, 2, 28)]


async def test_the_readers_own_hour_and_day(machine: Machine) -> None:
    """A practice in Auckland, its owner in Honolulu, a day behind: it is their Friday at four, and their date."""
    there = "Pacific/Honolulu"
    await trusted(machine, local(there, 2026, 7, 6, 9, 0), "weekly:fri@16:00", zone="Pacific/Auckland", reader=there)
    titled(machine.ctx, "Cover renewal by 31 Jul")
    await machine.awake(local(there, 2026, 7, 9, 16, 0), local(there, 2026, 7, 10, 15, 59))
    assert machine.mails == []
    await machine.look(local(there, 2026, 7, 10, 16, 0), local(there, 2026, 7, 10, 16, 1))
    assert machine.subjects == ["the week to Fri 10 Jul"]
    assert machine.said("Here is where things stand on Fri 10 Jul.") == 1
    await machine.awake(local(there, 2026, 7, 10, 17, 0), local(there, 2026, 7, 11, 17, 0))
    assert len(machine.mails) == 1


async def test_looking_often_or_seldom_is_the_same(machine: Machine) -> None:
    """Only the hours count, whenever the machine is awake: a laptop that is opened for five minutes a day."""
    await trusted(machine, datetime(2026, 7, 1, 9, tzinfo=UTC), "weekly:fri@10:00")
    opened: Iterable[datetime] = (datetime(2026, 7, 2, 10, 5, tzinfo=UTC) + timedelta(days=day) for day in range(30))
    for morning in opened:
        await machine.look(morning, morning + timedelta(minutes=2))
    assert machine.subjects == [f"the week to Fri {day} Jul" for day in (3, 10, 17, 24, 31)]
