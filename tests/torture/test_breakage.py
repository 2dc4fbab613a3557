"""The machine notices an engine that is broken: each breach below is found in a few random worlds.

Noticed are an engine that sends before it has written down what it sends (its own lost write comes back as
somebody's edit, and is asked about); one that takes an empty listing for deletions (events that are there count as
gone); and one that repeats a write without looking what is there (an edit made in between is lost).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from followthru.actions.ledger import StoreLedger
from followthru.calendars import cycle, plan
from followthru.calendars.apply import Applier
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import MissingError
from followthru.calendars.links import Operation
from followthru.calendars.ports import Ledger
from followthru.calendars.settle import gone
from tests.calendars.quirks import Quirk
from tests.torture.machine import TROUBLES, Stage, Trouble
from tests.torture.script import MOST, edit_something
from tests.torture.stage import CALENDARS, Router, configuration

WORLDS = 40
"""Random worlds within which a breach is found."""
WHOLE = 15
"""Worlds in which an engine that is whole is held to the same."""
KILLS = ("kill",) * 20
Breach = Callable[[pytest.MonkeyPatch], None]


def unwritten(patch: pytest.MonkeyPatch) -> None:
    """Send what was never written down."""

    def begin(_: StoreLedger, operations: Sequence[Operation]) -> tuple[Operation, ...]:
        return tuple(operations)

    patch.setattr(StoreLedger, "begin", begin)


def credulous(patch: pytest.MonkeyPatch) -> None:
    """Take what a listing leaves out for deleted, however much it is."""

    def guard(*_: object) -> tuple[str, ...]:
        return ()

    for module in (plan, cycle):
        patch.setattr(module, "guard", guard)


class BlindApplier(Applier):
    """Sends again what may have arrived, over whatever is there."""

    def __init__(self, collection: Collection, ledger: Ledger, *rest: Any) -> None:  # noqa: ANN401 -- handed on
        super().__init__(collection, ledger, *rest)
        self._on, self._books = collection, ledger

    async def settle(self, operations: Iterable[Operation]) -> None:
        """Repeat every operation."""
        for operation in operations:
            link, body, agreed = operation.link, operation.body, operation.agreed
            if body is None or agreed is None:
                with suppress(MissingError):
                    await self._on.delete(link.name, None)
                self._books.finish([(operation, gone(link))])
            else:
                etag = await self._on.replace(link.name, body, None)
                self._books.finish([(operation, link.settled(body, etag, agreed))])


def blind(patch: pytest.MonkeyPatch) -> None:
    """Repeat a write without looking."""
    patch.setattr(cycle, "Applier", BlindApplier)


def live(stage: Stage, dice: Random) -> None:
    """Let everybody do anything while syncs fail, then assert all that must hold."""
    for number in range(3):
        stage.world.add(deadline=number == 0)
    stage.sync()
    for _ in range(8):
        for _ in range(dice.randint(1, 4)):
            edit_something(stage.world, dice, CALENDARS)
        stage.sync(Trouble(dice.choice((*TROUBLES, *KILLS)), dice.randrange(20)))
        # Whatever became of a write, somebody edits over it before the next sync looks.
        for number in range(MOST):
            stage.world.retitle(dice.choice(CALENDARS), number)
    stage.settle()
    stage.check()


def found_in(schema: bytes, folder: Path, worlds: int = WORLDS) -> int | None:
    """Return in which world something is found wrong, None if in none."""
    for seed in range(worlds):
        quirks = [Quirk.CTAG_ONLY] if seed % 2 else []
        home, config = configuration(folder, Router(quirks).urls)
        stage = Stage(schema, home, config, quirks)
        try:
            live(stage, Random(seed))
        except AssertionError:
            return seed
        finally:
            stage.close()
    return None


@pytest.mark.parametrize("breach", [unwritten, credulous, blind])
def test_a_broken_engine_is_noticed(breach: Breach, schema: bytes, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        breach(patch)
        assert found_in(schema, tmp_path / "broken") is not None


def test_nothing_is_wrong_in_the_same_worlds_with_an_engine_that_is_whole(schema: bytes, tmp_path: Path) -> None:
    assert found_in(schema, tmp_path / "whole", WHOLE) is None
