"""Carrying a plan out, object by object: written down, sent, recorded."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable

from followthru.calendars.caps import STANDARD, Caps, Signals
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import (
    BadAnswerError,
    BusyError,
    CalendarError,
    ForbiddenError,
    MissingError,
    PreconditionError,
    ServerFaultError,
    TooLargeError,
    UnreachableError,
)
from followthru.calendars.ical.read import semantic
from followthru.calendars.links import Link, LinkState, Operation, Verb
from followthru.calendars.ports import Ledger
from followthru.calendars.settle import gone, settle
from followthru.calendars.sight import Body
from followthru.calendars.steps import Ask, Create, Item, Plan, Problem, Pull, Record, Remove, Step, Update

MAX_FAULTS = 3
"""Server failures in a row after which the cycle stops instead of trying every object."""
_UNKNOWN = (UnreachableError, ServerFaultError, BadAnswerError, TooLargeError, BusyError)


class _UnreadableError(CalendarError):
    """A server fails at one object, and not at the others."""


class Applier:
    """Carries out one plan, and counts.

    Whatever happens to an object, its link is stored so that nothing seen on the server is forgotten: the
    token may be remembered afterwards.
    """

    def __init__(
        self, collection: Collection, ledger: Ledger, caps: Caps = STANDARD, signals: Signals | None = None
    ) -> None:
        self._caps = caps
        self._signals = signals or Signals()
        self._collection = collection
        self._ledger = ledger
        self._faults = 0
        self.created = self.updated = self.removed = self.pulled = self.asked = 0
        self.problems: list[Problem] = []

    async def settle(self, operations: Iterable[Operation]) -> None:
        """Find out what became of operations that were begun and not finished."""
        for operation in operations:
            await self._guarded(operation, self._settle(operation))

    async def carry_out(self, plan: Plan) -> None:
        """Do every item; one that fails for itself is noted, one that shows the server failing stops all."""
        for item in plan.items:
            await self._item(item)

    async def _item(self, item: Item) -> None:
        for step in item.steps:
            if not await self._step(step):
                return

    async def _step(self, step: Step) -> bool:
        """Do one step; return whether the object's next step may follow."""
        match step:
            case Record(link):
                self._ledger.record(link)
            case Ask(link, questions):
                self._ledger.ask(link, questions)
                self.asked += len(questions)
            case Pull(link, moves, was):
                if not self._ledger.pull(link, moves):
                    self._ledger.record(was._replace(etag=None))
                    self._problem(link, "the task changed meanwhile, or does not allow the move")
                    return False
                self.pulled += len(moves)
            case Create(link, body, agreed, published):
                await self._send(Operation(0, link, Verb.CREATE, None, body, agreed, published))
            case Update(link, body, agreed, published):
                await self._send(Operation(0, link, Verb.UPDATE, link.etag, body, agreed, published))
            case Remove(link):
                await self._send(Operation(0, link, Verb.REMOVE, link.etag, None, None))
        return True

    async def _send(self, planned: Operation) -> None:
        if not await self._may_send(planned):
            self._ledger.record(planned.link._replace(etag=None, theirs=None, theirs_etag=None))
            return
        operation = self._ledger.begin(planned)
        try:
            condition = operation.if_match if _strong(operation.if_match) else None
            link = await self._write(operation, condition)
        except (PreconditionError, MissingError, ForbiddenError) as error:
            await self._guarded(operation, self._refused(operation, error))
        except _UNKNOWN as error:
            await self._guarded(operation, self._unknown(operation, error))
        else:
            self._faults = 0
            self._done(operation, link)

    async def _guarded(self, operation: Operation, looking: Coroutine[None, None, object]) -> None:
        """Look what became of an operation; an object that cannot be read is left alone, and the rest goes on."""
        try:
            await looking
        except (ForbiddenError, _UnreadableError) as error:
            link = _again(operation.link)._replace(reason=error.message)
            waiting = operation.verb is Verb.CREATE
            state = LinkState.WAITING if waiting else LinkState.QUARANTINED
            self._ledger.finish(operation, link._replace(state=state))
            self._problem(link, error.message)

    async def _may_send(self, operation: Operation) -> bool:
        """Whether a write that no condition guards meets what it was made for.

        No condition guards where there is no strong etag (RFC 9110 section 8.8.1), or where the server was not
        seen to hold it.
        """
        link = operation.link
        guarded = _strong(operation.if_match) or link.state is LinkState.GONE
        if self._held(operation.verb) and (guarded or operation.verb is Verb.CREATE):
            return True
        there = await self._collection.get(link.name)
        if operation.verb is Verb.CREATE:
            return there is None
        if link.state is LinkState.GONE:
            return there is not None and (operation.if_match is None or there.etag == operation.if_match)
        expected = link.theirs or link.base
        if there is None or expected is None:
            return operation.verb is Verb.REMOVE
        return semantic(there.text) == semantic(expected)

    async def _write(self, operation: Operation, condition: str | None) -> Link:
        name, body = operation.link.name, operation.body
        if operation.verb is Verb.REMOVE or body is None or operation.agreed is None:
            await self._collection.delete(name, condition)
            return gone(operation.link)
        if operation.verb is Verb.CREATE:
            etag = await self._collection.create(name, body)
        else:
            etag = await self._collection.replace(name, body, condition)
        if not self._held(operation.verb):
            etag = await self._verified(name, body)
        # A server that gives no etag may have changed the text (RFC 4791 section 5.3.4): it is read again.
        etag = etag if self._caps.etag_fine else None
        return operation.link.settled(body, etag, operation.agreed, operation.published)

    def _held(self, verb: Verb) -> bool:
        """Whether the server was seen to refuse what a condition forbids."""
        caps = self._caps
        return {Verb.CREATE: caps.create_held, Verb.UPDATE: caps.replace_held, Verb.REMOVE: caps.delete_held}[verb]

    async def _verified(self, name: str, body: str) -> str | None:
        """Return the etag of what was written without a guard, None if something else is there by now."""
        there = await self._collection.get(name)
        return there.etag if there is not None and semantic(there.text) == semantic(body) else None

    async def _otherwise(self, operation: Operation, there: Body | None) -> None:
        """Send once more where nothing stands against it but a condition that does not hold.

        There are servers that spell an etag differently in each place, and such as refuse to go without one.
        """
        etag = None if there is None else there.etag
        tried = operation.if_match if _strong(operation.if_match) else None
        condition = etag if tried is None or (_strong(etag) and etag != tried) else None
        try:
            link = await self._write(operation, condition)
        except (PreconditionError, MissingError, ForbiddenError) as error:
            await self._refused(operation, error, again=True)
        except _UNKNOWN as error:
            await self._unknown(operation, error)
        else:
            self._done(operation, link)

    async def _refused(self, operation: Operation, error: CalendarError, *, again: bool = False) -> None:
        """A condition did not hold: look what is there, and leave the rest to the next merge."""
        settled = settle(operation, there := await self._there(operation))
        if settled.landed:
            self._done(operation, settled.link)
            return
        if _unmoved(operation, error, there) and not again:
            await self._otherwise(operation, there)
            return
        stubborn = again and _unmoved(operation, error, there)
        self._ledger.finish(operation, self._after_refusal(operation, settled.link, error, there, stubborn=stubborn))
        if isinstance(error, MissingError) and operation.verb is Verb.CREATE:
            raise error

    def _after_refusal(
        self, operation: Operation, link: Link, error: CalendarError, there: Body | None, *, stubborn: bool
    ) -> Link:
        """Return the link after a write that did not land.

        Something else there, or nothing any more, is a race: it is read again and merged. Otherwise the
        server does not want this text, and the object is left alone until the next complete listing.
        """
        if there is not None and operation.if_match is not None and there.etag == operation.if_match:
            self._signals.note("a condition was refused that holds")
        if _race(operation, error, there) and not stubborn:
            if isinstance(error, PreconditionError) and error.kind == "locked":
                self._problem(link, error.message)
            return link if there is None else _again(link)
        self._problem(link, error.message)
        if operation.verb is Verb.CREATE:
            return link._replace(reason=error.message)
        return link._replace(state=LinkState.QUARANTINED, reason=error.message)

    async def _unknown(self, operation: Operation, error: CalendarError) -> None:
        """The answer is lost: what is there decides. If that cannot be asked either, the operation stays open."""
        if await self._settle(operation):
            return
        self._problem(operation.link, error.message)
        self._faults += 1
        if isinstance(error, BusyError) or self._faults >= MAX_FAULTS:
            raise error

    async def _there(self, operation: Operation) -> Body | None:
        """Return what is there. Raises _UnreadableError if the server fails at this object alone."""
        try:
            return await self._collection.get(operation.link.name)
        except ServerFaultError as error:
            await self._collection.head()  # Where everything fails, this raises, and the operation stays open.
            raise _UnreadableError(error.message) from error

    async def _settle(self, operation: Operation) -> bool:
        """Find out whether an operation landed, and store what follows."""
        settled = settle(operation, await self._there(operation))
        if settled.landed:
            self._done(operation, settled.link)
        else:
            self._ledger.finish(operation, settled.link)
        return settled.landed

    def _done(self, operation: Operation, link: Link) -> None:
        self._ledger.finish(operation, link)
        self.created += operation.verb is Verb.CREATE
        self.updated += operation.verb is Verb.UPDATE
        self.removed += operation.verb is Verb.REMOVE

    def _problem(self, link: Link, reason: str) -> None:
        self.problems.append(Problem(link.task_id, link.role, reason))


