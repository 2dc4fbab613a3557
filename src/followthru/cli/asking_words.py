"""What waits for the PM's eyes, and whom to call, in the sentences of Today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from followthru.actions.asking import Call
from followthru.domain.saying import count_words
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
        yield f"{one.words} {_after(one.task.id, waits=one.waits)}"


def _after(task_id: int, *, waits: bool) -> str:
    """Return what notes what came of a call."""
    done = f"`followthru answered {task_id} TEXT`" if waits else f"`followthru done {task_id}`"
    return f"Then {done}, or `followthru edit {task_id} follow_up=DATE`."
