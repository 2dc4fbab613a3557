"""Carrying a plan out, object by object: written down, sent, recorded.

Several objects are on their way at a time. Those of one window share the commit that writes them down and the
one that records them; whatever the instant of a kill, what may have been sent was written down before.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable, Sequence, Sized
from typing import TypeVar

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
from followthru.calendars.findings import Findings
from followthru.calendars.links import NOTHING, WAS_BUSY, Link, LinkState, Operation, Verb
from followthru.calendars.ports import Ledger
from followthru.calendars.refusals import (
    clear,
    condition_of,
    is_crowding,
    is_locked,
    others,
    overtaken,
    race,
    read_again,
    unmoved,
    unread,
)
from followthru.calendars.sending import Job, instants, operation_of
from followthru.calendars.settle import settle
from followthru.calendars.side_by_side import worked_off
from followthru.calendars.sight import Body
from followthru.calendars.steps import (
    Ask,
    Create,
    Item,
    Plan,
    Problem,
    Pull,
    Record,
    Rejoin,
    Release,
    Remove,
    Salvage,
    Step,
    Update,
)
from followthru.calendars.writing import NoObjectError, UnreadableError, Writer

AT_ONCE = 4
"""Requests on their way at a time: as many as a server is spoken to over connections."""
WINDOW = 50
"""Objects that share a commit. So many may have to be asked about after a kill."""
MAX_FAULTS = 3
"""Server failures in a row after which the cycle stops instead of trying every object."""
_UNKNOWN = (UnreachableError, ServerFaultError, BadAnswerError, TooLargeError)
"""After these it is looked at once what became of a write. A busy server is not asked: the next cycle looks."""
TRIES = 3
"""How often an object is sent again alone in one cycle."""
T = TypeVar("T")


class Applier:
    """Carries out one plan, and counts.

    Whatever happens to an object, its link is stored so that nothing seen on the server is forgotten: the
    token may be remembered afterwards.
    """

    def __init__(
        self, collection: Collection, ledger: Ledger, caps: Caps = STANDARD, signals: Signals | None = None
    ) -> None:
        self._signals = signals or Signals()
        self._collection = collection
        self._writer = Writer(collection, caps)
        self._ledger = ledger
        self._faults, self._together, self._utc = 0, False, False
        self._late: deque[Job] = deque()
        self._tries: Counter[int] = Counter()
        self._left: set[int] = set()
        self._findings = Findings(ledger)
        self.created = self.updated = self.removed = self.pulled = self.asked = 0
        self.problems: list[Problem] = []

    @property
    def unheard(self) -> set[int]:
        """Ids of the links that may have been written since the collection was asked for its token."""
        return self._findings.unheard

    def rely_on(self, caps: Caps) -> None:
        """Write from now on as the server was measured to hold conditions."""
        self._writer = Writer(self._collection, caps)

    @property
    def busy(self) -> bool:
        """Whether anything was done so far."""
        return bool(self.created or self.updated or self.removed or self.pulled or self.asked)

    async def settle(self, operations: Iterable[Operation]) -> None:
        """Find out what became of operations that were begun and not finished."""
        begun = deque(operations)
        await self._workers(
            begun, lambda: begun.popleft() if begun else None, lambda one: self._guarded(one, self._settle(one))
        )

    async def carry_out(self, plan: Plan) -> None:
        """Do every item; one that fails for itself is noted, one that shows the server failing stops all."""
        for item in plan.items:
            if item.local:
                self._local(item.steps)
        self._findings.commit()
        waiting = deque(item for item in plan.items if not item.local)
        ready: deque[Job] = deque()

        def take() -> Job | None:
            if waiting and not ready and not self._late:
                ready.extend(self._window(waiting))
            return ready.popleft() if ready and not self._late else None

        while waiting:
            self._together = len(waiting) > 1
            await self._workers(waiting, take, self._job)
            self._together = False
            await self._alone(ready)

    async def _alone(self, ready: deque[Job]) -> None:
        """Send what was refused while others were on their way, and what is left of its window, one at a time."""

        def take() -> Job | None:
            queue = ready or self._late
            return queue.popleft() if queue else None

        if self._late:
            await self._workers((), take, self._job)

    async def _workers(
        self, work: Sized, take: Callable[[], T | None], do: Callable[[T], Coroutine[None, None, None]]
    ) -> None:
        """Do all work, a few at a time. What stops one lets the others end what they have begun, and is raised then."""
        try:
            stopped = await worked_off(take, do, min(AT_ONCE, max(1, len(work))))
        except asyncio.CancelledError:
            self._findings.commit()
            raise
        self._findings.commit()
        if stopped:
            raise stopped[0]

    def _window(self, waiting: deque[Item]) -> list[Job]:
        """Write down the next few objects in one commit. What has to be looked at first is written down later."""
        self._findings.commit()
        jobs: list[Job] = []
        while waiting and len(jobs) < WINDOW:
            steps = waiting.popleft().steps
            at = next(at for at, step in enumerate(steps) if isinstance(step, Create | Update | Remove))
            operation = operation_of(steps[at])
            operation = (instants(operation) if self._utc else None) or operation
            if self._local(steps[:at]) and operation.link.id not in self._left:
                jobs.append(Job(operation, steps[at + 1 :]))
        self._findings.commit()
        begun = iter(self._ledger.begin([job.operation for job in jobs if self._writer.is_guarded(job.operation)]))
        return [job._replace(operation=next(begun)) if self._writer.is_guarded(job.operation) else job for job in jobs]

    async def _job(self, job: Job) -> None:
        """Send what an object needs sent, and do what follows."""
        await self._send(job.operation)
        if job.steps:
            self._findings.commit()
        for at, step in enumerate(job.steps):
            if isinstance(step, Create | Update | Remove):
                await self._job(Job(operation_of(step), job.steps[at + 1 :]))
                return
            if not self._local((step,)):
                return

    def _local(self, steps: Sequence[Step]) -> bool:
        """Do steps that send nothing; return whether the object's next step may follow."""
        for step in steps:
            match step:
                case Record(link):
                    self._findings.record(link)
                case Ask(link, questions):
                    self._findings.commit()
                    self._ledger.ask(link, questions)
                    self.asked += len(questions)
                case Pull(link, moves, was):
                    self._findings.commit()
                    if (refused := self._ledger.pull(link, moves)) is not None:
                        self._findings.record(was._replace(etag=None))
                        self._problem(link, refused)
                        return False
                    self.pulled += len(moves)
                case Salvage(link, moves, lost, asked):
                    self._findings.commit()
                    taken = self._ledger.salvage(link, moves)
                    self.pulled += taken or 0
                    if taken is None or asked:
                        self._problem(link, lost)
                case Rejoin(link):
                    self._findings.commit()
                    self._ledger.others.rejoin(link)
                case Release(link):
                    self._findings.commit()
                    if self._ledger.others.release(link):
                        return False
                case Create() | Update() | Remove():
                    raise TypeError("this step is to be sent")
        return True

    async def _send(self, operation: Operation) -> None:
        try:
            cleared = await self._writer.cleared(operation)
            if cleared is None:
                self._findings.finish(operation, operation.link._replace(etag=None, theirs=None, theirs_etag=None))
                return
            [operation] = [cleared] if cleared.id else self._ledger.begin([cleared])
            await self._cleared(operation)
        except ForbiddenError as error:  # of the look before the write
            self._findings.finish(operation, unread(operation, error))
            self._problem(operation.link, error.message)
        except NoObjectError as error:
            self._problem(operation.link, error.message)
        except BusyError:
            self._findings.record(operation.link._replace(reason=WAS_BUSY))
            raise

    async def _cleared(self, operation: Operation) -> None:
        """Send what may be sent, and look what became of it where that is not said."""
        try:
            link = await self._writer.write(operation, condition_of(operation))
        except (PreconditionError, MissingError, ForbiddenError) as error:
            await self._guarded(operation, self._refused(operation, error))
        except _UNKNOWN as error:
            await self._guarded(operation, self._unknown(operation, error))
        else:
            self._done(operation, link)

    async def _guarded(self, operation: Operation, looking: Coroutine[None, None, object]) -> None:
        """Look what became of an operation; an object that cannot be read is left alone, and the rest goes on."""
        try:
            await looking
        except (ForbiddenError, UnreadableError) as error:
            self._findings.finish(operation, unread(operation, error))
            self._problem(operation.link, error.message)
        except NoObjectError as error:  # That says nothing: it stays begun, and the next cycle looks again.
            self._problem(operation.link, error.message)

    async def _once_more(self, operation: Operation, conditions: tuple[str | None, ...]) -> None:
        """Send again under the first of these conditions; the others are left for a refusal of that."""
        try:
            link = await self._writer.write(operation, conditions[0])
        except (PreconditionError, MissingError, ForbiddenError) as error:
            await self._refused(operation, error, conditions[1:])
        except _UNKNOWN as error:
            await self._unknown(operation, error, again=True)
        else:
            self._done(operation, link)

    async def _refused(
        self, operation: Operation, error: CalendarError, left: tuple[str | None, ...] | None = None
    ) -> None:
        """A condition did not hold: look what is there, and leave the rest to the next merge.

        Where nothing stands against it but the condition, it is sent under those that are `left` (None: all others).
        """
        settled = settle(operation, there := await self._writer.there(operation))
        if settled.landed:
            self._done(operation, settled.link)
            return
        stubborn = unmoved(operation, error, there)
        left = self._others(operation, there) if left is None else left
        if stubborn and left:
            await self._once_more(operation, left)
            return
        if self._sends_later(operation, error, there):
            return
        if not stubborn and clear(operation, there) and (instead := instants(operation)) is not None:
            self._utc = await self._instead(operation, instead) or self._utc
            return
        self._findings.finish(operation, self._after_refusal(operation, settled.link, error, there, stubborn=stubborn))
        if isinstance(error, MissingError) and operation.verb is Verb.CREATE:
            raise error

    async def _instead(self, operation: Operation, instead: Operation) -> bool:
        """Send another text, written down anew, in place of a refused one; return whether it was taken."""
        self._findings.finish(operation, operation.link)
        self._findings.commit()
        [instead] = self._ledger.begin([instead])
        await self._cleared(instead)
        return self._findings.landed(instead)

    def _others(self, operation: Operation, there: Body | None) -> tuple[str | None, ...]:
        return others(operation, there, held=self._writer.holds(operation.verb))

    def _after_refusal(
        self, operation: Operation, link: Link, error: CalendarError, there: Body | None, *, stubborn: bool
    ) -> Link:
        """Return the link after a write that did not land.

        Something else there, or nothing any more, is a race: it is read again and merged. Otherwise the
        server does not want this text, and the object is left alone until we show something else, or until the next
        complete listing.
        """
        same = there is not None and operation.if_match is not None and there.etag == operation.if_match
        if same or (stubborn and self._writer.holds(operation.verb)):
            self._signals.note("a condition was refused that holds")
        if race(operation, error, there) and not stubborn:
            if is_locked(error) and not overtaken(operation, there):
                self._problem(link, error.message)
            return link if there is None else read_again(link)
        self._problem(link, error.message)
        if stubborn and condition_of(operation) is not None and self._writer.holds(operation.verb):
            # What was read may be older than what the condition was held against: the next cycle reads it again.
            self._left.add(link.id)
            return read_again(link)
        refused = NOTHING if operation.verb is Verb.REMOVE else operation.published
        link = link._replace(reason=error.message, published=refused)
        return link if operation.verb is Verb.CREATE else link._replace(state=LinkState.QUARANTINED)

    async def _unknown(self, operation: Operation, error: CalendarError, *, again: bool = False) -> None:
        """The answer is lost: what is there decides. If that cannot be asked either, the operation stays open.

        Where only the connection was lost and nothing arrived, it is sent once more.
        """
        settled = settle(operation, there := await self._writer.there(operation))
        if settled.landed:
            self._done(operation, settled.link)
            return
        if isinstance(error, UnreachableError) and not again and clear(operation, there):
            await self._once_more(operation, (condition_of(operation), *self._others(operation, there)))
            return
        if self._sends_later(operation, error, there):
            return
        if isinstance(error, ServerFaultError) and overtaken(operation, there):
            self._findings.finish(operation, read_again(settled.link))
            return
        self._findings.finish(operation, settled.link)
        self._problem(operation.link, error.message)
        self._faults += 1
        if self._faults >= MAX_FAULTS:
            raise error

    def _sends_later(self, operation: Operation, error: CalendarError, there: Body | None) -> bool:
        """Whether what was refused is sent again alone: there are servers that refuse a write while they do another.

        Until then it stays begun.
        """
        if not clear(operation, there) or not (is_locked(error) or (self._together and is_crowding(error))):
            return False
        self._tries[operation.link.id] += 1
        if self._tries[operation.link.id] > TRIES:
            return False
        self._late.append(Job(operation, ()))
        return True

    async def _settle(self, operation: Operation) -> None:
        """Find out whether an operation landed, and store what follows."""
        settled = settle(operation, await self._writer.there(operation))
        if settled.landed:
            self._done(operation, settled.link)
        else:
            self._findings.finish(operation, settled.link)

    def _done(self, operation: Operation, link: Link) -> None:
        self._faults = 0
        self._findings.finish(operation, link)
        self.created += operation.verb is Verb.CREATE
        self.updated += operation.verb is Verb.UPDATE
        self.removed += operation.verb is Verb.REMOVE

    def _problem(self, link: Link, reason: str) -> None:
        problem = Problem(link.task_id, link.role, reason)
        if problem not in self.problems:
            self.problems.append(problem)
