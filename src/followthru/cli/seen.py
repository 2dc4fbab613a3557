"""Tasks as a command answers with them: each with its tellings and its practice's own day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from followthru.actions.agenda import Days, health
from followthru.actions.context import Context
from followthru.domain.health import Health
from followthru.domain.standing import Standing, standing
from followthru.domain.task import TaskRow, Telling
from followthru.store import tasks

if TYPE_CHECKING:
    from followthru.exchange.task_json import Json


class Seen(NamedTuple):
    """A task, everything it was told by, and the day at its practice."""

    row: TaskRow
    told: tuple[Telling, ...]
    today: date

    @property
    def health(self) -> Health:
        """How it stands today."""
        return health(self.row, self.today)

    @property
    def stalled(self) -> bool:
        """Whether it has stood still for too long."""
        return self.row.stalled(self.today)

    @property
    def standing(self) -> Standing:
        """How it stands today, in a sign and words."""
        return standing(self.row, self.health, stalled=self.stalled)

    def json(self) -> Json:
        """Return the task's JSON."""
        from followthru.exchange.task_json import task_json

        return task_json(self.row, self.told, self.today)


def look(ctx: Context, rows: Sequence[TaskRow], days: Days | None = None) -> list[Seen]:
    """Return tasks with all that an answer says of them."""
    days = days or Days(ctx, ctx.read)
    told = tasks.tellings(ctx.read, [row.id for row in rows])
    return [Seen(row, tuple(told[row.id]), days.today(row.practice)) for row in rows]


def look_up(ctx: Context, ids: Iterable[int]) -> list[Seen]:
    """Return the tasks with these ids; those that are gone are left out."""
    return look(ctx, tasks.by_ids(ctx.read, list(dict.fromkeys(ids))))
