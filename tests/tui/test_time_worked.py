"""Hours: time is logged where the cursor stands, shown by practice against what is agreed on, corrected, taken away."""

from __future__ import annotations

import pytest

from followthru.actions import hours_log, practices
from tests.storekit import add_task
from tests.tui.desks import Office
from tests.tui.driver import Driver, running


@pytest.fixture
def paid(office: Office) -> Office:
    """Oak Street pays for ten hours a month; one of them is worked."""
    practices.edit(office.ctx, "oak-street", {"retainer": "10h"})
    add_task(office.ctx, "Renew the lease @oak-street")
    office.clock.advance(days=2)
    hours_log.log(office.ctx, "1", "1h", "yesterday", "with the bank")
    return office


async def _opened(ui: Driver) -> None:
    await ui.press(":")
    await ui.type("hours worked")
    await ui.press("enter")


async def test_the_month_stands_by_practice_against_what_is_agreed_on(paid: Office) -> None:
    async with running(paid.feed) as ui:
        await _opened(ui)
        assert "Hours in July 2026 (1)" in ui.lines()[0]
        assert "oak-street: 1 h of 10 h, 9 h left" in ui.text()
        assert "Renew the lease" in ui.selected()
        await ui.press("2")
        assert "month 1 h of 10 h" in ui.text()
        await ui.press("enter", "G")
        assert "Hours in July 2026: 1 h of 10 h, 9 h left" in ui.text()


async def test_time_is_logged_on_a_task_and_taken_back(paid: Office) -> None:
    async with running(paid.feed) as ui:
        await ui.press("3", "M")
        await ui.type("45m wed; the landlord")
        assert "45 min wed: Renew the lease" in ui.text()
        await ui.press("enter")
        assert "Logged 45 min on Wed 1 Jul" in ui.status()
        assert "1 h 45 min of 10 h" in " ".join(ui.text().split())
        await ui.press("u")
        assert "Logged" in ui.status()


async def test_time_is_logged_for_a_practice_as_a_whole(paid: Office) -> None:
    async with running(paid.feed) as ui:
        await ui.press("2", "M")
        await ui.type("2h")
        await ui.press("enter")
        assert "Logged 2 h" in ui.status()


async def test_an_entry_is_corrected_and_taken_away(paid: Office) -> None:
    async with running(paid.feed) as ui:
        await _opened(ui)
        await ui.press("e")
        await ui.type("time=2h")
        await ui.press("enter")
        assert "oak-street: 2 h of 10 h" in ui.text()
        await ui.press("D")
        assert ". nothing yet" in ui.text()
        await ui.press("u")
        assert "oak-street: 2 h of 10 h" in ui.text()
