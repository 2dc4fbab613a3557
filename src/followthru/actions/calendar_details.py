"""All that can be told of a calendar without asking its server: as a whole, its server, and each object."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from followthru.actions.calendar_standing import CalendarStanding, pending_slots, standings
from followthru.actions.desk import Desk
from followthru.actions.ledger import questions_in
from followthru.actions.probing import why_unmeasured
from followthru.actions.removal import left_over
from followthru.actions.same_machine import twin
from followthru.calendars.caps import Caps, caps_in
from followthru.calendars.links import LinkState
from followthru.calendars.merge import Question
from followthru.calendars.shown import Shown
from followthru.errors import NotFoundError
from followthru.store import calendar_books, calendar_items, links, tasks
from followthru.store.calendar_items import ItemRow


class ItemState(StrEnum):
    """How one object stands, in words that stay."""

    IN_STEP = "in step"
    TO_PUBLISH = "to publish"
    ASKS = "asks"
    LEFT_OFF = "left off"
    LEFT_ALONE = "left alone"


class ItemStanding(NamedTuple):
    """One object of ours. `id` is what `calendar resolve` takes; `last_good_at` is UTC ISO text.

    `reason` says in words, the server's own where it gave some, why an object is left alone.
    """

    id: int | None
    task: int
    title: str | None
    role: str
    form: str
    href: str | None
    state: ItemState
    last_good_at: str | None
    reason: str | None
    questions: tuple[Question, ...]


class CalendarDetails(NamedTuple):
    """A calendar: how it stands, and what else is known.

    Without `configured` it is not in the configuration any more, and its `shown` events are still at `url`. `name` is
    what its collection is called on the server, `server` is what the server was measured to do, `unmeasured` says which
    fault of our own stopped the last measurement, and `other_copy` when another copy of this store was seen to write
    there.
    """

    standing: CalendarStanding
    configured: bool
    name: str | None
    server: Caps | None
    unmeasured: str | None
    other_copy: str | None
    items: tuple[ItemStanding, ...]


def details(desk: Desk, only: str | None = None) -> list[CalendarDetails]:
    """Return what is known of every calendar, or of that or of those of the account called `only`.

    Raises NotFoundError.
    """
    found = [_configured(desk, one) for one in standings(desk) if only in (None, one.calendar, one.account)]
    found += [
        CalendarDetails(_left(one), False, one.title, None, None, None, _items(desk, one.calendar, frozenset()))
        for one in left_over(desk)
        if only in (None, one.calendar, one.account)
    ]
    if only is not None and not found and all(one.name != only for one in desk.config.accounts):
        raise NotFoundError(
            f"There is no calendar or account {only}.", remedy="`followthru sync status` shows all of them."
        )
    return found


def _configured(desk: Desk, one: CalendarStanding) -> CalendarDetails:
    read, name = desk.ctx.read, one.calendar
    at = calendar_books.place(read, name)
    pending, shown = pending_slots(desk, desk.config.calendar(name))
    ours = _items(desk, name, pending, one.last_good_at)
    return CalendarDetails(
        one,
        True,
        None if at is None else at.title,
        caps_in(links.caps(read, name)),
        why_unmeasured(read, name),
        links.fact(read, twin(name)),
        (*ours, *_unborn(desk, name, pending, shown)),
    )


def _left(row: calendar_books.BookRow) -> CalendarStanding:
    return CalendarStanding(
        calendar=row.calendar,
        account=row.account or "",
        url=row.url,
        audience="",
        practices=(),
        last_good_at=row.last_good_at,
        fault=None,
        resting_until=None,
        questions=0,
        pending=0,
        shown=row.objects,
        foreign=0,
        untitled=(),
        others=(),
    )


def _items(
    desk: Desk, calendar: str, pending: frozenset[tuple[str, str]], good: str | None = None
) -> tuple[ItemStanding, ...]:
    rows = calendar_items.items(desk.ctx.read, calendar)
    return tuple(_item(row, (row.task_uid, row.role) in pending, good) for row in rows)


def _item(row: ItemRow, pending: bool, good: str | None) -> ItemStanding:
    """Return how an object stands. One that is in step was so at the calendar's last good sync."""
    state = _state(row, pending)
    at = max(filter(None, (row.good_at, good)), default=None) if state is ItemState.IN_STEP else row.good_at
    return ItemStanding(
        row.id, row.task_id, row.title, row.role, row.form, row.href, state, at, row.reason, questions_in(row.questions)
    )


def _state(row: ItemRow, pending: bool) -> ItemState:
    if row.state == LinkState.QUARANTINED:
        return ItemState.LEFT_ALONE
    if row.state in (LinkState.ASKED, LinkState.UNLINKED):
        return ItemState.ASKS if row.questions else ItemState.LEFT_OFF
    if pending or row.begun or row.state in (LinkState.WAITING, LinkState.OURS):
        return ItemState.TO_PUBLISH
    return ItemState.IN_STEP


def _unborn(
    desk: Desk, calendar: str, pending: frozenset[tuple[str, str]], shown: tuple[Shown, ...]
) -> tuple[ItemStanding, ...]:
    """Return what is to be shown and is not on the server in any form."""
    known = {(row.task_uid, row.role) for row in calendar_items.items(desk.ctx.read, calendar)}
    titles = {row.id: row.title for row in tasks.by_ids(desk.ctx.read, [one.task_id for one in shown])}
    return tuple(
        ItemStanding(
            None,
            one.task_id,
            titles.get(one.task_id),
            str(one.role),
            str(one.form),
            None,
            ItemState.TO_PUBLISH,
            None,
            None,
            (),
        )
        for one in shown
        if (slot := (one.task_uid, str(one.role))) in pending and slot not in known
    )
