"""How full a week is, and which is the first that is not."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.load import Load, Task, Terms, Work, load_words, monday_of, my_terms
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar

TODAY = date(2026, 7, 1)
MONDAY = date(2026, 6, 29)
NEXT = date(2026, 7, 6)
HOURS = 60


def work(*made: tuple[str | None, date, int | None]) -> list[Work]:
    return [Work(at, on, 60 if took is None else took, 1, int(took is None)) for at, on, took in made]


def test_a_week_holds_what_is_promised_in_it_and_what_is_overdue() -> None:
    load = Load(
        work(
            ("oak", TODAY, 90),
            ("oak", date(2026, 7, 5), None),
            ("elm", date(2026, 6, 1), 30),
            ("oak", NEXT, 2 * HOURS),
        ),
        {},
        TODAY,
    )
    mine = load.week(None, MONDAY)
    assert (mine.minutes, mine.tasks, mine.unestimated, mine.capacity, mine.overfull) == (180, 3, 1, None, False)
    assert load.week("oak", MONDAY).minutes == 150
    assert load.week("oak", NEXT).minutes == 2 * HOURS
    assert [week.monday for week in load.weeks(None, 2)] == [MONDAY, NEXT]
    assert load_words(mine) == "3 h promised, 1 of 3 counted as an hour"


def test_leave_and_days_off_make_a_week_shorter() -> None:
    mine = my_terms(6 * HOURS, [(NEXT, NEXT + timedelta(days=1))])
    site = Terms(10 * HOURS, MONDAY_TO_FRIDAY.closed_on([NEXT], half=[NEXT + timedelta(days=1)]))
    load = Load([], {None: mine, "oak": site}, TODAY)
    assert load.week(None, MONDAY).capacity == 30 * HOURS
    assert load.week(None, NEXT).capacity == 18 * HOURS
    assert load.week("oak", NEXT).capacity == 7 * HOURS


def test_an_overfull_week_names_the_first_that_is_not() -> None:
    full = work(("oak", NEXT, 9 * HOURS), ("oak", NEXT + timedelta(days=7), 10 * HOURS))
    terms: dict[str | None, Terms] = {"oak": Terms(10 * HOURS, MONDAY_TO_FRIDAY)}
    load = Load(full, terms, TODAY)
    assert load.overfull_words("oak", NEXT, Task()) is None, "just full is not overfull"
    assert Load(work(("oak", NEXT, 9 * HOURS + 1)), terms, TODAY).overfull_words("oak", NEXT, Task()), "an hour more"
    assert load.overfull_words("oak", NEXT, Task(90)) == (
        "oak's week of Mon 6 Jul is overfull: 10.5 h of 10 h promised. The first that is not begins on Mon 20 Jul."
    )
    assert load.overfull_words("oak", NEXT, Task(9 * HOURS, NEXT)) is None, "its own time is not counted twice"
    assert load.overfull_words("elm", NEXT, Task(90)) is None
    said = load.overfull_words("oak", NEXT, Task(11 * HOURS)) or ""
    assert said.endswith("None of the 52 after it has room.")


def test_the_week_that_is_offered_has_room_for_the_pm_as_well() -> None:
    full = work(("elm", NEXT + timedelta(days=7), 30 * HOURS), ("oak", NEXT, 10 * HOURS))
    terms = {None: my_terms(6 * HOURS, []), "oak": Terms(10 * HOURS, MONDAY_TO_FRIDAY)}
    said = Load(full, terms, TODAY).overfull_words("oak", NEXT, Task()) or ""
    assert said.startswith("oak's week of Mon 6 Jul is overfull")
    assert "is overfull: 11 h of 10 h promised, 1 of 2 counted as an hour." in said
    assert said.endswith("begins on Mon 20 Jul.")


def test_so_many_weeks_are_looked_at_as_are_said() -> None:
    full = [("oak", NEXT + timedelta(days=7 * weeks), 10 * HOURS) for weeks in range(53)]
    terms: dict[str | None, Terms] = {"oak": Terms(10 * HOURS, MONDAY_TO_FRIDAY)}
    last = Load(work(*full[:-1]), terms, TODAY).overfull_words("oak", NEXT, Task(1)) or ""
    assert "The first that is not begins on " in last
    none = Load(work(*full), terms, TODAY).overfull_words("oak", NEXT, Task(1)) or ""
    assert none.endswith("None of the 52 after it has room.")


def test_a_week_ends_with_its_sunday() -> None:
    sundays = WorkCalendar(frozenset({7}), frozenset({NEXT + timedelta(days=6)}))
    load = Load([], {"oak": Terms(10 * HOURS, sundays)}, TODAY)
    assert [week.capacity for week in load.weeks("oak", 3)] == [10 * HOURS, 0, 10 * HOURS]


def test_at_the_end_of_the_calendar_the_weeks_that_are_left_are_looked_at() -> None:
    last = monday_of(date.max)
    terms: dict[str | None, Terms] = {"oak": Terms(10 * HOURS, WorkCalendar(frozenset({1, 5, 6, 7})))}
    load = Load(work(("oak", date.max, 4 * HOURS), ("oak", last - timedelta(days=7), 10 * HOURS)), terms, TODAY)
    assert load.week("oak", last).capacity == 5 * HOURS, "it has no Saturday and no Sunday"
    assert load.overfull_words("oak", date.max, Task(1 * HOURS)) is None
    assert (load.overfull_words("oak", date.max, Task(2 * HOURS)) or "").endswith("after it has room.")
    before = load.overfull_words("oak", last - timedelta(days=1), Task(1 * HOURS)) or ""
    assert before.endswith("The first that is not begins on Mon 27 Dec 9999.")


@given(
    st.lists(st.tuples(st.integers(-20, 60), st.integers(0, 600)), max_size=30), st.integers(0, 60), st.integers(1, 600)
)
def test_the_first_week_with_room_is_the_first(made: list[tuple[int, int]], when: int, minutes: int) -> None:
    capacity = 10 * HOURS
    load = Load(
        work(*(("oak", TODAY + timedelta(days=days), took) for days, took in made)),
        {"oak": Terms(capacity, MONDAY_TO_FRIDAY)},
        TODAY,
    )
    on = TODAY + timedelta(days=when)
    held: dict[date, int] = {}
    for days, took in made:
        week = monday_of(max(TODAY, TODAY + timedelta(days=days)))
        held[week] = held.get(week, 0) + took
    said = load.overfull_words("oak", on, Task(minutes))
    monday = monday_of(on)
    assert (said is None) == (held.get(monday, 0) + minutes <= capacity)
    if said is not None:
        free = monday
        while held.get(free, 0) + minutes > capacity:
            free += timedelta(days=7)
        assert f"begins on {free:%a} {free.day} {free:%b}" in said
