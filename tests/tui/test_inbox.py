"""The inbox: what was captured is put where it belongs, what calendars ask is answered, each with one key."""

from __future__ import annotations

from tests.storekit import add_practice, add_task
from tests.tui.desks import Office
from tests.tui.driver import running


async def test_what_was_captured_is_put_where_it_belongs_and_taken_back(office: Office) -> None:
    add_practice(office.ctx, "harbor")
    for line in ("Ask about the copier", "Holiday cover?"):
        add_task(office.ctx, line)
    async with running(office.feed) as ui:
        await ui.press("6")
        assert "Inbox (2)" in ui.lines()[0]
        assert "b says where each belongs" in ui.text()
        assert "b Practice" in ui.footer()
        await ui.press("b")
        await ui.type("har")
        await ui.press("enter")
        assert "Inbox (1)" in ui.lines()[0]
        assert "u undoes it" in ui.status()
        await ui.press("u")
        assert "Inbox (2)" in ui.lines()[0]


async def test_with_one_practice_one_key_is_enough(office: Office) -> None:
    add_task(office.ctx, "Ask about the copier")
    async with running(office.feed) as ui:
        await ui.press("6", "b")
        assert "The inbox is empty" in ui.text()
        await ui.press("3")
        assert "oak-street" in ui.selected()
        assert "b Practice" not in ui.footer(), "it has one: the room is for what is next"


async def test_several_that_are_marked_go_together(office: Office) -> None:
    for line in ("Ask about the copier", "Holiday cover?", "Parking"):
        add_task(office.ctx, line)
    async with running(office.feed) as ui:
        await ui.press("6", "space", "space", "b")
        assert "2 tasks belong to oak-street now" in ui.status()
        assert "Inbox (1)" in ui.lines()[0]
