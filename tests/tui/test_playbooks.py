"""Playbooks: what each holds, a run seen before it is made, its steps, its anchor moved; all of it taken back."""

from __future__ import annotations

from followthru.actions import promises
from followthru.domain.task import How
from tests.storekit import add_practice
from tests.tui.desks import Office
from tests.tui.driver import Driver, running


async def _opened(ui: Driver, narrow: str = "") -> None:
    await ui.press(":")
    await ui.type("all playbooks")
    await ui.press("enter")
    if narrow:
        await ui.press("slash")
        await ui.type(narrow)
        await ui.press("enter")


async def _run(ui: Driver, line: str) -> None:
    await _opened(ui, "month-end")
    await ui.press("G", "R")
    await ui.type(line)
    await ui.press("enter")


async def test_each_says_its_steps_whom_it_needs_and_what_to_check(office: Office) -> None:
    async with running(office.feed, (100, 70)) as ui:
        await _opened(ui, "month-end")
        assert "Playbooks (1)" in ui.lines()[0]
        assert " steps" in ui.selected()
        await ui.press("enter")
        for words in ("Anchor", "Role", "working day", "Source"):
            assert words in ui.text()


async def test_a_run_shows_dates_and_load_first_and_is_one_step(office: Office) -> None:
    add_practice(office.ctx, "harbor")
    async with running(office.feed, (100, 40)) as ui:
        await _run(ui, "oak-street,harbor 31 jul")
        assert "would be added. Nothing was changed" in ui.text()
        assert "Run it: all of this as one step" in ui.selected()
        assert "Week of Mon" in ui.text()
        assert "Fri 31 Jul  oak-street" in ui.text()
        await ui.press("escape")
        assert "Runs (" not in ui.text(), "looking made nothing"
        await ui.press("enter", "enter")
        assert "at @oak-street, @harbor: " in ui.status()
        assert "Runs (2)" in ui.text()
        await ui.press("u")
        assert "Runs (" not in ui.text()


async def test_a_run_opens_to_its_steps_on_which_a_tasks_keys_hold(office: Office) -> None:
    async with running(office.feed, (100, 40)) as ui:
        await _run(ui, "oak-street 31 jul")
        await ui.press("enter", "g")
        assert "open" in ui.selected()
        await ui.press("enter")
        assert "Playbooks > " in ui.lines()[0]
        assert "@oak-street, Fri 31 Jul" in ui.lines()[0]
        await ui.press("s")
        assert "Started" in ui.status()


async def test_moving_the_anchor_shows_what_moves_and_what_stays_because_it_was_told(office: Office) -> None:
    async with running(office.feed, (110, 40)) as ui:
        await _run(ui, "oak-street 31 jul")
        await ui.press("enter", "g")
        promises.tell(office.ctx, 1, "dana", how=How.CALL)
        await ui.press("d")
        await ui.type("7 aug")
        await ui.press("enter")
        assert "Move it: all of this as one step" in ui.text()
        assert "stays, dana was told" in ui.text()
        await ui.press("enter")
        assert "u undoes it" in ui.status()
        assert "Fri 7 Aug" in ui.selected()
        await ui.press("u")
        assert "Fri 31 Jul" in ui.selected()


async def test_where_and_when_are_asked_for(office: Office) -> None:
    async with running(office.feed) as ui:
        await _run(ui, "oak-street")
        assert "Give where it is run and the anchor's day" in ui.status()
