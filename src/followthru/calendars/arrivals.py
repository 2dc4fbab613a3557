"""What an object is that is not known yet, in a collection of our own: taken over, followed or left alone. Pure.

Identity is the UID (RFC 4791 section 4.1) and, where a program gave it another one, our mark in the text. What is
left alone is remembered by name, version and reason; its text is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from followthru.calendars.ical.lines import unescape
from followthru.calendars.ical.read import Remote, read_scan
from followthru.calendars.ical.scan import Bad, Scan, scan
from followthru.calendars.identity import member_href
from followthru.calendars.links import EXPECTED, Link, LinkState
from followthru.calendars.newcomers import Follow, Found, Kind, Known, Leave, Newcomer, Other, Take, Verdict
from followthru.calendars.plan import newest
from followthru.calendars.shown import Role
from followthru.calendars.steps import Place, Slot
from followthru.domain.task import Audience

AT_ONCE = 25
"""More new items than this in one look are a diary that was moved here, not things to do: none is taken over."""
LONG_AGO = timedelta(days=14)
"""An item whose day is further back than this is a record, and nothing to promise."""
_GENERATIONS = 12


class Marks(NamedTuple):
    """What an object says of itself: its UID, and the task and role it was made for if it carries our mark."""

    uid: str
    task_uid: str | None
    role: str | None


class Scene(NamedTuple):
    """What is known before objects are judged.

    `expected` are links, not stored yet, of what is shown and has none; `wanted` is all that is to be shown. `copies`
    are the names of what was called a copy before.
    """

    place: Place
    expected: Collection[Link]
    wanted: Collection[Slot]
    copies: Collection[str]
    now: datetime


class Judge:
    """Says what each object is. What it has said of one object holds for the next: a UID is followed or taken once."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._place = scene.place
        self._expected = {link.uid: link for link in scene.expected}
        self._met: dict[str, Link] = {}
        self._links: dict[str, Link] = {}
        self._slots: dict[Slot, Link] = {}
        self._there: frozenset[str] = frozenset()
        self._taken: set[str] = set()

    def take_in(self, links: Iterable[Link], there: Iterable[str]) -> None:
        """Take note of our objects that the next ones may have to do with, and at which names something is."""
        stored = {link.uid: link for link in links}
        self._links = {**stored, **self._met}
        self._slots = newest(self._links.values())
        self._there = frozenset(there) | {link.name for link in self._met.values()}

    def judge(self, found: Newcomer, known: Known) -> Verdict:
        """Return what an object is that is at no address we know."""
        said = scan(found.text)
        marks = said if isinstance(said, Bad) else _marks(said)
        if isinstance(said, Bad) or isinstance(marks, Bad):
            return leave(found, Kind.UNREADABLE, _reason(said, marks))
        verdict = self._own(found, marks, known) or self._foreign(found, said, marks.uid, known)
        self._remember(verdict)
        return verdict

    def _remember(self, verdict: Verdict) -> None:
        if isinstance(verdict, Follow | Found):
            self._met[verdict.link.uid] = verdict.link
            self.take_in(self._links.values(), self._there)
        elif isinstance(verdict, Take):
            self._taken.add(verdict.uid)

    def _own(self, found: Newcomer, marks: Marks, known: Known) -> Verdict | None:
        """Return what an object of ours is, whichever way it is known; None for any other."""
        uid = marks.uid
        if uid in self._links:
            return self._linked(found, self._links[uid])
        if uid in self._expected:
            return Found(self._expected[uid]._replace(href=member_href(self._place.url, found.name)))
        if uid in known.kin:
            calendar, task_id = known.kin[uid]
            return leave(found, Kind.MOVED, f"the event of task {task_id} on calendar {calendar}", uid)
        return None if marks.task_uid is None else self._marked(found, marks, marks.task_uid, known)

    def _linked(self, found: Newcomer, link: Link) -> Verdict:
        """A UID of ours at another address: the object's new one if it has left its own, else a copy."""
        if link.name in self._there or (link.state is LinkState.GONE and found.name in self._scene.copies):
            return leave(found, Kind.COPY, f"a copy of the event of task {link.task_id}", link.uid)
        moved = followed(link, self._place, found.name)
        latest = self._slots.get((link.task_uid, link.role)) == link
        return Follow(moved if latest else moved._replace(state=link.state))

    def _marked(self, found: Newcomer, marks: Marks, task_uid: str, known: Known) -> Verdict:
        """Our mark with a UID no link has: of another store, found again, or given a new UID by a program."""
        task_id = known.tasks.get(task_uid)
        if task_id is None:
            reason = "made by a followthru store that this one does not know: a restored backup or a second machine"
            return leave(found, Kind.UNKNOWN, reason)
        role = next((one for one in Role if one == marks.role), None)
        latest = None if role is None else self._slots.get((task_uid, role))
        generation = None if role is None else _generation(self._place, marks.uid, task_uid, role)
        older = latest is not None and (latest.generation >= (generation or 0) or latest.name in self._there)
        if role is None or generation is None or older:
            # It has another UID: no link may ever follow to it.
            return leave(found, Kind.COPY, f"a copy of an event of task {task_id}")
        if (task_uid, role) not in self._scene.wanted:
            return leave(found, Kind.UNSHOWN, f"an event of task {task_id}, which has no such date to show here")
        href = member_href(self._place.url, found.name)
        return Found(Link(0, task_id, task_uid, role, generation, marks.uid, href), latest)

    def _foreign(self, found: Newcomer, said: Scan, uid: str, known: Known) -> Verdict:
        """Something that somebody added here: a thing to do, if it is as plain as one."""
        if self._place.view.audience is not Audience.ME:
            return leave(found, Kind.AUDIENCE, "added to a calendar for others: only your own calendars make tasks")
        if uid in self._taken:
            return leave(found, Kind.COPY, "a copy of another item here")
        if said.first("ATTENDEE") or said.first("ORGANIZER"):
            return leave(found, Kind.INVITED, "somebody is invited to it")
        remote = read_scan(said)
        if isinstance(remote, Bad):
            return leave(found, Kind.UNREADABLE, remote.reason)
        refused = _refused(remote, known.zone, self._scene.now)
        if refused is not None:
            return leave(found, *refused)
        when = remote.when(known.zone)
        href = member_href(self._place.url, found.name)
        on, time = (None, None) if when is None else (when.on, when.time)
        return Take(found, uid, href, remote.summary, on, time, remote.form)


