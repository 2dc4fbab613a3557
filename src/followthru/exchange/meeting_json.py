"""Meetings, decisions and what is to be raised as JSON, as commands answer with them."""

from __future__ import annotations

from followthru.domain.raising import RaiseNote

Json = dict[str, object]


def raise_json(one: RaiseNote) -> Json:
    """Return the JSON of something to raise; absent values are None, `task` is the task it belongs to."""
    return {
        "id": one.id,
        "practice": one.practice,
        "person": one.person,
        "words": one.words,
        "task": one.task_id,
        "raised_on": None if one.raised_on is None else one.raised_on.isoformat(),
        "created_at": one.created_at,
    }
