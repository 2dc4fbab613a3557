"""Read what became of promises step by step, from the journal: dates, status, and whom a task waited on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from followthru.domain.promise_log import Step
from followthru.domain.task import Status
from followthru.store.chunks import chunks, slots
from followthru.store.days import day_of
from followthru.store.movements import Where
from followthru.store.store import Reader, SqlRow

_FIELDS = ("*", "promised_on", "status", "waiting_on_id", "because")


class _State(NamedTuple):
    promised_on: str | None = None
    status: str = str(Status.OPEN)
    waiting_on_id: int | None = None
    because: str | None = None


def steps(read: Reader, task_ids: Sequence[int], where: Mapping[int, Where]) -> dict[int, list[Step]]:
    """Return each task's steps, oldest first; `where` says by task how its practice counts days.

    A task that an undo removed begins anew with the step that made it again, at the instant of its creation.
    """
    found: dict[int, list[Step]] = {id: [] for id in task_ids}
    for part in chunks(task_ids):
        rows = read.rows(
            "SELECT c.entity_id, c.action_id, a.at, a.actor, a.because, a.reverses_id IS NOT NULL, c.field, c.after "
            "FROM change c JOIN action a ON a.id = c.action_id WHERE c.entity = 'task' "
            f"AND c.entity_id IN ({slots(part)}) AND c.field IN ({slots(_FIELDS)}) "
            "ORDER BY c.entity_id, c.id",
            *part,
            *_FIELDS,
        )
        for task_id, of_task in groupby(rows, key=lambda row: int(row[0])):
            found[task_id] = _steps(list(of_task), where[task_id])
    return found


def _steps(rows: Sequence[SqlRow], where: Where) -> list[Step]:
    found: list[Step] = []
    state = _State()
    for _, of_action in groupby(rows, key=lambda row: row[1]):
        changes = list(of_action)
        _, action, at, actor, because, reverses, _, _ = changes[0]
        given: str | None = None
        fields: Mapping[str, Any] = {}
        for *_, field, after in changes:
            value = None if after is None else json.loads(after)
            if field == "*":
                found, state = [], _State()
                fields = value or {}
                at = fields.get("created_at", at)
            else:
                fields = {field: value}
            state = state._replace(**{name: one for name, one in fields.items() if name in _State._fields})
            given = fields.get("because", given)
        found.append(
            Step(
                action,
                at,
                where.day(at),
                "undo" if reverses else actor,
                because or given,
                day_of(state.promised_on),
                Status(state.status),
                state.waiting_on_id,
            )
        )
    return found


def recorded_by(read: Reader, telling_ids: Sequence[int]) -> dict[int, int]:
    """Return the number of the action that recorded each telling."""
    found: dict[int, int] = {}
    for part in chunks(telling_ids):
        marks = slots(part)
        sql = (
            "SELECT entity_id, max(action_id) FROM change WHERE entity = 'telling' AND field = '*' "
            f"AND entity_id IN ({marks}) GROUP BY entity_id"
        )
        found |= {int(id): int(action) for id, action in read.rows(sql, *part)}
    return found
