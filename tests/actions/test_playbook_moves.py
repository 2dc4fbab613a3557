"""Moving a run's anchor and answering its questions: open steps follow, what was told stays, and back is back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.actions import edit, history, playbook_answers, playbook_moves, playbook_runs, practices, tasks
from followthru.actions.context import Context
from followthru.actions.playbook_runs import Run
from followthru.actions.promises import NewPromise, promise, target, tell
from followthru.domain.people import RoleName
from followthru.domain.task import How, Status
from followthru.errors import FollowthruError, NotFoundError, RefusedError, UsageError
from followthru.exchange.playbooks import everyone, named
from followthru.store import practices as read_practices
from followthru.store import runs
from followthru.store import tasks as rows
from tests.actions.test_playbook_runs import office, room, run_of
from tests.at_length import at_length
from tests.store.oracles import State, state
from tests.storekit import FixedClock, add_person, add_practice, memory_ctx, task

__all__ = ["office"]
NOWHERE = Path("no such folder")
SHIPPED = sorted(one.name for one in everyone(NOWHERE))
AUGUST = date(2026, 8, 3)


def begin(ctx: Context, **said: object) -> dict[str, int]:
    """Run the playbook and return its tasks by step."""
    ran = playbook_runs.run(ctx, room(), run_of()._replace(**said))
    return {place[0]: id for (_, place), id in ran.ids.items()}


def days(ctx: Context, ids: dict[str, int]) -> dict[str, date | None]:
    return {step: task(ctx, id).promised_on for step, id in ids.items()}


def test_open_steps_move_by_the_same_number_of_working_days(office: Context) -> None:
    practices.close(office, "oak-street", [date(2026, 8, 5)])
    ids = begin(office)
    tasks.done(office, ids["plan"])
    before, calendar = days(office, ids), read_practices.work_calendar(office.read, 1)
    went = playbook_moves.move(office, [1], date(2026, 8, 10))
    after = days(office, ids)
    assert after["plan"] == before["plan"], "what is done stays"
    for step in ("teach", "sign", "open"):
        there = before[step]
        assert there is not None
        assert after[step] == calendar.add(there, 4), "four working days: the 5th is closed"
    assert task(office, ids["open"]).deadline_on == date(2026, 8, 10)
    assert [one.task_id for one in went.moved] == [ids["teach"], ids["sign"], ids["open"]]
    assert "3 steps moved" in went.outcome.words
    history.undo(office)
    assert days(office, ids) == before


def test_a_deadline_that_the_playbook_did_not_set_is_nobodys_to_move(office: Context) -> None:
    ids = begin(office)
    anchor = task(office, ids["open"]).deadline_on
    assert anchor is not None
    edit.edit(office, ids["teach"], {"deadline": anchor.isoformat()})
    playbook_moves.move(office, [1], date(2026, 8, 10))
    assert task(office, ids["teach"]).deadline_on == anchor


def test_a_told_day_stays_until_there_is_a_reason(office: Context) -> None:
    ids = begin(office)
    tell(office, ids["teach"], "dana", how=How.CALL)
    told_on = task(office, ids["teach"]).promised_on
    went = playbook_moves.move(office, [1], date(2026, 8, 10))
    assert [(one.task_id, one.told) for one in went.stay] == [(ids["teach"], ("dana",))]
    assert any("--because" in note for note in went.outcome.notes)
    assert task(office, ids["teach"]).promised_on == told_on
    went = playbook_moves.move(office, [1], date(2026, 8, 10), because="The lease starts later")
    row = task(office, ids["teach"])
    assert (row.promised_on, row.because, row.out_of_step) == (date(2026, 8, 4), "The lease starts later", 1)
    assert [one.task_id for one in went.moved] == [ids["teach"]]


def test_a_day_moved_by_hand_keeps_its_distance(office: Context) -> None:
    ids = begin(office)
    promise(office, ids["teach"], NewPromise(date(2026, 7, 30)))
    target(office, ids["sign"], date(2026, 7, 27))
    playbook_moves.move(office, [1], date(2026, 8, 10))
    assert task(office, ids["teach"]).promised_on == date(2026, 8, 6)
    assert task(office, ids["sign"]).target_on == date(2026, 8, 3)


def test_a_hurried_step_has_its_own_day_once_there_is_time(office: Context) -> None:
    ids = begin(office, anchor=date(2026, 7, 2))
    assert task(office, ids["plan"]).promised_on == date(2026, 7, 1)
    playbook_moves.move(office, [1], AUGUST)
    assert task(office, ids["plan"]).promised_on == date(2026, 7, 20)
    playbook_moves.move(office, [1], date(2026, 7, 2))
    assert task(office, ids["plan"]).promised_on == date(2026, 7, 1)


def test_a_dry_run_says_it_and_changes_nothing(office: Context) -> None:
    ids = begin(office)
    before = state(office)
    went = playbook_moves.move(office, [1], date(2026, 8, 10), dry_run=True)
    assert state(office) == before
    assert len(went.moved) == len(ids)
    assert went.outcome.action_id is None
    with pytest.raises(NotFoundError):
        playbook_moves.move(office, [2], AUGUST)


def dates(found: State) -> State:
    """Tasks and runs as they stand."""
    return {key: row for key, row in found.items() if key[0] in ("task", "run")}


_DAYS = st.dates(date(2026, 7, 1), date(2027, 6, 1))


@at_length(15)
@given(
    st.sampled_from(SHIPPED),
    st.lists(_DAYS, max_size=25),
    st.sampled_from(("12345", "1234", "1h23456h", "135")),
    _DAYS,
    st.lists(_DAYS, min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(0, 99), st.integers(-9, 30)), max_size=4),
)
def test_an_anchor_that_comes_back_brings_back_every_date(
    schema: bytes,
    name: str,
    off: list[date],
    weekdays: str,
    anchor: date,
    stops: list[date],
    by_hand: list[tuple[int, int]],
) -> None:
    ctx = memory_ctx(schema, FixedClock(datetime(2026, 7, 1, 12, tzinfo=UTC)))
    add_practice(ctx, weekdays=weekdays, holidays="US-NY", buffer_policy="fixed:2")
    if off:
        practices.close(ctx, "oak-street", off)
    ran = playbook_runs.run(ctx, named(NOWHERE, name), Run(("oak-street",), anchor, {}, {}))
    ids = list(ran.ids.values())
    for number, later in by_hand:
        id = ids[number % len(ids)]
        there = task(ctx, id).promised_on
        assert there is not None
        try:
            promise(ctx, id, NewPromise(there + timedelta(days=later)))
            target(ctx, id, there + timedelta(days=later - 3))
        except FollowthruError:
            continue
    before = dates(state(ctx))
    for stop in (*stops, anchor):
        playbook_moves.move(ctx, [1], stop)
    assert dates(state(ctx)) == before


def test_what_was_touched_between_is_counted_from_there(office: Context) -> None:
    ids = begin(office)
    playbook_moves.move(office, [1], date(2026, 8, 10))
    promise(office, ids["teach"], NewPromise(date(2026, 8, 6)))
    playbook_moves.move(office, [1], AUGUST)
    assert task(office, ids["teach"]).promised_on == date(2026, 7, 30)
    assert task(office, ids["sign"]).promised_on == date(2026, 7, 29)


def test_runs_of_several_practices_move_as_one_each_in_its_own_days(office: Context) -> None:
    playbook_runs.run(office, room(), run_of(practices=("oak-street", "harbor-view")))
    before = state(office)
    playbook_moves.move(office, [1, 2], date(2026, 8, 10))
    first = {one.practice: rows.by_ids(office.read, [runs.steps(office.read, one.id)[0].id])[0].promised_on
             for one in runs.runs(office.read)}  # fmt: skip
    assert first == {"oak-street": date(2026, 7, 27), "harbor-view": date(2026, 7, 22)}
    history.undo(office)
    assert state(office) == before


def test_the_same_run_twice_is_refused(office: Context) -> None:
    begin(office)
    before = state(office)
    with pytest.raises(RefusedError, match="run 1"):
        begin(office)
    assert state(office) == before
    begin(office, people=("dana",))
    begin(office, again=True)
    begin(office, anchor=date(2026, 8, 4))
    begin(office, practices=("harbor-view",))
    assert len(runs.runs(office.read)) == 5


def test_a_run_that_was_dropped_may_be_made_again(office: Context) -> None:
    tasks.drop(office, *begin(office).values())
    begin(office)


def test_an_answer_later_opens_its_branch_and_drops_it_again(office: Context) -> None:
    ids = begin(office)
    done = playbook_answers.answer(office, 1, {"walls": "yes"})
    assert [one.step.key for one in done.opened] == ["permit"]
    permit = next(one for one in runs.steps(office.read, 1) if one.step == "permit")
    assert task(office, permit.id).promised_on == date(2026, 7, 22)
    assert rows.needs(office.read, ids["teach"]) == [ids["plan"], permit.id]
    assert rows.tags_of(office.read, permit.id) == ["room"]
    playbook_moves.move(office, [1], date(2026, 8, 10))
    assert playbook_answers.answer(office, 1, {"walls": "no"}).dropped == (permit.id,)
    assert task(office, permit.id).status == Status.DROPPED
    playbook_moves.move(office, [1], AUGUST)
    playbook_answers.answer(office, 1, {"walls": "yes"})
    again = task(office, permit.id)
    assert (again.status, again.promised_on) == (Status.OPEN, date(2026, 7, 22)), "on the day of the anchor now"
    for _ in range(4):
        history.undo(office)
    assert [one.step for one in runs.steps(office.read, 1)] == ["plan", "permit", "teach", "sign", "open"]
    history.undo(office)
    assert [one.step for one in runs.steps(office.read, 1)] == ["plan", "teach", "sign", "open"]


def test_what_was_dropped_by_hand_stays_dropped(office: Context) -> None:
    ids = begin(office)
    tasks.drop(office, ids["sign"])
    playbook_answers.answer(office, 1, {"walls": "yes"})
    assert task(office, ids["sign"]).status == Status.DROPPED
    with pytest.raises(UsageError, match="no question"):
        playbook_answers.answer(office, 1, {"doors": "yes"})


def test_a_run_keeps_the_playbook_that_it_began_with(office: Context) -> None:
    """Another edition, or none at all, changes nothing for it: its steps are counted as they were."""
    ids = begin(office)
    assert runs.runs(office.read)[0].book["title"] == "Open a room"
    playbook_moves.move(office, [1], date(2026, 8, 10))
    assert task(office, ids["plan"]).promised_on == date(2026, 7, 27)


def test_each_person_has_their_own_run_of_one_playbook(office: Context) -> None:
    add_person(office, "Kim Lee", RoleName.STAFF)
    begin(office, people=("dana",))
    begin(office, people=("kim",))
    with pytest.raises(RefusedError):
        begin(office, people=("kim",))


def test_another_practice_s_task_of_a_run_stays_where_it_is(office: Context) -> None:
    ids = begin(office)
    with pytest.raises(RefusedError, match="run"):
        edit.edit(office, ids["plan"], {"practice": "harbor-view"})
