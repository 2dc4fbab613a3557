"""Read decisions: who was there, which tasks follow, and which promises moved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from followthru.domain.decisions import Decision, Link, Linked, There
from followthru.domain.task import Audience
from followthru.store import record_words
from followthru.store.days import day_of
from followthru.store.store import Reader, SqlRow

_SELECT = (
    "SELECT d.id, d.uid, d.practice_id, p.slug, d.meeting_id, d.decided_on, d.words, d.notes, "
    "coalesce(d.audience, 'owners'), d.retracted_on, d.created_at "
    "FROM decision d JOIN practice p ON p.id = d.practice_id"
)


def decisions(
    read: Reader,
    *,
    practice_id: int | None = None,
    person_id: int | None = None,
    meeting_id: int | None = None,
    retracted: bool = False,
    words: str | None = None,
    limit: int = -1,
) -> list[Decision]:
    """Return decisions, the latest first; retracted ones only if wished. With `words` those that hold them all."""
    ids = None if words is None else json.dumps(record_words.found(read, "decision", words))
    rows = read.rows(
        f"{_SELECT} WHERE (?1 IS NULL OR d.practice_id = ?1) AND (?2 IS NULL OR EXISTS (SELECT 1 FROM decider x "
        "WHERE x.decision_id = d.id AND x.person_id = ?2)) AND (?3 IS NULL OR d.meeting_id = ?3) "
        "AND (?4 OR d.retracted_on IS NULL) AND (?5 IS NULL OR d.id IN (SELECT value FROM json_each(?5))) "
        "ORDER BY d.decided_on DESC, d.id DESC LIMIT ?6",
        practice_id,
        person_id,
        meeting_id,
        int(retracted),
        ids,
        limit,
    )
    return _whole(read, rows)


def one(read: Reader, decision_id: int) -> Decision | None:
    """Return one decision, None when it does not exist."""
    found = _whole(read, read.rows(f"{_SELECT} WHERE d.id = ?", decision_id))
    return found[0] if found else None


def to_tell(read: Reader, practice_id: int, since: str, known: Sequence[str]) -> list[Decision]:
    """Return a practice's decisions made, written down or taken back since a civil date, and those with these uids."""
    rows = read.rows(
        f"{_SELECT} WHERE d.practice_id = ? AND (d.decided_on >= ?2 OR d.created_at >= ?2 OR d.retracted_on >= ?2 "
        "OR d.uid IN (SELECT value FROM json_each(?3))) ORDER BY d.decided_on, d.id",
        practice_id,
        since,
        json.dumps(list(known)),
    )
    return _whole(read, rows)


def decider_ids(read: Reader, decision_id: int) -> dict[int, int]:
    """Return the row of each person who was there, by person id."""
    rows = read.rows("SELECT person_id, id FROM decider WHERE decision_id = ?", decision_id)
    return {int(person): int(id) for person, id in rows}


def linked_ids(read: Reader, decision_id: int, link: Link) -> dict[int, int]:
    """Return the row of each task that is linked in this way, by task id."""
    sql = "SELECT task_id, id FROM decision_task WHERE decision_id = ? AND link = ?"
    return {int(task): int(id) for task, id in read.rows(sql, decision_id, str(link))}


def _whole(read: Reader, rows: Sequence[SqlRow]) -> list[Decision]:
    ids = json.dumps([row[0] for row in rows])
    there: dict[int, list[There]] = {}
    for decision_id, *person in read.rows(
        "SELECT x.decision_id, p.id, p.handle, p.name, p.address FROM decider x JOIN person p ON p.id = x.person_id "
        "WHERE x.decision_id IN (SELECT value FROM json_each(?)) ORDER BY x.id",
        ids,
    ):
        there.setdefault(int(decision_id), []).append(There(*person))
    linked: dict[int, list[Linked]] = {}
    for decision_id, task_id, title, link, was_on, now_on in read.rows(
        "SELECT k.decision_id, k.task_id, t.title, k.link, k.was_on, k.now_on FROM decision_task k "
        "JOIN task t ON t.id = k.task_id WHERE k.decision_id IN (SELECT value FROM json_each(?)) ORDER BY k.id",
        ids,
    ):
        linked.setdefault(int(decision_id), []).append(
            Linked(task_id, title, Link(link), day_of(was_on), day_of(now_on))
        )
    return [_decision(row, there.get(row[0], []), linked.get(row[0], [])) for row in rows]


def _decision(row: SqlRow, there: Sequence[There], linked: Sequence[Linked]) -> Decision:
    id, uid, practice_id, slug, meeting_id, decided, words, notes, audience, retracted, created = row
    return Decision(
        id, uid, practice_id, slug, meeting_id, date.fromisoformat(decided), words, notes, Audience(audience),
        day_of(retracted), created, tuple(there), tuple(linked),
    )  # fmt: skip
