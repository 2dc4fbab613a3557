"""Evidence: what has to be shown closes only with something dated to show, whoever closes it; files are checked."""

from __future__ import annotations

import csv
import hashlib
import os
from datetime import date
from pathlib import Path

import pytest

from followthru.actions import compliance, edit, history, registers, renewals, tasks
from followthru.actions.compliance import piece
from followthru.actions.context import Context
from followthru.actions.pulling import pull
from followthru.actions.renewals import Renewal
from followthru.calendars.merge import Move
from followthru.domain.evidence import Form, Piece, Shown
from followthru.domain.task import Status
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.exchange.evidence_csv import lines
from followthru.store import evidence
from tests.storekit import FixedClock, add_person, add_practice, add_task, task

NOTE = Shown((Piece(Form.NOTE, "Confirmed by phone"),))


@pytest.fixture
def office(ctx: Context) -> Context:
    """Oak Street with one task (1) that closes only with evidence, and a licence (item 1)."""
    add_practice(ctx)
    add_person(ctx)
    add_task(ctx, "Risk analysis deadline 1 aug @oak-street every year")
    edit.edit(ctx, 1, {"evidence": "yes", "kind": "hipaa-risk-analysis"})
    registers.add(ctx, "licence", "RN licence", "oak-street", {"holder": "dana", "expires": "2026-09-01"})
    return ctx


def test_what_is_shown_of_a_task_that_is_done_is_not_lost_in_silence(office: Context) -> None:
    tasks.done(office, 1, shown=NOTE)
    again = tasks.done(office, 1, shown=NOTE)
    assert "was not kept; `followthru evidence add 1 …` keeps it" in again.words
    assert len(evidence.of_task(office.read, 1)) == 1


def test_it_is_refused_without_and_done_with_evidence(office: Context) -> None:
    with pytest.raises(RefusedError, match="Task 1 closes only with something to show: Risk analysis"):
        tasks.done(office, 1)
    assert task(office, 1).status is Status.OPEN
    tasks.done(office, 1, shown=NOTE._replace(dated_on=date(2026, 6, 30)))
    [row] = evidence.of_task(office.read, 1)
    assert (row.form, row.words, row.dated_on, row.kind) == (
        Form.NOTE, "Confirmed by phone", date(2026, 6, 30), "hipaa-risk-analysis",
    )  # fmt: skip
    with pytest.raises(RefusedError, match="Task 2 closes only"):
        tasks.done(office, 2)  # the next one of the same duty wants its own


def test_undo_takes_the_evidence_back_with_the_rest(office: Context) -> None:
    tasks.done(office, 1, shown=NOTE)
    history.undo(office)
    assert (evidence.of_task(office.read, 1), task(office, 1).status) == ([], Status.OPEN)
    history.redo(office)
    assert [row.words for row in evidence.of_task(office.read, 1)] == ["Confirmed by phone"]
    tasks.reopen(office, 1)
    assert tasks.done(office, 1).action_id is not None  # what was shown then is still there


def test_of_several_tasks_none_is_closed_when_one_lacks_evidence(office: Context) -> None:
    number = add_task(office, "Order paper @oak-street")
    with pytest.raises(RefusedError):
        tasks.done(office, number, 1)
    assert task(office, number).status is Status.OPEN
    tasks.drop(office, 1)


def test_a_tick_on_a_calendar_does_not_close_it_until_there_is_something_to_show(office: Context) -> None:
    ticked = [Move("done", False, True)]
    with pytest.raises(RefusedError, match="something to show"), office.acting() as tx:
        pull(office, tx, 1, ticked)
    compliance.add(office, 1, NOTE)
    with office.acting() as tx:
        assert pull(office, tx, 1, ticked)
    assert task(office, 1).status is Status.DONE


def test_a_renewal_wants_evidence_with_a_task_and_without(office: Context) -> None:
    with pytest.raises(RefusedError, match="renewed only with something to show"):
        renewals.renew(office, 1, Renewal("2028-09-01"))
    renewals.make_task(office, 1)
    with pytest.raises(RefusedError, match="closes only"):
        renewals.renew(office, 1, Renewal("2028-09-01"))
    with pytest.raises(RefusedError, match="closes only"):
        tasks.done(office, registers.one(office.read, 1).task_id or 0)
    kept = renewals.renew(office, 1, Renewal("2028-09-01", shown=NOTE))
    renewals.renew(office, 1, Renewal("2030-09-01", "2028-09-01", NOTE))
    found = evidence.of_practice(office.read, 1, date.min, date.max)
    assert [(row.task_id, row.item, row.holder) for row in found] == [
        (kept.outcome.task_ids[0], "RN licence", "Dana Reyes"),
        (None, "RN licence", "Dana Reyes"),
    ]
    registers.add(office, "lease", "Suite 4", "oak-street", {"expires": "2026-09-01"})
    assert renewals.renew(office, 2, Renewal("2030-09-01")).item.expires_on == date(2030, 9, 1)


