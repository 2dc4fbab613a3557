"""What a calendar shows, and in which words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from followthru.calendars.shown import Role, Shown, View, shown
from followthru.domain.task import Audience, Status, TaskRow
from tests.calendars.memory import task

TODAY = date(2027, 1, 4)
FRIDAY = date(2027, 1, 15)
MINE = View("mine")
OAK = View("oak", practices=("oak-street",))
ZONES = {"oak-street": "America/New_York"}


def see(view: View, *tasks: TaskRow) -> tuple[Shown, ...]:
    return shown(tasks, view, today=TODAY, zones=ZONES, home_zone="Europe/Berlin")


def test_a_promise_and_a_deadline_are_an_event_each_and_a_target_only_on_demand() -> None:
    row = task(1, promised_on=FRIDAY)._replace(
        deadline_on=date(2027, 1, 20), target_on=date(2027, 1, 12), promised_time="14:00"
    )
    assert [(one.role, one.on, one.time, one.summary) for one in see(OAK, row)] == [
        (Role.PROMISE, FRIDAY, "14:00", "Renew malpractice cover (14:00)"),
        (Role.DEADLINE, date(2027, 1, 20), None, "deadline: Renew malpractice cover"),
    ]
    with_targets = see(OAK._replace(targets=True), row)
    assert with_targets[-1].summary == "target: Renew malpractice cover"


def test_a_calendar_of_several_practices_names_them() -> None:
    nowhere = task(2, promised_on=FRIDAY)._replace(practice=None, practice_id=None)
    first, second = see(MINE, task(1, promised_on=FRIDAY), nowhere)
    assert first.summary == "oak-street: Renew malpractice cover"
    assert (first.zone, second.zone) == ("America/New_York", "Europe/Berlin")
    assert second.summary == "Renew malpractice cover"


def test_other_practices_dropped_and_dateless_tasks_are_not_shown() -> None:
    other = task(1, promised_on=FRIDAY)._replace(practice="elm-road")
    dropped = task(2, promised_on=FRIDAY)._replace(status=Status.DROPPED)
    assert see(OAK, other, dropped, task(3)) == ()
    assert len(see(MINE, other)) == 1


@pytest.mark.parametrize(("days", "there"), [(0, True), (14, True), (15, False)])
def test_what_is_done_stays_fourteen_days_with_a_mark(days: int, there: bool) -> None:
    row = task(1, promised_on=FRIDAY)._replace(status=Status.DONE, done_on=TODAY - timedelta(days=days))
    events = see(OAK, row)
    assert [one.summary for one in events] == (["done: Renew malpractice cover"] if there else [])


def test_a_title_is_one_clean_line_of_bounded_length() -> None:
    [event] = see(OAK, task(1, "a\r\nATTENDEE:x\x1b[31m " + "y" * 400, FRIDAY))
    assert "\n" not in event.summary
    assert "\x1b" not in event.summary
    assert len(event.title) == 200


def test_nothing_but_title_practice_and_dates_is_in_an_event() -> None:
    row = task(1, promised_on=FRIDAY)._replace(
        because="CANARY-because", waiting_for="CANARY-waiting", tags=("CANARY-tag",), assignee="CANARY-person"
    )
    assert "CANARY" not in repr(see(MINE, row))


@pytest.mark.parametrize("audience", [Audience.OWNERS, Audience.TEAM])
def test_what_others_read_is_never_made_from_tasks(audience: Audience) -> None:
    with pytest.raises(ValueError, match="never made from tasks"):
        see(OAK._replace(audience=audience), task(1, promised_on=FRIDAY))
