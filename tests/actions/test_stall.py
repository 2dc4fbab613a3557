"""Stalled: stored when something changes, true on every day, five in Today and the rest one filter away."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, note

from followthru.actions import agenda, edit, history, practices, promises, tasks
from followthru.actions.context import Context
from followthru.actions.exporting import export_lines
from followthru.actions.filters import query_for
from followthru.actions.importing import import_lines
from followthru.actions.tasks import Waiting
from followthru.domain.changes import Actor
from followthru.domain.stall import StallFacts, pace_of, stalled_by_rule
from followthru.domain.task import CLOSED, Status
from followthru.domain.workdays import MONDAY_TO_FRIDAY
from followthru.store import practices as read_practices
from followthru.store import tasks as read_tasks
from followthru.store.store import Store
from tests.actions.verbs import ANCHOR, FOUNDED, SLUGS, WITH_UNDO, Step, outcome_words, perform, work
from tests.at_length import at_length
from tests.store.oracles import movement_days
from tests.storekit import NOON, FixedClock, add_person, add_practice, add_task, memory_ctx, task

AROUND = [ANCHOR + timedelta(days=shift) for shift in range(-10, 700, 3)]


@pytest.fixture
def ctx(schema: bytes) -> Context:
    """Wednesday 1 July 2026, noon; a practice and Dana."""
    made = memory_ctx(schema, FixedClock())
    add_practice(made)
    add_person(made)
    return made


def clock(ctx: Context) -> FixedClock:
    found = ctx.store.clock
    assert isinstance(found, FixedClock)
    return found


def day(instant: str, zone: str) -> date:
    from zoneinfo import ZoneInfo

    return datetime.fromisoformat(instant).astimezone(ZoneInfo(zone)).date()


def check_stall(ctx: Context) -> None:
    """Fail unless what is stored is the rule on every day, for movements found by comparing tasks step by step."""
    moved = movement_days(ctx.read)
    places = {None: ("UTC", MONDAY_TO_FRIDAY)} | {
        one.slug: (one.timezone, read_practices.work_calendar(ctx.read, one.id))
        for one in read_practices.all_practices(ctx.read)
    }
    rows = read_tasks.rows(ctx.read, read_tasks.Query())
    gaps: dict[str, list[int]] = {}
    for row in rows:
        zone, calendar = places[row.practice]
        if row.status is Status.DONE and row.kind:
            days = [day(at, zone) for at in moved[row.id]]
            gaps.setdefault(row.kind, []).extend(
                calendar.working_days_between(one, other) for one, other in pairwise(days)
            )
    for row in rows:
        zone, calendar = places[row.practice]
        begins = row.starts_on or row.start_by_on
        facts = StallFacts(row.status, day(moved[row.id][-1], zone), begins, row.follow_up_on)
        pace = pace_of(gaps.get(row.kind or "", []))
        for today in AROUND:
            assert row.stalled(today) is stalled_by_rule(facts, pace, calendar, today), (row.id, today)


def worked(schema: bytes, steps: list[Step]) -> Context:
    """Do the steps, days apart."""
    ctx = memory_ctx(schema, FixedClock())
    for place, step in enumerate(steps):
        note(f"{step}: {outcome_words(perform(ctx, step))}")
        if place == len(FOUNDED) - 1:
            for number in range(3):
                edit.edit(ctx, add_task(ctx, f"Renewal {number} @{SLUGS[0]}"), {"kind": "renewal"})
        clock(ctx).advance(days=step.c % 17)
    return ctx


# What starts, ends and undoes movements, more often than among all verbs.
MOVERS = {name: WITH_UNDO[name] for name in ("move", "undo", "redo", "wait", "answered", "moved by calendar")}


@at_length()
@given(work(MOVERS))
def test_stored_stall_is_the_rule_however_much_it_moves(schema: bytes, steps: list[Step]) -> None:
    check_stall(worked(schema, steps))


@at_length()
@given(work())
def test_stored_stall_is_the_rule_on_every_day(schema: bytes, steps: list[Step]) -> None:
    check_stall(worked(schema, steps))


@at_length(25)
@given(work())
def test_what_is_imported_stalls_by_the_rule_too(schema: bytes, steps: list[Step]) -> None:
    lines = list(export_lines(worked(schema, steps)))
    copy = memory_ctx(schema, FixedClock(NOON + timedelta(days=200)))
    import_lines(copy, lines, "lines")
    check_stall(copy)
    clock(copy).advance(days=20)
    history.undo(copy)
    history.redo(copy)
    check_stall(copy)


def test_an_upgrade_finds_out_what_moved_when(database: Path, clock: FixedClock) -> None:
    """A store from before stall was kept has no movements; opening it makes them from its journal."""
    old = Context(Store.open(database, clock), zone="UTC", my_name="Robin")
    add_practice(old)
    add_task(old, "Call the lab @oak-street")
    clock.advance(days=7)
    tasks.start(old, 1)
    wanted = task(old, 1).stalled_from
    with old.store.writing() as tx:
        tx.run("DELETE FROM movement")
        tx.run("UPDATE task_dates SET stalled_from = NULL")
    assert task(old, 1).stalled_from is None
    old.store.close()
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    new = Context(Store.open(database, clock), zone="UTC", my_name="Robin")
    assert task(new, 1).stalled_from == wanted == date(2026, 7, 16)
    new.store.close()


def from_(ctx: Context, id: int = 1) -> date | None:
    return task(ctx, id).stalled_from


def test_a_movement_starts_the_count_again_and_a_note_does_not(ctx: Context) -> None:
    add_task(ctx, "Call the lab @oak-street")
    assert from_(ctx) == date(2026, 7, 9)
    clock(ctx).advance(days=7)
    edit.edit(ctx, 1, {"notes": "left a message", "title": "Ring the lab", "tags": "+lab", "priority": "high"})
    assert from_(ctx) == date(2026, 7, 9)
    for number, act in enumerate(
        (
            lambda: tasks.start(ctx, 1),
            lambda: edit.edit(ctx, 1, {"checklist": "ask; file"}),
            lambda: edit.edit(ctx, 1, {"checklist": "[x] ask; file"}),
            lambda: promises.promise(ctx, 1, promises.NewPromise(date(2026, 9, 1))),
            lambda: tasks.wait(ctx, 1, Waiting("dana", "the form")),
            lambda: tasks.answered(ctx, 1, "here it is"),
            lambda: promises.promise(ctx, 1, promises.NewPromise(date(2026, 9, 2)), actor=Actor.CALENDAR),
        )
    ):
        clock(ctx).advance(days=7)
        act()
        assert from_(ctx) == date(2026, 7, 22) + timedelta(days=1 + 7 * number), number


def test_what_is_undone_is_no_movement(ctx: Context) -> None:
    add_task(ctx, "Call the lab @oak-street")
    before = from_(ctx)
    clock(ctx).advance(days=7)
    tasks.start(ctx, 1)
    moved = from_(ctx)
    assert moved != before
    clock(ctx).advance(days=1)
    history.undo(ctx)
    assert from_(ctx) == before
    clock(ctx).advance(days=1)
    history.redo(ctx)
    assert from_(ctx) == moved


def test_a_subtask_moves_its_parent(ctx: Context) -> None:
    add_task(ctx, "Open the second room @oak-street")
    add_task(ctx, "Order chairs @oak-street")
    clock(ctx).advance(days=7)
    edit.edit(ctx, 2, {"parent": "1"})
    assert (from_(ctx, 1), from_(ctx, 2)) == (date(2026, 7, 16), date(2026, 7, 9))
    clock(ctx).advance(days=7)
    tasks.done(ctx, 2)
    assert from_(ctx, 1) == date(2026, 7, 23)
    history.undo(ctx)
    assert (from_(ctx, 1), from_(ctx, 2)) == (date(2026, 7, 16), date(2026, 7, 9))


def test_a_practice_that_changes_its_days_moves_nothing(ctx: Context) -> None:
    add_task(ctx, "x by 2026-08-03 ~2d @oak-street")
    assert from_(ctx) == date(2026, 7, 9)
    clock(ctx).advance(days=5)
    practices.edit(ctx, "oak-street", {"buffer_policy": "fixed:4"})
    practices.close(ctx, "oak-street", [date(2026, 7, 30), date(2026, 7, 6)])
    assert task(ctx, 1).target_on == date(2026, 7, 29)
    assert from_(ctx) == date(2026, 7, 10), "a closed day counts for nothing"


def finished(ctx: Context, gap: int, title: str) -> int:
    id = add_task(ctx, f"{title} @oak-street")
    edit.edit(ctx, id, {"kind": "renewal"})
    clock(ctx).advance(days=gap)
    tasks.done(ctx, id)
    return id


def test_a_slow_kind_has_more_time(ctx: Context) -> None:
    finished(ctx, 28, "Slow")
    waiting = add_task(ctx, "x @oak-street")
    edit.edit(ctx, waiting, {"kind": "renewal"})
    assert clock(ctx).today == date(2026, 7, 29)
    assert from_(ctx, waiting) == MONDAY_TO_FRIDAY.add(date(2026, 7, 29), 21), "20 working days are usual for it"
    history.undo(ctx)
    assert from_(ctx, waiting) == date(2026, 8, 6)
    history.redo(ctx)
    finished(ctx, 0, "Quick")
    assert from_(ctx, waiting) == MONDAY_TO_FRIDAY.add(date(2026, 7, 29), 11), "between 0 and 20: 10"
    history.undo(ctx)
    assert from_(ctx, waiting) == MONDAY_TO_FRIDAY.add(date(2026, 7, 29), 21)
    tasks.reopen(ctx, 1)
    assert from_(ctx, waiting) == MONDAY_TO_FRIDAY.add(date(2026, 7, 29), 6)


def test_today_shows_five_and_a_filter_all(ctx: Context) -> None:
    for number in range(7):
        add_task(ctx, f"still {number} @oak-street")
    add_task(ctx, "late by 2026-07-02 @oak-street")
    add_task(ctx, "put off from 2026-12-01 @oak-street")
    add_task(ctx, "begun @oak-street")
    tasks.start(ctx, 10)
    clock(ctx).advance(days=30)
    sections = {one.name: (len(one.tasks), one.total) for one in agenda.today_sections(ctx, ctx.read)}
    assert sections == {"late": (1, 1), "stalled": (5, 8)}
    assert len(read_tasks.ids(ctx.read, query_for(ctx, ctx.read, ["is:stalled"]))) == 9
    tasks.done(ctx, 1)
    assert len(read_tasks.ids(ctx.read, query_for(ctx, ctx.read, ["is:stalled"]))) == 8
    assert task(ctx, 1).status in CLOSED


def test_each_practice_counts_its_own_days(schema: bytes) -> None:
    ctx = memory_ctx(schema, FixedClock(datetime(2026, 7, 1, 20, tzinfo=UTC)))
    add_practice(ctx, timezone="Pacific/Auckland")
    add_task(ctx, "x @oak-street")
    assert from_(ctx) == date(2026, 7, 10), "it was the 2nd there"
    practices.edit(ctx, "oak-street", {"timezone": "UTC"})
    assert from_(ctx) == date(2026, 7, 9)


def test_a_start_near_the_end_of_days_never_stalls(ctx: Context) -> None:
    add_task(ctx, "x from 9999-12-30 @oak-street")
    assert from_(ctx) is None
