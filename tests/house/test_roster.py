"""The roster of hands says what each of them runs, so that a command that is left out of it is missed at once."""

from __future__ import annotations

from pkgutil import iter_modules

from followthru_tui import hands
from followthru_tui.hands import roster
from tests.tui.driver import running
from tests.tui.fakefeed import FakeFeed


async def test_every_hand_runs_just_the_commands_that_the_roster_says() -> None:
    eager = {"choices", "clean", "colours", "lines", "main", "people", "roster", "steps", "where", "writing"}
    assert {module for module, _ in roster.ROSTER} == {one.name for one in iter_modules(hands.__path__)} - eager
    async with running(lambda: FakeFeed(3)) as ui:
        for place, ids in roster.ROSTER.items():
            assert sorted(roster.hands(ui.main, place).handlers()) == sorted(ids), place
