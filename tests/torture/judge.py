"""What must hold: in every moment of the questions that are asked, and of all once it has come to rest."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from datetime import date

from followthru.actions import calendar_questions
from followthru.actions.calendar_questions import OpenQuestion
from followthru.actions.context import Context
from followthru.calendars.links import LinkState
from followthru.calendars.merge import Matter, Question
from tests.torture.shelf import Seen, Shelf
from tests.torture.sides import FIELD_OF, TALLIED, Row, Sides, Slot
from tests.torture.tally import Value


class Judge(Sides):
    """Judges both sides."""

    def __init__(self, ctx: Context, shelves: Mapping[str, Shelf]) -> None:
        super().__init__(ctx, shelves)
        self._groundless: list[str] = []
        self._removed: set[str] = set()

    def judge(self) -> None:
        """Note each open question without a ground: one side knew the other's value, or nobody deleted anything.

        And each item of somebody's own that is not there any more although its task was only undone.
        """
        self._note_noted()  # an undo may bring such a value back: then it may be asked about
        self._groundless += self._vanished()
        for one in calendar_questions.open_questions(self.ctx):
            for question in one.questions:
                if question.matter is Matter.DELETED and not self._was_deleted(one):
                    self._groundless.append(f"{one.calendar}: says that an event of {one.task_id} was deleted")
                if question.matter is Matter.CONFLICT and self._is_groundless(question):
                    self._groundless.append(f"{one.calendar}: asked about {question} of {one.task_id}")

    def _vanished(self) -> Iterator[str]:
        """Yield what somebody noted on a calendar and is not there any more, by nobody's doing.

        With a task that is dropped, or long done, it goes. One whose task is no more, or never was, is theirs.
        """
        there = {name for shelf in self.shelves.values() for name in shelf.texts()} if self.notes else set[str]()
        deleted = {name for _, name in self.taken_away}
        self._removed -= {uid for uid in self._removed if f"{uid}.ics" in there}
        for uid in self.notes.keys() - self._removed:
            if f"{uid}.ics" in there or f"{uid}.ics" in deleted:
                continue
            self._removed.add(uid)
            sql = "SELECT count(*) FROM link JOIN task ON task.uid = link.task_uid WHERE link.uid = ?"
            if not self.ctx.read.value(sql, uid):
                yield f"{uid}, which somebody noted on a calendar, is not there any more"

    def _was_deleted(self, one: OpenQuestion) -> bool:
        roles = [role for role in FIELD_OF if one.link_id in self.links_of(one.calendar, one.task_id, role)]
        return any((one.calendar, (one.task_id, role)) in self.ever_deleted for role in roles)

    def _is_groundless(self, question: Question) -> bool:
        ours, theirs = question.ours, question.theirs
        if question.field not in TALLIED or not isinstance(ours, date | str) or not isinstance(theirs, date | str):
            return False
        return self.tally.groundless(ours, theirs)

    def faults(self) -> list[str]:
        """Return all that is wrong once everything has come to rest."""
        self._note_noted()
        found = [fault for calendar in self.shelves for fault in self._faults_on(calendar)]
        found += self.tally.lost(self._standing())
        found += self._groundless
        found += [f"the store is damaged: {said}" for said in self._unsound()]
        return found

    def _note_noted(self) -> None:
        """Note what was noted on a calendar as an edit of the task that it became."""
        for uid, (title, on) in self.notes.items():
            for (task_id,) in self.ctx.read.rows("SELECT task_id FROM link WHERE uid = ?", uid):
                self.tally.edited(int(task_id), "title", None, title)
                self.tally.edited(int(task_id), "promised_on", None, on)

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
            objects.setdefault(self.slot_of(one), []).append(one)
        unknown = len(texts) - len(self.foreign[calendar]) - sum(map(len, objects.values()))
        unknown -= self.left_alone(calendar)
        if unknown:
            yield f"{calendar}: {unknown} objects of nobody"
        rows, visible = self.rows(), self.visible()
        left = {slot for where, slot in self.left if where == calendar}
        for slot in (visible | objects.keys()) - left:
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
        links = list(self.links_of(calendar, *slot).values())
        state = LinkState(links[-1][1]) if links else None
        if state in (LinkState.LINKED, LinkState.ASKED) and not objects:
            yield f"{state}, but not there"
        elif state is LinkState.UNLINKED:
            if objects or (calendar, slot) not in self.ever_deleted:
                yield f"unlinked, with {len(objects)} objects there"
        elif state not in (LinkState.LINKED, LinkState.ASKED):
            yield f"never came to rest: {state}, {self.reasons_of(calendar, slot[0])}"
        if objects and (calendar, slot) in self.deleted:
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
                task_id, role = self.slot_of(one)
                if [state for _, state in self.links_of(calendar, task_id, role).values()][-1:] == ["asked"]:
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
