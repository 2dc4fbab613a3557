"""Meetings: what is to come and what was, what to raise with whom, agenda, minutes and what came of them."""

from __future__ import annotations

import pytest

from followthru.actions import decisions, meetings, minutes, raising
from followthru.actions.decisions import NewDecision
from followthru.actions.meetings import NewMeeting
from followthru.store import tasks
from followthru_tui.hands import writing
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
        assert "Agenda:" not in text


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


async def test_a_meeting_is_planned_changed_and_taken_away(office: Office) -> None:
    async with running(office.feed, (100, 24)) as ui:
        await opened(ui)
        await ui.press(":")
        await ui.type("plan a meeting")
        await ui.press("enter")
        await ui.type("practice=oak-street date=14 jul time=14:30 with=dana,priya title=Monthly")
        await ui.press("enter")
        assert "14:30 Monthly, with Dana Reyes and Priya" in ui.selected()
        await ui.press("i")
        await ui.type("time=9 with=-priya")
        await ui.press("enter")
        assert "09:00 Monthly, with Dana Reyes" in ui.selected()
        await ui.press("D")
        assert "Meetings (0)" in ui.lines()[0]
        await ui.press("u")
        assert "09:00 Monthly" in ui.selected()


@pytest.fixture
def editing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has an editor: what is written is written on the screen."""
    monkeypatch.setattr(writing, "editor", lambda: None)


@pytest.mark.usefixtures("editing")
async def test_what_minutes_bring_is_seen_before_it_is_made_and_is_one_step(office: Office) -> None:
    meetings.add(office.ctx, "oak-street", NewMeeting("2026-06-30", None, ["dana"]))
    file = office.home.database.with_name("minutes-1.md")
    async with running(office.feed, (100, 30)) as ui:
        await opened(ui)
        await ui.press("e")
        assert "An action item" in ui.text(), "what minutes begin with says how they are read"
        await ui.type("- [ ] Send the lease by 20 jul to dana\ndecision: Stay with the lab\n\n")
        assert "Send the lease" in file.read_text(), "what is typed is kept at once"
        assert file.stat().st_mode & 0o077 == 0
        await ui.press("escape")
        assert "The minutes bring 1 task and 1 decision" in ui.text()
        assert "task “Send the lease”, by Mon 20 Jul, told to dana at the meeting" in ui.text()
        assert "decision “Stay with the lab”" in ui.text()
        await ui.press("escape")
        assert tasks.count(office.ctx.read, tasks.OPEN) == 0, "nothing is made yet"
        assert "Send the lease" in file.read_text(), "and what was written is kept"
        await ui.press("e")
        assert "Send the lease" in ui.text()
        await ui.press("escape", "enter")
        assert tasks.count(office.ctx.read, tasks.OPEN) == 1
        assert "x minutes" in ui.text()
        assert "Decided (1)" in ui.text()
        assert not file.exists()
        await ui.press("u")
        assert tasks.count(office.ctx.read, tasks.OPEN) == 0
        assert ". no minutes" in ui.text()


@pytest.mark.usefixtures("editing")
async def test_minutes_that_cannot_be_taken_say_the_line_and_are_kept(office: Office) -> None:
    meetings.add(office.ctx, "oak-street", NewMeeting("2026-06-30", None, ["dana"]))
    async with running(office.feed, (100, 30)) as ui:
        await opened(ui)
        await ui.press("e")
        await ui.type("- [ ] by 20 jul\n\n")
        await ui.press("escape")
        assert "there is no title" in ui.text()
        assert office.home.database.with_name("minutes-1.md").exists()


@pytest.mark.usefixtures("editing")
async def test_minutes_written_elsewhere_meanwhile_are_kept_below(met: Office) -> None:
    async with running(met.feed, (100, 30)) as ui:
        await opened(ui)
        await ui.press("j", "j", "e")
        await ui.type("Mine.\n")
        stored = meetings.one(met.ctx.read, 2).minutes or ""
        minutes.take(met.ctx, 2, f"{stored}\n- [ ] Theirs\n")
        await ui.press("escape")
        assert tasks.count(met.ctx.read, tasks.OPEN) == 3
        kept = meetings.one(met.ctx.read, 2).minutes or ""
        assert kept.startswith("Mine.")
        assert "<!-- written elsewhere meanwhile" in kept
        assert "Theirs" in kept


@pytest.mark.usefixtures("editing")
async def test_an_agenda_is_written_and_shown_as_it_was(met: Office) -> None:
    async with running(met.feed, (100, 30)) as ui:
        await opened(ui)
        await ui.press("E")
        await ui.type("First the lease.\n")
        await ui.press("escape", "enter")
        assert "First the lease." in ui.text()
        assert (meetings.one(met.ctx.read, 1).agenda or "").startswith("First the lease.")


async def test_what_to_raise_is_noted_reworded_ticked_and_taken_away(met: Office) -> None:
    async with running(met.feed) as ui:
        await opened(ui)
        await ui.press("J")
        await ui.type("dana")
        await ui.press("enter")
        await ui.type("the copier")
        await ui.press("enter")
        assert "To raise with Dana Reyes (2)" in ui.text()
        await ui.press("j", "e")
        await ui.type(" and the fence")
        await ui.press("enter")
        assert "the parking lot and the fence" in ui.selected()
        await ui.press("x")
        assert "To raise with Dana Reyes (1)" in ui.text()
        await ui.press("D")
        assert "To raise" not in ui.text()
        await ui.press("u", "u")
        assert "To raise with Dana Reyes (2)" in ui.text()


async def test_a_decision_is_written_down_at_a_meeting_changed_taken_back_and_restored(met: Office) -> None:
    async with running(met.feed, (100, 30)) as ui:
        await opened(ui)
        await ui.press("j", "j", "c")
        await ui.type("Paint it green")
        await ui.press("enter")
        found = decisions.one(met.ctx.read, 3)
        assert (found.meeting_id, [one.handle for one in found.there]) == (2, ["dana", "priya"])
        await ui.press("G", "k")
        assert "Paint it green" in ui.selected()
        await ui.press("D")
        assert "- taken back" in ui.selected()
        await ui.press("o")
        assert ". decided" in ui.selected()
        await ui.press("e")
        await ui.type("words=Paint it blue")
        await ui.press("enter")
        assert decisions.one(met.ctx.read, 3).words == "Paint it blue"
