"""What must hold among lines, and between them and the store, before anything is stored."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple, cast

from followthru.actions.arrival_fill import Values
from followthru.domain import fields
from followthru.domain.changes import Scalar
from followthru.domain.circles import find_circle
from followthru.domain.seasons import LONGEST
from followthru.exchange.faults import Fault
from followthru.exchange.lines import NAMED
from followthru.store import entities, journal
from followthru.store.store import Reader

# What is one thing and no other, besides ids: fields that together name it.
_UNIQUE: Mapping[str, Sequence[tuple[str, ...]]] = {
    "practice": (("slug",),),
    "closure": (("practice_id", "closed_on"),),
    "person": (("handle",), ("email",)),
    "role": (("person_id", "practice_id"),),
    "task": (("uid",),),
    "dependency": (("task_id", "needs_id"),),
    "about": (("task_id", "person_id"),),
    "update": (("uid",), ("person_id", "practice_id", "period")),
    "goal": (("uid",),),
    "reading": (("goal_id", "read_on"),),
    "attendee": (("meeting_id", "person_id"),),
    "decision": (("uid",),),
    "decider": (("decision_id", "person_id"),),
    "decision_task": (("decision_id", "task_id", "link"),),
}
_PEOPLE_OF_A_TASK = ("assignee_id", "waiting_on_id")
_PEOPLE_OF = (
    ("telling", "task_id", "task"),
    ("about", "task_id", "task"),
    ("attendee", "meeting_id", "meeting"),
    ("decider", "decision_id", "decision"),
)
_WHERE = {
    "register_item": "register item",
    "attendee": "meeting",
    "decider": "decision",
    "raise_note": "note",
}
_MAY_BE_THERE = frozenset(("needs_id", "parent_id", "register_item_id", "goal_id", "run_id"))


OwnIds = Mapping[str, Collection[int]]


class Arriving(NamedTuple):
    """One entity with its id, and the line that says it."""

    line: int
    type: str
    id: int
    values: Values


class Judge:
    """Holds rows against each other and, where it is not empty, against the store.

    `own_ids` are the ids that lines gave themselves: only those can be meant by other lines.
    """

    def __init__(self, rows: Mapping[str, Sequence[Arriving]], own_ids: OwnIds, read: Reader, empty: bool) -> None:
        self._rows, self._own_ids, self._read, self._empty = rows, own_ids, read, empty
        self._tasks = {row.id: row for row in rows["task"]}
        self._places: Mapping[str, Mapping[Scalar, Scalar]] = {
            entity: {row.id: row.values.get("practice_id") for row in rows[entity]} for entity in ("goal", "task")
        }
        self._roles = entities.roles(read)
        self._roles |= {(int(r["person_id"] or 0), int(r["practice_id"] or 0)) for r in _values(rows["role"])}
        self.faults: list[Fault] = []
        self.clashes: list[Fault] = []

    def judge(self) -> None:
        """Collect everything that is wrong."""
        for entity, rows in self._rows.items():
            for row in rows:
                self._complete(row)
                self._references(row)
            for names in _UNIQUE.get(entity, ()):
                self._unique(entity, rows, names)
        self._spans()
        self._registers()
        self._belongings()
        for row in self._rows["run"]:
            self._run(row)
        for row in self._rows["task"]:
            self._task(row)
        self._people_elsewhere()
        self._circles()

    def _wrong(self, row: Arriving, key: str, words: str) -> None:
        self.faults.append(Fault(row.line, key, words))

    def _complete(self, row: Arriving) -> None:
        """Say what is missing; a name that leads nowhere was said already and stands as None."""
        for field in fields.of(row.type):
            if field.required and field.name not in row.values:
                self._wrong(row, field.json, "is missing")

    def _references(self, row: Arriving) -> None:
        """Ids must lead to something: what belongs to a task arrives with it, anything else may be there already."""
        for field in fields.of(row.type):
            id = row.values.get(field.name)
            if field.ref is None or field.ref in NAMED or not isinstance(id, int):
                continue
            there = field.name in _MAY_BE_THERE and entities.exists(self._read, field.ref, id)
            if not there and not self._arrives(row, field.ref, id):
                what = field.ref.replace("_", " ")
                self._wrong(row, field.json, f"there is no {what} {id} among these lines")

    def _arrives(self, row: Arriving, entity: str, id: int) -> bool:
        if id in self._own_ids.get(entity, ()):
            return True
        # Tags, steps and tellings in the line of a task belong to it, whatever id it was given.
        task = self._tasks.get(id)
        return task is not None and task.line == row.line and task is not row

    def _unique(self, entity: str, rows: Iterable[Arriving], names: tuple[str, ...]) -> None:
        seen: dict[tuple[Scalar, ...], int] = {}
        for row in rows:
            values = tuple(row.values.get(name) for name in names)
            if None in values:
                continue
            first = seen.setdefault(values, row.line)
            if first != row.line:
                self._wrong(
                    row, names[0].removesuffix("_id"), f"is the same {entity.replace('_', ' ')} as in line {first}"
                )
            elif not self._empty and entities.holds(self._read, entity, names, values):
                key = names[-1].removesuffix("_id")
                self.clashes.append(Fault(row.line, key, f"{entity} {values[-1]} is in this store already"))

    def _spans(self) -> None:
        for row in (*self._rows["season"], *self._rows["absence"]):
            if str(row.values.get("last_on", "")) < str(row.values.get("first_on", "")):
                self._wrong(row, "last_on", "is before first_on")
            elif row.type == "season" and (length := _length(row)) is not None and length > LONGEST:
                self._wrong(row, "last_on", "is more than a year after first_on; one that comes every year is yearly")

    def _registers(self) -> None:
        for row in self._rows["register_item"]:
            self._register_item(row)
        for row in self._rows["evidence"]:
            if row.values.get("task_id") is None and row.values.get("register_item_id") is None:
                self._wrong(row, "task", "is missing: evidence is for a task or a register_item")

    def _run(self, row: Arriving) -> None:
        """Read the playbook that a run keeps, and what was said for it."""
        from followthru.domain.playbook_reading import read

        said: object = json.loads(str(row.values.get("book") or "{}"))
        book = cast("dict[str, object]", said) if isinstance(said, dict) else {}
        if found := read(book, str(row.values.get("playbook") or "")).problems:
            self._wrong(row, "book", f"is no playbook: {found[0].words}")
        for key, type_ in (("answers", dict), ("roles", dict), ("people", list)):
            said = json.loads(str(row.values.get(key) or ("[]" if type_ is list else "{}")))
            items = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()  # pyright: ignore[reportUnknownVariableType]
            if not isinstance(said, type_) or not all(isinstance(one, str) for one in cast("list[object]", items)):
                self._wrong(row, key, f"is no {'list' if type_ is list else 'object'} of texts as JSON")

    def _register_item(self, row: Arriving) -> None:
        self._at_practice(row, "holder_id", row.values.get("practice_id"))
        if str(row.values.get("expires_on") or "9999") < str(row.values.get("issued_on") or ""):
            self._wrong(row, "expires_on", "is before issued_on")
        said: object = json.loads(str(row.values.get("documents") or "[]"))
        if not isinstance(said, list) or not all(isinstance(one, str) for one in cast("list[object]", said)):
            self._wrong(row, "documents", "is no list of texts as JSON")

    def _belongings(self) -> None:
        """Say what belongs to a goal or a task of another practice."""
        for row, key, entity in (
            *((row, "goal_id", "goal") for row in self._rows["task"]),
            *((row, "task_id", "task") for row in self._rows["hours_entry"]),
        ):
            at = self._practice_of(entity, row.values.get(key))
            if at is not None and at != row.values.get("practice_id"):
                self._wrong(row, entity, f"belongs to another practice than this {row.type.replace('_', ' ')}")

    def _practice_of(self, entity: str, id: Scalar) -> Scalar:
        arriving = self._places[entity]
        if id in arriving:
            return arriving[id]
        there = None if id is None else journal.row_of(self._read, entity, int(id))
        return None if there is None else there["practice_id"]

    def _task(self, row: Arriving) -> None:
        for key in _PEOPLE_OF_A_TASK:
            self._at_practice(row, key, row.values.get("practice_id"))
        promised, target = row.values.get("promised_on"), row.values.get("target_on")
        if promised is not None and target is not None and str(target) > str(promised):
            self._wrong(row, "target_on", f"comes after the promise {promised}")

    def _people_elsewhere(self) -> None:
        """Say who has no role where they were told, met, or are to be spoken to."""
        for entity, key, of in _PEOPLE_OF:
            practices = {row.id: row.values.get("practice_id") for row in self._rows[of]}
            for row in self._rows[entity]:
                at = int(row.values.get(key) or 0)
                if at in practices:
                    self._at_practice(row, "person_id", practices[at])
        for row in self._rows["raise_note"]:
            self._at_practice(row, "person_id", row.values.get("practice_id"))

    def _at_practice(self, row: Arriving, key: str, practice_id: Scalar) -> None:
        person = row.values.get(key)
        if person is None:
            return
        if practice_id is None or (int(person), int(practice_id)) not in self._roles:
            where = _WHERE.get(row.type, "task")
            self._wrong(row, key.removesuffix("_id"), f"has no role at the practice of the {where}")

    def _circles(self) -> None:
        needs: dict[int, list[int]] = {}
        for row in self._rows["dependency"]:
            needs.setdefault(int(row.values.get("task_id") or 0), []).append(int(row.values.get("needs_id") or 0))
        parents = {
            row.id: [int(row.values["parent_id"] or 0)] for row in self._rows["task"] if row.values.get("parent_id")
        }
        for key, edges in (("needs", needs), ("parent", parents)):
            circle = find_circle(edges)
            if circle is not None:
                line = next((row.line for row in self._rows["task"] if row.id == circle[0]), 1)
                told = ", ".join(str(id) for id in circle)
                self.faults.append(Fault(line, key, f"tasks {told} would each have to come before the other"))


def _values(rows: Iterable[Arriving]) -> Iterable[Values]:
    return ({"person_id": 0, "practice_id": 0, **row.values} for row in rows)


def _length(row: Arriving) -> timedelta | None:
    """Return from which day to which a row is, None where one of them is missing."""
    first, last = row.values.get("first_on"), row.values.get("last_on")
    if not isinstance(first, str) or not isinstance(last, str):
        return None
    return date.fromisoformat(last) - date.fromisoformat(first)
