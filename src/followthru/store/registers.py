"""Read registers: what expires or needs service, with its holder and the open task that renews it."""

from __future__ import annotations

import json
from datetime import date
from typing import cast

from followthru.domain.registers import FaultReport, RegisterItem
from followthru.domain.task import Status
from followthru.store.days import day_of
from followthru.store.store import Reader, SqlRow

_SELECT = (
    "SELECT i.id, i.practice_id, p.slug, i.kind, i.title, i.holder_id, h.handle, coalesce(h.name, i.holder_name), "
    "i.identifier, i.issued_on, i.expires_on, i.service_every, i.lead_days, i.vendor, i.contact, i.cost, i.documents, "
    "i.notes, i.audience, i.retired_on, (SELECT max(t.id) FROM task t WHERE t.register_item_id = i.id "
    "AND t.status NOT IN ('done', 'dropped')) "
    "FROM register_item i JOIN practice p ON p.id = i.practice_id LEFT JOIN person h ON h.id = i.holder_id"
)
_DAYS = tuple(RegisterItem._fields.index(name) for name in ("issued_on", "expires_on", "retired_on"))
_DOCUMENTS = RegisterItem._fields.index("documents")


def items(
    read: Reader,
    *,
    practice_id: int | None = None,
    kind: str | None = None,
    person_id: int | None = None,
    retired: bool = False,
) -> list[RegisterItem]:
    """Return items by practice, kind and date; retired ones only if wished."""
    wanted = (("i.practice_id = ?", practice_id), ("i.kind = ?", kind), ("i.holder_id = ?", person_id))
    given = [(sql, value) for sql, value in wanted if value is not None]
    where = " AND ".join(("TRUE" if retired else "i.retired_on IS NULL", *(sql for sql, _ in given)))
    order = "p.slug, i.kind, i.expires_on IS NULL, i.expires_on, i.id"
    rows = read.rows(f"{_SELECT} WHERE {where} ORDER BY {order}", *(value for _, value in given))
    return [_item(row) for row in rows]


def one(read: Reader, item_id: int) -> RegisterItem | None:
    """Return one item, None when it does not exist."""
    row = read.row(f"{_SELECT} WHERE i.id = ?", item_id)
    return None if row is None else _item(row)


def without_task(read: Reader, until: date) -> list[RegisterItem]:
    """Return what expires by a day and has no open task, soonest first."""
    sql = (
        f"{_SELECT} WHERE i.retired_on IS NULL AND i.expires_on <= ? AND NOT EXISTS (SELECT 1 FROM task t "
        "WHERE t.register_item_id = i.id AND t.status NOT IN ('done', 'dropped')) ORDER BY i.expires_on, i.id"
    )
    return [_item(row) for row in read.rows(sql, until.isoformat())]


def longest_lead(read: Reader) -> int | None:
    """Return the longest lead of all items that have a date, in working days; None where there is none."""
    return read.value("SELECT max(coalesce(lead_days, 0)) FROM register_item WHERE expires_on IS NOT NULL")


def tasks_of(read: Reader, item_id: int) -> list[int]:
    """Return the ids of all tasks that renew or renewed an item, oldest first."""
    return [int(id) for (id,) in read.rows("SELECT id FROM task WHERE register_item_id = ? ORDER BY id", item_id)]


def faults_of(read: Reader, item_id: int) -> list[FaultReport]:
    """Return what was reported as not working of an item, oldest first."""
    sql = (
        "SELECT f.id, f.register_item_id, f.task_id, f.words, f.reported_on, f.vendor, t.status, t.done_on "
        "FROM fault_report f JOIN task t ON t.id = f.task_id WHERE f.register_item_id = ? ORDER BY f.reported_on, f.id"
    )
    return [
        FaultReport(id, item, task, words, date.fromisoformat(said), vendor, Status(status), day_of(done))
        for id, item, task, words, said, vendor, status, done in read.rows(sql, item_id)
    ]


def repaired_by(read: Reader, task_id: int) -> int | None:
    """Return the item that a task has repaired, None for any other task."""
    return read.value("SELECT register_item_id FROM fault_report WHERE task_id = ?", task_id)


def _item(row: SqlRow) -> RegisterItem:
    values = list(row)
    for at in _DAYS:
        values[at] = day_of(row[at])
    values[_DOCUMENTS] = documents(row[_DOCUMENTS])
    return RegisterItem._make(values)


def documents(text: str | None) -> tuple[str, ...]:
    """Return the paths and URLs that are stored with an item."""
    return tuple(cast("list[str]", json.loads(text))) if text else ()
