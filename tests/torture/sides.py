"""Both sides of a sync as a test sees them: the store's tasks and links, and the collections' objects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from followthru.actions.context import Context
from followthru.calendars.arrivals import AT_ONCE
from followthru.calendars.links import EXPECTED, LinkState
from followthru.calendars.shown import DONE_STAYS
from tests.torture import shelf
from tests.torture.shelf import Seen, Shelf
from tests.torture.tally import Tally, Value

FIELD_OF = {"promise": "promised_on", "deadline": "deadline_on"}
TALLIED = ("title", *FIELD_OF.values())
Slot = tuple[int, str]


class Row(NamedTuple):
    """A task as the store has it."""

    id: int
    uid: str
    title: str
    promised_on: date | None
    promised_time: str | None
    deadline_on: date | None
    status: str
    done_on: date | None

    def value(self, field: str) -> Value | None:
        """Return one of the fields that are tallied."""
        return {"title": self.title, "promised_on": self.promised_on, "deadline_on": self.deadline_on}[field]


class Sides:
    """One store, and its calendars' collections by the calendar's name; what was noted of both."""

    def __init__(self, ctx: Context, shelves: Mapping[str, Shelf]) -> None:
        self.ctx = ctx
        self.shelves = shelves
        self.tally = Tally()
        self.foreign: dict[str, dict[str, str]] = {name: {} for name in shelves}
        self.deleted: set[tuple[str, Slot]] = set()
        self.ever_deleted: set[tuple[str, Slot]] = set()
        self.left: set[tuple[str, Slot]] = set()
        self.notes: dict[str, tuple[str, date]] = {}
        """What was noted on a calendar, by UID: its title and day."""
        self.taken_away: set[tuple[str, str]] = set()
        """The objects that somebody deleted on a calendar, by its name and theirs."""
        self._ids: dict[str, int] = {}

    def ours(self, calendar: str) -> list[Seen]:
        """Return the calendar's objects of ours, in the order of their tasks."""
        texts = self.shelves[calendar].texts()
        known = self.foreign[calendar]
        found = (self.seen(calendar, name, text) for name, text in texts.items() if name not in known)
        return sorted((one for one in found if one is not None), key=lambda one: (self.slot_of(one), one.name))

    def seen(self, calendar: str, name: str, text: str) -> Seen | None:
        """Read an object of ours, or one that somebody noted there and that became a task."""
        sql = "SELECT task_uid, role FROM link WHERE calendar = ? AND uid = ? AND state != 'left'"
        row = None if shelf.is_marked(text) else self.ctx.read.row(sql, calendar, shelf.uid_of(text))
        found = shelf.seen(name, text, None if row is None else (str(row[0]), str(row[1])))
        return None if found is None else self._at_home(calendar, found)

    def _at_home(self, calendar: str, found: Seen) -> Seen:
        """Return an object told as an instant with the day and clock time that this was agreed to mean.

        A practice may have moved to another zone since; and some servers spell a time in the zone UTC as an instant.
        """
        sql = "SELECT base, agreed FROM link WHERE calendar = ? AND uid = ?"
        row = self.ctx.read.row(sql, calendar, found.uid) if found.utc else None
        base = None if row is None or row[0] is None else shelf.seen(found.name, row[0], (found.task_uid, found.role))
        if row is None or row[1] is None or base is None or not base.utc:
            return found
        on, time, *_ = json.loads(row[1])
        return found.later_by(base._replace(on=date.fromisoformat(on), time=time).start - base.start)

    def left_alone(self, calendar: str) -> int:
        """Count what somebody noted there and is left alone.

        Its task was undone, its day is long past, or it came with more others than are taken at once.
        """
        sql = "SELECT name, kind = 'many' FROM other_item WHERE calendar = ? AND kind IN ('undone', 'past', 'many')"
        rows = self.ctx.read.rows(sql, calendar)
        many = sum(bool(is_many) for _, is_many in rows) > AT_ONCE
        left = {str(name) for name, is_many in rows if many or not is_many}
        there = self.shelves[calendar].texts()
        return sum(f"{uid}.ics" in left and f"{uid}.ics" in there for uid in self.notes)

    def rows(self) -> dict[int, Row]:
        """Return all tasks by id."""
        wanted = "id, uid, title, promised_on, promised_time, deadline_on, status, done_on"
        found: dict[int, Row] = {}
        for id, uid, title, promised, at, deadline, status, done in self.ctx.read.rows(f"SELECT {wanted} FROM task"):  # noqa: S608
            self._ids[uid] = id
            found[id] = Row(id, uid, title, _date(promised), at, _date(deadline), status, _date(done))
        return found

    def visible(self) -> set[Slot]:
        """Return what calendars should show."""
        found: set[Slot] = set()
        for row in self.rows().values():
            gone = row.status == "dropped" or (row.done_on is not None and row.done_on + DONE_STAYS < self.ctx.today())
            if not gone:
                found |= {(row.id, role) for role, field in FIELD_OF.items() if row.value(field) is not None}
        return found

    def task_at(self, number: int) -> Row | None:
        found = list(self.rows().values())
        return found[number % len(found)] if found else None

    def slot_of(self, one: Seen) -> Slot:
        if one.task_uid not in self._ids:
            self.rows()  # a sync has made a task of what was noted on a calendar
        return self._ids[one.task_uid], one.role

    def links_of(self, calendar: str, task_id: int, role: str) -> dict[int, tuple[str, str]]:
        """Return UID and state of a slot's links by id, oldest first."""
        rows = self.ctx.read.rows(
            "SELECT id, uid, state FROM link WHERE calendar = ? AND task_id = ? AND role = ? ORDER BY generation",
            calendar,
            task_id,
            role,
        )
        return {id: (uid, state) for id, uid, state in rows}

    def reasons_of(self, calendar: str, task_id: int) -> list[str]:
        """Return why a task's objects are left alone."""
        sql = "SELECT reason FROM link WHERE calendar = ? AND task_id = ? AND reason IS NOT NULL"
        return [str(row[0]) for row in self.ctx.read.rows(sql, calendar, task_id)]

    def knows(self, calendar: str, one: Seen) -> bool:
        """Whether the store believes this object to be on the server."""
        found = list(self.links_of(calendar, *self.slot_of(one)).values())
        return bool(found) and found[-1][0] == one.uid and LinkState(found[-1][1]) in EXPECTED

    def agreed(self, calendar: str, one: Seen) -> tuple[str, bool] | None:
        """Return title and tick of an event as last agreed on, None for one never agreed on."""
        base = self.ctx.read.value("SELECT base FROM link WHERE calendar = ? AND uid = ?", calendar, one.uid)
        was = None if base is None else self.seen(calendar, one.name, base)
        return None if was is None else (was.title, was.done)

    def is_listed(self, calendar: str) -> bool:
        sql = "SELECT complete_at FROM calendar_state WHERE calendar = ?"
        return self.ctx.read.value(sql, calendar) is not None


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
