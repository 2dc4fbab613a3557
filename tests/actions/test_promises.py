"""The guard of told dates, tellings, and targets that never come after their promise."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest

import followthru
from followthru.actions import edit, history, playbook_moves, practices, promises, tasks
from followthru.actions.context import Context
from followthru.actions.exporting import export_lines
from followthru.actions.importing import import_lines
from followthru.actions.promises import NewPromise
from followthru.actions.pulling import take_over
from followthru.calendars.merge import Move
from followthru.domain.changes import Action, Actor, Change, Scalar, create
from followthru.domain.task import How
from followthru.errors import Exit, FollowthruError, NotFoundError, RefusedError, UsageError
from followthru.store import journal
from followthru.store import tasks as read_tasks
from followthru.store.guard import UnguardedMoveError
from tests.store.oracles import state
from tests.storekit import FixedClock, add_person, add_practice, add_task, memory_ctx, task

JUL = {day: date(2026, 7, day) for day in range(1, 32)}


@pytest.fixture
def told(schema: bytes) -> Context:
    """A practice with two days of buffer; task 1 is promised for 15 July and Dana knows."""
    ctx = memory_ctx(schema, FixedClock())
    add_practice(ctx, buffer_policy="fixed:2")
    add_person(ctx, "Dana Reyes")
    add_person(ctx, "Sam Ito")
    add_task(ctx, "Renew licence by 15 Jul to dana @oak-street")
    return ctx


def move(ctx: Context, day: int | None, because: str | None = None, actor: Actor = Actor.ME) -> None:
    promises.promise(ctx, 1, NewPromise(None if day is None else JUL[day]), because=because, actor=actor)


def tell(ctx: Context, person: str, day: int | None = None) -> None:
    promises.tell(ctx, 1, person, None if day is None else JUL[day], how=How.CALL)


def refused(ctx: Context, act: Callable[[], object]) -> RefusedError:
    """Do what a guard must refuse; return the error once it is certain that nothing was changed."""
    before = (state(ctx), ctx.read.value("SELECT count(*) FROM action"))
    with pytest.raises(RefusedError) as caught:
        act()
    assert (state(ctx), ctx.read.value("SELECT count(*) FROM action")) == before
    assert caught.value.exit_code is Exit.REFUSED
    return caught.value


@pytest.mark.parametrize("day", [10, 20, None])
@pytest.mark.parametrize("because", [None, "", "  "])
def test_a_told_date_moves_only_with_a_reason(told: Context, day: int | None, because: str | None) -> None:
    error = refused(told, lambda: move(told, day, because))
    assert "dana was told Wed 15 Jul" in error.message
    assert "--because" in error.remedy


def test_everybody_who_was_told_is_named(told: Context) -> None:
    tell(told, "sam")
    assert "dana, sam were told" in refused(told, lambda: move(told, 16)).message


def test_with_a_reason_it_moves_and_the_reason_stays(told: Context) -> None:
    move(told, 20, "the lab  is\nlate")
    row = task(told, 1)
    assert (row.promised_on, row.because, row.reason_missing) == (JUL[20], "the lab is late", False)
    assert (row.target_on, row.out_of_step) == (JUL[16], 1)
    assert told.read.row("SELECT verb, because FROM action ORDER BY id DESC") == ("promise", "the lab is late")


def test_a_told_date_is_cleared_only_with_a_reason(told: Context) -> None:
    move(told, None, "not needed")
    row = task(told, 1)
    assert (row.promised_on, row.target_on, row.because, row.out_of_step) == (None, None, "not needed", 1)


def test_a_calendar_needs_no_reason_but_one_is_missing_then(told: Context) -> None:
    move(told, 20, actor=Actor.CALENDAR)
    assert (task(told, 1).promised_on, task(told, 1).reason_missing) == (JUL[20], True)
    edit.edit(told, 1, {"because": "the lab is late"})
    assert (task(told, 1).reason_missing, task(told, 1).because) == (False, "the lab is late")
    edit.edit(told, 1, {"because": None})
    assert task(told, 1).reason_missing


def test_moving_back_to_the_told_date_needs_nothing_more(told: Context) -> None:
    move(told, 20, actor=Actor.CALENDAR)
    move(told, 15)
    row = task(told, 1)
    assert (row.reason_missing, row.because, row.out_of_step) == (False, None, 0)


def test_an_untold_date_moves_freely_and_keeps_what_is_missing(told: Context) -> None:
    move(told, 20, actor=Actor.CALENDAR)
    move(told, 22)
    assert task(told, 1).reason_missing
    move(told, 23, "the lab is late")
    assert not task(told, 1).reason_missing


def test_who_was_told_another_date_since_does_not_hold_the_old_one(told: Context) -> None:
    tell(told, "dana", 18)
    move(told, 20)
    assert task(told, 1).promised_on == JUL[20]


def test_once_everybody_is_told_in_person_no_reason_is_missing(told: Context) -> None:
    promises.promise(told, 1, promises.NewPromise(date(2026, 8, 3)), actor=Actor.CALENDAR)
    assert task(told, 1).reason_missing
    promises.tell(told, 1, "dana", date(2026, 8, 4), how=How.CALL)
    assert task(told, 1).reason_missing, "she was told yet another date"
    promises.tell(told, 1, "dana", how=How.CALL)
    assert not task(told, 1).reason_missing
    history.undo(told)
    assert task(told, 1).reason_missing


def test_only_the_time_may_change_without_a_reason(told: Context) -> None:
    promises.promise(told, 1, NewPromise(JUL[15], time(15)))
    assert task(told, 1).promised_time == "15:00"


def test_a_missing_reason_can_be_given_with_the_date_that_holds(told: Context) -> None:
    move(told, 20, actor=Actor.CALENDAR)
    move(told, 20, "The state office is closed")
    assert (task(told, 1).because, task(told, 1).reason_missing) == ("The state office is closed", False)
    assert told.read.value("SELECT words FROM action ORDER BY id DESC").startswith("Said why")
    history.undo(told)
    assert (task(told, 1).because, task(told, 1).reason_missing) == (None, True)


def test_a_reason_for_what_everybody_knows_is_no_action(told: Context) -> None:
    before = state(told)
    move(told, 15, "Nothing moved")
    assert state(told) == before


def test_promising_the_same_again_is_no_action(told: Context) -> None:
    before = told.read.value("SELECT count(*) FROM action")
    assert promises.promise(told, 1, NewPromise(JUL[15])).action_id is None
    assert told.read.value("SELECT count(*) FROM action") == before


def test_a_promise_after_the_deadline_is_noted(told: Context) -> None:
    edit.edit(told, 1, {"deadline": "17 Jul"})
    outcome = promises.promise(told, 1, NewPromise(JUL[20]), because="x")
    assert outcome.notes == ("The promise is after the deadline Fri 17 Jul 2026.",)


@pytest.mark.parametrize("verb", [tasks.done, tasks.drop])
def test_a_closed_task_gets_no_other_dates(told: Context, verb: Callable[[Context, int], object]) -> None:
    verb(told, 1)
    for act in (
        lambda: move(told, 20, "x"),
        lambda: promises.target(told, 1, JUL[3]),
        lambda: edit.edit(told, 1, {"promised": "20 Jul"}, because="x"),
        lambda: edit.edit(told, 1, {"target": "3 Jul"}),
        lambda: tasks.defer(told, [1], to=JUL[3]),
    ):
        assert "reopen" in refused(told, act).remedy


def test_tell_records_who_what_when_and_how(told: Context) -> None:
    tell(told, "sam.ito@")
    newest = read_tasks.tellings(told.read, [1])[1][-1]
    assert (newest.person, newest.promised_on, newest.told_on, newest.how) == ("sam", JUL[15], JUL[1], "call")
    assert newest.told_at == "2026-07-01T12:00:00Z"


def test_a_private_task_is_told_to_nobody(told: Context) -> None:
    edit.edit(told, 1, {"audience": "me"})
    assert "private" in refused(told, lambda: tell(told, "sam")).message


def test_nobody_outside_the_practice_can_be_told(told: Context) -> None:
    add_practice(told, "harbor-view")
    add_person(told, "Kim Vale", practice="harbor-view")
    with pytest.raises(NotFoundError, match="no kim at oak-street"):
        tell(told, "kim")
    add_task(told, "in no practice")
    with pytest.raises(NotFoundError, match="belongs to no practice"):
        promises.tell(told, 2, "dana", JUL[3], how=How.CALL)


def test_without_a_date_there_is_nothing_to_tell(told: Context) -> None:
    add_task(told, "undated @oak-street")
    with pytest.raises(UsageError, match="no promised date"):
        promises.tell(told, 2, "dana", how=How.CALL)


def test_the_day_of_a_telling_is_the_practices(schema: bytes) -> None:
    ctx = memory_ctx(schema)
    add_practice(ctx, timezone="Pacific/Kiritimati")
    add_person(ctx)
    add_task(ctx, "x by 15 Jul to dana @oak-street")
    assert read_tasks.tellings(ctx.read, [1])[1][0].told_on == JUL[2]


PATHS_TO_A_LATE_TARGET: list[Callable[[Context], object]] = [
    lambda ctx: promises.target(ctx, 1, JUL[16]),
    lambda ctx: edit.edit(ctx, 1, {"target": "16 Jul"}),
    lambda ctx: edit.edit(ctx, 1, {"target": "14 Jul", "promised": "13 Jul"}, because="x"),
    lambda ctx: tasks.defer(ctx, [1], to=JUL[16]),
    lambda ctx: add_task(ctx, "y by 10 Jul target 11 Jul @oak-street"),
]


@pytest.mark.parametrize("path", PATHS_TO_A_LATE_TARGET)
def test_no_path_leads_to_a_target_after_its_promise(told: Context, path: Callable[[Context], object]) -> None:
    refused(told, lambda: path(told))


def test_a_promise_does_not_move_before_a_target_by_hand(told: Context) -> None:
    promises.target(told, 1, JUL[14])
    for act in (lambda: move(told, 10, "x"), lambda: edit.edit(told, 1, {"promised": "10 Jul"}, because="x")):
        assert "Tue 14 Jul 2026" in refused(told, act).message
    edit.edit(told, 1, {"promised": "10 Jul", "target": "9 Jul"}, because="x")
    assert (task(told, 1).promised_on, task(told, 1).target_on) == (JUL[10], JUL[9])


def test_a_target_by_hand_stays_and_the_policys_follows(told: Context) -> None:
    move(told, 20, "x")
    assert (task(told, 1).target_on, task(told, 1).target_source) == (JUL[16], "policy")
    promises.target(told, 1, JUL[10])
    move(told, 22)
    assert (task(told, 1).target_on, task(told, 1).target_source, task(told, 1).buffer_days) == (JUL[10], "hand", 8)
    practices.edit(told, "oak-street", {"buffer_policy": "fixed:5"})
    assert task(told, 1).target_on == JUL[10]
    promises.target(told, 1, None)
    assert (task(told, 1).target_on, task(told, 1).target_source) == (JUL[15], "policy")


def test_a_buffer_set_on_the_task_wins_over_the_policy(told: Context) -> None:
    edit.edit(told, 1, {"buffer": "5d"})
    assert task(told, 1).target_on == JUL[8]
    practices.edit(told, "oak-street", {"buffer_policy": "fixed:0"})
    assert task(told, 1).target_on == JUL[8]
    edit.edit(told, 1, {"buffer": None})
    assert task(told, 1).target_on == JUL[15]


def test_other_verbs_leave_a_target_alone(told: Context) -> None:
    """Only what a target follows from moves it; not a verb that comes by after the calendar changed."""
    with told.store.writing() as tx:
        tx.run("UPDATE task SET target_on = '2026-07-10' WHERE id = 1")
    tasks.start(told, 1)
    edit.edit(told, 1, {"title": "New"})
    assert task(told, 1).target_on == JUL[10]


def test_a_promise_far_away_counts_its_own_years_holidays(schema: bytes) -> None:
    ctx = memory_ctx(schema)
    add_practice(ctx, holidays="US", buffer_policy="fixed:1")
    add_task(ctx, "x by 2040-07-05 @oak-street")
    assert task(ctx, 1).target_on == date(2040, 7, 3)
    add_task(ctx, "y by 9999-12-31 @oak-street")
    assert task(ctx, 2).target_on == date(9999, 12, 30)
    add_task(ctx, "z by 2041-01-02 @oak-street")
    assert task(ctx, 3).target_on == date(2040, 12, 31)


# Every function of the product that gives the column a value, and why that is safe.
KNOWN = {
    ("actions/promises.py", "promise_fields"): "the guard itself",
    ("actions/edit.py", "_promised"): "reads the words; _guarded hands them to promise_fields",
    ("actions/tasks.py", "_captured"): "a new task, of which nobody was told",
    ("actions/repeating.py", "_dates"): "a new task, of which nobody was told",
    ("actions/others.py", "_add"): "a new task, of which nobody was told",
    ("actions/playbook_tasks.py", "_row"): "a new task, of which nobody was told",
    ("actions/playbook_tasks.py", "with_occurrence"): "a new task, which is not promised itself",
    ("actions/tellings.py", "telling_row"): "a telling",
    ("actions/listings.py", "promises"): "a table for others to read; nothing is written",
    ("actions/arrival.py", "_add_members"): "a telling",
}


def writes(node: ast.AST) -> bool:
    """Whether a piece of code gives `promised_on` a value: in a dict, by its key, in a change, or in SQL."""
    match node:
        case ast.Dict(keys=keys):
            return any(isinstance(key, ast.Constant) and key.value == "promised_on" for key in keys)
        case ast.Subscript(slice=ast.Constant(value="promised_on"), ctx=ast.Store()):
            return True
        case ast.Call(func=ast.Name(id="Change"), args=args):
            return any(isinstance(arg, ast.Constant) and arg.value == "promised_on" for arg in args)
        case (
            ast.Call(func=ast.Name(id="dict"), keywords=keywords)
            | ast.Call(func=ast.Attribute(attr="update"), keywords=keywords)
        ):
            return any(keyword.arg == "promised_on" for keyword in keywords)
        case ast.Constant(value=str(text)):
            return re.search(r'UPDATE "?task"? |INSERT INTO "?task"?[( ]', text) is not None
        case _:
            return False


def writers() -> set[tuple[str, str]]:
    """Find each function of actions and store that gives the column a value, by file and name."""
    root = Path(followthru.__file__).parent
    found: set[tuple[str, str]] = set()
    for path in (*root.glob("actions/**/*.py"), *root.glob("store/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(writes(part) for part in ast.walk(node)):
                found.add((path.relative_to(root).as_posix(), node.name))
    return found


def test_every_writer_of_a_promised_date_is_known() -> None:
    assert writers() == KNOWN.keys()


def test_nothing_outside_the_actions_writes_to_the_journal() -> None:
    """Screens, commands, the daemon and calendars move dates through verbs: none of them has a way past these."""
    root = Path(followthru.__file__).parent
    rooms = [root.parents[1] / "tui", root.parents[1] / "daemon", *(root / n for n in ("cli", "calendars", "exchange"))]
    rooms += [root / "updates", root / "demo", root / "config"]
    door = re.compile(r"journal\.apply|edits\.record|\bChange\(|from followthru\.store\.journal import .*\bapply")
    found = {path for room in rooms for path in room.rglob("*.py") if door.search(path.read_text(encoding="utf-8"))}
    assert all(room.is_dir() for room in rooms)
    assert found == set()


def test_whoever_forgets_the_guard_is_stopped_by_the_store(told: Context) -> None:
    """A change that no verb would make: the date alone, whoever acts."""
    moved = Change("task", 1, "promised_on", "2026-07-15", "2026-07-20")
    for actor in Actor:
        before = (state(told), told.read.value("SELECT count(*) FROM action"))
        with pytest.raises(UnguardedMoveError, match="past dana"), told.acting() as tx:
            journal.apply(tx, Action("shove", "", (moved,), actor))
        assert (state(told), told.read.value("SELECT count(*) FROM action")) == before
    taken_back = moved._replace(after=None)
    with pytest.raises(UnguardedMoveError), told.acting() as tx:
        journal.apply(tx, Action("shove", "", (taken_back,)))
    with told.acting() as tx:
        journal.apply(tx, Action("shove", "", (moved,), because="a reason"))
    assert task(told, 1).promised_on == JUL[20]


def test_an_old_reason_does_not_excuse_another_move(told: Context) -> None:
    move(told, 20, "the lab is late")
    tell(told, "dana", 20)
    with pytest.raises(UnguardedMoveError), told.acting() as tx:
        journal.apply(tx, Action("shove", "", (Change("task", 1, "promised_on", "2026-07-20", "2026-07-24"),)))
    move(told, 24, "the lab is late")
    assert (task(told, 1).promised_on, task(told, 1).because) == (JUL[24], "the lab is late")


Path_ = Callable[[Context], object]
# Every way in which a date that Dana was told can be touched, and what becomes of it there.
WAYS: dict[str, tuple[Path_, str]] = {
    "promise": (lambda ctx: move(ctx, 20), "refused"),
    "promise, with a reason": (lambda ctx: move(ctx, 20, "why"), "moved"),
    "promise, taken back": (lambda ctx: move(ctx, None), "refused"),
    "edit": (lambda ctx: edit.edit(ctx, 1, {"promised": "20 Jul"}), "refused"),
    "edit, with a reason": (lambda ctx: edit.edit(ctx, 1, {"promised": "20 Jul"}, because="why"), "moved"),
    "edit, with the reason among its fields": (
        lambda ctx: edit.edit(ctx, 1, {"promised": "20 Jul", "because": "why"}), "moved",
    ),
    "a calendar's move": (lambda ctx: pulled(ctx, Actor.CALENDAR), "flagged"),
    "a proposal that is accepted": (lambda ctx: pulled(ctx, Actor.ME), "flagged"),
    "undo": (lambda ctx: (move(ctx, 20, "why"), tell(ctx, "dana", 20), history.undo(ctx), history.undo(ctx)), "there"),
    "redo": (lambda ctx: (move(ctx, 20, "why"), history.undo(ctx), history.redo(ctx)), "flagged"),
    "bulk: put off": (lambda ctx: tasks.defer(ctx, [1], by_days=3), "there"),
    "bulk: done": (lambda ctx: tasks.done(ctx, 1), "there"),
    "a day on which the practice is closed": (lambda ctx: practices.close(ctx, "oak-street", [JUL[15]]), "there"),
    "another buffer": (lambda ctx: practices.edit(ctx, "oak-street", {"buffer_policy": "fixed:5"}), "there"),
    "the anchor of its run": (lambda ctx: playbook_moves.move(ctx, [in_a_run(ctx)], AUG), "there"),
    "the anchor of its run, with a reason": (
        lambda ctx: playbook_moves.move(ctx, [in_a_run(ctx)], AUG, because="why"), "moved",
    ),
    "an import": (lambda ctx: import_lines(ctx, list(export_lines(ctx)), "again"), "refused"),
}  # fmt: skip


AUG = date(2026, 8, 12)


def in_a_run(ctx: Context) -> int:
    """Make the told task the one step of a run."""
    step = {"key": "a", "title": "T", "public": "P", "before": 0}
    book = {"playbook": 1, "version": 1, "title": "T", "source": "S", "check_your_state": "C", "anchor": "A"}
    row: dict[str, Scalar] = {
        "playbook": "one", "version": 1, "title": "T", "practice_id": 1, "anchor_on": "2026-07-15",
        "book": json.dumps({**book, "steps": [step]}), "answers": "{}", "roles": "{}", "people": "[]",
        "created_at": "2026-07-01T12:00:00Z",
    }  # fmt: skip
    said = (("run_id", 1), ("step", "a"), ("step_on", "2026-07-15"))
    with ctx.acting() as tx:
        run_id = tx.new_id("run")
        steps = (Change("task", 1, name, None, value) for name, value in said)
        journal.apply(tx, Action("run", "", (create("run", run_id, row), *steps)))
    return run_id


def pulled(ctx: Context, actor: Actor) -> None:
    with ctx.acting() as tx:
        take_over(ctx, tx, 1, [Move("promised_on", JUL[15], JUL[20])], actor=actor)


@pytest.mark.parametrize("name", WAYS)
def test_every_way_of_touching_a_told_date(told: Context, name: str) -> None:
    act, wanted = WAYS[name]
    if wanted == "refused":
        before = state(told)
        with pytest.raises(FollowthruError):
            act(told)
        assert state(told) == before
        return
    act(told)
    row = task(told, 1)
    became = "there" if row.promised_on == JUL[15] else "flagged" if row.reason_missing else "moved"
    assert became == wanted
    if became == "moved":
        assert row.because == "why"
    if became != "there":
        assert row.out_of_step == 1


def test_promise_fields_is_called_by_every_mover() -> None:
    root = Path(followthru.__file__).parent / "actions"
    callers = {path.name for path in root.glob("*.py") if "promise_fields(" in path.read_text(encoding="utf-8")}
    assert callers == {
        "promises.py", "edit.py", "pulling.py", "duties.py", "playbook_moves.py", "playbook_answers.py",
    }  # fmt: skip


def test_undo_and_redo_pass_the_guard_flagged(told: Context) -> None:
    move(told, 20, "the lab is late")
    tell(told, "dana", 20)
    history.undo(told)
    history.undo(told)
    assert (task(told, 1).promised_on, task(told, 1).reason_missing) == (JUL[15], False)
    history.redo(told)
    assert (task(told, 1).promised_on, task(told, 1).reason_missing, task(told, 1).because) == (JUL[20], True, None)
