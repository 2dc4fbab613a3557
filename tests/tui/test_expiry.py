"""What expires: the board, its keys, what Today says of it, and each step taken back."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from followthru.actions import registers
from tests.storekit import add_practice
from tests.tui.desks import Office
from tests.tui.driver import running


def _item(office: Office, title: str, kind: str = "licence", slug: str = "oak-street", **given: str) -> int:
    values: Mapping[str, str] = given
    return registers.add(office.ctx, kind, title, slug, values).item.id


@pytest.fixture
def kept(office: Office) -> Office:
    """Wednesday 1 July 2026: one item expired, one is to be begun, one has time, one has no date."""
    add_practice(office.ctx, "harbor")
    _item(office, "RN licence", holder="dana", expires="2026-06-20", identifier="RN-4471")
    _item(office, "Malpractice cover", kind="malpractice", slug="harbor", expires="2026-07-20", lead="30")
    _item(office, "Lease", kind="contract", expires="2026-09-20", lead="5")
    _item(office, "Autoclave", kind="equipment", vendor="Acme Sterile")
    return office


async def test_the_board_says_what_each_thing_needs_and_when(kept: Office) -> None:
    async with running(kept.feed) as ui:
        await ui.press("9")
        text = ui.text()
        assert "What expires (4)  2 to begin now" in ui.lines()[0]
        for heading in ("Expired (1)", "Within 30 days (1)", "Within 90 days (1)", "Without a date (1)"):
            assert heading in text
        assert "! expired" in ui.selected()
        assert "RN licence of Dana" in ui.selected()
        assert "20 Jun · 11d ago" in ui.selected()
        assert "! begin now" in text
        assert "? no date" in text
        await ui.press("slash")
        await ui.type("@harbor")
        assert "What expires (1)" in ui.lines()[0]


async def test_an_item_is_read_in_full_in_place_of_the_list_or_beside_it(kept: Office) -> None:
    async with running(kept.feed, (120, 40)) as ui:
        await ui.press("9")
        assert "RN-4471" in ui.text()
        await ui.resize(80, 24)
        assert "RN-4471" not in ui.text()
        await ui.press("enter")
        assert "Number    RN-4471" in ui.text()
        await ui.press("escape")
        assert "Expired (1)" in ui.text()


async def test_renewing_asks_until_when_and_for_what_shows_it_and_is_taken_back(kept: Office) -> None:
    async with running(kept.feed) as ui:
        await ui.press("9", "x")
        await ui.type("30 jun 2028")
        assert "until Fri 30 Jun 2028" in ui.text()
        await ui.press("enter")
        assert "only with something to show" in ui.status()
        await ui.type("; Board confirmed by phone, ref 4471")
        await ui.press("enter")
        assert "Renewed register item 1 until Fri 30 Jun 2028" in ui.status()
        assert "u undoes it" in ui.status()
        assert "Expired" not in ui.text()
        await ui.press("u")
        assert "Expired (1)" in ui.text()


async def test_its_task_is_added_from_the_board_and_a_tasks_keys_hold_on_it_from_then_on(kept: Office) -> None:
    async with running(kept.feed) as ui:
        await ui.press("9", "j", "t")
        assert "Added 1: " in ui.status()
        assert "+ task 1" in ui.text()
        await ui.press("t")
        assert "there is a task for it already" in ui.status()
        await ui.press("s")
        assert "Started 1" in ui.status(), "a task's key, on the task behind the line"
        await ui.press("u", "u")
        assert "+ task 1" not in ui.text()


async def test_fields_are_edited_and_an_item_retired(kept: Office) -> None:
    async with running(kept.feed) as ui:
        await ui.press("9", "G", "e")
        await ui.type("expires=1 aug")
        await ui.press("enter")
        assert "Without a date" not in ui.text()
        await ui.press("D")
        assert "Retired register item 4" in ui.status()
        await ui.press("u")
        assert "Autoclave" in ui.text()


async def test_what_shows_it_is_kept_for_a_task_and_listed_on_its_item(kept: Office) -> None:
    async with running(kept.feed) as ui:
        await ui.press("9", "E")
        assert "Nothing shows it yet" in ui.status()
        await ui.press("t", "3", "E")
        await ui.type("Board confirmed by phone")
        await ui.press("enter", "9", "E")
        assert "note: Board confirmed by phone" in ui.text()


async def test_today_names_what_has_to_be_begun_with_the_same_keys(kept: Office) -> None:
    async with running(kept.feed) as ui:
        assert "To renew (2)" in ui.text()
        assert "! expired" in ui.selected()
        await ui.press("t")
        assert "To renew (1)" in ui.text()


async def test_an_empty_register_says_the_next_key_and_takes_the_first_item(office: Office) -> None:
    async with running(office.feed) as ui:
        await ui.press("9")
        assert "“Add to a register”" in ui.text().replace("\n", " ")
        await ui.press(":")
        await ui.type("to a register")
        await ui.press("enter")
        await ui.type("kind=licence title=RN licence practice=oak-street expires=2026-08-01")
        await ui.press("enter")
        assert "RN licence" in ui.text()
