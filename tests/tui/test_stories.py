"""What a practice manager does in a day, key by key, on a real store."""

from __future__ import annotations

import asyncio
import threading
from datetime import date

import pytest

from followthru.actions import edit, people, promises, tasks
from followthru.actions.context import Context
from followthru.actions.registry import COMMANDS
from followthru.domain.task import How, Status
from followthru.store import heartbeats, links
from followthru.store import tasks as read_tasks
from followthru_tui.feed import Feed, Said
from followthru_tui.storefeed import StoreFeed
from tests.storekit import add_practice, add_task, task
from tests.tui.desks import Office, impatient, locked, on_reader
from tests.tui.driver import running
from tests.tui.story import Story

COVER = "Renew cover by 15 Jul @oak-street"
CALENDAR = """
[[accounts]]
name = "home"
url = "http://127.0.0.1:9/"
username = "robin"
password = { env = "NOPE" }

[[calendars]]
name = "mine"
account = "home"
collection = "mine"
"""
SIZES = [(60, 15), (80, 24), (160, 50)]


# The day of somebody new


@pytest.mark.parametrize("size", SIZES)
async def test_somebody_new_adds_defers_completes_and_undoes_with_keys_that_are_on_the_screen(
    office: Office, size: tuple[int, int]
) -> None:
    async with running(office.feed, size) as ui:
        await (
            Story(ui, only_visible=True)
            .press("a")
            .type("Renew cover by today @oak-street")
            .press("enter")
            .says("Added 1")
            .on("Renew cover")
            .press("u")
            .says("Undone: Added 1")
            .press("a")
            .type("Renew cover by 15 Jul to dana @oak-street from today")
            .press("enter")
            .on("Renew cover")
            .press("d")
            .type("+2d")
            .press("enter")
            .says("Deferred 2 by 2 days")
            .press("u")
            .says("Undone: Deferred 2")
            .press("x")
            .says("Done 2: Renew cover")
            .press("u")
            .says("Undone: Done 2")
            .on("Renew cover")
        )
    assert task(office.ctx, 2).status is Status.OPEN


async def test_twenty_filtered_tasks_are_deferred_by_a_week_with_six_keys(office: Office) -> None:
    for number in range(20):
        add_task(office.ctx, f"Count shelf {number} @oak-street #stock")
    other = add_task(office.ctx, "Order paper @oak-street")
    async with running(office.feed) as ui:
        await Story(ui).press("3", "/").enter("#stock").heads("(20)")
        story = await Story(ui).press("*").heads("20 marked").press("d").enter("+7d").says("Deferred 20 tasks")
        assert story.keys <= 6
        assert {task(office.ctx, id).starts_on for id in range(1, 21)} == {date(2026, 7, 8)}
        assert task(office.ctx, other).starts_on is None
        await Story(ui).press("u").says("Undone: Deferred 20 tasks")
    assert {task(office.ctx, id).starts_on for id in range(1, 21)} == {None}


# Marking


async def test_a_range_follows_the_cursor_both_ways_and_stands_after_a_second_v(office: Office) -> None:
    for number in range(6):
        add_task(office.ctx, f"Count shelf {number} @oak-street")
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("3", "j", "v")
            .heads("1 marked")
            .press("j", "j")
            .heads("3 marked")
            .press("k")
            .heads("2 marked")
            .press("v", "G")
            .heads("2 marked")
            .press("space")
            .heads("3 marked")
            .press("x")
            .says("Done 3 tasks")
        )
        assert [row.id for row in read_tasks.rows(office.ctx.read)] == [1, 4, 5]


async def test_all_are_marked_and_unmarked_and_what_is_not_shown_is_said(office: Office) -> None:
    for number in range(20):
        add_task(office.ctx, f"Send numbers {number} by 2026-06-29 @oak-street")
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("*")
            .heads("12 marked")
            .says("8 more belong here and are not marked")
            .press("*")
            .press("G")
            .miss("marked")
            .press("enter", "*")
            .heads("20 marked")
            .press("escape")
            .miss("marked")
        )


