"""Practices as cards, and all of one practice on one screen."""

from __future__ import annotations

import pytest

from followthru.actions import goals, people, practices, promises, registers
from followthru.domain.people import PracticeStatus, RoleName
from followthru.domain.task import How
from tests.storekit import add_practice, add_task
from tests.tui.desks import Office
from tests.tui.driver import running


@pytest.fixture
def busy(office: Office) -> Office:
    """Two practices; Oak Street has a late task, a telling, a goal, a register item and a duty."""
    ctx = office.ctx
    add_practice(ctx, "harbor")
    people.edit(ctx, "oak-street", "dana", {"cadence": "weekly:fri@16:00"})
    add_task(ctx, "Send numbers by 2026-06-29 @oak-street")
    add_task(ctx, "Renew the lease by 15 jul @oak-street")
    promises.tell(ctx, 2, "dana", how=How.CALL)
    add_task(ctx, "Send payroll by 31 jul @oak-street every last working day")
    goals.add(ctx, "ar-days", "oak-street", {"aim": "35"})
    registers.add(ctx, "licence", "RN licence", "oak-street", {"expires": "2026-07-20"})
    return office


async def test_a_card_says_what_needs_you_what_is_kept_and_what_comes_next(busy: Office) -> None:
    async with running(busy.feed) as ui:
        await ui.press("2")
        card = "\n".join(ui.lines()[1:9])
        assert "Practices (2)" in ui.lines()[0]
        assert ". calm" in ui.selected()
        await ui.press("j")
        assert "! 1 needs you" in ui.selected()
        assert "nothing due was told yet · 3 open promises, next Mon 29 Jun" in card
        assert "next update Fri 3 Jul" in card
        assert "to dana" in card
        await ui.press("enter")
        assert "Practices > oak-street (3, 1 late)" in ui.lines()[0]
        await ui.press("escape")
        assert "Practices (2)" in ui.lines()[0]
        assert "! 1 needs you" in ui.selected(), "the cursor is where it was"


async def test_a_paused_practice_says_so_in_place_of_its_next_update(busy: Office) -> None:
    practices.set_status(busy.ctx, "oak-street", PracticeStatus.PAUSED)
    async with running(busy.feed) as ui:
        await ui.press("2")
        assert "- paused" in ui.text()
        assert "paused: nothing is sent" in ui.text()


async def test_one_practice_shows_tasks_people_tellings_goals_registers_and_duties(busy: Office) -> None:
    async with running(busy.feed, (120, 50)) as ui:
        await ui.press("2", "j", "enter")
        text = ui.text()
        for heading in ("Open tasks (3)", "People (2)", "Told lately (1)", "Goals (1)", "Registers (1)", "Duties (1)"):
            assert heading in text
        assert ". owner" in text
        assert "Dana Reyes (dana), weekly:fri@16:00" in text
        assert "Renew the lease: Wed 15" in text
        assert "? no reading" in text
        assert "! begin now" in text
        assert "Send payroll, every" in text


async def test_a_filter_makes_it_a_list_of_tasks(busy: Office) -> None:
    async with running(busy.feed) as ui:
        await ui.press("2", "j", "enter", "slash")
        await ui.type("payroll")
        assert "oak-street (1" in ui.lines()[0]
        assert "People" not in ui.text()


async def test_many_tasks_are_cut_short_and_opened_whole(busy: Office) -> None:
    for number in range(20):
        add_task(busy.ctx, f"Sort the shelf {number} @oak-street")
    async with running(busy.feed, (80, 40)) as ui:
        await ui.press("2", "j", "enter")
        assert "and 11 more" in ui.text()
        await ui.press(*"j" * 12, "enter")
        assert "Practices > oak-street > oak-street (23, 1 late)" in ui.lines()[0]


async def test_a_person_is_read_in_full(busy: Office) -> None:
    people.add(busy.ctx, "oak-street", people.NewPerson("Jo Fields", None, RoleName.VENDOR))
    async with running(busy.feed) as ui:
        await ui.press("2", "j", "enter", "j", "j", "j", "enter")
        assert "Channel   mail" in ui.text()


async def test_no_practice_yet_says_the_next_key(blank_office: Office) -> None:
    async with running(blank_office.feed) as ui:
        await ui.press("2")
        assert "“Add a practice”" in ui.text()
