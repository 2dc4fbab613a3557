"""Every quirk through the real cycle: edits on both sides, removals, a lost answer, then fifty idle cycles."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from itertools import combinations

import pytest

from followthru.calendars.caps import CAREFUL, STANDARD, Caps
from tests.calendars.measured import measured
from tests.calendars.memory import task
from tests.calendars.quirks import HALTING, SEEN, WIRE, Quirk
from tests.calendars.stories import FRIDAY, Story
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


def spelt(pair: tuple[Quirk, Quirk]) -> str:
    """Return a test's id."""
    return "+".join(pair)


@pytest.mark.parametrize("pair", list(combinations(PEACEFUL, 2))[::41], ids=spelt)
def test_a_busy_week_on_a_server_with_two_quirks(pair: tuple[Quirk, Quirk]) -> None:
    hold(pair, measured(pair))


@pytest.mark.torture
@pytest.mark.parametrize("caps", ["standard", "careful", "measured"])
@pytest.mark.parametrize("quirk", PEACEFUL)
def test_a_busy_week_on_a_server_with_any_two_quirks(quirk: Quirk, caps: str) -> None:
    for other in PEACEFUL[PEACEFUL.index(quirk) + 1 :]:
        pair = (quirk, other)
        hold(pair, {"standard": STANDARD, "careful": CAREFUL, "measured": measured(pair)}[caps])


@pytest.mark.parametrize("quirk", [Quirk.ETAG_ODD, Quirk.ETAG_NEVER, Quirk.ETAG_WEAK])
async def test_where_a_condition_is_required_and_none_can_be_made_it_goes_out_under_one_that_says_little(
    quirk: Quirk,
) -> None:
    story = Story([Quirk.IM_REQUIRED, quirk])
    await story.published(1, 2)
    story.promise(1, FRIDAY + timedelta(days=3))
    report = await story.sync()
    assert (report.updated, report.problems) == (1, ())
    story.ledger.put(task(3, promised_on=FRIDAY))
    assert (await story.sync()).created == 1


def hold(quirks: Collection[Quirk], caps: Caps) -> None:
    """Play the busy week and hold what must hold."""
    world = World(quirks, caps=caps)
    busy(world)
    world.settle()
    world.verify()
    writes = world.server.writes()
    world.idle(3, timedelta(days=2))
    assert world.server.writes() == writes


@pytest.mark.parametrize("quirk", PEACEFUL)
def test_a_busy_week_on_a_server_that_was_measured(quirk: Quirk) -> None:
    hold([quirk], measured([quirk]))


@pytest.mark.parametrize("quirk", PEACEFUL)
def test_a_busy_week_on_a_server_of_which_nothing_is_known(quirk: Quirk) -> None:
    hold([quirk], CAREFUL)


@pytest.mark.parametrize("quirk", IN_MEMORY)
def test_nothing_is_written_for_fifty_cycles_in_which_nothing_changed(quirk: Quirk) -> None:
    world = World()
    busy(world)
    world.settle()
    world.server.quirks.add(quirk)
    world.idle(2, timedelta(days=2))
    writes = world.server.writes()
    world.idle(50, timedelta(hours=5))
    assert world.server.writes() == writes
    world.server.quirks.discard(quirk)
    world.settle()
    world.verify()
