"""A store brought back from an older copy: what became different meanwhile is taken over, asked about or told of."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from followthru.actions import calendar_questions, edit, promises, tasks
from followthru.actions.calendar_questions import Choice
from followthru.actions.calendar_standing import standings
from followthru.actions.desk import open_desk
from followthru.actions.promises import NewPromise
from followthru.calendars.links import LinkState
from followthru.config.reading import load
from followthru.domain.task import Status
from followthru.store import links
from tests.calendarkit import Booked
from tests.storekit import add_task, task

FRIDAY, MONDAY = date(2026, 7, 10), date(2026, 7, 13)


def restore(booked: Booked, copy: Path) -> None:
    """Put a copy of the store in its place a day later, as whoever restores a backup does."""
    booked.clock.advance(days=1, hours=1)
    booked.desk.ctx.store.close()
    shutil.copyfile(copy, booked.home.database)
    booked.desk = open_desk(booked.home, load(booked.home.config), booked.clock)


def back_up(booked: Booked, to: Path) -> Path:
    """Copy the store as it is now."""
    shutil.copyfile(booked.home.database, to)
    return to


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Where the copy goes."""
    return tmp_path / "copy.db"


def test_every_difference_is_taken_over_asked_about_or_told_of(booked_on_each: Booked, copy: Path) -> None:
    booked = booked_on_each
    ctx = booked.desk.ctx
    moved, dropped, renamed, ticked, again = (
        add_task(ctx, f"{name} by 2026-07-10 @oak-street")
        for name in ("Moved", "Dropped", "Renamed", "Ticked", "Again")
    )
    undated = add_task(ctx, "Undated @oak-street")
    booked.sync()
    back_up(booked, copy)

    promises.promise(ctx, moved, NewPromise(MONDAY))
    tasks.drop(ctx, dropped)
    edit.edit(ctx, renamed, {"title": "Named anew"})
    tasks.done(ctx, ticked)
    promises.promise(ctx, undated, NewPromise(MONDAY))
    add_task(ctx, "Made later by 2026-07-10 @oak-street")
    booked.sync()
    booked.phone.delete("oak-street: Again")
    booked.sync()
    [question] = calendar_questions.open_questions(ctx)
    calendar_questions.answer(ctx, question.link_id, Choice.OURS)
    booked.phone.add()
    booked.sync()
    booked.sync()
    before = booked.phone.names()
    assert len(before) == 7

    restore(booked, copy)
    ctx = booked.desk.ctx
    booked.sync()
    booked.sync()
    assert booked.phone.names() == before, "nothing was made twice, deleted or written over"
    assert task(ctx, moved).promised_on == MONDAY
    assert task(ctx, renamed).title == "Named anew"
    assert task(ctx, ticked).status is Status.DONE
    [question] = calendar_questions.open_questions(ctx)
    assert (question.task_id, question.state) == (dropped, LinkState.UNLINKED)
    assert task(ctx, dropped).status is Status.OPEN
    told = {one.kind: one.reason for one in standings(booked.desk)[0].others}
    assert told.keys() == {"unknown", "unshown"}
    assert "a restored backup" in told["unknown"]
    assert f"task {undated}" in told["unshown"]
    found = [link for link in links.links(ctx.read, "promises") if link.task_id == again]
    assert [(link.generation, link.state) for link in found] == [(1, "gone"), (2, "linked")]
    taken = ctx.read.rows("SELECT count(*) FROM task WHERE title = ?", "Somebody else's 1")
    assert [int(row[0]) for row in taken] == [1], "what was noted on the phone is a task again, once"
    assert booked.sync().quiet

    promises.promise(ctx, undated, NewPromise(MONDAY))
    booked.sync()
    assert booked.phone.names() == before, "the event that shows it already is found again"
    assert {one.kind for one in standings(booked.desk)[0].others} == {"unknown"}
    promises.promise(ctx, again, NewPromise(MONDAY))
    assert booked.sync().updated == 1
    assert booked.phone.days()["oak-street: Again"] == "20260713"


def test_the_same_field_moved_after_both_is_asked_about(booked: Booked, copy: Path) -> None:
    number = add_task(booked.desk.ctx, "Moved by 2026-07-10 @oak-street")
    booked.sync()
    back_up(booked, copy)
    promises.promise(booked.desk.ctx, number, NewPromise(MONDAY))
    booked.sync()
    restore(booked, copy)
    promises.promise(booked.desk.ctx, number, NewPromise(date(2026, 7, 15)))
    booked.sync()
    [question] = calendar_questions.open_questions(booked.desk.ctx)
    [asked] = question.questions
    assert (asked.ours, asked.theirs) == (date(2026, 7, 15), MONDAY)
    assert booked.phone.days() == {"oak-street: Moved": "20260713"}


def test_a_request_that_was_under_way_in_the_copy_is_settled_by_what_is_there(booked: Booked, copy: Path) -> None:
    number = add_task(booked.desk.ctx, "Moved by 2026-07-10 @oak-street")
    booked.sync()
    with booked.desk.ctx.store.writing() as tx:
        [link] = links.links(tx, "promises")
        row = links.OperationRow(0, link.id, "update", link.etag, link.base, link.agreed, None)
        links.begin(tx, row)
    back_up(booked, copy)
    booked.sync()
    promises.promise(booked.desk.ctx, number, NewPromise(MONDAY))
    booked.sync()
    restore(booked, copy)
    booked.sync()
    assert task(booked.desk.ctx, number).promised_on == MONDAY
    assert calendar_questions.open_questions(booked.desk.ctx) == []
    assert booked.sync().quiet
    assert len(booked.phone.names()) == 1


def test_many_that_are_gone_since_are_asked_about_at_once_and_nothing_comes_back(booked: Booked, copy: Path) -> None:
    numbers = [add_task(booked.desk.ctx, f"Task {n} by 2026-07-10 @oak-street") for n in range(6)]
    booked.sync()
    back_up(booked, copy)
    tasks.drop(booked.desk.ctx, *numbers)
    add_task(booked.desk.ctx, "Made later by 2026-07-10 @oak-street")
    booked.sync()
    restore(booked, copy)
    [report] = booked.reports()
    assert report.fault is not None
    assert "6 of 6 known objects are missing" in report.fault.message
    calendar_questions.confirm(booked.desk.ctx, "promises")
    booked.sync()
    assert sorted(one.task_id for one in calendar_questions.open_questions(booked.desk.ctx)) == numbers
    assert len(booked.phone.names()) == 1
