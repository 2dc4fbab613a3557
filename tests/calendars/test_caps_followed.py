"""A sync follows what was measured: on every server of the table of quirks, and whatever it had to guess before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from followthru.calendars.caps import STANDARD
from tests.calendars.quirks import LATE, Quirk
from tests.calendars.world import World

SOON = sorted(LATE - {Quirk.TOKEN_STUCK, Quirk.CUTS_SILENTLY})
"""What a measurement sees coming. A token that is stuck after a restore moved when it was measured."""


@pytest.mark.parametrize("quirk", SOON)
def test_what_a_token_hides_is_seen_by_the_next_cycle_but_one(quirk: Quirk) -> None:
    world = World([quirk])
    for number in (1, 2, 3):
        world.ours(number, "on")
    world.measured()
    world.sync()
    world.sync()
    for number in (1, 2, 3):
        world.theirs(number, "on")
    world.delete(3)
    for _ in range(3):
        world.time += timedelta(minutes=2)
        world.sync()
    there = {number: world.events(number)[0][1].start for number in (1, 2)}
    assert there == {number: world.ledger.tasks[number].promised_on for number in (1, 2)}
    assert len(world.ledger.questions) == 1


@pytest.mark.parametrize("quirk", [Quirk.IM_IGNORED, Quirk.IM_IGNORED_ON_DELETE, Quirk.INM_IGNORED])
def test_without_conditions_an_edit_made_before_the_last_look_is_not_overwritten(quirk: Quirk) -> None:
    world = World([quirk])
    world.ours(1, "on")
    caps = world.measured()
    assert not (caps.create_held and caps.replace_held and caps.delete_held)
    world.sync()
    for at in range(4):
        world.ours(1, "title")
        world.troubled("none", at)
        world.theirs(1, "on")
        world.ours(1, "title")
        world.settle()
    world.verify()


def test_marks_that_a_second_write_does_not_move_are_believed_after_a_quiet_listing() -> None:
    world = World()
    world.caps = STANDARD._replace(marks_fine=False)
    world.ours(1, "on")
    world.sync()
    assert world.ledger.memory.sync_token is None
    world.sync()
    assert world.ledger.memory.sync_token is None, "too soon after the write"
    world.time += timedelta(seconds=2)
    world.sync()
    assert world.ledger.memory.sync_token is not None
    sent = len(world.server.log)
    world.sync()
    assert len(world.server.log) - sent == 1


def test_an_etag_that_two_writes_share_is_read_once_more() -> None:
    world = World()
    world.caps = STANDARD._replace(etag_fine=False)
    world.ours(1, "on")
    world.sync()
    assert world.ledger.link_of(1).etag is None
    world.sync()
    assert world.ledger.link_of(1).etag is not None
    world.theirs(1, "on")
    world.sync()
    assert world.ledger.link_of(1).etag is None, "another edit may hide behind it"
    world.sync()
    assert world.ledger.link_of(1).etag is not None
    world.ours(1, "title")
    world.settle()
    world.verify()


def test_what_contradicts_the_measurement_is_told() -> None:
    world = World()
    world.ours(1, "on")
    world.measured()
    assert world.sync().anomalies == ()
    world.ledger.memory = world.ledger.memory._replace(sync_token="followthru:never-given")
    world.theirs(1, "on")
    assert world.sync().anomalies == ("a token of its own was not taken",)
    name = world.ledger.link_of(1).name
    world.server.put(name, world.server.objects[name].text)
    assert world.sync().anomalies == ("an etag changed although the text did not",)
    world.server.quirks.add(Quirk.TOKEN_STUCK)
    world.theirs(1, "on")
    world.sync()
    world.time += timedelta(days=2)
    world.sync()
    assert world.ledger.tasks[1].promised_on != date.min
