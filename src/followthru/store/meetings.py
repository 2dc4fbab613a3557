"""Read meetings: who is there, what came of their minutes, and which tasks concern the people there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from followthru.domain.decisions import There
from followthru.domain.meetings import ActionItem, Meeting
from followthru.store import record_words
from followthru.store.store import Reader, SqlRow
from followthru.store.tasks import Query

_SELECT = (
    "SELECT m.id, m.practice_id, p.slug, m.held_on, m.held_time, m.title, m.agenda, m.minutes, m.created_at "
    "FROM meeting m JOIN practice p ON p.id = m.practice_id"
)
_ITEM = "SELECT i.meeting_id, i.task_id, i.line, t.title, t.status FROM action_item i JOIN task t ON t.id = i.task_id"


def meetings(
    read: Reader, *, practice_id: int | None = None, person_id: int | None = None, words: str | None = None
) -> list[Meeting]:
    """Return meetings, the latest first; those where a person is, or whose text holds all of these words."""
    ids = None if words is None else json.dumps(record_words.found(read, "meeting", words))
    rows = read.rows(
        f"{_SELECT} WHERE (?1 IS NULL OR m.practice_id = ?1) AND (?2 IS NULL OR EXISTS (SELECT 1 FROM attendee a "
        "WHERE a.meeting_id = m.id AND a.person_id = ?2)) "
        "AND (?3 IS NULL OR m.id IN (SELECT value FROM json_each(?3))) "
        "ORDER BY m.held_on DESC, m.id DESC",
        practice_id,
        person_id,
        ids,
    )
    return _with_people(read, rows)


def one(read: Reader, meeting_id: int) -> Meeting | None:
    """Return one meeting, None when it does not exist."""
    found = _with_people(read, read.rows(f"{_SELECT} WHERE m.id = ?", meeting_id))
    return found[0] if found else None


def before(read: Reader, meeting: Meeting) -> Meeting | None:
    """Return the last meeting before this one at its practice with somebody who is there now too; None without any."""
    row = read.row(
        f"{_SELECT} WHERE m.practice_id = ?1 AND (m.held_on, m.id) < (?2, ?3) AND EXISTS (SELECT 1 FROM attendee a "
        "JOIN attendee n ON n.person_id = a.person_id AND n.meeting_id = ?3 WHERE a.meeting_id = m.id) "
        "ORDER BY m.held_on DESC, m.id DESC LIMIT 1",
        meeting.practice_id,
        meeting.held_on.isoformat(),
        meeting.id,
    )
    return None if row is None else _with_people(read, [row])[0]


def attendee_ids(read: Reader, meeting_id: int) -> dict[int, int]:
    """Return the row of each person who is there, by person id."""
    return {
        int(p): int(id) for p, id in read.rows("SELECT person_id, id FROM attendee WHERE meeting_id = ?", meeting_id)
    }


def item_ids(read: Reader, meeting_id: int) -> list[int]:
    """Return the rows of the lines of a meeting's minutes that became tasks."""
    return [int(id) for (id,) in read.rows("SELECT id FROM action_item WHERE meeting_id = ? ORDER BY id", meeting_id)]


def items(read: Reader, meeting_id: int) -> list[ActionItem]:
    """Return the lines of a meeting's minutes that became tasks, in order."""
    return [ActionItem(*row) for row in read.rows(f"{_ITEM} WHERE i.meeting_id = ? ORDER BY i.id", meeting_id)]


class ToldThere(NamedTuple):
    """A date that was told at a meeting. `promised_on` is the date told."""

    task_id: int
    title: str
    person: str
    promised_on: date


def told(read: Reader, meeting: Meeting) -> list[ToldThere]:
    """Return the dates that people there were told in a meeting on its day, oldest first."""
    rows = read.rows(
        "SELECT g.task_id, t.title, p.handle, g.promised_on FROM telling g JOIN task t ON t.id = g.task_id "
        "JOIN person p ON p.id = g.person_id JOIN attendee a ON a.person_id = g.person_id AND a.meeting_id = ?1 "
        "WHERE g.how = 'meeting' AND g.told_on = ?2 AND g.retracted = 0 AND t.practice_id = ?3 ORDER BY g.id",
        meeting.id,
        meeting.held_on.isoformat(),
        meeting.practice_id,
    )
    return [ToldThere(task_id, title, person, date.fromisoformat(on)) for task_id, title, person, on in rows]


def concerning(practice_id: int, person_ids: Sequence[int]) -> Query:
    """Return the query for a practice's open tasks that one of these people was told of, is to answer or has to do."""
    people = json.dumps(list(person_ids))
    within = "(SELECT value FROM json_each(?))"
    where = (
        "closed = 0 AND practice_id = ? AND id IN ("
        f"SELECT task_id FROM telling WHERE retracted = 0 AND person_id IN {within} "
        f"UNION SELECT id FROM task WHERE waiting_on_id IN {within} "
        f"UNION SELECT id FROM task WHERE assignee_id IN {within})"
    )
    return Query(where, (practice_id, people, people, people))


def untold(practice_id: int, person_id: int, handle: str) -> Query:
    """Return the query for a practice's open promises that a person was not told and that are not theirs to do."""
    where = (
        "closed = 0 AND practice_id = ? AND promised_on IS NOT NULL AND assignee IS NOT ? "
        "AND id NOT IN (SELECT task_id FROM telling WHERE person_id = ? AND retracted = 0)"
    )
    return Query(where, (practice_id, handle, person_id))


def _with_people(read: Reader, rows: Sequence[SqlRow]) -> list[Meeting]:
    there: dict[int, list[There]] = {}
    for meeting_id, *person in read.rows(
        "SELECT a.meeting_id, p.id, p.handle, p.name, p.address FROM attendee a JOIN person p ON p.id = a.person_id "
        "WHERE a.meeting_id IN (SELECT value FROM json_each(?)) ORDER BY a.id",
        json.dumps([row[0] for row in rows]),
    ):
        there.setdefault(int(meeting_id), []).append(There(*person))
    found: list[Meeting] = []
    for row in rows:
        meeting = Meeting._make((*row, ()))
        on = date.fromisoformat(str(meeting.held_on))
        found.append(meeting._replace(held_on=on, there=tuple(there.get(meeting.id, ()))))
    return found
