"""The shell as a person sees it: lists, keys, filter, detail, help, capture, and failures in words."""

from __future__ import annotations

import asyncio
import sqlite3
import threading

import pytest

from followthru.actions.registry import COMMANDS
from followthru.domain.task import Status
from followthru.errors import FollowthruError
from followthru_tui.dispatch import Dispatcher
from followthru_tui.feed import Line
from tests.tui.driver import running
from tests.tui.fakefeed import FakeFeed

UPDATE = Line("update:12", "^ to review", "Weekly update for Dana", "oak-street", None)


async def test_today_shows_its_sections_and_bounds_them() -> None:
    async with running(lambda: FakeFeed(1000, [UPDATE])) as ui:
        assert "Today" in ui.lines()[0]
        assert "100 late" not in ui.lines()[0]
        assert "50 late" in ui.lines()[0]
        assert "Late (50)" in ui.text()
        assert "! late" in ui.selected()
        await ui.press("ctrl+d")
        assert "and 30 more" in ui.selected()
        await ui.press("enter")
        assert "Today > late" in ui.lines()[0]
        await ui.press("escape")
        assert "and 30 more" in ui.selected(), "the way back leads to where one left"
        await ui.press("G")
        assert "^ to review" in ui.selected()


async def test_the_cursor_moves_by_tasks_and_reveals_the_heading() -> None:
    async with running(lambda: FakeFeed(1000)) as ui:
        await ui.press("G", "g")
        assert "Late" in ui.lines()[1]
        assert ui.lines()[2].startswith("> ")


async def test_only_rows_around_the_viewport_are_loaded_and_all_are_reachable() -> None:
    async with running(lambda: FakeFeed(100_000), (160, 24)) as ui:
        await ui.press("3")
        assert ui.main.list.count() == 100_000
        await ui.press("G")
        assert "100000" in ui.selected()
        assert "100,000/100,000" in ui.lines()[0]
        model = ui.main.list.model
        assert model is not None
        assert len(model.rows) < 1200
        assert "…" not in ui.lines()[1][:6]


async def test_selection_and_screen_row_survive_what_others_change() -> None:
    feed = FakeFeed(300)
    async with running(lambda: feed) as ui:
        await ui.press("3", "ctrl+d", "ctrl+d", "k")
        before, row = ui.selected(), ui.lines().index(ui.selected())
        for id in range(1, 11):
            feed.remove(id)
        ui.main.ask_view()
        await ui.settled()
        assert ui.selected() == before
        assert ui.lines().index(before) == row


async def test_another_process_changes_a_task_and_it_shows_by_itself() -> None:
    feed = FakeFeed(30)
    async with running(lambda: feed) as ui:
        await ui.press("3")
        feed.change(1, title="Moved on the phone")
        ui.main.look_for_changes()
        await ui.settled()
        assert "Moved on the phone" in ui.text()


async def test_the_filter_narrows_as_one_types_shows_itself_and_escape_clears_it() -> None:
    async with running(lambda: FakeFeed(300)) as ui:
        await ui.press("3", "/")
        await ui.type("payer roster")
        assert "(60)" in ui.lines()[0]
        await ui.press("enter")
        assert "/payer roster" in ui.lines()[0]
        await ui.press("escape")
        assert "(300)" in ui.lines()[0]


async def test_detail_is_its_own_screen_when_narrow_and_beside_the_list_when_wide() -> None:
    async with running(lambda: FakeFeed(300)) as ui:
        assert "Promised " not in ui.text()
        await ui.press("enter")
        assert "Promised  Sat 9 Jan · 1d room" in ui.text()
        assert "dana: Sat 9 Jan" in ui.text()
        assert ui.selected() == ""
        await ui.press("escape")
        assert ui.selected()
        await ui.resize(120, 40)
        assert "Promised  Sat 9 Jan" in ui.text()
        await ui.press("j")
        assert "Promised  Sun 10 Jan" in ui.text(), "the detail follows the cursor"


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (100, 30), (160, 50)])
async def test_the_footer_fits_and_never_loses_help_and_quit(size: tuple[int, int]) -> None:
    async with running(lambda: FakeFeed(30), size) as ui:
        assert "? Keys  q Quit" in ui.footer()
        assert "…" not in ui.footer()