async def test_marks_stay_on_their_tasks_when_others_come_and_go(office: Office) -> None:
    for number in range(4):
        add_task(office.ctx, f"Count shelf {number} @oak-street")
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("3", "j", "space", "space")
            .meanwhile(lambda: tasks.done(office.ctx, 1))
            .heads("All open (3)  2 marked")
            .press("x")
            .says("Done 2 tasks")
        )
    assert [row.id for row in read_tasks.rows(office.ctx.read)] == [4]


# Every key that changes something, and the way back

CHANGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "add": ("", "a", ("Order paper @oak-street",)),
    "done": (COVER, "x", ()),
    "start": (COVER, "s", ()),
    "reopen": ("", "o", ()),
    "drop": (COVER, "D", ()),
    "promise": (COVER, "p", ("22 jul",)),
    "tell": (COVER, "t", ("dana", "calendar")),
    "target": (COVER, "T", ("9 jul",)),
    "defer": (COVER, "d", ("next mon",)),
    "wait": (COVER, "w", ("dana", "the form by fri")),
    "answered": (f"{COVER} wait dana", "W", ("it came",)),
    "edit": (COVER, "e", ("several", "title=Renew the cover")),
    "rename": (COVER, "i", ("Renew the cover",)),
    "assign": (COVER, "+", ("priya",)),
    "tags": (COVER, "#", ("insurance billing",)),
    "priority": (COVER, "!", ("high",)),
    "buffer": (COVER, "~", ("5d",)),
    "belongs": ("Order paper", "@", ()),
    "needs": (COVER, "B", ("paper",)),
    "checklist": (COVER, "-", ("call; sign; send",)),
    "split": (COVER, "|", ("get the quote; sign it",)),
    "notes": (COVER, "n", ()),
}
_ELSEWHERE = {"undo", "redo", "sync", "forecast", "show", "copy", "open", "log"}
"""What changes no task: the way back itself, what only shows or wakes, and hours, which are entries of their own."""


def _everything(ctx: Context) -> object:
    """Return the tasks and who was told what, less what was taken back."""
    rows = read_tasks.rows(ctx.read, read_tasks.Query())
    told = read_tasks.tellings(ctx.read, [row.id for row in rows])
    own = [(read_tasks.notes(ctx.read, row.id), read_tasks.checklist(ctx.read, row.id)) for row in rows]
    needs = [read_tasks.needs(ctx.read, row.id) for row in rows]
    return rows, own, needs, {id: [one for one in found if not one.retracted] for id, found in told.items()}


def test_every_key_that_changes_a_task_has_a_story() -> None:
    acting = {c.id for c in COMMANDS if c.keys and "ID" in (c.cli or c.twin) and " " not in c.id}
    assert acting - _ELSEWHERE - {"history"} <= set(CHANGES), "a story of the key, and of the way back"


@pytest.mark.parametrize("id", sorted(CHANGES))
async def test_what_a_key_changes_is_said_and_u_takes_it_back(office: Office, id: str) -> None:
    line, key, answers = CHANGES[id]
    if line:
        add_task(office.ctx, line)
    if id == "reopen":
        add_task(office.ctx, COVER)
        tasks.done(office.ctx, 1)
    before = _everything(office.ctx)
    async with running(office.feed) as ui:
        story = Story(ui).press("3")
        if id == "reopen":
            story.press("/").enter("all")
        if id == "needs":
            add_task(office.ctx, "Order paper by 20 Jul @oak-street")
            before = _everything(office.ctx)
        story.press(key)
        if id == "notes":
            story.type("Ask the carrier first.").press("escape")
        for answer in answers:
            story.enter(answer)
        await story.says("u undoes it.")
        after = _everything(office.ctx)
        assert after != before
        words = office.newest()
        await Story(ui).press("u").says(f"Undone: {words}")
        assert _everything(office.ctx) == before
        await Story(ui).press("U").says(words)
        assert _everything(office.ctx) != before


