"""How full the weeks are, and how calendars, mail and the background process stand, in words."""

from __future__ import annotations

from followthru.actions import edit
from followthru.actions.backing_up import back_up
from followthru.actions.registry import by_id
from followthru.store import heartbeats
from followthru.store.mail_state import hold
from tests.storekit import add_task
from tests.tui.desks import CONFIG, Office
from tests.tui.driver import running
from tests.tui.story import Story


async def test_the_week_says_how_full_it_is_and_how_full_the_next_are(office: Office) -> None:
    office.home.config.write_text(CONFIG.replace('"UTC"', '"UTC"\ncapacity = "2h"'), encoding="utf-8")
    long = add_task(office.ctx, "Renew the lease by 2 jul @oak-street")
    edit.edit(office.ctx, long, {"estimate": "12h"})
    add_task(office.ctx, "Order paper by 9 jul @oak-street")
    async with running(office.feed) as ui:
        await ui.press("4")
        assert "This week (1)  overfull, 12 h of 10 h promised" in ui.lines()[0]
        assert "How full the weeks are (8)" in ui.text()
        await ui.press("j")
        assert "! overfull" in ui.selected()
        assert "12 h of 10 h, 1 task" in ui.selected()
        await ui.press("j")
        assert ". has room" in ui.selected()
        await ui.press("enter")
        assert "This week > Week of Mon 6 Jul (1)" in ui.lines()[0]
        assert "Order paper" in ui.selected()
        await ui.press("escape")
        assert "This week (1)" in ui.lines()[0]


async def test_how_things_stand_is_said_in_words(office: Office) -> None:
    store = office.desk.ctx.store
    heartbeats.beat(store, "mail post", fault="The password was refused. Nothing is lost.")
    heartbeats.beat(store, "updates")
    with store.writing() as tx:
        hold(tx, "a copy of this store was put back")
    async with running(office.feed) as ui:
        await ui.press("5")
        assert "How things stand" in ui.lines()[0]
        assert "3 things not as it should be" in ui.lines()[0]
        for words in ("! all held", "a copy of this store was put back", "! fault", "! does not run", ". well"):
            assert words in ui.text()
        await ui.press("j", "j", "enter")
        assert "The password was refused" in ui.text()


async def test_a_job_that_fails_says_since_when_and_when_it_is_tried_again(office: Office) -> None:
    store = office.desk.ctx.store
    for _ in range(2):
        heartbeats.beat(store, "holidays", fault="No answer.", failures=3, next_at="2026-07-02T12:30:00+00:00")
    async with running(office.feed) as ui:
        await Story(ui).press("5").see("! fault").press("G", *"kkk").on("holidays").press("enter")
        await Story(ui).see("Failing since Wed 1 Jul", "3 times in a row", "Next try Thu 2 Jul 12:30")
        heartbeats.beat(store, "holidays")
        await Story(ui).press("escape").meanwhile(lambda: None).press("1", "5").press("G", *"kkk").on("holidays")
        await Story(ui).press("enter").miss("Failing", "Next try")


async def test_the_newest_backup_is_told_by_its_age(office: Office) -> None:
    async with running(office.feed, (100, 30)) as ui:
        await ui.press("5")
        assert "? no backup" in ui.text()
        back_up(office.desk)
        office.clock.advance(hours=3)
        await ui.press("1", "5")
        assert "1 backup, the newest 3 hours ago" in ui.text()
        office.clock.advance(days=9)
        await ui.press("1", "5")
        assert "! backup old" in ui.text()
        office.clock.advance(days=-30)
        await ui.press("1", "5")
        assert "just now" not in ui.text()
        assert "the newest bears Wed 1 Jul 12:00, which is yet to come" in ui.text()


async def test_what_is_not_set_up_names_the_command_that_sets_it_up_step_by_step(office: Office) -> None:
    office.home.config.write_text('[me]\nname = "Robin Vale"\n', encoding="utf-8")
    async with running(office.feed, (80, 24)) as ui:
        await ui.press("5")
        for id in ("connect calendar", "connect mail"):
            assert f": “{by_id(id).words}”" in ui.text()
