"""A new clinician: thirty steps with their days; some are told, some done, one is moved, then the first day moves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from followthru.actions import history, playbook_moves, playbook_runs, promises, tasks
from followthru.actions.context import Context
from followthru.actions.playbook_runs import Run
from followthru.domain.people import RoleName
from followthru.domain.task import How, Status
from followthru.errors import RefusedError
from followthru.exchange.playbooks import named
from followthru.store import practices, runs
from tests.store.oracles import state
from tests.storekit import add_person, add_practice, task

FIRST_DAY, LATER = date(2026, 11, 2), date(2026, 11, 16)


@pytest.fixture
def oak(ctx: Context) -> Context:
    """Oak Street in New York, with its owner, its lead and its biller; it is 1 July 2026."""
    add_practice(ctx, timezone="America/New_York", holidays="US-NY", buffer_policy="fixed:1")
    add_person(ctx, "Dana Reyes", RoleName.OWNER)
    add_person(ctx, "Lee Park", RoleName.LEAD)
    add_person(ctx, "Marisol Vega", RoleName.STAFF)
    return ctx


def test_a_new_clinician_and_a_first_day_that_moves(oak: Context) -> None:
    book = named(Path("no such folder"), "onboard-clinician")
    given = Run(("oak-street",), FIRST_DAY, {"owner": "dana", "lead": "lee", "biller": "marisol"}, {})
    seen = playbook_runs.preview(oak, book, given)
    ran = playbook_runs.run(oak, book, given)
    ids = {place[0]: id for (_, place), id in ran.ids.items()}
    assert len(ids) >= 25
    assert [one.on for one in seen.sites[0].plan.tasks] == [one.on for one in ran.sites[0].plan.tasks]
    calendar = practices.work_calendar(oak.read, 1)
    days = {step: task(oak, id).promised_on for step, id in ids.items()}
    assert all(on is not None and calendar.is_working(on) for on in days.values())
    assert date(2026, 9, 7) not in days.values(), "Labor Day"
    assert days["i9"] == date(2026, 11, 4), "Election Day is a holiday in New York"
    assert task(oak, ids["schedule"]).assignee == "lee"

    tasks.done(oak, ids["offer"], ids["contact"])
    promises.tell(oak, ids["malpractice"], "dana", how=How.CALL)
    promises.promise(oak, ids["room"], promises.NewPromise(calendar.add(days["room"] or FIRST_DAY, -2)))
    before = state(oak)

    went = playbook_moves.move(oak, [1], LATER)
    assert [(one.task_id, one.told) for one in went.stay] == [(ids["malpractice"], ("dana",))]
    moved = {step: task(oak, id).promised_on for step, id in ids.items()}
    assert (moved["offer"], moved["malpractice"]) == (days["offer"], days["malpractice"])
    # The 3rd and the 11th are holidays: the first day moves by eight working days, not by ten.
    assert calendar.working_days_between(FIRST_DAY, LATER) == 8
    for step, on in days.items():
        if step in ("offer", "contact", "malpractice", "room") or on is None:
            continue
        assert moved[step] == calendar.add(on, 8), step
    assert moved["room"] == calendar.add(LATER, -6), "two days before the playbook's, as it was"
    with pytest.raises(RefusedError, match="needs a reason"):
        promises.promise(oak, ids["malpractice"], promises.NewPromise(LATER))

    playbook_moves.move(oak, [1], LATER, because="The licence came later")
    assert task(oak, ids["malpractice"]).promised_on == calendar.add(days["malpractice"] or FIRST_DAY, 8)
    history.undo(oak)
    playbook_moves.move(oak, [1], FIRST_DAY)
    assert {key: row for key, row in state(oak).items() if key[0] in ("task", "run")} == {
        key: row for key, row in before.items() if key[0] in ("task", "run")
    }
    (run,) = runs.runs(oak.read)
    assert (run.done, run.open) == (2, len(ids) - 2)
    assert task(oak, ids["offer"]).status == Status.DONE
    for _ in range(6):
        history.undo(oak)
    assert runs.runs(oak.read) == []
