"""Every quirk through the real cycle: edits on both sides, removals, a lost answer, then fifty idle cycles."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.calendars.quirks import HALTING, SEEN, WIRE, Quirk
from tests.calendars.world import World

IN_MEMORY = sorted(set(Quirk) - WIRE)
PEACEFUL = sorted(set(IN_MEMORY) - HALTING)


def busy(world: World) -> None:
    """Do on both sides what people do in a week, a lost answer included."""
    for number in (1, 2, 3, 4, 5, 6):
        world.ours(number, "on")
    world.troubled("lost", 4)
    world.troubled("none", 0)
    world.ours(1, "on")
    world.theirs(2, "on")
    world.ours(3, "title")
    world.theirs(3, "on")
    world.annotate(3)
    world.drop(4)
    world.delete(5)
    world.troubled("none", 0)
    world.ours(6, "on")
    world.theirs(6, "title")
    world.theirs(1, "title")
    world.ours(2, "title")
    world.troubled("lost", 3)
    world.theirs(2, "on")
    world.ours(7, "on")


def test_every_quirk_says_where_it_was_seen() -> None:
    assert set(SEEN) == set(Quirk)
    assert all(SEEN.values())


@pytest.mark.parametrize("quirk", PEACEFUL)
def test_a_busy_week_on_a_server_with_this_quirk_loses_nothing_and_doubles_nothing(quirk: Quirk) -> None:
    world = World([quirk])
    busy(world)
    world.settle()
    world.verify()


@pytest.mark.parametrize("quirk", IN_MEMORY)
def test_nothing_is_written_for_fifty_cycles_in_which_nothing_changed(quirk: Quirk) -> None:
    world = World()
    busy(world)
    world.settle()
    world.server.quirks.add(quirk)
    for _ in range(2):
        world.time += timedelta(days=2)
        world.peaceful()
    writes = world.server.writes()
    for _ in range(50):
        world.time += timedelta(hours=5)
        world.peaceful()
    assert world.server.writes() == writes
    world.server.quirks.discard(quirk)
    world.settle()
    world.verify()
