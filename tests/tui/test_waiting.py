"""Waiting: on whom, since when, when to ask again; and the keys that go on with it."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import tasks
from tests.storekit import add_task
from tests.tui.desks import Office
from tests.tui.driver import running


@pytest.fixture
def asked(office: Office) -> Office:
    """Two wait on Dana, asked five days ago; one on Priya since today."""
    for line in ("Renew the lease @oak-street", "Sign the roster @oak-street", "Order paper @oak-street"):
        add_task(office.ctx, line)
    tasks.wait(office.ctx, 1, tasks.Waiting("dana", "a signature", None, date(2026, 7, 20)))
    tasks.wait(office.ctx, 2, tasks.Waiting("dana", None, None, date(2026, 7, 6)))
    office.clock.advance(days=5)
    tasks.wait(office.ctx, 3, tasks.Waiting("priya", "the list", None, None))
    return office


async def test_it_says_on_whom_for_what_since_when_and_when_to_ask(asked: Office) -> None:
    async with running(asked.feed) as ui:
        await ui.press("7")
        assert "Waiting (3)  1 to ask again now" in ui.lines()[0]
        assert [line for line in ui.lines() if "On " in line] == [" " * 2 + "On dana (2)", " " * 2 + "On priya (1)"]
        assert "! ask again" in ui.selected()
        assert "ask Mon 6 Jul" in ui.selected()
        await ui.press("j")
        assert "? 5 days" in ui.selected()
        assert "Renew the lease: a signature" in ui.selected()
        await ui.press("j")
        assert "? since today" in ui.selected()
        assert "no day to ask" in ui.selected()


async def test_an_answer_goes_on_from_there_and_is_taken_back_to_the_same_line(asked: Office) -> None:
    async with running(asked.feed) as ui:
        await ui.press("7", "W")
        await ui.type("signed")
        await ui.press("enter")
        assert "Waiting (2)" in ui.lines()[0]
        await ui.press("u")
        assert "Waiting (3)" in ui.lines()[0]
        assert "Sign the roster" in ui.selected()


async def test_nobody_is_waited_on(office: Office) -> None:
    async with running(office.feed) as ui:
        await ui.press("7")
        assert "w on a task says whom it waits on" in ui.text()
