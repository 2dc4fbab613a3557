"""What is not loaded, read or painted until it has to be, and that it is then."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import pytest
from textual.geometry import Region

from followthru.domain.task import TaskRow
from followthru.store import links
from followthru.store.links import LinkRow
from followthru_tui.hands import roster
from followthru_tui.widgets.tasklist import TaskList
from followthru_tui.widgets.typedline import TypedLine
from tests.storekit import add_task
from tests.tui.desks import Office
from tests.tui.driver import running
from tests.tui.fakefeed import FakeFeed
from tests.tui.story import Story


class Asked(FakeFeed):
    """Notes how many rows were asked for each time."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.asked: list[int] = []

    def rows(self, ids: Sequence[int]) -> Sequence[TaskRow]:
        self.asked.append(len(ids))
        return super().rows(ids)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often all lines of the list had to be painted anew, one entry for each time."""
    times: list[int] = []
    before = TaskList.refresh

    def noted(self: TaskList, *regions: Region, **how: bool) -> TaskList:
        if not regions:
            times.append(len(times))
        return before(self, *regions, **how)

    monkeypatch.setattr(TaskList, "refresh", noted)
    return times


async def test_all_hands_are_there_once_the_first_list_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, _ in roster.ROSTER:
        import_module(f"followthru_tui.hands.{module}")
        monkeypatch.delitem(sys.modules, f"followthru_tui.hands.{module}")
    async with running(lambda: FakeFeed(3)):
        assert {module for module, _ in roster.ROSTER if f"followthru_tui.hands.{module}" not in sys.modules} == set()


async def test_the_footer_asks_only_for_what_it_may_show() -> None:
    async with running(lambda: FakeFeed(3)) as ui:
        dispatcher = ui.main.dispatcher
        assert dispatcher.for_footer() == [one for one in dispatcher.offers() if one.command.footer]
        assert len(dispatcher.for_footer()) < len(dispatcher.offers()) / 3


async def test_a_list_that_stayed_as_it_was_is_not_painted_again(painted: list[int]) -> None:
    feed = Asked(1000)
    async with running(lambda: feed) as ui:
        await ui.press("3", "ctrl+d", "ctrl+d")
        before, text = len(painted), ui.text()
        feed.number += 1
        ui.main.look_for_changes()
        await ui.settled()
        assert ui.main.view is not None
        assert ui.main.view.version == feed.number
        assert (len(painted), ui.text()) == (before, text)
        feed.remove(400)
        ui.main.look_for_changes()
        await ui.settled()
        assert len(painted) > before


@pytest.mark.parametrize("key", ["a", "/", ":"])
async def test_nothing_blinks_while_nobody_types(key: str) -> None:
    async with running(lambda: FakeFeed(3)) as ui:
        await ui.press(key)
        line = ui.app.screen.focused
        assert isinstance(line, TypedLine)
        assert not line.cursor_blink


async def test_what_others_change_far_down_the_list_shows_though_the_list_stays() -> None:
    feed = Asked(1000)
    async with running(lambda: feed) as ui:
        await ui.press("3", "G")
        await Story(ui).see("1,000/1,000")
        feed.change(999, title="Moved on the phone")
        ui.main.look_for_changes()
        await ui.settled()
        await Story(ui).see("Moved on the phone")
        assert max(feed.asked) < 300, "only what is near the screen is read"


def _published(office: Office, task: int) -> None:
    """Note what a sync notes of a task that it has sent."""
    link = LinkRow(0, task, "u", "promise", 1, "uid", "/c/1.ics", "linked", "e", "t", None, None, None, None, None)
    with office.ctx.store.writing() as tx:
        links.put(tx, "promises", link)


def test_a_sync_leaves_what_lines_are_read_with_alone_and_an_action_does_not(office: Office) -> None:
    one = add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    feed = office.feed()
    before, version = feed.aids(), feed.pulse().version
    _published(office, one)
    assert feed.pulse().version != version
    assert feed.aids() is before
    add_task(office.ctx, "File the report @oak-street #filing")
    assert "filing" in feed.aids().tags
    feed.close()
