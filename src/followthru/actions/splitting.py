"""Cut a task into parts that are done one by one."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.actions import edits
from followthru.actions.context import Context, Outcome
from followthru.domain.changes import Change, Scalar, create
from followthru.domain.plain import one_line
from followthru.domain.saying import count_words
from followthru.domain.task import Status
from followthru.errors import RefusedError, UsageError
from followthru.store import tasks

INHERITED = ("practice_id", "area", "kind", "audience", "assignee_id", "priority")
"""What a part takes over from the whole: where it belongs, what sort of work it is and who may see it; no date.

Whom the whole is about, its parts are about as well: such a person sees them only when told.
"""


def split(ctx: Context, task_id: int, titles: Sequence[str]) -> Outcome:
    """Add a subtask for each title, as one step; their ids come in that order, before that of the whole.

    Raises UsageError without a title, RefusedError for a closed task and for one that is itself a part.
    """
    said = [title for given in titles if (title := one_line(given))]
    if not said:
        raise UsageError("A part needs a title.", safe="Nothing was changed.", remedy="Say what is to be done.")
    with ctx.acting() as tx:
        whole = edits.row(tx, task_id)
        edits.check_open(whole, task_id, "be split")
        if whole["parent_id"] is not None:
            raise RefusedError(
                f"Task {task_id} is a part of task {whole['parent_id']} itself.",
                safe="Nothing was changed.",
                remedy=f"Split task {whole['parent_id']}, or write the steps as a checklist.",
            )
        about = tasks.persons_about(tx, task_id)
        changes: list[Change] = []
        ids: list[int] = []
        for title in said:
            part: dict[str, Scalar] = {
                **{name: whole[name] for name in INHERITED},
                "title": title,
                "parent_id": task_id,
                "status": str(Status.INBOX if whole["practice_id"] is None else Status.OPEN),
            }
            ids.append(tx.new_id("task"))
            changes.append(create("task", ids[-1], edits.new_task(tx, part)))
            changes += [create("about", tx.new_id("about"), {"task_id": ids[-1], "person_id": one}) for one in about]
        words = f"Split {task_id} into {count_words(len(said), 'part')}: {whole['title']}"
        action_id = edits.record(tx, "split", words, changes)
    return Outcome(action_id, (*ids, task_id), words)
