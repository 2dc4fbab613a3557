"""Objects on our calendars that are not ours: remembered with a reason, or made a task by the calendar."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from followthru.actions import edits
from followthru.actions.context import Context
from followthru.actions.stored import iso
from followthru.calendars.ical.clean import squash
from followthru.calendars.identity import name_of
from followthru.calendars.links import EXPECTED, Agreed, Link, LinkState
from followthru.calendars.newcomers import Kin, Kind, Known, Other, Take
from followthru.calendars.shown import MAX_TITLE, Role, View
from followthru.domain.changes import Action, Actor, create
from followthru.domain.people import Practice
from followthru.domain.saying import day_words
from followthru.domain.task import Status
from followthru.errors import RefusedError, UsageError
from followthru.store import journal, others, practices
from followthru.store import links as rows
from followthru.store.links import LinkRow
from followthru.store.others import OtherRow
from followthru.store.store import Reader, Writer


class StoreOthers:
    """`calendars.ports.Others` over the store, for one calendar as configured.

    `put` stores a link of it, and `get` reads one.
    """

    def __init__(
        self, ctx: Context, view: View, put: Callable[[Writer, Link], int], get: Callable[[LinkRow], Link]
    ) -> None:
        self._ctx = ctx
        self._view = view
        self._put = put
        self._get = get

    def met(self) -> Mapping[str, Other]:
        """Return what is left alone, by name."""
        return {row.name: _other(row) for row in others.met(self._ctx.read, self._view.name)}

    def unwanted(self) -> Sequence[Other]:
        """Return what the user wants removed."""
        return [_other(row) for row in others.met(self._ctx.read, self._view.name, str(Kind.REMOVING))]

    def known(self, uids: Collection[str], task_uids: Collection[str]) -> Known:
        """Return what the store knows of these UIDs and tasks, on this calendar and on others."""
        with self._ctx.store.snapshot() as read:
            kin = {uid: Kin(*found) for uid, found in others.kin(read, self._view.name, uids).items()}
            links = tuple(self._get(row) for row in rows.concerned(read, self._view.name, uids, task_uids))
            return Known(links, kin, others.tasks(read, task_uids), self._zone(read))

    def note(self, met: Sequence[Other], forgotten: Collection[str]) -> None:
        """Remember what is left alone, and forget what is not there any more."""
        with self._ctx.store.writing() as tx:
            others.forget(tx, self._view.name, forgotten)
            for one in met:
                others.put(tx, self._view.name, _row(one))

    def take_over(self, item: Take) -> str | None:
        """Make an item a task with the item as its promise, in one transaction; return why not, if so."""
        try:
            with self._ctx.store.writing() as tx:
                task_id, task_uid = self._add(tx, item)
                if item.on is None:
                    others.put(tx, self._view.name, _dateless(item, task_id))
                else:
                    self._put(tx, _taken(item, item.on, task_id, task_uid))
        except (RefusedError, UsageError) as error:
            return error.message
        self._ctx.wake()
        return None

    def release(self, link: Link) -> bool:
        """Leave the item of a task that is no more where it is, its text forgotten; False while there is the task."""
        with self._ctx.store.writing() as tx:
            row = journal.row_of(tx, "task", link.task_id)
            if row is not None and row["uid"] == link.task_uid:
                return False
            self._put(
                tx,
                link._replace(state=LinkState.LEFT, etag=None, base=None, theirs=None, theirs_etag=None, reason=None),
            )
            reason = f"it was task {link.task_id}, which was undone"
            others.put(tx, self._view.name, OtherRow(link.name, link.seen_etag, str(Kind.UNDONE), reason, link.uid))
        return True

    def rejoin(self, link: Link) -> None:
        """Store the link of an item whose task is back, and forget that the item was left alone."""
        with self._ctx.store.writing() as tx:
            self._put(tx, link)
            others.forget(tx, self._view.name, {link.name})

    def _add(self, tx: Writer, item: Take) -> tuple[int, str]:
        task_id, practice = tx.new_id("task"), self._practice(tx)
        values = edits.new_task(
            tx,
            {
                "title": item.title,
                "practice_id": None if practice is None else practice.id,
                "status": str(Status.INBOX),
                "promised_on": iso(item.on),
                "promised_time": item.time,
            },
        )
        day = f" for {day_words(item.on)}" if item.on else ""
        words = f"Calendar {self._view.name} added {task_id}{day}: {item.title}"
        journal.apply(tx, Action("add", words, (create("task", task_id, values),), Actor.CALENDAR))
        return task_id, str(values["uid"])

    def _practice(self, read: Reader) -> Practice | None:
        """Return the practice that this calendar is for, None for a calendar of several or all."""
        if len(self._view.practices) != 1:
            return None
        every = practices.all_practices(read)
        return next((one for one in every if one.slug == self._view.practices[0]), None)

    def _zone(self, read: Reader) -> str:
        practice = self._practice(read)
        return self._ctx.zone if practice is None else practice.timezone


def _dateless(item: Take, task_id: int) -> OtherRow:
    reason = f"taken over as task {task_id}; without a day, the two are not kept in step"
    return OtherRow(item.found.name, item.found.etag, str(Kind.TAKEN), reason, None)


def _taken(item: Take, on: date, task_id: int, task_uid: str) -> Link:
    link = Link(0, task_id, task_uid, Role.PROMISE, 1, item.uid, item.href, form=item.form)
    agreed = Agreed(on, item.time, squash(item.title, MAX_TITLE), done=False, published=False)
    return link.settled(item.found.text, item.found.version, agreed)


class LeftAlone(NamedTuple):
    """An object of others as it is told of. `since` is UTC ISO text."""

    name: str
    kind: str
    reason: str
    since: str


def left_alone(read: Reader, calendar: str) -> tuple[LeftAlone, ...]:
    """Return what is left alone on a calendar, and why. What became ours since is forgotten at the next listing."""
    every = others.met(read, calendar)
    ours = {name_of(row.href) for row in rows.resting(read, calendar) if row.state in EXPECTED} if every else set[str]()
    return tuple(LeftAlone(row.name, row.kind, row.reason, row.seen_at) for row in every if row.name not in ours)


def _other(row: OtherRow) -> Other:
    return Other(row.name, row.etag, Kind(row.kind), row.reason, row.uid)


def _row(one: Other) -> OtherRow:
    return OtherRow(one.name, one.etag, str(one.kind), squash(one.reason, 300), one.uid)