def _again(link: Link) -> Link:
    """Return the link to be read again: what is there is not what was written over."""
    return link._replace(state=LinkState.LINKED, etag=None, theirs=None, theirs_etag=None)


def _race(operation: Operation, error: CalendarError, there: Body | None) -> bool:
    """Whether somebody else was faster, as far as can be told; a creation finds the place taken or is not wanted."""
    kind = error.kind if isinstance(error, PreconditionError) else ""
    if isinstance(error, MissingError) or kind == "locked":
        return True
    return operation.verb is not Verb.CREATE and (
        kind == "unknown" or there is None or there.etag != operation.if_match
    )


def _unmoved(operation: Operation, error: CalendarError, there: Body | None) -> bool:
    """Whether a condition failed although nothing stands against it: what was merged against, or nothing, is there."""
    if not isinstance(error, PreconditionError) or error.kind != "unknown":
        return False
    if there is None or operation.verb is Verb.CREATE:
        return there is None and operation.verb is Verb.CREATE
    expected = operation.link.theirs or operation.link.base
    return expected is not None and semantic(there.text) == semantic(expected)


def _strong(etag: str | None) -> bool:
    """Whether a condition can be made of an etag. One that no header can hold as it is, is as good as none."""
    return etag is not None and not etag.startswith("W/") and etag.isascii() and etag.isprintable()
