"""What waits for the PM's eyes, and whom to call, in the sentences of Today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from followthru.actions.asking import Call, CallFor
from followthru.cli.out import clean
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import TaskRow
from followthru.store.updates import UpdateRow
from followthru.updates.outbox import KIND_WORDS, UpdateKind


def drafts_words(rows: Iterable[UpdateRow]) -> str:
    """Return how many drafts wait for the PM, by kind; empty for none."""
    counts = Counter(UpdateKind(row.kind) for row in rows)
    total = counts.total()
    if not total:
        return ""
    kinds = ", ".join(count_words(counts[kind], *KIND_WORDS[kind]) for kind in UpdateKind if counts[kind])
    wait = "waits" if total == 1 else "wait"
    return f"{count_words(total, 'draft')} {wait} for you ({kinds}): `followthru update list`."


def call_words(calls: Iterable[Call]) -> Iterator[str]:
    """Yield a sentence for each person to call: what about, why, and what to note afterwards."""
    for one in calls:
        task = one.task
        who = task.waiting_on or task.assignee or "somebody"
        why = _reminded(one) if one.why is CallFor.REMINDED else _waits(task)
        after = _after(task.id, waits=task.waiting_on is not None)
        yield f"Call {who} at {task.practice} about “{clean(task.title)}”: {why}. {after}"


def _reminded(one: Call) -> str:
    return f"{count_words(one.reminders, 'reminder')} went out since {day_words(one.since)}"


def _waits(task: TaskRow) -> str:
    by = f" by {day_words(task.waiting_by)}" if task.waiting_by else ""
    return f"you wait for {clean(task.waiting_for or 'an answer')}{by}, and they get no mail"


def _after(task_id: int, *, waits: bool) -> str:
    """Return what notes what came of a call."""
    done = f"`followthru answered {task_id} TEXT`" if waits else f"`followthru done {task_id}`"
    return f"Then {done}, or `followthru edit {task_id} follow_up=DATE`."
