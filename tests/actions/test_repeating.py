"""Work that comes back: each occurrence is a plain task, made when the one before is done and undone with it."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import edit, history, promises, tasks
from followthru.actions.context import Context
from followthru.actions.pulling import pull
from followthru.calendars.merge import Move
from followthru.domain.changes import Actor
from followthru.domain.task import How, Status
from followthru.errors import UsageError
from followthru.store import tasks as rows
from tests.storekit import FixedClock, add_person, add_practice, add_task, task


@pytest.fixture
def payroll(ctx: Context, clock: FixedClock) -> Context:
    """Task 1: payroll of July, promised to Dana for the last working day, with tags, steps and a private note."""
    add_practice(ctx)
    add_person(ctx)
    add_task(ctx, "Send payroll by 31 jul to dana @oak-street #payroll !high ~2d every last working day")
    edit.edit(ctx, 1, {"checklist": "[x] hours in; file sent", "kind": "payroll", "notes": "use the new form"})
    return ctx


def test_done_makes_the_next_one_untold_on_its_own_day(payroll: Context) -> None:
    done = tasks.done(payroll, 1)
    assert done.notes == ("The next one is 2, Mon 31 Aug.",)
    coming = task(payroll, 2)
    assert (coming.promised_on, coming.target_on, coming.told) == (date(2026, 8, 31), date(2026, 8, 27), 0)
    assert (coming.title, coming.tags, coming.priority, coming.kind) == (
        "Send payroll",
        ("payroll",),
        "high",
        "payroll",
    )
    assert (coming.status, coming.uid != task(payroll, 1).uid) == (Status.OPEN, True)
    assert [one.done for one in rows.checklist(payroll.read, 2)] == [False, False]
    own = rows.own_words(payroll.read, 2)
    assert (own.notes, own.repeats) == ("use the new form", "last working day")


def test_undo_takes_both_back_and_redo_brings_both(payroll: Context) -> None:
    tasks.done(payroll, 1)
    history.undo(payroll)
    assert rows.one(payroll.read, 2) is None
    assert task(payroll, 1).status is Status.OPEN
    history.redo(payroll)
    assert task(payroll, 2).promised_on == date(2026, 8, 31)


def test_it_comes_once_however_often_the_first_is_finished(payroll: Context) -> None:
    tasks.done(payroll, 1)
    tasks.reopen(payroll, 1)
    assert tasks.done(payroll, 1).notes == ()
    assert rows.one(payroll.read, 3) is None


def test_ticked_on_a_calendar_it_comes_too(payroll: Context) -> None:
    with payroll.acting() as tx:
        assert pull(payroll, tx, 1, [Move("done", False, True)])
    assert task(payroll, 2).promised_on == date(2026, 8, 31)
    history.undo(payroll)
    assert rows.one(payroll.read, 2) is None


def test_dropped_it_ends(payroll: Context) -> None:
    assert tasks.drop(payroll, 1).notes == ("Task 1 came back every last working day; it does not any more.",)
    assert rows.one(payroll.read, 2) is None


def test_the_rule_can_be_changed_and_taken_off(payroll: Context) -> None:
    edit.edit(payroll, 1, {"repeats": "every 2 weeks"})
    assert rows.own_words(payroll.read, 1).repeats == "2 weeks"
    with pytest.raises(UsageError, match="no rule"):
        edit.edit(payroll, 1, {"every": "now and then"})
    edit.edit(payroll, 1, {"every": None})
    assert tasks.done(payroll, 1).notes == ()


def test_a_moved_occurrence_does_not_move_the_series(payroll: Context) -> None:
    promises.promise(payroll, 1, promises.NewPromise(date(2026, 8, 5)), because="the bank was closed")
    tasks.done(payroll, 1)
    assert task(payroll, 2).promised_on == date(2026, 8, 31)
    assert rows.one(payroll.read, 2)


@pytest.mark.parametrize(
    ("line", "first", "second"),
    [
        ("Water plants every fri", ("target_on", date(2026, 7, 3)), ("target_on", date(2026, 7, 10))),
        ("File deadline 9 jul every quarter", ("deadline_on", date(2026, 7, 9)), ("deadline_on", date(2026, 10, 9))),
        ("Attest by 31 jul every month", ("promised_on", date(2026, 7, 31)), ("promised_on", date(2026, 8, 31))),
        ("Back up every 10 days after done", ("target_on", date(2026, 7, 11)), ("target_on", date(2026, 7, 11))),
    ],
)  # fmt: skip
def test_the_leading_date_follows_the_rule(
    ctx: Context, line: str, first: tuple[str, date], second: tuple[str, date]
) -> None:
    add_task(ctx, line)
    assert getattr(task(ctx, 1), first[0]) == first[1]
    tasks.done(ctx, 1)
    assert getattr(task(ctx, 2), second[0]) == second[1]


def test_other_dates_keep_their_distance(ctx: Context) -> None:
    add_practice(ctx)
    add_task(ctx, "Renew by 10 jul deadline 15 jul from 6 jul target 8 jul @oak-street every 2 weeks")
    tasks.done(ctx, 1)
    coming = task(ctx, 2)
    assert (coming.promised_on, coming.deadline_on, coming.starts_on, coming.target_on) == (
        date(2026, 7, 24), date(2026, 7, 29), date(2026, 7, 20), date(2026, 7, 22),
    )  # fmt: skip


def test_several_at_once_each_come_again(ctx: Context) -> None:
    for day in ("mon", "tue"):
        add_task(ctx, f"Check {day} every {day}")
    assert len(tasks.done(ctx, 1, 2).notes) == 2
    assert {task(ctx, id).target_on for id in (3, 4)} == {date(2026, 7, 13), date(2026, 7, 14)}


def test_history_of_a_kind_counts_each_occurrence(payroll: Context, clock: FixedClock) -> None:
    from followthru.store import cases

    tasks.done(payroll, 1)
    promises.tell(payroll, 2, "dana", how=How.CALL)
    tasks.done(payroll, 2, actor=Actor.ME)
    assert [one.kind for one in cases.told(payroll.read)] == ["payroll", "payroll"]
