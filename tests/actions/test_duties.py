"""Work that comes back, once it does not go by the rule: skipped, moved, paused, ended, caught up; and its year."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import duties, edit, history, practices, tasks
from followthru.actions.context import Context
from followthru.domain.task import Status
from followthru.errors import RefusedError, UsageError
from followthru.store import tasks as rows
from tests.storekit import FixedClock, add_person, add_practice, add_task, task

JUL = {day: date(2026, 7, day) for day in range(1, 32)}


@pytest.fixture
def office(ctx: Context) -> Context:
    """Oak Street, Dana, and on Mondays a huddle (task 1) of which nobody was told."""
    add_practice(ctx)
    add_person(ctx)
    add_task(ctx, "Huddle deadline 6 jul @oak-street every mon")
    return ctx


def deadline(ctx: Context, number: int) -> date | None:
    return task(ctx, number).deadline_on


def test_skipped_the_next_one_comes_in_the_same_step(office: Context) -> None:
    assert duties.skip(office, 1).task_ids == (2,)
    assert (task(office, 1).status, deadline(office, 2)) == (Status.DROPPED, JUL[13])
    history.undo(office)
    assert (task(office, 1).status, rows.one(office.read, 2)) == (Status.OPEN, None)
    history.redo(office)
    assert deadline(office, 2) == JUL[13]


def test_what_counts_from_being_done_is_skipped_from_its_own_date(office: Context, clock: FixedClock) -> None:
    number = add_task(office, "Attest deadline 10 jul @oak-street every 30 days after done")
    duties.skip(office, number)
    assert deadline(office, number + 1) == date(2026, 8, 9)
    clock.advance(days=80)  # its own date would lead to the past
    duties.skip(office, number + 1)
    assert deadline(office, number + 2) == date(2026, 10, 19)


def test_moved_once_the_rule_goes_on_from_where_it_was(office: Context) -> None:
    number = add_task(office, "Report deadline 10 jul @oak-street every 2 weeks")
    duties.move(office, number, "2026-07-15")
    assert deadline(office, number) == JUL[15]
    duties.move(office, number, "2026-07-16")
    tasks.done(office, number)
    assert deadline(office, number + 1) == JUL[24]
    tasks.done(office, number + 1)
    assert deadline(office, number + 2) == date(2026, 8, 7)


@pytest.mark.parametrize(
    ("rule", "said", "then"),
    [
        ("mon", "wed", JUL[15]),
        ("2 weeks", "2 weeks", JUL[22]),
        ("month on 6", "month on 8", date(2026, 8, 7)),  # 8 August is a Saturday
        ("3 months", "3 months", date(2026, 10, 8)),
    ],
)
def test_moved_for_good_the_rule_follows(office: Context, rule: str, said: str, then: date) -> None:
    edit.edit(office, 1, {"every": rule})
    duties.move(office, 1, "2026-07-08", all_to_come=True)
    assert rows.own_words(office.read, 1).repeats == said
    tasks.done(office, 1)
    assert deadline(office, 2) == then


def test_a_rule_that_follows_from_no_date_is_not_moved_for_good(office: Context) -> None:
    edit.edit(office, 1, {"every": "last working day"})
    with pytest.raises(RefusedError, match="does not follow from one date"):
        duties.move(office, 1, "2026-07-08", all_to_come=True)
    assert deadline(office, 1) == JUL[6]
    with pytest.raises(UsageError):
        duties.move(office, 1, "31 feb 2027")


def test_a_told_date_moves_only_with_a_reason(office: Context) -> None:
    number = add_task(office, "Numbers by 10 jul to dana @oak-street every 2 weeks")
    with pytest.raises(RefusedError, match="needs a reason"):
        duties.move(office, number, "2026-07-13")
    duties.move(office, number, "2026-07-13", because="the bank is closed")
    assert (task(office, number).promised_on, task(office, number).because) == (JUL[13], "the bank is closed")
    tasks.done(office, number)
    assert (task(office, number + 1).promised_on, task(office, number + 1).told) == (JUL[24], 0)


def test_paused_no_next_one_comes_until_it_is_resumed(office: Context, clock: FixedClock) -> None:
    duties.pause(office, 1)
    clock.advance(days=5)
    assert tasks.done(office, 1).notes == ("It is paused: the next one comes with `followthru duty resume 1`.",)
    assert rows.one(office.read, 2) is None
    clock.advance(days=10)  # Thursday 16 July
    assert duties.resume(office, 1).task_ids == (2,)
    assert deadline(office, 2) == JUL[20]
    with pytest.raises(RefusedError, match="not paused"):
        duties.resume(office, 1)
    history.undo(office)
    assert rows.one(office.read, 2) is None


def test_resumed_before_it_is_done_it_goes_on(office: Context) -> None:
    duties.pause(office, 1)
    duties.resume(office, 1)
    tasks.done(office, 1)
    assert deadline(office, 2) == JUL[13]


def test_ended_this_one_is_the_last(office: Context) -> None:
    duties.end(office, 1)
    tasks.done(office, 1)
    assert rows.one(office.read, 2) is None
    for verb in (duties.skip, duties.pause, duties.resume, duties.end):
        with pytest.raises(RefusedError, match="does not come back"):
            verb(office, 1)


@pytest.mark.parametrize(("how", "then"), [(None, JUL[27]), ("one", JUL[20]), ("all", JUL[13])])
def test_missed_ones_are_passed_over_or_caught_up(
    office: Context, clock: FixedClock, how: str | None, then: date
) -> None:
    edit.edit(office, 1, {"catch_up": how})
    clock.advance(days=22)  # Thursday 23 July
    tasks.done(office, 1)
    assert deadline(office, 2) == then
    tasks.done(office, 2)
    expected = {None: date(2026, 8, 3), "one": JUL[27], "all": JUL[20]}[how]
    assert deadline(office, 3) == expected


def test_a_window_starts_at_its_beginning_every_year(office: Context) -> None:
    number = add_task(office, "Post the 300A @oak-street every 1 feb..30 apr")
    first = task(office, number)
    assert (first.title, first.target_on, first.starts_on) == ("Post the 300A", date(2027, 4, 30), date(2027, 2, 1))
    tasks.done(office, number)
    following = task(office, number + 1)
    assert (following.target_on, following.starts_on) == (date(2028, 4, 28), date(2028, 2, 1))


def test_the_year_is_what_doing_each_on_its_day_makes(office: Context, clock: FixedClock) -> None:
    """Against the store itself: each occurrence is done on its day, and those are the dates that were foretold."""
    practices.close(office, "oak-street", [date(2026, 9, 7)])
    add_task(office, "Payroll deadline 31 jul @oak-street every last working day")
    add_task(office, "Attest deadline 15 jul @oak-street every 120 days after done")
    add_task(office, "Round deadline 31 aug @oak-street every 3 months")
    duties.pause(office, add_task(office, "Paused deadline 9 jul @oak-street every thu"))
    until = date(2027, 6, 30)
    foretold = [(one.on, one.duty.title) for one in duties.preview(office.read, until)]
    assert (JUL[9], "Paused") in foretold
    assert sum(title == "Paused" for _, title in foretold) == 1
    made: list[tuple[date, str]] = []
    while True:
        coming = rows.rows(office.read)
        first = min(coming, key=lambda one: one.deadline_on or date.max, default=None)
        if first is None or first.deadline_on is None or first.deadline_on > until:
            break
        clock.advance(days=(first.deadline_on - clock.today).days)
        made.append((first.deadline_on, first.title))
        tasks.done(office, first.id)
    assert sorted(made) == sorted(foretold)
    assert len(made) > 60
