"""Read updates, and what the next one to a reader is written from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from followthru.domain import fields
from followthru.store.chunks import chunks, slots
from followthru.store.store import Reader, SqlRow
from followthru.store.tasks import Query

_MANY = 1_000


class Mark(NamedTuple):
    """How far the journal and the mail had come; what is composed later may say something else."""

    change: int
    attempt: int


class Announced(NamedTuple):
    """Somebody (a handle) whose newest word of a task's date is what an update said."""

    person: str
    update_id: int


class UpdateRow(NamedTuple):
    """An update as lists and JSON read it: what the PM decided (`status`) and how far it came (`phase`).

    `email` is the person's address now. `composed` is what an edited text was made from, `former` the PM's words
    that a text written anew has taken the place of; `follows_id` is the update in whose thread it goes. `due_at` is the
    hour (UTC ISO text) at which it is due by its reader's cadence. `phase` and all that begins with `message_id` are
    None before approval.
    """

    id: int
    uid: str
    practice_id: int
    practice: str
    person_id: int
    person: str
    email: str | None
    kind: str
    period: str | None
    status: str
    phase: str | None
    subject: str
    body: str
    facts: str
    flags: str
    edited: bool
    drafted_at: str
    approved_at: str | None
    approved_by: str | None
    approved_hash: str | None
    send_after: str | None
    composed: str | None
    former: str | None
    follows_id: int | None
    due_at: str | None
    message_id: str | None
    attempts: int | None
    next_at: str | None
    code: int | None
    answer: str | None
    updated_at: str | None


COLUMNS = ", ".join(UpdateRow._fields)
_EDITED = UpdateRow._fields.index("edited")
_TO_REVIEW = "status IN ('drafted', 'in review', 'held')"
_RETURNED = (
    "EXISTS (SELECT 1 FROM incoming b WHERE b.update_id = update_row.id AND b.kind = 'bounce' "
    "AND b.person_id IS NOT NULL)"
)
_PENDING = f"({_TO_REVIEW} OR (status = 'approved' AND phase NOT IN ('accepted', 'cancelled', 'superseded')))"


def one(read: Reader, update_id: int) -> UpdateRow | None:
    """Return one update, None when it does not exist."""
    return _update(read.row(f"SELECT {COLUMNS} FROM update_row WHERE id = ?", update_id))


def listed(read: Reader, *, practice_id: int | None = None, all_: bool = False, limit: int = 200) -> list[UpdateRow]:
    """Return the updates that are not settled yet, or all; newest first."""
    where = "TRUE" if all_ else _PENDING
    sql = (
        f"SELECT {COLUMNS} FROM update_row WHERE {where} AND (?1 IS NULL OR practice_id = ?1) ORDER BY id DESC LIMIT ?2"
    )
    return [found for row in read.rows(sql, practice_id, limit) if (found := _update(row))]


def pending(read: Reader, person_id: int, practice_id: int, kind: str = "digest") -> UpdateRow | None:
    """Return the newest digest to a reader at a practice that is not settled; or the newest call."""
    return _newest(read, f"kind = '{'call' if kind == 'call' else 'digest'}' AND {_PENDING}", person_id, practice_id)


def confirmed(read: Reader, person_id: int, practice_id: int) -> UpdateRow | None:
    """Return the last digest that arrived, or call that was made, to a reader at a practice: its facts are known.

    One whose mail was returned for good did not: the next one says again what it said. A warning or a repair counts
    like any telling; the next digest confirms it.
    """
    arrived = f"(kind = 'digest' AND phase = 'accepted' AND NOT {_RETURNED} OR kind = 'call' AND status = 'settled')"
    return _newest(read, arrived, person_id, practice_id)


def with_an_hour(read: Reader) -> list[UpdateRow]:
    """Return the digests to be reviewed that are due at an hour, by that hour."""
    where = f"kind = 'digest' AND {_TO_REVIEW} AND due_at IS NOT NULL"
    sql = f"SELECT {COLUMNS} FROM update_row WHERE {where} ORDER BY due_at"
    return [found for row in read.rows(sql) if (found := _update(row))]


def arrived_before(read: Reader, row: UpdateRow) -> UpdateRow | None:
    """Return the last regular update to the same reader that arrived before one was drafted."""
    sql = (
        f"SELECT {COLUMNS} FROM update_row WHERE kind = 'digest' AND phase = 'accepted' AND person_id = ? "
        "AND practice_id = ? AND id < ? ORDER BY id DESC LIMIT 1"
    )
    return _update(read.row(sql, row.person_id, row.practice_id, row.id))


