"""Tasks of other programs made tasks here: practices and people found, words for dates read, a date of theirs a target.

Nothing that is imported was told to anybody: there is no promise, no telling and no waiting on a person in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid5

from followthru.actions.bringing_rows import Built
from followthru.actions.context import Context
from followthru.actions.import_choices import SHOWN, Choices, Seen
from followthru.actions.placing import LeftOutError, Places
from followthru.actions.repeating import begun
from followthru.actions.stored import iso
from followthru.domain.changes import Scalar
from followthru.domain.dateword import DateOrder
from followthru.domain.people import Practice
from followthru.domain.task import CLOSED, Status, TargetSource
from followthru.errors import FollowthruError
from followthru.exchange.days import settled
from followthru.exchange.faults import Fault
from followthru.exchange.foreign import Foreign, Found, clean_notes, clean_tag, in_order
from followthru.exchange.reading import Entity
from followthru.exchange.values import WrongValueError
from followthru.exchange.when_words import read_when
from followthru.store import entities
from followthru.store.store import Writer

_SOURCES = UUID("6f1c1f4e-5f0b-5b53-9f57-0f3c6f0a5d21")


_TOGETHER = 2_000


def uid_of(format: str, key: str) -> str:
    """Return the uid of a task that another program knows by a key: the same at each import, so none comes twice."""
    return str(uuid5(_SOURCES, f"{format}\n{key}"))


Keep = Callable[[Built], None]
"""Stores the entities of what is built and empties their list; why a row is refused after all is among its faults."""


class _Placed(NamedTuple):
    """A task and the practice it goes to."""

    task: Foreign
    practice: Practice | None
    uid: str


class TaskBuilder:
    """Makes tasks of what files hold. One for all files of an import, so that ids go on."""

    def __init__(self, ctx: Context, tx: Writer, choices: Choices, keep: Keep) -> None:
        """Read what names are held against. `keep` stores some rows. Raises NotFoundError, UsageError."""
        self._ctx, self._tx, self._choices, self._keep = ctx, tx, choices, keep
        self._places = Places(tx, choices.practices)
        self._next = {name: last + 1 for name, last in entities.given_out(tx).items()}
        self._today: dict[int | None, date] = {}
        self._ids: dict[str, int] = {}
        self._left_out = 0

    def build(self, found: Found) -> Built:
        """Store what a file adds, some thousand rows at a time: a long one needs little more memory than a short one.

        Raises UsageError where its dates could be read either way.
        """
        order, because = self._order(found)
        built = Built([], list(found.faults), [], 0, 0, {}, [], set(), order, because)
        ordered, circles = in_order(found.tasks)
        built.notes.extend(f"{fault.words} (line {fault.line}): kept as a note." for fault in circles)
        placed = list(self._placed(found, ordered, built))
        there = entities.ids_of_uids(self._tx, [one.uid for one in placed])
        known = 0
        for one in placed:
            if one.uid in there or one.uid in self._ids:
                self._ids.setdefault(one.uid, there.get(one.uid, 0))
                known += 1
                continue
            self._add(found, one, built, order or DateOrder.DMY)
            if len(built.entities) >= _TOGETHER:
                self._keep(built)
        self._keep(built)
        return built._replace(known=known, left_out=self._left_out)

    def _order(self, found: Found) -> tuple[DateOrder | None, str | None]:
        """Return how numbers in words for dates are read: as it was said, or as the file itself shows."""
        words = [one for task in found.tasks for one in (task.when, str(task.more.get("deadline", ""))) if one]
        if self._choices.dates is not None or not words:
            return self._choices.dates, None
        return settled(found.name, words)

    def _placed(self, found: Found, ordered: Sequence[Foreign], built: Built) -> Iterator[_Placed]:
        """Yield tasks with their practice; those of what is left out are passed over."""
        self._left_out = 0
        for task in ordered:
            name = task.project or self._choices.given.get("practice")
            try:
                practice, note = self._practice(found.format, name)
            except LeftOutError:
                self._left_out += 1
                continue
            except WrongValueError as error:
                built.faults.append(Fault(task.line, "", str(error)))
                continue
            if task.project is not None:
                slug, count = (
                    None if practice is None else practice.slug,
                    built.projects.get(task.project, (None, 0))[1],
                )
                built.projects[task.project] = (slug, count + 1)
            kept = task._replace(notes=(*task.notes, note)) if note else task
            yield _Placed(kept, practice, uid_of(found.format, task.key))

    def _practice(self, format: str, name: str | None) -> tuple[Practice | None, str | None]:
        """Return the practice of a task, and the note that names a project which is none."""
        if name is None:
            return None, None
        try:
            return self._places.practice(name), None
        except KeyError:
            if format == "csv":
                return self._places.needed(name), None
            given = self._choices.given.get("practice")
            return (None if given is None else self._places.needed(given)), f"Project: {name}"

    def _add(self, found: Found, one: _Placed, built: Built, order: DateOrder) -> None:
        try:
            entity, needs = self._entity(found.format, one, order)
        except (WrongValueError, FollowthruError) as error:
            built.faults.append(Fault(one.task.line, "", str(error)))
            return
        self._ids[one.uid] = entity.id or 0
        built.entities.append(entity)
        built.entities.extend(needs)
        if len(built.rows) < SHOWN:
            built.rows.append(_seen(one, entity))

    def _entity(self, format: str, one: _Placed, order: DateOrder) -> tuple[Entity, list[Entity]]:
        """Return a task and its dependencies. Raises WrongValueError, UsageError."""
        task, practice = one.task, one.practice
        notes = list(task.notes)
        values: dict[str, Scalar] = {
            "uid": one.uid,
            "title": task.title,
            "practice_id": None if practice is None else practice.slug,
            "priority": task.priority,
            "estimate_minutes": task.estimate_minutes,
            "deadline_on": iso(task.deadline_on),
            "starts_on": iso(task.starts_on),
            "imported_at": self._tx.now,
            "created_at": self._tx.now,
            "reason_missing": 0,
            **{name: value for name, value in task.more.items() if name != "deadline"},
        }
        values |= self._status(task, practice)
        values |= self._when(task, practice, order, values, notes)
        values |= self._assignee(task, practice, notes)
        parent = self._tie(format, task.parent, "Part of", notes)
        needs = [id for key in task.needs if (id := self._tie(format, key, "Needs", notes))]
        values |= {"parent_id": parent, "notes": clean_notes(notes)}
        tags = dict.fromkeys((*task.tags, *([clean_tag(task.section).casefold()] if task.section else ())))
        id = self._new("task")
        stored: dict[str, Scalar] = {name: value for name, value in values.items() if value is not None}
        entity = Entity(task.line, "task", id, stored, tuple(tag for tag in tags if tag))
        ties = [
            Entity(task.line, "dependency", self._new("dependency"), {"task_id": id, "needs_id": other})
            for other in dict.fromkeys(needs)
            if other != id
        ]
        return entity, ties

    def _new(self, entity: str) -> int:
        id = self._next.get(entity, 1)
        self._next[entity] = id + 1
        return id

    def _status(self, task: Foreign, practice: Practice | None) -> dict[str, Scalar]:
        status = task.status or (Status.INBOX if practice is None else Status.OPEN)
        closed = status in CLOSED
        done = (task.done_on or self._day(practice)) if status is Status.DONE else None
        return {"status": str(status), "closed_at": self._tx.now if closed else None, "done_on": iso(done)}

    def _when(
        self,
        task: Foreign,
        practice: Practice | None,
        order: DateOrder,
        values: Mapping[str, Scalar],
        notes: list[str],
    ) -> dict[str, Scalar]:
        """Return target, deadline and rule; words that say neither are kept as a note."""
        today = self._day(practice)
        when = read_when(task.when or "", today, order)
        if when.rest:
            notes.append(f"When: {when.rest}")
        found: dict[str, Scalar] = {}
        if "deadline" in task.more:
            deadline = read_when(str(task.more["deadline"]), today, order)
            found["deadline_on"] = iso(deadline.on)
            notes.extend([f"Deadline: {task.more['deadline']}"] if deadline.on is None else [])
        target = task.target_on or when.on
        if target is not None:
            found |= {"target_on": iso(target), "target_source": str(TargetSource.HAND)}
        rule = task.repeats or when.repeats
        if rule is None:
            return found
        if values["status"] in CLOSED:
            notes.append(f"Repeats: {rule}")
            return found
        blank: dict[str, Scalar] = dict.fromkeys(("promised_on", "target_on", "starts_on", "deadline_on", "occurs_on"))
        dates = {**blank, **values, **found, "practice_id": None if practice is None else practice.id}
        return {**found, **{name: value for name, value in begun(self._tx, rule, dates, today).items() if value}}

    def _assignee(self, task: Foreign, practice: Practice | None, notes: list[str]) -> dict[str, Scalar]:
        if task.assignee is None or task.assignee.casefold() == self._ctx.my_name.casefold():
            return {}
        member = self._places.person(practice, task.assignee)
        if member is None:
            notes.append(f"Assigned to: {task.assignee}")
            return {}
        return {"assignee_id": member.handle}

    def _tie(self, format: str, key: str | None, words: str, notes: list[str]) -> int | None:
        """Return the id of the task of a key, here or in this import; a name that leads nowhere becomes a note."""
        if key is None:
            return None
        uid = uid_of(format, key)
        id = self._ids.get(uid) or entities.ids_of_uids(self._tx, [uid]).get(uid)
        if id is None:
            notes.append(f"{words}: {key.rpartition(chr(10))[2]}")
        return id

    def _day(self, practice: Practice | None) -> date:
        id = None if practice is None else practice.id
        if id not in self._today:
            self._today[id] = self._ctx.today(practice)
        return self._today[id]


def _seen(one: _Placed, entity: Entity) -> Seen:
    names = ("practice_id", "status", "target_on", "deadline_on", "starts_on", "repeats", "priority", "assignee_id")
    says = {name.removesuffix("_id"): entity.values.get(name) for name in names}
    return Seen(one.task.line, one.task.title, {**says, "tags": list(entity.tags), "notes": entity.values.get("notes")})
