"""A renewal in the steps of its kind's playbook: a run for the day of expiry, closed by the renewal itself."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from followthru.actions import history, playbook_answers, promises, registers, renewals, tasks
from followthru.actions.context import Context
from followthru.actions.drafting import draft
from followthru.actions.renewals import InSteps, Renewal
from followthru.domain.evidence import Form, Piece, Shown
from followthru.domain.people import RoleName
from followthru.domain.playbooks import Playbook
from followthru.domain.task import How, Status
from followthru.domain.workdays import MONDAY_TO_FRIDAY
from followthru.errors import FollowthruError
from followthru.exchange.playbooks import edition
from followthru.store import runs, updates
from followthru.store import tasks as rows
from tests.store.oracles import state
from tests.storekit import FixedClock, add_person, add_practice, task

NOWHERE = Path("no such folder")
SHOWN = Shown((Piece(Form.NOTE, "The board confirmed it"),))
EXPIRES = date(2026, 9, 29)


@pytest.fixture
def office(ctx: Context) -> Context:
    """Oak Street with Dana, its owner, and Sam on its staff, whose licence (item 1) expires in 90 days."""
    ctx.playbooks = partial(edition, NOWHERE)
    add_practice(ctx)
    add_person(ctx)
    add_person(ctx, "Sam Ito", RoleName.STAFF)
    registers.add(ctx, "licence", "RN licence", "oak-street", {"holder": "sam", "expires": EXPIRES.isoformat()})
    return ctx


def renewal(ctx: Context, **said: object) -> tuple[int, list[int]]:
    """Make the renewal and return its task and its steps."""
    made, _ = renewals.make_task(ctx, 1, InSteps()._replace(**said))
    return made.task_ids[0], [one.id for one in runs.steps(ctx.read, 1)]


def test_a_licence_that_expires_is_renewed_in_steps_with_evidence_and_then_next(
    office: Context, clock: FixedClock
) -> None:
    before = state(office)
    number, steps = renewal(office)
    whole = task(office, number)
    assert (whole.deadline_on, whole.promised_on) == (EXPIRES, None)
    assert rows.parts(office.read, number) == sorted(steps)
    assert len(steps) == 12
    (run,) = runs.runs(office.read)
    assert (run.playbook, run.anchor_on, run.occurrence_id) == ("licence-renewal", EXPIRES, number)
    deadlines = {task(office, id).deadline_on for id in steps}
    assert deadlines == {None, EXPIRES}, "only what the board wants by then has its date"
    said: list[str] = []
    for id in steps:
        clock.advance(days=3)
        said += tasks.done(office, id, shown=SHOWN).notes
    assert "is yours to close" in said[-1]
    assert task(office, number).status == Status.OPEN
    with pytest.raises(FollowthruError):
        renewals.renew(office, 1, Renewal(expires="2028-09-29"))
    renewals.renew(office, 1, Renewal(expires="2028-09-29", shown=SHOWN))
    assert task(office, number).status == Status.DONE
    item = registers.one(office.read, 1)
    assert (item.expires_on, item.task_id) == (date(2028, 9, 29), None)
    for _ in range(len(steps) + 2):
        history.undo(office)
    assert state(office) == before


def test_nobody_sees_a_step_who_was_not_named_and_its_holder_only_what_is_theirs(office: Context) -> None:
    _, steps = renewal(office)
    assert {task(office, id).assignee for id in steps} == {None}
    assert all(len(rows.persons_about(office.read, id)) == 1 for id in steps)
    drafted = updates.one(office.read, draft(office, "oak-street", "sam").update_id)
    assert drafted is not None
    titles = [task(office, id).public_title or "" for id in steps]
    assert not any(title in drafted.body for title in titles)
    told = updates.one(office.read, draft(office, "oak-street", "dana").update_id)
    assert told is not None
    assert any(title in told.body for title in titles), "the owner reads of it"


def test_who_is_named_has_their_steps(office: Context) -> None:
    _, steps = renewal(office, roles={"holder": "sam"})
    assert {task(office, id).assignee for id in steps} == {None, "sam"}


def test_what_is_private_of_an_item_is_private_of_every_step(office: Context) -> None:
    registers.edit(office, 1, {"audience": "me"})
    number, steps = renewal(office, roles={"holder": "sam"})
    assert {task(office, id).audience for id in (number, *steps)} == {"me"}
    assert {task(office, id).assignee for id in steps} == {None}
    playbook_answers.answer(office, 1, {"fingerprints": "yes"})
    (new,) = {one.id for one in runs.steps(office.read, 1)} - set(steps)
    assert (task(office, new).audience, len(rows.persons_about(office.read, new))) == ("me", 1)


def test_a_date_that_moves_takes_the_steps_and_their_deadlines_along(office: Context) -> None:
    _, steps = renewal(office)
    promises.tell(office, steps[0], "dana", how=How.MAIL)
    was = [task(office, id).promised_on for id in steps]
    before = state(office)
    kept = registers.edit(office, 1, {"expires": "2026-10-06"})
    assert any("stayed" in note for note in kept.outcome.notes)
    history.undo(office)
    assert state(office) == before
    registers.edit(office, 1, {"expires": "2026-10-06"})
    now = [task(office, id).promised_on for id in steps]
    assert now[0] == was[0]
    assert all(b == MONDAY_TO_FRIDAY.add(a, 5) for a, b in zip(was[1:], now[1:], strict=True) if a and b)
    assert {task(office, id).deadline_on for id in steps} == {None, date(2026, 10, 6)}


def test_alone_or_without_a_good_edition_it_is_one_task(office: Context) -> None:
    renewals.make_task(office, 1, InSteps(alone=True))
    assert runs.runs(office.read) == []
    history.undo(office)
    office.playbooks = dict[str, Playbook]().get
    made, _ = renewals.make_task(office, 1)
    assert (runs.runs(office.read), task(office, made.task_ids[0]).deadline_on) == ([], EXPIRES)


def test_each_kind_that_names_a_playbook_names_one_that_is_there(office: Context) -> None:
    named = {one.kind.playbook for one in office.kinds.every() if one.kind is not None and one.kind.playbook}
    assert named
    assert all(edition(NOWHERE, name) is not None for name in named)
