"""One cycle of one calendar: look, settle what is open, plan, carry out, remember.

Everything that is sent is written down before. Nothing is repeated until what is there says that it has
to be. One bad object is left alone; the rest goes on. The token is remembered last.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import NamedTuple

from followthru.calendars.apply import Applier
from followthru.calendars.caps import STANDARD, Caps, Signals, doubtful, same_marks, settled_marks
from followthru.calendars.dav.collection import Collection
from followthru.calendars.dav.requests import BATCH
from followthru.calendars.errors import ForbiddenError, ForeignItemsError, WrongKindError
from followthru.calendars.ical.form import RULES, Form
from followthru.calendars.ical.mark import written_beside
from followthru.calendars.left_out import confirmed, told
from followthru.calendars.links import WAS_BUSY, Link, Memory, Operation, Snapshot
from followthru.calendars.plan import (
    current,
    guard,
    is_much,
    is_still,
    moved_here,
    narrowed,
    our_names,
    plan,
    portion,
    reforming,
    to_fetch,
)
from followthru.calendars.portions import Portions, begun_left_out, without
from followthru.calendars.ports import Ledger
from followthru.calendars.resting import disturbed, woken
from followthru.calendars.side_by_side import in_order
from followthru.calendars.sight import NOTHING_NEW, Body, Delta, Head, Sight, versioned
from followthru.calendars.steps import NOTHING, Place, Plan, Problem, Slot
from followthru.calendars.strangers import NOBODY, Seen, Strangers, as_if
from followthru.calendars.strides import Strides

Measure = Callable[[], Awaitable[Caps]]
AHEAD = 2
"""Batches of texts that are asked for while one is worked on. Some servers do more work in all with more at once."""
AT_HAND = 10 * BATCH
"""Objects whose texts are held at a time."""
RECONCILE = timedelta(days=1)
"""How long a token is trusted before everything is listed again."""


class Report(NamedTuple):
    """What a cycle did. `foreign` counts objects that are not ours, `taken` new items that became tasks.

    `anomalies` says what the server did otherwise than it was measured to do.
    """

    created: int
    updated: int
    removed: int
    pulled: int
    asked: int
    problems: tuple[Problem, ...]
    foreign: int
    requests: int
    anomalies: tuple[str, ...] = ()
    taken: int = 0

    @property
    def quiet(self) -> bool:
        """Whether nothing changed on either side."""
        return not (self.created or self.updated or self.removed or self.pulled or self.asked or self.taken)


class Look(NamedTuple):
    """What was seen, and the token and counts to remember once everything is done.

    `taken` is what was taken over already, because it was too much to be held at once; `seen` are the objects of
    others.
    """

    sight: Sight
    memory: Memory
    taken: Sequence[Slot] = ()
    seen: Seen = NOBODY


class Cycle:
    """Syncs one calendar with one collection through one ledger.

    With `measure`, what the server does is measured before much is sent into an empty collection for the first time.

    Raises CalendarError for what concerns the whole collection: unreachable, refused, gone, busy, foreign
    items, a loss that needs confirming. Then nothing is remembered, and what was begun is settled first
    next time.
    """

    def __init__(
        self,
        place: Place,
        collection: Collection,
        ledger: Ledger,
        now: Callable[[], datetime],
        caps: Caps = STANDARD,
        measure: Measure | None = None,
    ) -> None:
        self._caps = caps
        self._measure = measure
        self._signals = Signals()
        self._place = place = place._replace(plain=caps.plain)
        self._collection = collection
        self._ledger = ledger
        self._now = now
        self._strangers = Strangers(place, collection, ledger, now)
        self._taken = 0
        self.title: str | None = None
        """What the collection was called when it was last asked."""
        self.twins = 0
        """How many objects were written by another copy of this store."""

    async def run(self) -> Report:
        """Do one whole cycle."""
        before = self._collection.requests
        head = await self._head_if_in_step()
        memory = self._ledger.in_step() if head is not None else None
        if memory is not None and head is not None and same_marks(self._caps, memory, head):
            return Report(0, 0, 0, 0, 0, (), memory.foreign, self._collection.requests - before)
        return await self._whole(head, before)

    async def _head_if_in_step(self) -> Head | None:
        """Ask the server whether anything is new, if that is all there is to ask."""
        memory = self._ledger.in_step()
        if memory is None or not self._trusts(memory):
            return None
        head = await self._asked()
        _check(head, self._place.view.form)
        return head

    async def _asked(self) -> Head:
        head = await self._collection.head()
        self.title = head.title
        return head

    def _trusts(self, memory: Memory) -> bool:
        """Whether token and ctag may say that nothing is new."""
        if memory.url != self._collection.url or memory.confirmed or (memory.shared and not self._place.view.shares):
            return False
        # A listing dated later than now was noted by a clock that was wrong: it says nothing about today.
        return memory.complete_at is not None and timedelta(0) <= self._now() - memory.complete_at < RECONCILE

    async def _whole(self, head: Head | None, before: int) -> Report:
        """Do all there is to do; `head` is what the collection said just now, if it was asked."""
        applier = Applier(self._collection, self._ledger, self._caps, self._signals)
        snapshot = self._ledger.snapshot()
        # A server that was busy with one object is asked about it when all else is done.
        late = [one for one in snapshot.unfinished if one.link.reason == WAS_BUSY]
        if len(late) < len(snapshot.unfinished):
            await applier.settle(one for one in snapshot.unfinished if one not in late)
            snapshot = self._ledger.snapshot()
        snapshot = await self._send_ahead(applier, snapshot)
        removed = await self._strangers.clear()
        look = await self._look(snapshot, head, applier)
        self._note_own(snapshot.memory, look.memory)
        ours = self._ours(look)
        todo = plan(self._place, ours, look.sight, self._now())
        if self._measure is not None and is_much(todo, look.sight):
            applier.rely_on(await self._measured(self._measure))
            todo = plan(self._place, ours, look.sight, self._now())
        await applier.carry_out(todo)
        await self._make_anew(applier, snapshot)
        busy = bool(todo.items or look.sight.bodies or look.taken or applier.busy)
        memory = settled_marks(self._caps, snapshot.memory, look.memory, self._now(), busy=busy)
        idle = todo == NOTHING and not look.taken and not applier.unheard and is_still(self._place, ours, self._now())
        still = ours.edition if idle else None
        wrote = bool(applier.unheard or snapshot.unheard)
        if memory != snapshot.memory or wrote or (still is not None and self._ledger.in_step() is None):
            self._ledger.remember(memory, still, applier.unheard)
        await self._go_on_with(applier, late)
        return Report(
            applier.created,
            applier.updated,
            applier.removed + removed,
            applier.pulled,
            applier.asked,
            (*todo.problems, *applier.problems),
            look.memory.foreign,
            self._collection.requests - before,
            tuple(self._signals.seen),
            self._taken,
        )

    async def _measured(self, measure: Measure) -> Caps:
        """Measure what the server does, now that much is to be sent there and nothing is there to be disturbed."""
        self._caps = await measure()
        self._place = self._place._replace(plain=self._caps.plain)
        return self._caps

    def _note_own(self, before: Memory, seen: Memory) -> None:
        """Remember, before anything is sent for the first time, that all in this collection is ours.

        A server may give what it takes another name. Cut short then, the next cycle would take that for somebody
        else's; so it looks at its UID.
        """
        first = before.complete_at is None or before.url != seen.url
        if first and seen.complete_at is not None and not seen.shared and not seen.foreign:
            self._ledger.remember(seen._replace(sync_token=None, ctag=None))

    async def _read(self, names: Sequence[str], most: int = BATCH) -> tuple[dict[str, Body | None], dict[str, str]]:
        bodies, faults = await self._collection.bodies(names, most)
        return versioned(bodies), faults

    async def _send_ahead(self, applier: Applier, snapshot: Snapshot) -> Snapshot:
        """Send what was moved here before asking what is new there, and return our side as it is then.

        A server may take longer to say what is new than to take a new date. Each object is read before it is
        written: not every server holds the condition on a write. What is not there any more is left to the look
        that follows, and to its guard against losses.
        """
        memory = snapshot.memory
        if memory.url != self._collection.url or memory.complete_at is None or memory.confirmed:
            return snapshot
        moved = moved_here(snapshot)
        for at in range(0, len(moved), AT_HAND):
            await self._send_some_ahead(applier, snapshot, moved[at : at + AT_HAND])
        return self._ledger.snapshot() if moved else snapshot

    async def _send_some_ahead(self, applier: Applier, snapshot: Snapshot, moved: Sequence[Link]) -> None:
        bodies, _ = await self._read([link.name for link in moved])
        there = {name: body for name, body in bodies.items() if body is not None}
        ahead = narrowed(snapshot, (link for link in moved if link.name in there))
        await applier.carry_out(plan(self._place, ahead, Sight(NOTHING_NEW, there), self._now()))

    async def _make_anew(self, applier: Applier, before: Snapshot) -> None:
        """Go on with objects of another form: their edits are here by now, so the old goes and a new one comes."""
        for _ in range(2) if reforming(before) else ():
            snapshot = self._ledger.snapshot()
            some = narrowed(snapshot, reforming(snapshot))
            await applier.carry_out(plan(self._place, some, Sight(NOTHING_NEW), self._now()))

    async def _go_on_with(self, applier: Applier, late: Sequence[Operation]) -> None:
        """Find out what became of requests that the server was too busy for, and send those that did not arrive."""
        if late:
            await applier.settle(late)
            slots = {(one.link.task_uid, one.link.role) for one in late}
            snapshot = self._ledger.snapshot()
            some = narrowed(snapshot, (link for slot, link in current(snapshot).items() if slot in slots))
            await applier.carry_out(plan(self._place, some, Sight(NOTHING_NEW), self._now()))

    async def rehearse(self) -> Plan:
        """Return the plan without carrying anything out (`--dry-run`)."""
        look = await self._look(self._ledger.snapshot(), None)
        books = as_if(self._ours(look), look.seen.verdicts)
        return plan(self._place, books, look.sight, self._now())._replace(arrivals=look.seen.verdicts)

    def _ours(self, look: Look) -> Snapshot:
        """Return our side as it is now: what was edited while the server was asked goes out at once."""
        snapshot = begun_left_out(self._ledger.snapshot())
        if look.taken:
            snapshot = without(snapshot, set(look.taken))
        return woken(snapshot, self._ledger.whole(disturbed(snapshot, look.sight)))

    async def _look(self, snapshot: Snapshot, head: Head | None, applier: Applier | None = None) -> Look:
        """Look what is new. With an applier, what is too much for one batch is taken over at once."""
        memory = snapshot.memory
        if memory.url != self._collection.url:
            memory = Memory(self._collection.url, confirmed=memory.confirmed)
        if head is None:
            if applier is not None:
                applier.unheard.clear()
            head = await self._asked()
            _check(head, self._place.view.form)
        delta = await self._delta(memory, head)
        delta = await told(self._collection, snapshot, delta, () if applier is None else applier.unheard)
        counted, seen = self._counted(snapshot, memory, delta), NOBODY
        if delta is not NOTHING_NEW and self._is_own(memory):
            seen = await self._strangers.look(snapshot, delta)
            snapshot = self._met(snapshot, seen, act=applier is not None)
            counted = counted._replace(foreign=seen.left)
        lost = guard(self._place, snapshot, delta)
        if applier is not None:
            self._strangers.forget(seen)
        names = (*to_fetch(self._place, snapshot, delta), *lost)
        taken: list[Slot] = []
        if applier is not None and len(names) > BATCH:
            taken = await self._take_in(applier, delta, names)
        bodies, faults = await self._read(names) if names and not taken else ({}, {})
        delta = await confirmed(self._collection, snapshot, delta, bodies)
        read = self._ledger.whole(disturbed(snapshot, Sight(NOTHING_NEW, bodies, faults)))
        self._look_for_twins((*snapshot.links, *read), bodies)
        bodies = doubtful(self._caps, (*snapshot.links, *read), bodies, self._signals)
        if delta.complete and names and same_marks(self._caps, memory, head):
            self._signals.note("the listing shows what the token did not")
        token = delta.sync_token or head.sync_token
        if delta is NOTHING_NEW:
            return Look(Sight(delta, bodies, faults), counted, taken)
        return Look(
            Sight(delta, bodies, faults),
            counted._replace(sync_token=token, ctag=head.ctag, confirmed=False),
            taken,
            seen,
        )

    def _look_for_twins(self, links: Iterable[Link], bodies: Mapping[str, Body | None]) -> None:
        """Count the objects that another copy of this store wrote over ours."""
        known = {link.name: link for link in links}
        self.twins += sum(
            written_beside(known[name].base, there.text)
            for name, there in bodies.items()
            if there is not None and name in known
        )

    async def _take_in(self, applier: Applier, delta: Delta, names: Sequence[str]) -> list[Slot]:
        """Take over much that is new, batch by batch while the next ones are on their way; return what it was about.

        So memory stays small, and a kill has only the last batch read again.
        """
        taken: list[Slot] = []
        portions = Portions(self._place, begun_left_out(self._ledger.snapshot()))
        strides = Strides(names, self._read)
        async with aclosing(in_order(strides.read, strides, AHEAD)) as found:
            async for bodies, faults in found:
                if not self._ledger.is_fresh():
                    portions = Portions(self._place, begun_left_out(self._ledger.snapshot()))
                sight = Sight(delta, bodies, faults)
                some = portions.about((*bodies, *faults))
                some = woken(some, self._ledger.whole(disturbed(some, sight)))
                self._look_for_twins(some.links, bodies)
                sight = sight._replace(bodies=doubtful(self._caps, some.links, bodies, self._signals))
                todo = portion(self._place, some, sight, self._now())
                applier.problems += todo.problems
                await applier.carry_out(todo)
                taken += portions.slots((*bodies, *faults))
        return taken

    def _is_own(self, memory: Memory) -> bool:
        """Whether all was ours in this collection once, so that what is new in it was added for us to see."""
        return memory.complete_at is not None and not self._place.view.shares and not memory.shared

    def _met(self, snapshot: Snapshot, seen: Seen, *, act: bool) -> Snapshot:
        """Store what was decided of others' objects, or pretend to; return our side as it is then."""
        if not act:
            return as_if(snapshot, seen.verdicts)
        self._taken = self._strangers.act(seen)
        return self._ledger.snapshot() if seen.verdicts else snapshot

    async def _delta(self, memory: Memory, head: Head) -> Delta:
        """Return what changed: nothing if token and ctag say so, the report if it works, else everything."""
        if self._trusts(memory):
            if same_marks(self._caps, memory, head):
                return NOTHING_NEW
            if memory.sync_token is not None and self._caps.tokens_hold:
                delta = await self._collection.changes_since(memory.sync_token)
                if delta is not None:
                    return delta
                self._signals.note("a token of its own was not taken")
        return await self._collection.listing()

    def _counted(self, snapshot: Snapshot, memory: Memory, delta: Delta) -> Memory:
        """Return the memory with what a complete listing says; refuse a collection with foreign items in it."""
        shares = self._place.view.shares
        if not delta.complete:
            return memory._replace(shared=memory.shared or shares)
        ours = our_names(self._place, snapshot)
        foreign = sum(1 for name in (*delta.etags, *delta.faults) if name not in ours)
        if foreign and not shares and (memory.complete_at is None or memory.shared):
            raise ForeignItemsError(self._place.view.name, foreign)
        return memory._replace(complete_at=self._now(), known=delta.present(), foreign=foreign, shared=shares)


def _check(head: Head, form: Form) -> None:
    """Refuse, before anything is written, a collection that does not take what it would be given."""
    if not head.calendar:
        raise ForbiddenError(f"{form}s here: the address is not a calendar")
    if head.components and RULES[form].component not in head.components:
        raise WrongKindError(form)
