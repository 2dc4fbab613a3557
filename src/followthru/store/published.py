"""Read what one audience at one practice was told: the only rows from which a calendar for others is made.

The columns are an allow-list. No other field of a task is read here, so that none can leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from followthru.domain.audience import AUDIENCE_ROLES, READ_BY
from followthru.domain.task import Audience
from followthru.store import updates
from followthru.store.chunks import slots
from followthru.store.store import Reader


class ToldRow(NamedTuple):
    """One promise that somebody of an audience was told. Dates are ISO text.

    `accepted_on` is a date that was proposed on the calendar asked about and accepted after the telling, `done_on` the
    day on which it was done: a todo says it with its tick.
    """

    task_id: int
    task_uid: str
    public_title: str | None
    told_on: str
    promised_on: str
    promised_time: str | None
    done: int
    accepted_on: str | None
    done_on: str | None


def told(read: Reader, practice: str, audience: Audience, *, calendar: str, done_since: str) -> list[ToldRow]:
    """Return the promises that a calendar shows its audience, by task id.

    A task counts whose audience allows it, that is neither dropped nor was done before `done_since`, of which a
    person who has a fitting role there now was told a date, and of which every such person whom it is about was
    told. What ended while this audience could not see it does not count.
    """
    roles, audiences = sorted(AUDIENCE_ROLES[audience]), sorted(READ_BY[audience])
    sql = _TOLD.format(roles=slots(roles), audiences=slots(audiences))
    found = [ToldRow(*row) for row in read.rows(sql, *roles, calendar, practice, *audiences, done_since, *roles)]
    hidden = _ended_unseen(read, [one.task_id for one in found if one.done], audiences)
    return [one for one in found if one.task_id not in hidden]


def _ended_unseen(read: Reader, done: Sequence[int], audiences: Sequence[str]) -> frozenset[int]:
    """Return the tasks whose ending was written for others: the stricter of then and now decides."""
    then = updates.audiences_then(read, done, ("status",)) if done else {}
    return frozenset(id for id, was in then.items() if (was["status"] or Audience.OWNERS) not in audiences)


# An accepted date holds unless its acceptance is undone, and until somebody is told a date after it.
_TOLD = """
    WITH newest AS (
        SELECT t.id, t.uid, t.public_title, t.practice_id, t.promised_on, t.promised_time, t.status, t.done_on,
            g.id AS telling_id, g.promised_on AS told_on, l.accepted_by
        FROM task t
        JOIN telling g ON g.id = (
            SELECT n.id FROM telling n JOIN role r ON r.person_id = n.person_id AND r.practice_id = t.practice_id
            WHERE n.task_id = t.id AND n.retracted = 0 AND r.role IN ({roles})
            ORDER BY n.told_at DESC, n.id DESC LIMIT 1)
        LEFT JOIN link l ON l.id = (
            SELECT id FROM link WHERE calendar = ? AND task_uid = t.uid AND role = 'promise'
            ORDER BY generation DESC LIMIT 1)
        WHERE t.practice_id = (SELECT id FROM practice WHERE slug = ?)
            AND coalesce(t.audience, 'owners') IN ({audiences})
            AND t.promised_on IS NOT NULL AND t.status <> 'dropped' AND (t.status <> 'done' OR t.done_on >= ?)
    )
    SELECT n.id, n.uid, n.public_title, n.told_on, n.promised_on, n.promised_time, n.status = 'done',
        (SELECT json_extract(c.after, '$') FROM change c JOIN action a ON a.id = c.action_id
        WHERE a.id = n.accepted_by AND a.undone = 0 AND c.entity = 'task' AND c.entity_id = n.id
            AND c.field = 'promised_on' AND a.id > (SELECT max(told.action_id) FROM change told
                WHERE told.entity = 'telling' AND told.entity_id = n.telling_id)),
        n.done_on
    FROM newest n
    WHERE NOT EXISTS (
        SELECT 1 FROM about a JOIN role r ON r.person_id = a.person_id AND r.practice_id = n.practice_id
        WHERE a.task_id = n.id AND r.role IN ({roles})
            AND NOT EXISTS (SELECT 1 FROM telling heard
                WHERE heard.task_id = n.id AND heard.person_id = a.person_id AND heard.retracted = 0))
    ORDER BY n.id"""
