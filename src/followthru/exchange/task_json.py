"""A task as JSON: the one shape in which commands answer with tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from followthru.domain.health import Thresholds, health_on
from followthru.domain.task import Audience, ChecklistItem, TaskRow, Telling

Json = dict[str, object]


def task_json(row: TaskRow, told: Sequence[Telling], today: date) -> Json:
    """Return a task's JSON on its practice's day. Dates are ISO text, absent values None, lists never None."""
    health = health_on(row.status, Thresholds(row.in_buffer_from, row.at_risk_from, row.late_from), today)
    return {
        "id": row.id,
        "uid": row.uid,
        "title": row.title,
        "public_title": row.public_title,
        "practice": row.practice,
        "status": str(row.status),
        "area": row.area,
        "kind": row.kind,
        "deadline_on": _iso(row.deadline_on),
        "promised_on": _iso(row.promised_on),
        "promised_time": row.promised_time,
        "because": row.because,
        "reason_missing": row.reason_missing,
        "told": [_telling(one) for one in told],
        "target_on": _iso(row.target_on),
        "target_source": row.target_source,
        "starts_on": _iso(row.starts_on),
        "start_by_on": _iso(row.start_by_on),
        "buffer_days": row.buffer_days,
        "health": str(health),
        "stalled": row.stalled(today),
        "blocked": row.blocked,
        "waiting_on": row.waiting_on,
        "waiting_for": row.waiting_for,
        "waiting_by": _iso(row.waiting_by),
        "follow_up_on": _iso(row.follow_up_on),
        "assignee": row.assignee,
        "audience": str(row.audience),
        "private": row.audience is Audience.ME,
        "tags": list(row.tags),
        "priority": row.priority,
        "done_on": _iso(row.done_on),
    }


class Detail(NamedTuple):
    """What only the answer about one task has: the PM's own words, its steps, ids of what it needs and of its parts."""

    notes: str | None
    answer: str | None
    estimate_minutes: int | None
    repeats: str | None
    checklist: Sequence[ChecklistItem]
    needs: Sequence[int]
    parts: Sequence[int]


def detail_json(task: Json, detail: Detail) -> Json:
    """Return a task's JSON with its detail."""
    return {
        **task,
        "notes": detail.notes,
        "answer": detail.answer,
        "estimate_minutes": detail.estimate_minutes,
        "repeats": detail.repeats,
        "checklist": [{"words": item.words, "done": item.done} for item in detail.checklist],
        "needs": list(detail.needs),
        "parts": list(detail.parts),
    }


def _telling(one: Telling) -> Json:
    return {
        "person": one.person,
        "date": _iso(one.promised_on),
        "on": _iso(one.told_on),
        "how": one.how,
        "retracted": one.retracted,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
