"""The steps that every verb on tasks shares: make or read the row, settle its target, write what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from followthru.actions.stored import whole
from followthru.actions.targets import SETTLED_BY, STARTED_BY, settled, with_start_by
from followthru.domain.changes import Action, Actor, Change, Row, Scalar, differences
from followthru.domain.task import Status
from followthru.errors import NotFoundError, RefusedError
from followthru.store import journal
from followthru.store.frozen import calendar_of
from followthru.store.store import Reader, Writer

_FOLLOWED = sorted(SETTLED_BY | STARTED_BY)


def new_task(tx: Writer, given: Row) -> dict[str, Scalar]:
    """Return the row of a new task: what is given, and what every task has; target and start-by follow from that.

    Raises RefusedError when a target by hand would lie after its promise.
    """
    from uuid import uuid4

    usual: Row = {"status": str(Status.OPEN), "reason_missing": 0, "uid": str(uuid4()), "created_at": tx.now}
    return with_start_by(tx, settled(tx, {**dict.fromkeys(_FOLLOWED), **usual, **given}))


def row(read: Reader, task_id: int) -> dict[str, Scalar]:
    """Return a task's fields as stored. Raises NotFoundError."""
    found = journal.row_of(read, "task", task_id)
    if found is None:
        raise NotFoundError(
            f"There is no task {task_id}.", remedy="It may have been undone; `followthru history` tells."
        )
    return found


def changed(tx: Writer, task_id: int, values: Mapping[str, Scalar]) -> tuple[Change, ...]:
    """Return the changes that give a task these values, its target and start-by settled if they depend on them.

    Raises RefusedError when a target by hand would lie after its promise.
    """
    before = row(tx, task_id)
    after: Row = {**before, **values}
    if any(after[name] != before[name] for name in SETTLED_BY):
        kept = before["promised_on"] is not None and after["promised_on"] == before["promised_on"]
        calendar = calendar_of(tx, task_id, whole(after["practice_id"])) if kept else None
        after = settled(tx, after, calendar)
    if any(after[name] != before[name] for name in STARTED_BY):
        after = with_start_by(tx, after)
    return differences("task", task_id, before, after)


def record(
    tx: Writer, verb: str, words: str, changes: Iterable[Change], *, actor: Actor = Actor.ME, because: str | None = None
) -> int | None:
    """Apply changes as one action and return its id; None when there is nothing to change."""
    found = tuple(changes)
    if not found:
        return None
    return journal.apply(tx, Action(verb, words, found, actor, because))


def check_open(values: Row, task_id: int, verb: str) -> None:
    """Raise RefusedError when a task is done or dropped."""
    if values["status"] in ("done", "dropped"):
        raise RefusedError(
            f"Task {task_id} is {values['status']}; it cannot {verb}.",
            safe="Nothing was changed.",
            remedy=f"`followthru reopen {task_id}` opens it again.",
        )
