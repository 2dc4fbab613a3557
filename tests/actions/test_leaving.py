"""What somebody edited on an event that leaves its calendar at the same time: taken over, or said to be lost."""

from __future__ import annotations

from datetime import date, time

import pytest

from followthru.actions import promises, tasks
from followthru.actions.calendars import set_up
from followthru.actions.edit import edit
from followthru.actions.promises import NewPromise
from tests.calendarkit import Booked, Phone, configuration
from tests.storekit import add_practice, add_task, task

MONDAY = date(2026, 7, 13)
EACH = """[[calendars]]
name = "oak"
create = true
practices = ["oak-street"]
[[calendars]]
name = "elm"
create = true
practices = ["elm"]
"""


class Each:
    """A calendar for each of two practices, and one promise of oak-street."""

    def __init__(self, booked: Booked) -> None:
        booked.reconfigure(configuration(booked.server, booked.user, EACH))
        self.booked, self.ctx = booked, booked.desk.ctx
        add_practice(self.ctx, "elm", timezone="America/New_York")
        self.oak, self.elm = (Phone(set_up(booked.desk, one), booked.user) for one in booked.desk.config.calendars)
        self.number = add_task(self.ctx, "Renew cover by 2026-07-10 @oak-street")
        self.sync()

    def sync(self) -> list[str]:
        """Sync until nothing is left to do; return what was said of single events."""
        said: list[str] = []
        for _ in range(4):
            reports = self.booked.reports(asked=True)
            assert [one.fault for one in reports] == [None, None]
            every = [one.report for one in reports if one.report is not None]
            said += [problem.reason for report in every for problem in report.problems]
            if all(report.quiet for report in every):
                return said
        raise AssertionError("it never comes to rest")


@pytest.fixture
def each(booked: Booked) -> Each:
    """Both in step."""
    return Each(booked)


def test_moved_there_while_its_practice_is_changed_here_is_both(each: Each) -> None:
    each.oak.move("Renew cover", MONDAY)
    edit(each.ctx, each.number, {"practice": "elm"})
    assert each.sync() == []
    assert task(each.ctx, each.number).promised_on == MONDAY
    assert (each.oak.days(), each.elm.days()) == ({}, {"Renew cover": "20260713"})


def test_renamed_and_timed_there_while_its_practice_is_changed_here_is_both(each: Each) -> None:
    promises.promise(each.ctx, each.number, NewPromise(MONDAY, time(14)))
    each.sync()
    each.oak.rewrite("Renew cover (14:00)", "Renew cover (14:00)", "Renew the cover (14:00)")
    edit(each.ctx, each.number, {"practice": "elm"})
    assert each.sync() == []
    row = task(each.ctx, each.number)
    assert (row.title, row.promised_on, row.promised_time) == ("Renew the cover", MONDAY, "14:00")
    assert list(each.elm.days()) == ["Renew the cover (14:00)"]


def test_moved_there_while_its_date_is_taken_off_here_is_said(each: Each) -> None:
    each.oak.move("Renew cover", MONDAY)
    edit(each.ctx, each.number, {"promised_on": None})
    [said] = each.sync()
    assert "promised Mon 13 Jul 2026" in said
    assert task(each.ctx, each.number).promised_on is None
    assert each.oak.days() == {}


def test_moved_there_while_it_is_dropped_here_stays_dropped(each: Each) -> None:
    each.oak.move("Renew cover", MONDAY)
    tasks.drop(each.ctx, each.number)
    assert each.sync() == []
    assert (str(task(each.ctx, each.number).status), each.oak.days()) == ("dropped", {})


def test_what_was_not_edited_there_is_not_spoken_of(each: Each) -> None:
    edit(each.ctx, each.number, {"practice": "elm", "title": "Renew it"})
    assert each.sync() == []
    assert (each.oak.days(), each.elm.days()) == ({}, {"Renew it": "20260710"})
    assert each.ctx.read.value("SELECT count(*) FROM action WHERE verb = 'pull'") == 0
