"""Measuring what a server really does with one collection, on a scratch object that is removed afterwards.

About forty requests. Servers that work their way through everything to say what their token is need a second for
that in a collection of 10,000, so the marks are read as seldom as they can be, everything is listed once, and no
report is asked for that is long. Whatever happens, what was written is taken away again; what a kill leaves behind is
named so that no sync takes it for an item (`scratch`) and the next probe removes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from time import monotonic
from typing import NamedTuple, TypeVar

from followthru.calendars.caps import Caps
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import (
    BadAnswerError,
    CalendarError,
    ForbiddenError,
    MissingError,
    PreconditionError,
    ServerFaultError,
    UnreachableError,
)
from followthru.calendars.refusals import ANY, strong
from followthru.calendars.scratch import BOGUS, is_scratch, lost_in, new_uid, scratch
from followthru.calendars.sight import Body, Delta, Head

_REFUSALS = (PreconditionError, MissingError, ForbiddenError, BadAnswerError, ServerFaultError)
_PATIENCE = (0.0, 0.2, 0.6, 2.0)
"""Seconds between looks for what was just written: some servers need a moment."""
_UNKNOWN = "followthru:no-such-token"
_MOST_WRITES = 8
_SECOND = 1.0
_QUICK = 0.4
"""Seconds within which marks must come, if several of them are to be read within one second."""
_SPELLINGS: tuple[str, ...] = ("alone", "among others", "none", "any")
"""Where an etag is read that a write goes out under: from the object asked for alone, from a report, or nowhere, which
is tried without a condition and under one that any etag meets."""

T = TypeVar("T")


class _Marks(NamedTuple):
    """Sync-token and ctag at one moment."""

    token: str | None
    ctag: str | None

    def named(self) -> dict[str, str | None]:
        return {"sync-token": self.token, "ctag": self.ctag}


class CrowdedError(CalendarError):
    """The collection holds more objects than it was to be measured with."""

    def __init__(self, count: int) -> None:
        told = f"The calendar holds {count:,} objects: measuring it takes a while."
        super().__init__(told, safe="Nothing was written.")


async def probe(
    collection: Collection,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    begins: Callable[[], None] = lambda: None,
    *,
    most: int | None = None,
) -> Caps:
    """Measure the collection; `begins` is called before the first object is written.

    Raises CalendarError where it cannot be read or written at all; CrowdedError, with nothing written, where there are
    more than `most` objects.
    """
    return await _Probe(collection.with_scratch(), now).run(begins, most)


class _Probe:
    """One measurement: what it has learned so far, and the scratch object it learns it on."""

    def __init__(self, collection: Collection, now: Callable[[], datetime]) -> None:
        self._at = collection
        self._now = now
        self._uid = new_uid()
        self._name = f"{self._uid}.ics"
        self._kind = "VEVENT"
        self._caps = Caps()
        self._etag: str | None = None
        self._before: frozenset[str] = frozenset()
        self._spellings = _SPELLINGS
        self._made: set[str] = set()
        self._slowest = 0.0
        self._last = _Marks(None, None)
        self._apart: tuple[str, ...] = ()

    async def run(self, begins: Callable[[], None], most: int | None) -> Caps:
        head = await self._head()
        components = tuple(sorted(head.components or ()))
        self._kind = "VTODO" if components and "VEVENT" not in components else "VEVENT"
        self._learn(components=components)
        there = frozenset((await self._at.listing()).etags)
        if most is not None and len(there) > most:
            raise CrowdedError(len(there))
        self._before = await self._sweep(there)
        first = _marks_of(head) if self._before == there else await self._marks()
        done = False
        begins()
        try:
            await self._measure(first)
            done = True
        finally:
            await self._leave(listed=not done or self._caps.renames)
        self._learn(at=self._now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00"))
        return self._caps

    def _learn(self, **facts: object) -> None:
        self._caps = self._caps._replace(**facts)

    async def _measure(self, first: _Marks) -> None:
        rests = first == await self._marks()
        etag = await self._creation()
        await self._conditions(etag)
        await self._pace()
        moved = await self._changes()
        if self._kind == "VEVENT":
            uid = new_uid()
            self._learn(zero_length=await self._takes(f"{uid}.ics", scratch(uid, "zero", zero=True)))
        taken = await self._takes(f"{new_uid()}.ics", self._text("twin"))
        self._learn(same_uid="accepted" if taken else "refused")
        await self._removal()
        await self._absent()
        self._learn(marks=tuple(name for name in moved if rests))

    async def _changes(self) -> tuple[str, ...]:
        """Make, delete and change with a look after each; return the marks that moved every time, learn of reports.

        Where marks were seen to tell fast changes apart, they need not be looked at after the last one.
        """
        uid = new_uid()
        name = f"{uid}.ics"
        seen = [self._last]
        fine = self._caps.marks_fine
        for change, looked in (
            (lambda: self._create(name, scratch(uid, "second", kind=self._kind)), True),
            (lambda: self._drop(name), True),
            (lambda: self._put("moved"), not fine),
        ):
            await asyncio.sleep(0 if fine else 1.1 * _SECOND)
            await change()
            if looked:
                last = seen[-1]
                seen.append(await self._until(self._marks, lambda now, last=last: now != last))
        if (token := seen[1].token) is not None:
            await self._report(token, name)
        pairs = list(pairwise(seen))
        return tuple(
            mark
            for mark in (self._apart if fine else ("sync-token", "ctag"))
            if all(new.named()[mark] not in (None, old.named()[mark]) for old, new in pairs)
        )

    async def _head(self) -> Head:
        began = monotonic()
        head = await self._at.head()
        self._slowest = max(self._slowest, monotonic() - began)
        return head

    async def _marks(self) -> _Marks:
        return _marks_of(await self._head())

    async def _create(self, name: str, text: str) -> str | None:
        """Put what may be there from now on, whatever the server says to it."""
        self._made.add(name)
        return await self._at.create(name, text)

    async def _creation(self) -> str | None:
        """Put the scratch object, rich if that is taken; learn what comes back of it."""
        text = scratch(self._uid, "probe", kind=self._kind, rich=True)
        try:
            etag = await self._create(self._name, text)
        except (PreconditionError, ForbiddenError, BadAnswerError):
            text = scratch(self._uid, "probe", kind=self._kind)
            etag = await self._create(self._name, text)
            uid = new_uid()
            marked = scratch(uid, "marked", kind=self._kind, marked=True)
            self._learn(plain=not await self._takes(f"{uid}.ics", marked))
        body = await self._named() or await self._get()
        self._etag = body.etag
        kind = "none" if etag is None else "weak" if etag.startswith("W/") else "strong"
        self._learn(put_etag=kind, text_kept=body.text == text, lost=lost_in(body.text))
        return body.etag or etag

    async def _named(self) -> Body | None:
        """Find out under which name the object appears; return it, if it is the one it was put to."""
        body = await self._until(lambda: self._at.get(self._name), lambda body: body is not None)
        if body is not None:
            return body
        for name in sorted(frozenset((await self._at.listing()).etags) - self._before):
            body = await self._at.get(name)
            if body is not None and is_scratch(name, body.text):
                self._name = name
                self._learn(renames=True)
        return None

    async def _conditions(self, etag: str | None) -> None:
        """Try what must be refused, each time with another title, and look whether it was stored all the same."""
        held = await self._refuses("again", lambda text: self._at.create(self._name, text))
        self._learn(create_held=held)
        await self._put("first")
        fresh = await self._until(self._get, lambda body: self._says(body, "first"))
        stale = etag if strong(etag) and etag != fresh.etag else BOGUS
        held = await self._refuses("stale", lambda text: self._at.replace(self._name, text, stale))
        self._learn(replace_held=held and self._spellings == _SPELLINGS)

    async def _refuses(self, title: str, write: Callable[[str], Awaitable[object]]) -> bool:
        refused = False
        try:
            await write(self._text(title))
        except _REFUSALS:
            refused = True
        body = await self._get()
        return refused and not self._says(body, title)

    async def _pace(self) -> None:
        """Write so fast that two writes must fall into one second: whether etag and marks still tell them apart.

        Marks that come too slowly for that are not known to.
        """
        looks, began, certain = self._slowest < _QUICK, monotonic(), False
        etags: list[str | None] = []
        marks: list[_Marks] = []
        while not certain and len(etags) < _MOST_WRITES:
            await self._put(f"pace {len(etags)}")
            took = monotonic() - began
            etags.append((await self._get()).etag)
            marks += [await self._marks()] if looks else []
            certain = len(etags) > int(took) + 2
        told = {name: {one.named()[name] for one in marks} for name in ("sync-token", "ctag")}
        self._apart = tuple(name for name, values in told.items() if marks and len(values - {None}) == len(marks))
        self._last = marks[-1] if marks else await self._marks()
        fine = certain and None not in etags and len(set(etags)) == len(etags)
        self._learn(etag_fine=fine, marks_fine=certain and bool(self._apart))

    async def _takes(self, name: str, text: str) -> bool:
        try:
            await self._create(name, text)
        except _REFUSALS:
            return False
        with suppress(*_REFUSALS):
            await self._drop(name)
        return True

    async def _report(self, token: str, name: str) -> None:
        """Ask what changed since before a change and a removal of `name`, and what since a token never given."""
        told = await self._since(token)
        if told is None or self._name not in told.etags:
            return
        self._learn(report=True, removals_told=told.lacks(name))
        # A server that fails at an unknown token would fail at each look once its tokens are no more.
        with suppress(ServerFaultError):
            self._learn(unknown_refused=await self._at.changes_since(_UNKNOWN) is None)

    async def _since(self, token: str) -> Delta | None:
        try:
            return await self._at.changes_since(token)
        except ServerFaultError:
            return None

    async def _removal(self) -> None:
        """Delete with a stale condition, which must be refused, then for good."""
        refused = False
        try:
            await self._at.delete(self._name, BOGUS)
        except _REFUSALS:
            refused = True
        there = await self._at.get(self._name)
        self._learn(delete_held=refused and there is not None and self._spellings == _SPELLINGS)
        if there is not None:
            await self._drop(self._name)

    async def _absent(self) -> None:
        """Put over what is not there with a condition, which must make nothing."""
        await self._until(lambda: self._at.get(self._name), lambda body: body is None)
        self._made.add(self._name)
        with suppress(*_REFUSALS):
            await self._at.replace(self._name, self._text("risen"), BOGUS)
        missing = await self._at.get(self._name) is None
        if missing:
            self._made.discard(self._name)
        self._learn(missing_held=missing)

    def _text(self, title: str) -> str:
        return scratch(self._uid, title, kind=self._kind)

    def _says(self, body: Body, title: str) -> bool:
        return f"SUMMARY:{title}" in body.text

    async def _put(self, title: str) -> None:
        """Write over what is there: some servers want its etag for that, others give none, or do not take their own.

        Where one that holds is refused, it is not sent again; servers spell an etag differently in each place.
        """
        read_before = self._etag is not None
        condition = await self._condition()
        try:
            await self._at.replace(self._name, self._text(title), condition)
            self._etag = None
        except PreconditionError:
            self._etag = None
            if not read_before:
                if len(self._spellings) == 1:
                    raise
                self._spellings = self._spellings[1:]
            await self._put(title)
        except UnreachableError:
            # A kept connection that was dropped, as far as can be told; what is there tells.
            if not self._says(await self._get(), title):
                await self._at.replace(self._name, self._text(title), condition)

    async def _condition(self) -> str | None:
        """Return the version that is there in the first spelling that was not refused, None for no condition."""
        match self._spellings[0]:
            case "alone":
                etag = self._etag or (await self._get()).etag
            case "among others":
                found = (await self._at.bodies([self._name]))[0].get(self._name)
                etag = None if found is None else found.etag
            case other:
                return ANY if other == "any" else None
        return etag if strong(etag) else None

    async def _drop(self, name: str) -> None:
        try:
            await self._at.delete(name, None)
        except PreconditionError:
            there = await self._at.get(name)
            if there is not None:
                await self._at.delete(name, there.etag)
        except BadAnswerError:
            # Some confirm with a web page; what is there tells.
            if await self._at.get(name) is not None:
                raise
        self._made.discard(name)

    async def _get(self) -> Body:
        body = await self._until(lambda: self._at.get(self._name), lambda found: found is not None)
        if body is None:
            raise MissingError("object that it said to have stored")
        self._etag = body.etag
        return body

    async def _until(self, look: Callable[[], Awaitable[T]], good: Callable[[T], bool]) -> T:
        """Look until it is good, for a moment only; return what was seen last."""
        for wait in _PATIENCE[:-1]:
            await asyncio.sleep(wait)
            seen = await look()
            if good(seen):
                return seen
        await asyncio.sleep(_PATIENCE[-1])
        return await look()

    async def _sweep(self, names: frozenset[str]) -> frozenset[str]:
        """Remove what an earlier probe left behind; return the names of the rest."""
        old = frozenset(name for name in names if is_scratch(name))
        for name in sorted(old):
            with suppress(*_REFUSALS):
                await self._drop(name)
        return names - old

    async def _leave(self, *, listed: bool) -> None:
        """Remove everything of ours; if everything is to be `listed`, under whatever name it appeared."""
        with suppress(CalendarError):
            others = frozenset((await self._at.listing()).etags) - self._before if listed else frozenset[str]()
            for name in sorted(others | self._made):
                with suppress(*_REFUSALS):
                    # By its name it is ours, also where the server does not let it be read.
                    if is_scratch(name) or await self._carries_ours(name):
                        await self._drop(name)

    async def _carries_ours(self, name: str) -> bool:
        body = await self._at.get(name)
        return body is not None and is_scratch(name, body.text)


def _marks_of(head: Head) -> _Marks:
    return _Marks(head.sync_token, head.ctag)
