"""Meetings: what is to come and what was, what to raise with whom, agenda, minutes and what came of them."""

from __future__ import annotations

import pytest

from followthru.actions import decisions, meetings, minutes, raising
from followthru.actions.decisions import NewDecision
from followthru.actions.meetings import NewMeeting
from tests.storekit import add_task
from tests.tui.desks import Office
from tests.tui.driver import Driver, running


@pytest.fixture
def met(office: Office) -> Office:
    """One meeting to come, one that was with its minutes, a note to raise, and a decision that was taken back."""
    ctx = office.ctx
    add_task(ctx, "Renew cover by 10 Jul to dana @oak-street")
    meetings.add(ctx, "oak-street", NewMeeting("2026-07-14", "14:30", ["dana"], "Monthly"))
    meetings.add(ctx, "oak-street", NewMeeting("2026-06-16", None, ["dana", "priya"]))
    text = "Parking was discussed.\n- [ ] Send the lease by 20 jul to dana\ndecision: Stay with the lab\n"
    minutes.take(ctx, 2, text)
    raising.add(ctx, "dana", "the parking lot")
    decisions.add(ctx, "oak-street", NewDecision("Close on Fridays"))
    decisions.retract(ctx, 2)
    return office


async def opened(ui: Driver) -> Driver:
    await ui.press(":")
    await ui.type("meetings")
    return await ui.press("enter")


async def test_what_is_to_come_what_was_what_to_raise_and_what_was_decided(met: Office) -> None:
    async with running(met.feed) as ui:
        await opened(ui)
        text = ui.text()
        assert "Meetings (2)" in ui.lines()[0]
        assert "+ planned" in ui.selected()
        assert "14:30 Monthly, with Dana" in ui.selected()
        for wanted in (
            "Coming up (1)", "To raise with Dana Reyes (1)", "the parking lot", "Meetings that were (1)", "x minutes",
            "Meeting with Dana Reyes", "Decided (2)", ". decided", "Stay with the lab", "- taken back",
        ):  # fmt: skip
            assert wanted in text, wanted


async def test_a_meeting_to_come_opens_to_its_agenda_whose_tasks_take_their_keys(met: Office) -> None:
    async with running(met.feed, (100, 30)) as ui:
        await opened(ui)
        await ui.press("enter")
        assert "Meetings > Monthly @oak-street, Tue 14 Jul" in ui.lines()[0]
        assert "Agenda: Promises" in ui.text()
        assert "Agenda: To raise (1)" in ui.text()
        await ui.press("j", "j")
        assert "Renew cover" in ui.selected()
        await ui.press("x")
        assert "Renew cover" in met.newest()
        await ui.press("escape")
        assert "Meetings (2)" in ui.lines()[0]


async def test_one_that_was_opens_to_its_minutes_and_what_came_of_them(met: Office) -> None:
    async with running(met.feed, (100, 30)) as ui:
        await opened(ui)
        await ui.press("j", "j", "enter")
        text = ui.text()
        for wanted in (
            "Minutes (3)", "Parking was discussed.", "→ task 2", "Came of it (1)", "Send the lease", "Decided (1)",
            "Told there (1)",
        ):  # fmt: skip
            assert wanted in text, wanted
        assert "Agenda" not in text


async def test_narrowed_by_a_person_and_by_words_of_the_minutes(met: Office) -> None:
    async with running(met.feed) as ui:
        await opened(ui)
        await ui.press("slash")
        await ui.type("+priya parking")
        assert "Meetings (1)" in ui.lines()[0]
        assert "Monthly" not in ui.text()


async def test_the_practice_shows_them_too(met: Office) -> None:
    async with running(met.feed, (120, 50)) as ui:
        await ui.press("2", "enter")
        assert "Meetings (2)" in ui.text()
        assert "Decided (1)" in ui.text()


async def test_none_yet_says_the_next_key(office: Office) -> None:
    async with running(office.feed) as ui:
        await opened(ui)
        assert "“Plan a meeting”" in ui.text()
