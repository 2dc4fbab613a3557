"""One promise on two calendars of the PM's own, moved on both: one conflict with both dates and a way out, or none."""

from __future__ import annotations

import asyncio
import logging
from datetime import date, timedelta

import pytest

from followthru.actions import calendar_questions, sync, syncing
from followthru.actions.calendar_questions import Choice
from followthru.actions.calendars import set_up
from followthru.actions.desk import Desk
from followthru.actions.own_faults import OwnFaultError
from followthru.actions.syncing import SETTLING, Synced, sync_now, when_free
from followthru.calendars.merge import Matter, Question
from followthru.config.values import Account
from followthru.log import KeyValue
from followthru_daemon.build import CalendarsError, build_jobs
from tests.calendarkit import Booked, Phone, configuration
from tests.storekit import add_task, task

FRIDAY, MONDAY, TUESDAY = date(2026, 7, 10), date(2026, 7, 13), date(2026, 7, 14)
ON_ALL, ON_OAK = "oak-street: Renew cover", "Renew cover"
TWO = """[[calendars]]
name = "promises"
create = true
[[calendars]]
name = "oak"
create = true
practices = ["oak-street"]
"""


class Two:
    """A calendar of all practices and one of oak-street, with one promise on both."""

    def __init__(self, booked: Booked) -> None:
        booked.reconfigure(configuration(booked.server, booked.user, TWO))
        self.booked = booked
        self.every, self.oak = (Phone(set_up(booked.desk, one), booked.user) for one in booked.desk.config.calendars)
        self.number = add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
        self.sync()

    def sync(self) -> bool:
        """Sync both, which must go well; return whether there was nothing to do."""
        reports = self.booked.reports()
        for one in reports:
            if one.fault is not None:
                raise one.fault
        return all(one.report is not None and one.report.quiet for one in reports)

    def days(self) -> tuple[str, str]:
        """Return the day that each shows."""
        return self.every.days()[ON_ALL], self.oak.days()[ON_OAK]


@pytest.fixture
def two(booked: Booked) -> Two:
    """Both in step."""
    return Two(booked)


@pytest.mark.parametrize("choice", list(Choice))
def test_moved_to_two_dates_is_one_conflict_with_both_and_a_way_out(two: Two, choice: Choice) -> None:
    ctx = two.booked.desk.ctx
    two.every.move(ON_ALL, MONDAY)
    two.oak.move(ON_OAK, TUESDAY)
    two.sync()
    two.sync()
    [question] = calendar_questions.open_questions(ctx)
    assert question.questions == (Question(Matter.CONFLICT, "promised_on", MONDAY, TUESDAY),)
    assert task(ctx, two.number).promised_on == MONDAY
    assert ctx.read.value("SELECT count(*) FROM action WHERE verb = 'pull'") == 1
    calendar_questions.answer(ctx, question.link_id, choice)
    two.sync()
    two.sync()
    on = MONDAY if choice is Choice.OURS else TUESDAY
    assert task(ctx, two.number).promised_on == on
    assert two.days() == (f"{on:%Y%m%d}", f"{on:%Y%m%d}")
    assert calendar_questions.open_questions(ctx) == []
    assert two.sync()


def test_moved_to_the_same_date_is_one_move_and_no_question(two: Two) -> None:
    ctx = two.booked.desk.ctx
    two.every.move(ON_ALL, MONDAY)
    two.oak.move(ON_OAK, MONDAY)
    two.sync()
    assert calendar_questions.open_questions(ctx) == []
    assert task(ctx, two.number).promised_on == MONDAY
    assert ctx.read.value("SELECT count(*) FROM action WHERE verb = 'pull'") == 1
    assert two.days() == ("20260713", "20260713")
    assert two.sync()


def test_moved_on_one_and_renamed_on_the_other_is_both(two: Two) -> None:
    ctx = two.booked.desk.ctx
    two.every.move(ON_ALL, MONDAY)
    two.oak.retitle(ON_OAK, "Renew the cover")
    two.sync()
    two.sync()
    row = task(ctx, two.number)
    assert (row.promised_on, row.title) == (MONDAY, "Renew the cover")
    assert calendar_questions.open_questions(ctx) == []
    assert two.every.days() == {"oak-street: Renew the cover": "20260713"}
    assert two.oak.days() == {"Renew the cover": "20260713"}


def test_what_came_in_from_the_later_one_is_on_the_earlier_after_one_sync(two: Two) -> None:
    two.oak.move(ON_OAK, MONDAY)
    found = {one.calendar: one.report for one in sync_now(two.booked.desk)}
    assert two.days() == ("20260713", "20260713")
    assert [report is not None and report.pulled for report in (found["promises"], found["oak"])] == [0, 1]
    assert two.sync()


def test_somebody_who_goes_on_moving_does_not_keep_a_sync_for_ever(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, rounds = syncing.sync_patiently, 0

    async def while_moved(desk: Desk, account: Account, only: set[str] | None = None) -> list[Synced]:
        nonlocal rounds
        rounds += 1
        await asyncio.to_thread(two.oak.move, ON_OAK, MONDAY + timedelta(days=2 * rounds))
        return await plain(desk, account, {"promises", "oak"})

    monkeypatch.setattr(syncing, "sync_patiently", while_moved)
    sync_now(two.booked.desk)
    assert 1 < rounds <= 1 + SETTLING
    monkeypatch.undo()
    sync_now(two.booked.desk)
    assert two.sync()
    assert two.days() == (f"{MONDAY + timedelta(days=2 * rounds):%Y%m%d}",) * 2


def test_an_account_that_stumbles_as_a_whole_stops_no_other(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_: Desk) -> None:
        raise KeyError("Dr. Reyes")

    monkeypatch.setattr(sync, "check_place", stumble)
    for one in sync_now(two.booked.desk):
        assert isinstance(one.fault, OwnFaultError)
        assert "account home" in one.fault.message
        assert "Reyes" not in one.fault.sentences()


def test_a_fault_of_our_own_stops_one_calendar_and_is_said(two: Two, caplog: pytest.LogCaptureFixture) -> None:
    ctx = two.booked.desk.ctx
    agreed = ctx.read.value("SELECT agreed FROM link WHERE calendar = 'promises'")
    with ctx.store.writing() as tx:
        tx.run("UPDATE link SET agreed = '[\"Dr. Reyes', etag = NULL WHERE calendar = 'promises'")
    two.oak.move(ON_OAK, MONDAY)
    stopped, well = two.booked.reports()
    assert isinstance(stopped.fault, OwnFaultError)
    assert (well.fault, well.report is not None and well.report.pulled) == (None, 1)
    assert task(ctx, two.number).promised_on == MONDAY
    said = stopped.fault.sentences()
    assert "Nothing is lost" in said
    assert "decoder.py" in said
    assert "Reyes" not in said
    [record] = [one for one in caplog.records if one.levelno == logging.ERROR]
    line = KeyValue().format(record)
    assert "calendar=promises" in record.getMessage()
    assert "ledger.py" in line
    assert "Reyes" not in line
    [job] = [one for one in build_jobs(two.booked.desk) if one.name == "sync home"]
    with pytest.raises(CalendarsError, match="fault of followthru's own"):
        asyncio.run(when_free(job.run))  # what its supervisor takes for a fault, to be told and tried again
    with ctx.store.writing() as tx:
        tx.run("UPDATE link SET agreed = ? WHERE calendar = 'promises'", agreed)
    two.sync()
    assert two.days() == ("20260713", "20260713")
