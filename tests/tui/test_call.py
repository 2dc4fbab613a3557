"""Call mode: what is open with one person, and the keys for what is said on the phone."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import decisions, meetings, promises, raising, tasks
from followthru.actions.decisions import NewDecision
from followthru.actions.promises import NewPromise
from followthru.domain.people import RoleName
from followthru.domain.task import How
from followthru.store import raising as stored
from followthru.store import tasks as read_tasks
from followthru_tui.screens.call import CallScreen
from tests.storekit import add_person, add_practice, add_task, task
from tests.tui.desks import Office
from tests.tui.driver import Driver, running


@pytest.fixture
def phone(office: Office) -> Office:
    """Dana, who knows another date of one promise, is asked one thing, and has two things to be raised."""
    ctx = office.ctx
    cover = add_task(ctx, "Renew cover by 10 Jul to dana @oak-street")
    promises.promise(ctx, cover, NewPromise(date(2026, 7, 17)), because="the insurer is slow")
    form = add_task(ctx, "Bank form @oak-street")
    tasks.wait(ctx, form, tasks.Waiting("dana", "Which bank?", date(2026, 7, 3)))
    raising.add(ctx, "dana", "the parking lot")
    raising.add(ctx, "dana", "the lease", task=str(form))
    decisions.add(ctx, "oak-street", NewDecision("Stay with the lab", people=["dana"]))
    add_task(ctx, "Mine alone *private by 10 Jul @oak-street")
    add_task(ctx, "Numbers by 20 Jul @oak-street")
    add_practice(ctx, "elm")
    add_person(ctx, "Kim Roe", RoleName.OWNER, practice="elm")
    add_task(ctx, "Elm's own by 10 Jul to kim @elm")
    return office


async def call(ui: Driver, whom: str = "call oak +dana") -> Driver:
    """Come to a call by the palette."""
    await ui.press("colon")
    await ui.type(whom)
    return await ui.press("enter")


async def test_all_that_is_open_with_them_and_nothing_else(phone: Office) -> None:
    async with running(phone.feed) as ui:
        await call(ui)
        text = ui.text()
        assert "Call with Dana" in ui.lines()[0]
        assert "1 out of step, 1 question, 2 to raise" in ui.lines()[0]
        for wanted in (
            "Promises (1)", "knows 10 Jul", "Fri 17 Jul", "Asked of Dana (1)", "Bank form: Which bank?", "To raise (2)",
            "the parking lot", "Not told yet (1)", "Numbers", "Last decided (1)", "Stay with the lab",
        ):  # fmt: skip
            assert wanted in text, wanted
        assert "Mine alone" not in text
        assert "Elm's own" not in text


async def test_told_on_this_call_is_one_key_and_undone_by_name(phone: Office) -> None:
    async with running(phone.feed) as ui:
        await call(ui)
        assert "Renew cover" in ui.selected()
        await ui.press("t")
        assert "Told Dana Reyes Fri 17 Jul: Renew cover" in ui.status()
        assert "out of step" not in ui.lines()[0]
        told = read_tasks.tellings(phone.ctx.read, [1])[1]
        assert [(one.promised_on, one.how) for one in told][-1] == (date(2026, 7, 17), How.CALL)
        await ui.press("u")
        assert "Undone: Told Dana Reyes" in ui.status()
        assert "knows 10 Jul" in ui.text()


async def test_what_was_raised_is_ticked_and_noted(phone: Office) -> None:
    async with running(phone.feed) as ui:
        await call(ui)
        await ui.press("j", "j")
        assert "the parking lot" in ui.selected()
        await ui.press("t")
        assert "nothing is promised" in ui.status() or "no task is selected" in ui.status()
        await ui.press("x")
        assert "To raise (1)" in ui.text()
        assert "the lease" in ui.selected()
        await ui.press("e")
        await ui.press("!", "enter")
        assert "the lease!" in ui.text()
        await ui.press("J")
        await ui.type("holiday cover")
        await ui.press("enter")
        assert "holiday cover" in ui.text()
        assert [one.words for one in stored.notes(phone.ctx.read)] == ["the lease!", "holiday cover"]
        await ui.press("u")
        assert "holiday cover" not in ui.text().replace(ui.status(), "")


async def test_what_is_captured_is_of_the_practice_and_told(phone: Office) -> None:
    async with running(phone.feed) as ui:
        await call(ui)
        await ui.press("a")
        await ui.type("Send the lease by fri")
        assert "told dana today" in ui.text()
        await ui.press("enter")
        assert "Added 6: Send the lease, told to dana on this call" in ui.status()
        assert "Send the lease" in ui.selected()
        found = task(phone.ctx, 6)
        assert (found.practice, found.promised_on) == ("oak-street", date(2026, 7, 3))
        assert [one.how for one in read_tasks.tellings(phone.ctx.read, [6])[6]] == [How.CALL]
        await ui.press("a")
        await ui.type("For me *private by fri")
        await ui.press("enter")
        assert read_tasks.tellings(phone.ctx.read, [7])[7] == []
        await ui.press("a")
        await ui.type("Elsewhere @elm")
        await ui.press("enter")
        assert "names another practice" in ui.status()
        await ui.press("escape", "escape")
        assert "Today" in ui.lines()[0]


async def test_an_answer_is_written_down(phone: Office) -> None:
    async with running(phone.feed) as ui:
        await call(ui)
        await ui.press("j", "W")
        await ui.type("The one on Main Street")
        await ui.press("enter")
        assert "Asked of Dana" not in ui.text()
        assert task(phone.ctx, 2).status == "open"


async def test_what_another_window_changes_shows(phone: Office) -> None:
    async with running(phone.feed) as ui:
        await call(ui)
        raising.add(phone.ctx, "dana", "from elsewhere")
        screen = ui.app.screen
        assert isinstance(screen, CallScreen)
        screen.look_for_changes()
        await ui.settled()
        assert "from elsewhere" in ui.text()


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (60, 15)])
async def test_it_fits(phone: Office, columns: int, rows: int) -> None:
    async with running(phone.feed) as ui:
        await call(ui)
        await ui.resize(columns, rows)
        lines = ui.lines()
        assert all(len(line) <= columns for line in lines)
        assert any("Renew cover" in line and "Fri 17 Jul" in line and "knows 10 Jul" in line for line in lines)
        assert "t Tell" in lines[-1]
        await ui.press("G")
        assert "Stay with the lab" in ui.selected()


async def test_whom_to_call_is_asked_and_nothing_open_says_the_next_key(office: Office) -> None:
    async with running(office.feed) as ui:
        await ui.press("P")
        assert "Who is on the line?" in ui.text()
        await ui.type("priya")
        await ui.press("enter")
        assert "Nothing is open with Priya. a captures a task, J notes what to raise next" in " ".join(
            ui.text().split()
        )
        await ui.press("t")
        assert "no task is selected" in ui.status()


async def test_a_call_goes_over_to_somebody_else_by_the_same_words(phone: Office) -> None:
    async with running(phone.feed) as ui:
        await call(ui)
        await call(ui, "call elm +kim")
        assert "Call with Kim Roe" in ui.lines()[0]
        assert "Elm's own" in ui.text()
        await ui.press("a")
        await ui.type("Send the lease")
        await ui.press("enter")
        assert read_tasks.rows(phone.ctx.read)[-1].practice == "elm"
        await ui.press("P")
        await ui.type("dana")
        await ui.press("enter")
        assert "Call with Dana" in ui.lines()[0]


async def test_what_cannot_be_had_on_a_call_is_not_what_was_meant(phone: Office) -> None:
    async with running(phone.feed) as ui:
        await call(ui)
        await ui.press("colon")
        await ui.type("cal dama")
        assert "Nothing here is called" in ui.text()
        assert "sample data" not in ui.text()


def test_a_meeting_of_them_does_not_count_as_a_call(phone: Office) -> None:
    """What was told at a meeting is told all the same: they are in step."""
    from followthru.actions.call_sheet import sheet
    from followthru.actions.meetings import NewMeeting

    meetings.add(phone.ctx, "oak-street", NewMeeting("today", None, ["dana"]))
    meetings.tell(phone.ctx, 1, 1, ())
    found = sheet(phone.ctx, phone.ctx.read, "oak", "+dana")
    assert [(one.in_step, one.last.how) for one in found.promises] == [(True, How.MEETING)]


@pytest.mark.parametrize(("key", "asks"), [("P", "Who is on the line?"), ("J", "Raise with whom?")])
async def test_whom_is_not_asked_before_it_is_known_who_there_is(phone: Office, key: str, asks: str) -> None:
    async with running(phone.feed) as ui:
        ui.main.aids = None
        await ui.press(key)
        assert "One moment: practices and people are being read." in ui.text()
        add_task(phone.ctx, "Somebody else writes @oak-street")
        ui.main.look_for_changes()
        await ui.settled()
        assert "Practices and people are read: press the key" in ui.text()
        await ui.press(key)
        assert asks in ui.text()
        await ui.press("escape")
        assert ui.status() == "", "it was pressed again"
