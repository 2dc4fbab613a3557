"""The week gone through on the screen: stop by stop, with the keys that work everywhere, to what was decided."""

from __future__ import annotations

from datetime import timedelta

import pytest

from followthru.actions import goals, practices, promises, reviewing, tasks, updates
from followthru.actions.drafting import draft
from followthru.actions.notices import prepare
from followthru.actions.promises import NewPromise
from followthru.actions.tasks import Waiting
from followthru.domain.task import How, Status
from followthru.store import reviews
from tests.storekit import add_task, task
from tests.tui.desks import Office
from tests.tui.driver import running
from tests.tui.story import Story

SIZES = [(60, 15), (80, 24), (120, 40)]


def a_week(office: Office) -> None:
    """Something at the inbox, at what waits, at the promises and at the goals; nothing at the other stops."""
    ctx = office.ctx
    add_task(ctx, "Ask about the copier")
    add_task(ctx, "Order the floor plan @oak-street")
    tasks.wait(ctx, 2, Waiting("dana", "the plan"))
    # The screen drafts the question to Dana when it first looks for what is due, sooner or later: she has given it up.
    prepare(ctx)
    updates.discard(ctx, 1)
    add_task(ctx, "Renew cover by 7 Jul @oak-street")
    goals.add(ctx, "ar-days", "oak-street", {})


@pytest.mark.parametrize("size", SIZES)
async def test_the_week_is_gone_through_with_keys_that_are_on_the_screen(office: Office, size: tuple[int, int]) -> None:
    a_week(office)
    async with running(office.feed, size) as ui:
        await Story(ui).press("z").heads("Weekly review, stop 1 of 8: Inbox to zero (1)")
        await (
            Story(ui, only_visible=True)
            .on("Ask about the copier")
            .press("b")
            .see("Nothing lies at this stop any more.")
            .press(".")
            .heads("stop 3 of 8: To be asked again (1)")
            .says("Nothing to do at: standing still.")
            .press("W")
            .enter("Came by post")
            .see("Nothing lies at this stop any more.")
            .press(".")
            .heads("stop 4 of 8")
            .press("t")
            .enter("dana")
            .enter("by call")
            .says("Told")
            .press(".")
            .heads("stop 7 of 8")
            .on("AR days")
            .press("r")
            .enter("41")
            .press(".")
            .heads("stop 8 of 8: What was decided (4)")
            .says("The week is gone through")
            .press(",")
            .heads("stop 7 of 8")
            .press(".", ".")
            .says("The review is ended: 4 steps since Wed 1 Jul, 2 left for another day.")
            .heads("Today")
        )
    assert reviews.kept(office.ctx.read) is None
    assert task(office.ctx, 1).practice == "oak-street"


async def test_a_stop_says_why_and_which_keys_help(office: Office) -> None:
    a_week(office)
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("z")
            .see("What was captured in a hurry is lost until it has a practice and a day. (1)")
            .see("b Belongs to a practice · p Promise · x Done · D Drop")
            .press(".", ".")
            .see("A promise that will not hold is moved and told before its day.", "t Tell")
        )


async def test_it_goes_on_where_it_stopped_after_a_restart_and_where_the_command_line_left_it(office: Office) -> None:
    a_week(office)
    async with running(office.feed) as ui:
        await Story(ui).press("z", ".").heads("stop 3 of 8").press("1").heads("Today").press("z").heads("stop 3 of 8")
    async with running(office.feed) as ui:
        await Story(ui).press("z").heads("stop 3 of 8")
        await Story(ui).meanwhile(lambda: reviewing.forward(office.ctx)).press("z").heads("stop 4 of 8")


async def test_one_of_a_week_that_is_over_begins_anew_and_says_so(office: Office) -> None:
    a_week(office)
    reviewing.here(office.ctx)
    reviewing.forward(office.ctx)
    office.clock.advance(days=7)
    async with running(office.feed) as ui:
        await Story(ui).press("z").heads("stop 1 of 8").says("begun on Wed 1 Jul is of a week that is over")


async def test_what_is_decided_at_a_stop_is_undone_there(office: Office) -> None:
    a_week(office)
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("z", "x")
            .see("Nothing lies at this stop any more.")
            .press("u")
            .says("Undone: Done 1")
            .heads("stop 1 of 8: Inbox to zero (1)")
            .on("Ask about the copier")
        )
    assert task(office.ctx, 1).status is Status.INBOX


