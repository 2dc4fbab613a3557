"""Health by its rule, by its thresholds, and as the reference page tells it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.domain.health import (
    Health,
    HealthFacts,
    Thresholds,
    done_share,
    health_by_rule,
    health_on,
    thresholds,
)
from followthru.domain.stall import StallFacts, stalled_by_rule, stalled_from
from followthru.domain.task import Status
from followthru.domain.workdays import MONDAY_TO_FRIDAY, WorkCalendar

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "health.md"
START = date(2026, 7, 1)
WINDOW = [START + timedelta(days=step) for step in range(-20, 120)]
DAYS = st.sampled_from(WINDOW[20:100])
MAYBE_DAY = st.none() | DAYS
SHARES = st.integers(1, 9).flatmap(lambda total: st.integers(0, total).map(lambda done: done_share(done, total)))
OPEN = tuple(status for status in Status if status not in {Status.DONE, Status.DROPPED})


class Case(NamedTuple):
    """A task's facts, the share of it that is done, and its practice's calendar."""

    facts: HealthFacts
    share: Fraction
    calendar: WorkCalendar


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any dates whose target is on or before the promise, on any calendar."""
    target, promise = draw(MAYBE_DAY), draw(MAYBE_DAY)
    if target and promise:
        target, promise = sorted((target, promise))
    facts = HealthFacts(draw(st.sampled_from(Status)), promise, target, draw(MAYBE_DAY), draw(MAYBE_DAY))
    weekdays = draw(st.frozensets(st.integers(1, 7), min_size=1))
    off = draw(st.frozensets(DAYS, max_size=30))
    return Case(facts, draw(SHARES), WorkCalendar(weekdays, off))


@given(cases())
def test_thresholds_agree_with_the_rule_on_every_day(case: Case) -> None:
    holds = thresholds(case.facts, case.share, case.calendar)
    for today in WINDOW:
        by_rule = health_by_rule(case.facts, case.share, case.calendar, today)
        assert health_on(case.facts.status, holds, today) is by_rule, today


@given(cases())
def test_health_never_gets_better_by_waiting(case: Case) -> None:
    order = list(reversed(Health))
    words = [health_by_rule(case.facts, case.share, case.calendar, today) for today in WINDOW]
    ranks = [order.index(word) for word in words]
    assert ranks == sorted(ranks)


@given(cases(), SHARES)
def test_more_done_is_never_worse(case: Case, other: Fraction) -> None:
    less, more = sorted((case.share, other))
    order = list(reversed(Health))
    for today in WINDOW:
        of_less, of_more = (
            order.index(health_by_rule(case.facts, share, case.calendar, today)) for share in (less, more)
        )
        assert of_more <= of_less


@given(st.sampled_from(OPEN), DAYS)
def test_without_any_date_a_task_is_on_track(status: Status, today: date) -> None:
    facts = HealthFacts(status, None, None, None)
    assert thresholds(facts, 0, MONDAY_TO_FRIDAY) == Thresholds(None, None, None)
    assert health_by_rule(facts, 0, MONDAY_TO_FRIDAY, today) is Health.ON_TRACK


@pytest.mark.parametrize(("done", "first"), [(0, date(2026, 12, 11)), (1, date(2026, 12, 14)), (2, None), (6, None)])
def test_with_a_third_done_the_buffer_alone_never_puts_at_risk(done: int, first: date | None) -> None:
    facts = HealthFacts(Status.STARTED, date(2026, 12, 14), date(2026, 12, 8), None)
    assert thresholds(facts, done_share(done, 6), MONDAY_TO_FRIDAY).at_risk_from == first


def test_a_clock_that_runs_out_of_days_never_fails() -> None:
    facts = HealthFacts(Status.OPEN, date.max, date.max, date.max, date.max)
    holds = thresholds(facts, 0, WorkCalendar(frozenset({1})))
    assert holds == Thresholds(None, date.max, None)
    assert health_on(Status.OPEN, holds, date.max) is Health.AT_RISK


def test_done_share_counts_what_is_done() -> None:
    assert (done_share(0, 0), done_share(1, 3), done_share(3, 3)) == (0, Fraction(1, 3), 1)


def page_rows(heading: str = "Examples") -> list[tuple[str, ...]]:
    """The rows of the table below a heading of the page, cell by cell."""
    table = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| (.+) \|$", table, re.MULTILINE)
    return [tuple(cell.strip() for cell in line.split("|")) for line in lines[1:]]


def test_the_page_shows_every_word() -> None:
    assert {row[-1] for row in page_rows()} == set(Health)


@pytest.mark.parametrize("row", page_rows(), ids=" | ".join)
def test_the_examples_of_the_page_are_true(row: tuple[str, ...]) -> None:
    status, target, promise, deadline, start_by, done, today, word = row
    facts = HealthFacts(Status(status), day(promise), day(target), day(deadline), day(start_by))
    shown = day(today)
    assert shown is not None
    assert health_by_rule(facts, Fraction(done), MONDAY_TO_FRIDAY, shown) == word
    assert health_on(facts.status, thresholds(facts, Fraction(done), MONDAY_TO_FRIDAY), shown) == word


@pytest.mark.parametrize("row", page_rows("Examples of stalled"), ids=" | ".join)
def test_the_examples_of_stalled_are_true(row: tuple[str, ...]) -> None:
    status, moved, start, start_by, follow_up, pace, today, stalled = row
    moved_on, shown = day(moved), day(today)
    assert moved_on is not None
    assert shown is not None
    facts = StallFacts(Status(status), moved_on, day(start) or day(start_by), day(follow_up))
    assert stalled in ("yes", "no")
    assert stalled_by_rule(facts, int(pace), MONDAY_TO_FRIDAY, shown) is (stalled == "yes")
    first = stalled_from(facts, int(pace), MONDAY_TO_FRIDAY)
    assert (first is not None and first <= shown) is (stalled == "yes")


def test_the_page_shows_stalled_in_every_status() -> None:
    rows = page_rows("Examples of stalled")
    assert {row[0] for row in rows} == set(Status)
    assert {row[-1] for row in rows} == {"yes", "no"}


@st.composite
def stall_facts(draw: st.DrawFn) -> StallFacts:
    """Any days, in any order."""
    return StallFacts(draw(st.sampled_from(Status)), draw(DAYS), draw(MAYBE_DAY), draw(MAYBE_DAY))


@given(stall_facts(), cases(), st.integers(5, 30))
def test_the_day_from_which_it_is_stalled_agrees_with_the_rule(facts: StallFacts, case: Case, pace: int) -> None:
    first = stalled_from(facts, pace, case.calendar)
    for today in WINDOW:
        assert (first is not None and first <= today) is stalled_by_rule(facts, pace, case.calendar, today)


def test_what_would_stall_after_the_end_of_the_calendar_never_does() -> None:
    assert stalled_from(StallFacts(Status.OPEN, date(9999, 12, 30)), 5, MONDAY_TO_FRIDAY) is None


def day(cell: str) -> date | None:
    """A cell such as `Wed 9` of December 2026; `-` is no day."""
    if cell == "-":
        return None
    name, number = cell.split()
    found = date(2026, 12, int(number))
    assert found.strftime("%a") == name
    return found
