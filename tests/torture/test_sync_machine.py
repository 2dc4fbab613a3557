"""A machine that tries hard: one real store, two calendars that others edit, faults, kills, undo, days that pass.

Whatever it does, once the faults stop all comes to rest within a few cycles, and then: every edit stands, or was
replaced by somebody who saw it, or is half of a question; a task has at most one event on a calendar for each of its
dates; what somebody deleted or dropped is not there again; other people's items are untouched, and no word of them is
in the database; nothing is written any more; and what came from a calendar is taken back by undo, there too.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from followthru.actions.calendar_questions import Choice
from tests.calendars.quirks import Quirk
from tests.torture.machine import QUIRKS, TROUBLES, UNREADABLE, Stage, Trouble
from tests.torture.script import edit_something
from tests.torture.stage import CALENDARS, Router, configuration
from tests.torture.world import World

numbers = st.integers(0, 5)
names = st.sampled_from(CALENDARS)
quirks = st.frozensets(st.sampled_from(QUIRKS), max_size=2)


class SyncMachine(RuleBasedStateMachine):
    """Rules for everybody who acts; the end is judged when the machine is torn down."""

    schema: bytes
    folder: Path
    cycles: int

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage | None = None

    @initialize(quirks=quirks, tasks=st.integers(1, 3), todos=st.booleans())
    def begin(self, quirks: frozenset[Quirk], tasks: int, todos: bool) -> None:
        home, config = configuration(self.folder, Router(quirks).urls, todos=todos)
        self.stage = Stage(self.schema, home, config, quirks)
        self.world.put_foreign("beside", 1, repeats=False)
        for number in range(tasks):
            self.world.add(deadline=number == 0, at=number)
        self.stage.sync()

    @property
    def on(self) -> Stage:
        assert self.stage is not None
        return self.stage

    @property
    def world(self) -> World:
        return self.on.world

    @rule(deadline=st.booleans(), at=numbers)
    def add(self, deadline: bool, at: int) -> None:
        self.world.add(deadline=deadline, at=at)

    @rule(number=numbers, field=st.sampled_from(["title", "promised_on", "deadline_on"]))
    def write(self, number: int, field: str) -> None:
        self.world.write(number, field)

    @rule(number=numbers, at=numbers)
    def promise(self, number: int, at: int) -> None:
        self.world.promise(number, at)

    @rule(number=numbers, verb=st.sampled_from(["done", "reopen", "drop"]))
    def step(self, number: int, verb: str) -> None:
        self.world.step(number, verb)

    @rule(again=st.booleans())
    def take_back(self, again: bool) -> None:
        self.world.undo()
        if again:
            self.world.redo()

    @rule(number=numbers)
    def rezone(self, number: int) -> None:
        self.world.rezone(number)

    @rule(number=numbers, choice=st.sampled_from(Choice))
    def answer(self, number: int, choice: Choice) -> None:
        self.world.answer(number, choice)

    @rule(name=names)
    def confirm(self, name: str) -> None:
        self.world.confirm(name)

    @rule(days=st.sampled_from([1, 1, 15]))
    def pass_days(self, days: int) -> None:
        self.world.pass_time(lambda: self.on.clock.advance(days=days))

    @rule(name=names, number=numbers, what=st.sampled_from(["move", "move", "drag", "retitle", "tick", "annotate"]))
    def edit_there(self, name: str, number: int, what: str) -> None:
        getattr(self.world, what)(name, number)

    @rule(name=names, number=numbers)
    def delete_there(self, name: str, number: int) -> None:
        self.world.delete(name, number)

    @rule(name=names, number=numbers)
    def restore_there(self, name: str, number: int) -> None:
        self.world.restore(name, number)

    @rule(name=names, number=numbers)
    def copy_there(self, name: str, number: int) -> None:
        self.world.copy(name, number)

    @rule()
    def note_down(self) -> None:
        self.world.note_down("mine")

    @rule(name=names, number=numbers)
    def put_foreign(self, name: str, number: int) -> None:
        self.world.put_foreign(name, number, repeats=name == "mine")

    @rule(name=names, quirk=st.sampled_from([*UNREADABLE, None]))
    def hide_there(self, name: str, quirk: Quirk | None) -> None:
        self.on.hide(name, quirk)

    @rule()
    def sync(self) -> None:
        self.on.sync()

    @rule(kind=st.sampled_from(TROUBLES), at=st.integers(0, 24))
    def sync_in_trouble(self, kind: str, at: int) -> None:
        self.on.sync(Trouble(kind, at))

    @rule(kind=st.sampled_from(TROUBLES), at=st.integers(0, 24))
    def sync_in_more_trouble(self, kind: str, at: int) -> None:
        self.on.sync(Trouble(kind, at))

    def teardown(self) -> None:
        if self.stage is None:
            return
        try:
            self.on.settle()
            self.on.check()
            self.on.idle(self.cycles)
            self.on.take_back()
            self.on.check()
        finally:
            self.on.close()


def _machine(schema: bytes, folder: Path, cycles: int) -> type[SyncMachine]:
    return type("SyncMachine", (SyncMachine,), {"schema": schema, "folder": folder, "cycles": cycles})


def test_a_sync_loses_doubles_and_resurrects_nothing(schema: bytes, tmp_path: Path) -> None:
    examples = int(os.environ.get("TORTURE_EXAMPLES", "30"))
    run_state_machine_as_test(
        _machine(schema, tmp_path / "machine", 2), settings=settings(max_examples=examples, stateful_step_count=20)
    )


@pytest.mark.torture
def test_a_sync_loses_doubles_and_resurrects_nothing_for_long(schema: bytes, tmp_path: Path) -> None:
    examples = int(os.environ.get("TORTURE_EXAMPLES", "300"))
    run_state_machine_as_test(
        _machine(schema, tmp_path / "machine", 5), settings=settings(max_examples=examples, stateful_step_count=40)
    )


def test_a_title_and_a_time_changed_there_while_the_date_is_in_question_are_both_agreed_on(
    schema: bytes, tmp_path: Path
) -> None:
    play = _machine(schema, tmp_path / "machine", 2)()
    play.begin(quirks=frozenset(), tasks=3, todos=False)
    play.edit_there(name="beside", number=3, what="drag")
    play.edit_there(name="beside", number=3, what="retitle")
    play.edit_there(name="mine", number=3, what="move")
    play.teardown()


@pytest.mark.parametrize("others", ["move", "retitle"])
def test_a_tick_and_a_time_set_there_while_something_is_in_question_add_nothing_to_the_title(
    schema: bytes, tmp_path: Path, others: str
) -> None:
    play = _machine(schema, tmp_path / "machine", 2)()
    play.begin(quirks=frozenset(), tasks=3, todos=False)
    play.edit_there(name="beside", number=3, what="drag")
    play.edit_there(name="beside", number=3, what="tick")
    play.edit_there(name="mine", number=3, what=others)
    play.teardown()


QUIRKY = [Quirk.ETAG_NOT_ON_PUT, Quirk.BODY_REORDERED, Quirk.TOKEN_UNKNOWN_LISTS, Quirk.ETAG_WEAK]


@pytest.mark.parametrize(
    "quirk",
    [None, *(pytest.param(one, marks=() if one in QUIRKY else pytest.mark.torture) for one in QUIRKS)],
)
def test_nothing_is_written_in_fifty_cycles_without_a_change(
    schema: bytes, tmp_path: Path, quirk: Quirk | None
) -> None:
    quirks = [] if quirk is None else [quirk]
    home, config = configuration(tmp_path / "idle", Router(quirks).urls, todos=True)
    stage = Stage(schema, home, config, quirks)
    dice = Random(str(quirk))
    try:
        for _ in range(30):
            edit_something(stage.world, dice, CALENDARS)
            stage.sync()
        stage.settle()
        stage.check()
        stage.idle(50)
    finally:
        stage.close()


@pytest.mark.parametrize("quirk", [None, Quirk.ETAG_ESCAPED, Quirk.ETAG_SUFFIXED])
def test_what_comes_back_is_taken_away_however_often_that_is_cut_short(
    schema: bytes, tmp_path: Path, quirk: Quirk | None
) -> None:
    quirks = [] if quirk is None else [quirk]
    home, config = configuration(tmp_path / "back", Router(quirks).urls)
    stage = Stage(schema, home, config, quirks)
    try:
        stage.world.add(deadline=False)
        stage.sync()
        stage.world.delete("mine", 0)
        stage.sync()
        stage.world.step(0, "drop")
        stage.sync()
        stage.world.restore("mine", 0)
        for at in range(4, 12):
            stage.sync(Trouble("kill", at))
        stage.settle()
        stage.check()
    finally:
        stage.close()


def test_an_event_spelt_as_an_instant_moves_by_days_although_its_practice_moved_to_another_zone(
    schema: bytes, tmp_path: Path
) -> None:
    home, config = configuration(tmp_path / "instant", Router([]).urls)
    stage = Stage(schema, home, config)
    try:
        stage.world.add(deadline=False, at=2)
        stage.sync()
        [(name, text)] = stage.world.shelves["mine"].texts().items()
        instant = re.sub(r";TZID=UTC:(\d{8}T\d{6})", r":\1Z", text)
        assert instant != text
        stage.world.shelves["mine"].put(name, instant)
        stage.settle()
        stage.world.rezone(2)
        stage.world.move("mine", 0)
        stage.settle()
        stage.check()
    finally:
        stage.close()


def test_what_is_put_back_and_edited_while_it_is_to_be_made_anew_is_kept(schema: bytes, tmp_path: Path) -> None:
    """Deleted there, wanted by the PM, and put back there by somebody who gives it another title."""
    home, config = configuration(tmp_path / "back", Router([]).urls)
    stage = Stage(schema, home, config)
    try:
        stage.world.add(deadline=False)
        stage.sync()
        stage.world.delete("mine", 0)
        stage.sync()
        stage.world.answer(0, Choice.OURS)
        stage.world.restore("mine", 0)
        stage.world.retitle("mine", 0)
        stage.settle()
        stage.check()
        [there] = stage.world.ours("mine")
        [row] = stage.world.rows().values()
        assert there.title == row.title == "Title 2"
    finally:
        stage.close()


def test_what_is_noted_there_becomes_one_task_each_however_often_that_is_cut_short(
    schema: bytes, tmp_path: Path
) -> None:
    home, config = configuration(tmp_path / "noted", Router().urls)
    stage = Stage(schema, home, config)
    try:
        stage.world.add(deadline=False)
        stage.sync()
        for at in range(12):
            stage.world.note_down("mine")
            stage.world.move("mine", at)
            stage.sync(Trouble("kill", at))
            stage.world.retitle("mine", at)
            stage.world.write(at, "promised_on")
        stage.settle()
        stage.check()
        assert len(stage.world.rows()) == 1 + 12
        assert {len(stage.world.ours(name)) for name in CALENDARS} == {1 + 12}
        stage.idle(5)
    finally:
        stage.close()
