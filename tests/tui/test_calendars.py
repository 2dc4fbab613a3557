"""What calendars ask, settled with one key, and how they stand, in words on the screen."""

from __future__ import annotations

import json
from datetime import date

import pytest

from followthru.actions import promises
from followthru.actions.desk import reconfigured
from followthru.calendars.newcomers import Kind
from followthru.config.reading import load
from followthru.domain.changes import Actor
from followthru.store import calendar_books, links, others
from followthru.store.links import CalendarRow, LinkRow
from followthru.store.others import OtherRow
from followthru_tui.storestate import troubles
from tests.storekit import add_task, task
from tests.tui.desks import CONFIG, Office
from tests.tui.driver import running
from tests.tui.story import Story

CALENDARS = """
[[accounts]]
name = "home"
url = "https://dav.example.com/"

[[calendars]]
name = "mine"
account = "home"
collection = "https://dav.example.com/c/"
"""
URL = "https://dav.example.com/c/"


def asked(office: Office, matter: str, field: str, ours: object, theirs: object, *, state: str = "asked") -> int:
    """Have a calendar ask about a new task, and return the task's number."""
    id = add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    questions = json.dumps([[matter, field, ours, theirs]])
    _put(office, id, state, None, questions)
    return id


def _put(office: Office, id: int, state: str, reason: str | None, questions: str | None) -> None:
    uid = f"00000000-0000-5000-8000-{id:012}"
    href = f"{URL}{uid}.ics"
    link = LinkRow(
        0,
        id,
        task(office.ctx, id).uid,
        "promise",
        1,
        uid,
        href,
        state,
        '"1"',
        None,
        None,
        None,
        None,
        reason,
        questions,
    )
    with office.ctx.store.writing() as tx:
        links.put(tx, "mine", link)


@pytest.mark.parametrize(("key", "on"), [(">", date(2026, 7, 15)), ("<", date(2026, 7, 20))])
async def test_a_conflict_shows_both_dates_and_is_settled_with_one_key(office: Office, key: str, on: date) -> None:
    id = asked(office, "conflict", "promised_on", "2026-07-15", "2026-07-20")
    async with running(office.feed, (120, 30)) as ui:
        assert "Calendars ask (1)" in ui.text()
        assert "<> asks" in ui.selected()
        assert "promise yours Wed 15 Jul, theirs Mon 20 Jul (mine)" in ui.main.detail.text.replace("\n", " ")
        assert "> Use mine" in ui.text()
        assert "< Use theirs" in ui.text()
        await ui.press(key)
        assert "Calendars ask" not in ui.text()
        assert "calendar mine" in ui.status()
    assert task(office.ctx, id).promised_on == on
    assert links.asking(office.ctx.read) == []


async def test_each_answer_is_told_with_its_own_date(office: Office) -> None:
    id = asked(office, "conflict", "promised_on", "2026-07-15", "2026-07-20")
    async with running(office.feed, (80, 24)) as ui:
        await ui.press("enter")
        assert "mine: promise Wed 15 Jul" in ui.text()
        assert "theirs: promise Mon 20 Jul" in ui.text()
        await ui.press("down", "enter")
    assert task(office.ctx, id).promised_on == date(2026, 7, 20)


async def test_a_message_that_is_too_long_for_its_line_is_said_in_full(office: Office) -> None:
    asked(office, "conflict", "promised_on", "2026-07-15", "2026-07-20")
    long = "The calendar server is away for a reason that takes more than one line. Here is what to do: wait."
    async with running(office.feed, (80, 24)) as ui:
        ui.main.notebook.said.append(long)
        await ui.press("m")
        assert long not in ui.text()
        await ui.press("enter")
        assert "what to do: wait." in " ".join(ui.text().split())


async def test_what_was_dragged_to_another_calendar_is_not_called_deleted(office: Office) -> None:
    id = asked(office, "deleted", "on", None, None, state="unlinked")
    uid = f"00000000-0000-5000-8000-{id:012}"
    with office.ctx.store.writing() as tx:
        others.put(tx, "team", OtherRow("x.ics", '"1"', str(Kind.MOVED), "the event of task 1", uid))
    async with running(office.feed, (80, 24)) as ui:
        assert "moved to calendar team" in ui.text()
        assert "deleted" not in ui.text()
        await ui.press("enter")
        assert "mine: it is brought back from team to mine" in ui.text()
        assert "theirs: it stays on team alone" in ui.text()


async def test_a_proposal_says_so(office: Office) -> None:
    id = asked(office, "proposal", "deadline_on", None, "2026-07-20")
    async with running(office.feed) as ui:
        assert "<> proposed" in ui.selected()
        await ui.press("<")
        assert task(office.ctx, id).deadline_on == date(2026, 7, 20)
        await ui.press("u")
        assert task(office.ctx, id).deadline_on is None, "undo takes it back"


