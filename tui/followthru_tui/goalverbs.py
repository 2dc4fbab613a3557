"""What keys do to goals, through the actions. On the reader thread; may raise FollowthruError."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from followthru_tui.feed import Said
from followthru_tui.verbs import said

if TYPE_CHECKING:
    from followthru.actions.desk import Desk
    from followthru.domain.dateword import DateOrder


class Measure(NamedTuple):
    """What a reading is read with."""

    title: str
    unit: str | None
    today: date
    order: DateOrder


def measure(desk: Desk, id: int) -> Measure:
    """Return what a reading of a goal is read with. Raises NotFoundError."""
    from followthru.actions import goals
    from followthru.store import practices

    one = goals.one(desk.ctx.read, id)
    today = desk.ctx.today(practices.practice(desk.ctx.read, one.practice_id))
    return Measure(one.title, one.unit, today, desk.ctx.order)


def read(desk: Desk, id: int, value: str, on: str | None, note: str | None) -> Said:
    """Note a reading."""
    from followthru.actions import goals

    return said(goals.read(desk.ctx, id, value, on, note).outcome)


def edit(desk: Desk, id: int, values: Mapping[str, str]) -> Said:
    """Give fields of a goal new values."""
    from followthru.actions import goals

    return said(goals.edit(desk.ctx, id, values).outcome)


def retire(desk: Desk, id: int) -> Said:
    """Note that a goal is pursued no more."""
    from followthru.actions import goals

    return said(goals.retire(desk.ctx, id).outcome)


def add(desk: Desk, given: Mapping[str, str]) -> Said:
    """Add a goal from the words of `goal add`: what, practice, and its fields."""
    from followthru.actions import goals

    fields = {name: value for name, value in given.items() if name not in ("what", "practice")}
    return said(goals.add(desk.ctx, given["what"], given["practice"], fields).outcome)
