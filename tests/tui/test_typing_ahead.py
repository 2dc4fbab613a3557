"""Keys that come faster than the screen changes: each reaches what it was meant for, in the order it was typed."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable
from threading import Event

import pytest
from textual import events

from followthru.actions.drafting import draft
from followthru.domain.orders import Order
from followthru.domain.task import Status
from followthru.store import tasks as read_tasks
from followthru.store.faults import StoreError
from followthru_tui.app import FollowthruApp
from followthru_tui.feed import Feed, Place, View, Where
from followthru_tui.hands import writing
from followthru_tui.screens.main import MainScreen
from followthru_tui.storefeed import StoreFeed
from followthru_tui.widgets.linepanel import LinePanel
from followthru_tui.widgets.statusbar import Lasts
from followthru_tui.widgets.tasklist import TaskList
from tests.storekit import add_practice, add_task, task
from tests.tui.desks import Office
from tests.tui.driver import Driver, running
from tests.tui.story import Story

COVER = "Renew cover by 15 Jul @oak-street"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("x", "y", "ctrl+a", "z"), "zxy"),
        (("x", "y", "ctrl+u", "z"), "z"),
        (("x", " ", "y", "ctrl+w", "z"), "x z"),
        (("x", "y", "left", "z"), "xzy"),
        (("x", "y", "backspace", "z"), "xz"),
        (("x", "y", "home", "z", "ctrl+e", "q"), "zxyq"),
        (("x", "y", "home", "delete", "z"), "zy"),
    ],
)
@pytest.mark.parametrize("opened", [False, True])
async def test_every_key_after_a_reaches_the_line_in_order(
    office: Office, keys: tuple[str, ...], line: str, opened: bool
) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3")
        if opened:
            await ui.press("a")
            await ui.settled_after(*keys)
        else:
            await ui.settled_after("a", *keys)
        assert ui.main.panel is not None
        assert ui.main.panel.line == line
        assert task(office.ctx, 1).status is Status.OPEN


async def test_what_is_pasted_at_once_after_a_is_in_the_line_where_it_was_pasted(office: Office) -> None:
    async with running(office.feed) as ui:
        await ui.press("3")
        ui.app.post_message(events.Key("a", "a"))
        ui.app.post_message(events.Paste("Order paper "))
        await ui.settled_after("x", "enter")
        assert [row.title for row in read_tasks.rows(office.ctx.read)] == ["Order paper x"]


async def test_what_is_typed_at_once_after_the_colon_narrows_the_commands_and_runs_none(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3")
        await ui.settled_after(":", *"xdone", "home", "delete", "down", "up")
        await Story(ui).see("> x", "Done").miss("Capture a task")
        await ui.settled_after("escape")
        assert task(office.ctx, 1).status is Status.OPEN
        await ui.settled_after(":", *"done", "enter")
        assert task(office.ctx, 1).status is Status.DONE


async def test_an_arrow_and_enter_in_one_burst_choose_what_the_arrow_led_to(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3", "t")
        await ui.settled_after("down", "enter")
        await Story(ui).see("How was priya told?").press("escape", "t")
        await ui.settled_after("a", "down", "enter")
        await Story(ui).see("How was priya told?")


@pytest.mark.parametrize(
    ("keys", "seen"),
    [
        (("t", *"dana", "enter"), "How was dana told?"),
        (("w", *"dana", "enter"), "dana is to give"),
        (("w", *"dana", "enter", *"the form"), "waits on dana for the form"),
        (("t", *"dana", "enter", *"meet"), "in a meeting"),
        ((":", *"who does it", "enter", *"pri"), "> priya"),
        (("+", *"dxp"), "Nothing here is called “dxp”"),
        (("p", *"22 jul"), "promised Wed 22 Jul"),
        (("@", *"elm"), "Where does it belong?"),
        (("N", *"dana"), "Draft an update to"),
        (("H", *"xx"), "History"),
        (("B", *"paper"), "What has to be done before"),
    ],
)
async def test_what_is_typed_before_a_list_of_the_store_has_come_is_no_command(
    office: Office, keys: tuple[str, ...], seen: str
) -> None:
    """The people, the practices, the old date have to be read first: the field is not there yet."""
    add_practice(office.ctx, "elm")
    add_task(office.ctx, COVER)
    add_task(office.ctx, "Order paper @oak-street")
    async with running(office.feed) as ui:
        await ui.press("3")
        before = office.newest()
        await ui.settled_after(*keys)
        await Story(ui).see(seen)
        assert office.newest() == before, "no key was a command"


async def test_what_is_typed_behind_a_choice_goes_to_what_it_opens_and_runs_no_command(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3")
        await ui.settled_after(":", *"capture", "enter", *"Order gloves by 17 jul @oak-street", "enter")
        await Story(ui).says("Added 2: Order gloves")
        await ui.settled_after("t", *"dana", "enter", *"call", "enter", "D", "x")
        await Story(ui).says("Told Dana Reyes")
        assert {row.status for row in read_tasks.rows(office.ctx.read)} == {Status.OPEN}
        await ui.settled_after("?", *"nothing like it", "enter", "backspace", "s")
        await Story(ui).see("Nothing here is called “nothing like is”").press("escape")
        await ui.settled_after(":", *"capture", "enter")
        ui.app.post_message(events.Paste("Order masks"))
        await ui.settled_after("enter")
        await Story(ui).says("Added 3: Order masks")


async def test_what_is_typed_behind_r_goes_to_the_review_and_is_no_command_of_the_list(office: Office) -> None:
    draft(office.ctx, "oak-street", "dana")
    async with running(office.feed) as ui:
        await ui.press("8")
        before = office.newest()
        await ui.settled_after("r", "A", *"da")
        assert ui.app.screen.query_one(LinePanel).line == "da"
        await Story(ui).see("Update to dana", "Type dana to send it").press("escape", "escape")
        await ui.settled_after("r", "=", "escape", "K", "escape")
        await Story(ui).see("Updates (1)")
        assert office.newest() == before, "K came behind the key that left the review"
        await ui.settled_after("L", *"yes")
        assert ui.main.panel is None or ui.main.panel.line == "yes"
        assert office.newest() == before


async def test_what_is_typed_behind_a_list_is_done_in_that_list(office: Office) -> None:
    add_task(office.ctx, COVER)
    add_task(office.ctx, "Look into the parking complaint")
    async with running(office.feed) as ui:
        await ui.press("3")
        assert "Renew cover" in ui.selected()
        await ui.settled_after("6", "D")
        assert [task(office.ctx, id).status for id in (1, 2)] == [Status.OPEN, Status.DROPPED]
        await ui.settled_after("2", "enter", "a", *"Order gloves")
        await Story(ui).see("Practices > oak-street", "Order gloves").press("escape", "escape")
        await Story(ui).see("Practices (1)")


async def test_what_is_typed_behind_a_list_before_there_is_any_is_done_in_that_list(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_task(office.ctx, COVER)
    add_task(office.ctx, "Order paper @oak-street")
    typed, view, press = Event(), StoreFeed.view, MainScreen.press

    def held(feed: StoreFeed, where: Where, matching: str, order: Order | None = None) -> View:
        assert typed.wait(60)
        return view(feed, where, matching, order)

    def pressed(main: MainScreen, key: str) -> bool:
        done = press(main, key)
        if key == "x":
            typed.set()
        return done

    monkeypatch.setattr(StoreFeed, "view", held)
    monkeypatch.setattr(MainScreen, "press", pressed)
    app = FollowthruApp(office.feed)
    async with app.run_test() as pilot:
        await Driver(app, pilot).settled_after("3", "j", "x")
        assert [task(office.ctx, id).status for id in (1, 2)] == [Status.OPEN, Status.DONE]


async def test_what_is_typed_behind_a_list_that_cannot_be_had_is_not_done_in_the_one_before(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_task(office.ctx, COVER)
    view = StoreFeed.view

    def refused(feed: StoreFeed, where: Where, matching: str, order: Order | None = None) -> View:
        if where.place is Place.INBOX:
            raise StoreError("The store cannot be read.")
        return view(feed, where, matching, order)

    monkeypatch.setattr(StoreFeed, "view", refused)
    async with running(office.feed) as ui:
        await ui.press("3")
        await ui.settled_after("6", "x")
        await Story(ui).says("The store cannot be read.")
        assert task(office.ctx, 1).status is Status.OPEN
        await ui.press("3", "x")
        assert task(office.ctx, 1).status is Status.DONE


async def test_a_list_that_is_long_on_its_way_is_said_while_keys_wait_for_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_task(office.ctx, "Look into the parking complaint")
    held, view = Event(), StoreFeed.view

    def late(feed: StoreFeed, where: Where, matching: str, order: Order | None = None) -> View:
        assert where.place is not Place.INBOX or held.wait(60)
        return view(feed, where, matching, order)

    async with running(office.feed) as ui:
        await ui.press("3")
        said, hint = asyncio.Event(), ui.main.hint

        def hinted(words: str, lasts: Lasts = Lasts.KEY) -> None:
            hint(words, lasts)
            said.set()

        monkeypatch.setattr("followthru_tui.screens.ahead.PATIENCE", 0.01)
        monkeypatch.setattr(StoreFeed, "view", late)
        monkeypatch.setattr(ui.main, "hint", hinted)
        ui.app.post_message(events.Key("6", "6"))
        try:
            await asyncio.wait_for(said.wait(), 60)
            assert ui.status().startswith("The list is still being read: another program may hold the store.")
        finally:
            held.set()
        await ui.settled()
        await Story(ui).see("Inbox (1)")
        assert ui.status() == ""


async def test_what_is_typed_behind_somebody_to_call_is_said_on_the_call(office: Office) -> None:
    async with running(office.feed) as ui:
        await ui.press("3")
        await ui.settled_after("P", *"dana", "enter", "a", *"Send the lease")
        await ui.settled_after(*" by fri")
        await Story(ui).see("Call with Dana Reyes")
        assert ui.app.screen.query_one(LinePanel).line == "Send the lease by fri"


@pytest.mark.parametrize("turns", [1, 3])
async def test_no_key_is_lost_while_a_line_or_a_list_is_on_its_way_to_have_the_keys(office: Office, turns: int) -> None:
    """Keys that come one by one, so many turns of the loop apart: some reach the screen and are done after its line."""

    async def one_by_one(*keys: str) -> None:
        for key in keys:
            ui.app.post_message(events.Key(key, key))
            for _ in range(turns):
                await asyncio.sleep(0)
        await ui.settled()

    async with running(office.feed) as ui:
        await ui.press("3")
        await one_by_one("P", *"xyz")
        await Story(ui).see("Nothing here is called “xyz”").press("escape")
        await ui.settled_after("P", *"dana", "enter")
        await one_by_one("a", *"lease")
        assert ui.app.screen.query_one(LinePanel).line == "lease"


async def test_what_is_typed_behind_n_is_in_the_notes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "editor", lambda: None)
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3")
        await ui.settled_after("n", *"x Doen", "backspace", "backspace", *"n", "home", "delete", *"x", "end", "e")
        await Story(ui).see("x Done").press("escape").says("otes")
        assert task(office.ctx, 1).status is Status.OPEN
        assert read_tasks.notes(office.ctx.read, 1) == "x Done"


async def test_esc_gives_up_what_is_still_being_looked_up(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3")
        await ui.settled_after("t", "d", "escape", "x")
        await Story(ui).miss("Who was told").says("Done 1")


async def test_what_the_screen_asks_by_itself_takes_the_place_of_nothing_that_keys_wait_for(office: Office) -> None:
    async with running(office.feed) as ui:
        await ui.press("3")
        go_on = Event()
        ui.main.reader.ask("busy", lambda _: go_on.wait(60), lambda _: None)
        ui.main.run("daemon status")
        ui.main.look_for_changes()
        go_on.set()
        await ui.settled()
        await Story(ui).see("What is degraded")


async def test_where_nothing_opens_what_was_typed_for_it_is_forgotten_and_the_next_key_is_a_command(
    blank_office: Office,
) -> None:
    add_task(blank_office.ctx, "Call the payer by fri")
    async with running(blank_office.feed) as ui:
        await ui.press("3")
        await ui.settled_after("w", "x")
        await Story(ui).says("The task belongs to no practice yet")
        assert task(blank_office.ctx, 1).status is Status.INBOX
        await ui.press("x")
        assert task(blank_office.ctx, 1).status is Status.DONE


async def test_a_line_that_is_opened_while_a_step_is_saved_stays_open(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3")
        await ui.settled_after("x", "a", *"Order gloves")
        assert task(office.ctx, 1).status is Status.DONE
        assert ui.main.panel is not None
        assert ui.main.panel.line == "Order gloves"


async def test_what_is_pasted_while_pasted_lines_are_being_stored_waits_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(office.feed) as ui:
        await Story(ui).press("a").paste("Order paper\nOrder gloves")
        held, pasted, say = Event(), asyncio.Event(), ui.main.say

        def said(words: str) -> None:
            say(words)
            pasted.set()

        monkeypatch.setattr(ui.main, "say", said)
        ui.app.reader.ask("held", lambda feed: held.wait(60), lambda _: None)
        ui.app.post_message(events.Key("down", None))
        ui.app.post_message(events.Paste("Order soap\nOrder masks"))
        await asyncio.wait_for(pasted.wait(), 60)
        held.set()
        await ui.settled()
        assert {row.title for row in read_tasks.rows(office.ctx.read)} == {"Order paper", "Order gloves"}
        await Story(ui).press("a").see("> Order soap", "store all 2").press("down").says("Added 2 tasks")


async def test_rows_that_the_list_asks_for_meanwhile_keep_no_step_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for title in ("Order paper", "Order gloves"):
        add_task(office.ctx, f"{title} @oak-street")
    async with running(office.feed) as ui:
        main, held = ui.main, Event()
        look, model = main.look_first, main.list.model
        assert model is not None

        def looked(group: str, question: Callable[[Feed], object], then: Callable[[object], None]) -> None:
            ui.app.reader.ask("held", lambda feed: held.wait(60), lambda _: None)
            look(group, question, then)
            main.list.post_message(TaskList.RowsWanted(model, range(1), array("q", [1])))
            main.list.call_later(lambda: main.call_later(held.set))

        await Story(ui).press("3", "*", "d")
        monkeypatch.setattr(main, "look_first", looked)
        await Story(ui).enter("+7d").says("Deferred 2 tasks")


async def test_a_line_that_is_left_while_it_is_being_stored_is_not_offered_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(office.feed) as ui:
        await Story(ui).press("a").type("Order paper")
        held, left, hint = Event(), asyncio.Event(), ui.main.hint

        def hinted(words: str, lasts: Lasts = Lasts.KEY) -> None:
            hint(words, lasts)
            if "kept" in words:
                left.set()

        monkeypatch.setattr(ui.main, "hint", hinted)
        ui.app.reader.ask("held", lambda feed: held.wait(60), lambda _: None)
        for key in ("enter", "escape"):
            ui.app.post_message(events.Key(key, None))
        await asyncio.wait_for(left.wait(), 60)
        held.set()
        await ui.settled()
        await Story(ui).says("Added 1").press("a")
        assert ui.main.panel is not None
        assert ui.main.panel.line == ""