async def test_undo_reaches_past_a_restart_and_what_somebody_else_did(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await Story(ui).press("3", "s").says("Started 1")
    people.edit(office.ctx, "oak-street", "dana", {"channel": "call only"})
    async with running(office.feed) as ui:
        await Story(ui).press("u").says("Undone: ").press("u").says("Undone: Started 1").press("U").says("Started 1")
    assert task(office.ctx, 1).status is Status.STARTED


# Editing


async def test_the_editor_lists_what_is_there_and_a_new_value_replaces_the_old_one(office: Office) -> None:
    add_task(office.ctx, f"{COVER} +priya #insurance")
    async with running(office.feed, (100, 30)) as ui:
        await (
            Story(ui)
            .press("3", "e")
            .see("Title Renew cover", "Wiggle room", "Who does it priya", "Tags #insurance", "Promised Wed 15 Jul")
            .enter("readers")
            .enter("Your malpractice cover")
            .says("Changed title for readers of 1")
            .press("i")
            .see("Renew cover")
            .enter("Renew the cover")
            .on("Renew the cover")
            .press("e")
            .enter("takes")
            .type("soon")
            .press("enter")
            .says("no span of time")
            .see("soon")
        )
    assert task(office.ctx, 1).title == "Renew the cover"


async def test_a_date_says_its_weekday_how_far_it_is_how_full_its_week_and_what_history_says(office: Office) -> None:
    office.home.config.write_text(office.home.config.read_text().replace("[me]", '[me]\ncapacity = "6h"'))
    add_task(office.ctx, f"{COVER} kind:licence-renewal")
    async with running(office.feed, (120, 30)) as ui:
        await (
            Story(ui)
            .press("3", "p")
            .see("15 jul")
            .see("promised Wed 15 Jul", "10 working days from today", "week of Mon 13 Jul: 1 h of 30 h promised")
            .type("in 2 weeks")
            .see("promised Wed 15 Jul")
            .press("escape", "e")
            .enter("deadline")
            .type("31 jul")
            .see("Fri 31 Jul · 22 working days from today · week of Mon 27 Jul")
            .press("enter")
            .says("Changed deadline of 1")
            .press("d")
            .type("next mon")
            .see("starts Mon 6 Jul · 3 working days from today")
        )


async def test_several_marked_tasks_get_a_tag_and_who_does_them_in_one_step(office: Office) -> None:
    for number in range(3):
        add_task(office.ctx, f"Count shelf {number} @oak-street #stock")
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("3", "space", "space", "#")
            .enter("june -stock")
            .says("Changed tags of 2 tasks. u undoes it.")
            .press("*", "+")
            .enter("priya")
            .says("Changed person in charge of 3 tasks")
            .press("u", "u")
            .says("Undone: Changed tags of 2 tasks")
        )
    assert {row.tags for row in read_tasks.rows(office.ctx.read)} == {("stock",)}


async def test_tab_completes_tags_kinds_and_who_is_told_from_all_tasks(office: Office) -> None:
    for _ in range(2):
        add_task(office.ctx, f"{COVER} #insurance kind:licence-renewal")
    tasks.done(office.ctx, 1)
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("a")
            .type("File it #ins")
            .press("tab")
            .type(" kind:lic")
            .press("tab")
            .type(" @oa")
            .press("tab")
            .type(" by fri to pri")
            .press("tab", "enter")
            .says("Added 3: File it")
        )
    row = task(office.ctx, 3)
    assert (row.tags, row.kind, row.practice, row.told) == (("insurance",), "licence-renewal", "oak-street", 1)


async def test_steps_are_ticked_added_and_written_anew(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("3", "-")
            .paste("call\nsign")
            .see("call; sign")
            .press("enter", "-")
            .see("[ ] call", "[ ] sign")
            .press("enter", "-")
            .see("[x] call")
            .enter("add steps")
            .enter("send the copy")
            .press("-")
            .see("[x] call", "[ ] send the copy")
        )
    steps = [(one.words, one.done) for one in read_tasks.checklist(office.ctx.read, 1)]
    assert steps == [("call", True), ("sign", False), ("send the copy", False)]


async def test_what_a_task_needs_blocks_it_and_is_taken_away_by_the_same_key(office: Office) -> None:
    add_task(office.ctx, COVER)
    add_task(office.ctx, "Get the quote by 20 Jul @oak-street")
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("3", "B")
            .enter("quote")
            .on("? blocked")
            .press("B")
            .see("needed: Enter takes it away")
            .press("enter")
            .on(". ok")
        )