async def test_help_lists_keys_narrows_them_and_says_why_one_cannot_be_had() -> None:
    feed = FakeFeed(30)
    async with running(lambda: feed) as ui:
        await ui.press("question_mark")
        assert "Capture a task" in ui.text()
        await ui.type("open again")
        await ui.press("enter")
        assert "Open again:" in ui.lines()[-1]
        await ui.press("escape")
        assert ui.selected()


async def test_the_palette_runs_a_command_and_teaches_its_key() -> None:
    async with running(lambda: FakeFeed(30)) as ui:
        await ui.press("colon")
        await ui.type("all open")
        assert "3" in ui.selected()
        await ui.press("enter")
        assert "All open (30)" in ui.lines()[0]


async def test_one_practice_is_chosen_from_a_list() -> None:
    async with running(lambda: FakeFeed(30)) as ui:
        await ui.press(":")
        await ui.type("one practice")
        await ui.press("enter")
        await ui.type("birch")
        await ui.press("enter")
        assert "birch-lane (15" in ui.lines()[0]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            FollowthruError("The store is locked.", safe="Nothing was changed.", remedy="Try again."),
            "The store is locked.",
        ),
        (sqlite3.OperationalError("disk I/O error"), "Something in followthru broke (OperationalError)"),
    ],
)
async def test_a_failing_reader_becomes_words_and_the_list_stays(error: Exception, words: str) -> None:
    broken: list[str] = []

    def before(question: str) -> None:
        if broken and question == "view":
            raise error

    async with running(lambda: FakeFeed(30, before=before)) as ui:
        broken.append("now")
        await ui.press("3")
        assert words in ui.status()
        assert "Late" in ui.text()
        broken.clear()
        await ui.press("3")
        assert "All open (30)" in ui.lines()[0]
        await ui.press("m")
        assert words[:30] in ui.text()


async def test_a_store_that_cannot_be_opened_is_said_not_traced() -> None:
    def refuse() -> FakeFeed:
        raise FollowthruError("The store is of a newer followthru.", remedy="Upgrade.")

    from followthru_tui.app import FollowthruApp

    app = FollowthruApp(refuse)
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.pause()
        assert "newer followthru" in app.main.status_line.text


async def test_what_is_answered_before_the_app_runs_is_taken_once_it_does() -> None:
    """A queue that two threads make at once is two, and messages go to the one that nobody reads."""
    from followthru_tui.app import FollowthruApp

    delivered, taken = threading.Event(), list[str]()
    app = FollowthruApp(lambda: FakeFeed(3))
    app.reader.ask("early", lambda _: None, lambda _: taken.append("early"))
    app.reader.ask("after it", lambda _: delivered.set(), lambda _: taken.append("after it"))
    assert await asyncio.to_thread(delivered.wait, 60)
    assert "_message_queue" not in vars(app), "the reader's thread made no queue"
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.pause()
        assert taken == ["early", "after it"]


async def test_states_are_told_apart_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    feed = FakeFeed(12)
    feed.change(2, status=Status.DONE)
    async with running(lambda: feed) as ui:
        await ui.press("3")
        for state in ("! late", "! at risk", "x done", "? waiting dana"[:13], ". ok"):
            assert state in ui.text()


async def test_an_empty_list_names_the_next_key() -> None:
    async with running(lambda: FakeFeed(0)) as ui:
        assert "a captures" in ui.text()


def test_no_two_commands_share_a_key() -> None:
    Dispatcher(COMMANDS, {}, lambda: pytest.fail("not asked"), lambda _: None)
    with pytest.raises(ValueError, match="claimed by"):
        Dispatcher([*COMMANDS, COMMANDS[0]._replace(id="other")], {}, lambda: pytest.fail("not asked"), lambda _: None)
