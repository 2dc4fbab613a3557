"""Read whom a told date in danger, or past, is to be written to, and what was written of it before."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from followthru.store.store import Reader
from followthru.store.updates import UpdateRow, one


class Held(NamedTuple):
    """Somebody whose newest telling states `told_on` for an open task. Dates are ISO text, None for never."""

    task_id: int
    uid: str
    practice_id: int
    person_id: int
    told_on: str
    promised_on: str | None
    at_risk_from: str | None


_HELD = (
    "SELECT d.task_id, t.uid, t.practice_id, g.person_id, g.promised_on, t.promised_on, d.at_risk_from "
    "FROM task_dates d CROSS JOIN task t ON t.id = d.task_id CROSS JOIN telling g ON g.task_id = t.id "
    "JOIN practice c ON c.id = t.practice_id AND c.status = 'active' "
    "JOIN person p ON p.id = g.person_id AND p.channel = 'mail' AND p.email IS NOT NULL "
    # The first line holds for every row that is wanted, and is judged by an index alone.
    "WHERE d.closed = 0 AND d.notice_from <= ?1 AND (d.at_risk_from <= ?1 OR d.late_from <= ?1 OR d.needs_you = 1) "
    "AND g.retracted = 0 AND t.status <> 'inbox' "
    "AND coalesce(t.audience, 'owners') <> 'me' AND (g.promised_on < ?1 OR d.at_risk_from <= ?1) "
    "AND NOT EXISTS (SELECT 1 FROM telling n WHERE n.task_id = g.task_id AND n.person_id = g.person_id "
    "AND n.retracted = 0 AND n.id > g.id) "
    "AND EXISTS (SELECT 1 FROM role r WHERE r.person_id = g.person_id AND r.practice_id = t.practice_id) "
    "ORDER BY d.task_id, g.person_id"
)


def held(read: Reader, today: str) -> list[Held]:
    """Return who holds a date that is in danger or past by a day (ISO text), and can be written to."""
    return [Held._make(row) for row in read.rows(_HELD, today)]


def to_review(read: Reader, kinds: Iterable[str]) -> list[UpdateRow]:
    """Return the updates of these kinds that the PM has not decided on."""
    ids = read.rows(
        "SELECT id FROM \"update\" WHERE status IN ('drafted', 'in review', 'held') "
        "AND kind IN (SELECT value FROM json_each(?))",
        json.dumps(list(kinds)),
    )
    return [found for (id,) in ids if (found := one(read, id))]
