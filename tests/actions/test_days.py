"""Working days in all shapes: half days, seasons, days that a promise keeps, leave, and where closed days send it."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import away, edit, history, practices, promises, seasons
from followthru.actions.context import Context
from followthru.actions.outlook import outlook
from followthru.domain.asked import Asked
from followthru.domain.people import RoleName
from followthru.domain.task import How
from followthru.domain.workdays import WorkCalendar
from followthru.errors import FollowthruError, NotFoundError, RefusedError, UsageError
from followthru.store import practices as stored
from followthru.store.frozen import changed_days
from tests.storekit import FixedClock, add_person, add_practice, add_task, task

FRIDAY = date(2026, 7, 10)
PROMISE = date(2026, 7, 15)


@pytest.fixture(autouse=True)
def practice(ctx: Context) -> None:
    """A practice with three days of room and two people."""
    add_practice(ctx, buffer_policy="fixed:3")
    add_person(ctx)
    add_person(ctx, "Lee Park", RoleName.STAFF)


def days(ctx: Context) -> WorkCalendar:
    return stored.work_calendar(ctx.read, stored.all_practices(ctx.read)[0].id)


def target(ctx: Context, task_id: int) -> date | None:
    return task(ctx, task_id).target_on


def test_half_a_friday_is_half_a_day_of_room(ctx: Context) -> None:
    task_id = add_task(ctx, "Renew by 15 jul @oak-street")
    assert target(ctx, task_id) == FRIDAY
    practices.edit(ctx, "oak-street", {"weekdays": "12345h"})
    assert stored.all_practices(ctx.read)[0].weekdays == "12345h"
    # Wednesday, Tuesday and Monday are the three; the target may still be the half Friday before.
    assert target(ctx, task_id) == FRIDAY
    edit.edit(ctx, task_id, {"buffer": "4"})
    assert target(ctx, task_id) == date(2026, 7, 8), "Friday and half of Thursday's work"


def test_a_day_may_be_closed_for_half_of_it(ctx: Context) -> None:
    practices.close(ctx, "oak-street", [date(2026, 7, 14)], half=True)
    assert (days(ctx).halves(date(2026, 7, 14)), days(ctx).halves(date(2026, 7, 13))) == (1, 2)
    practices.close(ctx, "oak-street", [date(2026, 7, 14)])
    assert days(ctx).halves(date(2026, 7, 14)) == 0, "closed altogether afterwards"
    history.undo(ctx)
    practices.close(ctx, "oak-street", [date(2026, 7, 14)], open_again=True)
    assert days(ctx).halves(date(2026, 7, 14)) == 2


def test_a_season_takes_days_away_and_gives_them_back(ctx: Context) -> None:
    task_id = add_task(ctx, "Renew by 15 jul @oak-street")
    seasons.season(ctx, "oak-street", (date(2026, 7, 6), date(2026, 7, 17)), weekdays="13")
    assert [day for day in range(6, 18) if days(ctx).is_working(date(2026, 7, day))] == [6, 8, 13, 15]
    assert target(ctx, task_id) == date(2026, 7, 6)
    seasons.end_season(ctx, "oak-street", (date(2026, 7, 6), date(2026, 7, 17)))
    assert target(ctx, task_id) == FRIDAY
    history.undo(ctx)
    assert target(ctx, task_id) == date(2026, 7, 6)
    with pytest.raises(NotFoundError):
        seasons.end_season(ctx, "oak-street", (date(2026, 7, 6), date(2026, 7, 16)))
    with pytest.raises(UsageError):
        seasons.season(ctx, "oak-street", (date(2026, 7, 6), date(2026, 7, 5)))


def test_a_season_of_every_year_comes_every_year(ctx: Context) -> None:
    seasons.season(ctx, "oak-street", (date(2026, 8, 1), date(2026, 8, 31)), yearly=True)
    assert not days(ctx).is_working(date(2031, 8, 13))
    assert days(ctx).is_working(date(2031, 7, 31))
    assert days(ctx).is_working(date(2025, 8, 13))


def test_what_was_told_stays_counted_as_it_was(ctx: Context, clock: FixedClock) -> None:
    told = add_task(ctx, "Renew by 15 jul to dana @oak-street")
    untold = add_task(ctx, "File by 15 jul @oak-street")
    before = task(ctx, told)
    practices.close(ctx, "oak-street", [date(2026, 7, 13), date(2026, 7, 14)])
    assert target(ctx, untold) == date(2026, 7, 8), "nobody waits for it yet: it follows"
    after = task(ctx, told)
    assert after == before, "target, room and health are as they were told"
    assert changed_days(ctx.read, told, after.practice_id)[0] == [date(2026, 7, 13), date(2026, 7, 14)]
    edit.edit(ctx, told, {"title": "Renew it"})
    assert task(ctx, told)._replace(title=before.title) == before
    edit.edit(ctx, told, {"buffer": "2"})
    assert (target(ctx, told), task(ctx, told).buffer_days) == (date(2026, 7, 13), 2), "still in those days"
    promises.promise(ctx, told, promises.NewPromise(date(2026, 7, 16)), because="the form is new")
    assert target(ctx, told) == date(2026, 7, 10), "a new promise is counted in the days as they are"
    assert changed_days(ctx.read, told, after.practice_id)[0] == []


def test_a_telling_that_is_taken_back_freezes_nothing(ctx: Context) -> None:
    task_id = add_task(ctx, "Renew by 15 jul @oak-street")
    promises.tell(ctx, task_id, "dana", how=How.CALL)
    history.undo(ctx)
    practices.close(ctx, "oak-street", [date(2026, 7, 13), date(2026, 7, 14)])
    assert target(ctx, task_id) == date(2026, 7, 8)


def remarks(ctx: Context, on: date, *people: str) -> list[str]:
    return list(outlook(ctx, ctx.read).remarks(Asked("oak-street", promised_on=on, people=people)))


def test_whoever_is_away_is_named_with_who_covers(ctx: Context) -> None:
    away.away(ctx, "dana", (date(2026, 7, 13), date(2026, 7, 17)), cover="lee")
    away.away(ctx, "me", (date(2026, 7, 22), date(2026, 7, 22)))
    assert remarks(ctx, PROMISE, "dana") == ["Dana Reyes is away then, Mon 13 Jul to Fri 17 Jul; Lee Park covers."]
    assert remarks(ctx, date(2026, 7, 18), "dana") == [
        "Dana Reyes is away that week, Mon 13 Jul to Fri 17 Jul; Lee Park covers."
    ]
    assert remarks(ctx, date(2026, 7, 20), "dana") == ["You are away that week, Wed 22 Jul."]
    assert remarks(ctx, PROMISE, "lee") == []


def test_leave_is_noted_once_and_taken_back(ctx: Context) -> None:
    span = (date(2026, 7, 13), date(2026, 7, 17))
    away.away(ctx, "dana", span)
    refused: list[tuple[type[FollowthruError], tuple[str, tuple[date, date], str | None]]] = [
        (RefusedError, ("dana", (date(2026, 7, 17), date(2026, 7, 20)), None)),
        (UsageError, ("lee", span, "lee")),
        (UsageError, ("lee", (span[1], span[0]), None)),
        (NotFoundError, ("kim", span, None)),
    ]
    for error, (who, days_, cover) in refused:
        with pytest.raises(error):
            away.away(ctx, who, days_, cover=cover)
    away.back(ctx, "dana", span)
    assert remarks(ctx, PROMISE, "dana") == []
    with pytest.raises(NotFoundError):
        away.back(ctx, "dana", span)
    history.undo(ctx)
    assert len(remarks(ctx, PROMISE, "dana")) == 1


def test_a_closed_day_goes_where_the_rule_says(ctx: Context) -> None:
    practices.close(ctx, "oak-street", [PROMISE])
    assert task(ctx, add_task(ctx, "Renew by 15 jul @oak-street")).promised_on == PROMISE, (
        "without a rule nothing moves"
    )
    assert remarks(ctx, PROMISE) == ["Wed 15 Jul is closed; the working days around it are Tue 14 Jul and Thu 16 Jul."]
    for rule, there in (("before", date(2026, 7, 14)), ("after", date(2026, 7, 16)), ("none", PROMISE)):
        practices.edit(ctx, "oak-street", {"roll": rule})
        assert task(ctx, add_task(ctx, "Renew by 15 jul to dana @oak-street")).promised_on == there
        told = ctx.read.value("SELECT promised_on FROM telling ORDER BY id DESC LIMIT 1")
        assert told == there.isoformat(), "what is told is the day that is promised"


def test_a_promise_for_today_says_that_there_is_no_room(ctx: Context) -> None:
    row = task(ctx, add_task(ctx, "Call by today @oak-street"))
    assert (row.promised_on, row.buffer_days) == (date(2026, 7, 1), 3)
    assert remarks(ctx, date(2026, 7, 1)) == [
        "Its wiggle room of 3 is more than the 1 working day there is: its target Fri 26 Jun has passed."
    ]
