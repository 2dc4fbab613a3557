"""Three clocks compared: sleep, a clock that is set, a process that stood still, and time that merely goes by."""

from __future__ import annotations

import pytest

from followthru_daemon import timekeeping
from followthru_daemon.timekeeping import Gap, Reading, Timekeeper

START = Reading(1_000.0, 50.0, 70.0)


@pytest.mark.parametrize(
    ("then", "gap"),
    [
        (Reading(1_005.0, 55.0, 75.0), None),
        (Reading(1_006.5, 55.0, 75.0), None),
        (Reading(1_005.0 + 3600, 55.0, 75.0 + 3600), Gap(3600, 0, 0)),
        (Reading(1_005.0 + 86_400, 55.0, 75.0), Gap(0, 86_400, 0)),
        (Reading(1_005.0 - 86_400, 55.0, 75.0), Gap(0, -86_400, 0)),
        (Reading(1_600.0, 650.0, 670.0), Gap(0, 0, 600)),
        (Reading(5.0, 55.0, 75.0 + 3600), Gap(3600, -4600, 0)),
    ],
    ids=["time", "a time server", "sleep", "set on", "set back", "stood still", "asleep and set back"],
)
def test_what_went_by(then: Reading, gap: Gap | None) -> None:
    readings = [START, then, then]
    keeper = Timekeeper(lambda: readings.pop(0))
    assert keeper.look() == gap
    assert keeper.look() is None, "a gap is told once"


def test_the_clocks_of_this_machine_agree() -> None:
    keeper = Timekeeper()
    assert keeper.look() is None
    first, second = timekeeping.read(), timekeeping.read()
    assert first.awake <= second.awake
    assert first.elapsed <= second.elapsed
    assert first.elapsed + timekeeping.NOTED > first.awake
