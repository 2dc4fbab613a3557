"""Playbooks as the work of duties: each occurrence is a run, and the next comes when it is done, or when it is time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from followthru.actions import (
    duties,
    duty_runs,
    edit,
    history,
    playbook_moves,
    playbook_runs,
    practices,
    promises,
    tasks,
)
from followthru.actions.context import Context
from followthru.actions.duty_runs import NewDuty
from followthru.actions.playbook_runs import Ran, Run
from followthru.actions.pulling import pull
from followthru.calendars.merge import Move
from followthru.domain.changes import Action, Change
from followthru.domain.playbooks import Playbook
from followthru.domain.repeats import CatchUp
from followthru.domain.task import How, Status
from followthru.errors import RefusedError, UsageError
from followthru.exchange.playbooks import named, understood
from followthru.store import duties as duty_rows
from followthru.store import journal, runs
from followthru.store import tasks as rows
from tests.store.oracles import state
from tests.storekit import FixedClock, add_person, add_practice, task

NOWHERE = Path("no such folder")
TEXT = """playbook = 1
version = {version}
title = "Close the month"
source = "Our list"
check_your_state = "Nothing"
anchor = "Last working day"
every = "last working day"
roles = {{ owner = "Who reads" }}

[[steps]]
key = "hours"
title = "Check hours"
public = "Hours checked"
before = 3

