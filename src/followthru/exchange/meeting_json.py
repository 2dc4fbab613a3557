"""Meetings, decisions and what is to be raised as JSON, as commands answer with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from followthru.domain.decisions import Decision, Linked
from followthru.domain.meetings import ActionItem, Meeting
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


def meeting_json(one: Meeting) -> Json:
    """Return a meeting's JSON without its texts; `with` are handles."""
    return {
        "id": one.id,
        "practice": one.practice,
        "held_on": one.held_on.isoformat(),
        "held_time": one.held_time,
        "title": one.title,
        "with": [there.handle for there in one.there],
        "created_at": one.created_at,
    }


def whole_meeting_json(one: Meeting, items: Sequence[ActionItem], decided: Sequence[Decision]) -> Json:
    """Return all of a meeting as JSON: `agenda` is None while it is made from what is open."""
    return {
        **meeting_json(one),
        "agenda": one.agenda,
        "minutes": one.minutes,
        "action_items": [
            {"task": item.task_id, "line": item.line, "title": item.title, "status": item.status} for item in items
        ],
        "decisions": [decision_json(decision) for decision in decided],
    }


def decision_json(one: Decision) -> Json:
    """Return a decision's JSON; `with` are the handles of those who were there."""
    return {
        "id": one.id,
        "uid": one.uid,
        "practice": one.practice,
        "meeting": one.meeting_id,
        "decided_on": one.decided_on.isoformat(),
        "words": one.words,
        "with": [there.handle for there in one.there],
        "audience": str(one.audience),
        "notes": one.notes,
        "follows": [task.task_id for task in one.follows],
        "moved": [_moved_json(task) for task in one.moved],
        "retracted_on": _iso(one.retracted_on),
        "created_at": one.created_at,
    }


def _moved_json(one: Linked) -> Json:
    return {"task": one.task_id, "from": _iso(one.was_on), "to": _iso(one.now_on)}


def _iso(on: date | None) -> str | None:
    return None if on is None else on.isoformat()
