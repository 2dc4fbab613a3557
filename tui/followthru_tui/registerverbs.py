"""What keys do to registers and evidence, through the actions; and what has to be known before they are asked for.

Every function runs on the reader thread and may raise FollowthruError.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from followthru_tui.feed import Said
from followthru_tui.verbs import said

if TYPE_CHECKING:
    from followthru.actions.desk import Desk
    from followthru.domain.dateword import DateOrder
    from followthru.domain.evidence import Shown


class Terms(NamedTuple):
    """What a renewal is read with: the item's words, how long it holds (None: not said), whether it has to be shown."""

    named: str
    every: str | None
    shown: bool
    today: date
    order: DateOrder


def terms(desk: Desk, id: int) -> Terms:
    """Return what a renewal of an item is read with."""
    from followthru.actions.registers import one
    from followthru.store import practices

    read = desk.ctx.read
    item = one(read, id)
    today = desk.ctx.today(practices.practice(read, item.practice_id))
    return Terms(item.named, item.service_every, desk.ctx.kinds.named(item.kind).evidence, today, desk.ctx.order)


def renew(desk: Desk, id: int, expires: str, shows: str) -> Said:
    """Note that an item is renewed until a day (empty: by its interval), and what shows it."""
    from followthru.actions import renewals

    return said(renewals.renew(desk.ctx, id, renewals.Renewal(expires or None, None, _shown(shows))).outcome)


def make_task(desk: Desk, id: int) -> Said:
    """Add the task that renews an item."""
    from followthru.actions import renewals

    return said(renewals.make_task(desk.ctx, id)[0])


def edit(desk: Desk, id: int, values: Mapping[str, str]) -> Said:
    """Give fields of an item new values."""
    from followthru.actions import registers

    return said(registers.edit(desk.ctx, id, values).outcome)


def retire(desk: Desk, id: int) -> Said:
    """Note that an item is not kept up any more."""
    from followthru.actions import registers

    return said(registers.retire(desk.ctx, id).outcome)


def add(desk: Desk, given: Mapping[str, str]) -> Said:
    """Add an item from the words of `register add`: kind, title, practice, and its fields."""
    from followthru.actions import registers

    fields = {name: value for name, value in given.items() if name not in ("kind", "title", "practice")}
    return said(registers.add(desk.ctx, given["kind"], given["title"], given["practice"], fields).outcome)


def keep(desk: Desk, id: int, shows: str) -> Said:
    """Keep evidence for a task."""
    from followthru.actions import compliance

    return said(compliance.add(desk.ctx, id, _shown(shows)))


def kept_for(desk: Desk, id: int) -> list[str]:
    """Return what shows that an item was renewed, a line for each piece."""
    from followthru.actions.registers import one
    from followthru.domain.saying import day_words
    from followthru.store import evidence, registers

    read = desk.ctx.read
    item = one(read, id)
    tasks = set(registers.tasks_of(read, item.id))
    found = evidence.of_practice(read, item.practice_id, date.min, date.max)
    today = desk.ctx.today()
    mine = [row for row in found if row.item_id == id or row.task_id in tasks]
    return [f"{day_words(row.dated_on, today)}  {row.form}: {row.words}" for row in mine]


def _shown(words: str) -> Shown:
    from followthru.actions import compliance
    from followthru.domain.evidence import NOTHING, Shown

    return Shown(compliance.pieces((words,))) if words.strip() else NOTHING
