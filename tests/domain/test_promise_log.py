"""The log of a promise: what is said of each step, in which order, and what is counted."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.domain.promise_log import Entry, Step, What, entries, moves, out_of_step, waited
from followthru.domain.task import Status, Telling
from followthru.domain.workdays import MONDAY_TO_FRIDAY

FRIDAY, NEXT = date(2027, 1, 15), date(2027, 1, 22)
MONDAY = date(2027, 1, 4)
CLIENTS = frozenset({1, 2})


def step(
    day: int,
    promised: date | None = None,
    status: Status = Status.OPEN,
    *,
    waiting_on: int | None = None,
    because: str | None = None,
    by: str = "me",
) -> Step:
    """What was so from a day of January on; the action has its number."""
    return Step(day, f"2027-01-{day:02}T09:00:00Z", date(2027, 1, day), by, because, promised, status, waiting_on)


def telling(day: int, promised: date, person: str = "dana", *, hour: int = 9, retracted: bool = False) -> Telling:
    at = f"2027-01-{day:02}T{hour:02}:00:00Z"
    return Telling(1, 1, 1, person, promised, date(2027, 1, day), at, "call", retracted)


def brief(steps: list[Step]) -> list[tuple[int, What, date | None, date | None]]:
    return [(one.on.day, one.what, one.date, one.before) for one in entries(steps, [])]


def test_a_date_is_promised_moved_and_cleared() -> None:
    steps = [step(4), step(5, FRIDAY), step(6, FRIDAY), step(7, NEXT), step(8), step(9, FRIDAY)]
    assert brief(steps) == [
        (5, What.PROMISED, FRIDAY, None),
        (7, What.MOVED, NEXT, FRIDAY),
        (8, What.CLEARED, None, NEXT),
        (9, What.PROMISED, FRIDAY, None),
    ]
    assert brief([step(4, FRIDAY)]) == [(4, What.PROMISED, FRIDAY, None)], "promised as it was added"
    assert moves(entries(steps, [])) == 2
    assert moves(entries(steps[:3], [])) == 0


def test_work_is_done_dropped_and_taken_up_again() -> None:
    done, dropped, open_ = (
        step(day, None, one) for day, one in ((5, Status.DONE), (6, Status.DROPPED), (7, Status.OPEN))
    )
    assert brief([step(4), done, dropped, open_, step(8, None, Status.STARTED)]) == [
        (5, What.DONE, None, None),
        (6, What.DROPPED, None, None),
        (7, What.REOPENED, None, None),
    ]
    assert brief([done]) == [(5, What.DONE, None, None)], "added as done"
    assert brief([step(4, None, Status.INBOX), step(5, None, Status.WAITING)]) == []


def test_who_moved_it_and_why_is_said() -> None:
    [moved] = entries([step(5), step(7, FRIDAY, because="the lab is closed", by="calendar")], [])
    assert moved == Entry(
        *("2027-01-07T09:00:00Z", date(2027, 1, 7), What.PROMISED, FRIDAY), because="the lab is closed", by="calendar"
    )
    [done] = entries([step(5), step(7, None, Status.DONE, because="never read", by="calendar")], [])
    assert (done.by, done.because) == ("calendar", None)
    [_, again] = entries([step(5, None, Status.DONE), step(7, by="undo")], [])
    assert (again.what, again.by) == (What.REOPENED, "undo")


def test_tellings_stand_where_they_happened() -> None:
    steps = [step(4, FRIDAY), step(6, NEXT)]
    told = [
        (7, telling(7, NEXT)),
        (5, telling(5, FRIDAY, retracted=True)),
        (6, telling(6, NEXT, "bob")),
        (3, telling(4, FRIDAY, "sam")),
    ]
    log = entries(steps, told)
    assert [(one.on.day, one.what, one.person, one.date) for one in log] == [
        (4, What.TOLD, "sam", FRIDAY),
        (4, What.PROMISED, None, FRIDAY),
        (5, What.TOLD, "dana", FRIDAY),
        (6, What.MOVED, None, NEXT),
        (6, What.TOLD, "bob", NEXT),
        (7, What.TOLD, "dana", NEXT),
    ], "of one instant in the order of the journal; of one action the step comes before its telling"
    assert log[2] == Entry(
        *("2027-01-05T09:00:00Z", date(2027, 1, 5), What.TOLD, FRIDAY), person="dana", how="call", retracted=True
    )
    assert [one.retracted for one in log] == [False, False, True, False, False, False]


def test_out_of_step_is_who_was_last_told_another_date() -> None:
    told = [
        telling(4, FRIDAY),
        telling(4, FRIDAY, "bob"),
        telling(4, NEXT, "sam"),
        telling(6, NEXT),
        telling(6, NEXT, "bob", retracted=True),
    ]
    assert out_of_step(told, NEXT) == {"bob": FRIDAY}
    assert out_of_step(told, None) == {"dana": NEXT, "bob": FRIDAY, "sam": NEXT}
    assert out_of_step([], FRIDAY) == {}


BRIEFLY = [step(4, None, Status.WAITING, waiting_on=1), step(5)]


@pytest.mark.parametrize(
    ("steps", "since", "until", "days"),
    [
        ([step(4, None, Status.WAITING, waiting_on=1)], MONDAY, FRIDAY, 9),
        ([step(4), step(6, None, Status.WAITING, waiting_on=2), step(8)], MONDAY, FRIDAY, 2),
        ([*BRIEFLY, step(6, None, Status.WAITING, waiting_on=1)], MONDAY, FRIDAY, 8),
        ([], MONDAY, FRIDAY, 0),
        ([step(4, None, Status.WAITING, waiting_on=3)], MONDAY, FRIDAY, 0),
        ([step(4, None, Status.WAITING)], MONDAY, FRIDAY, 0),
        ([step(4, None, Status.STARTED, waiting_on=1)], MONDAY, FRIDAY, 0),
        ([step(4, None, Status.WAITING, waiting_on=1)], date(2027, 1, 13), FRIDAY, 2),
        ([step(4, None, Status.WAITING, waiting_on=1), step(8)], date(2027, 1, 13), FRIDAY, 0),
        ([step(18, None, Status.WAITING, waiting_on=1)], MONDAY, FRIDAY, 0),
        ([step(4, None, Status.WAITING, waiting_on=1), step(20)], MONDAY, FRIDAY, 9),
    ],
)  # fmt: skip
def test_days_waited_on_clients_are_working_days_of_the_span(
    steps: list[Step], since: date, until: date, days: int
) -> None:
    assert waited(steps, CLIENTS, since, until, MONDAY_TO_FRIDAY) == days
