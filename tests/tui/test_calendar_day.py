"""A day with a real calendar: what was moved and deleted there is answered on the screen, until both sides agree."""

from __future__ import annotations

import asyncio
from datetime import date

from followthru_tui.background import Background
from followthru_tui.storefeed import StoreFeed
from tests.calendarkit import Booked, booked, radicale, user
from tests.storekit import add_task, task
from tests.tui.driver import Driver, running
from tests.tui.story import Story

__all__ = ["booked", "radicale", "user"]

COVER, NUMBERS, PAPER = "oak-street: Renew cover", "oak-street: Send numbers", "oak-street: Order paper"


async def _synced(booked: Booked, ui: Driver) -> None:
    """Sync as the background process does beside the screen, which looks then."""
    await asyncio.to_thread(booked.sync)
    await Story(ui).meanwhile(lambda: None)


async def test_a_promise_that_was_moved_and_ones_that_were_deleted_are_answered_in_the_inbox(booked: Booked) -> None:
    for line in ("Renew cover by 10 Jul to dana", "Send numbers by 13 Jul", "Order paper by 14 Jul"):
        add_task(booked.desk.ctx, f"{line} @oak-street")
    assert (await asyncio.to_thread(booked.sync)).created == 3
    await asyncio.to_thread(booked.phone.move, COVER, date(2026, 7, 17))
    for title in (NUMBERS, PAPER):
        await asyncio.to_thread(booked.phone.delete, title)
    async with running(lambda: StoreFeed.open(booked.home, booked.clock, Background(starts=False))) as ui:
        await _synced(booked, ui)
        await (
            Story(ui)
            .press("1")
            .see("Needs you (1)", "Fri 17 Jul", "retell", "Calendars ask (2)")
            .press("6")
            .heads("Inbox (2)")
            .on("Send numbers: deleted there (promises)")
            .press("enter")
            .see(
                "mine: it is put on calendar promises again", "theirs: it stays off calendar promises; the task is kept"
            )
            .press("enter")
            .says("Task 2 is put on calendar promises again at the next sync.")
            .on("Order paper: deleted there (promises)")
            .press("<")
            .says("Task 3 stays off calendar promises; it is kept here, as it is.")
            .see("The inbox is empty")
        )
        await _synced(booked, ui)
        assert set(await asyncio.to_thread(booked.phone.events)) == {COVER, NUMBERS}
        await (
            Story(ui)
            .press("3", "G")
            .on("Renew cover")
            .press("p")
            .see("moved without a word: Enter asks why")
            .press("enter")
            .enter("the insurer is slow")
            .says("Said why the promise of 1 moved")
        )
        assert not task(booked.desk.ctx, 1).reason_missing
        await Story(ui).press("u", "u").says("Undone: Calendar moved 1 to Fri 17 Jul 2026")
        await _synced(booked, ui)
        days = await asyncio.to_thread(booked.phone.days)
        assert days == {COVER: "20260710", NUMBERS: "20260713"}, "what is taken back here is taken back there"
