"""Places that few processes come to by themselves: an errand leads there, and the torture fails without a death."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.torture.aims import OFTEN, Aim, Aims, Way
from tests.torture.boundaries import Target
from tests.torture.errands import ERRANDS
from tests.torture.failpoints import listed
from tests.torture.mail_rounds import scripted
from tests.torture.surfaces import CLI, DAEMON, End
from tests.torture.tortured import Tortured
from tests.torture.whole import Post
from tests.torture.whole_round import Round
from tests.torture.whole_rounds import LONG, verdict, worlds

TRIES = 5
"""Rounds within which somebody comes to a place that an errand leads to."""
RARE = {
    CLI: (
        "commit: history.redo", "commit: ledger.record", "commit: notices._withdraw", "commit: others.note",
        "commit: probing._keep", "commit: same_machine._mark", "commit: same_machine.check_place",
        "step: connection._make_views",
    ),
    DAEMON: (
        "commit: daemon_starts.end", "commit: drafting._rewrite", "commit: ledger.record", "commit: notices._withdraw",
        "commit: notices.write", "commit: others.note", "commit: outcomes.send_back", "commit: probing._keep",
        "commit: same_machine._mark", "commit: same_machine.check_place", "rename: backups.copy",
        "rename: backups.note_tried",
    ),
}  # fmt: skip
WORDS = ("before sending: DELETE", "sent: DELETE", "answered, unread: DELETE")
ONCE = ("probing", "same_machine")
"""What only a new home passes."""


class Straight(Aims):
    """Every round is made for one place."""

    def __init__(self, done: Tortured, surface: str, kind: str) -> None:
        super().__init__(done, {})
        self._aim = Aim(kind, Way(surface, "sync" if surface == CLI else ""))

    def wanted(self, *, new: bool) -> Aim:
        """See `Aims.wanted`."""
        return self._aim

    def towards(self, aim: Aim) -> Target:
        """See `Aims.towards`."""
        return Target(aim.kind)

    def at(self, surface: str, doing: str, share: float) -> Target:
        """Let nobody die by the way."""
        return Target(None)


def rare() -> Iterator[tuple[str, str]]:
    """Yield each rare place, by surface and kind."""
    for surface, names in RARE.items():
        yield from ((surface, f"{when} {name}") for name in names for when in ("before", "after"))
        yield from ((surface, word) for word in WORDS)


def rounds_to(place: tuple[str, str], folder: Path) -> list[str]:
    """Play rounds made for a place until somebody died there; return what is wrong, after the last one that none did.

    Those before the first one fill a home, where the place is not one that only a new home passes.
    """
    surface, kind = place
    fresh = any(name in kind for name in ONCE)
    done = Tortured(Random(3), frozenset())
    with scripted(folder / "log") as (port, script):
        homes = worlds(folder, Post(port, folder / "log"), None)
        _, whole = next(homes)
        whole.settle()
        for _ in range(TRIES):
            if fresh:
                _, whole = next(homes)
            one = Round(done, Straight(done, surface, kind), whole, script, new=fresh)
            one.always = True
            wrong = one.play()
            if wrong or f"{surface} “{kind}”" in one.deaths:
                break
        else:
            wrong = ["nobody came there"]
        homes.close()
    return wrong


def test_errands_lead_to_places_that_there_are() -> None:
    """A function that is called otherwise by now is passed, and no errand leads there."""
    names = [*(name for every in RARE.values() for name in every), *(part for part in ERRANDS if part != ": DELETE")]
    assert [name for name in names if not any(name in place for place in listed())] == []


@pytest.mark.parametrize(
    "place",
    [
        (CLI, "before commit: notices._withdraw"),
        (DAEMON, "before commit: outcomes.send_back"),
        (DAEMON, "after rename: backups.note_tried"),
    ],
    ids="-".join,
)
def test_an_errand_leads_to_a_rare_place(place: tuple[str, str], tmp_path: Path) -> None:
    assert rounds_to(place, tmp_path) == []


@pytest.mark.torture
@pytest.mark.parametrize("place", list(rare()), ids="-".join)
def test_errands_lead_to_every_rare_place(place: tuple[str, str], tmp_path: Path) -> None:
    assert rounds_to(place, tmp_path) == []


def tortured(*, rounds: int, passed: int, deaths: int, wrong: bool = False) -> int:
    """Return the exit code of a run in which so many passed one place, and so many of these died at it."""
    done = Tortured(Random(1), frozenset())
    aims = Aims(done, {})
    done.rounds = rounds
    for number in range(passed):
        kind = "sent: PUT" if number < deaths else None
        aims.note(Way(DAEMON), End(None if kind else 0, kind, {"sent: PUT"}, ""))
    if wrong:
        done.violations.append("round 1: a mail was lost")
    return verdict(done, aims)


def test_a_long_run_fails_over_a_place_that_many_passed_and_none_died_at() -> None:
    assert tortured(rounds=LONG, passed=OFTEN, deaths=0) == 1
    assert tortured(rounds=LONG, passed=OFTEN, deaths=1) == 0
    assert tortured(rounds=LONG, passed=OFTEN - 1, deaths=0) == 0, "it was hardly ever there"
    assert tortured(rounds=LONG - 1, passed=OFTEN, deaths=0) == 0, "it was too short to come everywhere"
    assert tortured(rounds=1, passed=0, deaths=0, wrong=True) == 1