def of_period(read: Reader, person_id: int, practice_id: int, period: str) -> UpdateRow | None:
    """Return the update of a period, whatever became of it."""
    return _update(
        read.row(
            f"SELECT {COLUMNS} FROM update_row WHERE person_id = ? AND practice_id = ? AND period = ?",
            person_id,
            practice_id,
            period,
        )
    )


def came_back(read: Reader, update_id: int) -> bool:
    """Return whether an update was approved before, since it was written for its present period."""
    sql = (
        "SELECT 1 FROM change WHERE entity = 'update' AND entity_id = ?1 AND field = 'status' "
        "AND before = '\"approved\"' "
        "AND id > coalesce((SELECT max(id) FROM change WHERE entity = 'update' AND entity_id = ?1 "
        "AND field = 'period'), 0) LIMIT 1"
    )
    return read.value(sql, update_id) is not None


def following(read: Reader, update_id: int, kind: str) -> list[UpdateRow]:
    """Return the updates of a kind that go in the thread of another, oldest first."""
    sql = f"SELECT {COLUMNS} FROM update_row WHERE follows_id = ? AND kind = ? ORDER BY id"
    return [found for row in read.rows(sql, update_id, kind) if (found := _update(row))]


def announced(read: Reader, task_id: int, on: str) -> list[Announced]:
    """Return who was last told this date (ISO text) of a task by an update."""
    rows = read.rows(
        "SELECT p.handle, t.update_id FROM telling t JOIN person p ON p.id = t.person_id WHERE t.task_id = ? "
        "AND t.promised_on = ? AND t.retracted = 0 AND t.update_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM telling n "
        "WHERE n.task_id = t.task_id AND n.person_id = t.person_id AND n.retracted = 0 AND n.id > t.id) ORDER BY t.id",
        task_id,
        on,
    )
    return [Announced(*row) for row in rows]


def trusted(read: Reader, person_id: int, practice_id: int, role_id: int, *, since: str | None = None) -> bool:
    """Return whether a digest the PM approved was accepted at the person's present address, in their present role.

    One that was returned never arrived, and begins nothing; nor does one approved before `since` (UTC ISO text).
    """
    accepted = read.value(
        'SELECT max(u.approved_at) FROM "update" u JOIN delivery d ON d.update_id = u.id '
        "JOIN person p ON p.id = u.person_id WHERE u.person_id = ? AND u.practice_id = ? AND u.kind = 'digest' "
        "AND u.approved_by = 'me' AND d.phase = 'accepted' AND d.recipient = p.email "
        "AND NOT EXISTS (SELECT 1 FROM incoming b WHERE b.update_id = u.id AND b.kind = 'bounce' "
        "AND b.person_id IS NOT NULL)",
        person_id,
        practice_id,
    )
    if accepted is None or (since is not None and accepted <= since):
        return False
    return not read.value(
        "SELECT 1 FROM change c JOIN action a ON a.id = c.action_id "
        "WHERE c.entity = 'role' AND c.entity_id = ? AND c.field = 'role' AND a.at > ? LIMIT 1",
        role_id,
        accepted,
    )


def stands_told(read: Reader, task_id: int, person_id: int, on: str) -> bool:
    """Return whether a person's newest telling is this very date (ISO text) and an update has stated it before."""
    newest = read.value(
        "SELECT promised_on FROM telling WHERE task_id = ? AND person_id = ? AND retracted = 0 "
        "ORDER BY id DESC LIMIT 1",
        task_id,
        person_id,
    )
    by_mail = read.value(
        "SELECT 1 FROM telling WHERE task_id = ? AND person_id = ? AND promised_on = ? AND retracted = 0 "
        "AND update_id IS NOT NULL LIMIT 1",
        task_id,
        person_id,
        on,
    )
    return newest == on and by_mail is not None


def says(read: Reader, uid: str) -> bool:
    """Return whether the facts of an update that has left, or was told in a call, name this uid."""
    sql = (
        'SELECT 1 FROM "update" u LEFT JOIN delivery d ON d.update_id = u.id WHERE instr(u.facts, ?) '
        "AND (u.kind = 'call' AND u.status = 'settled' "
        "OR d.phase IN ('claimed', 'data started', 'uncertain', 'accepted')) LIMIT 1"
    )
    return read.value(sql, uid) is not None


def tasks_to_tell(practice_id: int, since: str, known: Sequence[str]) -> Query:
    """Return the query for a practice's open tasks, those closed since a civil date, and those with these uids.

    What was imported as closed was closed elsewhere, and is no news.
    """
    where = (
        "practice_id = ? AND (closed = 0 OR uid IN (SELECT value FROM json_each(?)) "
        "OR id IN (SELECT id FROM task WHERE practice_id = ? AND (done_on >= ? OR closed_at >= ?) "
        "AND closed_at IS NOT imported_at))"
    )
    return Query(where, (practice_id, json.dumps(known), practice_id, since, since))


