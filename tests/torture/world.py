"""One store, its calendars on collections that others edit too, and what must hold once all have come to rest."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from followthru.actions import calendars, edit, history, practices, promises, tasks
from followthru.actions.calendars import Choice, OpenQuestion
from followthru.actions.context import Context
from followthru.calendars.links import EXPECTED, LinkState
from followthru.calendars.merge import Matter, Question
from followthru.calendars.shown import DONE_STAYS
from followthru.domain.capture import Capture
from followthru.errors import FollowthruError
from tests.torture import shelf
from tests.torture.shelf import Seen, Shelf
from tests.torture.tally import Tally, Value

PRACTICE = "oak-street"
ZONES = ("UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/New_York")
TIMES = (None, None, time(9, 30), time(23, 45))
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


class World:
    """Acts for everybody, notes what they wrote, and judges the end.

    `shelves` holds each calendar's collection by the calendar's name; `at` is the clock's instant.
    """

    def __init__(self, ctx: Context, shelves: Mapping[str, Shelf]) -> None:
        self.ctx = ctx
        self.shelves = shelves
        self.tally = Tally()
        self.foreign: dict[str, dict[str, str]] = {name: {} for name in shelves}
        self._ids: dict[str, int] = {}
        self._deleted: set[tuple[str, Slot]] = set()
        self._ever_deleted: set[tuple[str, Slot]] = set()
        self._last: dict[tuple[str, str], str] = {}
        self._serial = 0
        self._groundless: list[str] = []

    # What the user does here.

    def add(self, *, deadline: bool, at: int = 0) -> None:
        """Add a task with a promise, and perhaps a deadline."""
        line = Capture(
            self.tally.title(),
            practice=PRACTICE,
            promised_on=self.tally.day(),
            promised_time=TIMES[at % len(TIMES)],
            deadline_on=self.tally.day() if deadline else None,
        )
        self._locally(lambda: tasks.add(self.ctx, line))

    def write(self, number: int, field: str) -> None:
        """Give a task another title, promise or deadline."""
        row = self._task(number)
        if row is None:
            return
        value = self.tally.title() if field == "title" else self.tally.day().isoformat()
        self._locally(lambda: edit.edit(self.ctx, row.id, {field: value}))

    def promise(self, number: int, at: int) -> None:
        """Promise another date and clock time, or take the promise back."""
        row = self._task(number)
        if row is not None:
            on = None if at % 7 == 0 else self.tally.day()
            new = promises.NewPromise(on, TIMES[at % len(TIMES)])
            self._locally(lambda: promises.promise(self.ctx, row.id, new))

    def step(self, number: int, verb: str) -> None:
        """Finish, reopen or drop a task."""
        row = self._task(number)
        if row is not None:
            act = {"done": tasks.done, "reopen": tasks.reopen, "drop": tasks.drop}[verb]
            self._locally(lambda: act(self.ctx, row.id))

    def undo(self) -> None:
        """Take the newest action back."""
        self._locally(lambda: history.undo(self.ctx))

    def redo(self) -> None:
        """Do it again."""
        self._locally(lambda: history.redo(self.ctx))

    def rezone(self, number: int) -> None:
        """Move the practice to another zone."""
        zone = ZONES[number % len(ZONES)]
        self._locally(lambda: practices.edit(self.ctx, PRACTICE, {"timezone": zone}))

    def answer(self, number: int, choice: Choice) -> None:
        """Answer an open question."""
        found = calendars.open_questions(self.ctx)
        if not found:
            return
        one = found[number % len(found)]
        if not self._locally(lambda: calendars.answer(self.ctx, one.link_id, choice)) or choice is Choice.THEIRS:
            return
        for question in one.questions:
            if isinstance(question.ours, date | str) and isinstance(question.theirs, date | str):
                self.tally.preferred(question.ours, question.theirs)
        for role in FIELD_OF:
            if one.state is LinkState.UNLINKED and one.link_id in self._links_of(one.calendar, one.task_id, role):
                self._deleted.discard((one.calendar, (one.task_id, role)))

    def confirm(self, calendar: str) -> None:
        """Allow what a calendar's guard refused."""
        self._locally(lambda: calendars.confirm(self.ctx, calendar))

    def pass_time(self, advance: Callable[[], None]) -> None:
        """Let the clock be moved on, and what is long done disappear."""
        self._hiding(advance)

    def _locally(self, act: Callable[[], object]) -> bool:
        """Do something here and note what it replaced; return whether a guard let it."""
        before, good = self.rows(), True

        def tried() -> None:
            nonlocal good
            try:
                act()
            except FollowthruError:
                good = False

        self._hiding(tried)
        after = self.rows()
        for task_id in before.keys() | after.keys():
            old, new = before.get(task_id), after.get(task_id)
            for field in TALLIED:
                self.tally.edited(
                    task_id, field, None if old is None else old.value(field), None if new is None else new.value(field)
                )
        return good

    def _hiding(self, act: Callable[[], None]) -> None:
        """Do something that may take tasks off the calendars; what stands on their events then goes with them."""
        before = self.visible()
        act()
        after = self.visible()
        for slot in before ^ after:
            for calendar in self.shelves:
                self._deleted.discard((calendar, slot))
        if gone := before - after:
            for calendar in self.shelves:
                for one in self.ours(calendar):
                    if self._slot(one) in gone:
                        self.tally.thrown([one.on, one.title])

    # What others do on the calendars.

    def move(self, calendar: str, number: int) -> None:
        """Move an event to another day."""
        one = self._pick(calendar, number)
        if one is not None:
            day = self.tally.day()
            self._wrote(one, FIELD_OF[one.role], one.on, day)
            self.shelves[calendar].put(one.name, shelf.moved(one.text, day))

    def retitle(self, calendar: str, number: int) -> None:
        """Give an event another title.

        Not one that was ticked since it was agreed on: `done: ` before another title is a part of that title.
        """
        one = self._pick(calendar, number)
        if one is not None and self._agreed(calendar, one) == (one.title, one.done):
            title = self.tally.title()
            self._wrote(one, "title", one.title, title)
            self.shelves[calendar].put(one.name, shelf.retitled(one.text, one.title, title))

    def tick(self, calendar: str, number: int) -> None:
        """Tick an event, or take its tick away."""
        one = self._pick(calendar, number)
        if one is not None and self._agreed(calendar, one) == (one.title, one.done):
            self.shelves[calendar].put(one.name, shelf.ticked(one.text))

    def annotate(self, calendar: str, number: int) -> None:
        """Write something of one's own into an event."""
        one = self._pick(calendar, number)
        if one is not None:
            self._serial += 1
            self.shelves[calendar].put(one.name, shelf.annotated(one.text, f"theirs {self._serial}"))

    def delete(self, calendar: str, number: int) -> None:
        """Delete an event."""
        one = self._pick(calendar, number)
        if one is None:
            return
        slot = self._slot(one)
        self.tally.thrown([one.on, one.title])
        self._last[calendar, one.name] = one.text
        self._ever_deleted.add((calendar, slot))
        if self._knows(calendar, one):
            self._deleted.add((calendar, slot))
        self.shelves[calendar].delete(one.name)

    def restore(self, calendar: str, number: int) -> None:
        """Put back an event that was deleted, as it was."""
        names = sorted(self._last, key=lambda key: list(self._last).index(key))
        wanted = [name for where, name in names if where == calendar]
        if not wanted:
            return
        name = wanted[number % len(wanted)]
        if name not in self.shelves[calendar].texts():
            text = self._last.pop((calendar, name))
            found = shelf.seen(name, text)
            if found is not None:
                self._deleted.discard((calendar, self._slot(found)))
                self.tally.returned(found.on)
                self.tally.returned(found.title)
            self.shelves[calendar].put(name, text)

    def copy(self, calendar: str, number: int) -> None:
        """Copy an event under another UID."""
        one = self._pick(calendar, number)
        if one is not None and self._is_listed(calendar):
            self._serial += 1
            uid = f"copy-{self._serial}"
            self._put_foreign(calendar, f"{uid}.ics", shelf.copied(one.text, uid))

    def put_foreign(self, calendar: str, number: int, *, repeats: bool) -> None:
        """Add something of somebody else's, or change it."""
        if self._is_listed(calendar) or not repeats:
            text = shelf.foreign(number, repeats=repeats)
            self._serial += 1
            self._put_foreign(
                calendar, f"foreign-{number}.ics", shelf.annotated(text, f"{shelf.CANARY} {self._serial}")
            )

    def _put_foreign(self, calendar: str, name: str, text: str) -> None:
        self.shelves[calendar].put(name, text)
        self.foreign[calendar][name] = self.shelves[calendar].texts()[name]

    def _wrote(self, one: Seen, field: str, before: Value, after: Value) -> None:
        slot = self._slot(one)
        self.tally.edited(slot[0], field, before, after)
        if slot not in self.visible():
            self.tally.thrown([after])

    def _pick(self, calendar: str, number: int) -> Seen | None:
        found = [one for one in self.ours(calendar) if one.role in FIELD_OF]
        return found[number % len(found)] if found else None

    # What is there.

    def ours(self, calendar: str) -> list[Seen]:
        """Return the calendar's objects of ours, in the order of their tasks."""
        texts = self.shelves[calendar].texts()
        known = self.foreign[calendar]
        found = (shelf.seen(name, text) for name, text in texts.items() if name not in known)
        return sorted((one for one in found if one is not None), key=lambda one: (self._slot(one), one.name))

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

    def _task(self, number: int) -> Row | None:
        found = list(self.rows().values())
        return found[number % len(found)] if found else None

    def _slot(self, one: Seen) -> Slot:
        return self._ids[one.task_uid], one.role

    def _links_of(self, calendar: str, task_id: int, role: str) -> dict[int, tuple[str, str]]:
        """Return UID and state of a slot's links by id, oldest first."""
        rows = self.ctx.read.rows(
            "SELECT id, uid, state FROM link WHERE calendar = ? AND task_id = ? AND role = ? ORDER BY generation",
            calendar,
            task_id,
            role,
        )
        return {id: (uid, state) for id, uid, state in rows}

    def _knows(self, calendar: str, one: Seen) -> bool:
        """Whether the store believes this object to be on the server."""
        found = list(self._links_of(calendar, *self._slot(one)).values())
        return bool(found) and found[-1][0] == one.uid and LinkState(found[-1][1]) in EXPECTED

    def _agreed(self, calendar: str, one: Seen) -> tuple[str, bool] | None:
        """Return title and tick of an event as last agreed on, None for one never agreed on."""
        base = self.ctx.read.value("SELECT base FROM link WHERE calendar = ? AND uid = ?", calendar, one.uid)
        was = None if base is None else shelf.seen(one.name, base)
        return None if was is None else (was.title, was.done)

    def _is_listed(self, calendar: str) -> bool:
        sql = "SELECT complete_at FROM calendar_state WHERE calendar = ?"
        return self.ctx.read.value(sql, calendar) is not None

    # What must hold.

    def judge(self) -> None:
        """Note each open question without a ground: one side knew the other's value, or nobody deleted anything."""
        for one in calendars.open_questions(self.ctx):
            for question in one.questions:
                if question.matter is Matter.DELETED and not self._was_deleted(one):
                    self._groundless.append(f"{one.calendar}: says that an event of {one.task_id} was deleted")
                if question.matter is Matter.CONFLICT and self._is_groundless(question):
                    self._groundless.append(f"{one.calendar}: asked about {question} of {one.task_id}")

    def _was_deleted(self, one: OpenQuestion) -> bool:
        roles = [role for role in FIELD_OF if one.link_id in self._links_of(one.calendar, one.task_id, role)]
        return any((one.calendar, (one.task_id, role)) in self._ever_deleted for role in roles)

    def _is_groundless(self, question: Question) -> bool:
        ours, theirs = question.ours, question.theirs
        if question.field not in TALLIED or not isinstance(ours, date | str) or not isinstance(theirs, date | str):
            return False
        return self.tally.groundless(ours, theirs)

    def faults(self) -> list[str]:
        """Return all that is wrong once everything has come to rest."""
        found = [fault for calendar in self.shelves for fault in self._faults_on(calendar)]
        found += self.tally.lost(self._standing())
        found += self._groundless
        found += [f"the store is damaged: {said}" for said in self._unsound()]
        return found

    def _unsound(self) -> Iterator[str]:
        read = self.ctx.read
        for name in ("integrity_check", "foreign_key_check"):
            rows = read.rows(f"PRAGMA {name}")
            if rows not in ([], [("ok",)]):
                yield str(rows)
        left = int(read.value("SELECT count(*) FROM operation"))
        if left:
            yield f"{left} operations left open"

    def _faults_on(self, calendar: str) -> Generator[str]:
        texts = self.shelves[calendar].texts()
        for name, text in self.foreign[calendar].items():
            if texts.get(name) != text:
                yield f"{calendar}: somebody else's {name} was touched: {texts.get(name)}"
        objects: dict[Slot, list[Seen]] = {}
        for one in self.ours(calendar):
            objects.setdefault(self._slot(one), []).append(one)
        unknown = len(texts) - len(self.foreign[calendar]) - sum(map(len, objects.values()))
        if unknown:
            yield f"{calendar}: {unknown} objects of nobody"
        rows, visible = self.rows(), self.visible()
        for slot in visible | objects.keys():
            for fault in self._faults_of(calendar, slot, rows.get(slot[0]), objects.get(slot, []), slot in visible):
                yield f"{calendar}, {slot[1]} of task {slot[0]}: {fault}"

    def _faults_of(
        self, calendar: str, slot: Slot, row: Row | None, objects: list[Seen], visible: bool
    ) -> Iterator[str]:
        """Yield what is wrong with one task's date on one calendar."""
        if len(objects) > 1:
            yield f"there {len(objects)} times: {[one.name for one in objects]}"
        if not visible or row is None:
            if objects:
                yield "still there, or there again"
            return
        links = list(self._links_of(calendar, *slot).values())
        state = LinkState(links[-1][1]) if links else None
        if state in (LinkState.LINKED, LinkState.ASKED) and not objects:
            yield f"{state}, but not there"
        elif state is LinkState.UNLINKED:
            if objects or (calendar, slot) not in self._ever_deleted:
                yield f"unlinked, with {len(objects)} objects there"
        elif state not in (LinkState.LINKED, LinkState.ASKED):
            yield f"never came to rest: {state}"
        if objects and (calendar, slot) in self._deleted:
            yield "deleted by somebody, and there again"
        if objects and state is LinkState.LINKED:
            yield from _differences(row, objects[0])

    def _standing(self) -> dict[tuple[int, str], set[Value]]:
        found: dict[tuple[int, str], set[Value]] = {}
        for row in self.rows().values():
            for field in TALLIED:
                value = row.value(field)
                found[row.id, field] = set() if value is None else {value}
        for calendar in self.shelves:
            for one in self.ours(calendar):
                task_id, role = self._slot(one)
                if [state for _, state in self._links_of(calendar, task_id, role).values()][-1:] == ["asked"]:
                    found.setdefault((task_id, FIELD_OF[role]), set()).add(one.on)
                    found.setdefault((task_id, "title"), set()).add(one.title)
        return found


def _differences(row: Row, one: Seen) -> Iterator[str]:
    here = (row.title, row.value(FIELD_OF[one.role]), row.status == "done")
    there = (one.title, one.on, one.done)
    if here != there:
        yield f"linked, but {here} here and {there} there"
    if one.role == "promise" and one.time != row.promised_time:
        yield f"linked, but at {row.promised_time} here and {one.time} there"


def later(at: datetime, *, days: int) -> datetime:
    """Return an instant some days later."""
    return at + timedelta(days=days)


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
