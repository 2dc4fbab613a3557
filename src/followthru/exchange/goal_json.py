"""Goals and their readings as JSON, as commands answer with them. Figures are text, exact as they were given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from followthru.domain.figures import figure_text
from followthru.domain.goals import Goal, GoalKind, Reading, standing, trend

Json = dict[str, object]


def goal_json(one: Goal, readings: Sequence[Reading], today: date) -> Json:
    """Return a goal's JSON on its practice's day; absent values are None. `value` and `read_on` are the newest."""
    newest = readings[-1] if readings else None
    way = trend(one, readings)
    return {
        "id": one.id,
        "uid": one.uid,
        "practice": one.practice,
        "kind": one.kind,
        "title": one.title,
        "unit": one.unit,
        "direction": str(one.direction),
        "aim": _text(one.aim),
        "aim_to": _text(one.aim_to),
        "by_on": None if one.by_on is None else one.by_on.isoformat(),
        "audience": str(one.audience),
        "notes": one.notes,
        "retired_on": None if one.retired_on is None else one.retired_on.isoformat(),
        "value": None if newest is None else figure_text(newest.value),
        "read_on": None if newest is None else newest.on.isoformat(),
        "standing": str(standing(one, readings, today)),
        "trend": None if way is None else str(way),
        "open_tasks": one.open_tasks,
    }


def reading_json(one: Reading) -> Json:
    """Return a reading's JSON."""
    return {"on": one.on.isoformat(), "value": figure_text(one.value), "note": one.note, "audience": str(one.audience)}


def kind_json(one: GoalKind) -> Json:
    """Return a shipped kind's JSON."""
    said = one._asdict()
    return {**said, "direction": str(one.direction), "aim": _text(one.aim), "aim_to": _text(one.aim_to)}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else figure_text(value)
