"""File a task under a practice, and what keeps it at the one where it is."""

from __future__ import annotations

from collections.abc import Iterator

from followthru.actions import lookup
from followthru.actions.context import Context
from followthru.domain.changes import Row, Scalar
from followthru.domain.task import Status
from followthru.errors import RefusedError
from followthru.store import parts, registers
from followthru.store.samples import referring
from followthru.store.store import Writer


def file_under(ctx: Context, tx: Writer, task_id: int, values: Row, text: str | None) -> dict[str, Scalar]:
    """Return the fields that file a task under a practice, None for the inbox.

    Raises RefusedError when people, tasks or records of another practice are part of it.
    """
    new = None if text is None else lookup.practice(tx, text).id
    # What was added on a practice's own calendar is of that practice, and in the inbox until it is filed.
    filed: dict[str, Scalar] = {"practice_id": new, "status": _filed(values["status"], new is not None)}
    if new == values["practice_id"]:
        return filed
    for why, remedy in _what_keeps_it(tx, task_id, values):
        raise RefusedError(f"{why}; it stays there.", safe="Nothing was changed.", remedy=remedy)
    return filed


_ANEW = "Add a new task at the other practice."
_SPEAKS_OF_IT = {
    "hours_entry": "Time was logged on task {} at its practice",
    "action_item": "Task {} was taken over from the minutes of a meeting at its practice",
    "decision_task": "Task {} goes with a decision of its practice",
    "raise_note": "Task {} is to be raised with somebody at its practice",
}
"""What else is of one practice and names a task, in words."""


def _what_keeps_it(tx: Writer, task_id: int, values: Row) -> Iterator[tuple[str, str]]:
    """Yield what keeps a task at its practice, and what to do about it."""
    if values["register_item_id"] or registers.repaired_by(tx, task_id) is not None:
        yield f"Task {task_id} looks after something in the register of its practice", ""
    if values["goal_id"]:
        yield (
            f"Task {task_id} serves a goal of its practice",
            f"Take it from the goal first: `followthru edit {task_id} goal=`.",
        )
    if values["run_id"]:
        yield f"Task {task_id} is a step of run {values['run_id']} at its practice", ""
    told = parts.is_told(tx, task_id) or parts.is_about_people(tx, task_id)
    if told or values["assignee_id"] or values["waiting_on_id"]:
        yield f"People of its practice were told of task {task_id}, do it or are waited on", _ANEW
    for entity, words in _SPEAKS_OF_IT.items():
        if referring(tx, entity, "task_id", [task_id]):
            yield words.format(task_id), _ANEW
    if values["parent_id"] or parts.has_parts(tx, task_id):
        yield (
            f"Task {task_id} is a part of another task, or has parts: they stay in one practice",
            "Take them apart first: `followthru edit ID parent=`.",
        )


def _filed(status: Scalar, somewhere: bool) -> Scalar:
    """Return the status once a task is filed under a practice, or taken out of one."""
    if status == Status.INBOX and somewhere:
        return str(Status.OPEN)
    if status == Status.OPEN and not somewhere:
        return str(Status.INBOX)
    return status
