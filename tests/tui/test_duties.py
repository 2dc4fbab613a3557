"""Duties: when each comes next, the year of them, and the keys that move, leave out, pause and end."""

from __future__ import annotations

import pytest

from followthru.actions import promises
from followthru.domain.task import How
from tests.storekit import add_task
from tests.tui.desks import Office
from tests.tui.driver import Driver, running


@pytest.fixture
def kept(office: Office) -> Office:
    """Wednesday 1 July 2026: one comes on Friday, one at the end of the month."""
    add_task(office.ctx, "Check the crash cart target 3 jul @oak-street every friday")
    add_task(office.ctx, "Send payroll by 31 jul @oak-street every last working day")
    return office


async def _opened(ui: Driver) -> None:
    await ui.press(":")
    await ui.type("duties")
    await ui.press("enter")


async def test_they_stand_by_when_they_come_next_with_their_rule(kept: Office) -> None:
    async with running(kept.feed) as ui:
        await _opened(ui)
        assert "Duties (2)" in ui.lines()[0]
        assert "Within a week (1)" in ui.text()
        assert "Check the crash cart, every fri" in ui.selected()
        assert "Within 30 days (1)" in ui.text()
        await ui.press("enter")
        assert "Then      Fri 10 Jul, Fri 17 Jul" in ui.text()


async def test_the_year_is_one_key_away_month_by_month(kept: Office) -> None:
    async with running(kept.feed) as ui:
        await _opened(ui)
        await ui.press("G")
        assert "All of the next twelve months: " in ui.selected()
        await ui.press("enter")
        assert "Duties > Dates of duties (" in ui.lines()[0]
        assert "July 2026 (6)" in ui.text()
        assert "+ task 1" in ui.selected()


async def test_one_is_moved_or_all_after_it_too_and_taken_back(kept: Office) -> None:
    async with running(kept.feed) as ui:
        await _opened(ui)
        await ui.press("d")
        await ui.type("mon all")
        assert "to Mon 6 Jul: this one and all after it" in ui.text()
        await ui.press("enter")
        assert "Moved 1 and all after it to Mon 6 Jul" in ui.status()
        assert "every mon" in ui.text()
        await ui.press("u")
        assert "every fri" in ui.text()


async def test_a_told_date_moves_only_with_a_reason_after_a_semicolon(kept: Office) -> None:
    promises.tell(kept.ctx, 2, "dana", how=How.CALL)
    async with running(kept.feed) as ui:
        await _opened(ui)
        await ui.press("j", "d")
        await ui.type("5 aug")
        await ui.press("enter")
        assert "dana" in ui.status().casefold()
        await ui.type("; the bank is closed")
        await ui.press("enter")
        assert "Moved 2 this once to Wed 5 Aug" in ui.status()


async def test_one_is_left_out_and_the_cursor_goes_on_to_the_next(kept: Office) -> None:
    async with running(kept.feed) as ui:
        await _opened(ui)
        await ui.press("X")
        assert "Skipped 1" in ui.status()
        assert "Fri 10 Jul" in ui.selected()
        await ui.press("u")
        assert "Fri 3 Jul" in ui.text()


async def test_one_is_paused_and_resumed_with_one_key_and_ended(kept: Office) -> None:
    async with running(kept.feed) as ui:
        await _opened(ui)
        await ui.press("K")
        assert "- paused" in ui.text()
        assert "Paused (1)" in ui.text()
        assert "Check the crash cart" in ui.selected(), "the cursor stays with it"
        await ui.press("K")
        assert "- paused" not in ui.text()
        await ui.press("D")
        assert "Ended with 1" in ui.status()
        assert "Duties (1)" in ui.lines()[0]
        await ui.press("u")
        assert "Duties (2)" in ui.lines()[0]
