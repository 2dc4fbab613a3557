"""Read goals and their readings, and which tasks serve which goal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from followthru.domain.goals import Direction, Goal, Reading
from followthru.domain.task import Audience
from followthru.store.chunks import slots
from followthru.store.days import day_of
from followthru.store.store import Reader, SqlRow

_SELECT = (
    "SELECT g.id, g.uid, g.practice_id, p.slug, g.kind, g.title, g.unit, g.direction, g.aim, g.aim_to, g.by_on, "
    "g.audience, g.notes, g.retired_on, (SELECT count(*) FROM task t WHERE t.goal_id = g.id "
    "AND t.status NOT IN ('done', 'dropped')) FROM goal g JOIN practice p ON p.id = g.practice_id"
)


def goals(read: Reader, *, practice_id: int | None = None, retired: bool = False) -> list[Goal]:
    """Return goals by practice and id; retired ones only if wished."""
    where = "TRUE" if retired else "g.retired_on IS NULL"
    sql = f"{_SELECT} WHERE {where} AND (?1 IS NULL OR g.practice_id = ?1) ORDER BY p.slug, g.id"
    return [_goal(row) for row in read.rows(sql, practice_id)]


def one(read: Reader, goal_id: int) -> Goal | None:
    """Return one goal, None when it does not exist."""
    row = read.row(f"{_SELECT} WHERE g.id = ?", goal_id)
    return None if row is None else _goal(row)


def readings(read: Reader, goal_ids: Sequence[int], *, since: date | None = None) -> Mapping[int, list[Reading]]:
    """Return the readings of goals by day, the newest last; a goal without any has an empty list."""
    found: dict[int, list[Reading]] = {id: [] for id in goal_ids}
    marks = slots(found)
    sql = (
        f"SELECT id, goal_id, read_on, value, audience, note FROM reading WHERE goal_id IN ({marks}) "
        "AND read_on >= ? ORDER BY goal_id, read_on"
    )
    for id, goal_id, on, value, audience, note in read.rows(sql, *found, (since or date.min).isoformat()):
        reading = Reading(id, goal_id, date.fromisoformat(on), Decimal(value), Audience(audience), note)
        found[int(goal_id)].append(reading)
    return found


def reading_id(read: Reader, goal_id: int, on: date) -> int | None:
    """Return the id of a goal's reading on a day, None where there is none."""
    return read.value("SELECT id FROM reading WHERE goal_id = ? AND read_on = ?", goal_id, on.isoformat())


class Serving(NamedTuple):
    """A task that serves a goal, or none; `goal_id` is None then."""

    id: int
    title: str
    status: str
    goal_id: int | None
    practice: str | None


def serving(read: Reader, goal_id: int) -> list[Serving]:
    """Return the tasks that serve or served a goal, open ones first."""
    sql = (
        "SELECT id, title, status, goal_id, (SELECT slug FROM practice p WHERE p.id = t.practice_id) FROM task t "
        "WHERE goal_id = ? ORDER BY status IN ('done', 'dropped'), id"
    )
    return [Serving(*row) for row in read.rows(sql, goal_id)]


def served(read: Reader, task_id: int) -> tuple[int, str] | None:
    """Return the number and title of the goal that a task serves, None without one."""
    row = read.row("SELECT g.id, g.title FROM task t JOIN goal g ON g.id = t.goal_id WHERE t.id = ?", task_id)
    return None if row is None else (int(row[0]), str(row[1]))


def of_kind(read: Reader, practice_id: int, kind: str) -> int | None:
    """Return the id of a practice's oldest goal of a kind that is not retired, None without one."""
    sql = "SELECT min(id) FROM goal WHERE practice_id = ? AND kind = ? AND retired_on IS NULL"
    return read.value(sql, practice_id, kind)


def _goal(row: SqlRow) -> Goal:
    id, uid, practice_id, practice, kind, title, unit, direction, aim, aim_to, by, audience, notes, retired, tasks = row
    return Goal(
        id, uid, practice_id, practice, kind, title, unit, Direction(direction), _figure(aim), _figure(aim_to),
        day_of(by), Audience(audience), notes, day_of(retired), tasks,
    )  # fmt: skip


def _figure(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