async def test_notes_that_were_being_written_when_it_crashed_are_there_again(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await Story(ui).press("3", "n").type("Ask the carrier first.")
        # The screen is left without Esc, as a crash or a closed terminal leaves it.
    assert read_tasks.notes(office.ctx.read, 1) is None
    async with running(office.feed) as ui:
        await Story(ui).press("3", "n").see("Ask the carrier first.").press("escape").says("Changed notes of 1")
    assert read_tasks.notes(office.ctx.read, 1) == "Ask the carrier first."
    assert not list(office.home.run.glob("notes-*"))


async def test_notes_written_elsewhere_meanwhile_are_kept_beside(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("3", "n")
            .type("Mine.")
            .meanwhile(lambda: edit.edit(office.ctx, 1, {"notes": "Theirs."}))
            .press("escape")
        )
    kept = read_tasks.notes(office.ctx.read, 1) or ""
    assert "Mine." in kept
    assert "Theirs." in kept


# What is empty says the next key

EMPTY = {
    "today": (("1",), "a captures a task"),
    "all": (("3",), "a captures one"),
    "week": (("4",), "a captures a task"),
    "calendars": (("5",), "Connect a calendar"),
    "filter": (("3", "/", "z", "enter"), "Esc clears the filter"),
    "review": ((":", "u", "p", "d", "a", "t", "e", "s", "enter"), "N drafts one"),
}


@pytest.mark.parametrize("place", sorted(EMPTY))
@pytest.mark.parametrize("size", [(60, 15), (120, 40)])
async def test_an_empty_list_says_the_next_key(office: Office, place: str, size: tuple[int, int]) -> None:
    keys, words = EMPTY[place]
    async with running(office.feed, size) as ui:
        await Story(ui).press(*keys).see(words)


async def test_nobody_says_where_to_find_a_task_that_is_in_no_list(office: Office) -> None:
    async with running(office.feed, (120, 30)) as ui:
        elsewhere = "It is not in this list"
        await Story(ui).press("a").enter("Order paper @oak-street").says("Added 1").says(elsewhere).press("u")
        assert "Undone: Added 1" in ui.status()
        assert elsewhere not in ui.status(), "it is gone"
        await Story(ui).press("U").says("Added 1").says(elsewhere).press("3", "x").says("Done 1").press("u", "1", "U")
        assert "Done 1" in ui.status()
        assert elsewhere not in ui.status(), "it is done"


# What goes wrong around it


async def test_a_dead_daemon_is_said_and_everything_still_works(office: Office) -> None:
    async with running(office.feed, (120, 30)) as ui:
        await (
            Story(ui)
            .meanwhile(lambda: None)
            .see("daemon not running: S starts it")
            .press("a")
            .enter("Order paper @oak-street")
            .says("Added 1")
            .says("It is not in this list: 3 shows all.")
            .press("3", "x")
            .says("Done 1")
            .see("daemon not running")
        )


async def test_a_dead_network_is_said_with_the_last_good_time_and_everything_still_works(office: Office) -> None:
    office.home.config.write_text(office.home.config.read_text() + CALENDAR)
    with office.ctx.store.writing() as tx:
        links.went(tx, "mine", good=True, fault=None)
    office.clock.advance(days=3)
    with office.ctx.store.writing() as tx:
        links.went(tx, "mine", good=False, fault="The server did not answer. Nothing is lost.")
    heartbeats.beat(office.ctx.store, "mail post", fault="The server did not answer. Mail waits.")
    async with running(office.feed, (120, 30)) as ui:
        await (
            Story(ui)
            .meanwhile(lambda: None)
            .press("m")
            .see("last good sync 3 days ago", "Mail waits.", "The server did not answer")
            .press("escape", "a")
            .enter("Order paper @oak-street")
            .says("Added 1")
        )


async def test_a_locked_database_is_said_nothing_is_lost_and_the_same_line_works_later(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await on_reader(ui, impatient)
        with locked(office, "IMMEDIATE"):
            await (
                Story(ui)
                .press("3", "x")
                .says("Nothing of this step was saved")
                .says("Another program holds it")
                .press("a")
                .enter("Order paper @oak-street")
                .see("Order paper")
                .says("Another program holds it")
            )
        await Story(ui).press("enter").says("Added 2: Order paper").press("u", "x").says("Done 1")


async def test_a_database_that_cannot_even_be_read_leaves_what_is_on_the_screen(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await on_reader(ui, impatient)
        await Story(ui).press("3")
        with locked(office, "EXCLUSIVE"):
            await Story(ui).press("1").says("cannot be read").see("Renew cover")
        await Story(ui).press("3").heads("All open (1)")


async def test_a_full_disk_is_said_nothing_is_lost_and_the_same_line_works_later(office: Office) -> None:
    async with running(office.feed) as ui:
        await on_reader(ui, lambda feed: _pages(feed, 1))
        await (
            Story(ui)
            .press("a")
            .type(f"Order paper @oak-street {'x' * 4000}")
            .press("enter")
            .says("office is full")
            .says("Make room")
            .see("Order paper")
        )
        await on_reader(ui, lambda feed: _pages(feed, 10**9))
        await Story(ui).press("enter").says("Added 1: Order paper")


def _pages(feed: Feed, most: int) -> None:
    """Let the database grow to so many pages at most; it is never made smaller than it is."""
    assert isinstance(feed, StoreFeed)
    feed._desk.ctx.read.value(f"PRAGMA max_page_count={most}")  # pyright: ignore[reportPrivateUsage]


# What is typed is never lost


@pytest.mark.parametrize(("key", "typed"), [("a", "Order paper"), ("p", "22 jul"), ("d", "+3d"), ("T", "9 jul")])
async def test_what_was_typed_comes_back_after_escape(office: Office, key: str, typed: str) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await Story(ui).press("3", key).type(typed).press("escape").says("kept").press("j", key).see(typed)


async def test_many_pasted_lines_are_many_tasks(office: Office) -> None:
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("a")
            .paste("Call payer\nOrder paper @oak-street\nFile forms")
            .says("2 more lines pasted")
            .press("enter")
            .see("Order paper")
            .press("enter", "enter")
            .heads("Today")
        )
    assert len(read_tasks.rows(office.ctx.read)) == 3


async def test_all_pasted_lines_are_stored_with_one_key_as_one_step(office: Office) -> None:
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("a")
            .paste("Call payer\nOrder paper @oak-street\nFile forms")
            .says("↓ stores all of them")
            .see("↓ store all 3")
            .press("down")
            .says("Added 3 tasks: Call payer and 2 more. u undoes it.")
            .miss("Enter take it")
            .press("a")
            .miss("pasted", "store all")
            .press("escape", "u")
            .says("Undone: Added 3 tasks")
        )
    assert read_tasks.rows(office.ctx.read) == []


async def test_what_was_done_to_many_leaves_room_to_say_how_it_is_taken_back(office: Office) -> None:
    async with running(office.feed) as ui:
        await Story(ui).press("a").paste(f"Order paper {'and more paper ' * 20}\nFile forms").press("down")
        await Story(ui).says("Added 2 tasks: Order paper and more").see("… u undoes it.")


async def test_what_a_line_means_is_broken_anew_where_the_window_changes(office: Office) -> None:
    meant = " by DATE to PERSON · @practice +assignee #tag !high ~5d · deadline DATE · *private"
    async with running(office.feed, (40, 24)) as ui:
        await ui.press("a")
        assert meant not in ui.lines()
        await ui.resize(120, 24)
        assert meant in ui.lines()


async def test_what_may_be_typed_is_said_to_its_end_on_a_narrow_window(office: Office) -> None:
    add_task(office.ctx, "Order paper @oak-street")
    async with running(office.feed) as ui:
        await Story(ui).press("3", "M").see("after a ; a note for you alone")


async def test_a_list_without_keys_has_no_column_for_them(office: Office) -> None:
    async with running(office.feed) as ui:
        await Story(ui).press("P")
        assert ui.selected().startswith("> Call +dana")
        await Story(ui).press("escape", "?").type("goals").see("Nothing here is called “goals”.").miss("Did you mean")


async def test_what_was_wrong_with_a_line_is_said_until_it_is_mended(office: Office) -> None:
    add_task(office.ctx, "Order paper @oak-street by fri")
    async with running(office.feed) as ui:
        await Story(ui).press("3", "T").enter("frx").says("Write a date such as").press("backspace")
        assert ui.status() == ""
        await Story(ui).press("ctrl+u").enter("31 dec").says("after").press("x")
        assert ui.status() == ""


async def test_ctrl_c_says_how_to_leave(office: Office) -> None:
    async with running(office.feed) as ui:
        await Story(ui).press("ctrl+c").says("q quits")


async def test_commands_are_named_in_full_beside_what_does_the_same_elsewhere(office: Office) -> None:
    async with running(office.feed, (120, 24)) as ui:
        await (
            Story(ui).press(":").type("how things stand").see("calendars, mail, background ", "followthru sync status")
        )


async def test_a_pasted_line_that_is_refused_stores_none_and_keeps_all(office: Office) -> None:
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("a")
            .paste("Call payer\nOrder paper by fri to dana @oak-street *private\nFile forms")
            .press("down")
            .see("Call payer", "↓ store all 3")
        )
        assert read_tasks.rows(office.ctx.read) == []
        await Story(ui).press("enter").see("Order paper").press("escape").says("kept")


