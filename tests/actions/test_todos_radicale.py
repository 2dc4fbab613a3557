"""Todos of a real store on a real Radicale: ticked, moved, without a date, and shown as something else later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from followthru.actions import compliance, edit, history, tasks
from followthru.actions.calendar_questions import Choice, answer, open_questions
from followthru.actions.calendar_standing import standings
from followthru.actions.calendars import set_up
from followthru.actions.desk import open_desk
from followthru.calendars.errors import WrongKindError
from followthru.config.places import home
from followthru.config.reading import load
from followthru.demo.radicale import Radicale
from followthru.domain.evidence import Form, Piece, Shown
from followthru.domain.task import Status
from followthru.store import links
from tests.calendarkit import Booked, configuration, make_collection, secret
from tests.storekit import FixedClock, add_person, add_practice, add_task, copy_database, task

TITLE = "oak-street: Renew cover"
FRIDAY, MONDAY = date(2026, 7, 10), date(2026, 7, 13)
REFUSED = (
    "Task {} closes only with something to show: Renew cover. "
    "`followthru done {} --evidence …` takes a note, an address or a file"
)
LINE = "Renew cover by 2026-07-10 @oak-street"


@pytest.fixture
def listed(radicale: Radicale, user: str, blank_database: Path, clock: FixedClock) -> Iterator[Booked]:
    """A desk whose one calendar is a list of todos, made by followthru."""
    place = home()
    secret(place.config.parent)
    copy_database(blank_database, place.database)
    table = '[[calendars]]\nname = "promises"\ncreate = true\nas = "tasks"\ntargets = true\n'
    place.config.write_text(configuration(radicale.url, user, table), encoding="utf-8")
    desk = open_desk(place, load(place.config), clock)
    add_practice(desk.ctx)
    add_person(desk.ctx)
    yield Booked(desk, radicale.url, set_up(desk, desk.config.calendar("promises")), user, clock)
    desk.ctx.store.close()


def test_a_todo_ticked_on_the_phone_is_done_undoable_and_unticked_is_open(listed: Booked) -> None:
    ctx = listed.desk.ctx
    number = add_task(ctx, LINE)
    assert listed.sync().created == 1
    [text] = listed.phone.todos().values()
    assert "DUE;VALUE=DATE:20260710" in text
    listed.phone.rewrite(TITLE, "STATUS:NEEDS-ACTION", "STATUS:COMPLETED")
    assert listed.sync().pulled == 1
    assert task(ctx, number).status is Status.DONE
    assert listed.sync().quiet
    history.undo(ctx)
    assert task(ctx, number).status is Status.OPEN
    assert listed.sync().updated == 1
    assert "STATUS:NEEDS-ACTION" in listed.phone.todos()[TITLE]
    tasks.done(ctx, number)
    assert listed.sync().updated == 1
    assert "PERCENT-COMPLETE:100" in listed.phone.todos()[TITLE]
    listed.phone.rewrite(TITLE, "STATUS:COMPLETED", "STATUS:NEEDS-ACTION")
    assert listed.sync().pulled == 1
    assert task(ctx, number).status is Status.OPEN
    [standing] = standings(listed.desk)
    assert (standing.pending, standing.shown, standing.questions) == (0, 1, 0)


def test_a_tick_of_what_has_to_be_shown_waits_for_its_evidence(listed: Booked) -> None:
    """Neither the tick nor the guard is lost: it is said at each sync, and counts once there is something to show."""
    ctx = listed.desk.ctx
    number = add_task(ctx, LINE)
    refused = REFUSED.format(number, number)
    edit.edit(ctx, number, {"evidence": "yes"})
    assert listed.sync().created == 1
    listed.phone.rewrite(TITLE, "STATUS:NEEDS-ACTION", "STATUS:COMPLETED")
    for _ in range(2):
        report = listed.sync()
        assert (report.pulled, report.updated) == (0, 0)
        assert [problem.reason for problem in report.problems] == [refused]
        assert task(ctx, number).status is Status.OPEN
        assert "STATUS:COMPLETED" in listed.phone.todos()[TITLE]
        assert [one.fault for one in standings(listed.desk)] == [f"Task {number}, promise: {refused}."]
    compliance.add(ctx, number, Shown((Piece(Form.NOTE, "The broker confirmed it"),)))
    assert listed.sync().pulled == 1
    assert task(ctx, number).status is Status.DONE
    assert listed.sync().quiet


def test_a_done_todo_goes_after_a_fortnight(listed: Booked) -> None:
    number = add_task(listed.desk.ctx, LINE)
    listed.sync()
    tasks.done(listed.desk.ctx, number)
    listed.sync()
    listed.clock.advance(days=15)
    assert listed.sync().removed == 1
    assert listed.phone.todos() == {}


def test_a_todo_begins_on_its_target_and_a_moved_one_before_its_new_day(listed: Booked) -> None:
    number = add_task(listed.desk.ctx, f"{LINE} ~3d")
    listed.sync()
    assert "DTSTART;VALUE=DATE:20260707" in listed.phone.todos()[TITLE]
    listed.phone.rewrite(TITLE, "20260710", "20260717")
    assert listed.sync().pulled == 1
    assert task(listed.desk.ctx, number).promised_on == date(2026, 7, 17)
    listed.sync()
    assert task(listed.desk.ctx, number).target_on == date(2026, 7, 14)
    assert "DTSTART;VALUE=DATE:20260714" in listed.phone.todos()[TITLE]
    assert listed.sync().quiet


@pytest.mark.parametrize("choice", Choice)
def test_a_date_that_was_taken_off_is_kept_or_given_up_by_an_answer(listed: Booked, choice: Choice) -> None:
    number = add_task(listed.desk.ctx, f"{LINE}")
    listed.sync()
    listed.phone.rewrite(TITLE, "DUE;VALUE=DATE:20260710\r\n", "")
    assert listed.sync().asked == 1
    [question] = open_questions(listed.desk.ctx)
    assert [(one.field, one.ours, one.theirs) for one in question.questions] == [("promised_on", FRIDAY, None)]
    answer(listed.desk.ctx, question.link_id, choice)
    listed.sync()
    kept = choice is Choice.OURS
    assert task(listed.desk.ctx, number).promised_on == (FRIDAY if kept else None)
    assert [("DUE;VALUE=DATE:20260710" in text) for text in listed.phone.todos().values()] == ([True] if kept else [])
    assert listed.sync().quiet
    assert open_questions(listed.desk.ctx) == []


def test_a_calendar_changed_to_tasks_has_todos_after_one_sync(radicale: Radicale, booked: Booked) -> None:
    url = make_collection(radicale, booked.user, "both", ("VEVENT", "VTODO"))
    table = f'[[calendars]]\nname = "promises"\ncollection = "{url}"\n'
    booked.reconfigure(configuration(radicale.url, booked.user, table))
    booked.phone.url = url
    number = add_task(booked.desk.ctx, LINE)
    assert booked.sync().created == 1
    assert booked.phone.days() == {TITLE: "20260710"}
    booked.phone.move(TITLE, MONDAY)
    booked.reconfigure(configuration(radicale.url, booked.user, f'{table}as = "tasks"\n'))
    report = booked.sync()
    assert (report.created, report.removed, report.pulled) == (1, 1, 1)
    assert task(booked.desk.ctx, number).promised_on == MONDAY
    assert booked.phone.events() == {}
    assert "DUE;VALUE=DATE:20260713" in booked.phone.todos()[TITLE]
    forms = [(row.form, row.generation, row.state) for row in links.links(booked.desk.ctx.read, "promises")]
    assert forms == [("event", 1, "gone"), ("todo", 2, "linked")]
    assert booked.sync().quiet


def test_a_calendar_of_events_changed_to_tasks_is_refused_and_left_as_it_is(booked: Booked) -> None:
    add_task(booked.desk.ctx, LINE)
    booked.sync()
    table = '[[calendars]]\nname = "promises"\ncreate = true\nas = "tasks"\n'
    booked.reconfigure(configuration(booked.server, booked.user, table))
    [report] = booked.reports()
    assert isinstance(report.fault, WrongKindError)
    assert "takes no todos" in str(report.fault)
    assert "`followthru calendar setup promises --new`" in report.fault.remedy
    assert booked.phone.days() == {TITLE: "20260710"}
