"""A calendar that owners read beside the user's own: what they do there, and what must hold of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from followthru.actions import calendar_questions, edit, promises
from followthru.actions.calendar_questions import Choice
from followthru.actions.context import Context
from followthru.actions.publishing import published_to
from followthru.calendars.links import LinkState
from followthru.calendars.shown import Shown, View
from followthru.domain.task import Audience, How
from tests.storekit import add_person
from tests.torture import shelf
from tests.torture.shelf import Seen, Shelf
from tests.torture.sides import Slot
from tests.torture.tally import Value
from tests.torture.world import PRACTICE, World

OWN, THEIRS = "mine", "beside"
VIEW = View(THEIRS, Audience.OWNERS, (PRACTICE,), shares=True)


class OwnersWorld(World):
    """Acts for the user and for owners. What owners edit is only offered: it stands nowhere before it is accepted."""

    def __init__(self, ctx: Context, shelves: Mapping[str, Shelf]) -> None:
        super().__init__(ctx, {OWN: shelves[OWN]})
        self._read = shelves[THEIRS]
        self._offered: set[Value] = set()
        self._accepted: set[Value] = set()
        self._open: dict[tuple[Slot, str], Value] = {}
        self._published = 0
        self._owner = add_person(ctx).handle

    def publish(self, number: int) -> None:
        """Give a task a public title, and tell an owner its date."""
        row = self.task_at(number)
        if row is None:
            return
        self._published += 1
        title = f"Public {self._published}"
        self._locally(lambda: edit.edit(self.ctx, row.id, {"public_title": title}))
        self._locally(lambda: promises.tell(self.ctx, row.id, self._owner, how=How.CALL))

    def promise_with_a_reason(self, number: int) -> None:
        """Promise another date although somebody was told one."""
        row = self.task_at(number)
        if row is not None:
            new = promises.NewPromise(self.tally.day(), None)
            self._locally(lambda: promises.promise(self.ctx, row.id, new, because="The insurer is late"))

    def _locally(self, act: Callable[[], object]) -> bool:
        good = super()._locally(act)
        # What is not shown any more may go with what was offered on it.
        if self.ctx.read.value("SELECT count(*) FROM practice"):
            shown = self._shown()
            self._open = {key: value for key, value in self._open.items() if key[0] in shown}
        return good

    def answer(self, number: int, choice: Choice) -> None:
        """Answer an open question, of either calendar."""
        found = calendar_questions.open_questions(self.ctx)
        if not found:
            return
        one = found[number % len(found)]
        if one.calendar == THEIRS and one.state is LinkState.QUARANTINED:
            return
        super().answer(number, choice)
        if one.calendar == THEIRS:
            self._open = {key: value for key, value in self._open.items() if key[0][0] != one.task_id}
            asked = [question.theirs for question in one.questions] if choice is Choice.THEIRS else []
            self._accepted |= {value for value in self._offered if value in asked}

    def move(self, calendar: str, number: int) -> None:
        """Move an event; on the owners' calendar that is an offer."""
        if calendar != THEIRS:
            super().move(calendar, number)
        elif (one := self._one(number)) is not None:
            day = self.tally.day()
            self._offer(one, "promised_on", day)
            self._read.put(one.name, shelf.moved(one.text, day - one.on))

    def retitle(self, calendar: str, number: int) -> None:
        """Give an event another title; on the owners' calendar that is an offer."""
        if calendar != THEIRS:
            super().retitle(calendar, number)
        elif (one := self._one(number)) is not None and not one.done:
            self._published += 1
            title = f"Public {self._published}"
            self._offer(one, "public_title", title)
            self._read.put(one.name, shelf.retitled(one.text, one.title, title))

    def delete(self, calendar: str, number: int) -> None:
        """Delete an event."""
        if calendar != THEIRS:
            super().delete(calendar, number)
        elif (one := self._one(number)) is not None:
            slot = self.slot_of(one)
            self._last[calendar, one.name] = one.text
            self.ever_deleted.add((calendar, slot))
            self._open = {key: value for key, value in self._open.items() if key[0] != slot}
            self._read.delete(one.name)

    def restore(self, calendar: str, number: int) -> None:
        """Put back an event that was deleted, as it was."""
        if calendar != THEIRS:
            super().restore(calendar, number)
            return
        wanted = [name for where, name in self._last if where == THEIRS]
        if wanted and (name := wanted[number % len(wanted)]) not in self._read.texts():
            self._read.put(name, self._last.pop((THEIRS, name)))

    def _offer(self, one: Seen, field: str, value: Value) -> None:
        slot = self.slot_of(one)
        self._offered.add(value)
        links = list(self.links_of(THEIRS, *slot).values())
        if slot in self._shown() and links[-1][0] == one.uid:
            self._open[slot, field] = value

    def _shown(self) -> dict[Slot, Shown]:
        found = published_to(self.ctx, self.ctx.read, VIEW).shown
        return {(one.task_id, str(one.role)): one for one in found}

    def _one(self, number: int) -> Seen | None:
        found = sorted(self._theirs(), key=lambda one: (self.slot_of(one), one.name))
        return found[number % len(found)] if found else None

    def _theirs(self) -> Iterator[Seen]:
        """Yield the objects of ours on the owners' calendar; their text does not name a task."""
        sql = "SELECT task_uid, role FROM link WHERE calendar = ? AND uid = ?"
        known = {row.uid for row in self.rows().values()}
        for name, text in self._read.texts().items():
            row = self.ctx.read.row(sql, THEIRS, shelf.uid_of(text))
            seen = None if row is None else shelf.seen(name, text, (str(row[0]), str(row[1])))
            if seen is not None and row is not None and row[0] in known:
                yield seen._replace(task_uid=str(row[0]), role=str(row[1]))

    def faults(self) -> list[str]:
        """Return all that is wrong once everything has come to rest, on both calendars."""
        return [*super().faults(), *(f"{THEIRS}: {fault}" for fault in self._faults_there())]

    def _faults_there(self) -> Iterator[str]:
        shown, there = self._shown(), list(self._theirs())
        texts = self._read.texts()
        if len(texts) != len(there):
            yield f"{len(texts) - len(there)} objects of nobody"
        yield from (f"private words in {name}" for name, text in texts.items() if "Title" in text)
        for slot in shown.keys() | {self.slot_of(one) for one in there}:
            objects = [one for one in there if self.slot_of(one) == slot]
            yield from (f"{slot}: {fault}" for fault in self._faults_at(slot, shown.get(slot), objects))
        yield from self._faults_of_offers(shown)

    def _faults_at(self, slot: Slot, shown: Shown | None, objects: list[Seen]) -> Iterator[str]:
        state = next((LinkState(state) for _, state in reversed(self.links_of(THEIRS, *slot).values())), None)
        if len(objects) > 1:
            yield f"there {len(objects)} times"
        if shown is None:
            yield from ["still there, or there again"] if objects else []
        elif state is LinkState.UNLINKED:
            if objects or (THEIRS, slot) not in self.ever_deleted:
                yield f"unlinked, with {len(objects)} objects there"
        elif state not in (LinkState.LINKED, LinkState.ASKED) or not objects:
            yield f"{state}, with {len(objects)} objects there"
        elif state is LinkState.LINKED and (objects[0].on, objects[0].title) != (shown.on, shown.summary):
            yield f"linked, but {shown.on} {shown.summary} here and {objects[0].on} {objects[0].title} there"

    def _faults_of_offers(self, shown: Mapping[Slot, Shown]) -> Iterator[str]:
        values = {(row.id, row.promised_on) for row in self.rows().values()}
        titles = self.ctx.read.rows("SELECT id, public_title FROM task")
        for task_id, value in (*values, *((int(row[0]), row[1]) for row in titles)):
            if value in self._offered - self._accepted:
                yield f"{value} of task {task_id} was taken over without a word"
        asked = {
            (one.task_id, question.theirs)
            for one in calendar_questions.open_questions(self.ctx)
            if one.calendar == THEIRS
            for question in one.questions
        }
        for (slot, field), value in self._open.items():
            if slot in shown and (slot[0], value) not in asked:
                yield f"{field} {value} was offered for task {slot[0]}, and nobody is asked"
