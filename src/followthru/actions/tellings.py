"""The row of a telling: who was told which date, how, and how much wiggle room there was then."""

from __future__ import annotations

from datetime import date

from followthru.domain.buffers import buffer_days
from followthru.domain.changes import Row, Scalar
from followthru.domain.frozen import freeze
from followthru.domain.task import How
from followthru.store import practices
from followthru.store.store import Writer


def telling_row(
    tx: Writer, task_id: int, task: Row, person_id: int, promised_on: date, told_on: date, how: How
) -> dict[str, Scalar]:
    """Return the row of one telling, made now. `task` are the task's fields as they stand with it."""
    # Only who tells somebody pays for loading what forecasts.
    from followthru.actions.foretelling import model_fields

    return {
        "task_id": task_id,
        "person_id": person_id,
        "promised_on": promised_on.isoformat(),
        "told_on": told_on.isoformat(),
        "told_at": tx.now,
        "how": str(how),
        "retracted": 0,
        "buffer_days": _buffer(tx, task, promised_on),
        "calendar": _calendar(tx, task, promised_on, told_on),
        **model_fields(tx, task, told_on),
    }


def _calendar(tx: Writer, task: Row, promised_on: date, told_on: date) -> str:
    """Return the working days that the promise is counted in from now on, whatever is closed later."""
    target, practice_id = task["target_on"], task["practice_id"]
    calendar = practices.work_calendar(tx, None if practice_id is None else int(practice_id))
    days = [told_on, promised_on, *(() if target is None else (date.fromisoformat(str(target)),))]
    return freeze(calendar, min(days), max(days))


def _buffer(tx: Writer, task: Row, promised_on: date) -> int:
    """Return the working days in (target, told date]: promises are judged by the room that there was then."""
    target, practice_id = task["target_on"], task["practice_id"]
    if target is None:
        return 0
    calendar = practices.work_calendar(tx, None if practice_id is None else int(practice_id))
    return buffer_days(date.fromisoformat(str(target)), promised_on, calendar)