[[steps]]
key = "bank"
title = "Reconcile the bank"
public = "Bank reconciled"
role = "owner"
after = "anchor"
days = 5
needs = ["hours"]
"""
EVERY = "last working day"
AT = ("oak-street",)


def book(version: int = 1, more: str = "") -> Playbook:
    found = understood((TEXT.format(version=version) + more).encode(), "closing.toml")
    assert found.playbook is not None, found.lines()
    return found.playbook


@pytest.fixture
def office(ctx: Context) -> Context:
    """Oak Street with Dana; it is 1 July 2026, a Wednesday."""
    add_practice(ctx)
    add_person(ctx)
    return ctx


def begin(ctx: Context, **said: object) -> Ran:
    new = NewDuty(AT, Run(AT, date(2026, 7, 1), {"owner": "dana"}, {}))._replace(**said)
    return duty_runs.begin(ctx, book(), new)


def steps(ctx: Context, run_id: int) -> dict[str, int]:
    return {one.step: one.id for one in runs.steps(ctx.read, run_id)}


def latest(ctx: Context) -> int:
    return int(ctx.read.value("SELECT max(id) FROM task"))


def anchors(ctx: Context) -> list[date]:
    return [one.anchor_on for one in runs.runs(ctx.read)]


def test_it_begins_at_the_rule_s_first_date_with_its_run(office: Context) -> None:
    done = begin(office)
    (number,) = done.outcome.task_ids
    row = task(office, number)
    assert (row.title, row.target_on, row.promised_on) == ("Close the month", date(2026, 8, 7), None)
    assert rows.own_words(office.read, number).repeats == EVERY
    assert rows.parts(office.read, number) == sorted(steps(office, 1).values())
    assert task(office, steps(office, 1)["bank"]).assignee == "dana"
    (duty,) = duty_rows.duties(office.read)
    assert (duty.on, duty.leads_on, duty.playbook) == (date(2026, 7, 31), date(2026, 7, 31), "closing")
    history.undo(office)
    assert (runs.runs(office.read), duty_rows.duties(office.read)) == ([], [])


def test_its_last_step_closes_it_and_the_next_run_is_there_as_one_step(office: Context) -> None:
    (number,) = begin(office).outcome.task_ids
    there = steps(office, 1)
    tasks.done(office, there["hours"])
    before = state(office)
    done = tasks.done(office, there["bank"])
    assert any("All steps are done" in note for note in done.notes)
    assert task(office, number).status == Status.DONE
    assert anchors(office) == [date(2026, 7, 31), date(2026, 8, 31)]
    coming = steps(office, 2)
    assert task(office, coming["hours"]).promised_on == date(2026, 8, 26)
    assert task(office, coming["bank"]).assignee == "dana"
    history.undo(office)
    assert state(office) == before
    history.redo(office)
    assert anchors(office) == [date(2026, 7, 31), date(2026, 8, 31)]


def test_both_last_steps_at_once_and_a_tick_on_a_calendar_close_it_too(office: Context) -> None:
    begin(office)
    tasks.done(office, *steps(office, 1).values())
    assert len(anchors(office)) == 2
    there = steps(office, 2)
    tasks.drop(office, there["hours"])
    with office.acting() as tx:
        assert pull(office, tx, there["bank"], [Move("done", False, True)])
    assert len(anchors(office)) == 3


def test_steps_that_are_all_dropped_leave_it_open(office: Context) -> None:
    (number,) = begin(office).outcome.task_ids
    tasks.drop(office, *steps(office, 1).values())
    assert (task(office, number).status, len(anchors(office))) == (Status.OPEN, 1)


def test_fixed_dates_come_in_time_although_the_one_before_is_open(office: Context, clock: FixedClock) -> None:
    begin(office)
    assert duty_runs.bring(office) == []
    (due,) = duty_runs.upcoming(office, office.read)
    assert (due.anchor, due.from_) == (date(2026, 8, 31), date(2026, 8, 19))
    clock.advance(days=49)  # 19 August, eight working days before the 31st
    (brought,) = duty_runs.bring(office)
    assert anchors(office) == [date(2026, 7, 31), date(2026, 8, 31)]
    assert duty_runs.bring(office) == []
    with pytest.raises(RefusedError, match="a task recorded later belongs to it"):
        history.undo(office)  # it passes over what came by itself
    tasks.done(office, *steps(office, 1).values())
    assert len(anchors(office)) == 2, "its next one is there already"
    assert task(office, brought.task_ids[0]).status == Status.OPEN


@pytest.mark.parametrize(
    ("rule", "came"),
    [
        (None, [date(2026, 7, 31), date(2026, 10, 30)]),
        (CatchUp.ONE, [date(2026, 7, 31), date(2026, 9, 30), date(2026, 10, 30)]),
        (CatchUp.ALL, [date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 30)]),
    ],
)
def test_dates_missed_are_caught_up_as_the_duty_says(
    office: Context, clock: FixedClock, rule: CatchUp | None, came: list[date]
) -> None:
    begin(office, catch_up=rule)
    clock.advance(days=112)  # 21 October: the daemon did not run since July
    duty_runs.bring(office)
    assert anchors(office) == came


def test_one_that_cannot_come_keeps_no_other_from_coming(office: Context, clock: FixedClock) -> None:
    begin(office)
    add_practice(office, "harbor")
    begin(office, practices=("harbor",), run=Run(("harbor",), date(2026, 7, 1), {}, {}))
    with office.acting() as tx:
        whole = office.read.value("SELECT book FROM run WHERE id = 1")
        journal.apply(tx, Action("break", "", (Change("run", 1, "book", whole, "{}"),)))
    clock.advance(days=56)  # 26 August
    with pytest.raises(RefusedError, match="run 1 keeps cannot be read"):
        duty_runs.bring(office)
    assert [(one.practice, one.anchor_on) for one in runs.runs(office.read)][-1] == ("harbor", date(2026, 8, 31))


def test_after_done_waits_until_it_is_done_and_never_drifts(office: Context, clock: FixedClock) -> None:
    begin(office, every="120 days after done", anchor=date(2026, 7, 31))
    clock.advance(days=200)
    assert duty_runs.bring(office) == []
    tasks.done(office, *steps(office, 1).values())
    assert anchors(office)[1] == clock.today.replace() + (date(2026, 10, 29) - date(2026, 7, 1))


def test_the_next_can_be_called_now_and_only_once(office: Context) -> None:
    (number,) = begin(office).outcome.task_ids
    duty_runs.next_of(office, number)
    assert anchors(office) == [date(2026, 7, 31), date(2026, 8, 31)]
    with pytest.raises(RefusedError, match="Nothing comes after"):
        duty_runs.next_of(office, number)


def test_skipped_its_steps_go_too_and_the_next_comes(office: Context) -> None:
    (number,) = begin(office).outcome.task_ids
    tasks.done(office, steps(office, 1)["hours"])
    before = state(office)
    duties.skip(office, number)
    assert task(office, steps(office, 1)["bank"]).status == Status.DROPPED
    assert task(office, steps(office, 1)["hours"]).status == Status.DONE
    assert len(anchors(office)) == 2
    history.undo(office)
    assert state(office) == before


def test_moved_once_its_steps_go_along_and_the_rule_goes_on(office: Context) -> None:
    (number,) = begin(office).outcome.task_ids
    there = steps(office, 1)
    promises.tell(office, there["hours"], "dana", how=How.CALL)
    moved = duties.move(office, number, "2026-08-04")
    assert any("stayed" in note for note in moved.notes)
    assert task(office, there["hours"]).promised_on == date(2026, 7, 28)
    assert (task(office, there["bank"]).promised_on, task(office, number).target_on) == (date(2026, 8, 11),) * 2
    duties.move(office, number, "2026-08-04", because="Dana is away")
    assert task(office, there["hours"]).promised_on == date(2026, 7, 30)
    tasks.done(office, *there.values())
    assert anchors(office)[1] == date(2026, 8, 31)


def test_moved_for_good_the_rule_follows(office: Context) -> None:
    (number,) = begin(office, every="month on 15").outcome.task_ids
    duties.move(office, number, "2026-07-20", all_to_come=True)
    tasks.done(office, *steps(office, 1).values())
    assert anchors(office) == [date(2026, 7, 20), date(2026, 8, 20)]


def test_paused_nothing_comes_until_it_is_resumed(office: Context, clock: FixedClock) -> None:
    (number,) = begin(office).outcome.task_ids
    duties.pause(office, number)
    clock.advance(days=60)
    assert duty_runs.bring(office) == []
    tasks.done(office, *steps(office, 1).values())
    assert len(anchors(office)) == 1
    duties.resume(office, number)
    assert anchors(office)[1] == date(2026, 8, 31)


def test_a_year_is_shown_by_anchors(office: Context) -> None:
    begin(office)
    coming = [one.on for one in duties.preview(office.read, date(2026, 10, 1))]
    assert coming == [date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30)]


def test_the_next_run_is_of_the_edition_that_holds_and_a_bad_one_changes_nothing(office: Context) -> None:
    more = '\n[[steps]]\nkey = "tell"\ntitle = "Tell"\npublic = "Told"\nafter = "bank"\n'
    begin(office)
    editions = {"closing": book(2, more)}
    office.playbooks = editions.get
    tasks.done(office, *steps(office, 1).values())
    assert list(steps(office, 2)) == ["hours", "bank", "tell"]
    editions.clear()
    done = tasks.done(office, *steps(office, 2).values())
    assert list(steps(office, 3)) == ["hours", "bank", "tell"]
    assert any("version 2 goes on" in note for note in done.notes)


def test_a_rule_is_needed_and_a_second_one_is_refused(office: Context) -> None:
    begin(office)
    before = state(office)
    with pytest.raises(RefusedError, match="run 1"):
        begin(office)
    with pytest.raises(UsageError, match="how often"):
        duty_runs.begin(office, named(NOWHERE, "hire"), NewDuty(AT, Run(AT, date(2026, 7, 1), {}, {})))
    with pytest.raises(UsageError, match="no rule"):
        begin(office, every="now and then")
    assert state(office) == before


def test_seen_before_it_is_as_it_becomes(office: Context) -> None:
    before = state(office)
    new = NewDuty(AT, Run(AT, date(2026, 7, 1), {}, {}))
    seen = duty_runs.begin(office, book(), new, dry_run=True)
    assert (state(office), seen.outcome.action_id) == (before, None)
    assert [one.plan for one in seen.sites] == [one.plan for one in begin(office).sites]


def test_month_end_at_three_practices_with_different_holidays_is_one_step(ctx: Context, clock: FixedClock) -> None:
    """Each closes its own May 2027, in its own working days; all of it is one step, there and back."""
    for slug, holidays in (("oak-street", "US-NY"), ("harbor", "GB-ENG"), ("lindenhof", "DE-BY")):
        add_practice(ctx, slug, holidays=holidays)
    practices.close(ctx, "oak-street", [date(2027, 5, 28)])
    before = state(ctx)
    where = ("oak-street", "harbor", "lindenhof")
    new = NewDuty(where, Run(where, date(2027, 5, 1), {}, {}), anchor=None)
    clock.advance(days=304)  # 1 May 2027
    done = duty_runs.begin(ctx, named(NOWHERE, "month-end"), new)
    # The 31st is Memorial Day and the spring bank holiday; Oak Street took the Friday off; Corpus Christi is the 27th.
    assert {one.practice.slug: one.anchor for one in done.sites} == {
        "oak-street": date(2027, 5, 27),
        "harbor": date(2027, 5, 28),
        "lindenhof": date(2027, 5, 31),
    }
    for here in done.sites:
        closed = {"lindenhof": date(2027, 5, 27)}.get(here.practice.slug, date(2027, 5, 31))
        assert closed not in {one.on for one in here.plan.tasks}
    assert len(done.outcome.task_ids) == 3
    history.undo(ctx)
    assert state(ctx) == before


def test_a_run_of_a_duty_moved_by_its_anchor_leaves_the_rule(office: Context) -> None:
    (number,) = begin(office).outcome.task_ids
    playbook_moves.move(office, [1], date(2026, 8, 7))
    assert task(office, number).target_on == date(2026, 8, 14)
    tasks.done(office, *steps(office, 1).values())
    assert anchors(office) == [date(2026, 8, 7), date(2026, 8, 31)]


def test_a_single_run_beside_it_closes_nothing(office: Context) -> None:
    (number,) = begin(office).outcome.task_ids
    ran = playbook_runs.run(office, book(), Run(AT, date(2026, 9, 1), {}, {}))
    tasks.done(office, *ran.ids.values())
    assert task(office, number).status == Status.OPEN


def test_a_step_that_comes_back_brings_itself_alone(office: Context) -> None:
    begin(office)
    there = steps(office, 1)
    edit.edit(office, there["hours"], {"every": "2 weeks"})
    duties.skip(office, there["hours"])
    assert (anchors(office), steps(office, 1)) == ([date(2026, 7, 31)], there)
    second = latest(office)
    assert (task(office, there["bank"]).status, task(office, second).status) == (Status.OPEN, Status.OPEN)
    duties.move(office, second, "2026-08-20")
    assert anchors(office) == [date(2026, 7, 31)]
    tasks.done(office, second)
    assert latest(office) > second
    assert (task(office, latest(office)).title, anchors(office)) == ("Check hours", [date(2026, 7, 31)])
    assert [one.playbook for one in duty_rows.duties(office.read)].count("closing") == 1


def test_a_step_that_comes_back_and_is_the_last_closes_its_run_by_a_tick(office: Context) -> None:
    (number,) = begin(office).outcome.task_ids
    there = steps(office, 1)
    edit.edit(office, there["bank"], {"every": "2 weeks"})
    tasks.done(office, there["hours"])
    with office.acting() as tx:
        assert pull(office, tx, there["bank"], [Move("done", False, True)])
    assert task(office, number).status == Status.DONE
    assert len(anchors(office)) == 2
