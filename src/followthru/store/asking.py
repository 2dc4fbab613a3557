"""Read who was asked for what: tasks that wait on somebody or are theirs to do, and the mails that said so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from followthru.store.chunks import chunks, slots
from followthru.store.store import Reader, SqlRow


class Ask(NamedTuple):
    """An open task that somebody is waited on for (`waits`), or that is theirs to do.

    `step` is the action by which that came to be as it is, undone ones and undoing left aside; `asked_at` is its
    instant, UTC ISO text. `by_mail` is whether the person can be written to. Dates are ISO text.
    """

    waits: bool
    task_id: int
    uid: str
    practice_id: int
    person_id: int
    follow_up_on: str | None
    by_mail: bool
    step: int
    asked_at: str


class Letter(NamedTuple):
    """An update to one reader since something was asked: what it states, and how far it came.

    `at` is when it was accepted or is known to have arrived, UTC ISO text, None before that. `given_up_at` is when the
    PM gave it up, None where they did not.
    """

    id: int
    kind: str
    practice_id: int
    status: str
    phase: str | None
    period: str | None
    subject: str
    facts: str
    at: str | None
    given_up_at: str | None


_STEP = (
    "(SELECT max(c.action_id) FROM change c JOIN action a ON a.id = c.action_id WHERE c.entity = 'task' "
    "AND c.entity_id = t.id AND c.field IN ('*', {fields}) AND a.undone = 0 AND a.reverses_id IS NULL)"
)
_ASKS = (
    "SELECT {waits}, t.id, t.uid, t.practice_id, p.id, t.follow_up_on, "
    "p.channel = 'mail' AND p.email IS NOT NULL, s.id, s.at "
    "FROM person p CROSS JOIN task t ON t.{whom} = p.id CROSS JOIN task_dates d ON d.task_id = t.id "
    "JOIN practice c ON c.id = t.practice_id AND c.status = 'active' "
    "JOIN action s ON s.id = {step} "
    "WHERE d.closed = 0 AND d.status {status} AND coalesce(t.audience, 'owners') <> 'me' "
    "AND EXISTS (SELECT 1 FROM role r WHERE r.person_id = p.id AND r.practice_id = t.practice_id) "
    "AND (?1 IS NULL OR p.id = ?1) {besides} "
    "ORDER BY t.id"
)
_WAITS = _ASKS.format(
    waits=1,
    whom="waiting_on_id",
    step=_STEP.format(fields="'waiting_on_id', 'waiting_for', 'waiting_by'"),
    status="= 'waiting'",
    besides="",
)
_ASSIGNED = _ASKS.format(
    waits=0,
    whom="assignee_id",
    step=_STEP.format(fields="'assignee_id'"),
    status="IN ('open', 'started')",
    # What comes round again stays with whom it was: they know.
    besides="AND NOT EXISTS (SELECT 1 FROM task v WHERE v.id = t.previous_id AND v.assignee_id = t.assignee_id)",
)


def asks(read: Reader, person_id: int | None = None) -> list[Ask]:
    """Return what people, or one person, were asked for and have not done: what waits on them, what is theirs to do."""
    return [_ask(row) for row in (*read.rows(_WAITS, person_id), *read.rows(_ASSIGNED, person_id))]


_TO_CALL = "SELECT EXISTS ({}) OR EXISTS ({})".format(
    _WAITS.replace("ORDER BY t.id", "AND (t.follow_up_on IS NOT NULL OR p.channel <> 'mail' OR p.email IS NULL)"),
    _ASSIGNED.replace("ORDER BY t.id", "AND t.follow_up_on IS NOT NULL"),
)


def anybody_to_call(read: Reader) -> bool:
    """Return whether somebody may be to call: one of `asks` is followed up, or waits on a person without mail."""
    return bool(read.value(_TO_CALL, None))


_SINCE = _STEP.format(fields="'status', 'waiting_on_id', 'waiting_for'")


def waiting_since(read: Reader, task_ids: Sequence[int]) -> dict[int, str]:
    """Return the instant (UTC ISO text) since which each of these tasks waits as it does."""
    found: dict[int, str] = {}
    for ids in chunks(task_ids):
        sql = f"SELECT t.id, s.at FROM task t JOIN action s ON s.id = {_SINCE} WHERE t.id IN ({slots(ids)})"
        found |= {int(id): str(at) for id, at in read.rows(sql, *ids)}
    return found


def _ask(row: SqlRow) -> Ask:
    found = Ask._make(row)
    return found._replace(waits=bool(found.waits), by_mail=bool(found.by_mail))


_ARRIVED = "(SELECT max(at) FROM delivery_attempt WHERE update_id = u.id AND phase = 'accepted')"
_GIVEN_UP = (
    "(SELECT a.at FROM action a WHERE a.actor <> 'daemon' AND u.status = 'discarded' AND a.id = "
    "(SELECT action_id FROM change WHERE entity = 'update' AND entity_id = u.id AND field = 'status' "
    "ORDER BY id DESC LIMIT 1))"
)
_LETTERS = (
    "SELECT u.id, u.kind, u.practice_id, u.status, d.phase, u.period, u.subject, u.facts, "
    f"CASE d.phase WHEN 'accepted' THEN coalesce({_ARRIVED}, d.updated_at) END, {_GIVEN_UP} "
    'FROM "update" u LEFT JOIN delivery d ON d.update_id = u.id WHERE u.person_id = ? '
    "AND u.kind IN ('digest', 'question', 'assignment', 'nudge') AND coalesce(u.approved_at, u.drafted_at) >= ? "
    "ORDER BY u.id"
)


def letters(read: Reader, person_id: int, since: str) -> list[Letter]:
    """Return the updates to a person, at any practice, in which something may have been asked since an instant."""
    return [Letter(*row) for row in read.rows(_LETTERS, person_id, since)]


def asked_in(read: Reader, person_id: int, practice_id: int) -> list[str]:
    """Return the facts of the questions and reminders that arrived at a reader and were not returned, oldest first."""
    sql = (
        'SELECT u.facts FROM "update" u JOIN delivery d ON d.update_id = u.id WHERE u.person_id = ? '
        "AND u.practice_id = ? AND u.kind IN ('question', 'nudge') AND d.phase = 'accepted' "
        "AND NOT EXISTS (SELECT 1 FROM incoming b WHERE b.update_id = u.id AND b.kind = 'bounce' "
        "AND b.person_id IS NOT NULL) ORDER BY u.id DESC LIMIT 50"
    )
    return [facts for (facts,) in reversed(read.rows(sql, person_id, practice_id))]


def follow_up_set_at(read: Reader, task_id: int, step: int) -> str | None:
    """Return when a task's follow-up day was set last after an action, UTC ISO text; None where it was not."""
    sql = (
        "SELECT max(a.at) FROM change c JOIN action a ON a.id = c.action_id WHERE c.entity = 'task' "
        "AND c.entity_id = ? AND c.field = 'follow_up_on' AND c.action_id > ? AND a.undone = 0 "
        "AND a.reverses_id IS NULL"
    )
    return read.value(sql, task_id, step)


def first_mails(read: Reader) -> frozenset[str]:
    """Return the periods of questions and assignments that have not arrived, whatever became of them."""
    rows = read.rows(
        "SELECT u.period FROM \"update\" u WHERE u.kind IN ('question', 'assignment') "
        "AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.update_id = u.id AND d.phase = 'accepted')"
    )
    return frozenset(str(period) for (period,) in rows)


def concerns(read: Reader, task_ids: Sequence[int]) -> bool:
    """Return whether somebody is asked for one of these tasks or has it to do, or a draft that asks is there at all."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM task WHERE id IN (SELECT value FROM json_each(?)) "
        "AND (waiting_on_id IS NOT NULL OR assignee_id IS NOT NULL))"
    )
    return bool(read.value(sql, json.dumps(list(task_ids)))) or bool(open_drafts(read))


def open_drafts(read: Reader) -> dict[int, tuple[str, str]]:
    """Return kind and reader of each draft that asks for something and waits for the PM, by number."""
    sql = (
        "SELECT id, kind, person FROM update_row WHERE status IN ('drafted', 'in review', 'held') "
        "AND kind IN ('question', 'assignment', 'nudge') ORDER BY id"
    )
    return {id: (kind, person) for id, kind, person in read.rows(sql)}
