"""Playbooks: what each holds, a run seen before it is made, its steps, its anchor moved; all of it taken back."""

from __future__ import annotations

from followthru.actions import promises
from followthru.domain.task import How
from tests.storekit import add_practice
from tests.tui.desks import Office
from tests.tui.driver import Driver, running
from tests.tui.story import Story


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
        assert "Fri 31 Jul, oak-street: " in ui.text()
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


async def test_another_answer_is_chosen_seen_and_accepted_as_one_step(office: Office) -> None:
    """A run's plan is another one now: which steps come and go is shown before anything is changed."""
    async with running(office.feed) as ui:
        await _opened(ui, "hire")
        await ui.press("G", "R")
        await Story(ui).see("questions licensed=yes|no").enter("oak-street 4 jan").press("enter", "g").on("open")
        await (
            Story(ui)
            .press("W")
            .see("Which answer is another one now?", "licensed=yes", "(now no)")
            .miss("licensed=no")
            .press("enter")
            .see("Would answer", "1 step opened", "Answer it: all of this as one step", "opens, ")
            .press("down", "enter")
            .see("Answer it: all of this as one step")
            .press("home", "enter")
            .says("Answered run 1 of hire with licensed=")
            .press("u")
            .says("Undone: Answered run 1")
        )


async def test_a_playbook_without_questions_says_so(office: Office) -> None:
    """One that the PM wrote, with one step."""
    own = office.home.config.parent / "playbooks"
    own.mkdir()
    head = (
        'playbook = 1\nversion = 1\ntitle = "Count gloves"\nsource = "Mine"\ncheck_your_state = "No"\nanchor = "Day"\n'
    )
    (own / "gloves.toml").write_text(f'{head}[[steps]]\nkey = "keys"\ntitle = "Keys"\npublic = "Keys"\nbefore = 1\n')
    async with running(office.feed) as ui:
        await _opened(ui, "gloves")
        await Story(ui).press("G", "R").miss("questions ").enter("oak-street 31 jul").press("enter", "g").on("open")
        await Story(ui).press("W").says("This playbook asks nothing")


async def test_a_preview_shows_long_lines_whole_and_is_left_by_esc_alone(office: Office) -> None:
    async with running(office.feed, (60, 24)) as ui:
        await _run(ui, "oak-street 3 jul")
        await Story(ui).see("2 steps has passed; due on", "the first working day there is").press("down", "enter")
        await Story(ui).see("Run it: all of this as one step").press("escape").heads("Playbooks")
        assert "Runs (" not in ui.text()
