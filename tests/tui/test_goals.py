"""Goals: where each stands in words beside its blocks, and readings noted by key."""

from __future__ import annotations

import pytest

from followthru.actions import goals
from tests.tui.desks import Office
from tests.tui.driver import Driver, running


@pytest.fixture
def aimed(office: Office) -> Office:
    """One goal with two readings, the newest of 1 June."""
    goals.add(office.ctx, "ar-days", "oak-street", {"aim": "35"})
    goals.read(office.ctx, 1, "50", "2026-05-01")
    goals.read(office.ctx, 1, "44", "2026-06-01")
    return office


async def _opened(ui: Driver) -> None:
    await ui.press(":")
    await ui.type("goals")
    await ui.press("enter")


async def test_it_says_where_it_stands_and_between_what_the_blocks_run(aimed: Office) -> None:
    async with running(aimed.feed) as ui:
        await _opened(ui)
        assert "Goals (1)  1 without a task" in ui.lines()[0]
        assert "~ not met" in ui.selected()
        assert "AR days, aim 35 days or less" in ui.selected()
        assert "44 days · 1 Jun" in ui.selected()
        assert "█▁  44 lowest, 50 days highest" in ui.text()


async def test_a_reading_is_noted_by_key_with_its_day_and_a_note_and_taken_back(aimed: Office) -> None:
    async with running(aimed.feed) as ui:
        await _opened(ui)
        await ui.press("r")
        await ui.type("34 30 jun; a large remittance")
        assert "AR days: 34 days on Tue 30 Jun" in ui.text()
        await ui.press("enter")
        assert "x met" in ui.selected()
        await ui.press("enter")
        assert "Tue 30 Jun: 34 days, a large remittance" in ui.text()
        await ui.press("escape", "u")
        assert "~ not met" in ui.selected()


async def test_a_figure_that_cannot_be_read_stays_to_be_mended(aimed: Office) -> None:
    async with running(aimed.feed) as ui:
        await _opened(ui)
        await ui.press("r")
        await ui.type("much")
        await ui.press("enter")
        assert "much" in ui.text()
        assert "~ not met" in ui.text()


async def test_a_goal_is_added_edited_and_retired(office: Office) -> None:
    async with running(office.feed) as ui:
        await _opened(ui)
        assert "“Add a goal”" in ui.text()
        await ui.press(":")
        await ui.type("add a goal")
        await ui.press("enter")
        await ui.type("what=ar-days practice=oak-street aim=35")
        await ui.press("enter")
        assert "? no reading" in ui.text()
        await ui.press("e")
        await ui.type("aim=30")
        await ui.press("enter")
        assert "aim 30 days or less" in ui.text()
        await ui.press("D")
        assert "Goals (0)" in ui.lines()[0]
        await ui.press("u")
        assert "Goals (1)" in ui.lines()[0]
