"""Objects of ours that others moved or changed beyond what we write, and the ways back from there."""

from __future__ import annotations

from followthru.calendars.identity import name_of, object_href, object_uid
from followthru.calendars.links import LinkState
from followthru.calendars.newcomers import Kind
from followthru.errors import RefusedError
from followthru.store import links, others
from followthru.store.links import LinkRow
from followthru.store.others import OtherRow
from followthru.store.store import Reader, Writer


def elsewhere(read: Reader, uid: str, calendar: str) -> str | None:
    """Return on which other calendar an object of ours was found, None if on none."""
    kinds = (Kind.MOVED, Kind.REMOVING)
    return next((at for at, row in others.of_uid(read, uid) if at != calendar and row.kind in kinds), None)


def want_removed(tx: Writer, uid: str, task_id: int) -> int:
    """Have what was moved to another calendar removed there at its next sync; return how many there are."""
    reason = f"the event of task {task_id}, which goes back to the calendar it was on"
    return others.remove_later(tx, uid, kinds=(str(Kind.MOVED), str(Kind.REMOVING)), reason=reason)


def publish_beside(tx: Writer, calendar: str, link: LinkRow) -> None:
    """Leave an object as somebody made it, and have another made beside it, of a generation of its own.

    Raises RefusedError before the calendar has been set up.
    """
    store, memory = links.store_uid(tx), links.calendar(tx, calendar)
    if store is None or memory is None or not memory.url:
        raise RefusedError(
            f"Calendar {calendar} has not been looked up on its server yet.", safe="Nothing was changed."
        )
    every = links.concerned(tx, calendar, (), (link.task_uid,))
    generation = 1 + max(one.generation for one in every if one.role == link.role)
    uid = object_uid(store, link.task_uid, link.role, calendar, generation)
    links.settle(tx, link.id, str(LinkState.UNLINKED))
    fresh = LinkRow(
        0, link.task_id, link.task_uid, link.role, generation, uid, object_href(memory.url, uid),
        str(LinkState.WAITING), None, None, None, None, None, None, None, link.form,
    )  # fmt: skip
    links.put(tx, calendar, fresh)
    reason = f"once the event of task {link.task_id}: {link.reason or 'it was changed'}"
    others.put(tx, calendar, OtherRow(name_of(link.href), link.theirs_etag, str(Kind.FORMER), reason, link.uid))
