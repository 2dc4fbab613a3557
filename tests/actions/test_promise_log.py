"""The promise log: everything that happened to a promise, in order, whoever did it."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import edit, history, people, promise_log, promises, tasks
from followthru.actions.context import Context
from followthru.actions.promises import NewPromise
from followthru.actions.tasks import Waiting
from followthru.domain.changes import Actor
from followthru.domain.kept import Verdict
from followthru.domain.people import RoleName
from followthru.domain.task import How
from tests.storekit import FixedClock, add_person, add_practice, add_task, memory_ctx, task

FIRST, LATER = date(2026, 7, 15), date(2026, 7, 22)


@pytest.fixture
def ctx(schema: bytes) -> Context:
    """Task 1 promised for 15 July; Dana knows, with two days of buffer."""
    made = memory_ctx(schema, FixedClock())
    add_practice(made, buffer_policy="fixed:2")
    add_person(made)
    add_person(made, "Sam Ito")
    add_task(made, "Renew licence by 15 Jul to dana @oak-street")
    return made


def advance(ctx: Context, days: int) -> None:
    clock = ctx.store.clock
    assert isinstance(clock, FixedClock)
    clock.advance(days=days)


def log(ctx: Context) -> list[tuple[str, date | None, str | None]]:
    """Each line's word, its date, and its person or reason."""
    found = promise_log.of_task(ctx, task(ctx, 1)).log
    return [(str(one.what), one.date, one.person or one.because) for one in found]


def test_all_that_happens_stands_in_order(ctx: Context) -> None:
    promises.promise(ctx, 1, NewPromise(LATER), because="the lab is late")
    promises.tell(ctx, 1, "dana", how=How.CALL)
    tasks.done(ctx, 1)
    tasks.reopen(ctx, 1)
    promises.promise(ctx, 1, NewPromise(None), because="not needed")
    tasks.drop(ctx, 1)
    assert log(ctx) == [
        ("promised", FIRST, None),
        ("told", FIRST, "dana"),
        ("moved", LATER, "the lab is late"),
        ("told", LATER, "dana"),
        ("done", None, None),
        ("reopened", None, None),
        ("cleared", None, "not needed"),
        ("dropped", None, None),
    ]


def test_it_says_who_moved_it_and_that_an_undo_did(ctx: Context) -> None:
    promises.promise(ctx, 1, NewPromise(LATER), actor=Actor.CALENDAR)
    history.undo(ctx)
    edit.edit(ctx, 1, {"promised": "20 Jul"}, because="a holiday")
    found = promise_log.of_task(ctx, task(ctx, 1)).log
    assert [(str(one.what), one.before, one.date, one.by, one.because) for one in found if one.person is None] == [
        ("promised", None, FIRST, "me", None),
        ("moved", FIRST, LATER, "calendar", None),
        ("moved", LATER, FIRST, "undo", None),
        ("moved", FIRST, date(2026, 7, 20), "me", "a holiday"),
    ]


def test_a_task_that_was_undone_and_made_again_has_one_beginning(ctx: Context) -> None:
    advance(ctx, 1)
    history.undo(ctx)
    history.redo(ctx)
    assert log(ctx) == [("promised", FIRST, None), ("told", FIRST, "dana")]


def test_out_of_step_until_each_was_told(ctx: Context) -> None:
    promises.tell(ctx, 1, "sam", how=How.MEETING)
    promises.promise(ctx, 1, NewPromise(LATER), because="the lab is late")
    assert promise_log.of_task(ctx, task(ctx, 1)).out_of_step == {"dana": FIRST, "sam": FIRST}
    promises.tell(ctx, 1, "sam", how=How.CALL)
    assert promise_log.of_task(ctx, task(ctx, 1)).out_of_step == {"dana": FIRST}
    history.undo(ctx)
    found = promise_log.of_task(ctx, task(ctx, 1))
    assert found.out_of_step == {"dana": FIRST, "sam": FIRST}
    assert [one.retracted for one in found.log if one.person == "sam"] == [False, True]
    tasks.drop(ctx, 1)
    assert promise_log.of_task(ctx, task(ctx, 1)).out_of_step == {}


def test_days_of_waiting_on_a_client_are_counted_apart(ctx: Context) -> None:
    people.add(ctx, "oak-street", people.NewPerson("Lab Ltd", "lab@lab.example", RoleName.VENDOR))
    advance(ctx, 1)
    tasks.wait(ctx, 1, Waiting("dana", "the form"))
    advance(ctx, 6)
    tasks.wait(ctx, 1, Waiting("lab", "the result"))
    advance(ctx, 1)
    tasks.answered(ctx, 1, "here")
    advance(ctx, 1)
    tasks.wait(ctx, 1, Waiting("sam", "a signature"))
    advance(ctx, 3)
    tasks.done(ctx, 1)
    advance(ctx, 30)
    found = promise_log.of_task(ctx, task(ctx, 1))
    assert (found.waited, found.verdict) == (4 + 1, Verdict.KEPT)


def test_one_promise_a_line_for_a_practice_or_a_person(ctx: Context) -> None:
    add_practice(ctx, "harbor-view")
    add_person(ctx, "Kim Vale", practice="harbor-view")
    add_task(ctx, "File taxes by 3 Jul to kim @harbor-view")
    add_task(ctx, "Not told by 3 Jul @oak-street")
    promises.tell(ctx, 1, "sam", how=How.CALL)
    advance(ctx, 5)
    everything = promise_log.of_all(ctx)
    assert [one.row.id for one in everything.promises] == [2, 1]
    assert [one.verdict for one in everything.promises] == [Verdict.MISSED, Verdict.OPEN]
    assert (everything.record.kept.of, everything.record.open) == (1, 1)
    assert [one.row.id for one in promise_log.of_all(ctx, practice="oak-street").promises] == [1]
    of_sam = promise_log.of_all(ctx, person="sam")
    assert [one.row.id for one in of_sam.promises] == [1]
    assert of_sam.record.open == 0, "it counts for who was told first"
    assert promise_log.of_all(ctx, person="dana").record.open == 1
