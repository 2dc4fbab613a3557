"""What a forecast decides by itself: wiggle room by policy, when a deadline is begun, the date beside a told one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from followthru.actions import edit, history, past, practices, promises, tasks
from followthru.actions.context import Context
from followthru.domain.forecast import Case
from followthru.domain.health import Health, Thresholds, health_on
from followthru.domain.task import How, TaskRow
from followthru.domain.workdays import MONDAY_TO_FRIDAY
from tests.storekit import FixedClock, add_person, add_practice, add_task, task

TODAY = date(2026, 7, 1)
KIND = "licence-renewal"


@pytest.fixture(autouse=True)
def practice(ctx: Context) -> None:
    """A practice whose rule is what history says, else three days; and its owner."""
    add_practice(ctx, buffer_policy="forecast:3")
    add_person(ctx)


def lived_through(ctx: Context, count: int = 20, kind: str = KIND) -> None:
    """Bring in renewals of 1 to `count` working days: the median of 20 is 11, 90 % took 19 or fewer."""
    told = date(2026, 1, 5)
    cases = [Case("oak-street", kind, told, MONDAY_TO_FRIDAY.add(told, n + 1), n) for n in range(count)]
    past.bring_in(ctx, cases, "past.csv")


def told_row(ctx: Context, task_id: int) -> tuple[str | None, int | None]:
    found = ctx.read.row("SELECT forecast_on, forecast_chance FROM telling WHERE task_id = ? ORDER BY id", task_id)
    assert found is not None
    return found[0], found[1]


def renewal(ctx: Context, line: str = "Renew by 21 aug @oak-street kind:licence-renewal") -> TaskRow:
    return task(ctx, add_task(ctx, line))


def test_while_history_says_too_little_the_rule_says_the_room(ctx: Context) -> None:
    lived_through(ctx, 8)
    assert (renewal(ctx).buffer_days, renewal(ctx).target_source) == (3, "policy")


def test_history_says_the_room_between_the_median_and_the_date(ctx: Context) -> None:
    lived_through(ctx)
    row = renewal(ctx)
    assert (row.kind, row.buffer_days, row.target_source) == (KIND, 8, "forecast")
    mine = renewal(ctx, "Renew by 21 aug @oak-street kind:licence-renewal *private")
    assert mine.buffer_days == 17 - 11, "nobody else waits for it: 80 %"
    assert renewal(ctx, "Renew by 21 aug @oak-street kind:licence-renewal ~2d").buffer_days == 2


def test_a_share_is_of_the_time_there_is(ctx: Context) -> None:
    practices.edit(ctx, "oak-street", {"buffer_policy": "share:25%"})
    task_id = add_task(ctx, "Renew by 29 jul @oak-street")
    assert task(ctx, task_id).buffer_days == 5
    promises.promise(ctx, task_id, promises.NewPromise(date(2026, 8, 26)))
    assert task(ctx, task_id).buffer_days == 10
    edit.edit(ctx, task_id, {"starts": "2026-08-12"})
    assert task(ctx, task_id).buffer_days == 3, "ten working days are left from its start"
    history.undo(ctx)
    assert task(ctx, task_id).buffer_days == 10


def test_a_telling_keeps_the_date_that_history_supports(ctx: Context, clock: FixedClock) -> None:
    lived_through(ctx)
    row = renewal(ctx, "Renew by 7 jul to dana @oak-street kind:licence-renewal")
    honest = MONDAY_TO_FRIDAY.add(TODAY, 19)
    assert told_row(ctx, row.id) == (honest.isoformat(), 90)
    other = renewal(ctx)
    clock.advance(days=1)
    promises.tell(ctx, other.id, "dana", how=How.CALL)
    assert told_row(ctx, other.id) == (MONDAY_TO_FRIDAY.add(TODAY + timedelta(days=1), 19).isoformat(), 90)


def test_without_an_honest_date_none_is_kept(ctx: Context) -> None:
    row = renewal(ctx, "Renew by 7 jul to dana @oak-street kind:licence-renewal")
    assert told_row(ctx, row.id) == (None, None)


def stands(row: TaskRow, on: date) -> Health:
    return health_on(row.status, Thresholds(row.in_buffer_from, row.at_risk_from, row.late_from), on)


def test_a_deadline_is_begun_in_time_by_its_lead(ctx: Context) -> None:
    task_id = add_task(ctx, "File deadline 31 jul @oak-street")
    assert task(ctx, task_id).start_by_on is None, "nothing is known"
    edit.edit(ctx, task_id, {"lead": "10d"})
    row = task(ctx, task_id)
    assert row.start_by_on == date(2026, 7, 17)
    assert stands(row, date(2026, 7, 17)) is Health.ON_TRACK
    assert stands(row, date(2026, 7, 18)) is Health.AT_RISK
    tasks.start(ctx, task_id)
    assert stands(task(ctx, task_id), date(2026, 7, 18)) is Health.ON_TRACK
    practices.close(ctx, "oak-street", [date(2026, 7, 20), date(2026, 7, 21)])
    assert task(ctx, task_id).start_by_on == date(2026, 7, 15)
    edit.edit(ctx, task_id, {"deadline": None})
    assert task(ctx, task_id).start_by_on is None


def test_a_deadline_is_begun_in_time_by_what_history_says(ctx: Context) -> None:
    lived_through(ctx)
    row = renewal(ctx, "Renew deadline 31 aug @oak-street kind:licence-renewal")
    assert row.start_by_on == MONDAY_TO_FRIDAY.latest_working_day_leaving(date(2026, 8, 31), 20), "95 %"
    other = renewal(ctx, "Sort deadline 31 aug @oak-street")
    edit.edit(ctx, other.id, {"kind": KIND})
    assert task(ctx, other.id).start_by_on == row.start_by_on
    history.undo(ctx)
    # Of other kinds at the practice there are twenty as well.
    assert task(ctx, other.id).start_by_on == row.start_by_on


def test_a_past_that_is_brought_in_says_when_to_begin_what_is_there_already(ctx: Context) -> None:
    first = renewal(ctx, "Renew deadline 31 aug @oak-street kind:licence-renewal")
    by_hand = renewal(ctx, "Renew another deadline 31 aug @oak-street kind:licence-renewal")
    edit.edit(ctx, by_hand.id, {"lead": "5d"})
    over = renewal(ctx, "Renew a third deadline 31 aug @oak-street kind:licence-renewal")
    tasks.done(ctx, over.id)
    before = [task(ctx, one.id) for one in (first, by_hand, over)]
    assert first.start_by_on is None
    lived_through(ctx)
    start = MONDAY_TO_FRIDAY.latest_working_day_leaving(date(2026, 8, 31), 20)
    assert task(ctx, first.id).start_by_on == start
    assert [task(ctx, one.id) for one in before] == [task(ctx, first.id), *before[1:]]
    assert stands(task(ctx, first.id), date(2026, 8, 4)) is Health.AT_RISK
    history.undo(ctx)
    assert [task(ctx, one.id) for one in before] == before
