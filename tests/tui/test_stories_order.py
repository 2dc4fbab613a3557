"""Lists sorted and grouped by keys, by the palette and by what is typed into the filter."""

from __future__ import annotations

import pytest

from followthru.actions import tasks
from tests.storekit import add_person, add_practice, add_task
from tests.tui.desks import Office, impatient, locked, on_reader
from tests.tui.driver import Driver, running
from tests.tui.story import Story

SIZES = [(60, 15), (80, 24), (120, 40)]


def shelves(office: Office, *more: str) -> None:
    """Four tasks at two practices, the first of which is late."""
    ctx = office.ctx
    add_practice(ctx, "birch-lane")
    add_person(ctx, "Ana Bell", practice="birch-lane")
    for line in (
        "Count shelves by 9 Jul @oak-street",
        "Air the rooms by 2 Jul @birch-lane +ana",
        "Book the van by 20 Jul @birch-lane",
        "Dust the blinds @oak-street",
        *more,
    ):
        add_task(ctx, line)
    office.clock.advance(days=2)


def titles(ui: Driver) -> list[str]:
    """Return the first words of the tasks and headings on screen, in their order."""
    firsts = ("Count", "Air", "Book", "Dust", "No practice", "With", "oak-street (", "birch-lane (", "Late", "On track")
    # Without the detail, which stands beside the list from 110 columns.
    return [first for line in ui.lines()[1:] for first in firsts if first in line[:74]]


@pytest.mark.parametrize("size", SIZES)
async def test_a_list_is_sorted_turned_round_and_grouped_and_stands_by_itself_again(
    office: Office, size: tuple[int, int]
) -> None:
    shelves(office)
    async with running(office.feed, size) as ui:
        await Story(ui).press("3", ")").see("Sort by").enter("title").heads("All open (4, 1 late)  sort:title")
        assert titles(ui) == ["Air", "Book", "Count", "Dust"]
        await Story(ui).press(")").enter("title").heads("sort:-title")
        assert titles(ui) == ["Dust", "Count", "Book", "Air"]
        await Story(ui).press("(").enter("practice").heads("sort:-title group:practice")
        assert titles(ui) == ["birch-lane (", "Book", "Air", "oak-street (", "Dust", "Count"]
        await Story(ui).press("(").enter("none").press(")").enter("date").heads("All open (4, 1 late)").miss("sort:")
        assert titles(ui) == ["Air", "Count", "Book", "Dust"]


async def test_the_palette_knows_every_order_by_its_words(office: Office) -> None:
    shelves(office)
    async with running(office.feed) as ui:
        await Story(ui).press("3", ":").enter("sort title").heads("sort:title")
        await Story(ui).press(":").enter("group health").heads("sort:title group:health")
        assert titles(ui) == ["Late", "Air", "On track", "Book", "Count", "Dust"]


async def test_what_is_typed_into_the_filter_holds_until_it_is_cleared_or_another_is_chosen(office: Office) -> None:
    shelves(office)
    async with running(office.feed) as ui:
        await Story(ui).press("3", "/").enter("the sort:-title group:person").heads("All (3)  /the sort:-title group:")
        assert titles(ui) == ["With", "Dust", "Book", "With", "Air"]
        await Story(ui).press(")").enter("title").heads("sort:title group:person  /the").press("escape")
        await Story(ui).heads("All open (4, 1 late)  sort:title group:person")
        await Story(ui).press("/").type("sort:colour").see("There is no “colour” to sort by").press("escape")
        await Story(ui).heads("sort:title group:person")


async def test_an_order_is_remembered_for_its_view_alone_also_over_a_restart(office: Office) -> None:
    shelves(office)
    async with running(office.feed) as ui:
        await Story(ui).press("3", ")").enter("title").press("1").heads("Today").miss("sort:").press("3")
        await Story(ui).heads("sort:title")
    async with running(office.feed) as ui:
        await Story(ui).press("3").heads("sort:title").press("4").miss("sort:")


