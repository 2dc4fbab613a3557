"""How each calendar stands, from what the last sync left behind; no server is asked."""

from __future__ import annotations

from typing import NamedTuple

from followthru.actions.calendar_rest import rests
from followthru.actions.desk import Desk
from followthru.actions.ledger import StoreLedger, view_of
from followthru.actions.others import LeftAlone, left_alone
from followthru.actions.publishing import published_to
from followthru.calendars.links import EXPECTED, Link, LinkState, Snapshot
from followthru.calendars.merge import values_of
from followthru.calendars.shown import Shown
from followthru.config.values import Calendar
from followthru.domain.task import Audience
from followthru.errors import NotFoundError
from followthru.store import links

_LEFT_ALONE = frozenset({LinkState.ASKED, LinkState.UNLINKED, LinkState.QUARANTINED})


class CalendarStanding(NamedTuple):
    """How a calendar stands. Instants are UTC ISO text.

    `url` is None before it was set up, `resting_until` set while its server is left alone. `questions` counts
    events that wait for the user's answer, `pending` changes of ours that are not on the server yet, `shown`
    events of ours there, `foreign` items of others. `untitled` are ids of tasks that the calendar's readers were told
    a date of, and that are not shown because they have no public title. `others` are items of others in a collection
    of our own, each with the reason why it is left alone.
    """

    calendar: str
    account: str
    url: str | None
    audience: str
    practices: tuple[str, ...]
    last_good_at: str | None
    fault: str | None
    resting_until: str | None
    questions: int
    pending: int
    shown: int
    foreign: int
    untitled: tuple[int, ...]
    others: tuple[LeftAlone, ...]


def standings(desk: Desk) -> list[CalendarStanding]:
    """Return how every configured calendar stands, in the configuration's order."""
    asking = [calendar for calendar, _ in links.asking(desk.ctx.read)]
    return [_standing(desk, calendar, asking.count(calendar.name)) for calendar in desk.config.calendars]


def _standing(desk: Desk, calendar: Calendar, questions: int) -> CalendarStanding:
    at = links.standing(desk.ctx.read, calendar.name)
    given = calendar.collection if calendar.collection and "://" in calendar.collection else None
    resting = None if at is None or not rests(desk, at.backoff_until, desk.ctx.store.now()) else at.backoff_until
    pending, there = _work(desk, calendar)
    return CalendarStanding(
        calendar.name,
        calendar.account,
        given or (at.url or None if at is not None else None),
        calendar.audience,
        calendar.practices,
        None if at is None else at.last_good_at,
        None if at is None else at.last_error,
        resting,
        questions,
        pending,
        there,
        0 if at is None else at.foreign_items,
        _untitled(desk, calendar),
        left_alone(desk.ctx.read, calendar.name),
    )


def _work(desk: Desk, calendar: Calendar) -> tuple[int, int]:
    """Return how many changes wait to be published, and how many events are on the server."""
    snapshot = _snapshot(desk, calendar)
    if snapshot is None:
        return 0, 0
    every = (*snapshot.links, *snapshot.resting)
    return len(_pending(snapshot)), sum(one.state in EXPECTED for one in every)


def _snapshot(desk: Desk, calendar: Calendar) -> Snapshot | None:
    """Return our side of a calendar, None where a practice that it is to show is not known: its sync says so."""
    try:
        return StoreLedger(desk.ctx, view_of(calendar)).snapshot()
    except NotFoundError:
        return None


def _untitled(desk: Desk, calendar: Calendar) -> tuple[int, ...]:
    if calendar.audience == Audience.ME:
        return ()
    try:
        return published_to(desk.ctx, desk.ctx.read, view_of(calendar)).untitled
    except NotFoundError:
        return ()


def pending_slots(desk: Desk, calendar: Calendar) -> tuple[frozenset[tuple[str, str]], tuple[Shown, ...]]:
    """Return which events a sync would have to send something for, by task uid and role, and what is to be shown."""
    snapshot = _snapshot(desk, calendar)
    return (frozenset(), ()) if snapshot is None else (frozenset(_pending(snapshot)), snapshot.wanted)


def _pending(snapshot: Snapshot) -> set[tuple[str, str]]:
    """Return the events that a sync would have to send something for."""
    latest: dict[tuple[str, str], Link] = {(link.task_uid, str(link.role)): link for link in snapshot.links}
    resting = {(one.task_uid, str(one.role)) for one in snapshot.resting if one.state is LinkState.LINKED}
    wanted: dict[tuple[str, str], Shown] = {
        slot: one for one in snapshot.wanted if (slot := (one.task_uid, str(one.role))) not in resting
    }
    unfinished = {(one.link.task_uid, str(one.link.role)) for one in snapshot.unfinished}
    unsaid = {slot for slot, one in wanted.items() if _unsaid(latest.get(slot), one)}
    unwanted = {slot for slot, link in latest.items() if slot not in wanted and link.state is LinkState.LINKED}
    return unfinished | unsaid | unwanted


def _unsaid(link: Link | None, one: Shown) -> bool:
    if link is None or link.state is LinkState.OURS:
        return True
    return link.state not in _LEFT_ALONE and (link.state is not LinkState.LINKED or link.agreed != values_of(one))
