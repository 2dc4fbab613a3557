"""What is not loaded, read or painted until it has to be, and that it is then."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module

import pytest
from textual._styles_cache import StylesCache
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from followthru.domain.orders import Order
from followthru.domain.task import TaskRow
from followthru.store import links
from followthru.store.links import LinkRow
from followthru_tui import shellwords
from followthru_tui.background import Background
from followthru_tui.feed import Place, View, Where
from followthru_tui.hands import roster
from followthru_tui.storefeed import StoreFeed
from followthru_tui.widgets.tasklist import TaskList
from followthru_tui.widgets.typedline import TypedLine
from tests.storekit import add_task
from tests.tui.desks import Office
from tests.tui.driver import Driver, running
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
        shown = [one for one in dispatcher.offers() if one.command.footer and one.command.id != "belongs"]
        assert dispatcher.for_footer() == shown, "the task under the cursor belongs somewhere"
        assert len(dispatcher.for_footer()) < len(dispatcher.offers()) / 3


async def test_what_depends_on_the_cursor_is_made_once_for_a_key_and_the_footer_only_for_other_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []
    for name in ("heading", "keys"):
        monkeypatch.setattr(shellwords, name, _noted(made, name, getattr(shellwords, name)))
    async with running(lambda: FakeFeed(100)) as ui:
        await ui.press("3")
        made.clear()
        await ui.press("j", "j", "j")
        assert made == ["heading"] * 3
        assert ">" in ui.lines()[4]
        assert "4/100" in ui.text()


async def test_for_a_frame_only_what_has_changed_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real = StylesCache.render_widget

    def noted(self: StylesCache, widget: Widget, crop: Region) -> list[Strip]:
        made.append(widget.id or type(widget).__name__)
        return real(self, widget, crop)

    async with running(lambda: FakeFeed(100)) as ui:
        await ui.press("3", "j")
        monkeypatch.setattr(StylesCache, "render_widget", noted)
        await ui.press("j")
        assert ui.lines()[0].rstrip().endswith("3/100")
        assert set(made) <= {"header", "list"}
        made.clear()
        await ui.press("?")
        await ui.press("escape")
        ui.app.theme = "textual-light"
        await ui.settled()
        assert {"header", "list", "status", "footer"} <= set(made), "another theme is on all of them"


def _noted(made: list[str], name: str, real: Callable[..., object]) -> Callable[..., object]:
    def call(*given: object) -> object:
        made.append(name)
        return real(*given)

    return call


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


STANDING = Where(Place.CALENDARS)


def _published(office: Office, task: int, state: str = "linked", reason: str | None = None) -> None:
    """Note what a sync notes of a task that it has sent, or asks about."""
    uid = f"u{task}{state}"
    link = LinkRow(0, task, uid, "promise", 1, uid, f"/{uid}.ics", state, "e", "t", None, None, None, reason, None)
    with office.ctx.store.writing() as tx:
        links.put(tx, "promises", link)


def test_a_sync_leaves_what_lines_are_read_with_alone_and_an_action_does_not(office: Office) -> None:
    one = add_task(office.ctx, "Renew cover by 15 Jul @oak-street")
    feed = office.feed()
    before, version = feed.aids(), feed.pulse(STANDING).version
    _published(office, one)
    assert feed.pulse(STANDING).version != version
    assert feed.aids() is before
    add_task(office.ctx, "File the report @oak-street #filing")
    assert "filing" in feed.aids().tags
    feed.close()


class Viewed(StoreFeed):
    """Notes each list that is read."""

    viewed: list[Place]

    def view(self, where: Where, matching: str, order: Order | None = None) -> View:
        self.viewed.append(where.place)
        return super().view(where, matching, order)


async def _looked(ui: Driver, feed: Viewed) -> list[Place]:
    """Look for changes, as each second; return which lists were read anew for it."""
    feed.viewed.clear()
    ui.main.look_for_changes()
    await ui.settled()
    return list(feed.viewed)


async def test_while_a_sync_sends_no_list_is_read_anew_that_does_not_show_it(office: Office) -> None:
    for day in (1, 2, 3):
        add_task(office.ctx, f"Renew cover by {day} Jul @oak-street")
    feed = Viewed.open(office.home, office.clock, Background(starts=False))
    feed.viewed = []
    async with running(lambda: feed) as ui:
        for task, (key, place) in enumerate((("3", Place.ALL), ("4", Place.WEEK), ("1", Place.TODAY)), 1):
            await ui.press(key)
            await _looked(ui, feed)
            _published(office, task)
            assert await _looked(ui, feed) == [], "nothing of it is on the screen"
            add_task(office.ctx, f"Call payer {task}")
            assert await _looked(ui, feed) == [place], "a step is, whoever takes it"
        _published(office, 1, "asked", "It was moved there.")
        assert await _looked(ui, feed) == [Place.TODAY]
        await Story(ui).see("Calendars ask (1)")
