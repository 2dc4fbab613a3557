"""Tasks as todos of an iCalendar file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from followthru.actions.context import Context
from followthru.actions.export_scope import Scope
from followthru.calendars.todo_file import Todo
from followthru.domain.task import TaskRow
from followthru.store import practices, tasks
from followthru.store.store import Reader


def todos_of(ctx: Context, read: Reader, rows: Sequence[TaskRow], scope: Scope, *, private: bool) -> Iterator[Todo]:
    """Yield a todo for each task. It is due on the date that others count on; a target stands only where none does."""
    own = tasks.beside(read, [row.id for row in rows])
    uids = {row.id: row.uid for row in rows}
    zones = {one.id: one.timezone for one in practices.all_practices(read)}
    for row in rows:
        said = own[row.id]
        yield Todo(
            uid=row.uid,
            title=row.title,
            status=str(row.status),
            due=row.promised_on or row.deadline_on or row.target_on,
            starts=row.starts_on,
            done_on=row.done_on,
            priority=row.priority,
            tags=row.tags,
            notes=said.notes if private else None,
            parent=uids.get(said.parent_id or 0) if said.parent_id in scope.ids("task") else None,
            zone=zones.get(row.practice_id or 0, ctx.zone),
        )