def tasks_stated(practice_id: int, uids: Sequence[str]) -> Query:
    """Return the query for a practice's tasks with these uids, open or closed."""
    return Query("practice_id = ? AND uid IN (SELECT value FROM json_each(?))", (practice_id, json.dumps(uids)))


def persons_about(read: Reader, task_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """Return the handles of the persons that tasks are about; tasks about nobody are left out."""
    found: dict[int, set[str]] = {}
    for part in chunks(task_ids):
        marks = slots(part)
        sql = (
            f"SELECT a.task_id, p.handle FROM about a JOIN person p ON p.id = a.person_id WHERE a.task_id IN ({marks})"
        )
        for task_id, handle in read.rows(sql, *part):
            found.setdefault(task_id, set()).add(handle)
    return {task_id: frozenset(handles) for task_id, handles in found.items()}


def audiences_then(read: Reader, task_ids: Sequence[int], fields: Sequence[str]) -> dict[int, dict[str, str | None]]:
    """Return, for tasks whose audience changed since, the audience a field's present value was written for.

    An audience is as stored: None stands for the default.
    """
    found: dict[int, dict[str, str | None]] = {}
    names = ("*", "audience", *fields)
    for part in chunks(task_ids):
        sql = (
            "SELECT entity_id, field, before FROM change WHERE entity = 'task' "
            f"AND entity_id IN ({slots(part)}) AND field IN ({slots(names)}) ORDER BY id"
        )
        history: dict[int, list[tuple[str, str | None]]] = {}
        for task_id, field, before in read.rows(sql, *part, *names):
            history.setdefault(task_id, []).append((field, before))
        for task_id, changes in history.items():
            then = _then(changes, fields)
            if then:
                found[task_id] = then
    return found


def _then(changes: Iterable[tuple[str, str | None]], fields: Sequence[str]) -> dict[str, str | None]:
    """Walk a task's changes, oldest first, and note the first change of audience after each field's last."""
    then: dict[str, str | None] = {}
    for field, before in changes:
        if field == "audience":
            for name in fields:
                then.setdefault(name, None if before is None else json.loads(before))
        elif field == "*":
            then.clear()
        else:
            then.pop(field, None)
    return then


def mark(read: Reader) -> Mark:
    """Return how far the journal and the mail have come; a mail that is returned counts as one more attempt."""
    sql = (
        "SELECT (SELECT max(id) FROM change), coalesce((SELECT max(id) FROM delivery_attempt), 0) "
        "+ (SELECT count(*) FROM incoming WHERE kind = 'bounce')"
    )
    change, attempt = read.row(sql) or (0, 0)
    return Mark(change or 0, attempt or 0)


def practices_changed(read: Reader, since: Mark) -> frozenset[int] | None:
    """Return the practices whose updates may say something else since then; None: any may."""
    if mark(read).attempt != since.attempt:
        return None
    sql = "SELECT DISTINCT entity, entity_id, field = 'practice_id' FROM change WHERE id > ? LIMIT ?"
    changed = read.rows(sql, since.change, _MANY)
    if len(changed) == _MANY or any(moved for _, _, moved in changed):
        return None
    found = {_practice_of(read, entity, id) for entity, id, _ in changed}
    return None if None in found else frozenset(one for one in found if one)


def _practice_of(read: Reader, entity: str, id: int) -> int | None:
    """Return the practice that what is there belongs to, 0 for a task without one, None where that cannot be told."""
    if any(field.name == "practice_id" for field in fields.of(entity)):
        sql = f'SELECT coalesce(practice_id, 0) FROM "{entity}" WHERE id = ?'
    elif any(field.name == "task_id" for field in fields.of(entity)):
        sql = f'SELECT coalesce(t.practice_id, 0) FROM "{entity}" e JOIN task t ON t.id = e.task_id WHERE e.id = ?'
    elif entity == "reading":
        sql = "SELECT g.practice_id FROM reading r JOIN goal g ON g.id = r.goal_id WHERE r.id = ?"
    else:
        return None
    return read.value(sql, id)


def _newest(read: Reader, where: str, person_id: int, practice_id: int) -> UpdateRow | None:
    sql = (
        f"SELECT {COLUMNS} FROM update_row WHERE {where} AND person_id = ? AND practice_id = ? ORDER BY id DESC LIMIT 1"
    )
    return _update(read.row(sql, person_id, practice_id))


def _update(row: SqlRow | None) -> UpdateRow | None:
    if row is None:
        return None
    values = list(row)
    values[_EDITED] = bool(values[_EDITED])
    return UpdateRow._make(values)
