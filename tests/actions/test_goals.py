"""Goals and readings through their verbs: kept, corrected, taken back, and served by tasks of their practice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from followthru.actions import duties, edit, goals, history, playbook_runs, tasks
from followthru.actions.context import Context
from followthru.domain.task import Audience
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.exchange.goal_kinds import kinds
from followthru.exchange.playbooks import named
from followthru.store import goals as stored
from tests.storekit import FixedClock, add_practice, add_task, capture


@pytest.fixture
def desk(ctx: Context) -> Context:
    """Two practices, and at the first the goal 1, AR days."""
    add_practice(ctx)
    add_practice(ctx, "elm")
    goals.add(ctx, "ar-days", "oak-street", {"aim": "35", "by": "2026-12-31"})
    return ctx


def values(ctx: Context, goal: int = 1) -> list[tuple[str, str]]:
    return [(one.on.isoformat(), str(one.value)) for one in stored.readings(ctx.read, [goal])[goal]]


def test_a_kind_brings_its_measure(desk: Context) -> None:
    kept = goals.add(desk, "Utilisation", "elm", {})
    assert (kept.goal.title, kept.goal.unit, str(kept.goal.aim), str(kept.goal.aim_to)) == (
        "Appointment slots used", "%", "85", "95",
    )  # fmt: skip
    assert kept.goal.audience is Audience.OWNERS
    assert kept.outcome.notes == ("Its aim is the usual one; `aim=…` sets yours",)
    own = goals.add(desk, "Online reviews", "elm", {"direction": "up", "unit": "stars"})
    assert own.outcome.notes == ("It has no aim yet: `aim=…` sets one",)


@pytest.mark.parametrize(
    ("what", "given"),
    [
        ("ar-day", {}),
        ("ar-days", {"aim": "soon"}),
        ("ar-days", {"aim": "35..45"}),
        ("ar-days", {"aim": "35 %"}),
        ("utilisation", {"aim": "90"}),
        ("utilisation", {"aim": "95..85"}),
        ("ar-days", {"direction": "sideways"}),
        ("ar-days", {"direction": "within"}),
        ("ar-days", {"audience": "all"}),
        ("ar-days", {"by": "soon"}),
        ("ar-days", {"title": ""}),
        ("ar-days", {"colour": "red"}),
        ("", {"direction": "up"}),
    ],
)
def test_what_cannot_be_read_adds_nothing(desk: Context, what: str, given: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        goals.add(desk, what, "oak-street", given)
    assert len(stored.goals(desk.read, retired=True)) == 1


def test_a_reading_is_noted_corrected_and_taken_back(desk: Context) -> None:
    goals.read(desk, 1, "47 days", "31 may")
    goals.read(desk, 1, "43")
    assert values(desk) == [("2026-05-31", "47"), ("2026-07-01", "43")]
    again = goals.read(desk, 1, "41", note="After the payer's letter")
    assert again.outcome.words == "Corrected AR days @oak-street 41 days on Wed 1 Jul"
    assert again.readings[-1].note == "After the payer's letter"
    assert goals.read(desk, 1, "41").outcome.action_id is None
    history.undo(desk)
    assert values(desk)[-1] == ("2026-07-01", "43")
    goals.unread(desk, 1, "31 may")
    assert values(desk) == [("2026-07-01", "43")]
    history.undo(desk)
    assert values(desk)[0] == ("2026-05-31", "47")


def test_a_reading_of_a_day_to_come_is_refused(desk: Context) -> None:
    with pytest.raises(RefusedError, match="still to come"):
        goals.read(desk, 1, "41", "tomorrow")
    with pytest.raises(NotFoundError):
        goals.unread(desk, 1, "yesterday")


def test_the_day_of_a_reading_is_the_practice_s(ctx: Context, clock: FixedClock) -> None:
    add_practice(ctx, timezone="Pacific/Auckland")
    goals.add(ctx, "referrals", "oak-street", {})
    clock.at = datetime(2026, 7, 1, 20, tzinfo=UTC)
    assert goals.read(ctx, 1, "7").readings[-1].on == date(2026, 7, 2)


def test_a_reading_keeps_whom_the_goal_was_for(desk: Context) -> None:
    goals.edit(desk, 1, {"audience": "me"})
    goals.read(desk, 1, "47", "yesterday")
    kept = goals.edit(desk, 1, {"audience": "team"})
    assert "seen only by those" in kept.outcome.notes[0]
    readings = goals.read(desk, 1, "43").readings
    assert [one.audience for one in readings] == [Audience.ME, Audience.TEAM]


def test_a_retired_goal_takes_no_reading(desk: Context) -> None:
    goals.retire(desk, 1)
    assert stored.goals(desk.read) == []
    with pytest.raises(RefusedError, match="retired"):
        goals.read(desk, 1, "41")
    with pytest.raises(RefusedError, match="already"):
        goals.retire(desk, 1)
    goals.resume(desk, 1)
    with pytest.raises(RefusedError, match="not retired"):
        goals.resume(desk, 1)
    assert goals.read(desk, 1, "41").outcome.action_id


def test_a_goal_is_found_by_number_kind_title_and_place(desk: Context) -> None:
    goals.add(desk, "ar-days", "elm", {})
    goals.add(desk, "no-shows", "elm", {"title": "Missed visits"})
    assert goals.find(desk.read, "2").practice == "elm"
    assert goals.find(desk.read, "ar-days@oak").id == 1
    assert goals.find(desk.read, "missed").id == goals.find(desk.read, "no-sh").id == 3
    with pytest.raises(UsageError, match=r"2 \(AR days @elm\), 1"):
        goals.find(desk.read, "ar-days")
    with pytest.raises(NotFoundError, match="Did you mean ar-days"):
        goals.find(desk.read, "ar-dys@oak")
    with pytest.raises(NotFoundError):
        goals.find(desk.read, "9" * 30)


def test_a_task_serves_a_goal_of_its_practice(desk: Context) -> None:
    goals.add(desk, "ar-days", "elm", {})
    task = add_task(desk, "Call the oldest payers @oak-street")
    edit.edit(desk, task, {"goal": "ar-days"})
    assert stored.served(desk.read, task) == (1, "AR days")
    assert goals.one(desk.read, 1).open_tasks == 1
    with pytest.raises(RefusedError, match="another practice"):
        edit.edit(desk, task, {"goal": "2"})
    with pytest.raises(RefusedError, match="serves a goal"):
        edit.edit(desk, task, {"practice": "elm"})
    with pytest.raises(RefusedError, match="without a practice"):
        edit.edit(desk, add_task(desk, "Somewhere"), {"goal": "1"})
    tasks.done(desk, task)
    assert goals.one(desk.read, 1).open_tasks == 0
    assert [one.status for one in stored.serving(desk.read, 1)] == ["done"]


def test_what_comes_back_serves_the_same_goal(desk: Context) -> None:
    task = add_task(desk, "Payer round every month @oak-street")
    edit.edit(desk, task, {"goal": "1"})
    following = duties.skip(desk, task).task_ids[0]
    assert stored.served(desk.read, following) == (1, "AR days")


def test_another_direction_wants_another_aim(desk: Context) -> None:
    with pytest.raises(UsageError, match="two ends"):
        goals.edit(desk, 1, {"direction": "within"})
    assert str(goals.edit(desk, 1, {"direction": "within", "aim": "30 to 40"}).goal.aim_to) == "40"
    with pytest.raises(UsageError, match="no range"):
        goals.edit(desk, 1, {"aim": "35"})
    assert goals.edit(desk, 1, {"direction": "down"}).goal.aim_to is None


def test_a_step_of_a_playbook_serves_the_goal_of_its_kind(desk: Context, tmp_path: Path) -> None:
    book = named(tmp_path, "month-end")
    playbook_runs.run(desk, book, playbook_runs.Run(("oak-street", "elm"), date(2026, 7, 31), {}, {}))
    served = [one.title for one in stored.serving(desk.read, 1)]
    assert served == ["Follow up what payers owe for longer than 30, 60 and 90 days"]
    kinds_named = {step.goal for step in book.steps if step.goal}
    assert kinds_named <= set(kinds()), "a shipped playbook names shipped kinds"


def test_a_task_is_added_for_a_goal_as_one_step(desk: Context) -> None:
    task = tasks.add(desk, capture(desk, "Call payers @oak-street"), goal="ar-days").task_ids[0]
    assert stored.served(desk.read, task) == (1, "AR days")
    history.undo(desk)
    assert stored.serving(desk.read, 1) == []
    with pytest.raises(RefusedError, match="without a practice"):
        tasks.add(desk, capture(desk, "Call payers"), goal="ar-days")
