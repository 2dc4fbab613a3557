"""What hangs on a task, as its changes need it: tags, needs and steps by the ids of their rows, parts, tellings."""

from __future__ import annotations

from followthru.store.store import Reader


def tags(read: Reader, task_id: int) -> dict[str, int]:
    """Return the ids of a task's tags by their names."""
    return {str(name): int(id) for id, name in read.rows("SELECT id, name FROM tag WHERE task_id = ?", task_id)}


def needs(read: Reader, task_id: int) -> dict[int, int]:
    """Return the ids of a task's dependencies by the tasks that must be done first."""
    rows = read.rows("SELECT id, needs_id FROM dependency WHERE task_id = ?", task_id)
    return {int(needs): int(id) for id, needs in rows}


def steps(read: Reader, task_id: int) -> list[int]:
    """Return the ids of a checklist's steps, in order."""
    sql = "SELECT id FROM checklist_item WHERE task_id = ? ORDER BY position"
    return [int(row[0]) for row in read.rows(sql, task_id)]


def leads_to(read: Reader, start: int, goal: int) -> bool:
    """Whether a task is the goal, or needs it, over however many steps."""
    sql = (
        "WITH RECURSIVE chain(id) AS (VALUES(?) UNION SELECT d.needs_id FROM dependency d "
        "JOIN chain c ON d.task_id = c.id) SELECT 1 FROM chain WHERE id = ?"
    )
    return bool(read.value(sql, start, goal))


def whole(read: Reader, task_id: int) -> int | None:
    """Return the task that a task is a part of; None for one that stands alone."""
    return read.value("SELECT parent_id FROM task WHERE id = ?", task_id)


def has_parts(read: Reader, task_id: int) -> bool:
    """Whether a task has subtasks, ended ones too."""
    return bool(read.value("SELECT 1 FROM task WHERE parent_id = ? LIMIT 1", task_id))


def open_parts(read: Reader, task_id: int) -> int:
    """Return how many of a task's subtasks are still open."""
    sql = "SELECT count(*) FROM task WHERE parent_id = ? AND status NOT IN ('done', 'dropped')"
    return int(read.value(sql, task_id))


def is_about_people(read: Reader, task_id: int) -> bool:
    """Whether a task is about anybody."""
    return bool(read.value("SELECT 1 FROM about WHERE task_id = ? LIMIT 1", task_id))


def is_told(read: Reader, task_id: int) -> bool:
    """Whether anybody was told a date of a task, and it stands."""
    return bool(read.value("SELECT 1 FROM telling WHERE task_id = ? AND retracted = 0 LIMIT 1", task_id))


def is_stated(read: Reader, task_id: int, person_id: int, promised_on: str) -> bool:
    """Whether an update that was sent told this person this date (ISO) of a task."""
    sql = "SELECT 1 FROM telling WHERE task_id = ? AND person_id = ? AND promised_on = ? AND update_id IS NOT NULL"
    return read.value(sql, task_id, person_id, promised_on) is not None


def retracted_of_task(read: Reader, task_id: int) -> list[int]:
    """Return the ids of a task's tellings that were taken back."""
    return [int(row[0]) for row in read.rows("SELECT id FROM telling WHERE task_id = ? AND retracted = 1", task_id)]


def retracted_to_person(read: Reader, person_id: int) -> list[int]:
    """Return the ids of a person's tellings that were taken back."""
    return [int(row[0]) for row in read.rows("SELECT id FROM telling WHERE person_id = ? AND retracted = 1", person_id)]