@pytest.mark.parametrize(("key", "said"), [("<", "is left as it is"), (">", "another one beside it")])
async def test_what_is_left_alone_gives_its_reason_and_is_settled(office: Office, key: str, said: str) -> None:
    with office.ctx.store.writing() as tx:
        links.make_store_uid(tx)
        links.remember(tx, "mine", CalendarRow(URL, None, None, None, 1, 0, 0))
    id = add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    _put(office, id, "quarantined", "The calendar server refused the change (valid-calendar-data, 403)", None)
    async with running(office.feed, (120, 30)) as ui:
        assert "! left alone" in ui.selected()
        assert "valid-calendar-data" in ui.main.detail.text.replace("\n", " ")
        await ui.press(key)
        assert said in ui.status()
        assert "! left alone" not in ui.text()


async def test_the_keys_say_why_they_cannot_be_had_elsewhere(office: Office) -> None:
    add_task(office.ctx, "Renew cover by today @oak-street")
    async with running(office.feed) as ui:
        await ui.press(">")
        assert "no calendar asks anything here" in ui.status()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_calendars_stand_in_words(office: Office, size: tuple[int, int]) -> None:
    office.home.config.write_text(CONFIG + CALENDARS, encoding="utf-8")
    asked(office, "deleted", "event", None, None, state="unlinked")
    with office.ctx.store.writing() as tx:
        links.remember(tx, "mine", CalendarRow(URL, None, None, None, 1, 0, 0))
        calendar_books.called(tx, "mine", "Promises")
        links.went(tx, "mine", good=True, fault=None)
    office.clock.advance(hours=3)
    async with running(office.feed, size) as ui:
        await ui.press("5")
        assert "How things stand (" in ui.lines()[0]
        assert "mine on home" in ui.text()
        assert "last good sync 3 hours ago" in ui.text()
        assert "deleted there" in ui.text()
        await ui.press("g", "enter")
        assert "called “Promises”" in ui.status()
        with office.ctx.store.writing() as tx:
            links.went(tx, "mine", good=False, fault="The calendar server has no such collection. Nothing is lost.")
        ui.main.look_for_changes()
        await ui.settled()
        assert "! not in step" in ui.text()
        desk = reconfigured(office.desk, load(office.home.config))
        assert "calendar mine: no sync for 3 hours" in dict(troubles(desk))
        assert "! fault" in ui.text()
        assert "has no such collection" in ui.text()
        await ui.press("g", "j", "j", "<")
        assert "deleted there" not in ui.text()


async def test_a_calendar_taken_out_by_hand_is_there_with_the_way_on(office: Office) -> None:
    id = add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    _put(office, id, "linked", None, None)
    with office.ctx.store.writing() as tx:
        links.remember(tx, "mine", CalendarRow(URL, None, None, None, 1, 0, 0))
    async with running(office.feed, (120, 30)) as ui:
        await ui.press("5")
        assert "! left over" in ui.text()
        assert "1 event still on https://dav.example.com/c/" in ui.text()


async def test_without_a_calendar_the_list_says_how_to_get_one(office: Office) -> None:
    async with running(office.feed) as ui:
        await ui.press("5")
        assert ": “Connect a calendar”" in ui.text()


async def test_a_deleted_event_is_kept_off_or_put_back_and_u_does_not_pretend(office: Office) -> None:
    """An answer is no step: what `u` would take back is the step before, and that is said."""
    asked(office, "deleted", "on", None, None, state="unlinked")
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("6")
            .on("deleted there")
            .press("<")
            .says(
                "Task 1 stays off calendar mine; it is kept here, as it is. This is final: u takes back the step before"
            )
            .see("The inbox is empty")
        )


async def test_why_a_told_date_moved_on_a_calendar_is_said_with_the_key_that_promises(office: Office) -> None:
    add_task(office.ctx, "Renew cover by 15 Jul to dana @oak-street")
    promises.promise(office.ctx, 1, promises.NewPromise(date(2026, 7, 20)), actor=Actor.CALENDAR)
    async with running(office.feed, (120, 40)) as ui:
        await (
            Story(ui)
            .press("3")
            .see("reason missing: p says")
            .press("p")
            .see("moved without a word: Enter asks why")
            .press("enter")
            .see("without a word, and somebody knows another day")
            .enter("the insurer is slow")
            .says("Said why the promise of 1 moved")
            .miss("reason missing")
            .press("u")
            .see("reason missing")
        )
