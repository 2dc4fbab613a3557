"""When tasks moved, by the actions that moved them, and the usual pace of each kind. Machine state: `rebuild` makes
both anew from the journal. What was undone is no movement, nor is the undoing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from followthru.domain.changes import WHOLE, Change, Row, Scalar
from followthru.domain.clock import zone
from followthru.domain.stall import SHORTEST, Place, gaps_between, moved_by, pace_of
from followthru.domain.workdays import WorkCalendar
from followthru.store.chunks import slots
from followthru.store.store import Reader, Writer

_REFERENCE = 60
"""How many finished tasks of a kind its usual pace is read from, the newest ones."""
# The order is ours: SQLite would begin with all actions there are.
_IN_FORCE = "CROSS JOIN action a ON a.id = m.action_id AND a.undone = 0 AND a.reverses_id IS NULL"


def note(tx: Writer, action_id: int, task_ids: Iterable[int]) -> None:
    """Note which tasks an action moved."""
    moved = [(id, action_id) for id in sorted(task_ids)]
    tx.run_many("INSERT OR IGNORE INTO movement(task_id, action_id) VALUES (?, ?)", moved)


def of_action(read: Reader, action_id: int) -> set[int]:
    """Return the ids of the tasks that an action moved."""
    return {int(id) for (id,) in read.rows("SELECT task_id FROM movement WHERE action_id = ?", action_id)}


def place(read: Reader) -> Place:
    """Return where things belong as the store has it now."""

    def parent(task_id: int) -> int | None:
        return read.value("SELECT parent_id FROM task WHERE id = ?", task_id)

    def task_of_step(id: int) -> int | None:
        return read.value("SELECT task_id FROM checklist_item WHERE id = ?", id)

    return Place(parent, task_of_step)


def last(read: Reader, task_ids: Sequence[int]) -> dict[int, str]:
    """Return the instant (UTC ISO text) of each task's last movement."""
    marks = slots(task_ids)
    rows = read.rows(
        f"SELECT m.task_id, max(a.at) FROM movement m {_IN_FORCE} WHERE m.task_id IN ({marks}) GROUP BY m.task_id",
        *task_ids,
    )
    return {int(id): str(at) for id, at in rows}


class Where(NamedTuple):
    """How a practice counts its days: its zone and its working days."""

    zone: str
    calendar: WorkCalendar

    def day(self, at: str) -> date:
        """Return the practice's date at an instant (UTC ISO text)."""
        return datetime.fromisoformat(at).astimezone(zone(self.zone)).date()


def zone_of(read: Reader, practice_id: int | None) -> str:
    """Return a practice's zone; days of tasks in no practice are counted in UTC."""
    found = None if practice_id is None else read.value("SELECT timezone FROM practice WHERE id = ?", practice_id)
    return found or "UTC"


def paces(read: Reader) -> dict[str | None, int]:
    """Return how many working days without a movement are usual, by kind; those of the usual five are left out."""
    return {str(kind): int(days) for kind, days in read.rows("SELECT kind, days FROM pace")}


def finished_kinds(read: Reader, task_ids: Sequence[int]) -> set[str]:
    """Return the kinds of those of these tasks that are done: their pace depends on them."""
    marks = slots(task_ids)
    sql = f"SELECT DISTINCT kind FROM task WHERE id IN ({marks}) AND kind IS NOT NULL AND status = 'done'"
    return {str(kind) for (kind,) in read.rows(sql, *task_ids)}


def settle_pace(tx: Writer, kind: str, where: Callable[[int | None], Where]) -> list[int]:
    """Find the pace of a kind anew; return the open tasks of that kind if it has changed."""
    found = pace_of(_gaps(tx, kind, where))
    if found == paces(tx).get(kind, SHORTEST):
        return []
    tx.run("DELETE FROM pace WHERE kind = ?", kind)
    if found != SHORTEST:
        tx.run("INSERT INTO pace(kind, days) VALUES (?, ?)", kind, found)
    return [row[0] for row in tx.rows("SELECT id FROM task WHERE kind = ? AND done_on IS NULL", kind)]


def _gaps(read: Reader, kind: str, where: Callable[[int | None], Where]) -> list[int]:
    """Return the working days between the movements of the newest finished tasks of a kind."""
    rows = read.rows(
        "SELECT t.id, t.practice_id, a.at FROM (SELECT id, practice_id FROM task WHERE kind = ? AND status = 'done' "
        f"ORDER BY done_on DESC, id DESC LIMIT {_REFERENCE}) t CROSS JOIN movement m ON m.task_id = t.id {_IN_FORCE} "
        "ORDER BY t.id, a.at, a.id",
        kind,
    )
    days: dict[tuple[int, int | None], list[date]] = {}
    for id, practice_id, at in rows:
        days.setdefault((id, practice_id), []).append(where(practice_id).day(at))
    return [gap for (_, practice_id), moved in days.items() for gap in gaps_between(moved, where(practice_id).calendar)]


def rebuild(tx: Writer) -> None:
    """Find out from the whole journal which action moved which tasks, and forget every pace."""
    tx.run("DELETE FROM movement")
    tx.run("DELETE FROM pace")
    parents: dict[int, int | None] = {}
    steps: dict[int, int | None] = {}
    then = Place(parents.get, steps.get)
    action_id, changes, reverses = 0, list[Change](), True
    rows = tx.rows(
        "SELECT a.id, a.reverses_id IS NOT NULL, c.entity, c.entity_id, c.field, c.before, c.after "
        "FROM change c JOIN action a ON a.id = c.action_id ORDER BY a.id, c.id"
    )
    for id, is_reversal, entity, entity_id, field, before, after in [*rows, (0, True, "", 0, "", None, None)]:
        if id != action_id:
            moved = moved_by(changes, then)
            _follow(changes, parents, steps)
            moved |= moved_by(changes, then)
            if not reverses:
                note(tx, action_id, moved)
            action_id, changes, reverses = id, [], bool(is_reversal)
        values = (None if text is None else json.loads(text) for text in (before, after))
        changes.append(Change(entity, entity_id, field, *values))


def _follow(changes: Iterable[Change], parents: dict[int, int | None], steps: dict[int, int | None]) -> None:
    """Keep up with where tasks and steps belong."""
    for change in changes:
        row: Row = change.after if isinstance(change.after, Mapping) else {}
        if change.entity == "checklist_item" and change.field == WHOLE:
            steps[change.id] = _whole(row.get("task_id"))
        elif change.entity == "task" and change.field == WHOLE:
            parents[change.id] = _whole(row.get("parent_id"))
        elif change.entity == "task" and change.field == "parent_id":
            parents[change.id] = None if isinstance(change.after, Mapping) else _whole(change.after)


def _whole(value: Scalar) -> int | None:
    return None if value is None else int(value)
