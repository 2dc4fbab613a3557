"""Read the lines of an import: each checked by the table of fields, with everything that is wrong by line and key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple, cast

from followthru.domain import fields
from followthru.domain.changes import Scalar
from followthru.domain.fields import Field
from followthru.domain.plain import one_line
from followthru.exchange.faults import Fault
from followthru.exchange.lines import FORMAT, HEADER, NAMED, ORDER
from followthru.exchange.values import LARGEST, WrongValueError, value_of

LONGEST_LINE = 10_000_000


class Telling(NamedTuple):
    """A telling in the line of its task: a handle, and where they are said the date, the day and the way."""

    person: str
    date: str | None
    on: str | None
    how: str | None


class Entity(NamedTuple):
    """One line. `values` are as stored, but for references to practices and people, which are names.

    `tags`, `steps` and `told` stand in the line of a task; steps are words and whether they are done.
    """

    line: int
    type: str
    id: int | None
    values: dict[str, Scalar]
    tags: tuple[str, ...] = ()
    steps: tuple[tuple[str, bool], ...] = ()
    told: tuple[Telling, ...] = ()


class Lines(NamedTuple):
    """What was read, and everything that is wrong with it."""

    entities: list[Entity]
    faults: list[Fault]


def read(lines: Iterable[str]) -> Lines:
    """Read lines; empty ones are passed over, and the header may be missing."""
    entities: list[Entity] = []
    faults: list[Fault] = []
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            found = _entity(number, _object(number, text))
        except _Faults as wrong:
            faults += wrong.faults
            continue
        if found is not None:
            entities.append(found)
    return Lines(entities, faults)


class _Faults(Exception):  # noqa: N818 -- carries faults to the loop that collects them
    def __init__(self, *faults: Fault) -> None:
        super().__init__()
        self.faults = faults


def _object(number: int, text: str) -> dict[str, object]:
    try:
        value: object = json.loads(text) if len(text) <= LONGEST_LINE else None
    except (ValueError, RecursionError) as error:
        words = error.msg if isinstance(error, json.JSONDecodeError) else "cannot be read"
        raise _Faults(Fault(number, "", f"is not JSON: {words}")) from None
    if not isinstance(value, dict):
        raise _Faults(Fault(number, "", "is not a JSON object on one line"))
    return cast("dict[str, object]", value)


def _entity(number: int, said: dict[str, object]) -> Entity | None:
    type_ = said.pop("type", None)
    if type_ == HEADER:
        if said.get("format") != FORMAT:
            words = f"this program reads format {FORMAT}, not {said.get('format')}"
            raise _Faults(Fault(number, "format", words))
        return None
    if not isinstance(type_, str) or type_ not in ORDER:
        near = _near(str(type_), ORDER) if type_ is not None else ""
        raise _Faults(Fault(number, "type", f"is none of {', '.join(ORDER)}. {near}".rstrip()))
    return _Reader(number, type_, said).entity()


class _Reader:
    """Reads one object; every fault of the line is kept, so that all are told at once."""

    def __init__(self, line: int, type_: str, said: dict[str, object]) -> None:
        self._line, self._type, self._said = line, type_, said
        self._faults: list[Fault] = []

    def entity(self) -> Entity:
        """Return the line's entity. Raises the faults."""
        id = self._id()
        tags = steps = told = ()
        if self._type == "task":
            tags, steps, told = self._tags(), self._steps(), self._told()
        values = self._values()
        if self._faults:
            raise _Faults(*self._faults)
        return Entity(self._line, self._type, id, values, tags, steps, told)

    def _wrong(self, key: str, words: str) -> None:
        self._faults.append(Fault(self._line, key, words))

    def _id(self) -> int | None:
        id = self._said.pop("id", None)
        if id is None or (isinstance(id, int) and not isinstance(id, bool) and 0 < id < LARGEST):
            return id
        self._wrong("id", "is no whole number from 1")
        return None

    def _values(self) -> dict[str, Scalar]:
        known = _by_json(self._type)
        values: dict[str, Scalar] = {}
        for key, value in self._said.items():
            field = known.get(key)
            if field is None:
                self._wrong(key, f"there is no such key. {_near(key, known)}".rstrip())
            elif value is not None:
                try:
                    values[field.name] = _reference(field, value) if field.ref else value_of(field, value)
                except WrongValueError as error:
                    self._wrong(key, str(error))
        return values

    def _list(self, key: str) -> list[object]:
        value = self._said.pop(key, None)
        if value is None or isinstance(value, list):
            return cast("list[object]", value or [])
        self._wrong(key, "is no list")
        return []

    def _tags(self) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for item in self._list("tags"):
            tag = item.removeprefix("#") if isinstance(item, str) else ""
            if not tag or one_line(tag) != tag or any(map(str.isspace, tag)):
                self._wrong("tags", "holds something that is no word")
            found.setdefault(tag.casefold(), tag)
        return tuple(found.values())

    def _steps(self) -> tuple[tuple[str, bool], ...]:
        steps: list[tuple[str, bool]] = []
        for item in self._list("checklist"):
            row = cast("Mapping[str, object]", item) if isinstance(item, dict) else {"words": item}
            words, done = row.get("words"), row.get("done", False)
            if not isinstance(words, str) or not one_line(words) or not isinstance(done, bool) or len(row) > 2:
                self._wrong("checklist", 'wants words, or {"words": …, "done": true}')
            else:
                steps.append((one_line(words), done))
        return tuple(steps)

    def _told(self) -> tuple[Telling, ...]:
        told: list[Telling] = []
        telling = fields.by_name("telling")
        for item in self._list("told"):
            row = dict(cast("Mapping[str, object]", item)) if isinstance(item, dict) else {"person": item}
            person = row.pop("person", None)
            try:
                day, on = (
                    None if row.get(key) is None else str(value_of(telling["told_on"], row.get(key)))
                    for key in ("date", "on")
                )
                how = None if row.get("how") is None else str(value_of(telling["how"], row["how"]))
            except WrongValueError as error:
                self._wrong("told", str(error))
                continue
            if not isinstance(person, str) or row.keys() - {"date", "on", "how"}:
                self._wrong("told", 'wants a handle, or {"person": …, "date": …, "on": …, "how": …}')
            else:
                told.append(Telling(person, day, on, how))
        return tuple(told)


def _by_json(entity: str) -> dict[str, Field]:
    return {field.json: field for field in fields.of(entity)}


def _reference(field: Field, value: object) -> Scalar:
    """Return a reference as given: a name for practices and people, else an id. Raises WrongValueError."""
    if field.ref in NAMED:
        if isinstance(value, str) and value:
            return value
        raise WrongValueError(f"is no {'slug' if field.ref == 'practice' else 'handle'}")
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < LARGEST:
        return value
    raise WrongValueError(f"is no id of {'an' if field.ref == 'update' else 'a'} {str(field.ref).replace('_', ' ')}")


def _near(word: str, known: Iterable[str]) -> str:
    from followthru.domain.nearest import did_you_mean

    return did_you_mean(word, known)