# Widths


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40), (200, 50)])
async def test_keys_and_words_fit_while_one_works(office: Office, size: tuple[int, int]) -> None:
    add_practice(office.ctx, "harbor")
    add_task(office.ctx, f"{COVER} +priya #insurance")
    promises.tell(office.ctx, 1, "dana", how=How.CALL)
    async with running(office.feed, size) as ui:
        await (
            Story(ui)
            .press("3")
            .see("Renew cover", "? Keys", "q Quit")
            .press("a")
            .type("Call payer by fri @harbor")
            .see("Enter take it", "Esc back")
            .press("escape", "p")
            .type("22 jul")
            .see("Wed 22 Jul")
            .press("escape", "enter")
            .see("Promised Wed 15 Jul")
            .press("escape", "?")
            .see("Capture a task")
        )


# What somebody new types


async def test_what_is_typed_before_anything_was_read_is_a_task_and_no_command(office: Office) -> None:
    async with running(office.feed) as ui:
        ui.main.aids = None
        await Story(ui).press("a").type("Call payer").see("One moment").press("enter").says("Added 1: Call payer")


async def test_practices_and_people_are_added_by_the_names_that_people_write(office: Office) -> None:
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press(":")
            .enter("Add a practice")
            .enter("Elm Dental & Co --holidays US-CA")
            .says("Added practice elm-dental-co")
            .press(":")
            .enter("Add a person")
            .enter("Lee de Witt lee@example.com --practice elm-dental-co --role staff")
            .says("Added Lee de Witt, staff at Elm Dental & Co")
        )


