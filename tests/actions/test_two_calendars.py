"""One promise on two calendars of the PM's own, moved on both: one conflict with both dates and a way out, or none."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import calendars
from followthru.actions.calendars import Choice, set_up
from followthru.calendars.merge import Matter, Question
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
    [question] = calendars.open_questions(ctx)
    assert question.questions == (Question(Matter.CONFLICT, "promised_on", MONDAY, TUESDAY),)
    assert task(ctx, two.number).promised_on == MONDAY
    assert ctx.read.value("SELECT count(*) FROM action WHERE verb = 'pull'") == 1
    calendars.answer(ctx, question.link_id, choice)
    two.sync()
    two.sync()
    on = MONDAY if choice is Choice.OURS else TUESDAY
    assert task(ctx, two.number).promised_on == on
    assert two.days() == (f"{on:%Y%m%d}", f"{on:%Y%m%d}")
    assert calendars.open_questions(ctx) == []
    assert two.sync()


def test_moved_to_the_same_date_is_one_move_and_no_question(two: Two) -> None:
    ctx = two.booked.desk.ctx
    two.every.move(ON_ALL, MONDAY)
    two.oak.move(ON_OAK, MONDAY)
    two.sync()
    assert calendars.open_questions(ctx) == []
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
    assert calendars.open_questions(ctx) == []
    assert two.every.days() == {"oak-street: Renew the cover": "20260713"}
    assert two.oak.days() == {"Renew the cover": "20260713"}