async def test_the_cursor_stays_on_its_task_while_the_list_is_sorted_changed_and_filtered(office: Office) -> None:
    shelves(office)
    async with running(office.feed) as ui:
        await Story(ui).press("3", "j").on("Count").press(")").enter("title").on("Count")
        await Story(ui).press("(").enter("practice").on("Count")
        await Story(ui).meanwhile(lambda: add_task(office.ctx, "Add hooks @oak-street")).see("Add hooks").on("Count")
        await Story(ui).press("/").enter("count").on("Count").press("escape").on("Count")
        await Story(ui).press("x").miss("Count shelves  ").press("u").see("Count shelves")


async def test_today_and_the_week_are_sorted_within_their_parts_or_grouped_in_place_of_them(office: Office) -> None:
    shelves(office, "Zap the moths by 2 Jul @oak-street")
    async with running(office.feed) as ui:
        await Story(ui).press(")").enter("title").press(")").enter("title").heads("Today (2, 2 late)  sort:-title")
        assert ui.text().index("Late (2)") < ui.text().index("Zap") < ui.text().index("Air")
        await Story(ui).press("(").enter("practice").heads("group:practice").see("birch-lane (1)", "oak-street (1)")
        await Story(ui).miss("Late (2)").press("4").see("Before today (2)").press("(").enter("person")
        await Story(ui).see("With you", "With ana").press("escape", "1").heads("sort:-title group:practice")


async def test_a_practice_is_sorted_as_the_list_of_all_its_tasks(office: Office) -> None:
    shelves(office)
    async with running(office.feed) as ui:
        await Story(ui).press("2", "j", "enter").heads("oak-street").see("People").press(")").enter("title")
        await Story(ui).heads("oak-street > oak-street (2)").see("sort:title").press("escape").see("People")


async def test_a_view_of_other_things_keeps_its_own_order_and_says_which_does_not(office: Office) -> None:
    async with running(office.feed) as ui:
        await Story(ui).press("9", ")").says("This view keeps its own order. 3 shows all tasks").press("(")
        await Story(ui).says("This view keeps its own order").press("6", "/").type("sort:title")
        await Story(ui).see("This view keeps its own order.")


async def test_an_empty_list_stays_calm_in_any_order(office: Office) -> None:
    async with running(office.feed) as ui:
        await Story(ui).press("3", "(").enter("health").see("a captures one").heads("group:health")


async def test_marked_tasks_of_a_group_are_done_in_one_step_and_undone(office: Office) -> None:
    shelves(office)
    async with running(office.feed) as ui:
        await Story(ui).press("3", "(").enter("practice").on("Air").press("v", "j", "v", "x").says("Done")
        await Story(ui).miss("birch-lane (").press("u").says("Undone").see("birch-lane (2)")


async def test_an_order_holds_on_a_store_that_cannot_be_written(office: Office) -> None:
    shelves(office)
    async with running(office.feed) as ui:
        await Story(ui).press("3")
        await on_reader(ui, impatient)
        with locked(office, "IMMEDIATE"):
            await Story(ui).press(")").enter("title").heads("sort:title").says("Another program holds it")
            assert titles(ui) == ["Air", "Book", "Count", "Dust"]


async def test_closed_ones_are_grouped_too(office: Office) -> None:
    shelves(office)
    tasks.done(office.ctx, 1)
    async with running(office.feed) as ui:
        await Story(ui).press("3", "/").enter("all group:health").see("Late (1)", "On track (2)", "Done (1)")


async def test_the_heading_under_which_a_task_stands_now_is_on_the_screen(office: Office) -> None:
    bowls = [f"Wash bowl {number} @{slug}" for slug in ("birch-lane", "oak-street") for number in range(40)]
    shelves(office, *bowls, "Zip it by 1 Jul @oak-street")
    async with running(office.feed) as ui:
        await Story(ui).press("3").on("Zip").press("(").enter("practice").on("Zip")
        assert ui.lines()[ui.lines().index(ui.selected()) - 1].startswith("  oak-street (43)")
