"""A ledger kept in memory, faithful to the protocol: every call commits, and a kill may come at any of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime

from followthru.calendars.ical.clean import squash
from followthru.calendars.links import Agreed, Link, LinkState, Memory, Operation, Resting, Snapshot
from followthru.calendars.merge import CHANGED_MEANWHILE, Matter, Move, Question, conceded
from followthru.calendars.newcomers import Kin, Kind, Known, Other, Take
from followthru.calendars.resting import prints_of, sort_out
from followthru.calendars.shown import MAX_TITLE, Role, View, shown
from followthru.domain.task import Status, TaskRow
from tests.taskrows import NO_TASK


def as_resting(link: Link) -> Resting:
    """Return as much of a link as tells whether it rests."""
    short = Resting(
        link.id, link.task_uid, link.role, link.generation, link.name, link.state, link.etag, link.published
    )
    return short._replace(returned=link.returned)


def task(id: int, title: str = "Renew malpractice cover", promised_on: date | None = None) -> TaskRow:
    """Return an open task of Oak Street."""
    return NO_TASK._replace(id=id, uid=f"task-{id}", title=title, promised_on=promised_on)


def never() -> None:
    """Do not kill."""


class MemoryLedger:
    """The books of one calendar, in dictionaries. `tick` is called before and after each commit."""

    def __init__(self, view: View, now: Callable[[], datetime], *, zone: str = "America/New_York") -> None:
        self.view = view
        self.zone = zone
        self.tasks: dict[int, TaskRow] = {}
        self.links: dict[int, Link] = {}
        self.operations: dict[int, Operation] = {}
        self.memory = Memory("")
        self.questions: list[Question] = []
        self.asked: dict[int, Sequence[Question]] = {}
        self.pulled: list[Move] = []
        self.tick: Callable[[], None] = never
        self.commits = 0
        self._now = now
        self._last = 0
        self._still: str | None = None
        self._seen: dict[int, TaskRow] = {}
        self.unheard: set[int] = set()
        self.others = MemoryOthers(self)

    def put(self, row: TaskRow) -> None:
        """Store a task as the user left it."""
        self.tasks[row.id] = row

    def link_of(self, task_id: int) -> Link:
        """Return the newest link of a task."""
        return max((one for one in self.links.values() if one.task_id == task_id), key=lambda one: one.id)

    def snapshot(self) -> Snapshot:
        """See `Ledger.snapshot`."""
        wanted = shown(
            self.tasks.values(),
            self.view,
            today=self._now().date(),
            zones={"oak-street": self.zone},
            home_zone="UTC",
        )
        self._seen = dict(self.tasks)
        every = [as_resting(link) for link in self.links.values()]
        begun = {one.link.id for one in self.operations.values()}
        resting, busy = sort_out(every, prints_of(wanted), begun)
        links = tuple(self.links[id] for id in busy)
        unheard = (self.links[id] for id in self.unheard)
        names = frozenset(link.name for link in unheard if link.state is LinkState.LINKED and link.etag)
        unfinished = tuple(one._replace(link=self.links[one.link.id]) for one in self.operations.values())
        return Snapshot(self.memory, links, wanted, unfinished, resting, self._edition(), names)

    def whole(self, resting: Sequence[Resting]) -> tuple[Link, ...]:
        """See `Ledger.whole`."""
        return tuple(self.links[one.id] for one in resting)

    def is_fresh(self) -> bool:
        """See `Ledger.is_fresh`."""
        return self._seen == self.tasks

    def in_step(self) -> Memory | None:
        """See `Ledger.in_step`."""
        return self.memory if self._still == self._edition() else None

    def _edition(self) -> str:
        links = {id: (link.state, link.etag) for id, link in self.links.items()}
        parts = (self.tasks, links, self.operations, self.zone, self.view, self._now().date(), self.memory.confirmed)
        return repr((*parts, self.others.kept))

    def record(self, links: Sequence[Link]) -> tuple[Link, ...]:
        """See `Ledger.record`."""
        self.tick()
        stored = tuple(self.keep(link) for link in links)
        self.committed()
        return stored

    def begin(self, operations: Sequence[Operation]) -> tuple[Operation, ...]:
        """See `Ledger.begin`."""
        if not operations:
            return ()
        self.tick()
        stored = tuple(one._replace(id=self._next(), link=self.keep(one.link)) for one in operations)
        self.operations |= {one.id: one for one in stored}
        self.committed()
        return stored

    def finish(self, ended: Sequence[tuple[Operation, Link]]) -> None:
        """See `Ledger.finish`."""
        self.tick()
        for operation, link in ended:
            self.keep(link)
            del self.operations[operation.id]
            self.unheard.add(link.id)
        self.committed()

    def pull(self, link: Link, moves: Sequence[Move]) -> str | None:
        """See `Ledger.pull`."""
        self.tick()
        row = self.tasks.get(link.task_id)
        if row is None or any(_value(row, move.field) != move.before for move in moves):
            return CHANGED_MEANWHILE
        for move in moves:
            row = _changed(row, move, self._now().date())
        self.tasks[link.task_id] = row
        self.keep(link)
        self.pulled += moves
        self.committed()
        return None

    def salvage(self, link: Link, moves: Sequence[Move]) -> int | None:
        """See `Ledger.salvage`."""
        row = self.tasks.get(link.task_id)
        if row is None or row.status is Status.DROPPED:
            return 0
        return len(moves) if self.pull(link, moves) is None else None

    def ask(self, link: Link, questions: Sequence[Question]) -> None:
        """See `Ledger.ask`."""
        self.tick()
        self.keep(link)
        self.questions += questions
        self.asked[link.id] = questions
        self.committed()

    def remember(self, memory: Memory, still: str | None = None, unheard: Collection[int] = ()) -> None:
        """See `Ledger.remember`."""
        self.tick()
        self._still = still if memory.confirmed == self.memory.confirmed else None
        self.memory = memory
        self.unheard &= set(unheard)
        self.committed()

    def answer(self, task_id: int, *, ours: bool) -> None:
        """Decide an open question as the user would: one side's values, or an unlinked object again."""
        link = self.link_of(task_id)
        if not ours and link.state is LinkState.ASKED and link.theirs is not None:
            values = {one.field: one.theirs for one in self.asked[link.id] if one.matter is Matter.CONFLICT}
            self.put(self.tasks[task_id]._replace(**values))
            self.links[link.id] = conceded(link, values)
            return
        again = LinkState.GONE if link.state is LinkState.UNLINKED else LinkState.OURS
        self.links[link.id] = link._replace(state=again if ours else link.state)

    def keep(self, link: Link) -> Link:
        """Store a link without a commit of its own."""
        stored = link if link.id else link._replace(id=self._next())
        self.links[stored.id] = stored
        return stored

    def _next(self) -> int:
        self._last += 1
        return self._last

    def committed(self) -> None:
        """Note a commit; a kill may follow."""
        self.commits += 1
        self.tick()