def test_what_is_shown_is_an_address_a_file_or_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "cert.pdf"
    file.write_bytes(b"signed")
    digest = hashlib.sha256(b"signed").hexdigest()
    assert piece(str(file)) == Piece(Form.FILE, str(file), digest)
    assert piece(" https://board.example/4471 ") == Piece(Form.LINK, "https://board.example/4471")
    assert piece("note: /not a path") == Piece(Form.NOTE, "/not a path")
    assert piece("Seen in person") == Piece(Form.NOTE, "Seen in person")
    monkeypatch.chdir(tmp_path)
    assert piece("cert.pdf") == piece("file:cert.pdf") == Piece(Form.FILE, str(file), digest)
    for gone in ("/no/such/file.pdf", "./gone.pdf", "file:gone.pdf", str(tmp_path)):
        with pytest.raises(NotFoundError, match="cannot be read"):
            piece(gone)
    for empty in ("", "  ", "note:"):
        with pytest.raises(UsageError):
            piece(empty)


def test_a_pipe_is_no_file_and_is_never_waited_on(office: Context, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(NotFoundError, match="cannot be read: it is no file"):
        piece(f"file:{pipe}")
    proof = tmp_path / "proof.pdf"
    proof.write_text("signed")
    tasks.done(office, 1, shown=Shown((piece(str(proof)),)))
    proof.unlink()
    os.mkfifo(proof)
    [gone] = compliance.faults(office.read)
    assert gone.words == f"{proof} cannot be read: it is no file."


def test_evidence_is_of_a_day_that_has_been(office: Context) -> None:
    with pytest.raises(UsageError, match="cannot be there yet"):
        tasks.done(office, 1, shown=NOTE._replace(dated_on=date(2026, 7, 2)))
    assert task(office, 1).status is Status.OPEN


def test_a_file_that_is_gone_or_another_is_said(office: Context, tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    for file in (first, second):
        file.write_bytes(b"as it was")
    tasks.done(office, 1, shown=Shown((piece(str(first)), piece(str(second)))))
    assert compliance.faults(office.read) == []
    first.unlink()
    second.write_bytes(b"as it is")
    gone, changed = compliance.faults(office.read)
    assert (gone.words, gone.task_id) == (f"{first} cannot be read: No such file or directory.", 1)
    assert changed.words == f"{second} has changed since it was kept."


def test_a_document_of_a_register_that_is_gone_is_said(office: Context, tmp_path: Path) -> None:
    file = tmp_path / "scan.pdf"
    file.touch()
    registers.edit(office, 1, {"documents": f"{file}; https://board.example/1; drawer 3"})
    assert compliance.faults(office.read) == []
    file.unlink()
    [fault] = compliance.faults(office.read)
    assert (fault.words, fault.item and fault.item.id) == (f"{file} is not there.", 1)
    registers.retire(office, 1)
    assert compliance.faults(office.read) == []


def test_done_with_nothing_to_show_is_said(office: Context) -> None:
    number = add_task(office, "Drill @oak-street")
    tasks.done(office, number)
    edit.edit(office, number, {"evidence": "yes"})
    assert [(fault.task_id, fault.words) for fault in compliance.faults(office.read)] == [
        (number, f"Task {number} is done and has nothing to show.")
    ]


def test_the_audit_is_of_one_practice_and_its_days(office: Context, clock: FixedClock) -> None:
    add_practice(office, "elm")
    number = add_task(office, "Drill @elm")
    tasks.done(office, 1, shown=NOTE)
    clock.advance(days=10)
    tasks.done(office, number, shown=Shown((Piece(Form.NOTE, "=HYPERLINK(1)"),)))
    assert [row.task_id for row in evidence.of_practice(office.read, 1, date.min, date.max)] == [1]
    assert evidence.of_practice(office.read, 1, date(2026, 7, 2), date.max) == []
    elm = evidence.of_practice(office.read, 2, date(2026, 7, 11), date(2026, 7, 11))
    [header, row] = csv.reader(lines(elm))
    assert dict(zip(header, row, strict=True)) | {"id": "", "done_on": ""} == {
        "id": "", "practice": "elm", "dated_on": "2026-07-11", "form": "note", "words": "'=HYPERLINK(1)", "sha256": "",
        "task": str(number), "title": "Drill", "kind": "", "done_on": "", "register_item": "", "item": "", "holder": "",
    }  # fmt: skip
