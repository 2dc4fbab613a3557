"""Whether a promise was kept: judged on the first date told, moves told in time counted apart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.kept import Promised, Record, Told, Verdict, last_day_in_time, moved_in_time, record, verdict
from followthru.domain.reliability import Share
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar

TOLD = date(2027, 1, 4)
FIRST = date(2027, 1, 15)  # a Friday
LATER = date(2027, 1, 22)
AFTER = date(2027, 3, 1)


def case(
    *moves: tuple[str, date, date],
    buffer: int = 4,
    done: date | None = None,
    dropped: bool = False,
    drop_told: date | None = None,
) -> Promised:
    """A task told to dana for the 15th, and then told again: person, date told, day of telling."""
    tellings = (Told("dana", FIRST, TOLD, 0), *(Told(*move, place) for place, move in enumerate(moves, 1)))
    return Promised(1, "oak-street", tellings, buffer, done, dropped, drop_told)


IN_TIME = ("dana", LATER, date(2027, 1, 13))
LATE = ("dana", LATER, date(2027, 1, 14))
TABLE = [
    ("done on the day", case(done=FIRST), AFTER, Verdict.KEPT),
    ("done before, told another date meanwhile", case(IN_TIME, done=FIRST), AFTER, Verdict.KEPT),
    ("still open on the day", case(), FIRST, Verdict.OPEN),
    ("still open the day after", case(), FIRST + timedelta(days=1), Verdict.MISSED),
    ("done the day after", case(done=FIRST + timedelta(days=1)), AFTER, Verdict.MISSED),
    ("moved with half the buffer left, done by then", case(IN_TIME, done=LATER), AFTER, Verdict.KEPT_AFTER_MOVE),
    ("moved in time, done too late", case(IN_TIME, done=AFTER), AFTER, Verdict.MISSED_AFTER_MOVE),
    ("moved in time, open on the new day", case(IN_TIME), LATER, Verdict.OPEN),
    ("moved in time, open after the new day", case(IN_TIME), AFTER, Verdict.MISSED_AFTER_MOVE),
    ("moved too late", case(LATE, done=LATER), AFTER, Verdict.MISSED),
    ("too late for four days, in time for two", case(LATE, buffer=2, done=LATER), AFTER, Verdict.KEPT_AFTER_MOVE),
    ("without a buffer a working day is enough", case(LATE, buffer=0, done=LATER), AFTER, Verdict.KEPT_AFTER_MOVE),
    ("told on the day itself", case(("dana", LATER, FIRST), buffer=0, done=LATER), AFTER, Verdict.MISSED),
    ("an odd buffer is halved upwards", case(LATE, buffer=3, done=LATER), AFTER, Verdict.MISSED),
    ("told to somebody else", case(("marisol", LATER, TOLD), done=LATER), AFTER, Verdict.MISSED),
    ("told an earlier date", case(("dana", date(2027, 1, 8), date(2027, 1, 5)), done=LATER), AFTER, Verdict.MISSED),
    ("told the same date again", case(("dana", FIRST, date(2027, 1, 5)), done=LATER), AFTER, Verdict.MISSED),
    ("dropped and told by then", case(dropped=True, drop_told=FIRST), AFTER, Verdict.LEFT_OUT),
    ("dropped and told at once", case(dropped=True, drop_told=TOLD), TOLD, Verdict.LEFT_OUT),
    ("dropped and told too late", case(dropped=True, drop_told=FIRST + timedelta(days=1)), AFTER, Verdict.MISSED),
    ("dropped and never told", case(dropped=True), AFTER, Verdict.MISSED),
    ("dropped, its day to come", case(dropped=True), FIRST, Verdict.OPEN),
    ("moved in time, then dropped and told", case(IN_TIME, dropped=True, drop_told=LATER), AFTER, Verdict.LEFT_OUT),
    (
        "moved twice: the last date counts",
        case(IN_TIME, ("dana", AFTER, date(2027, 1, 20)), done=AFTER),
        AFTER,
        Verdict.KEPT_AFTER_MOVE,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("promised", "today", "became"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_became_of_a_promise(promised: Promised, today: date, became: Verdict) -> None:
    assert verdict(promised, today, MONDAY_TO_FRIDAY) is became


def test_notice_is_counted_in_the_practices_days() -> None:
    closed = WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({date(2027, 1, 14)}))
    assert verdict(case(IN_TIME, done=LATER), AFTER, MONDAY_TO_FRIDAY) is Verdict.KEPT_AFTER_MOVE
    assert verdict(case(IN_TIME, done=LATER), AFTER, closed) is Verdict.MISSED


def test_the_rate_leaves_moved_and_open_ones_out() -> None:
    found = record(verdict(one, today, MONDAY_TO_FRIDAY) for _, one, today, _ in TABLE)
    counts = {each: sum(row[3] is each for row in TABLE) for each in Verdict}
    assert found == Record(
        Share(counts[Verdict.KEPT], counts[Verdict.KEPT] + counts[Verdict.MISSED]),
        Share(counts[Verdict.KEPT_AFTER_MOVE], counts[Verdict.KEPT_AFTER_MOVE] + counts[Verdict.MISSED_AFTER_MOVE]),
        counts[Verdict.OPEN],
        counts[Verdict.LEFT_OUT],
    )


days = st.integers(0, 60).map(lambda n: TOLD + timedelta(days=n))


@given(
    st.lists(st.tuples(st.sampled_from(["dana", "marisol"]), days, days), max_size=4),
    st.integers(0, 9),
    st.none() | days,
    days,
    st.integers(0, 60),
)
def test_a_verdict_once_given_stands(
    moves: list[tuple[str, date, date]], buffer: int, done: date | None, today: date, more: int
) -> None:
    one = case(*sorted(moves, key=lambda move: move[2]), buffer=buffer, done=done)
    now = verdict(one, today, MONDAY_TO_FRIDAY)
    if now is not Verdict.OPEN:
        assert verdict(one, today + timedelta(days=more), MONDAY_TO_FRIDAY) is now


TELLINGS = st.lists(st.tuples(st.sampled_from(["dana", "marisol", "sam"]), days, days), max_size=5)
CLOSED = st.frozensets(days, max_size=12)


def by_hand(one: Promised, today: date, calendar: WorkCalendar) -> Verdict:
    """The rule as it is written down, day by day."""
    on, person = one.tellings[0].on, one.tellings[0].person
    if one.done_on is not None and one.done_on <= on:
        return Verdict.KEPT
    told_of_drop = one.drop_told_on if one.dropped else None
    if told_of_drop is not None and told_of_drop <= on:
        return Verdict.LEFT_OUT
    if one.done_on is None and not on < today:
        return Verdict.OPEN

    def notice(told_on: date) -> int:
        span = (told_on + timedelta(days=n) for n in range(1, (on - told_on).days + 1))
        return sum(calendar.is_working(day) for day in span)

    later = [told for told in one.tellings[1:] if told.person == person and told.on > on]
    if not any(2 * notice(told.told_on) >= one.buffer and notice(told.told_on) >= 1 for told in later):
        return Verdict.MISSED
    new = one.tellings[-1].on
    if one.done_on is None and told_of_drop is not None and told_of_drop <= new:
        return Verdict.LEFT_OUT
    if one.done_on is None and not new < today:
        return Verdict.OPEN
    kept = one.done_on is not None and one.done_on <= new
    return Verdict.KEPT_AFTER_MOVE if kept else Verdict.MISSED_AFTER_MOVE


@given(TELLINGS, st.integers(0, 9), st.none() | days, st.booleans(), st.none() | days, days, CLOSED)
def test_it_is_the_rule_as_written(
    moves: list[tuple[str, date, date]],
    buffer: int,
    done: date | None,
    dropped: bool,
    drop_told: date | None,
    today: date,
    closed: frozenset[date],
) -> None:
    calendar = WorkCalendar(frozenset({1, 2, 3, 4, 5}), closed)
    ordered = sorted(moves, key=lambda move: move[2])
    one = case(*ordered, buffer=buffer, done=done, dropped=dropped and done is None, drop_told=drop_told)
    assert verdict(one, today, calendar) is by_hand(one, today, calendar)


@given(TELLINGS, st.integers(0, 9), st.none() | days, days)
def test_telling_others_never_saves_a_date(
    moves: list[tuple[str, date, date]], buffer: int, done: date | None, today: date
) -> None:
    """Who else hears of another date changes nothing about whether she was told in time."""
    ordered = sorted(moves, key=lambda move: move[2])
    hers = [move for move in ordered if move[0] == "dana"]
    alone = verdict(case(*hers, buffer=buffer, done=done), today, MONDAY_TO_FRIDAY)
    among = verdict(case(*ordered, buffer=buffer, done=done), today, MONDAY_TO_FRIDAY)
    settled = {Verdict.KEPT, Verdict.MISSED}
    assert (alone in settled) == (among in settled)
    if alone in settled:
        assert among is alone


@given(TELLINGS, st.integers(0, 9), st.none() | days, days, st.integers(1, 9))
def test_more_room_at_the_telling_asks_for_more_notice(
    moves: list[tuple[str, date, date]], buffer: int, done: date | None, today: date, more: int
) -> None:
    ordered = sorted(moves, key=lambda move: move[2])
    little = verdict(case(*ordered, buffer=buffer, done=done), today, MONDAY_TO_FRIDAY)
    much = verdict(case(*ordered, buffer=buffer + more, done=done), today, MONDAY_TO_FRIDAY)
    assert not (little is Verdict.MISSED and much is not Verdict.MISSED)


def test_on_a_single_day_off_it_can_still_be_told() -> None:
    """On the closed Wednesday as much is left as on Tuesday; on Thursday, the day itself, nothing is."""
    wednesday = date(2027, 1, 13)
    told = Promised(1, "oak-street", (Told("dana", wednesday + timedelta(days=1), TOLD, 0),), 0, None, False)
    assert last_day_in_time(told, WorkCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({wednesday}))) == wednesday


@given(days.filter(lambda day: day > TOLD), st.integers(0, 9), CLOSED)
def test_the_last_day_in_time_is_the_last(on: date, buffer: int, closed: frozenset[date]) -> None:
    calendar = WorkCalendar(frozenset({1, 2, 3, 4, 5}), closed)
    told = Promised(1, "oak-street", (Told("dana", on, TOLD - timedelta(days=60), 0),), buffer, None, False)
    last = last_day_in_time(told, calendar)
    for shift, in_time in ((-1, True), (0, True), (1, False)):
        again = Told("dana", on + timedelta(days=9), last + timedelta(days=shift), 1)
        moved = told._replace(tellings=(*told.tellings, again))
        assert moved_in_time(moved, calendar) is in_time