class MemoryOthers:
    """What is remembered of others' objects, beside the books of one calendar. `kin` are objects of other calendars."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self._ledger = ledger
        self.kept: dict[str, Other] = {}
        self.kin: dict[str, Kin] = {}
        self.taken: list[Take] = []

    def met(self) -> dict[str, Other]:
        """See `Others.met`."""
        return dict(self.kept)

    def unwanted(self) -> list[Other]:
        """See `Others.unwanted`."""
        return [one for one in self.kept.values() if one.kind is Kind.REMOVING]

    def known(self, uids: Collection[str], task_uids: Collection[str]) -> Known:
        """See `Others.known`."""
        tasks = {row.uid: row.id for row in self._ledger.tasks.values() if row.uid in task_uids}
        every = self._ledger.links.values()
        links = tuple(link for link in every if link.uid in uids or link.task_uid in task_uids)
        return Known(links, {uid: one for uid, one in self.kin.items() if uid in uids}, tasks, self._ledger.zone)

    def note(self, met: Sequence[Other], forgotten: Collection[str]) -> None:
        """See `Others.note`."""
        self._ledger.tick()
        for name in forgotten:
            self.kept.pop(name, None)
        self.kept |= {one.name: one for one in met}
        self._ledger.committed()

    def take_over(self, item: Take) -> str | None:
        """See `Others.take_over`."""
        self._ledger.tick()
        number = 101 + len(self.taken)  # an id is never given twice
        row = task(number, item.title, item.on)._replace(status=Status.INBOX, promised_time=item.time)
        self._ledger.put(row)
        link = Link(0, number, row.uid, Role.PROMISE, 1, item.uid, item.href, form=item.form)
        if item.on is None:
            self.kept[item.found.name] = Other(item.found.name, item.found.etag, Kind.TAKEN, f"task {number}")
        else:
            agreed = Agreed(item.on, item.time, squash(item.title, MAX_TITLE), done=False, published=False)
            self._ledger.keep(link.settled(item.found.text, item.found.version, agreed))
        self.taken.append(item)
        self._ledger.committed()
        return None

    def release(self, link: Link) -> bool:
        """See `Others.release`."""
        row = self._ledger.tasks.get(link.task_id)
        if row is not None and row.uid == link.task_uid:
            return False
        self._ledger.tick()
        self._ledger.keep(link._replace(state=LinkState.LEFT, etag=None, base=None, theirs=None, theirs_etag=None))
        self.kept[link.name] = Other(link.name, link.seen_etag, Kind.UNDONE, "its task was undone", link.uid)
        self._ledger.committed()
        return True

    def rejoin(self, link: Link) -> None:
        """See `Others.rejoin`."""
        self._ledger.tick()
        self._ledger.keep(link)
        self.kept.pop(link.name, None)
        self._ledger.committed()


def _value(row: TaskRow, field: str) -> object:
    return row.status is Status.DONE if field == "done" else getattr(row, field)


def _changed(row: TaskRow, move: Move, today: date) -> TaskRow:
    if move.field != "done":
        return row._replace(**{move.field: move.after})
    if move.after:
        return row._replace(status=Status.DONE, done_on=today)
    return row._replace(status=Status.OPEN, done_on=None)
