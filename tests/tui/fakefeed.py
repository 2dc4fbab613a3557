"""A feed in memory: made-up practices and tasks, as many as wanted."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from followthru.actions.desk import Desk
from followthru.actions.outlook import Outlook, Site
from followthru.domain.buffers import NO_BUFFER
from followthru.domain.capture import Known, KnownPerson
from followthru.domain.dateword import DateOrder
from followthru.domain.orders import Order
from followthru.domain.people import Channel, Member, Practice, PracticeStatus, RoleName
from followthru.domain.task import Status, TaskRow, Telling
from followthru.domain.workdays import MONDAY_TO_FRIDAY
from followthru.errors import NotFoundError
from followthru_tui.feed import (
    TODAY,
    Aids,
    CleanShown,
    Line,
    Place,
    Pulse,
    Said,
    Section,
    TaskDetail,
    Todays,
    UpdateShown,
    Verb,
    View,
    Where,
)
from tests.taskrows import NO_TASK

T = TypeVar("T")

MONDAY = date(2027, 1, 11)
PRACTICES = ("oak-street", "birch-lane")
BOUND = 20
_VERBS = ("Renew", "File", "Call about", "Prepare", "Check", "Send", "Review")
_THINGS = ("malpractice cover", "billing numbers", "payer roster", "fire inspection", "new hire papers")


def task(id: int, **changes: object) -> TaskRow:
    """Return a made-up task; its dates follow from its id."""
    promised = MONDAY + timedelta(days=id % 40 - 3) if id % 5 else None
    target = promised - timedelta(days=id % 4) if promised else None
    waits = {"status": Status.WAITING, "waiting_on": "dana", "waiting_for": "a signature"} if id % 11 == 0 else {}
    return (
        NO_TASK._replace(
            id=id,
            uid=f"u{id}",
            title=f"{_VERBS[id % 7]} {_THINGS[id % 5]} {id:06d}",
            practice=PRACTICES[id % 2],
            practice_id=1 + id % 2,
            promised_on=promised,
            target_on=target,
            target_source="policy" if target else None,
            buffer_days=id % 4 if promised else 0,
            in_buffer_from=target + timedelta(days=1) if target else None,
            at_risk_from=promised,
            late_from=promised + timedelta(days=1) if promised else None,
            told=id % 3 if promised else 0,
            out_of_step=1 if id % 17 == 0 and promised else 0,
        )
        ._replace(**waits)
        ._replace(**changes)
    )


def _nothing(_: str) -> None:
    pass


class FakeFeed:
    """Answers from memory. `before` is called first for every question, to delay or to fail."""

    def __init__(self, count: int, lines: Sequence[Line] = (), before: Callable[[str], None] | None = None) -> None:
        self.tasks = {id: task(id) for id in range(1, count + 1)} if count <= 5000 else {}
        self.ids = array("q", range(1, count + 1))
        self.lines = tuple(lines)
        self.number = 1
        self.closed = False
        self.troubles: tuple[tuple[str, str], ...] = ()
        self._before = before or _nothing

    def row(self, id: int) -> TaskRow:
        """Return a task, made when it is asked for in a large feed."""
        return self.tasks.get(id) or task(id)

    def change(self, id: int, **changes: object) -> None:
        """Change a task as another process would."""
        self.tasks[id] = self.row(id)._replace(**changes)
        self.number += 1

    def remove(self, id: int) -> None:
        """Remove a task as another process would."""
        self.tasks.pop(id, None)
        self.ids = array("q", (other for other in self.ids if other != id))
        self.number += 1

    def pulse(self, where: Where = TODAY) -> Pulse:
        self._before("pulse")
        return Pulse(self.number, self.troubles)

    def todays(self) -> Todays:
        return {None: MONDAY, **dict.fromkeys(PRACTICES, MONDAY)}

    def view(self, where: Where, matching: str, order: Order | None = None) -> View:
        self._before("view")
        if where.place is Place.TODAY:
            return self._today(matching)
        if where.place is Place.PRACTICES:
            return self._cards()
        ids = self.ids
        if where.place is Place.PRACTICE:
            ids = array("q", (id for id in ids if self.row(id).practice == where.name))
        elif where.place is Place.SECTION:
            ids = array("q", self._section(where.name))
        if matching:
            ids = array("q", (id for id in ids if matching.lower() in self.row(id).title.lower()))
        title = {Place.PRACTICE: where.name, Place.SECTION: where.name}.get(where.place, "All open")
        rows = [self.row(id) for id in ids[:60]]
        return View(where, title, (Section("", "", ids, len(ids)),), rows, self.todays(), len(ids), 0, self.number)

    def _cards(self) -> View:
        lines = tuple(Line(f"practice:{slug}", ". calm", slug.title(), slug, None) for slug in PRACTICES)
        where = Where(Place.PRACTICES)
        return View(where, "Practices", (Section("", "", (), 2, lines),), (), self.todays(), 2, 0, self.number)

    def _section(self, key: str) -> list[int]:
        rows = (self.row(id) for id in self.ids[:2000])
        if key == "late":
            return [r.id for r in rows if r.late_from is not None and r.late_from <= MONDAY and not r.closed]
        if key == "buffer":
            return [
                r.id
                for r in rows
                if r.in_buffer_from and r.late_from and r.in_buffer_from <= MONDAY < r.late_from and not r.closed
            ]
        return [r.id for r in rows if r.promised_on == MONDAY and not r.closed]

    def _today(self, matching: str) -> View:
        sections: list[Section] = []
        total = 0
        for key, words in (("late", "Late"), ("buffer", "In buffer"), ("today", "Promised today")):
            ids = [id for id in self._section(key) if matching.lower() in self.row(id).title.lower()]
            total += len(ids)
            if ids:
                sections.append(Section(key, words, ids[:BOUND], len(ids)))
        if self.lines:
            sections.append(Section("updates", "Updates to review", (), len(self.lines), self.lines))
        rows = [self.row(id) for section in sections for id in section.ids]
        late = next((s.total for s in sections if s.key == "late"), 0)
        return View(Where(Place.TODAY), "Today", tuple(sections), rows, self.todays(), total, late, self.number)

    def rows(self, ids: Sequence[int]) -> Sequence[TaskRow]:
        self._before("rows")
        return [self.row(id) for id in ids]

    def details(self, ids: Sequence[int]) -> Sequence[TaskDetail]:
        self._before("details")
        return [self._detail(id) for id in ids if not self.tasks or id in self.tasks]

    def _detail(self, id: int) -> TaskDetail:
        row = self.row(id)
        tellings = (
            (Telling(1, id, 1, "dana", row.promised_on, MONDAY, "2027-01-11T09:00:00Z", "call", False),)
            if row.promised_on and row.told
            else ()
        )
        return TaskDetail(row, "Ask for the *new* form.", (), tellings, (), ("Mon 11 Jan added",))

    def practices(self) -> Sequence[Practice]:
        return [
            Practice(n, slug, slug.title(), "America/New_York", "12345", "US", "fixed: 0", PracticeStatus.ACTIVE)
            for n, slug in enumerate(PRACTICES, 1)
        ]

    def choices(self, id: int) -> tuple[str, str] | None:
        return None

    def evidence(self, id: int) -> Sequence[str]:
        return ["No honest date yet.", f"case behind {id}"]

    def members(self) -> Sequence[Member]:
        return [
            Member(
                1,
                1,
                1,
                "oak-street",
                "dana",
                "Dana Doe",
                None,
                "dana@example.com",
                Channel.MAIL,
                None,
                RoleName.OWNER,
                None,
                False,
            )
        ]

    def aids(self) -> Aids:
        people = [KnownPerson("dana", "Dana Doe", "dana@example.com"), KnownPerson("marisol", "Marisol Roe", None)]

        def monday(_: str | None) -> date:
            return MONDAY

        def weekdays(_: str | None) -> frozenset[int]:
            return frozenset({1, 2, 3, 4, 5})

        site = Site(MONDAY, MONDAY_TO_FRIDAY, NO_BUFFER)
        known = Known(dict.fromkeys(PRACTICES, people), monday, DateOrder.DMY, weekdays)
        return Aids(known, Outlook(dict.fromkeys((None, *PRACTICES), site), ()))

    def update(self, id: int) -> UpdateShown:
        raise NotFoundError(f"There is no update {id}.")

    def clean(self, id: int) -> CleanShown:
        raise NotFoundError(f"There is no update {id}.")

    def to_edit(self, id: int) -> tuple[Path, bool]:
        raise NotFoundError(f"There is no update {id}.")

    def history(self) -> Sequence[str]:
        return ["Mon 11 Jan added"]

    def look(self, question: Callable[[Desk], T]) -> T:
        raise NotFoundError("There is no store behind this.")

    def sync(self) -> str:
        return "Syncing now."

    def do(self, verb: Verb) -> Said:
        """Verbs need a store; what is told of here is only that one was asked for, and what failed."""
        self._before("do")
        return Said("Done.")

    def close(self) -> None:
        self.closed = True
