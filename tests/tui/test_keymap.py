"""The user's own keys: used where they can be, and named by file and line where they cannot."""

from __future__ import annotations

import pytest

from followthru.actions.registry import COMMANDS
from followthru.actions.selection import Selected
from followthru_tui import themes
from followthru_tui.dispatch import MOVES, Dispatcher
from followthru_tui.keymap import mapped
from followthru_tui.offers import key_picks
from tests.storekit import add_task, task
from tests.tui.desks import CONFIG, Office
from tests.tui.driver import running
from tests.tui.story import Story


def _config(office: Office, text: str) -> None:
    office.home.config.write_text(f"{office.home.config.read_text()}\n{text}")


async def test_own_keys_stand_in_the_footer_and_do_what_they_say(office: Office) -> None:
    _config(office, '[keys]\ndone = "Z"\n"update approve" = ["ctrl+y"]\n')
    add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("3")
            .see("Z Done")
            .press("x")
            .holds(lambda: not task(office.ctx, 1).closed)
            .press("?")
            .see("Z Done")
            .press("escape", "Z")
            .says("Done 1")
        )
    assert task(office.ctx, 1).closed


async def test_what_clashes_is_said_with_its_line_and_the_key_stays_what_it_was(office: Office) -> None:
    _config(office, '[keys]\ndone = "a"\ndnoe = "Z"\n')
    add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    first = office.home.config.read_text().splitlines().index('done = "a"') + 1
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("3", "m")
            .see(f"config.toml:{first}: a is the key of “Capture a task” already")
            .see(f"config.toml:{first + 1}: there is no command “dnoe”. Did you mean done?")
            .press("escape", "x")
            .says("Done 1")
        )


async def test_keys_change_while_it_runs_when_the_file_does(office: Office) -> None:
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .see("a Add")
            .meanwhile(lambda: _config(office, '[keys]\nadd = "Z"\n[screen]\ntheme = "light"\n'))
            .see("Z Add")
        )
        assert ui.app.theme == "paper"


def test_two_own_keys_may_change_places_and_an_empty_list_takes_keys_away() -> None:
    found = mapped(COMMANDS, (("done", ("s",)), ("start", ("x",)), ("drop", ())), {})
    assert found.problems == ()
    keys = {command.id: command.keys for command in found.commands}
    assert (keys["done"], keys["start"], keys["drop"]) == (("s",), ("x",), ())
    Dispatcher(found.commands, {}, lambda: pytest.fail("not asked"), lambda _: None)


def test_the_same_key_holds_on_another_sort_of_line() -> None:
    assert mapped(COMMANDS, (("update redraft", ("x",)),), {}).problems == ()


def test_of_two_own_entries_that_clash_only_one_is_left_out() -> None:
    found = mapped(COMMANDS, (("done", ("Z",)), ("start", ("Z",))), {})
    assert len(found.problems) == 1
    assert sum(command.keys == ("Z",) for command in found.commands) == 1


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("goal:3", ["goal read", "goal edit", "goal retire"]),
        ("hours:3", ["hours edit", "hours remove"]),
        (None, list[str]()),
    ],
)
def test_the_keys_of_a_line_come_first_and_those_that_only_move_after_all_that_can_be_had(
    line: str | None, first: list[str]
) -> None:
    handlers = {command.id: lambda: None for command in COMMANDS}
    dispatcher = Dispatcher(COMMANDS, handlers, lambda: Selected(line=line), lambda _: None)
    picks = key_picks(dispatcher.offers())
    had = [pick.id for pick in picks if pick.why_not is None]
    assert had[: len(first)] == first
    assert set(had[-len(MOVES) :]) == MOVES
    assert [pick.id for pick in picks[: len(had)]] == had, "what cannot be had stands below"
    assert "add" in had


async def test_a_theme_is_put_on_by_its_name_and_kept_with_every_word_that_stood_there(office: Office) -> None:
    office.home.config.write_text(f"# mine\n{CONFIG}", encoding="utf-8")
    async with running(office.feed) as ui:
        await Story(ui).press(":").enter("theme contrast").says("The theme is contrast from now on")
        assert ui.app.theme == themes.NAMES["contrast"]
        await Story(ui).press(":").enter("theme light").says("The theme is light from now on")
        assert ui.app.theme == themes.NAMES["light"]
    assert office.home.config.read_text(encoding="utf-8") == f'# mine\n{CONFIG}\n[screen]\ntheme = "light"\n'
