"""Lists saved under a name, shown again by it, renamed and removed."""

from __future__ import annotations

import pytest

from followthru.actions import saved_views
from followthru.config.reading import load
from followthru.domain.orders import Order
from tests.storekit import add_person, add_practice, add_task
from tests.tui.desks import Office
from tests.tui.driver import running
from tests.tui.story import Story

SIZES = [(60, 15), (80, 24), (120, 40)]
VIEWS = '\n[views]\noak = "@oak-street sort:-title"\nlate-by-person = "health:late group:person"\n'


@pytest.fixture
def shelves(office: Office) -> Office:
    """Four tasks at two practices, one of them late."""
    add_practice(office.ctx, "birch-lane")
    add_person(office.ctx, "Ana Bell", practice="birch-lane")
    for line in (
        "Count shelves by 9 Jul @oak-street",
        "Air the rooms by 2 Jul @birch-lane +ana",
        "Book the van by 20 Jul @birch-lane",
        "Dust the blinds @oak-street",
    ):
        add_task(office.ctx, line)
    office.clock.advance(days=2)
    return office


def kept(office: Office) -> dict[str, str]:
    """Return what the configuration holds."""
    return dict(load(office.home.config).views)


def with_views(office: Office) -> None:
    with office.home.config.open("a") as file:
        file.write(VIEWS)


@pytest.mark.parametrize("size", SIZES)
async def test_a_list_is_saved_by_a_key_and_shown_again_after_a_restart(shelves: Office, size: tuple[int, int]) -> None:
    async with running(shelves.feed, size) as ui:
        await (
            Story(ui)
            .press("3", "/")
            .enter("@oak sort:-title")
            .press('"')
            .see("@oak sort:-title")
            .enter("oak-late")
            .says("Saved oak-late: @oak sort:-title.")
            .heads("oak-late (2)  sort:-title")
            .on("Dust")
            .press("1", "3")
            .miss("sort:")
        )
    assert kept(shelves) == {"oak-late": "@oak sort:-title"}
    async with running(shelves.feed, size) as ui:
        await Story(ui).press("'").see("oak-late").press("enter").heads("oak-late (2)  sort:-title")
        await Story(ui).press("3", ":").enter("view oak-late").heads("oak-late (2)").on("Dust")


async def test_the_palette_saves_under_the_name_that_is_typed_behind_it(shelves: Office) -> None:
    async with running(shelves.feed) as ui:
        await Story(ui).press("3", "(").enter("person").press(":").type("save mine").see("Save this view as mine")
        await Story(ui).press("enter").heads("mine (4, 1 late)  group:person").see("With ana (1)")
        await Story(ui).press(":").enter("save Not A Name").says("cannot be a name").says("Small letters, digits")
    assert kept(shelves) == {"mine": "group:person"}


async def test_a_saved_view_is_narrowed_and_arranged_further_and_saved_again_in_its_place(shelves: Office) -> None:
    with_views(shelves)
    async with running(shelves.feed) as ui:
        await (
            Story(ui)
            .press(":")
            .enter("view oak")
            .press("/")
            .enter("dust")
            .heads("oak (1)")
            .press(")")
            .enter("age")
            .heads("sort:age")
            .press('"')
            .see("In place of “@oak-street sort:-title”.")
            .press("enter")
            .says("Saved oak: @oak-street dust sort:age; before it was “@oak-street sort:-title”.")
            .heads("oak (1)  sort:age")
            .press("escape", "1", ":")
            .enter("view oak")
            .heads("oak (1)  sort:age")
        )
        assert kept(shelves)["oak"] == "@oak-street dust sort:age"
        # What is saved elsewhere holds here as well: nothing of what was chosen before stands in its way.
        elsewhere = shelves.desk._replace(config=load(shelves.home.config))
        await Story(ui).meanwhile(lambda: saved_views.save(elsewhere, "oak", ["@oak-street"], Order("title")))
        await Story(ui).heads("oak (2)  sort:title")
    assert kept(shelves)["late-by-person"] == "health:late group:person"


async def test_what_is_chosen_on_a_saved_view_and_not_saved_is_gone_after_a_restart(shelves: Office) -> None:
    with_views(shelves)
    async with running(shelves.feed) as ui:
        await Story(ui).press(":").enter("view oak").press(")").enter("age").press("1", ":").enter("view oak")
        await Story(ui).heads("sort:age")
    async with running(shelves.feed) as ui:
        await Story(ui).press(":").enter("view oak").heads("oak (2)  sort:-title")


async def test_a_view_is_renamed_and_removed_and_what_it_showed_is_there_to_save_again(shelves: Office) -> None:
    with_views(shelves)
    async with running(shelves.feed) as ui:
        await (
            Story(ui)
            .press(":")
            .enter("view oak")
            .press(":")
            .enter("rename a saved")
            .enter("street")
            .says("oak is called street now.")
            .heads("street (2)  sort:-title")
            .press(":")
            .enter("remove a saved")
            .says("Removed street: it was “@oak-street sort:-title”.")
            .heads("All (2)  /@oak-street sort:-title")
            .on("Dust")
            .press('"')
            .enter("street")
            .heads("street (2)")
            .press("1", ":")
            .enter("remove a saved")
            .enter("late-by")
            .says("Removed late-by-person")
        )
    assert kept(shelves) == {"street": "@oak-street sort:-title"}


async def test_tasks_of_a_saved_view_are_marked_done_and_undone_as_anywhere(shelves: Office) -> None:
    with_views(shelves)
    async with running(shelves.feed) as ui:
        await Story(ui).press(":").enter("view late-by").on("Air").press("x").says("Done").see("Nothing fits this view")
        await Story(ui).press("u").on("Air").see("With ana (1)")


async def test_lists_of_other_things_say_why_they_cannot_be_saved(shelves: Office) -> None:
    async with running(shelves.feed) as ui:
        await Story(ui).press('"').says("3 shows all tasks, / narrows them.").press("'")
        await Story(ui).says('No view is saved yet: narrow and sort a list, then " saves it.')
        await Story(ui).press("7", '"').see("is:waiting").press("escape", "2", "j", "enter", '"').see("@oak-street")


async def test_a_view_that_somebody_removed_or_that_cannot_be_read_is_said(shelves: Office) -> None:
    with_views(shelves)
    with shelves.home.config.open("a") as file:
        file.write('odd = "health:fine"\n')
    async with running(shelves.feed) as ui:
        await Story(ui).press(":").enter("view odd").says("“fine” is no health").press("1", ":").enter("view oak")
        await Story(ui).meanwhile(
            lambda: saved_views.remove(shelves.desk._replace(config=load(shelves.home.config)), "oak")
        )
        await Story(ui).see("No view is saved as “oak”", "' shows those that are.").press("3").heads("All open")


async def test_a_configuration_that_cannot_be_written_keeps_the_name_that_was_typed(shelves: Office) -> None:
    async with running(shelves.feed) as ui:
        shelves.home.config.write_text("[views\n")
        await Story(ui).press("3", '"').enter("mine").says("config.toml").see("Save as", "mine")
        shelves.home.config.write_text("")
        await Story(ui).press("enter").heads("mine (4, 1 late)")
