"""A working day: what grated when somebody new lived through one, told as stories."""

from __future__ import annotations

import re

import pytest

from followthru.actions import drafting, edit, people, tasks
from followthru.store import tasks as read_tasks
from followthru_tui import linewords, noteverbs, themes
from tests.storekit import add_practice, add_task, task
from tests.tui.desks import Office
from tests.tui.driver import running
from tests.tui.fakefeed import FakeFeed
from tests.tui.story import Story

COVER = "Renew cover by 15 Jul @oak-street"


async def test_several_tasks_are_put_at_a_practice_as_one_step(office: Office) -> None:
    add_practice(office.ctx, "harbor")
    for line in ("Order paper", "Call payer", "File forms"):
        add_task(office.ctx, line)
    async with running(office.feed) as ui:
        await (
            Story(ui).press("3", "*", "b").type("harbor").press("enter").says("3 tasks belong to harbor now. u undoes")
        )
        assert [row.practice for row in read_tasks.rows(office.ctx.read)] == ["harbor"] * 3
        await Story(ui).press("u").says("Undone")
        assert [row.practice for row in read_tasks.rows(office.ctx.read)] == [None] * 3


async def test_a_list_that_is_pasted_loses_its_bullets_and_says_which_line_is_the_last(office: Office) -> None:
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("a")
            .paste("- Call payer\n* [ ] Order paper @oak-street\n• File forms")
            .see("> Call payer")
            .press("enter")
            .says("1 more line after this one.")
            .press("enter")
            .says("This is the last line.")
            .press("enter")
        )
    assert {row.title for row in read_tasks.rows(office.ctx.read)} == {"Call payer", "Order paper", "File forms"}


@pytest.mark.parametrize(
    ("lines", "bare"),
    [
        (["1. Call payer", "2) Order paper"], ["Call payer", "Order paper"]),
        (["1. Call payer", "Order paper"], ["1. Call payer", "Order paper"]),
        (["-5 degrees in the hall", "*private note"], ["-5 degrees in the hall", "*private note"]),
        (["- [x] Done already", "[ ] Not yet", "-"], ["Done already", "Not yet", "-"]),
    ],
)
def test_only_what_marks_an_item_is_taken_off_a_pasted_line(lines: list[str], bare: list[str]) -> None:
    assert linewords.unlisted(lines) == bare


def test_what_an_editor_adds_to_notes_stands_on_a_line_of_its_own(office: Office) -> None:
    id = add_task(office.ctx, COVER)
    edit.edit(office.ctx, id, {"notes": "Ask the carrier."})
    laid = noteverbs.lay_out(office.desk, id)
    with laid.file.open("a") as file:
        file.write("They answer on Monday.")
    noteverbs.take_over(office.desk, id, laid)
    assert read_tasks.notes(office.ctx.read, id) == "Ask the carrier.\nThey answer on Monday."
    untouched = noteverbs.lay_out(office.desk, id)
    assert "as they were" in noteverbs.take_over(office.desk, id, untouched).words


async def test_a_day_after_the_promise_is_said_before_it_is_refused(office: Office) -> None:
    add_task(office.ctx, COVER)
    add_task(office.ctx, "Order paper @oak-street")
    async with running(office.feed) as ui:
        await Story(ui).press("3", "d").type("14 jul").see("starts Tue 14 Jul")
        assert "promise" not in ui.text().split("Defer 1 to")[1]
        await Story(ui).press("ctrl+u").type("+20d").see("after its promise Wed 15 Jul 2026: p moves the promise first")
        await Story(ui).press("escape", "*", "d").see("Defer 2 tasks to").press("ctrl+u").type("aug 3")
        await Story(ui).see("after what is promised of 1: Enter asks whether the others are deferred")


async def test_only_the_first_line_of_what_is_said_leaves_room_for_what_is_degraded() -> None:
    feed = FakeFeed(3)
    feed.troubles = (("calendar promises: not synced", "Calendar promises: never synced"),)
    async with running(lambda: feed, (80, 24)) as ui:
        ui.main.look_for_changes()
        await ui.settled()
        ui.main.say("word " * 23 + "end")
        await ui.settled()
        first, second = next((a, b) for a, b in zip(ui.lines(), ui.lines()[1:], strict=False) if "calendar prom" in a)
        assert first.strip().startswith("word")
        assert len(second.rstrip()) > 60
        assert second.rstrip().endswith("end")


async def test_what_the_main_screen_has_is_not_said_to_be_on_the_command_line_only(office: Office) -> None:
    add_task(office.ctx, COVER)
    people.edit(office.ctx, "oak-street", "dana", {"channel": "mail"})
    tasks.wait(office.ctx, 1, tasks.Waiting("dana", "the form"))
    drafting.draft(office.ctx, "oak-street", "dana")
    async with running(office.feed, (110, 30)) as ui:
        await Story(ui).press("8", "r", "colon").type("all playbooks").see("not on this screen")
        assert "command line only" not in ui.text()
        await Story(ui).press("ctrl+u").type("whether stated dates").see("on the command line only")


@pytest.mark.parametrize("name", themes.NAMES)
async def test_every_theme_tells_states_apart_without_colour(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running(lambda: FakeFeed(12)) as ui:
        themes.wear(ui.app, name)
        await Story(ui).press("3").see("! late", "! at risk", "? waiting", ". ok")
        inks = re.findall(r"-r\d+ \{ fill: #(..)(..)(..)", ui.app.export_screenshot())
        assert len(inks) > 3
        # That of the picture's own frame aside.
        assert {ink for ink in inks if len({*ink}) > 1} <= {("c5", "c8", "c6")}


async def test_that_a_reason_is_read_by_others_is_said_whole_on_a_narrow_screen(office: Office) -> None:
    add_task(office.ctx, "Renew cover by 15 jul to dana @oak-street")
    async with running(office.feed, (60, 15)) as ui:
        await Story(ui).press("3", "p").enter("22 jul").see("Why?", "They will read the reason.")


async def test_the_few_that_cannot_be_deferred_stay_marked_and_the_others_go(office: Office) -> None:
    add_task(office.ctx, "Renew cover by 3 Jul @oak-street")
    for number in range(3):
        add_task(office.ctx, f"Count shelf {number} @oak-street")
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("3", "*", "d")
            .enter("+7d")
            .see(
                "1 task would start after what is promised",
                "Defer the other 3; these stay marked",
                "stays: Renew cover",
            )
            .press("escape")
            .see("Defer 4 tasks to", "+7d")
            .press("enter", "enter")
            .says("Deferred 3 tasks")
            .heads("1 marked")
            .press("x")
            .says("Done 1: Renew cover")
            .press("u", "u")
            .says("Undone: Deferred 3 tasks")
        )
    assert [task(office.ctx, id).starts_on for id in range(1, 5)] == [None] * 4
