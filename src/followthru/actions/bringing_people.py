"""People of a table made people here. Nobody gets a cadence that the table does not name: an import begins no mail."""

from __future__ import annotations

from collections.abc import Iterator

from followthru.actions import people
from followthru.actions.bringing_rows import Built, Made, built
from followthru.actions.context import Context
from followthru.actions.import_choices import Choices
from followthru.actions.placing import Places
from followthru.domain.changes import Scalar
from followthru.domain.people import Channel, Practice
from followthru.exchange.reading import Entity
from followthru.exchange.sheet import Row, Sheet
from followthru.exchange.values import WrongValueError
from followthru.store import entities, practices
from followthru.store.store import Writer

_OWN = ("address", "timezone", "channel")


class PeopleBuilder:
    """Makes people and roles of rows: who is known by their e-mail gets another role, a role that is there is known."""

    def __init__(self, ctx: Context, tx: Writer, choices: Choices) -> None:
        """Read who is there. Raises NotFoundError, UsageError."""
        self._tx, self._choices = tx, choices
        self._places = Places(tx, choices.practices)
        everybody = practices.everybody(tx)
        self._by_email = {one.email: one.handle for one in everybody if one.email}
        self._by_name = {(one.practice, one.name.casefold()): one.handle for one in everybody}
        self._roles = {(one.practice, one.handle) for one in everybody}
        self._handles = set(entities.handles(tx))

    def build(self, sheet: Sheet) -> Built:
        """Return what a table adds."""
        return built(sheet, lambda row: Made(tuple(self._made(row)), row.texts.get("name", ""), dict(row.texts)))

    def _made(self, row: Row) -> Iterator[Entity]:
        """Yield a person where they are new, and their role. Raises WrongValueError, UsageError, LeftOutError."""
        said = dict(row.texts)
        name, email = said.get("name", ""), people.read_field("email", said["email"]) if said.get("email") else None
        if not name:
            raise WrongValueError("has no name")
        if not said.get("practice"):
            raise WrongValueError("has no practice: a person needs one, in a role")
        at = self._places.needed(said["practice"])
        if not said.get("role"):
            raise WrongValueError("has no role: owner, lead, staff or vendor")
        role = {"role": people.read_field("role", said["role"].casefold()), "review": 0}
        if said.get("cadence"):
            role["cadence"] = people.read_field("cadence", said["cadence"])
        handle = self._by_email.get(str(email)) if email else self._by_name.get((at.slug, name.casefold()))
        if handle is None:
            handle = people.handle_for(name, self._handles)
            yield self._person(row, handle, name, email, said)
            self._note(at, handle, name, email)
        if (at.slug, handle) not in self._roles:
            self._roles.add((at.slug, handle))
            yield Entity(row.line, "role", None, {"person_id": handle, "practice_id": at.slug, **role})

    def _note(self, at: Practice, handle: str, name: str, email: Scalar) -> None:
        self._handles.add(handle)
        self._by_name[at.slug, name.casefold()] = handle
        if email:
            self._by_email[str(email)] = handle

    def _person(self, row: Row, handle: str, name: str, email: Scalar, said: dict[str, str]) -> Entity:
        own = {key: people.read_field(key, said[key]) for key in _OWN if said.get(key)}
        values = {"handle": handle, "name": name, "email": email, **own}
        if email is None:
            values["channel"] = str(Channel.CALL)
        return Entity(row.line, "person", None, {key: value for key, value in values.items() if value is not None})
