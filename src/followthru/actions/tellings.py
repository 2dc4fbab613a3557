"""The row of a telling: who was told which date, how, and how much wiggle room there was then."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from followthru.domain.buffers import buffer_days
from followthru.domain.changes import Row, Scalar
from followthru.domain.frozen import freeze
from followthru.domain.task import How
from followthru.domain.workdays import WorkCalendar
from followthru.store import practices
from followthru.store.store import Reader, Writer

if TYPE_CHECKING:
    from followthru.actions.foretelling import Model


class Days:
    """What every telling of one transaction is counted and forecast by: each practice's days are read once."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._calendars: dict[int | None, WorkCalendar] = {}
        self._model: Model | None = None

    def calendar(self, practice_id: Scalar) -> WorkCalendar:
        """Return a practice's working days, for a task in none Monday to Friday."""
        key = None if practice_id is None else int(practice_id)
        if key not in self._calendars:
            self._calendars[key] = practices.work_calendar(self._read, key)
        return self._calendars[key]

    @property
    def model(self) -> Model:
        """Return what forecasts. Only who tells somebody pays for loading it."""
        from followthru.actions.foretelling import Model

        if self._model is None:
            self._model = Model(self._read)
        return self._model


def telling_row(
    tx: Writer,
    task_id: int,
    task: Row,
    person_id: int,
    promised_on: date,
    told_on: date,
    how: How,
    days: Days | None = None,
) -> dict[str, Scalar]:
    """Return the row of one telling, made now. `task` are the task's fields as they stand with it.

    `days` is shared by the tellings of one transaction; what it has read must not have changed since.
    """
    days = days or Days(tx)
    calendar = days.calendar(task["practice_id"])
    return {
        "task_id": task_id,
        "person_id": person_id,
        "promised_on": promised_on.isoformat(),
        "told_on": told_on.isoformat(),
        "told_at": tx.now,
        "how": str(how),
        "retracted": 0,
        "buffer_days": _buffer(calendar, task, promised_on),
        "calendar": _calendar(calendar, task, promised_on, told_on),
        **days.model.fields(task, told_on),
    }


def _calendar(calendar: WorkCalendar, task: Row, promised_on: date, told_on: date) -> str:
    """Return the working days that the promise is counted in from now on, whatever is closed later."""
    target = task["target_on"]
    days = [told_on, promised_on, *(() if target is None else (date.fromisoformat(str(target)),))]
    return freeze(calendar, min(days), max(days))


def _buffer(calendar: WorkCalendar, task: Row, promised_on: date) -> int:
    """Return the working days in (target, told date]: promises are judged by the room that there was then."""
    target = task["target_on"]
    return 0 if target is None else buffer_days(date.fromisoformat(str(target)), promised_on, calendar)
