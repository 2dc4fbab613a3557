"""Lines on their way into the store: ids given, names resolved, defaults filled, held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from followthru.actions import arrival_forms, arrival_rules
from followthru.actions.arrival_fill import Values, fill
from followthru.actions.arrival_rules import Arriving
from followthru.actions.arrival_targets import settle
from followthru.actions.context import Context
from followthru.domain import fields
from followthru.domain.changes import Change, create
from followthru.exchange.faults import Fault
from followthru.exchange.lines import NAMED
from followthru.exchange.reading import Entity
from followthru.store import entities
from followthru.store.store import Writer


class Arrival:
    """Makes changes of lines. `faults` and `clashes` are what speaks against them; then there are no changes."""

    def __init__(self, ctx: Context, tx: Writer, lines: Sequence[Entity]) -> None:
        self._ctx, self._tx, self._lines = ctx, tx, lines
        self._empty = entities.is_empty(tx)
        self._last = entities.given_out(tx)
        self._own_ids: dict[str, set[int]] = {}
        self._names: dict[str, dict[str, int]] = {"practice": entities.slugs(tx), "person": entities.handles(tx)}
        self._rows: dict[str, list[Arriving]] = {entity: [] for entity in fields.ENTITIES}
        self.faults: list[Fault] = []
        self.clashes: list[Fault] = []

    def changes(self) -> tuple[Change, ...]:
        """Return the changes that create everything."""
        numbered = self._numbered()
        self._take_names(numbered)
        for row, line in numbered:
            fill(row.type, row.values, self._tx.now)
            self.faults += [Fault(row.line, key, words) for key, words in arrival_forms.put(row.type, row.values)]
            self._resolve(row)
            self._rows[row.type].append(row)
            self._add_members(row, line)
        self._judge()
        if self.faults or self.clashes:
            return ()
        settle(self._ctx, self._tx, self._rows)
        return tuple(create(entity, row.id, row.values) for entity, rows in self._rows.items() for row in rows)

    def _numbered(self) -> list[tuple[Arriving, Entity]]:
        """Give every line its id: its own, or the next that was never given out."""
        for line in self._lines:
            if line.id is not None:
                self._own_id(line, line.id, self._own_ids.setdefault(line.type, set()))
        for entity, ids in self._own_ids.items():
            self._last[entity] = max(self._last.get(entity, 0), max(ids))
        return [
            (Arriving(line.line, line.type, line.id or self._next(line.type), dict(line.values)), line)
            for line in self._lines
        ]

    def _own_id(self, line: Entity, id: int, seen: set[int]) -> None:
        if id in seen:
            self.faults.append(Fault(line.line, "id", f"{line.type} {id} is there twice"))
        elif not self._empty and id <= self._last.get(line.type, 0):
            self.clashes.append(Fault(line.line, "id", f"{line.type} {id} was given out in this store already"))
        seen.add(id)

    def _next(self, entity: str) -> int:
        self._last[entity] = self._last.get(entity, 0) + 1
        return self._last[entity]

    def _take_names(self, numbered: Iterable[tuple[Arriving, Entity]]) -> None:
        """Learn the slugs and handles that the lines bring along; what is wrong with them is judged later."""
        for row, _ in numbered:
            if row.type in NAMED:
                name = row.values.get("slug" if row.type == "practice" else "handle")
                if name is not None:
                    self._names[row.type].setdefault(str(name), row.id)

    def _resolve(self, row: Arriving) -> None:
        """Turn the names of practices and people into ids."""
        for field in fields.of(row.type):
            if field.ref in NAMED and isinstance(row.values.get(field.name), str):
                row.values[field.name] = self._id(row.line, field.json, field.ref, str(row.values[field.name]))

    def _id(self, line: int, key: str, entity: str, name: str) -> int | None:
        known = self._names[entity]
        if name not in known:
            from followthru.domain.nearest import did_you_mean

            words = f"there is no {entity} {name}. {did_you_mean(name, known)}".rstrip()
            self.faults.append(Fault(line, key, words))
        return known.get(name)

    def _add_members(self, row: Arriving, line: Entity) -> None:
        """Add the tags, steps and tellings that stand in the line of a task."""
        for tag in line.tags:
            self._add(row, "tag", {"name": tag})
        for position, (words, done) in enumerate(line.steps):
            self._add(row, "checklist_item", {"position": position, "words": words, "done": int(done)})
        for told in line.told:
            if line.values.get("audience") == "me":
                self.faults.append(Fault(row.line, "told", "a private task can be told to nobody"))
            person = self._id(row.line, "told", "person", told.person)
            day = told.date or row.values.get("promised_on")
            given = {"promised_on": day, "told_on": told.on, "how": told.how}
            said = {name: value for name, value in given.items() if value is not None}
            self._add(row, "telling", {"person_id": person, **said})

    def _add(self, task: Arriving, entity: str, values: Values) -> None:
        fill(entity, values, self._tx.now)
        row = Arriving(task.line, entity, self._next(entity), {"task_id": task.id, **values})
        self._rows[entity].append(row)

    def _judge(self) -> None:
        """Hold every rule against what arrives."""
        judge = arrival_rules.Judge(self._rows, self._own_ids, self._tx, self._empty)
        judge.judge()
        self.faults += judge.faults
        self.clashes += judge.clashes
