"""Every key that changes something, on a real store: what it says, what it did, and that u takes it back."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import promises
from followthru.domain.task import How, Status
from followthru.store import tasks as read_tasks
from tests.storekit import add_task, task
from tests.tui.desks import Office
from tests.tui.driver import Driver, running
from tests.tui.story import Story

COVER = "Renew cover by 15 Jul @oak-street"


async def _answer(ui: Driver, *lines: str) -> None:
    """Answer the questions that a key has opened, one after the other."""
    for line in lines:
        await ui.type(line)
        await ui.press("enter")


async def test_a_capture_line_is_previewed_kept_on_escape_and_stored_on_enter(office: Office) -> None:
    async with running(office.feed) as ui:
        await ui.press("a")
        await ui.type("Renew cover by 15 Jul to dana @oak-street ~3d")
        assert "promised Wed 15 Jul · told dana today · target Fri 10 Jul, 3d room" in ui.text()
        await ui.press("escape")
        assert "kept" in ui.status()
        await ui.press("3", "a")
        assert "Renew cover by 15 Jul" in ui.text()
        await ui.press("enter")
        assert ui.status() == "Added 1: Renew cover. u undoes it."
        assert "Renew cover" in ui.selected()
        await ui.press("u")
        assert ui.status() == "Undone: Added 1: Renew cover. U does it again."
        assert read_tasks.one(office.ctx.read, 1) is None


async def test_tab_completes_practices_and_people_of_all_data(office: Office) -> None:
    async with running(office.feed) as ui:
        await ui.press("a")
        await ui.type("Order paper +pri")
        await ui.press("tab")
        await ui.type(" @oa")
        await ui.press("tab", "enter")
        row = read_tasks.rows(office.ctx.read)[0]
        assert (row.title, row.practice, row.assignee) == ("Order paper", "oak-street", "priya")


async def test_a_refused_line_is_not_lost(office: Office) -> None:
    async with running(office.feed) as ui:
        await ui.press("a")
        await ui.type("@oak-street #x")
        await ui.press("enter")
        assert "no title" in ui.status()
        assert "@oak-street #x" in ui.text()


async def test_pasted_lines_are_stored_one_after_the_other(office: Office) -> None:
    from textual import events

    async with running(office.feed) as ui:
        await ui.press("a")
        ui.app.post_message(events.Paste("Call payer\n\nOrder paper @oak-street\nFile forms\n"))
        await ui.settled()
        assert "2 more lines pasted" in ui.status()
        await ui.press("enter", "enter", "escape")
        assert [row.title for row in read_tasks.rows(office.ctx.read)] == ["Call payer", "Order paper"]
        await ui.press("a")
        assert "File forms" in ui.text(), "what was not stored is still there"


@pytest.mark.parametrize(
    ("before", "key", "lines", "field", "after"),
    [
        (COVER, "x", (), "status", Status.DONE),
        (COVER, "s", (), "status", Status.STARTED),
        (COVER, "D", (), "status", Status.DROPPED),
        (COVER, "p", ("22 jul 3pm",), "promised_on", date(2026, 7, 22)),
        (COVER, "p", ("none",), "promised_on", None),
        (COVER, "T", ("9 jul",), "target_on", date(2026, 7, 9)),
        (COVER, "d", ("+3d",), "starts_on", date(2026, 7, 4)),
        (COVER, "d", ("next mon",), "starts_on", date(2026, 7, 6)),
        (COVER, "e", ("several", "title=Renew the cover priority=high"), "title", "Renew the cover"),
        (f"{COVER} wait dana", "W", ("the form",), "status", Status.OPEN),
    ],
)
async def test_a_key_changes_a_task_and_u_takes_it_back(
    office: Office, before: str, key: str, lines: tuple[str, ...], field: str, after: object
) -> None:
    id = add_task(office.ctx, before)
    was = task(office.ctx, id)
    async with running(office.feed) as ui:
        await ui.press("3", key)
        await _answer(ui, *lines)
        assert getattr(task(office.ctx, id), field) == after
        assert ui.status() == f"{office.newest()}. u undoes it."
        await ui.press("u")
        assert task(office.ctx, id) == was
        assert ui.status().startswith("Undone: ")
        await ui.press("U")
        assert getattr(task(office.ctx, id), field) == after


async def test_a_done_task_is_opened_again(office: Office) -> None:
    id = add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3", "x", "slash")
        await ui.type("all")
        await ui.press("enter")
        assert "x done" in ui.selected()
        await ui.press("x")
        assert ui.status() == "Done: the task is done."
        await ui.press("o")
        assert task(office.ctx, id).status == Status.OPEN
        await ui.press("u")
        assert task(office.ctx, id).status == Status.DONE


async def test_a_promise_shows_what_it_does_before_it_is_made(office: Office) -> None:
    add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3", "p")
        await ui.type("22 jul")
        assert "promised Wed 22 Jul · target Mon 20 Jul, 2d room (now Wed 15 Jul · 2d room)" in ui.text()
        await ui.type(" x")
        assert "is not a date" in ui.text()
        await ui.press("enter")
        assert "is not a date" in ui.status()
        assert "22 jul x" in ui.text(), "what was typed stays"


async def test_a_date_that_was_told_moves_only_with_a_reason(office: Office) -> None:
    id = add_task(office.ctx, f"{COVER} +priya")
    promises.tell(office.ctx, id, "dana", how=How.CALL)
    async with running(office.feed) as ui:
        await ui.press("3", "p")
        await ui.type("22 jul")
        assert "dana was told Wed 15 Jul: Enter asks why it moves" in ui.text()
        await ui.press("enter")
        assert "dana was told Wed 15 Jul; it is moved to Wed 22 Jul. They will read the reason." in ui.text()
        await ui.press("enter")
        assert "only with a reason" in ui.status()
        assert task(office.ctx, id).promised_on == date(2026, 7, 15)
        await _answer(ui, "the lab is late")
        row = task(office.ctx, id)
        assert (row.promised_on, row.because, row.reason_missing) == (date(2026, 7, 22), "the lab is late", False)
        assert "retell" in ui.selected()
        await ui.press("u")
        assert task(office.ctx, id).promised_on == date(2026, 7, 15)


async def test_telling_names_a_person_of_the_practice_and_how(office: Office) -> None:
    id = add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3", "t")
        assert "Who was told Wed 15 Jul?" in ui.text()
        await ui.type("priya")
        await ui.press("enter")
        await ui.press("down", "enter")
        told = read_tasks.tellings(office.ctx.read, [id])[id]
        assert [(one.person, one.how) for one in told] == [("priya", "meeting")]
        await ui.press("u")
        assert read_tasks.tellings(office.ctx.read, [id])[id][0].retracted


async def test_waiting_names_for_what_by_when_and_when_to_ask_again(office: Office) -> None:
    id = add_task(office.ctx, "File the appeal by 20 Jul @oak-street")
    async with running(office.feed) as ui:
        await ui.press("3", "w")
        await ui.type("dana")
        await ui.press("enter")
        await ui.type("the signed form by fri follow up thu")
        assert "waits on dana for the signed form · needed by Fri 3 Jul · follow up Thu 2 Jul" in ui.text()
        await ui.press("enter")
        row = task(office.ctx, id)
        assert (row.waiting_for, row.waiting_by, row.follow_up_on) == (
            "the signed form",
            date(2026, 7, 3),
            date(2026, 7, 2),
        )
        await ui.press("u")
        assert task(office.ctx, id).status == Status.OPEN


async def test_several_marked_tasks_are_one_step(office: Office) -> None:
    ids = [add_task(office.ctx, f"Order {thing} @oak-street") for thing in ("paper", "gloves", "toner")]
    async with running(office.feed) as ui:
        await ui.press("3", "space", "space")
        assert "2 marked" in ui.lines()[0]
        await ui.press("p")
        assert "one task at a time" in ui.status()
        await ui.press("x")
        assert ui.status() == "Done 2 tasks. u undoes it."
        assert [task(office.ctx, id).status for id in ids] == [Status.DONE, Status.DONE, Status.OPEN]
        assert "marked" not in ui.lines()[0]
        await ui.press("u")
        assert {task(office.ctx, id).status for id in ids} == {Status.OPEN}


async def test_two_quick_keys_are_both_done(office: Office) -> None:
    first, second = (add_task(office.ctx, f"Order {thing} @oak-street") for thing in ("paper", "gloves"))
    async with running(office.feed) as ui:
        await ui.press("3")
        await ui.settled_after("x", "j", "x")
        assert {task(office.ctx, id).status for id in (first, second)} == {Status.DONE}


async def test_a_second_enter_is_not_a_second_task(office: Office) -> None:
    async with running(office.feed) as ui:
        await ui.press("a")
        await ui.type("Order paper @oak-street")
        await ui.settled_after("enter", "enter", "enter")
        assert len(read_tasks.rows(office.ctx.read)) == 1


async def test_what_a_guard_refuses_is_said_and_nothing_changes(office: Office) -> None:
    id = add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3", "T")
        await ui.type("20 jul")
        assert "after the promise" in ui.text()
        await ui.press("enter")
        assert "comes after the promise" in ui.status()
        assert task(office.ctx, id).target_on == date(2026, 7, 13)
        await ui.press("escape", "u", "u", "u", "u", "u")
        assert "nothing to undo" in ui.status()


async def test_a_practice_and_a_person_are_added_with_the_words_of_the_command_line(office: Office) -> None:
    async with running(office.feed) as ui:
        await ui.press("colon")
        await ui.type("add a practice")
        await ui.press("enter")
        await ui.type("harbor --holidays US-NY --buffer-policy fixed:3 --name 'Harbor Pediatrics'")
        assert "slug harbor" in ui.text()
        await ui.press("enter")
        assert "Added practice harbor" in ui.status()
        await ui.press("colon")
        await ui.type("add a person")
        await ui.press("enter")
        await ui.type("'Tom Okafor' tom@harbor.example --rol owner")
        assert "There is no --rol" in ui.text()
        await ui.press(*["left"] * 6, "e")
        await ui.press("enter")
        assert "practice is missing" in ui.status()
        await ui.press("end")
        await ui.type(" --practice harbor")
        await ui.press("enter")
        assert "Added Tom Okafor, owner at Harbor Pediatrics, called tom" in ui.status()


async def test_keys_that_come_at_once_after_a_are_typed_and_run_nothing(office: Office) -> None:
    id = add_task(office.ctx, COVER)
    async with running(office.feed) as ui:
        await ui.press("3")
        await ui.settled_after("a", "x", "d")
        assert task(office.ctx, id).status is Status.OPEN
        assert ui.main.panel is not None
        assert ui.main.panel.line == "xd"


async def test_enter_for_enter_stores_every_pasted_line_and_opens_nothing(office: Office) -> None:
    async with running(office.feed) as ui:
        await Story(ui).press("a").paste("Order paper\nOrder gloves\nOrder masks\nOrder soap")
        for _ in range(4):
            await ui.settled_after("enter", "enter")
        assert not ui.main.in_detail
        assert len(read_tasks.rows(office.ctx.read)) == 4


async def test_what_is_typed_while_a_line_is_being_stored_is_kept(office: Office) -> None:
    async with running(office.feed) as ui:
        await Story(ui).press("a").type("Order paper")
        await ui.settled_after("enter", "O", "r", "d")
        assert [row.title for row in read_tasks.rows(office.ctx.read)] == ["Order paper"]
        await Story(ui).press("a").see("> Ord")


async def test_keys_that_come_at_once_after_the_filter_narrow_the_list_and_run_nothing(office: Office) -> None:
    ids = [add_task(office.ctx, f"{title} @oak-street") for title in ("Renew cover", "Order xylene")]
    async with running(office.feed) as ui:
        await ui.press("3")
        await ui.settled_after("/", "x", "y", "enter")
        assert ui.selected().split()[3:5] == ["Order", "xylene"]
        assert {task(office.ctx, id).status for id in ids} == {Status.OPEN}
