"""What is found in a collection of our own that is at no address we know: looked at once, and decided on.

Nothing is fetched of a collection that is shared, nor before a first complete listing showed that all was ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from followthru.calendars.arrivals import Judge, Scene, followed, marks_of, not_too_many
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import (
    BadAnswerError,
    ForbiddenError,
    MissingError,
    PreconditionError,
    ServerFaultError,
)
from followthru.calendars.ical.scan import Bad
from followthru.calendars.links import EXPECTED, RETURNS, Link, LinkState, Snapshot
from followthru.calendars.newcomers import Follow, Found, Kind, Leave, Newcomer, Other, Take, Verdict
from followthru.calendars.plan import first_link, our_names
from followthru.calendars.ports import Ledger
from followthru.calendars.refusals import strong
from followthru.calendars.sight import Body, Delta
from followthru.calendars.steps import Place

CHUNK = 50
"""Objects of others held in memory at once."""
_MAYBE_THERE = EXPECTED | {LinkState.UNLINKED}


class Seen(NamedTuple):
    """What was decided, the names that are not to be remembered any more, and how many objects are left alone.

    `missing` are names that are not to be remembered either, once it is sure that they are not there.
    """

    verdicts: tuple[Verdict, ...]
    forgotten: frozenset[str]
    left: int
    missing: frozenset[str] = frozenset()


NOBODY = Seen((), frozenset(), 0)
"""What is seen where nobody looks at what others put there."""


class Strangers:
    """Looks at what is new in one collection of our own, and carries out what was decided."""

    def __init__(self, place: Place, collection: Collection, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._place = place
        self._collection = collection
        self._ledger = ledger
        self._now = now

    async def look(self, snapshot: Snapshot, delta: Delta) -> Seen:
        """Read what is new, and decide. Nothing is written."""
        met = self._ledger.others.met()
        ours = our_names(self._place, snapshot)
        known = [*self._came_back(snapshot, delta), *_out_of_reach(ours, delta), *self._under_a_copys_name(delta, met)]
        settled = {_name_of(one) for one in known}
        new = sorted(
            name
            for name, etag in delta.etags.items()
            if name not in ours and name not in settled and _unsettled(met.get(name), etag)
        )
        found = await self._judged(snapshot, delta, met, new) if new else []
        verdicts = not_too_many(one for one in (*known, *found) if not _said_before(one, met))
        live = (one.name for one in (*snapshot.links, *snapshot.resting) if met and one.state in EXPECTED)
        missing = {name for name in met if delta.lacks(name)}
        forgotten = met.keys() & set(live)
        forgotten |= {_name_of(one) for one in verdicts if not isinstance(one, Leave)} & met.keys()
        left = {_name_of(one) for one in verdicts if isinstance(one, Leave)} | (met.keys() - forgotten - missing)
        return Seen(verdicts, frozenset(forgotten), len(left), frozenset(missing))

    def _came_back(self, snapshot: Snapshot, delta: Delta) -> list[Verdict]:
        """Return objects that we removed as often as we do, and that some program brought back again."""
        resting = [one for one in snapshot.resting if one.state is LinkState.GONE and one.name in delta.etags]
        links = (*snapshot.links, *(self._ledger.whole(resting) if resting else ()))
        return [
            Leave(Other(link.name, delta.etags[link.name], Kind.RETURNED, _returned(link), link.uid))
            for link in links
            if link.state is LinkState.GONE and link.returned >= RETURNS and link.name in delta.etags
        ]

    def _under_a_copys_name(self, delta: Delta, met: Mapping[str, Other]) -> list[Verdict]:
        """Return objects of ours that are gone while what was a copy of them is there: they go on as that."""
        copies = {
            one.uid: one.name
            for one in met.values()
            if one.kind is Kind.COPY and one.uid is not None and not delta.lacks(one.name)
        }
        links = self._ledger.others.known(copies.keys(), ()).links if copies else ()
        return [
            Follow(followed(link, self._place, copies[link.uid]))
            for link in links
            if link.uid in copies and link.state in EXPECTED and delta.lacks(link.name)
        ]

    async def _judged(
        self, snapshot: Snapshot, delta: Delta, met: Mapping[str, Other], names: list[str]
    ) -> list[Verdict]:
        judge = Judge(self._scene(snapshot, met))
        found: list[Verdict] = []
        for start in range(0, len(names), CHUNK):
            bodies, faults = await self._collection.bodies(names[start : start + CHUNK])
            if faults:  # What failed for a moment only is not left alone for a day.
                again, faults = await self._collection.bodies(sorted(faults))
                bodies |= again
            new = [Newcomer(name, delta.etags[name], body.text, body.etag) for name, body in bodies.items() if body]
            said = [marks for marks in (marks_of(one.text) for one in new) if not isinstance(marks, Bad)]
            task_uids = {one.task_uid for one in said if one.task_uid is not None}
            known = self._ledger.others.known({one.uid for one in said}, task_uids)
            judge.take_in(known.links, await self._there(delta, known.links))
            found += [judge.judge(one, known) for one in new]
            # Of no version, so that it is asked for again with the next complete listing.
            found += [Leave(Other(name, None, Kind.UNREADABLE, reason)) for name, reason in faults.items()]
        return found

    def _scene(self, snapshot: Snapshot, met: Mapping[str, Other]) -> Scene:
        linked = {(one.task_uid, one.role) for one in (*snapshot.links, *snapshot.resting)}
        slots = {(one.task_uid, one.role): one for one in snapshot.wanted}
        expected = [first_link(self._place, one, 1) for slot, one in slots.items() if slot not in linked]
        copies = {name for name, one in met.items() if one.kind is Kind.COPY}
        return Scene(self._place, expected, slots.keys(), copies, self._now())

    async def _there(self, delta: Delta, links: Iterable[Link]) -> set[str]:
        """Return at which of our names something is; what a report of changes does not name is asked for."""
        named = {link.name: link for link in links if not delta.lacks(link.name)}
        unsure = [
            name
            for name, link in named.items()
            if name not in delta.etags and name not in delta.faults and link.state in _MAYBE_THERE
        ]
        bodies, faults = await self._collection.bodies(sorted(unsure)) if unsure else ({}, {})
        seen = {name for name in named if name in delta.etags or name in delta.faults}
        return seen | faults.keys() | {name for name, body in bodies.items() if body is not None}

    def act(self, seen: Seen) -> int:
        """Store what was decided; return how many items became tasks. Each is one commit that a kill cannot halve."""
        taken = 0
        others = self._ledger.others
        for one in seen.verdicts:
            match one:
                case Take():
                    refused = others.take_over(one)
                    taken += refused is None
                    if refused is not None:
                        others.note([Other(one.found.name, one.found.etag, Kind.UNREADABLE, refused)], ())
                case Follow(link):
                    self._ledger.record([link])
                case Found(link, instead):
                    self._ledger.record([*replaced(instead), link])
                case Leave():
                    pass
        left = [one.other for one in seen.verdicts if isinstance(one, Leave)]
        if left or seen.forgotten:
            others.note(left, seen.forgotten)
        return taken

    def forget(self, seen: Seen) -> None:
        """Forget what is not there any more: a listing that lost too much was refused before, and is none to go by."""
        if seen.missing:
            self._ledger.others.note((), seen.missing)

    async def clear(self) -> int:
        """Remove what the user wants removed from here; return how many went. Only what is still as it was goes."""
        removed = 0
        for one in self._ledger.others.unwanted():
            try:
                body = await self._collection.get(one.name)
                if body is not None and not _same(one, body):
                    self._ledger.others.note([one._replace(kind=Kind.MOVED)], ())
                    continue
                if body is not None:
                    await self._collection.delete(one.name, body.etag if strong(body.etag) else None)
                    removed += 1
                self._ledger.others.note((), {one.name})
            except MissingError:
                self._ledger.others.note((), {one.name})
            except (PreconditionError, ForbiddenError):
                self._ledger.others.note([one._replace(kind=Kind.MOVED)], ())
            except (ServerFaultError, BadAnswerError):
                continue  # what became of it, the next look tells
        return removed


def as_if(snapshot: Snapshot, verdicts: Iterable[Verdict]) -> Snapshot:
    """Return our side as if what was decided had been stored."""
    links = {link.uid: link for link in snapshot.links}
    for one in verdicts:
        if isinstance(one, Found):
            links |= {each.uid: each for each in replaced(one.instead)}
        if isinstance(one, Found | Follow):
            links[one.link.uid] = one.link
    ids = {link.id for link in links.values()}
    resting = tuple(one for one in snapshot.resting if one.id not in ids)
    return snapshot._replace(links=tuple(links.values()), resting=resting)


def replaced(instead: Link | None) -> tuple[Link, ...]:
    """Return an older link whose object is no more as it is stored then."""
    if instead is None or instead.state is LinkState.GONE:
        return ()
    return (instead._replace(state=LinkState.GONE, etag=None, theirs=None, theirs_etag=None, reason=None),)


def _returned(link: Link) -> str:
    return f"an event of task {link.task_id} that was removed and that some program keeps bringing back"


def _out_of_reach(ours: frozenset[str], delta: Delta) -> list[Verdict]:
    return [
        Leave(Other(name, None, Kind.UNREADABLE, reason)) for name, reason in delta.faults.items() if name not in ours
    ]


def _unsettled(before: Other | None, etag: str | None) -> bool:
    """Whether an object has to be read: it is new, or it was edited since it was left alone."""
    if before is None or (before.kind is Kind.UNREADABLE and before.etag is None):
        return True
    return before.etag != etag and before.kind is not Kind.TAKEN


def _said_before(one: Verdict, met: Mapping[str, Other]) -> bool:
    """Whether exactly this is remembered: then nothing has to be stored."""
    return isinstance(one, Leave) and met.get(one.other.name) == one.other


def _name_of(one: Verdict) -> str:
    match one:
        case Take(found=found):
            return found.name
        case Follow(link) | Found(link):
            return link.name
        case Leave(other):
            return other.name


def _same(one: Other, body: Body) -> bool:
    marks = marks_of(body.text)
    return not isinstance(marks, Bad) and marks.uid == one.uid and body.etag == one.etag
