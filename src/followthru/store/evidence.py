"""Read evidence: what is kept for a task, and for a practice over a time."""

from __future__ import annotations

from datetime import date

from followthru.domain.evidence import EvidenceRow, Form
from followthru.store.days import day_of
from followthru.store.store import Reader, SqlRow

_SELECT = (
    "SELECT e.id, p.slug, e.dated_on, e.form, e.words, e.sha256, t.id, t.title, coalesce(t.kind, i.kind), t.done_on, "
    "i.id, i.title, coalesce(h.name, i.holder_name) FROM evidence e LEFT JOIN task t ON t.id = e.task_id "
    "LEFT JOIN fault_report f ON f.task_id = e.task_id "
    "LEFT JOIN register_item i ON i.id = coalesce(e.register_item_id, t.register_item_id, f.register_item_id) "
    "LEFT JOIN practice p ON p.id = coalesce(t.practice_id, i.practice_id) LEFT JOIN person h ON h.id = i.holder_id"
)


def of_practice(read: Reader, practice_id: int, first: date, last: date) -> list[EvidenceRow]:
    """Return a practice's evidence of some days, oldest first."""
    where = "p.id = ? AND e.dated_on BETWEEN ? AND ?"
    return _rows(read, where, practice_id, first.isoformat(), last.isoformat())


def of_task(read: Reader, task_id: int) -> list[EvidenceRow]:
    """Return what is kept for one task, oldest first."""
    return _rows(read, "e.task_id = ?", task_id)


def files(read: Reader) -> list[EvidenceRow]:
    """Return all evidence that is a file, oldest first."""
    return _rows(read, "e.form = ?", str(Form.FILE))


def exists_for(read: Reader, task_id: int) -> bool:
    """Whether anything is kept for a task."""
    return read.value("SELECT 1 FROM evidence WHERE task_id = ? LIMIT 1", task_id) is not None


def wanted(read: Reader, task_id: int) -> tuple[bool, int | None]:
    """Return whether a task closes only with evidence, and the register item that it renews, if any."""
    row = read.row("SELECT needs_evidence, register_item_id FROM task WHERE id = ?", task_id)
    return (False, None) if row is None else (bool(row[0]), row[1])


def closed_without(read: Reader) -> list[int]:
    """Return the ids of tasks that are done, need evidence and have none."""
    sql = (
        "SELECT id FROM task t WHERE needs_evidence = 1 AND status = 'done' "
        "AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.task_id = t.id) ORDER BY id"
    )
    return [int(id) for (id,) in read.rows(sql)]


def _rows(read: Reader, where: str, *values: object) -> list[EvidenceRow]:
    return [_row(row) for row in read.rows(f"{_SELECT} WHERE {where} ORDER BY e.dated_on, e.id", *values)]


def _row(row: SqlRow) -> EvidenceRow:
    id, practice, dated, form, words, sha256, task_id, task, kind, done, item_id, item, holder = row
    return EvidenceRow(
        id, practice or "", date.fromisoformat(dated), Form(form), words, sha256,
        task_id, task, kind, day_of(done), item_id, item, holder,
    )  # fmt: skip
