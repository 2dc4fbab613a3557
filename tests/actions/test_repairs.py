"""Faults of equipment: reported, seen to by a task that closes with evidence, kept as the item's history."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import edit, history, promises, registers, renewals, repairs, tasks
from followthru.actions.context import Context
from followthru.actions.drafting import draft
from followthru.domain.evidence import Form, Piece, Shown
from followthru.domain.people import RoleName
from followthru.domain.task import Status
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.store import evidence, updates
from followthru.store import registers as rows
from tests.storekit import FixedClock, add_person, add_practice, task

INVOICE = Shown((Piece(Form.NOTE, "Invoice 77"),))


@pytest.fixture
def office(ctx: Context) -> Context:
    """Oak Street with its owner, a vendor, and an autoclave (item 1) that is to be serviced on 1 September."""
    add_practice(ctx)
    add_person(ctx)
    add_person(ctx, "Vic Sterile", RoleName.VENDOR)
    given = {"vendor": "Acme Sterile", "contact": "555 0100", "expires": "2026-09-01"}
    registers.add(ctx, "equipment", "Autoclave", "oak-street", given)
    return ctx


def test_a_fault_is_a_task_that_closes_with_evidence_and_stays_in_the_history(
    office: Context, clock: FixedClock
) -> None:
    found = repairs.report(office, 1, "door does\nnot lock")
    [id] = found.outcome.task_ids
    made = task(office, id)
    assert (made.title, made.public_title) == ("Repair Autoclave: door does not lock", "Equipment repair")
    assert (made.kind, made.status, made.deadline_on) == ("equipment-repair", Status.OPEN, None)
    with pytest.raises(RefusedError, match="something to show"):
        tasks.done(office, id)
    clock.advance(days=3)
    tasks.done(office, id, shown=INVOICE)
    repairs.report(office, 1, "gasket leaks")
    assert [(one.words, one.reported_on, one.status, one.done_on) for one in rows.faults_of(office.read, 1)] == [
        ("door does not lock", date(2026, 7, 1), Status.DONE, date(2026, 7, 4)),
        ("gasket leaks", date(2026, 7, 4), Status.OPEN, None),
    ]
    [row] = evidence.of_practice(office.read, 1, date.min, date.max)
    assert (row.words, row.item) == ("Invoice 77", "Autoclave")


def test_a_repair_is_no_renewal(office: Context) -> None:
    repairs.report(office, 1, "door")
    assert registers.one(office.read, 1).task_id is None
    done, item = renewals.make_task(office, 1)
    assert item.task_id == done.task_ids[0]
    assert rows.tasks_of(office.read, 1) == [2]
    with pytest.raises(RefusedError, match="looks after something"):
        edit.edit(office, 1, {"practice": None})


def test_a_vendor_who_is_known_is_waited_on_and_another_is_kept_as_a_name(office: Context) -> None:
    first = repairs.report(office, 1, "door", "vic")
    waiting = task(office, first.outcome.task_ids[0])
    assert (waiting.status, waiting.waiting_on, first.report.vendor) == (Status.WAITING, "vic", "Vic Sterile")
    second = repairs.report(office, 1, "gasket", "Bob of Acme")
    assert (task(office, second.outcome.task_ids[0]).status, second.report.vendor) == (Status.OPEN, "Bob of Acme")
    with pytest.raises(NotFoundError):
        repairs.report(office, 1, "gasket", "+nobody")


def test_nothing_of_a_fault_is_in_an_update(office: Context) -> None:
    """Its owner reads that equipment is repaired, not which, nor what is wrong with it, nor whom it is bought from."""
    registers.edit(office, 1, {"audience": "owners", "title": "CANARY autoclave", "vendor": "CANARY Sterile"})
    found = repairs.report(office, 1, "CANARY leak", "CANARY repairs")
    promises.promise(office, found.outcome.task_ids[0], promises.NewPromise(date(2026, 7, 3)))
    row = updates.one(office.read, draft(office, "oak-street", "dana").update_id)
    assert row is not None
    assert "Equipment repair" in row.body
    assert "CANARY" not in f"{row.subject} {row.body} {row.facts}"


def test_undo_takes_report_and_task_back_and_redo_brings_both(office: Context) -> None:
    repairs.report(office, 1, "door")
    history.undo(office)
    assert rows.faults_of(office.read, 1) == []
    history.redo(office)
    assert [one.task_id for one in rows.faults_of(office.read, 1)] == [1]


def test_what_cannot_be_reported_is_refused(office: Context) -> None:
    with pytest.raises(UsageError, match="what does not work"):
        repairs.report(office, 1, " \n ")
    with pytest.raises(NotFoundError):
        repairs.report(office, 9, "door")
    registers.retire(office, 1)
    with pytest.raises(RefusedError, match="retired"):
        repairs.report(office, 1, "door")
