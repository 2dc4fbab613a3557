"""The books of one calendar, kept in the store: every call is one committed transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import NamedTuple, cast

from followthru import __version__
from followthru.actions.context import Context
from followthru.actions.others import StoreOthers
from followthru.actions.publishing import published_to, zones
from followthru.actions.pulling import pull
from followthru.calendars.ical.form import Form
from followthru.calendars.identity import name_of
from followthru.calendars.links import Agreed, Link, LinkState, Memory, Operation, Resting, Snapshot, Verb
from followthru.calendars.merge import CHANGED_MEANWHILE, Matter, Move, Question, Value, conceded
from followthru.calendars.resting import prints_of, sort_out
from followthru.calendars.shown import DONE_STAYS, Role, Shown, View, shown
from followthru.calendars.steps import Slot
from followthru.config.values import Calendar
from followthru.domain.task import Audience, Status
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.store import links as rows
from followthru.store import practices, tasks
from followthru.store.links import CalendarRow, LinkRow, OperationRow, RestingRow
from followthru.store.store import Reader, Writer
from followthru.store.tasks import Query


def view_of(calendar: Calendar) -> View:
    """Return what a configured calendar shows."""
    return View(
        calendar.name,
        Audience(calendar.audience),
        calendar.practices,
        targets=calendar.targets,
        shares=calendar.share_existing,
        form=Form.TODO if calendar.as_ == "tasks" else Form.EVENT,
    )


class _Wanted(NamedTuple):
    """What is to be shown as of one edition of our side."""

    edition: str
    shown: tuple[Shown, ...]
    prints: dict[Slot, str]


class StoreLedger:
    """`calendars.ports.Ledger` over the store, for one calendar as configured."""

    def __init__(self, ctx: Context, view: View) -> None:
        self._ctx = ctx
        self._view = view
        self._others = StoreOthers(ctx, view, lambda tx, link: rows.put(tx, view.name, _row(tx, link)), _link)
        self._wanted = _Wanted("", (), {})
        self._read_at = (0, 0)

    @property
    def others(self) -> StoreOthers:
        """What is remembered of objects that are not ours."""
        return self._others

    def snapshot(self) -> Snapshot:
        """Read memory, links, what is to be shown and unfinished operations, at one instant."""
        with self._ctx.store.snapshot() as read:
            self._read_at = read.stand()
            ours = self._what_is_wanted(read)
            begun = rows.operations(read, self._view.name)
            short = rows.resting(read, self._view.name)
            every = [_resting(row) for row in short]
            resting, busy = sort_out(every, ours.prints, {row.link_id for row in begun})
            links = {row.id: _link(row) for row in rows.whole(read, busy)}
            memory = rows.calendar(read, self._view.name)
            return Snapshot(
                Memory("") if memory is None else _memory(memory),
                tuple(links.values()),
                ours.shown,
                tuple(_operation(row, links[row.link_id]) for row in begun),
                resting,
                ours.edition,
                frozenset(name_of(row.href) for row in short if row.unheard and row.state == "linked" and row.etag),
            )

    def _what_is_wanted(self, read: Reader) -> _Wanted:
        """Return what is to be shown; as long as nothing changed it is not made anew."""
        edition = self._edition(read)
        if self._wanted.edition != edition:
            shown = wanted(self._ctx, read, self._view)
            self._wanted = _Wanted(edition, shown, prints_of(shown))
        return self._wanted

    def _edition(self, read: Reader) -> str:
        """Return what changes with everything on which what is to be shown depends: actions, days, the view."""
        days = {self._ctx.today(one) for one in practices.all_practices(read)} | {self._ctx.today()}
        parts = (__version__, rows.last_action(read), sorted(days), self._ctx.zone, self._view)
        return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def whole(self, resting: Sequence[Resting]) -> tuple[Link, ...]:
        """Read objects whole that were at rest."""
        return tuple(_link(row) for row in rows.whole(self._ctx.read, [one.id for one in resting]))

    def is_fresh(self) -> bool:
        """Whether what is to be shown is as it was at the last snapshot, and no other program wrote since."""
        with self._ctx.store.snapshot() as read:
            return read.data_version() == self._read_at[0] and self._edition(read) == self._wanted.edition

    def in_step(self) -> Memory | None:
        """Return the memory if nothing was to be done about our side at the last look, and nothing came since."""
        with self._ctx.store.snapshot() as read:
            known = rows.in_step(read, self._view.name)
            if known is None or known != self._edition(read):
                return None
            memory = rows.calendar(read, self._view.name)
            return None if memory is None else _memory(memory)

    def record(self, links: Sequence[Link]) -> tuple[Link, ...]:
        """Store links; those with id 0 are new. Return them with their ids."""
        with self._ctx.store.writing() as tx:
            return tuple(self._put(tx, link) for link in links)

    def _put(self, tx: Writer, link: Link) -> Link:
        return link._replace(id=rows.put(tx, self._view.name, _row(tx, link)))

    def begin(self, operations: Sequence[Operation]) -> tuple[Operation, ...]:
        """Store operations with their links; return all with their ids."""
        if not operations:
            return ()
        with self._ctx.store.writing() as tx:
            return tuple(self._begin(tx, operation) for operation in operations)

    def _begin(self, tx: Writer, operation: Operation) -> Operation:
        link = operation.link._replace(id=rows.put(tx, self._view.name, _row(tx, operation.link)))
        agreed = None if operation.agreed is None else _agreed_out(operation.agreed)
        verb, published = str(operation.verb), operation.published
        row = OperationRow(0, link.id, verb, operation.if_match, operation.body, agreed, published)
        return operation._replace(id=rows.begin(tx, row), link=link)

    def finish(self, ended: Sequence[tuple[Operation, Link]]) -> None:
        """Store what became of the links and forget the operations."""
        with self._ctx.store.writing() as tx:
            for operation, link in ended:
                self._put(tx, link)
                rows.end(tx, operation.id)

    def pull(self, link: Link, moves: Sequence[Move]) -> str | None:
        """See `Ledger.pull`."""
        try:
            with self._ctx.store.writing() as tx:
                if not pull(self._ctx, tx, link.task_id, moves):
                    return CHANGED_MEANWHILE
                rows.put(tx, self._view.name, _row(tx, link))
        except (RefusedError, NotFoundError, UsageError) as error:
            return " ".join(words for words in (error.message, error.remedy) if words).removesuffix(".")
        # Other calendars and updates show this task too. What was refused wakes nobody: it will be again.
        self._ctx.wake()
        return None

    def salvage(self, link: Link, moves: Sequence[Move]) -> int | None:
        """See `Ledger.salvage`."""
        task = tasks.one(self._ctx.read, link.task_id)
        if task is None or task.status is Status.DROPPED:
            return 0
        return len(moves) if self.pull(link, moves) is None else None

    def ask(self, link: Link, questions: Sequence[Question]) -> None:
        """Store the link with what its user is asked."""
        with self._ctx.store.writing() as tx:
            rows.put(tx, self._view.name, _row(tx, link)._replace(questions=_questions_out(questions)))

    def remember(self, memory: Memory, still: str | None = None, unheard: Collection[int] = ()) -> None:
        """Store token, ctag and counts of the collection; clears the confirmation.

        Whatever anybody has written since the last snapshot may make work: then our side is not called still.
        """
        with self._ctx.store.writing() as tx:
            if tx.stand() != self._read_at:
                still = None
            rows.heard(tx, self._view.name, unheard)
            complete = None if memory.complete_at is None else _instant_out(memory.complete_at)
            rows.remember(
                tx,
                self._view.name,
                CalendarRow(
                    memory.url,
                    memory.sync_token,
                    memory.ctag,
                    complete,
                    memory.known,
                    memory.foreign,
                    memory.confirmed,
                    memory.shared,
                ),
                still,
            )


def wanted(ctx: Context, read: Reader, view: View) -> tuple[Shown, ...]:
    """Return what a calendar should show now: dated tasks that are open, or were done lately.

    One for others shows of its practice's promises what its audience was told. Raises NotFoundError for a practice
    that is not known.
    """
    if view.audience is not Audience.ME:
        return published_to(ctx, read, view).shown
    since = (ctx.today() - DONE_STAYS).isoformat()
    dated = "(promised_on IS NOT NULL OR deadline_on IS NOT NULL OR target_on IS NOT NULL)"
    query = Query(f"{dated} AND (closed = 0 OR done_on >= ?)", (since,))
    # A calendar of one practice gives it to what it takes over, and one of all shows that anyway.
    kept = rows.unsorted(read, view.name) if len(view.practices) > 1 else ()
    named = zones(read, view)
    return shown(tasks.rows(read, query), view, today=ctx.today(), zones=named, home_zone=ctx.zone, kept=kept)


def _row(read: Reader, link: Link) -> LinkRow:
    """Return a link as it will be stored. Its questions stay for as long as it waits for an answer."""
    waits = link.id and link.state in (LinkState.ASKED, LinkState.UNLINKED)
    questions = rows.questions(read, link.id) if waits else None
    return LinkRow(
        link.id,
        link.task_id,
        link.task_uid,
        str(link.role),
        link.generation,
        link.uid,
        link.href,
        str(link.state),
        link.etag,
        link.base,
        None if link.agreed is None else _agreed_out(link.agreed),
        link.theirs,
        link.theirs_etag,
        link.reason,
        questions,
        str(link.form),
        link.published,
        link.returned,
    )


def concede(tx: Writer, calendar: str, row: LinkRow, moves: Sequence[Move]) -> None:
    """Note that the user took over what an object says where it said something else than the task."""
    link = conceded(_link(row), {move.field: move.after for move in moves})
    rows.put(tx, calendar, _row(tx, link))


def _link(row: LinkRow) -> Link:
    return Link(
        row.id,
        row.task_id,
        row.task_uid,
        Role(row.role),
        row.generation,
        row.uid,
        row.href,
        LinkState(row.state),
        row.etag,
        row.base,
        _agreed_in(row.agreed),
        row.theirs,
        row.theirs_etag,
        row.reason,
        Form(row.form),
        row.published,
        row.returned,
    )


def _resting(row: RestingRow) -> Resting:
    return Resting(
        row.id,
        row.task_uid,
        Role(row.role),
        row.generation,
        name_of(row.href),
        LinkState(row.state),
        row.etag,
        row.published,
        row.returned,
    )


def _operation(row: OperationRow, link: Link) -> Operation:
    return Operation(row.id, link, Verb(row.verb), row.if_match, row.body, _agreed_in(row.agreed), row.published)


def _memory(row: CalendarRow) -> Memory:
    complete = None if row.complete_at is None else datetime.fromisoformat(row.complete_at).astimezone(UTC)
    return Memory(
        row.url,
        row.sync_token,
        row.ctag,
        complete,
        row.known,
        row.foreign_items,
        bool(row.confirmed),
        bool(row.shared),
    )


def _instant_out(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _agreed_out(agreed: Agreed) -> str:
    begins = None if agreed.begins is None else agreed.begins.isoformat()
    values = [agreed.on.isoformat(), agreed.time, agreed.title, agreed.done, agreed.started, begins, agreed.published]
    return json.dumps(values, ensure_ascii=False)


def _agreed_in(text: str | None) -> Agreed | None:
    if text is None:
        return None
    # Those agreed on before there were todos end after the fourth value.
    values = cast("list[str | bool | None]", json.loads(text))
    on, time, title, done, started, begins, published = cast(
        "tuple[str, str | None, str, bool, bool, str | None, bool | None]",
        (*values, *(False, None, None)[len(values) - 4 :]),
    )
    begun = None if begins is None else date.fromisoformat(begins)
    return Agreed(date.fromisoformat(on), time, title, done, started, begun, published)


def _questions_out(questions: Sequence[Question]) -> str:
    return json.dumps([[str(q.matter), q.field, _value_out(q.ours), _value_out(q.theirs)] for q in questions])


def questions_in(text: str | None) -> tuple[Question, ...]:
    """Return the questions stored with a link."""
    found = cast("list[tuple[str, str, str | bool | None, str | bool | None]]", json.loads(text or "[]"))
    return tuple(Question(Matter(m), field, _value_in(field, o), _value_in(field, t)) for m, field, o, t in found)


def _value_out(value: Value) -> str | bool | None:
    return value.isoformat() if isinstance(value, date) else value


def _value_in(field: str, value: str | bool | None) -> Value:
    # What is said of the event as a whole, is its date.
    dated = field.endswith("_on") or field == "event"
    return date.fromisoformat(value) if isinstance(value, str) and dated else value