async def test_a_narrow_screen_cuts_the_name_of_a_stop_and_never_its_count(office: Office) -> None:
    a_week(office)
    async with running(office.feed, (60, 15)) as ui:
        await Story(ui).press("z", ".", ".").heads("stop 4 of 8: Promised for the next tw").heads("(1)")


async def test_an_empty_week_goes_straight_to_what_was_decided(office: Office) -> None:
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("z")
            .heads("stop 1 of 8: Inbox to zero (0)")
            .see("Nothing lies at this stop any more. . goes on")
            .press(".")
            .heads("stop 8 of 8: What was decided (0)")
            .see("Nothing was decided.")
            .press(",")
            .says("Nothing lies at the stops before this one.")
            .press(".")
            .says("The review is ended: 0 steps since Wed 1 Jul, nothing is left at any stop.")
        )


async def test_its_keys_say_where_they_hold(office: Office) -> None:
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press(".")
            .says("no weekly review is on the screen: z shows it")
            .press(",")
            .says("no weekly review is on the screen: z shows it")
            .press("z")
            .meanwhile(lambda: reviewing.end(office.ctx))
            .press("1")
        )


async def test_several_at_a_stop_are_marked_and_put_off_at_once_and_a_filter_narrows_it(office: Office) -> None:
    for number in range(3):
        add_task(office.ctx, f"Shelf {number} by 7 Jul @oak-street")
    add_task(office.ctx, "Order paper by 7 Jul @oak-street")
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("z", ".")
            .heads("Promised for the next two weeks (4)")
            .press("/")
            .enter("shelf")
            .heads("(3)")
            .press("*", "x")
            .says("Done")
            .see("Nothing matches")
            .press("escape")
            .heads("(1)")
        )


async def test_overfull_weeks_are_opened_and_left_again(office: Office) -> None:
    ctx = office.ctx
    practices.edit(ctx, "oak-street", {"capacity": "1h"})
    for number in range(3):
        promises.promise(ctx, add_task(ctx, f"Shelf {number} @oak-street"), NewPromise(ctx.today() + timedelta(days=7)))
    async with running(office.feed) as ui:
        await (
            Story(ui)
            .press("z", ".", ".")
            .heads("stop 5 of 8: Overfull weeks (1)")
            .on("! overfull")
            .see("What fills them (3)")
            .press("enter")
            .heads("Week of Mon 6 Jul at oak-street (3)")
            .press("escape")
            .heads("stop 5 of 8")
        )


async def test_what_was_decided_is_one_screen_with_the_rest_one_key_away(office: Office) -> None:
    ctx = office.ctx
    add_task(ctx, "Left by 7 Jul @oak-street")
    reviewing.here(ctx)
    for number in range(30):
        tasks.done(ctx, add_task(ctx, f"Shelf {number} @oak-street"))
    promises.tell(ctx, 1, "dana", how=How.CALL)
    reviewing.forward(ctx)
    reviewing.forward(ctx)
    async with running(office.feed) as ui:
        story = (
            Story(ui).press("z").heads("What was decided (61)  since Wed 1 Jul").see("x done", ". captured", ". told")
        )
        await story.see("more done", "Still there: Enter goes to it (1)", "Promised for the next two weeks")
        assert ui.main.list.count() <= ui.main.list.lines_high
        while "more done" not in ui.selected():
            await ui.press("j")
        await Story(ui).press("enter").heads("> Done (30)").press("escape").press("G").on("Promised for").press("enter")
        await Story(ui).heads("stop 4 of 8").on("Left").press("escape").heads("stop 8 of 8")


async def test_updates_take_their_own_keys_at_their_stop(office: Office) -> None:
    add_task(office.ctx, "Renew cover by 30 Jul @oak-street")
    draft(office.ctx, "oak-street", "dana")
    async with running(office.feed, (120, 40)) as ui:
        await (
            Story(ui)
            .press("z", ".")
            .heads("stop 6 of 8: Updates that wait for you (1)")
            .see("r Review · A Approve · E Edit its text · X Discard")
            .on("To dana")
            .press("r")
            .see("Renew cover")
            .press("escape")
            .heads("stop 6 of 8")
            .press("r", "X", "escape")
            .see("Nothing lies at this stop any more.")
            .press("u")
            .on("To dana")
        )
