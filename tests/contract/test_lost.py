"""Answers that are lost, and processes that end, between what was written down and what was done."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.calendars.links import LinkState
from followthru.domain.task import Status
from tests.contract.desk import FRIDAY, Desk, KilledError
from tests.contract.ground import Ground

pytestmark = pytest.mark.contract
TUESDAY = date(2027, 1, 19)
THURSDAY = date(2027, 1, 14)
VERBS = ("create", "update", "remove")


async def begun(desk: Desk, verb: str) -> str:
    """Have one thing to send; return the method that will send it."""
    if verb == "create":
        desk.promise(1)
        return "PUT"
    await desk.published(1)
    if verb == "update":
        desk.promise(1, on=TUESDAY)
        return "PUT"
    desk.ledger.put(desk.ledger.tasks[1]._replace(status=Status.DROPPED))
    return "DELETE"


async def came_true(desk: Desk, verb: str) -> None:
    """Check that exactly what was wanted is on the server, and that nothing more is sent."""
    await desk.settled()
    if verb == "remove":
        assert await desk.texts(0) == {}
        assert desk.ledger.link_of(1).state is LinkState.GONE
    else:
        await desk.shows(FRIDAY if verb == "create" else TUESDAY)
        assert desk.ledger.link_of(1).state is LinkState.LINKED
        assert desk.ledger.link_of(1).generation == 1
    assert (desk.ledger.operations, desk.ledger.questions) == ({}, [])
    sent = desk.wire.writes()
    assert (await desk.sync()).quiet
    assert desk.wire.writes() == sent


@pytest.mark.parametrize("verb", VERBS)
async def test_a_lost_answer_is_looked_up_and_nothing_is_sent_twice(desk: Desk, verb: str) -> None:
    desk.wire.lose = await begun(desk, verb)
    sent = desk.wire.writes()
    report = await desk.sync()
    assert desk.wire.lose == ""
    assert report.problems == ()
    await came_true(desk, verb)
    assert desk.wire.writes() == sent + 1


@pytest.mark.parametrize("verb", VERBS)
async def test_killed_after_sending_the_next_run_finds_out_what_became_of_it(desk: Desk, verb: str) -> None:
    desk.wire.kill = await begun(desk, verb)
    sent = desk.wire.writes()
    with pytest.raises(KilledError):
        await desk.sync()
    assert len(desk.ledger.operations) == 1
    await came_true(desk, verb)
    assert desk.wire.writes() == sent + 1


@pytest.mark.parametrize("verb", VERBS)
async def test_killed_before_sending_the_next_run_sends_it_once(desk: Desk, verb: str) -> None:
    desk.wire.before_method = await begun(desk, verb)
    desk.wire.before = killed
    with pytest.raises(KilledError):
        await desk.sync()
    assert len(desk.ledger.operations) == 1
    sent = desk.wire.writes()
    await came_true(desk, verb)
    assert desk.wire.writes() == sent + 1


async def killed() -> None:
    """End the process here."""
    raise KilledError


@pytest.mark.parametrize("step", range(8))
async def test_killed_at_any_note_in_the_books_one_object_is_left(desk: Desk, step: int) -> None:
    desk.promise(1)
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        ticks += 1
        if ticks == step + 1:
            raise KilledError

    desk.ledger.tick = tick
    try:
        await desk.sync()
    except KilledError:
        desk.ledger.tick = lambda: None
    desk.ledger.tick = lambda: None
    await came_true(desk, "create")


async def test_a_lost_answer_and_an_edit_over_it_are_merged_without_a_question(desk: Desk) -> None:
    await desk.published(1)
    desk.promise(1, title="Renew cover and tell Dana")
    desk.wire.kill = "PUT"
    with pytest.raises(KilledError):
        await desk.sync()
    await desk.body(1, "tell Dana")
    await desk.move(1, THURSDAY)
    report = await desk.settled(lambda sums: sums.pulled >= 1)
    assert (report.asked, report.created, desk.ledger.questions) == (0, 0, [])
    assert desk.ledger.tasks[1].promised_on == THURSDAY
    assert "SUMMARY:Renew cover and tell Dana" in await desk.shows(THURSDAY)


def conditional(desk: Desk) -> bool:
    """Whether an etag is remembered of which a condition can be made."""
    etag = desk.ledger.link_of(1).etag
    return etag is not None and not etag.startswith("W/")


async def test_an_edit_that_comes_between_look_and_write_is_not_lost(ground: Ground, desk: Desk) -> None:
    await desk.published(1)
    desk.promise(1, title="Renew cover and tell Dana")

    async def another_edit() -> None:
        await desk.move(1, THURSDAY)

    # Where the server keeps the condition, the edit may come at the last moment; else before the last look.
    kept = ground.caps.replace_held and ground.caps.missing_held and conditional(desk)
    desk.wire.before_method = "PUT" if kept else "GET"
    desk.wire.before = another_edit
    report = await desk.settled(lambda sums: sums.pulled >= 1 and sums.updated >= 1)
    assert desk.wire.before is None
    assert (report.asked, report.created) == (0, 0)
    assert desk.ledger.tasks[1].promised_on == THURSDAY
    assert "SUMMARY:Renew cover and tell Dana" in await desk.shows(THURSDAY)


async def test_an_edit_that_comes_before_a_removal_is_seen(ground: Ground, desk: Desk) -> None:
    await desk.published(1, 2)
    desk.ledger.put(desk.ledger.tasks[1]._replace(status=Status.DROPPED))

    async def another_edit() -> None:
        await desk.move(1, THURSDAY)

    kept = ground.caps.delete_held and conditional(desk)
    desk.wire.before_method = "DELETE" if kept else "GET"
    desk.wire.before = another_edit
    await desk.settled(lambda _: desk.ledger.link_of(1).state is LinkState.GONE)
    assert desk.wire.before is None
    assert list(await desk.texts(1)) == [desk.ledger.link_of(2).name]
    assert desk.ledger.tasks[2].promised_on == FRIDAY
