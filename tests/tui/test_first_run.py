"""The first run: what empty lists say, and sample data that comes and goes with one step."""

from __future__ import annotations

import re

import pytest

from followthru.actions.registry import COMMANDS
from followthru.store import entities
from followthru.store import tasks as read_tasks
from followthru_tui import emptywords
from followthru_tui.feed import Place, View, Where
from tests.storekit import add_practice, add_task
from tests.tui.desks import Office
from tests.tui.driver import running
from tests.tui.story import Story

PALETTE = {
    Place.UPDATES: "updates",
    Place.DUTIES: "duties",
    Place.YEAR: "year of duties",
    Place.GOALS: "goals",
    Place.HOURS: "hours worked",
    Place.MEETINGS: "meetings",
}
KEYS: dict[Place, tuple[str, ...]] = {
    Place.TODAY: ("1",),
    Place.ALL: ("3",),
    Place.WEEK: ("4",),
    Place.EXPIRY: ("9",),
    Place.WAITING: ("7",),
    Place.PRACTICES: ("2",),
    Place.INBOX: ("6",),
    Place.TIMELINE: ("0",),
    **{place: (":", *words.replace(" ", "\0"), "enter") for place, words in PALETTE.items()},
}
"""How one comes to each list that can be empty while nothing is there at all."""


def _keys(place: Place) -> tuple[str, ...]:
    return tuple(key.replace("\0", " ") for key in KEYS[place])


def _words(text: str) -> str:
    return " ".join(re.sub("[▏│┃]", " ", text).split())


# What empty lists say


def test_every_list_has_its_own_words_and_every_one_names_a_key_or_command_that_there_is() -> None:
    views = [View(Where(place), "", (), (), {}, 0, 0, 1) for place in Place]
    said = [emptywords.of(view, "") for view in views]
    assert len(set(said)) == len(said)
    keys = {key for command in COMMANDS for key in command.keys} | {"Esc"}
    names = {command.words for command in COMMANDS}
    for words in [*said, emptywords.WELCOME]:
        named = re.findall(r"“([^”]+)”", words)
        assert set(named) <= names, words
        pressed = re.findall(r"(?:^|[.,;:] )(Esc|[a-zA-Z0-9.,/?]) (?=[a-z]+s\b)", words)
        assert pressed or named or "`followthru" in words, words
        assert set(pressed) <= keys, words


@pytest.mark.parametrize("place", sorted(KEYS))
@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40)])
async def test_an_empty_list_says_what_would_stand_there_and_the_next_key(
    blank_office: Office, place: Place, size: tuple[int, int]
) -> None:
    async with running(blank_office.feed, size) as ui:
        await Story(ui).press(*_keys(place))
        assert ui.main.navigation.where.place is place
        wanted = emptywords.of(View(Where(place), "", (), (), {}, 0, 0, 1, first_run=True), "")
        assert _words(wanted) in _words(ui.text()), ui.text()
        wanted = "a Add  Enter Sample data  : More  ? Keys  q Quit"
        assert ui.footer().split() == wanted.split(), "every key that is shown does something here"


async def test_a_practice_without_anything_says_its_own_next_key(blank_office: Office) -> None:
    add_practice(blank_office.ctx)
    async with running(blank_office.feed) as ui:
        await Story(ui).press("2", "enter")
        assert ui.main.navigation.where.place is Place.PRACTICE
        await Story(ui).see("“Add a person”").miss("Welcome", "sample data")


async def test_a_list_that_a_filter_emptied_says_the_filter(office: Office) -> None:
    add_task(office.ctx, "Order paper @oak-street")
    async with running(office.feed) as ui:
        await Story(ui).press("3", "/").enter("zebra").see("Nothing matches “zebra”. Esc clears the filter")


# Sample data


async def test_one_key_brings_sample_data_u_takes_it_back_and_the_screen_says_what_it_is(
    blank_office: Office,
) -> None:
    async with running(blank_office.feed) as ui:
        await (
            Story(ui)
            .see("Welcome.", "Enter fills it with sample data")
            .press("enter")
            .says("Added sample data: 2 made-up practices")
            .says("Nothing of it is ever sent or synced.")
            .heads("with sample data")
            .see("sample-oak")
            .press("3")
            .heads("with sample data")
            .press("u")
            .says("Undone: Added sample data")
            .see("Enter fills everything with sample data.")
        )
    assert entities.is_empty(blank_office.ctx.read)


async def test_it_is_played_with_and_taken_out_by_one_named_step_while_ones_own_stays(blank_office: Office) -> None:
    add_task(blank_office.ctx, "Thank-you cards")
    async with running(blank_office.feed) as ui:
        await (
            Story(ui)
            .press("7", "enter")
            .says("Added sample data")
            .press("1", "j", "x")
            .says("Done")
            .press(":")
            .enter("sample")
            .says("Removed the sample data: ")
            .press("3")
            .see("Thank-you cards")
            .miss("sample-", "with sample data")
            .press("u")
            .heads("with sample data")
        )
        assert read_tasks.count(blank_office.ctx.read, read_tasks.Query()) > 30


async def test_sample_data_is_not_offered_among_practices(office: Office) -> None:
    async with running(office.feed) as ui:
        await Story(ui).miss("sample data").press("enter").press(":").type("fill it").see("Fill it with sample data")
        await Story(ui).press("enter").see("it is for an empty list in a store without practices")


@pytest.mark.parametrize("column", ["NO_COLOR", None])
async def test_the_welcome_is_whole_at_every_size(
    blank_office: Office, monkeypatch: pytest.MonkeyPatch, column: str | None
) -> None:
    if column:
        monkeypatch.setenv(column, "1")
    async with running(blank_office.feed, (60, 15)) as ui:
        assert _words(emptywords.WELCOME) in _words(ui.text())