async def test_on_a_narrow_screen_a_filter_shows_the_list_that_it_narrows(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed, (80, 24)) as ui:
        await Story(ui).press("3", "enter").see("History").press("/").type("Renew").see("> . ok")


async def test_a_line_that_was_emptied_before_escape_does_not_come_back(office: Office) -> None:
    async with running(office.feed) as ui:
        await Story(ui).press("a").type("zzz").press("escape", "a").see("zzz")
        await ui.press(*["backspace"] * 3, "escape")
        await Story(ui).press("a")
        assert ui.main.panel is not None
        assert ui.main.panel.line == ""


async def test_a_store_that_is_held_for_a_while_is_said_while_one_waits(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("followthru_tui.screens.work.PATIENCE", 0.01)
    free = threading.Event()

    def waits(_: object) -> Said:
        free.wait(60)
        return Said("Stored.")

    async with running(office.feed) as ui:
        said, hint = asyncio.Event(), ui.main.hint

        def heard(words: str) -> None:
            hint(words)
            said.set()

        monkeypatch.setattr(ui.main, "hint", heard)
        ui.main.act(waits)
        try:
            await asyncio.wait_for(said.wait(), 60)
            assert "Still at work" in ui.status()
        finally:
            free.set()
        await ui.settled()
        await Story(ui).says("Stored.")
