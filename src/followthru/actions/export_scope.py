"""Which part of the store goes out: some practices, whole in itself, and nothing that belongs to anybody else.

Made from the table of fields: a row goes out when all that it has to refer to does; what else it refers to and stays
behind is left empty. So a kind of row that is added later is judged by the same rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from followthru.domain import fields
from followthru.domain.changes import Scalar
from followthru.domain.fields import Field, Kind, Sees
from followthru.exchange.lines import ORDER
from followthru.exchange.playbook_kept import without_private
from followthru.store import entities, practices, runs
from followthru.store.store import Reader

_OWN_WORDS = frozenset(("notes", "note", "answer", "minutes", "agenda"))
# What is only ever the PM's: mail with its drafts, what they mean to raise with somebody, and lines of their minutes.
_PRIVATE = frozenset(("update", "raise_note", "action_item"))
_ME = "me"
Row = dict[str, Scalar]


class Wanted(NamedTuple):
    """What is asked for: practices by id, whether tasks in no practice as well, which tasks of them (None: all), which
    kinds of rows (None: all), and whether what is private goes along.
    """

    practices: frozenset[int]
    inbox: bool = False
    tasks: frozenset[int] | None = None
    types: frozenset[str] | None = None
    private: bool = False


class Scope:
    """What goes out, found by going through the store once.

    `left_out` counts what was private, by what it is: rows by their entity, words as `notes of task`.
    """

    def __init__(self, read: Reader, wanted: Wanted) -> None:
        self._read, self._wanted = read, wanted
        self._slugs = {one.slug for one in practices.all_practices(read) if one.id in wanted.practices}
        people = {person for person, practice in entities.roles(read) if practice in wanted.practices}
        self._ids: dict[str, set[int]] = {"practice": set(wanted.practices), "person": people}
        self._private_runs = runs.private_ids(read)
        self.left_out: Counter[str] = Counter()
        for entity in ORDER:
            if entity not in self._ids:
                self._ids[entity] = set()
                for page in entities.pages(read, entity):
                    going = [(id, row) for id, row in page if self._goes(entity, id, row)]
                    self._ids[entity].update(id for id, _ in going)
                    self._count_words(entity, [row for _, row in going])

    def ids(self, entity: str) -> Collection[int]:
        """Return the ids of what goes out of an entity."""
        return self._ids[entity]

    def pages(self, entity: str) -> Iterator[list[tuple[int, Row]]]:
        """Yield what goes out of an entity, some hundred at a time; nothing of what was not asked for."""
        if self._wanted.types is not None and entity not in self._wanted.types:
            return
        kept = self._ids[entity]
        for page in entities.pages(self._read, entity):
            yield [(id, self._bare(entity, row)) for id, row in page if id in kept]

    def _goes(self, entity: str, id: int, row: Row) -> bool:
        if entity == "past_case":
            return row["site"] in self._slugs
        if not self._belongs(entity, row):
            return False
        if entity == "task" and self._wanted.tasks is not None and id not in self._wanted.tasks:
            return False
        if self._wanted.private or not (_is_private(entity, row) or (entity == "run" and id in self._private_runs)):
            return True
        self.left_out[entity] += 1
        return False

    def _belongs(self, entity: str, row: Row) -> bool:
        """Whether all that a row has to refer to goes out; of a row that has to refer to nothing, all that it does."""
        if entity == "task" and row["practice_id"] is None:
            return self._wanted.inbox
        refs = [field for field in fields.of(entity) if field.ref and row[field.name] is not None]
        needed = [field for field in refs if field.required or (entity, field.name) == ("task", "practice_id")]
        return bool(needed or refs) and all(self._is_out(field, row) for field in needed or refs)

    def _is_out(self, field: Field, row: Row) -> bool:
        return int(row[field.name] or 0) in self._ids.get(field.ref or "", ())

    def _bare(self, entity: str, row: Row) -> Row:
        """Return a row without what it refers to that stays behind, and without the PM's own words unless wanted."""
        for field in fields.of(entity):
            stays = field.ref is not None and row[field.name] is not None and not self._is_out(field, row)
            if stays or (not self._wanted.private and field in _own_words(entity)):
                row[field.name] = None
        if entity == "run" and not self._wanted.private:
            row["book"] = without_private(str(row["book"]))
        return row

    def _count_words(self, entity: str, rows: Sequence[Row]) -> None:
        """Note whose own words stay behind."""
        for field in () if self._wanted.private else _own_words(entity):
            self.left_out[f"{field.name} of {entity}"] += sum(row[field.name] is not None for row in rows)


@cache
def _own_words(entity: str) -> tuple[Field, ...]:
    """Return the fields of an entity in which the PM writes for themself."""
    mine = (field for field in fields.of(entity) if field.name in _OWN_WORDS and field.sees is Sees.PM)
    return tuple(field for field in mine if field.kind is Kind.TEXT)


def _is_private(entity: str, row: Row) -> bool:
    """Whether a row is the PM's alone: by what it is, by its audience, or as a task that is in no practice."""
    return entity in _PRIVATE or row.get("audience") == _ME or (entity == "task" and row["practice_id"] is None)
