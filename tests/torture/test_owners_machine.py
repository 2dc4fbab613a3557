"""A machine with a calendar that owners read: what they change is offered, whatever fails; nothing is doubled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from followthru.actions.calendar_questions import Choice
from tests.calendars.quirks import Quirk
from tests.torture.machine import QUIRKS, TROUBLES, Stage, Trouble
from tests.torture.owners import OwnersWorld
from tests.torture.stage import CALENDARS, Router, configuration

numbers = st.integers(0, 5)
names = st.sampled_from([*CALENDARS, "beside"])


class OwnersMachine(RuleBasedStateMachine):
    """Rules for the user and the owners; the end is judged when the machine is torn down."""

    schema: bytes
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage | None = None

    @initialize(quirks=st.frozensets(st.sampled_from(QUIRKS), max_size=2))
    def begin(self, quirks: frozenset[Quirk]) -> None:
        home, config = configuration(self.folder, Router(quirks).urls, audience="owners")
        self.stage = Stage(self.schema, home, config, quirks, peopled=OwnersWorld)
        for number in range(2):
            self.world.add(deadline=False)
            self.world.publish(number)
        self.stage.sync()

    @property
    def on(self) -> Stage:
        assert self.stage is not None
        return self.stage

    @property
    def world(self) -> OwnersWorld:
        world = self.on.world
        assert isinstance(world, OwnersWorld)
        return world

    @rule()
    def add(self) -> None:
        self.world.add(deadline=False)

    @rule(number=numbers)
    def publish(self, number: int) -> None:
        self.world.publish(number)

    @rule(number=numbers)
    def promise(self, number: int) -> None:
        self.world.promise_with_a_reason(number)

    @rule(number=numbers, verb=st.sampled_from(["done", "reopen", "drop"]))
    def step(self, number: int, verb: str) -> None:
        self.world.step(number, verb)

    @rule(again=st.booleans())
    def take_back(self, again: bool) -> None:
        self.world.undo()
        if again:
            self.world.redo()

    @rule(number=numbers, choice=st.sampled_from(Choice))
    def answer(self, number: int, choice: Choice) -> None:
        self.world.answer(number, choice)

    @rule(name=names, number=numbers, what=st.sampled_from(["move", "retitle", "delete", "restore"]))
    def edit_there(self, name: str, number: int, what: str) -> None:
        getattr(self.world, what)(name, number)

    @rule()
    def sync(self) -> None:
        self.on.sync()

    @rule(kind=st.sampled_from(TROUBLES), at=st.integers(0, 24))
    def sync_in_trouble(self, kind: str, at: int) -> None:
        self.on.sync(Trouble(kind, at))

    def teardown(self) -> None:
        if self.stage is None:
            return
        try:
            self.on.settle()
            self.on.check()
            self.on.idle(2)
        finally:
            self.on.close()


def _machine(schema: bytes, folder: Path) -> type[OwnersMachine]:
    return type("OwnersMachine", (OwnersMachine,), {"schema": schema, "folder": folder})


def test_what_owners_change_is_offered_and_nothing_is_doubled_or_told_that_is_private(
    schema: bytes, tmp_path: Path
) -> None:
    run_state_machine_as_test(
        _machine(schema, tmp_path / "machine"), settings=settings(max_examples=6, stateful_step_count=15)
    )


@pytest.mark.torture
def test_what_owners_change_is_offered_for_long(schema: bytes, tmp_path: Path) -> None:
    examples = int(os.environ.get("TORTURE_EXAMPLES", "200"))
    run_state_machine_as_test(
        _machine(schema, tmp_path / "machine"), settings=settings(max_examples=examples, stateful_step_count=30)
    )