def marks_of(text: str) -> Marks | Bad:
    """Return what an object says of itself."""
    found = scan(text)
    return found if isinstance(found, Bad) else _marks(found)


def _marks(found: Scan) -> Marks | Bad:
    uid = _value(found, "UID")
    if not uid:
        return Bad("it has no UID")
    task_uid, role = _value(found, "X-FOLLOWTHRU-ID"), _value(found, "X-FOLLOWTHRU-ROLE")
    return Marks(uid, task_uid or None, role or None)


def _value(found: Scan, name: str) -> str:
    line = found.first(name)
    return "" if line is None else unescape(line.value).strip() if name != "UID" else line.value.strip()


def _reason(*said: object) -> str:
    return next((one.reason for one in said if isinstance(one, Bad)), "")


def leave(found: Newcomer, kind: Kind, reason: str, uid: str | None = None) -> Leave:
    """Return that an object is left alone."""
    return Leave(Other(found.name, found.etag, kind, reason, uid))


def followed(link: Link, place: Place, name: str) -> Link:
    """Return a link at its object's new address, where the object is read again."""
    moved = link._replace(href=member_href(place.url, name), etag=None, theirs=None, theirs_etag=None)
    known = link.state in EXPECTED or link.state is LinkState.UNLINKED
    return moved._replace(state=LinkState.LINKED, reason=None) if known else moved


def _generation(place: Place, uid: str, task_uid: str, role: Role) -> int | None:
    """Return which of a task's objects on this calendar has this UID, None if none has."""
    for number in range(1, _GENERATIONS):
        if place.makes(uid, task_uid, role, number):
            return number
    return None


def _refused(remote: Remote, zone: str, now: datetime) -> tuple[Kind, str] | None:
    """Return why an item is not taken over, None if it is."""
    if remote.untouchable is not None:
        return Kind.REPEATS, remote.untouchable
    if remote.cancelled:
        return Kind.CANCELLED, "it is cancelled"
    if not remote.summary:
        return Kind.EMPTY, "it has no title"
    if remote.ticks.done:
        return Kind.DONE, "it is done already"
    when = remote.when(zone)
    if when is not None and when.on < now.astimezone(ZoneInfo(zone)).date() - LONG_AGO:
        return Kind.PAST, f"its day is more than {LONG_AGO.days} days past"
    return None


def not_too_many(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Return the verdicts of one look, by which no diary is swallowed."""
    every = tuple(verdicts)
    if sum(isinstance(one, Take) for one in every) <= AT_ONCE:
        return every
    reason = f"one of more than {AT_ONCE} new items at once"
    return tuple(leave(one.found, Kind.MANY, reason) if isinstance(one, Take) else one for one in every)
