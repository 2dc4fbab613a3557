"""The weekly review: what lies at each stop, where it stopped, and what was decided in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from followthru.actions import edit, goals, history, practices, promises, reviewing, tasks
from followthru.actions.context import Context
from followthru.actions.promises import NewPromise
from followthru.actions.review_stops import NAMES, lies_at
from followthru.actions.tasks import Waiting
from followthru.domain.changes import Action, Actor, Change
from followthru.domain.task import How
from followthru.errors import RefusedError
from followthru.store import journal, links, reviews
from tests.storekit import FixedClock, add_person, add_practice, add_task


@pytest.fixture
def desk(ctx: Context) -> Context:
    """A practice oak-street with its owner Dana."""
    add_practice(ctx)
    add_person(ctx)
    return ctx


def ids(ctx: Context, stop: str) -> list[int]:
    return [row.id for row in lies_at(ctx, ctx.read, stop).tasks]


def words(ctx: Context, stop: str) -> list[str]:
    return [one.words for one in lies_at(ctx, ctx.read, stop).lines]


def decided(ctx: Context) -> dict[str, list[str]]:
    found = reviewing.end(ctx)
    return {part.key: [one.words for one in part.entries] for part in found.parts}


def test_the_inbox_holds_what_belongs_nowhere_yet(desk: Context) -> None:
    loose = add_task(desk, "Something about parking")
    add_task(desk, "Renew cover @oak-street")
    assert ids(desk, "inbox") == [loose]


def test_what_stands_still_is_found_on_its_day(desk: Context, clock: FixedClock) -> None:
    still = add_task(desk, "Renew cover @oak-street")
    assert ids(desk, "stalled") == []
    clock.advance(days=30)
    assert ids(desk, "stalled") == [still]
    tasks.start(desk, still)
    assert ids(desk, "stalled") == []


def test_who_is_to_be_asked_again(desk: Context, clock: FixedClock) -> None:
    asked, later = add_task(desk, "Signature @oak-street"), add_task(desk, "Floor plan @oak-street")
    today = clock.today
    tasks.wait(desk, asked, Waiting("dana", "a signature", follow_up=today + timedelta(days=2)))
    tasks.wait(desk, later, Waiting("dana", "the plan", follow_up=today + timedelta(days=9)))
    assert ids(desk, "waiting") == []
    clock.advance(days=2)
    assert ids(desk, "waiting") == [asked]
    tasks.answered(desk, asked, "signed")
    assert ids(desk, "waiting") == []


def test_promises_of_two_weeks_and_those_that_broke(desk: Context, clock: FixedClock) -> None:
    late = add_task(desk, "Late by 2 jul @oak-street")
    clock.advance(days=3)
    last = add_task(desk, "Last by 18 jul @oak-street")
    add_task(desk, "Beyond by 19 jul @oak-street")
    add_task(desk, "Mine target 6 jul @oak-street")
    assert ids(desk, "promises") == [late, last]


def test_overfull_weeks_name_what_fills_them(desk: Context) -> None:
    add_practice(desk, "elm")
    big = add_task(desk, "Audit by 8 jul @oak-street")
    edit.edit(desk, big, {"estimate": "12h"})
    add_task(desk, "Elsewhere by 9 jul @elm")
    add_task(desk, "Week after by 14 jul @oak-street")
    assert "capacity" in lies_at(desk, desk.read, "weeks").note
    practices.edit(desk, "oak-street", {"capacity": "10h"})
    found = lies_at(desk, desk.read, "weeks")
    assert [(one.id, one.command) for one in found.lines] == [("2026-07-06", "load --practice oak-street")]
    assert "12 h of 10 h" in found.lines[0].words
    assert [row.id for row in found.tasks] == [big]
    assert (found.total, found.note) == (1, "")


def test_goals_that_nobody_serves_or_reads(desk: Context, clock: FixedClock) -> None:
    goals.add(desk, "ar-days", "oak-street", {})
    assert words(desk, "goals") == ["AR days @oak-street: no task, no reading yet"]
    goals.read(desk, 1, "40")
    assert words(desk, "goals") == ["AR days @oak-street: no task"]
    edit.edit(desk, add_task(desk, "Chase payers @oak-street"), {"goal": "1"})
    assert words(desk, "goals") == []
    clock.advance(days=46)
    assert words(desk, "goals") == ["AR days @oak-street: no reading since Wed 1 Jul"]


def test_it_passes_stops_at_which_nothing_lies_and_remembers_where_it_stopped(desk: Context) -> None:
    add_task(desk, "Renew cover by 3 jul @oak-street")
    first = reviewing.here(desk)
    assert (first.stop.name, first.anew, first.at) == ("inbox", True, 1)
    on = reviewing.forward(desk)
    assert (on.stop.name, [one.name for one in on.passed]) == ("promises", ["stalled", "waiting"])
    again = reviewing.here(desk)
    assert (again.stop.name, again.anew, again.kept.begun_at) == ("promises", False, first.kept.begun_at)
    assert reviewing.forward(desk).stop.name == NAMES[-1]
    assert reviewing.forward(desk).stop.name == NAMES[-1]
    assert reviewing.back(desk).stop.name == "promises"
    assert reviewing.back(desk).stop.name == "promises"


def test_where_it_stands_is_no_step_that_is_undone(desk: Context) -> None:
    add_task(desk, "Renew cover by 3 jul @oak-street")
    before = links.last_action(desk.read)
    reviewing.here(desk)
    reviewing.forward(desk)
    assert links.last_action(desk.read) == before
    history.undo(desk)
    assert reviewing.here(desk).stop.name == "promises"


def test_one_of_a_week_ago_begins_anew(desk: Context, clock: FixedClock) -> None:
    add_task(desk, "Renew cover by 3 jul @oak-street")
    reviewing.here(desk)
    reviewing.forward(desk)
    clock.advance(days=6)
    assert reviewing.here(desk).stop.name == "promises"
    assert reviewing.standing(desk, desk.read) is not None
    clock.advance(minutes=1)
    assert reviewing.standing(desk, desk.read) is None
    new = reviewing.here(desk)
    assert (new.stop.name, new.anew, str(new.stale_on)) == ("inbox", True, "2026-07-01")
    assert reviewing.here(desk).stale_on is None


def test_what_was_decided_is_said_by_sort(desk: Context) -> None:
    done, gone, said, moved, waits = (add_task(desk, f"Task {n} @oak-street") for n in range(5))
    tasks.done(desk, add_task(desk, "Before the review @oak-street"))
    today = desk.today()
    promises.promise(desk, moved, NewPromise(today + timedelta(days=5)))
    reviewing.here(desk)
    tasks.done(desk, done)
    tasks.drop(desk, gone)
    promises.promise(desk, said, NewPromise(today + timedelta(days=5)))
    promises.promise(desk, moved, NewPromise(today + timedelta(days=8)))
    promises.tell(desk, said, "dana", how=How.CALL)
    tasks.wait(desk, waits, Waiting("dana", "an answer", follow_up=today + timedelta(days=2)))
    tasks.answered(desk, waits, "yes")
    tasks.done(desk, waits)
    history.undo(desk)
    found = decided(desk)
    assert list(found) == ["done", "promised", "moved", "dropped", "told", "waiting", "answered"]
    assert [len(each) for each in found.values()] == [1] * 7
    assert "Task 0" in found["done"][0]
    assert reviews.kept(desk.read) is None


def test_what_a_calendar_or_the_background_did_was_not_decided(desk: Context) -> None:
    one = add_task(desk, "Renew cover @oak-street")
    reviewing.here(desk)
    with desk.acting() as tx:
        before = journal.row_of(tx, "task", one) or {}
        moved = Change("task", one, "title", before["title"], "Renamed elsewhere")
        journal.apply(tx, Action("pull", "Moved by a calendar", (moved,), Actor.CALENDAR))
    assert decided(desk) == {}


def test_the_end_fits_one_screen_and_says_what_is_left(desk: Context) -> None:
    left = add_task(desk, "Left by 3 jul @oak-street")
    reviewing.here(desk)
    for number in range(40):
        tasks.done(desk, add_task(desk, f"Task {number} @oak-street"))
    kept = reviews.kept(desk.read)
    assert kept is not None
    found = reviewing.decided(desk, desk.read, kept)
    lines = list(reviewing.decided_lines(found, desk.today()))
    assert len(lines) <= reviewing.MOST_LINES
    assert lines[0] == "Since Wed 1 Jul: 80 steps."
    assert lines[-1] == "Still there: promised for the next two weeks: 1."
    tasks.done(desk, left)
    quiet = list(reviewing.decided_lines(reviewing.end(desk), desk.today()))
    assert quiet[-1] == "Nothing is left at any stop."


def test_what_was_not_begun_is_not_ended(desk: Context) -> None:
    with pytest.raises(RefusedError, match="No review was begun"):
        reviewing.end(desk)


def test_a_stop_at_which_nobody_can_tell_is_not_said_to_be_empty(desk: Context) -> None:
    add_task(desk, "Renew cover by 3 jul @oak-street")
    reviewing.here(desk)
    assert [stop.name for stop in reviewing.forward(desk).passed] == ["stalled", "waiting"]
    on = reviewing.forward(desk)
    assert [stop.name for stop in on.passed] == ["updates", "goals"]
    assert "How much time there is has not been said" in list(reviewing.on_the_way(on, desk.today()))[1]
    practices.edit(desk, "oak-street", {"capacity": "10h"})
    reviewing.back(desk)
    known = reviewing.forward(desk)
    assert ([stop.name for stop in known.passed], known.unknown) == (["weeks", "updates", "goals"], ())
